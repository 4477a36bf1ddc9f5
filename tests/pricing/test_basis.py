"""What a basis embeds is all that its quote was computed from."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Final, cast

from pydantic import BaseModel

from pricing import Market, Quote, parse_catalogue, quote, recompute, resolve
from pricing.algebra import Algebra
from pricing.basis import read_basis
from pricing.extensions import ChargeModel
from pricing.shell.wire import write_quote
from tests.documents import JsonObject
from tests.quoting import ON, atlas, lengths, reading_of
from tests.terms import HEAD, agreement_toml, card_toml, instant, terms_of
from wan_rules import validate

WORTH: Final = '[[credit]]\nfrom = 2026-01-01\nvalue = "0.01"\ncurrency = "EUR"\n'


def basis_of(found: Quote) -> JsonObject:
    return cast("JsonObject", json.loads(write_quote(found))["basis"])


def test_terms_of_every_kind_are_read_as_they_were_written() -> None:
    """In credits that are worth something, with months of a zone, a note of the card, and clips cut by references."""
    rule = {"cuts_s": "5 2.5", "cuts_by": "references", "round_to_s": "1", "minimum_s": "2"}
    terms = terms_of({"720P": "17", "any": "20"}, rule=rule)
    terms["entries"][0]["note"] = "until the summer"
    terms["rounding"] = [{"from": "2026-01-01", "quantum": "0.01", "mode": "up", "place": "line"}]
    agreed = agreement_toml(
        [
            {"kind": "allowance", "meter": "output_video_seconds", "units": "20"},
            {"kind": "rebate", "amount": "1"},
            {"kind": "unfinished", "outcome": "failed", "owed": "free"},
        ]
    )
    files = {"catalogue.toml": HEAD, "card.toml": card_toml(terms, currency="points") + WORTH, "acme.toml": agreed}
    pricing = resolve(parse_catalogue(files), Market("acme", "production", "atlas"), instant(ON))
    assert pricing.terms.worth is not None
    assert pricing.terms.zone == "Asia/Shanghai"
    found = quote(validate(reading_of("atlas", atlas(clips=1), lengths("8"))), pricing, instant(ON))
    assert read_basis(basis_of(found)).terms == pricing.terms


class Nothing(BaseModel):
    """No parameters."""


def _charge(a: Algebra[Decimal, bool], quantity: Decimal, unit_price: Decimal, _: BaseModel) -> Decimal:
    return a.mul(a.mul(quantity, quantity), unit_price)


def test_what_a_plugin_charged_is_computed_again_by_its_model() -> None:
    """5 s by 5 s at 0.1."""
    models = {"squared": ChargeModel("squared", "1", Nothing, _charge)}
    entry = '[[entry]]\nfrom = 2026-01-01\nmodel = "plugin"\nmeter = "output_video_seconds"\nplugin = "squared"\n'
    files = {"catalogue.toml": HEAD, "card.toml": f'{card_toml(terms_of({}))}\n{entry}price = "0.1"\n'}
    pricing = resolve(parse_catalogue(files, models=models), Market("acme", "production", "atlas"), instant(ON))
    found = quote(validate(reading_of("atlas", atlas())), pricing, instant(ON))
    assert recompute(basis_of(found), models).total == found.priced.charged.total == 25 * Decimal("0.1")
