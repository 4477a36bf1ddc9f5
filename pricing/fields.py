"""The kinds of value that cards, agreements and catalogues are written in, and how a text becomes them.

Prices and quantities are strings, instants say their zone, names are small letters; anything else is told at its line.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Annotated, Final, Literal, TypeAlias, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import tomli
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from pricing.currencies import MINOR_UNITS
from pricing.errors import CardError
from pricing.money import (
    AMOUNT_PATTERN,
    CHARGE_PATTERN,
    EXACT,
    count_decimals,
    parse_amount,
    parse_charge,
    parse_decimal,
)
from pricing.positions import find_line
from wan_rules.decimals import DECIMAL_PATTERN
from wan_rules.faults import show, sort_faults, tell

P = TypeVar("P", bound=BaseModel)

NAME_PATTERN: Final = r"^[a-z0-9][a-z0-9._-]{0,63}$"
_NAME: Final = re.compile(NAME_PATTERN)
QUANTITY_DECIMALS: Final = 6
MAX_CARD_BYTES: Final = 16 * 1024 * 1024
"""The largest card, agreement or catalogue file read: 10,000 entries have about one."""


def read_number(value: object) -> Decimal:
    """The number that a string writes. Raises ValueError for a bare number, and for any other spelling."""
    return parse_decimal(_read_text(value))


def read_total(value: object) -> Decimal:
    """The same, of what came out of products, and so has more digits than a price."""
    return parse_amount(_read_text(value))


def read_charge(value: object) -> Decimal:
    """The same, of what a request comes to, which may have more digits yet."""
    return parse_charge(_read_text(value))


def _read_text(value: object) -> str:
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        msg = f'write the number as a string, "{show(value)}": a bare one can lose digits'
        raise ValueError(msg)  # noqa: TRY004 - pydantic reports a ValueError at its field, and lets a TypeError escape
    if not isinstance(value, str):
        msg = f'a number as a string is wanted, like "0.10", not {show(value)}'
        raise ValueError(msg)  # noqa: TRY004 - as above
    return value


def _power_of_ten(value: Decimal) -> Decimal:
    quantum = value.normalize(EXACT)
    if quantum.as_tuple().digits != (1,):
        msg = f'a quantum is a power of ten, like "0.01", not {value}'
        raise ValueError(msg)
    return quantum


def _instant(value: object) -> datetime:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            msg = f"{value.isoformat()} has no zone: add Z, or write the bare date for 00:00 UTC"
            raise ValueError(msg)
        return _to_utc(value)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    msg = f"a date, or an instant with a zone, is wanted bare, like 2026-01-31, not {show(value)}"
    raise ValueError(msg)


def _to_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        msg = f"{value.isoformat()} lies outside the calendar in UTC: write one that is of the years 1 to 9999 there"
        raise ValueError(msg) from None


def spell_instant(at: datetime) -> str:
    """The day, where the instant is the begin of one in UTC, or else the instant: names of dated parts have it."""
    utc = at.astimezone(UTC)
    return utc.date().isoformat() if utc.time() == time() else utc.isoformat().replace("+00:00", "Z")


def _currency(value: object) -> object:
    if isinstance(value, str) and value not in MINOR_UNITS:
        msg = f"{show(value)} is no currency of ISO 4217: write its three capital letters, like USD"
        raise ValueError(msg)
    return value


def _unit_of_account(value: object) -> object:
    """A currency, or the name of a credit that the card says the worth of; a currency in small letters is neither."""
    is_name = isinstance(value, str) and _NAME.fullmatch(value) and value.upper() not in MINOR_UNITS
    return value if is_name else _currency(value)


def _zone(value: object) -> object:
    if isinstance(value, str):
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            close = get_close_matches(value, available_timezones(), n=1)
            hint = f"did you mean {close[0]!r}?" if close else "write it as in Asia/Shanghai, or UTC"
            msg = f"{show(value)} is no time zone of the IANA database: {hint}"
            raise ValueError(msg) from None
    return value


def _positive(value: Decimal) -> Decimal:
    if not value:
        msg = "0 leaves nothing: leave the key out, or write more"
        raise ValueError(msg)
    return value


def _quantity(value: Decimal) -> Decimal:
    if count_decimals(value) > QUANTITY_DECIMALS:
        msg = f"{value:f} has more than {QUANTITY_DECIMALS} decimals: quantities have microseconds at most"
        raise ValueError(msg)
    return value


def _name(value: object) -> object:
    if isinstance(value, str) and not _NAME.fullmatch(value):
        msg = f"{show(value)} is no name: small letters, digits, '.', '_' and '-', 64 at most, a letter or digit first"
        raise ValueError(msg)
    return value


Amount = Annotated[
    Decimal, BeforeValidator(read_number, json_schema_input_type=Annotated[str, Field(pattern=DECIMAL_PATTERN)])
]
Total = Annotated[
    Decimal, BeforeValidator(read_total, json_schema_input_type=Annotated[str, Field(pattern=AMOUNT_PATTERN)])
]
"""What came out of products and goes into more of them: a running total, or a sum in another currency."""
Charge = Annotated[
    Decimal, BeforeValidator(read_charge, json_schema_input_type=Annotated[str, Field(pattern=CHARGE_PATTERN)])
]
"""What a request comes to, or a line of it."""
Positive = Annotated[Amount, AfterValidator(_positive)]
Quantity = Annotated[Positive, AfterValidator(_quantity)]
"""Of a meter: above zero, six decimals at most."""
Quantum = Annotated[Amount, AfterValidator(_power_of_ten)]
"""What amounts are rounded to multiples of, in the form that rounding takes."""


def _free(value: object) -> object:
    if value is True or value is None:
        return value
    msg = f"free is true or left out, not {show(value)}"
    raise ValueError(msg)


Free = Annotated[Literal[True], BeforeValidator(_free)]
Instant = Annotated[datetime, BeforeValidator(_instant, json_schema_input_type=date | datetime)]
Currency = Annotated[str, BeforeValidator(_currency)]
UnitOfAccount = Annotated[str, BeforeValidator(_unit_of_account)]
"""What amounts are in: a currency of ISO 4217, or a credit by its name in small letters."""
Zone = Annotated[str, BeforeValidator(_zone)]
"""A time zone by its IANA name, whose calendar months count."""
Name = Annotated[str, Field(pattern=NAME_PATTERN), BeforeValidator(_name)]
Text = Annotated[str, Field(min_length=1, max_length=500)]
Confidence: TypeAlias = Literal["published", "transcribed", "second-hand", "fictional"]
"""How sure a price is: the host's own page; a dated transcription; a reseller's or client's word; made up."""


class Part(BaseModel):
    """Anything that a file of the catalogue says: frozen, strict, and closed to keys that it does not know."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _freeze_arrays(cls, value: object) -> object:
        """An array of TOML is a list, and strict tuples take no list."""
        if isinstance(value, dict):
            return {key: tuple(item) if isinstance(item, list) else item for key, item in value.items()}
        return value


class Dated(Part):
    """What holds from an instant on."""

    from_: Annotated[Instant, Field(alias="from")]


def parse_toml(text: str, *, file: str) -> dict[str, object]:
    """The TOML document, numbers with a point as exact Decimals. Raises CardError with the line that is not TOML."""
    if len(text) > MAX_CARD_BYTES:
        reason = f"{len(text):,} characters: at most {MAX_CARD_BYTES:,} are read"
        raise CardError(reason, file=file)
    try:
        return tomli.loads(text, parse_float=Decimal)
    except tomli.TOMLDecodeError as error:
        raise CardError(f"not TOML: {error.msg}", file=file, line=error.lineno) from None
    except InvalidOperation:
        raise CardError("a number has an exponent that none can hold: write its digits out", file=file) from None
    except (RecursionError, ValueError) as error:
        raise CardError(f"not TOML: {error}", file=file) from None


def parse_part(  # noqa: PLR0913 - the context is pydantic's own, and few models take one
    model: type[P], value: object, text: str, *, file: str, context: object = None
) -> P:
    """A document as `model` types it. Raises CardError at the first fault, counting the rest."""
    try:
        return model.model_validate(value, context=context)
    except ValidationError as error:
        first, *others = sort_faults(error, value)
        more = f" (and {len(others)} more)" if others else ""
        reason = f"{tell(first, model)}{more}"
        raise CardError(
            reason, file=file, line=find_line(text, first.path), key=".".join(map(str, first.path))
        ) from None
