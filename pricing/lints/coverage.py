"""CAT1xx: every market gets one card and one price, or is told that there is none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Final

from pricing.agreed_terms import speaks_of_currency
from pricing.catalogue import AmbiguousTermsError, Market
from pricing.entries import entry_key, names_price
from pricing.errors import ClashingTermsError, UnwieldyPriceError
from pricing.fields import spell_instant
from pricing.keys import EntryKey, name_key
from pricing.lints.lint import Check, Fault, count_some, name_markets
from pricing.lints.needs import is_named, list_needs, list_overrides
from pricing.lints.spans import Span, first_day, list_spans
from pricing.lints.survey import Holding, Survey
from pricing.periods import BEGINNING
from pricing.terms import build_terms

SOURCE: Final = "docs/explanation/checks.md#coverage"


def _overlaps(survey: Survey) -> Iterator[Fault]:
    """Two agreements, or two cards, of the same rank never hold for one market at one time.

    Nothing would say which of them counts, so nothing is quoted there.
    """
    found: dict[tuple[str, ...], tuple[AmbiguousTermsError, list[Holding]]] = {}
    for holding in survey.holdings:
        if isinstance(holding.refusal, AmbiguousTermsError):
            found.setdefault(holding.refusal.names, (holding.refusal, []))[1].append(holding)
    for names, (refusal, holdings) in found.items():
        begin = min(holding.begin for holding in holdings)
        since = "" if begin == BEGINNING else f", from {spell_instant(begin)}"
        markets = name_markets(market for holding in holdings for market in holding.markets)
        yield Fault(survey.place(names[-1]), f"{refusal}. It is so for {markets}{since}.")


def _gaps(survey: Survey) -> Iterator[Fault]:
    """A card has an entry, with a price or without, for every tier of its host and each meter that charges it.

    An entry without `price` and without `free` is a named absence. Without one a request ends in `no rate`, and nobody
    can tell whether that was meant.
    """
    found: dict[tuple[str, EntryKey], list[Market]] = {}
    known = {card.card.id: {entry_key(entry) for entry in card.entry} for card in survey.cards}
    for pairing in survey.pairings:
        head = pairing.card.card
        own = known[head.id].union(*map(list_overrides, pairing.layers))
        for key in list_needs(pairing.card, pairing.layers, survey.hosts[head.host]):
            if not is_named(key, own):
                found.setdefault((head.id, key), []).extend(pairing.markets)
    for (name, key), markets in found.items():
        yield Fault(
            survey.place(name),
            f"No entry for {name_key(key)}, a tier of {survey.catalogue.cards[name].card.host}: a request for it "
            f"ends in `no rate` ({name_markets(markets)}). Add an entry with its price, or one without `price` to say "
            "that there is none.",
        )


def _dead_accounts(survey: Survey) -> Iterator[Fault]:
    """Every account has, in each environment, a price at some host today or later.

    An account without any was forgotten, or its offer has ended and its name can go.
    """
    today = datetime.combine(survey.today, time(), UTC)
    spans = {card.card.id: tuple(list_spans(card)) for card in survey.cards}
    alive: dict[tuple[str | None, str | None], bool] = {}
    for holding in survey.holdings:
        lives = isinstance(holding.refusal, AmbiguousTermsError) or _has_price(holding, spans, today)
        for market in holding.markets:
            alive[market[:2]] = alive.get(market[:2], False) or lives
    dead: dict[str, list[str]] = {}
    for (account, environment), lives in alive.items():
        if not lives:
            dead.setdefault(account or "anyone", []).append(environment or "any environment")
    together: dict[tuple[str, ...], list[str]] = {}
    for account, environments in dead.items():
        together.setdefault(tuple(environments), []).append(account)
    for where, accounts in together.items():
        yield Fault(
            survey.place("catalogue", "catalogue", "accounts"),
            f"No host has a price for {count_some(accounts)} in {count_some(where)} on {survey.today} or later. Add a "
            "card or an agreement that holds there, or take the name away.",
        )


def _has_price(holding: Holding, spans: dict[str, tuple[Span, ...]], today: datetime) -> bool:
    """Whether the holding has any price of a meter, today or later."""
    card, begin = holding.card, max(holding.begin, today)
    if card is None or not holding.reaches(begin) or not holding.reaches(first_day(card)):
        return False
    return any(map(list_overrides, holding.layers)) or any(
        names_price(span.entry) and holding.reaches(span.entry.from_) and span.reaches(begin)
        for span in spans[card.card.id]
    )


def _clashes(survey: Survey) -> Iterator[Fault]:
    """Terms that hold together are in one currency, or an exchange leads from one to the other.

    An amount in a third currency can't be added to anything, so nothing is quoted there.
    """
    told: set[str] = set()
    for pairing in survey.pairings:
        if not any(speaks_of_currency(held.term) for layer in pairing.layers for held in layer):
            continue
        begin = max(pairing.holdings[0].begin, first_day(pairing.card))
        try:
            build_terms(pairing.card, pairing.agreements, begin)
        except UnwieldyPriceError:  # told by its own check
            continue
        except ClashingTermsError as clash:
            name = pairing.agreements[-1].agreement.id
            if str(clash) not in told:
                told.add(str(clash))
                yield Fault(survey.place(name), f"{clash}. It is so for {name_markets(pairing.markets)}.")


OVERLAP: Final = Check(id="CAT101", name="overlap", severity="error", source=SOURCE, find=_overlaps)
GAP: Final = Check(id="CAT102", name="gap", severity="warning", source=SOURCE, find=_gaps)
DEAD_ACCOUNT: Final = Check(id="CAT103", name="dead-account", severity="warning", source=SOURCE, find=_dead_accounts)
CLASH: Final = Check(id="CAT104", name="clash", severity="error", source=SOURCE, find=_clashes)

COVERAGE: Final = (OVERLAP, GAP, DEAD_ACCOUNT, CLASH)
