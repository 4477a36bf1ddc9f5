"""No account's terms ever reach another's quote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing import NoRateError, parse_catalogue, quote
from pricing.shell.wire import write_quote
from tests.oracle import Row, Terms
from tests.strategies import Ask, asks, examples, valid
from tests.terms import DAYS, HEAD, PRICES, agreement_toml, agreements, all_terms, card_toml, instant, resolved_in

TOLD = ("secret-terms", "Between us", "0.98765432", "0.12345678", "hush", "globex")
"""What only globex' agreement says: no other text of these tests has any of it."""


def _secret_rows(rows: list[Row]) -> list[Row]:
    secret: Row = {"kind": "override", "meter": "output_video_seconds", "resolution": "any", "price": "0.98765432"}
    other: Row = {"kind": "override", "meter": "requests", "resolution": "any", "price": "0.12345678", "note": "hush"}
    return [secret, other, *(row for row in rows if row["kind"] != "override")]


@examples(60)
@given(asks(("atlas",)), all_terms(), agreements(), st.sampled_from(DAYS))
def test_nothing_of_another_account_is_told(ask: Ask, terms: Terms, rows: list[Row], on: str) -> None:
    files = {
        "catalogue.toml": HEAD,
        "card.toml": card_toml(terms),
        "acme.toml": agreement_toml(terms["agreement"]),
        "globex.toml": agreement_toml(_secret_rows(rows), id="secret-terms", title="Between us", account="globex"),
    }
    alone = {name: text for name, text in files.items() if name != "globex.toml"}
    both, without = parse_catalogue(files), parse_catalogue(alone)
    try:
        told = write_quote(quote(valid(ask), resolved_in(both, on), instant(on))).decode()
        untold = write_quote(quote(valid(ask), resolved_in(without, on), instant(on))).decode()
    except NoRateError as error:
        told, untold = str(error), ""
        with pytest.raises(NoRateError):
            quote(valid(ask), resolved_in(without, on), instant(on))
    assert [word for word in TOLD if word in told] == []
    assert untold.replace(without.digest, both.digest) in ("", told)


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
