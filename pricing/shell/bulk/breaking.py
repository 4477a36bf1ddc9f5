"""What `wan-rules breaks` does: lists breaks, and writes down who looks after them and what was decided.

The law: of two decisions at once none is lost; what was signed off is decided no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from pricing.catalogue import suggest
from pricing.reconciliations import Standing
from pricing.shell import codes
from pricing.shell.bulk.break_lines import print_breaks
from pricing.shell.bulk.manifests import MANIFEST, read_manifest
from pricing.shell.bulk.registers import REGISTER, read_register, write_register
from pricing.shell.bulk.runs import write_instant
from pricing.shell.folder_locks import hold
from pricing.shell.printing import answer, print_lines
from pricing.shell.text import count, plain, signed
from wan_rules.payloads import UnusableInputError

NAMED_MAX: Final = 6
"""How many of the ids that an abbreviation may mean are named."""


class Wanted(NamedTuple):
    """Which breaks to list; `None` is all of them."""

    status: str | None = None
    cause: str | None = None
    age: str | None = None
    owner: str | None = None


class Decision(NamedTuple):
    """What to write down of breaks, by their ids or the beginnings of these. `None` leaves what stands there."""

    ids: Sequence[str]
    owner: str | None = None
    note: str | None = None


def list_breaks(folder: Path, wanted: Wanted, form: str) -> int:
    """`wan-rules breaks list`."""

    def job() -> int:
        standings = read_register(folder / REGISTER)
        print_breaks([one for one in standings if _is_wanted(one, wanted)], len(standings), form)
        return codes.DONE

    return answer(job, form)


def _is_wanted(standing: Standing, wanted: Wanted) -> bool:
    seen = (standing.status, standing.found.part.cause, standing.age, standing.owner)
    return all(ask is None or ask == said for ask, said in zip(wanted, seen, strict=True))


def accept(folder: Path, decision: Decision) -> int:
    """`wan-rules breaks accept`."""

    def change(standing: Standing) -> Standing:
        return standing._replace(status="accepted", note=decision.note, owner=decision.owner or standing.owner)

    def job() -> int:
        _refuse_empty("--note", decision.note, "say why the difference is accepted: an auditor will ask")
        return _edit(folder, decision, change)

    return answer(job, "text")


def assign(folder: Path, decision: Decision) -> int:
    """`wan-rules breaks assign`."""

    def change(standing: Standing) -> Standing:
        return standing._replace(status="assigned", owner=decision.owner, note=decision.note or standing.note)

    def job() -> int:
        _refuse_empty("--owner", decision.owner, "name who looks after it")
        return _edit(folder, decision, change)

    return answer(job, "text")


def _refuse_empty(option: str, text: str | None, wanted: str) -> None:
    if text is None or not text.strip():
        raise UnusableInputError(option, wanted)


def _edit(folder: Path, decision: Decision, change: Callable[[Standing], Standing]) -> int:
    """Changes the breaks that are named, all or none of them, in the register as it stands when it is our turn."""
    _refuse_unreadable(decision)
    path = folder / REGISTER
    if not path.exists():
        read_register(path)  # says so, before anything is written into a folder that is no report
    with hold(folder):
        refuse_signed(folder)
        standings = read_register(path)
        named = _find(decision.ids, standings)
        edited = [change(one) if one.found.id in named else one for one in standings]
        write_register(path, edited)
    print_lines(_tell([one for one in edited if one.found.id in named], edited))
    return codes.DONE


def _refuse_unreadable(decision: Decision) -> None:
    """A register holds Unicode text, and an argument may be any bytes."""
    for option, text in (("--note", decision.note), ("--owner", decision.owner)):
        if text is not None and text != text.encode(errors="replace").decode():
            raise UnusableInputError(option, "it is no text in the encoding of this terminal: write it in UTF-8")


def refuse_signed(folder: Path) -> None:
    """Raises UnusableInputError for a report that was signed off."""
    if (folder / MANIFEST).exists():
        by, at, _ = read_manifest(folder).signed
        reason = (
            f"{by} signed it off at {write_instant(at)}, and what was signed stays as it is: reconcile again into "
            "another folder with --earlier naming this one, and decide there"
        )
        raise UnusableInputError(str(folder), reason)


def _find(asked: Sequence[str], standings: Sequence[Standing]) -> frozenset[str]:
    """The ids that are meant. Raises UnusableInputError for one that is unknown, means several, or is resolved."""
    ages = {one.found.id: one.age for one in standings}
    named = frozenset(_complete(name, [*ages]) for name in asked)
    for name in sorted(named):
        if ages[name] == "resolved":
            raise UnusableInputError(name, "this break is resolved: nothing is left to decide")
    return named


def _complete(asked: str, known: Sequence[str]) -> str:
    if asked in known:
        return asked
    begin = [name for name in known if asked and name.startswith(asked)]
    if len(begin) > 1:
        more = f" and {len(begin) - NAMED_MAX} more" if len(begin) > NAMED_MAX else ""
        raise UnusableInputError(asked[:64], f"several breaks begin so: {', '.join(begin[:NAMED_MAX])}{more}")
    if not begin:
        near = suggest(asked, known) if known else "the report has no breaks"
        raise UnusableInputError(repr(asked[:64]), f"no break has this id: {near}")
    return begin[0]


def _tell(changed: Sequence[Standing], every: Sequence[Standing]) -> Iterator[str]:
    for one in changed:
        part = one.found.part
        whose = f" by {plain(one.owner)}" if one.owner and one.status == "accepted" else ""
        whom = f" to {plain(one.owner)}" if one.owner and one.status == "assigned" else ""
        yield f"{plain(one.found.id)} {one.status}{whose}{whom}: {part.cause}, {signed(part.amount, part.currency)}"
    left = sum(one.status == "open" and one.age != "resolved" for one in every)
    yield f"{count(left, 'break')} left open"
