"""The kinds of value that files are written in: in which form they are kept, and what is said of others."""

from __future__ import annotations

import decimal
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Final

import pytest
from pydantic import TypeAdapter, ValidationError

from pricing import fields
from pricing.errors import CardError
from pricing.fields import Charge, Instant, Quantity, Quantum, Zone, parse_toml, spell_instant

QUANTUM: Final[TypeAdapter[Decimal]] = TypeAdapter(Quantum)
QUANTITY: Final[TypeAdapter[Decimal]] = TypeAdapter(Quantity)
INSTANT: Final[TypeAdapter[datetime]] = TypeAdapter(Instant)
CHARGE: Final[TypeAdapter[Decimal]] = TypeAdapter(Charge)
ZONE: Final[TypeAdapter[str]] = TypeAdapter(Zone)
EAST: Final = timezone(timedelta(hours=9))
WEST: Final = timezone(timedelta(hours=-12))


def refusal(form: TypeAdapter[Decimal] | TypeAdapter[datetime] | TypeAdapter[str], value: object) -> str:
    """What is said of a value that is refused."""
    with pytest.raises(ValidationError) as caught:
        form.validate_python(value)
    (fault,) = caught.value.errors()
    return fault["msg"].removeprefix("Value error, ")


@pytest.mark.parametrize(
    ("text", "kept"), [("0.01", "0.01"), ("1", "1"), ("0.10", "0.1"), ("100", "1E+2")], ids=["cent", "1", "zero", "100"]
)
def test_a_quantum_is_a_power_of_ten_in_its_shortest_form(text: str, kept: str) -> None:
    assert str(QUANTUM.validate_python(text)) == kept


@pytest.mark.parametrize("text", ["0.05", "0.12", "0"], ids=["five", "twelve", "nothing"])
def test_any_other_quantum_is_refused_in_every_context(text: str) -> None:
    """One digit of 0.12 would be a power of ten."""
    with decimal.localcontext(decimal.Context(prec=1)):
        assert refusal(QUANTUM, text) == f'a quantum is a power of ten, like "0.01", not {text}'


@pytest.mark.parametrize("text", ["0.000001", "1.500000", "7"])
def test_a_quantity_has_microseconds_at_most(text: str) -> None:
    assert QUANTITY.validate_python(text) == Decimal(text)


def test_a_quantity_of_more_decimals_is_refused() -> None:
    said = "0.0000001 has more than 6 decimals: quantities have microseconds at most"
    assert refusal(QUANTITY, "0.0000001") == said


def test_an_instant_is_kept_in_utc_and_says_its_zone() -> None:
    found = INSTANT.validate_python(datetime(2026, 1, 1, 9, tzinfo=EAST))
    assert found == datetime(2026, 1, 1, tzinfo=UTC)
    assert found.tzinfo is UTC
    said = "2026-01-01T09:00:00 has no zone: add Z, or write the bare date for 00:00 UTC"
    assert refusal(INSTANT, datetime(2026, 1, 1, 9)) == said  # noqa: DTZ001 - the fault itself


@pytest.mark.parametrize(
    ("at", "spelt"),
    [
        pytest.param(datetime(1, 1, 1, tzinfo=EAST), "0001-01-01T00:00:00+09:00", id="before-the-first"),
        pytest.param(datetime(9999, 12, 31, 23, tzinfo=WEST), "9999-12-31T23:00:00-12:00", id="after-the-last"),
    ],
)
def test_an_instant_that_utc_has_no_year_for_is_refused(at: datetime, spelt: str) -> None:
    said = f"{spelt} lies outside the calendar in UTC: write one that is of the years 1 to 9999 there"
    assert refusal(INSTANT, at) == said


@pytest.mark.usefixtures("in_tokyo")
def test_an_instant_is_spelt_by_its_day_in_utc_whatever_the_zone_of_the_machine() -> None:
    assert spell_instant(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01"
    assert spell_instant(datetime(2026, 1, 1, 9, tzinfo=EAST)) == "2026-01-01"
    assert spell_instant(datetime(2026, 1, 1, tzinfo=EAST)) == "2025-12-31T15:00:00Z"


def test_a_zone_that_is_misspelt_is_told_with_the_nearest() -> None:
    said = "'Asia/Shangai' is no time zone of the IANA database: did you mean 'Asia/Shanghai'?"
    assert refusal(ZONE, "Asia/Shangai") == said


def test_a_file_of_the_greatest_length_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a = 1.50"
    monkeypatch.setattr(fields, "MAX_CARD_BYTES", len(text))
    assert parse_toml(text, file="card.toml") == {"a": Decimal("1.50")}
    with pytest.raises(CardError) as caught:
        parse_toml(f"{text}\n", file="card.toml")
    assert caught.value.reason == "9 characters: at most 8 are read"


def test_what_is_not_toml_is_told_at_its_line() -> None:
    with pytest.raises(CardError) as caught:
        parse_toml('a = "1"\nb = \n', file="card.toml")
    assert (caught.value.reason, caught.value.line) == ("not TOML: Invalid value", 2)


@pytest.mark.parametrize("text", ["0", "999999999999999999", f"0.{'0' * 41}1"], ids=["nothing", "most", "least"])
def test_a_charge_has_as_many_digits_as_are_computed_with(text: str) -> None:
    assert CHARGE.validate_python(text) == Decimal(text)


@pytest.mark.parametrize("text", ["1000000000000000000", f"0.{'0' * 42}1", "-1", "1e3", "01"])
def test_what_is_no_charge_is_refused(text: str) -> None:
    assert "is no amount as written here: digits, at most 18 before and 42 after a point" in refusal(CHARGE, text)
