"""The tables of the page: the bridge of a currency, the age of its breaks, and the breaks themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from pricing.break_bridges import name_cause
from pricing.break_causes import CAUSES
from pricing.break_tallies import AGES, NONE, tally_ages, tally_causes
from pricing.breaks import MatchedBy
from pricing.money import ZERO
from pricing.reconciliations import Age, Reconciliation, Standing, Status, Totals
from pricing.shell.bulk.outputs.markup import Cell, Html, foreign, join, number, row, table, tag, word
from pricing.shell.bulk.outputs.texts import (
    count_decimals,
    format_column,
    format_exact,
    format_grouped,
    format_instant,
    list_places,
    shorten,
)

AGE_WORDS: Final[dict[Age, str]] = {
    "new": "New",
    "open": "Still open from an earlier report",
    "resolved": "Resolved since the earlier report",
}
DECIDED: Final[dict[Status, str]] = {"open": "not decided", "assigned": "assigned", "accepted": "accepted"}
MATCHED: Final[dict[MatchedBy, str]] = {
    "task_id": "matched by task id",
    "window": "matched by account, instant and tier",
    "aggregate": "matched as a sum",
    "nothing": "matched with nothing",
}
_BRIDGE_HEADS: Final = (
    ("", ""),
    ("Differences", "number"),
    ("Too much", "number"),
    ("Too little", "number"),
    ("Amount", "number"),
)
_AGE_HEADS: Final = (
    ("", ""),
    ("Differences", "number"),
    ("Amount", "number"),
    ("Of it accepted", "number"),
    ("Oldest since", ""),
)
_BREAK_HEADS: Final = (("Cause", ""), ("Where", ""), ("Usage and invoice", ""), ("Amount", "number"))


def bridge_table(told: Reconciliation, own: Totals) -> Html:
    """From expected to invoiced in one currency: each cause with its breaks, and what is tolerated."""
    tallies = tally_causes(told)
    causes = [
        (cause, amount)
        for cause, amount in zip(CAUSES, own.causes, strict=True)
        if amount or (own.currency, cause) in tallies
    ]
    found = [tallies.get((own.currency, cause), NONE) for cause, _ in causes]
    shown = _list_amounts(own, [amount for _, amount in causes])
    over = _show_some([tally.over for tally in found], own.currency)
    under = _show_some([tally.under for tally in found], own.currency)
    lines = [
        row([Cell(word(name_cause(cause)), head=True), *map(number, (f"{tally.breaks:,}", more, less, amount))])
        for (cause, _), tally, more, less, amount in zip(causes, found, over, under, shown[1:-2], strict=True)
    ]
    caption = join((word("Expected to invoiced in "), foreign(own.currency)))
    groups = (
        tag("tbody", _total("Expected", shown[0])),
        tag("tbody", lines),
        tag("tbody", _total("Tolerated", shown[-2])),
        tag("tbody", _total("Invoiced", shown[-1]), "total"),
    )
    return table(caption, _BRIDGE_HEADS, groups)


def _list_amounts(own: Totals, causes: Sequence[Decimal]) -> list[str]:
    """Expected, causes, tolerated and invoiced, with as many decimals; what moves has its sign."""
    decimals = count_decimals([own.expected, *causes, own.tolerated, own.invoiced], own.currency)
    return [
        format_grouped(own.expected, decimals),
        *(format_grouped(amount, decimals, signed=True) for amount in (*causes, own.tolerated)),
        format_grouped(own.invoiced, decimals),
    ]


def _show_some(amounts: Sequence[Decimal], currency: str) -> list[str]:
    """The amounts, and nothing where there is none."""
    shown = format_column(amounts, currency, signed=True)
    return [text if amount else "" for text, amount in zip(shown, amounts, strict=True)]


def _total(name: str, amount: str) -> Html:
    return row([Cell(word(name), head=True, columns=len(_BRIDGE_HEADS) - 1), number(amount)])


def age_table(told: Reconciliation, currency: str) -> Iterator[Html]:
    """How old the breaks of a currency are, where it has any."""
    tallies = tally_ages(told)
    ages = [age for age in AGES if (currency, age) in tallies]
    if not ages:
        return
    found = [tallies[currency, age] for age in ages]
    amounts = format_column([tally.amount for tally in found], currency, signed=True)
    accepted = format_column([tally.accepted for tally in found], currency, signed=True)
    lines = [
        row([Cell(word(AGE_WORDS[age]), head=True), number(f"{tally.breaks:,}"), number(amount), number(taken), oldest])
        for age, tally, amount, taken in zip(ages, found, amounts, accepted, strict=True)
        for oldest in [Cell(word(format_instant(_find_oldest(told, currency, age))))]
    ]
    caption = join((word("Age of the differences in "), foreign(currency)))
    yield table(caption, _AGE_HEADS, [tag("tbody", lines)])


def breaks_table(currency: str, standings: Sequence[Standing]) -> Html:
    """The breaks of a currency, each in two rows that stay together."""
    amounts = format_column([standing.found.part.amount for standing in standings], currency, signed=True)
    caption = join((word("Differences in "), foreign(currency), word(", the largest first")))
    groups = [_break(standing, amount) for standing, amount in zip(standings, amounts, strict=True)]
    return table(caption, _BREAK_HEADS, groups, "breaks")


def _break(standing: Standing, amount: str) -> Html:
    part, subject = standing.found.part, standing.found.subject
    cause = join((tag("strong", word(name_cause(part.cause))), tag("div", foreign(part.detail))))
    at = [tag("div", word(format_instant(subject.at)))] if subject.at else []
    places = tag("div", join(map(foreign, list_places(standing)), " \N{MIDDLE DOT} "))
    where = join((places, *at))
    sides = join((*_names("usage", subject.task_ids), *_names("invoice", subject.invoice_lines)))
    first = (Cell(cause, head=True), Cell(where), Cell(sides), Cell(word(amount), f"number {_sign(standing)}"))
    told = Cell(join(_tell(standing), "\n"), "more", columns=len(_BREAK_HEADS))
    return tag("tbody", (row(first), row([told])), standing.age)


def _sign(standing: Standing) -> str:
    return "over" if standing.found.part.amount > ZERO else "under"


def _names(side: str, names: Sequence[str]) -> Iterator[Html]:
    if names:
        yield tag("div", (tag("span", word(f"{side} "), "side"), foreign(shorten(names))))


def _tell(standing: Standing) -> Iterator[Html]:
    found = standing.found
    currency = found.part.currency
    whole = f"expected {format_exact(found.expected, currency)}, invoiced {format_exact(found.invoiced, currency)}"
    yield tag("div", (foreign(found.part.evidence), word(f" ({whole}; {MATCHED[found.subject.matched_by]})")))
    if found.part.also:
        yield tag("div", (word("Would explain it too: "), join(map(foreign, found.part.also), "; ")))
    known = f"{standing.age}, known since {format_instant(standing.since)}; {DECIDED[standing.status]}"
    owner = [word(", owner "), foreign(standing.owner)] if standing.owner else []
    note = [word(": "), foreign(standing.note)] if standing.note else []
    yield tag("div", (tag("code", foreign(found.id)), word(f" {known}"), *owner, *note), "known")


def _find_oldest(told: Reconciliation, currency: str, age: Age) -> datetime:
    own = (one for one in told.standings if (one.found.part.currency, one.age) == (currency, age))
    return min(standing.since for standing in own)
