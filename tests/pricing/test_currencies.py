"""The table of currencies is ISO 4217's."""

from __future__ import annotations

from iso4217 import Currency

from pricing.currencies import MINOR_UNITS


def test_every_currency_with_minor_units_is_there() -> None:
    published = {currency.code: currency.exponent for currency in Currency if currency.exponent is not None}
    assert len(published) > 150
    assert dict(MINOR_UNITS) == published
