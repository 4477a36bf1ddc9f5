"""What a reconciliation comes to, in lines for people: the verdict, how rows and lines met, each currency's bridge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pricing.break_causes import CAUSES
from pricing.breaks import MatchedBy
from pricing.money import format_amount
from pricing.reconciliations import Age, Counts, Reconciliation, Totals
from pricing.shell.bulk.omissions import USAGE_REJECTS
from pricing.shell.grids import Column, grid_lines
from pricing.shell.text import count, plain

_RULES: Final[Mapping[MatchedBy, str]] = MappingProxyType(
    {
        "task_id": "by task",
        "window": "by account, tier and instant",
        "aggregate": "by what a line covers",
        "nothing": "on one side alone",
    }
)


def summary_lines(told: Reconciliation, folder: Path) -> Iterator[str]:
    """The summary of a report in that folder."""
    counts = told.counts
    present = [one for one in told.standings if one.age != "resolved"]
    went_in = f"{_number(counts.rated, 'row')} and {_number(counts.invoice_lines, 'line')}"
    yield f"{count(len(present), 'break')} in {went_in}"
    yield from _count_lines(told, counts)
    for totals in told.totals:
        yield ""
        yield from _bridge_lines(totals, told)
    if any(one.age != "new" for one in told.standings):
        ages = [one.age for one in told.standings]
        yield ""
        yield ", ".join(f"{ages.count(age):,} {_AGES[age]}" for age in _AGES)
    yield ""
    yield f"{plain(str(folder))} holds the report"


_AGES: Final[Mapping[Age, str]] = MappingProxyType({"new": "new", "open": "still open", "resolved": "resolved"})


def _number(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _count_lines(told: Reconciliation, counts: Counts) -> Iterator[str]:
    met = [f"{groups:,} {_RULES[rule]}" for rule, groups in counts.matches.items() if groups]
    yield f"matched: {', '.join(met) or 'nothing'}"
    within = f", {counts.tolerated:,} within the tolerance" if counts.tolerated else ""
    how = "by checksums, and one by one where those differ" if told.checksums else "one by one"
    yield f"{counts.agreeing:,} agree{within}; compared {how}"
    if counts.rejected:
        yield f"{_number(counts.rejected, 'row')} of usage not rated: {USAGE_REJECTS} says why"
    if counts.lines_rejected:
        yield f"{_number(counts.lines_rejected, 'line')} of the invoice can't be read: --rejects FILE says why"


def _bridge_lines(totals: Totals, told: Reconciliation) -> Iterator[str]:
    """The walk from expected to invoiced, amounts beneath each other."""
    currency = totals.currency
    often = Counter(
        one.found.part.cause for one in told.standings if one.age != "resolved" and one.found.part.currency == currency
    )
    rows = [(f"{currency} expected", format_amount(totals.expected, currency), "")]
    for cause, amount in zip(CAUSES, totals.causes, strict=True):
        if often[cause]:
            rows.append((f"  {cause}", _sign(amount, currency), _number(often[cause], "break")))
    if totals.tolerated:
        rows.append(("  tolerated", _sign(totals.tolerated, currency), ""))
    rows.append((f"{currency} invoiced", format_amount(totals.invoiced, currency), ""))
    yield from grid_lines((Column(), Column(right=True), Column()), rows)


def _sign(amount: Decimal, currency: str) -> str:
    return f"{'-' if amount < 0 else '+'}{format_amount(amount.copy_abs(), currency)}"
