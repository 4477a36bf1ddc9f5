"""Small catalogues, of a card and agreements as text, and what the checks find in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from pricing import Catalogue, parse_catalogue
from pricing.linting import BOUNDS, lint
from tests.conftest import ROOT
from tests.oracle import Row
from tests.terms import HEAD, card_toml, terms_of

BAD: Final = ROOT / "tests" / "catalogues" / "bad"
TODAY: Final = date(2026, 11, 15)
DAY: Final = "2026-01-01"
PRICES: Final = {"720P": "0.10", "1080P": "0.15"}
EXCHANGE: Final = {"kind": "exchange", "currency": "EUR", "rate": "0.9", "date": "2026-01-01", "source": "a bank"}
EUROS: Final = {"kind": "minimum", "amount": "1", "currency": "EUR"}


def ids(card: str, *agreements: str, head: str = HEAD, today: date = TODAY) -> list[str]:
    """The ids of what is found in a catalogue of these texts."""
    return [one.id for one in lint(_parse(card, agreements, head), today, BOUNDS._replace(max_age_days=10_000))]


def found_in(*agreements: str, card: str, head: str = HEAD) -> list[tuple[str, str]]:
    """The id of each finding and what it says."""
    return [(one.id, one.message) for one in lint(_parse(card, agreements, head), TODAY)]


def runware(*entries: Row, **head: str) -> str:
    """A card of both tiers that runware has, with these entries below."""
    terms = terms_of(PRICES)
    return card_toml({**terms, "entries": [*terms["entries"], *entries]}, **{"host": "runware", **head})


def output(tier: str, day: str, **price: str) -> Row:
    return {"from": day, "meter": "output_video_seconds", "resolution": tier, **price}


def override(tier: str, price: str) -> Row:
    return {"kind": "override", "meter": "output_video_seconds", "resolution": tier, "price": price}


def _parse(card: str, agreements: Sequence[str], head: str) -> Catalogue:
    numbered = {f"agreement-{index}.toml": text for index, text in enumerate(agreements)}
    return parse_catalogue({"catalogue.toml": head, "card.toml": card} | numbered)
