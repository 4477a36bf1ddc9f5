"""Quotes and reports for tests of settlement: made up on the spot, so that each amount can be worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from pricing import Quote, Settlement, parse_catalogue, quote, read_report, settle
from pricing.cards import NO_MODELS
from pricing.extensions import Models
from tests.documents import JsonObject
from tests.oracle import Terms
from tests.quoting import ON, atlas, reading_of
from tests.terms import FIRST_DAY, HEAD, agreement_toml, card_toml, instant, resolved_in, terms_of
from wan_rules import validate

CENTS: Final = terms_of({"720P": "0.10", "1080P": "0.16", "1080P-SR": "0.14", "1440P-SR": "0.20"})
"""A price for each tier; clips are billed whole at the price of the output."""

FROM: Final = f"from = {FIRST_DAY}\n"
LADDER: Final = (
    f'\n[[entry]]\n{FROM}model = "graduated"\nmeter = "output_video_seconds"\nresolution = "720P"\n'
    'bands = [{up_to = "100", price = "0.20"}, {price = "0.10"}]\n'
)
"""For a card without a price for 720P: the first 100 s of a month cost 0.20 each, the others 0.10."""
MONTH: Final = "output_video_seconds/720P"


def unfinished(**outcomes: str) -> str:
    """What jobs that did not succeed cost, for a card."""
    return f"\n[[unfinished]]\nfrom = {FIRST_DAY}\n" + "".join(f'{key} = "{owed}"\n' for key, owed in outcomes.items())


def held(
    payload: JsonObject | None = None,
    *,
    terms: Terms = CENTS,
    facts: Mapping[str, object] | None = None,
    more: str = "",
    before: Mapping[str, Decimal] | None = None,
    models: Models = NO_MODELS,
) -> Quote:
    """A quote of Atlas, of 5 s at 720P where nothing else is said; `more` goes onto its card."""
    files = {"catalogue.toml": HEAD, "card.toml": card_toml(terms, zone="UTC") + more}
    if terms["agreement"]:
        files["acme.toml"] = agreement_toml(terms["agreement"])
    pricing = resolved_in(parse_catalogue(files, models=models), ON)
    return quote(validate(reading_of("atlas", payload or atlas(), facts)), pricing, instant(ON), before or {})


def settled(quoted: Quote, status: str = "succeeded", **reported: object) -> Settlement:
    """The quote settled by a report in the neutral shape."""
    return settle(quoted, read_report({"status": status, **reported}))


def told(settlement: Settlement) -> list[tuple[str, str, Decimal]]:
    """The cause, what it is about, and the money of each difference."""
    return [(each.cause, each.what, each.amount) for each in settlement.differences]
