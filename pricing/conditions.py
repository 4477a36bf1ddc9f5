"""What an account has agreed beside prices, at one instant: currency, allowances, adjusters, what failed jobs cost.

Layers are read from the general to the particular: what can be said only once is taken from the last that says it;
rebates, and credits of different names, add up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple, assert_never

from pricing.adjustments import CREDIT, SPEND, Adjuster, sort_adjusters
from pricing.agreed_terms import (
    Allowance,
    Cap,
    Commitment,
    Credit,
    Exchange,
    LeastCharge,
    Rebate,
    Settled,
    identify,
)
from pricing.agreements import Held
from pricing.cards import Outcome, Owed
from pricing.contracts import Layer, Own
from pricing.errors import ClashingTermsError
from pricing.keys import EntryKey, spell_counter
from pricing.money import EXACT, HUNDRED, ONE, is_credit


class Conversion(NamedTuple):
    """What one unit of the card's currency is in the one that is billed; `said` tells it with its day and source."""

    currency: str
    rate: Decimal
    source: str
    said: str


class Allowed(NamedTuple):
    """Units that a month includes, of what the key covers."""

    key: EntryKey
    units: Decimal
    counter: str
    source: str


class Conditions(NamedTuple):
    """All that agreements say beside prices. `outcomes` are those that they say, and nothing of the card's."""

    conversion: Conversion | None
    allowances: tuple[Allowed, ...]
    adjusters: tuple[Adjuster, ...]
    outcomes: Mapping[Outcome, Owed]


def find_conditions(layers: Sequence[Layer], currency: str, least: Adjuster | None) -> Conditions:
    """What holds over a card in that currency, whose own least charge is `least`. Raises ClashingTermsError."""
    held = list(_said(layers))
    conversion = _find_conversion(held, currency)
    adjusters = [adjuster for one in held if (adjuster := _to_adjuster(one, currency, conversion))]
    if least and not any(adjuster.kind == "minimum" and adjuster.per == "request" for adjuster in adjusters):
        rate = conversion.rate if conversion else ONE
        adjusters.append(least._replace(amount=EXACT.multiply(least.amount, rate)))
    return Conditions(
        conversion,
        tuple(_to_allowed(one.source, one.term) for one in held if isinstance(one.term, Allowance)),
        sort_adjusters(adjusters),
        {one.term.outcome: one.term.owed for one in held if isinstance(one.term, Settled)},
    )


def _said(layers: Sequence[Layer]) -> Iterator[Held]:
    """The terms of all layers, of those that can be said once only the last."""
    last: dict[tuple[str, ...], Held] = {}
    for layer in layers:
        for held in layer:
            last[identify(held.term) or (held.source,)] = held
    yield from last.values()


def _find_conversion(held: Sequence[Held], currency: str) -> Conversion | None:
    for source, term in ((one.source, one.term) for one in held):
        if isinstance(term, Exchange):
            if is_credit(currency):
                msg = f"{source}: an exchange rate is of a currency, and the card is in {currency}: it says their worth"
                raise ClashingTermsError(msg)
            if term.currency == currency:
                msg = (
                    f"{source} exchanges into {currency}, which the card is in already: end it (`until`) where that "
                    "card begins, or name a card in another currency"
                )
                raise ClashingTermsError(msg)
            if term.of not in (None, currency):
                msg = (
                    f"{source} is a rate of {term.of}, and the card is in {currency}: end it (`until`) where that card "
                    "begins, and agree on another"
                )
                raise ClashingTermsError(msg)
            said = f"1 {currency} = {term.rate:f} {term.currency} on {term.date} ({term.source})"
            return Conversion(term.currency, term.rate, source, said)
    return None


def convert_own(own: Own | None, currency: str, conversion: Conversion | None) -> Decimal:
    """What a contracted price is multiplied by: nothing but 1 where an override says it in the billed currency."""
    said = own.term.currency if own else None
    return _rate_of(said, own.source if own else "", currency, conversion)


def _rate_of(said: str | None, source: str, currency: str, conversion: Conversion | None) -> Decimal:
    billed = conversion.currency if conversion else currency
    if said == billed:
        return ONE
    if said in (None, currency):
        return conversion.rate if conversion else ONE
    known = currency if conversion is None else f"{currency} or {billed}"
    msg = f"{source} is in {said}: with this card an amount is in {known}. Agree on an exchange, or write it in that"
    raise ClashingTermsError(msg)


def _to_allowed(source: str, term: Allowance) -> Allowed:
    return Allowed(term.key, term.units, spell_counter(term.key), source)


def _to_adjuster(held: Held, currency: str, conversion: Conversion | None) -> Adjuster | None:
    source, term = held.source, held.term
    if not isinstance(term, Rebate | LeastCharge | Cap | Commitment | Credit):
        return None
    amount = EXACT.multiply(term.amount, _rate_of(term.currency, source, currency, conversion))
    match term:
        case Rebate():
            return Adjuster("rebate", "request", amount, source)
        case LeastCharge():
            return Adjuster("minimum", term.per, amount, source)
        case Cap():
            return Adjuster("cap", term.per, amount, source, SPEND if term.per == "month" else None)
        case Commitment():
            rate = EXACT.divide(term.overage_percent, HUNDRED)
            return Adjuster("commitment", "month", amount, source, SPEND, rate)
        case Credit():
            return Adjuster("credit", "request", amount, source, f"{CREDIT}{term.name}")
        case _:
            assert_never(term)
