"""Breaks summed to the bridge of each currency, and their age beside an earlier report: new, still open, resolved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from pricing.break_causes import CAUSES
from pricing.breaks import Break
from pricing.money import EXACT, ZERO, add_up
from pricing.reconciliations import Standing, Totals


def sum_breaks(breaks: Iterable[Break]) -> dict[str, tuple[Decimal, ...]]:
    """The money of all breaks by currency, in the order of CAUSES."""
    sums: dict[str, list[Decimal]] = {}
    for each in breaks:
        own = sums.setdefault(each.part.currency, [ZERO] * len(CAUSES))
        place = CAUSES.index(each.part.cause)
        own[place] = EXACT.add(own[place], each.part.amount)
    return {currency: tuple(sums[currency]) for currency in sorted(sums)}


def bridge(
    expected: Mapping[str, Decimal],
    invoiced: Mapping[str, Decimal],
    tolerated: Mapping[str, Decimal],
    breaks: Iterable[Break],
) -> tuple[Totals, ...]:
    """The bridge of each currency, in their order. Raises ValueError where one does not sum: no report may say that."""
    causes = sum_breaks(breaks)
    currencies = sorted({*expected, *invoiced, *tolerated, *causes})
    none = (ZERO,) * len(CAUSES)
    found = tuple(
        Totals(one, expected.get(one, ZERO), invoiced.get(one, ZERO), causes.get(one, none), tolerated.get(one, ZERO))
        for one in currencies
    )
    for totals in found:
        if (off := _find_residue(totals)) != ZERO:
            msg = f"the bridge of {totals.currency} is off by {off:f}: expected and causes do not sum to invoiced"
            raise ValueError(msg)
    return found


def _find_residue(totals: Totals) -> Decimal:
    """What expected, causes and tolerated leave of the invoiced sum."""
    return EXACT.subtract(totals.invoiced, add_up((totals.expected, *totals.causes, totals.tolerated)))


def find_age(breaks: Sequence[Break], earlier: Sequence[Standing], at: datetime) -> tuple[Standing, ...]:
    """Each break with its age at `at`, in their order; then those of the earlier report that are no more.

    What was still open there keeps its first day, owner and note. An acceptance is of an amount: where that has moved,
    the break is open again. What was resolved there and is back is new, with the owner and note that it had.
    """
    known = {standing.found.id: standing for standing in earlier}
    present = {each.id for each in breaks}
    gone = [
        standing._replace(age="resolved")
        for standing in known.values()
        if standing.found.id not in present and standing.age != "resolved"
    ]
    return (*(_carry_over(each, known.get(each.id), at) for each in breaks), *gone)


def _carry_over(found: Break, before: Standing | None, at: datetime) -> Standing:
    if before is None:
        return Standing(found, "new", at)
    if before.age == "resolved":
        return Standing(found, "new", at, "assigned" if before.owner else "open", before.owner, before.note)
    if before.status == "accepted" and before.found.part.amount != found.part.amount:
        return Standing(found, "open", before.since, "assigned" if before.owner else "open", before.owner, before.note)
    return before._replace(found=found, age="open")
