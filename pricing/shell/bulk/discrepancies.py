"""In what two runs of one reconciliation differ: counts, totals of each currency, breaks. Their order does not count.

What people decided of a break (status, owner, note) is no result of a run, and is not compared; neither is evidence,
which is a sentence for people that a later version may word better.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final, Literal, NamedTuple, TypeAlias

from pricing.break_causes import CAUSES
from pricing.money import format_amount
from pricing.reconciliations import Counts, Reconciliation, Standing, Totals
from pricing.shell.bulk.break_lines import write_break

Where: TypeAlias = Literal["input", "output", "catalogue", "counts", "totals", "break"]
_LEFT_OUT: Final = frozenset({"status", "owner", "note", "evidence"})


class Discrepancy(NamedTuple):
    """One difference: `name` says what of, `kept` what the report says, `found` what there is now; `None` nothing."""

    where: Where
    name: str
    kept: str | None
    found: str | None


def compare(kept: Reconciliation, found: Reconciliation) -> Iterator[Discrepancy]:
    """All differences between a report and the same reconciliation, computed again."""
    if kept.digest != found.digest:
        yield Discrepancy("catalogue", "digest", kept.digest, found.digest)
    yield from _compare("counts", _flatten_counts(kept.counts), _flatten_counts(found.counts))
    yield from _compare("totals", _flatten_totals(kept.totals), _flatten_totals(found.totals))
    yield from compare_breaks(kept.standings, found.standings)


def compare_breaks(kept: tuple[Standing, ...], found: tuple[Standing, ...]) -> Iterator[Discrepancy]:
    """Breaks that only one has, and each column in which a break of both differs."""
    before, after = ({one.found.id: one for one in standings} for standings in (kept, found))
    for name in {**before, **after}:
        if name in before and name in after:
            if before[name] != after[name]:  # most are equal, and telling a break takes a while
                yield from _compare_columns(before[name], after[name])
        else:
            told = (_tell(one[name]) if name in one else None for one in (before, after))
            yield Discrepancy("break", name, *told)


def _compare_columns(kept: Standing, found: Standing) -> Iterator[Discrepancy]:
    before, after = (
        {column: str(value) for column, value in write_break(one).items() if column not in _LEFT_OUT}
        for one in (kept, found)
    )
    yield from _compare("break", before, after, prefix=f"{kept.found.id} ")


def _compare(
    where: Where, kept: Mapping[str, str], found: Mapping[str, str], *, prefix: str = ""
) -> Iterator[Discrepancy]:
    for name in {**kept, **found}:
        if kept.get(name) != found.get(name):
            yield Discrepancy(where, f"{prefix}{name}", kept.get(name), found.get(name))


def _tell(standing: Standing) -> str:
    part = standing.found.part
    return f"{part.cause} {format_amount(part.amount, part.currency)} {part.currency}"


def _flatten_counts(counts: Counts) -> dict[str, str]:
    numbers = {
        **counts._asdict(),
        **{f"matched by {rule}": number for rule, number in counts.matches.items() if number},
    }
    return {name: str(number) for name, number in numbers.items() if name != "matches"}


def _flatten_totals(totals: tuple[Totals, ...]) -> dict[str, str]:
    return {
        f"{one.currency} {name}": format_amount(amount, one.currency) for one in totals for name, amount in _parts(one)
    }


def _parts(totals: Totals) -> Iterator[tuple[str, Decimal]]:
    yield from (("expected", totals.expected), ("invoiced", totals.invoiced), ("tolerated", totals.tolerated))
    yield from zip(CAUSES, totals.causes, strict=True)
