"""The page of mutation testing: the figures of each module and the reason of each survivor, from the record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tables import NOTE, code, page, table

from tests.mutation.records import LEAST, Entry, Record, load_record

_HEAD: Final = f"""# What the tests of the core notice

A test suite can run every line and notice nothing. So each function of the core is changed in one small way, again and
again (`<` to `<=`, `and` to `or`, an argument to `None` or left out, a number by one, a `case` dropped, ...), and each
time the tests that run the changed line have to fail. A change that none of them notices *survives*. Of the mutants of
each module at least {float(LEAST):.0%} have to be killed, not counting those that do what the source does; and **each
survivor has its reason below**, which belongs to the function as it is: another change of the function makes it void.

```sh
.venv/bin/just mutation                      # the whole core: long
.venv/bin/just mutation pricing/money.py     # or modules
.venv/bin/just mutation --survivors          # after new tests: those alone that live
.venv/bin/just mutation --quick              # a first look at modules with many mutants, which --survivors completes
.venv/bin/just mutation --changed            # what CI does: modules that changed, or whose killing tests did
```

The changes are made by mutmut's operators; the runner is our own ([why](../adr/0036-mutation.md)).

**Left alone** are docstrings, annotations, decorators, defaults of parameters, `len`, `isinstance`, `cast`, assertions
(`assert_never`, `strict=`), what stands outside functions (tables, and what runs when a module is imported), and the
words of messages with what they show: a string or an f-string with a space in it. Of mutmut's three changes of a
string one is made.

**Who may kill.** Tests that start no process, of `tests/pricing`, `laws`, `rules` and the folder `tests` itself. A
mutant meets those that run any of its lines, six seconds of them, the likeliest first. A test that takes far longer
than without the mutant (ten times, and two seconds of the processor) has killed it. A test that killed is proven to
pass in the same surroundings without a mutant. Hypothesis repeats itself, with 25 examples where a test names no
number.

`.ci/run` mutates what changed and has 15 minutes for it."""


def write_mutation_page() -> str:
    """The page."""
    return page(_lines(load_record()))


def _lines(record: Record) -> Iterator[str]:
    yield from (NOTE, "", _HEAD, "", "## Figures", "")
    entries = sorted(record.modules.items())
    total, killed = sum(one.mutants for _, one in entries), sum(one.killed for _, one in entries)
    if total:
        yield f"{len(entries)} modules, {total:,} mutants, {killed:,} killed: **{killed / total:.1%}**; "
        yield f"{killed / (total - sum(one.equivalent for _, one in entries)):.1%} of those that do anything else."
    yield ""
    head = ("module", "mutants", "killed", "equivalent", "accepted", "open", "share", "seconds", "commit")
    yield from table(head, (_figures(path, entry) for path, entry in entries))
    if record.pending:
        yield from ("## Open", "", "What CI says of these modules each time, and does not fail for.", "")
        yield from table(("module", "why"), ((code(path), why) for path, why in sorted(record.pending.items())))
    yield from ("## Survivors and their reasons", "")
    for path, entry in entries:
        if told := [one for one in entry.survivors if one not in entry.unexplained]:
            yield from (f"### {path}", "")
            yield from table(
                ("function", "from", "to", "why"),
                ((code(one.function), _code(one.before), _code(one.after), one.why) for one in told),
            )


def _figures(path: str, entry: Entry) -> tuple[str, ...]:
    unexplained = len(entry.unexplained)
    accepted = len(entry.survivors) - entry.equivalent - unexplained
    counts = (entry.mutants, entry.killed, entry.equivalent, accepted, unexplained)
    return (code(path), *map(str, counts), f"{float(entry.share):.1%}", str(entry.seconds), entry.commit)


def _code(source: str) -> str:
    """The source on one line, as code."""
    return f"`` {' '.join(source.split())} ``"
