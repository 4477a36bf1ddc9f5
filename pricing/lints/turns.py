"""CAT308 and CAT309: terms that go over to another currency, and what does not go with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from pricing.adjustments import CREDIT, SPEND
from pricing.agreed_terms import Exchange
from pricing.cards import RateCard
from pricing.catalogue import Market
from pricing.entries import Banded
from pricing.errors import PricingError
from pricing.fields import spell_instant
from pricing.lints.lint import Check, Fault, name_markets
from pricing.lints.spans import first_day
from pricing.lints.survey import Holding, Survey
from pricing.months import find_month
from pricing.running import UTC_ZONE
from pricing.terms import Terms, build_terms

SOURCE: Final = "docs/explanation/checks.md#amounts"


class _Held(NamedTuple):
    """A holding whose card has begun, from when on it prices, and in what."""

    holding: Holding
    card: RateCard
    begin: datetime
    currency: str

    @property
    def part(self) -> str:
        """Whose terms they are: the last agreement's, or the card's."""
        agreements = self.holding.agreements
        return agreements[-1].agreement.id if agreements else self.card.card.id

    def build(self) -> Terms | None:
        """Its terms; `None` where there are none, which has a check of its own."""
        try:
            return build_terms(self.card, self.holding.agreements, self.begin)
        except PricingError:
            return None


class _Turn(NamedTuple):
    """Where terms are in another currency than those before them, since when, and what they no longer count."""

    part: str
    begin: datetime
    old: str
    new: str
    lost: str


def _turned_currencies(survey: Survey) -> Iterator[Fault]:
    """Terms that look at money change their currency as a month begins, and a credit that goes on has a new name.

    Money counts in its own currency: what was spent in the old one is no part of the bands, caps and commitments of the
    new one, and a credit of the same name is whole again.
    """
    found: dict[_Turn, list[Market]] = {}
    for _, held in groupby(_list_held(survey), lambda one: one.holding.markets):
        course = tuple(held)
        for turn in _list_turns(course):
            found.setdefault(turn, []).extend(course[0].holding.markets)
    for turn, markets in found.items():
        part, begin, old, new, lost = turn
        since = f"From {spell_instant(begin)} on it prices in {new}, and what held before did in {old}"
        yield Fault(survey.place(part), f"{since}: {lost}, or acknowledge it. It is so for {name_markets(markets)}.")


def _list_held(survey: Survey) -> Iterator[_Held]:
    """What is held in turn, cut where a card begins to count money."""
    for holding in survey.holdings:
        card = holding.card
        if card is not None and holding.reaches(first_day(card)):
            first = max(holding.begin, first_day(card))
            later = {one.from_ for _, one in card.live if isinstance(one, Banded) and one.by == SPEND}
            for begin in sorted({first, *(day for day in later if first < day and holding.reaches(day))}):
                yield _Held(holding, card, begin, survey.prices(card, holding.layers).currency)


def _list_turns(course: Sequence[_Held]) -> Iterator[_Turn]:
    """What each change of currency loses, told of the day of the change, be it first looked at later."""
    stretches = [tuple(held) for _, held in groupby(course, lambda one: one.currency)]
    for before, after in pairwise(stretches):
        yield from _lose_spend(before[-1], after)
    if len(stretches) > 1:
        yield from _lose_credits(stretches)


def _lose_spend(before: _Held, after: Sequence[_Held]) -> Iterator[_Turn]:
    """What was spent before the change is looked for by the first terms that count it, if in the same month."""
    for held in after:
        terms = held.build()
        month = find_month(held.begin, (terms and terms.zone) or UTC_ZONE)
        if terms is not None and SPEND in terms.counters and before.holding.reaches(month.begin):
            end = spell_instant(month.end)
            lost = f"what was spent in that month before is no part of its totals. Begin it on {end}"
            yield _Turn(held.part, after[0].begin, before.currency, held.currency, lost)
            return


def _lose_credits(stretches: Sequence[Sequence[_Held]]) -> Iterator[_Turn]:
    """A credit that was granted in another currency is whole again in one in which it has not been."""
    granted: dict[str, dict[str, None]] = {}
    for stretch in stretches:
        for held, terms in ((held, held.build()) for held in stretch):
            for name in (name for name in (terms.counters if terms else ()) if name.startswith(CREDIT)):
                known = granted.setdefault(name, {})
                if known and held.currency not in known:
                    lost = f"the credit {name.removeprefix(CREDIT)!r} is whole again. Give it another name"
                    yield _Turn(held.part, stretch[0].begin, [*known][-1], held.currency, lost)
                known[held.currency] = None


def _rates_of_two(survey: Survey) -> Iterator[Fault]:
    """An exchange is over cards of one currency, or says `of` which one its rate is.

    Where an alias, or another agreement, leads on to a card in a third currency, its prices would be exchanged at the
    rate of the first one's.
    """
    found: dict[tuple[str, int], dict[str, None]] = {}
    for card, _, layers, _ in survey.pairings:
        for name, position, term in (held for layer in layers for held in layer):
            if isinstance(term, Exchange) and term.of is None and term.currency != card.card.currency:
                found.setdefault((name, position), {})[card.card.currency] = None
    for (name, position), currencies in found.items():
        if len(currencies) > 1:
            yield Fault(
                survey.place(name, "term", position),
                f"Its rate is taken of cards in {' and in '.join(currencies)}. Say which of them it is of, as of = "
                f'"{next(iter(currencies))}", and agree on a rate of its own for each.',
            )


CURRENCY_TURN: Final = Check(
    id="CAT308", name="currency-turn", severity="warning", source=SOURCE, find=_turned_currencies
)

RATE_OF_TWO: Final = Check(id="CAT309", name="rate-of-two", severity="warning", source=SOURCE, find=_rates_of_two)

TURNS: Final = (CURRENCY_TURN, RATE_OF_TWO)
