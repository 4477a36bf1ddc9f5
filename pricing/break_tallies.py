"""Breaks summed by currency, cause and age, and the verdict on an invoice in a few sentences.

A break that is resolved is told of, and counts for nothing: it is in no sum but that of resolved ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final, NamedTuple, TypeVar, get_args

from pricing.money import EXACT, ZERO, format_amount
from pricing.reconciliations import Age, Reconciliation, Standing

AGES: Final[tuple[Age, ...]] = get_args(Age)
Key = TypeVar("Key")


class Tally(NamedTuple):
    """So many breaks in one currency: what is asked too much, and what too little, which is not above nothing.

    `accepted_...` is how much of both is accepted.
    """

    breaks: int
    over: Decimal
    under: Decimal
    accepted_over: Decimal
    accepted_under: Decimal

    @property
    def amount(self) -> Decimal:
        """Invoiced less expected."""
        return EXACT.add(self.over, self.under)

    @property
    def accepted(self) -> Decimal:
        """What of it is accepted."""
        return EXACT.add(self.accepted_over, self.accepted_under)


NONE: Final = Tally(0, ZERO, ZERO, ZERO, ZERO)


def list_present(told: Reconciliation) -> tuple[Standing, ...]:
    """The breaks that are there, whatever was decided about them."""
    return tuple(standing for standing in told.standings if standing.age != "resolved")


def tally(standings: Iterable[Standing], key: Callable[[Standing], Key]) -> dict[Key, Tally]:
    """The breaks of each kind, counted and summed; whoever names the kinds keeps currencies apart."""
    tallies: dict[Key, Tally] = {}
    for standing in standings:
        kind = key(standing)
        tallies[kind] = _add(tallies.get(kind, NONE), standing)
    return tallies


def _add(known: Tally, standing: Standing) -> Tally:
    amount = standing.found.part.amount
    over, under = max(amount, ZERO), min(amount, ZERO)
    accepted = standing.status == "accepted"
    return Tally(
        known.breaks + 1,
        EXACT.add(known.over, over),
        EXACT.add(known.under, under),
        EXACT.add(known.accepted_over, over if accepted else ZERO),
        EXACT.add(known.accepted_under, under if accepted else ZERO),
    )


def tally_causes(told: Reconciliation) -> dict[tuple[str, str], Tally]:
    """The breaks that are there, by currency and cause."""
    return tally(list_present(told), lambda standing: (standing.found.part.currency, standing.found.part.cause))


def tally_ages(told: Reconciliation) -> dict[tuple[str, str], Tally]:
    """All breaks, by currency and age."""
    return tally(told.standings, lambda standing: (standing.found.part.currency, standing.age))


def list_currencies(told: Reconciliation) -> tuple[str, ...]:
    """The currencies of the totals, then those in which only breaks are, which are resolved ones."""
    return tuple(dict.fromkeys((*(own.currency for own in told.totals), *_currencies(told.standings))))


def _currencies(standings: Iterable[Standing]) -> Iterator[str]:
    return (standing.found.part.currency for standing in standings)


def rank(standings: Sequence[Standing]) -> dict[str, list[Standing]]:
    """The breaks by currency, the largest amounts first, whichever way they go; equal ones by their ids."""
    ranked: dict[str, list[Standing]] = {currency: [] for currency in _currencies(standings)}
    named = sorted(standings, key=lambda standing: standing.found.id)
    for standing in sorted(named, key=_size, reverse=True):
        ranked[standing.found.part.currency].append(standing)
    return ranked


def pick_largest(standings: Sequence[Standing], most: int) -> dict[str, list[Standing]]:
    """At most so many breaks, the largest of each currency: amounts of two currencies do not compare, so ranks do."""
    ranked = rank(standings)
    order = sorted((place, currency) for currency, own in ranked.items() for place in range(len(own)))
    picked = dict.fromkeys(ranked, 0)
    for _, currency in order[:most]:
        picked[currency] += 1
    return {currency: own[: picked[currency]] for currency, own in ranked.items() if picked[currency]}


def _size(standing: Standing) -> Decimal:
    return EXACT.abs(standing.found.part.amount)


def tell_verdict(told: Reconciliation) -> str:
    """What came of it, in a sentence or a few: differences and their money, what is tolerated, what was left out."""
    return " ".join((_tell_differences(told), *_tell_more(told)))


def _tell_differences(told: Reconciliation) -> str:
    counts, present = told.counts, list_present(told)
    within = f"in {_count(counts.usage_rows, 'row')} of usage and {_count(counts.invoice_lines, 'invoice line')}"
    if not present:
        return f"No differences {within}."
    sums = tally(present, lambda standing: standing.found.part.currency)
    asked = [_tell_sum(sums[currency].amount, currency) for currency in list_currencies(told) if currency in sums]
    return f"{_count(len(present), 'difference')} {within}: the invoice asks {_join(asked)}."


def _tell_sum(amount: Decimal, currency: str) -> str:
    if not amount:
        return f"in {currency} as much as expected in all"
    return f"{_tell_amount(EXACT.abs(amount), currency)} too {'much' if amount > 0 else 'little'}"


def _tell_more(told: Reconciliation) -> Iterator[str]:
    counts = told.counts
    if accepted := sum(standing.status == "accepted" for standing in list_present(told)):
        yield f"{_count(accepted, 'difference is', 'differences are')} accepted."
    if tolerated := [_tell_amount(own.tolerated, own.currency) for own in told.totals if own.tolerated]:
        yield f"Beside them {_join(tolerated)} {'lies' if len(tolerated) == 1 else 'lie'} within the tolerance."
    rows, lines = (
        _count(counts.rejected, "row of usage", "rows of usage"),
        _count(counts.lines_rejected, "invoice line"),
    )
    left_out = [said for said, number in ((rows, counts.rejected), (lines, counts.lines_rejected)) if number]
    if left_out:
        yield f"Left out, since they could not be read or rated: {_join(left_out)}."


def _tell_amount(amount: Decimal, currency: str) -> str:
    return f"{group_thousands(format_amount(amount, currency))} {currency}"


def group_thousands(text: str) -> str:
    """The number that the text writes, with a comma before each three whole digits."""
    whole, point, part = text.removeprefix("-").partition(".")
    return f"{'-' if text.startswith('-') else ''}{int(whole):,}{point}{part}"


def _count(number: int, one: str, more: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else more or f'{one}s'}"


def _join(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
