"""A plugin's charge model: read with its parameters, charged by its own function, told by its name."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest
from pydantic import BaseModel, ConfigDict

from pricing import CardError, Market, Pricing, parse_catalogue, quote, resolve
from pricing.algebra import Algebra
from pricing.extensions import ChargeModel, Extension
from pricing.wordings import describe_price
from tests.contracting import agreement_text, table
from tests.quoting import ON, atlas, reading_of
from tests.terms import HEAD, card_toml, instant, terms_of
from wan_rules import validate


class Opening(BaseModel):
    """What is asked beside each unit's price."""

    model_config = ConfigDict(extra="forbid")
    fee: str


def _charge(a: Algebra[Decimal, bool], quantity: Decimal, unit_price: Decimal, parameters: BaseModel) -> Decimal:
    assert isinstance(parameters, Opening)
    return a.add(a.number(Decimal(parameters.fee)), a.mul(quantity, unit_price))


MODEL: Final = ChargeModel("opened", "1", Opening, _charge)
ENTRY: Final = {"model": "plugin", "meter": "output_video_seconds", "plugin": "opened", "price": "0.10"}


def pricing_of(parameters: str, discount: str | None = None) -> Pricing:
    entry = f"[[entry]]\nfrom = 2026-01-01\n{table(ENTRY)}parameters = {parameters}\n"
    files = {"catalogue.toml": HEAD, "card.toml": card_toml(terms_of({})) + entry}
    if discount:
        files["acme.toml"] = agreement_text([{"kind": "discount", "percent": discount}])
    catalogue = parse_catalogue(files, models={"opened": MODEL})
    return resolve(catalogue, Market("acme", "production", "atlas"), instant(ON))


def test_a_plugins_model_charges_by_its_own_function() -> None:
    """0.30 and 5 x 0.10; with half off the unit price 0.30 and 5 x 0.05."""
    valid = validate(reading_of("atlas", atlas()))
    at = instant(ON)
    assert quote(valid, pricing_of('{ fee = "0.30" }'), at).total == Decimal("0.80")
    assert quote(valid, pricing_of('{ fee = "0.30" }', "50"), at).total == Decimal("0.55")


def test_it_is_told_by_its_name() -> None:
    (rate, *_) = pricing_of('{ fee = "0.30" }').terms.rates.values()
    assert isinstance(rate.scheme, Extension)
    assert describe_price(rate.contracted, "USD") == "0.10 by opened"


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        pytest.param("{ }", "parameters: fee: ", id="missing"),
        pytest.param('{ fee = "1", tip = "2" }', "parameters: tip: ", id="unknown"),
    ],
)
def test_parameters_are_read_by_the_plugins_own_model(parameters: str, reason: str) -> None:
    with pytest.raises(CardError) as caught:
        pricing_of(parameters)
    assert caught.value.reason.startswith(reason)
    assert caught.value.line is not None


def test_a_model_that_no_plugin_adds_is_told_with_those_there_are() -> None:
    entry = f"[[entry]]\nfrom = 2026-01-01\n{table(ENTRY | {'plugin': 'closed'})}"
    files = {"catalogue.toml": HEAD, "card.toml": card_toml(terms_of({})) + entry}
    with pytest.raises(CardError) as caught:
        parse_catalogue(files, models={"opened": MODEL})
    assert caught.value.reason == "plugin: no charge model is called 'closed': there are opened"
