"""What is invoiced in another currency than was expected, and whether a number or an exchange ties the two amounts."""

from __future__ import annotations

import decimal
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from pricing.agreed_terms import Exchange
from pricing.agreements import AgreementHead
from pricing.breaks import Part
from pricing.catalogue import Catalogue, Pricing
from pricing.money import EXACT, ONE, Money, format_amount, format_decimal


class Tie(NamedTuple):
    """How an amount in one currency comes of one in another; `rate` is what one unit is worth."""

    rate: Decimal
    source: str


def list_ties(catalogue: Catalogue, pricing: Pricing, expected: str, invoiced: str) -> Iterator[tuple[Tie, bool]]:
    """Every exchange between the two that the account may know, and whether it goes from the invoice's to the other.

    It knows what everybody's agreements and its own say, and nothing of another account's.
    """
    worth, account = pricing.terms.worth, pricing.market.account
    if worth is not None and worth.currency == invoiced:
        yield Tie(worth.value, worth.source), False
    for name, agreement in sorted(catalogue.agreements.items()):
        if agreement.agreement.account not in (None, account):
            continue
        for position, term in enumerate(agreement.term):
            if isinstance(term, Exchange) and term.currency in (expected, invoiced):
                other = invoiced if term.currency == expected else expected
                if term.of in (None, other) and other in _currencies(catalogue, agreement.agreement):
                    yield Tie(term.rate, f"{name}:term/{position}"), term.currency == expected


def _currencies(catalogue: Catalogue, own: AgreementHead) -> set[str]:
    """Those of the cards that the agreement may stand on: that it names, else any of its host and region."""
    cards = [card.card for card in catalogue.cards.values() if card.card.host == own.host]
    if own.card is not None:
        names = {own.card, *(alias.card for alias in catalogue.aliases if alias.name == own.card)}
        return {card.currency for card in cards if card.id in names}
    return {card.currency for card in cards if own.region is None or card.region in (None, own.region)}


def describe_change(
    expected: Money, invoiced: Money, ties: Iterator[tuple[Tie, bool]], slack: Decimal
) -> tuple[Part, Part]:
    """The two parts: what was expected leaves in its currency, and what was invoiced enters in the other."""
    detail, how = _tie(expected, invoiced, ties, slack)
    one, other = (f"{format_amount(*money)} {money.currency}" for money in (expected, invoiced))
    evidence = f"{one} expected, {other} invoiced: {how}"
    return (
        Part("currency", detail, expected.currency, EXACT.minus(expected.amount), evidence),
        Part("currency", detail, invoiced.currency, invoiced.amount, evidence),
    )


def _tie(expected: Money, invoiced: Money, ties: Iterator[tuple[Tie, bool]], slack: Decimal) -> tuple[str, str]:
    if _comes_to(expected.amount, ONE, invoiced.amount, slack):
        return "same number", "the same number in another currency"
    for (rate, source), is_reverse in ties:
        one, other = (invoiced.amount, expected.amount) if is_reverse else (expected.amount, invoiced.amount)
        if _comes_to(one, rate, other, EXACT.multiply(slack, rate) if is_reverse else slack):
            return "known exchange", f"exchanged at {format_decimal(rate)}, as {source} says"
    return "other currency", "at no exchange that the catalogue knows"


def _comes_to(one: Decimal, rate: Decimal, other: Decimal, slack: Decimal) -> bool:
    """Whether the amount at that rate is the other, give or take the slack; not for numbers too long to multiply."""
    try:
        return EXACT.subtract(EXACT.multiply(one, rate), other).copy_abs() <= slack
    except decimal.Inexact:
        return False
