"""No account's terms ever reach another's quote."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from pricing import Catalogue, PricingError, parse_catalogue, quote
from pricing.histories import list_offers
from pricing.shell.price_documents import offers_document
from pricing.shell.wire import write_quote
from tests.oracle import Row, Terms
from tests.strategies import Ask, asks, examples, valid
from tests.terms import (
    DAYS,
    HEAD,
    PRICES,
    agreement_toml,
    agreements,
    all_terms,
    card_toml,
    catalogue_files,
    instant,
    resolved_in,
    terms_of,
)

TOLD = ("secret-terms", "Between us", "0.98765432", "0.12345678", "hush", "globex", "Pacific/Chatham")
"""What only globex' agreement says: no other text of these tests has any of it."""


def _secret_rows(rows: list[Row]) -> list[Row]:
    secret: Row = {"kind": "override", "meter": "output_video_seconds", "price": "0.98765432", "currency": "USD"}
    other: Row = {"kind": "override", "meter": "requests", "price": "0.12345678", "currency": "USD", "note": "hush"}
    return [secret, other, *(row for row in rows if row["kind"] != "override")]


def _without_globex(terms: Terms) -> Terms:
    others = [layer for layer in terms.get("others", []) if layer["head"].get("account") != "globex"]
    return {**terms, "others": others}


def _told(ask: Ask, catalogue: Catalogue, on: str) -> str:
    """All that acme hears: the quote, or why there is none."""
    try:
        return write_quote(quote(valid(ask), resolved_in(catalogue, on), instant(on))).decode()
    except PricingError as error:
        return str(error)


@examples(60)
@given(asks(("atlas",)), all_terms(), agreements(), st.sampled_from(DAYS))
def test_nothing_of_another_account_is_told(ask: Ask, terms: Terms, rows: list[Row], on: str) -> None:
    alone = catalogue_files(_without_globex(terms))
    secret = agreement_toml(_secret_rows(rows), id="secret-terms", title="Between us", account="globex")
    without, both = parse_catalogue(alone), parse_catalogue(alone | {"globex.toml": secret})
    told, untold = (_told(ask, catalogue, on) for catalogue in (both, without))
    assert [word for word in TOLD if word in told] == []
    assert untold.replace(without.digest, both.digest) == told


@examples(60)
@given(asks(("atlas",)), all_terms(), agreements(), st.sampled_from(DAYS))
def test_nothing_of_a_card_that_another_account_alone_has_is_told(
    ask: Ask, terms: Terms, rows: list[Row], on: str
) -> None:
    """It has a region and a zone of months of its own, in which nobody else is, and whose months nobody else counts."""
    alone = catalogue_files({**_without_globex(terms), "agreement": rows})
    head = {"id": "secret-card", "title": "Between us", "by_agreement": "true"}
    card = card_toml(terms_of({"any": "0.98765432"}), **head, region="hush-island", zone="Pacific/Chatham")
    secret = agreement_toml([], id="secret-terms", account="globex", card="secret-card", region="hush-island")
    without, both = parse_catalogue(alone), parse_catalogue(alone | {"card-2.toml": card, "globex.toml": secret})
    told, untold = (_told(ask, catalogue, on) + _offered(catalogue, on) for catalogue in (both, without))
    assert [word for word in TOLD if word in told] == []
    assert untold.replace(without.digest, both.digest) == told


def _offered(catalogue: Catalogue, on: str) -> str:
    """What a list of prices shows acme."""
    offers = list_offers(catalogue, "acme", "production", instant(on))
    return json.dumps(offers_document(catalogue, offers, instant(on)))


@given(asks(("atlas",)), PRICES)
def test_each_account_pays_its_own_price(ask: Ask, price: str) -> None:
    """The same request, three accounts: one with each agreement, and one at list price."""
    prices = {"acme": "7.5", "globex": "8.25"}
    row: Row = {
        "from": DAYS[0],
        "model": "per_unit",
        "meter": "output_video_seconds",
        "resolution": "any",
        "price": price,
    }
    terms: Terms = {
        "super_resolution": "tier",
        "entries": [row],
        "reference_video": [{"from": DAYS[0], "billed": "no"}],
        "rounding": [],
        "agreement": [],
    }
    files = {"catalogue.toml": HEAD, "card.toml": card_toml(terms)}
    for account, own in prices.items():
        override: Row = {"kind": "override", "meter": "output_video_seconds", "resolution": "any", "price": own}
        files[f"{account}.toml"] = agreement_toml([override], id=f"{account}-terms", account=account)
    catalogue = parse_catalogue(files)
    for account, own in (*prices.items(), ("initech", price)):
        pricing = resolved_in(catalogue, DAYS[0], account=account)
        line = quote(valid(ask), pricing, instant(DAYS[0])).priced.charged.lines[0]
        assert str(line.rate.contracted_unit_price) == own
        assert str(line.rate.list_unit_price) == price
