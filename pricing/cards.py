"""A rate card: named, dated prices of one host in one currency, read from TOML into strict, frozen parts.

A price changes by a new `[[entry]]` with a later `from`; each is in force until the next of its meter and tier. What
is not on the card has no price: nothing falls back to zero or to another tier.

    PricingError
    ├── CardError           a card, agreement or catalogue that can't be read (file, line, key)
    ├── UnknownNameError    an account, environment, host or region that the catalogue does not know
    ├── AmbiguousTermsError two agreements or cards of the same rank are in force
    ├── UnknownCardError    a card that the catalogue does not have
    ├── NoCardError         no card holds for the market at that instant
    ├── UnwieldyPriceError  a contracted price with more digits than every engine holds
    ├── BasisError          a quote's basis that can't be read
    ├── MissingRateError    the terms have no price for a meter at a tier
    └── NoRateError         nothing prices what was asked, at that instant
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Final, Literal, NamedTuple, Self, TypeAlias, TypeVar, assert_never

import tomli
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from pricing.currencies import MINOR_UNITS
from pricing.formulas import ClipRule, Counted, Place, Step
from pricing.meters import MeterId
from pricing.money import Rounding, RoundingMode, RoundingPlace, parse_decimal
from pricing.positions import find_line
from wan_rules.faults import show, sort_faults, tell
from wan_rules.request import DECIMAL_PATTERN, Resolution

P = TypeVar("P", bound=BaseModel)

NAME_PATTERN: Final = r"^[a-z0-9][a-z0-9._-]{0,63}$"
_NAME: Final = re.compile(NAME_PATTERN)
MAX_CARD_BYTES: Final = 16 * 1024 * 1024
"""The largest card, agreement or catalogue file read: 10,000 entries have about one."""


class PricingError(Exception):
    """Anything that this package raises on purpose."""


class CardError(PricingError):
    """A file of the catalogue that can't be read: where (file, line, key), what was seen, what is wanted."""

    def __init__(self, reason: str, *, file: str, line: int | None = None, key: str = "") -> None:
        """Keep the parts, and join those that there are."""
        place = f"{file}:{line}" if line else file
        super().__init__(f"{place}: {f'{key}: ' if key else ''}{reason}")
        self.reason, self.file, self.line, self.key = reason, file, line, key


class UnknownCardError(PricingError):
    """A card was asked for by an id that the catalogue does not have."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        """Say which there are."""
        super().__init__(f"no card {name[:64]!r}: there are {', '.join(sorted(known)[:24])}")


def _price_text(value: object) -> Decimal:
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        msg = f'write the number as a string, "{show(value)}": a bare one can lose digits'
        raise ValueError(msg)  # noqa: TRY004 - pydantic reports a ValueError at its field, and lets a TypeError escape
    if not isinstance(value, str):
        msg = f'a number as a string is wanted, like "0.10", not {show(value)}'
        raise ValueError(msg)  # noqa: TRY004 - as above
    return parse_decimal(value)


def _power_of_ten(value: Decimal) -> Decimal:
    quantum = value.normalize()
    if quantum.as_tuple().digits != (1,):
        msg = f'a quantum is a power of ten, like "0.01", not {value}'
        raise ValueError(msg)
    return quantum


def _instant(value: object) -> datetime:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            msg = f"{value.isoformat()} has no zone: add Z, or write the bare date for 00:00 UTC"
            raise ValueError(msg)
        return value.astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    msg = f"a date, or an instant with a zone, is wanted bare, like 2026-01-31, not {show(value)}"
    raise ValueError(msg)


def _currency(value: object) -> object:
    if isinstance(value, str) and value not in MINOR_UNITS:
        msg = f"{show(value)} is no currency of ISO 4217: write its three capital letters, like USD"
        raise ValueError(msg)
    return value


def _name(value: object) -> object:
    if isinstance(value, str) and not _NAME.fullmatch(value):
        msg = f"{show(value)} is no name: small letters, digits, '.', '_' and '-', 64 at most, a letter or digit first"
        raise ValueError(msg)
    return value


Amount = Annotated[
    Decimal, BeforeValidator(_price_text, json_schema_input_type=Annotated[str, Field(pattern=DECIMAL_PATTERN)])
]
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
Name = Annotated[str, Field(pattern=NAME_PATTERN), BeforeValidator(_name)]
Text = Annotated[str, Field(min_length=1, max_length=500)]
Confidence: TypeAlias = Literal["published", "transcribed", "second-hand", "fictional"]
"""How sure a price is: the host's own page; a dated transcription; a reseller's or client's word; made up."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _freeze_arrays(cls, value: object) -> object:
        """An array of TOML is a list, and strict tuples take no list."""
        if isinstance(value, dict):
            return {key: tuple(item) if isinstance(item, list) else item for key, item in value.items()}
        return value


class _Dated(_Part):
    from_: Annotated[Instant, Field(alias="from")]


class _Priced(_Dated):
    resolution: Resolution | Literal["any"] = "any"
    price: Amount | None = None
    free: Free | None = None
    source: Text | None = None
    confidence: Confidence | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _price_or_free(self) -> Self:
        if self.free and self.price is not None:
            msg = "an entry is free or has a price, not both"
            raise ValueError(msg)
        if self.price == 0:
            msg = "a price of zero is written free = true"
            raise ValueError(msg)
        return self


class PerUnit(_Priced):
    """A price for each unit of a meter; for tiers that are not named, `resolution = "any"`."""

    model: Literal["per_unit"] = "per_unit"
    meter: MeterId


class Flat(_Priced):
    """A price for each request, whatever it renders."""

    model: Literal["flat"]


class Minimum(_Dated):
    """The least that a request costs; `amount` left out ends an earlier one."""

    model: Literal["minimum"]
    amount: Amount | None = None
    source: Text | None = None
    note: Text | None = None


Entry: TypeAlias = PerUnit | Flat | Minimum


def _entry(value: object) -> object:
    """A missing `model` means a price per unit."""
    return {"model": "per_unit", **value} if isinstance(value, dict) and "model" not in value else value


class ReferenceVideoRule(_Dated):
    """How reference clips are billed from a date on: whether, at which tier's price, and the caps, cuts and rounding.

    `billed = "unknown"` prices a request from not billed to billed by these very terms. `priced_as` takes the price of
    the delivered tier (`output`), of the rendered one (`render`), or of the meter's own entries (`own`).
    """

    billed: Literal["yes", "no", "unknown"]
    priced_as: Literal["output", "render", "own"] = "output"
    cap_per_clip_s: Amount | None = None
    cap_total_s: Amount | None = None
    cuts_s: tuple[Amount, ...] = ()
    cuts_by: Counted = "videos"
    minimum_s: Amount | None = None
    round_to_s: Amount | None = None
    round_mode: RoundingMode = "up"
    round_place: Place = "total"
    assumed: Text | None = None
    source: Text | None = None

    @model_validator(mode="after")
    def _sound(self) -> ReferenceVideoRule:
        if self.round_to_s == 0:
            msg = "round_to_s: a step of zero rounds to nothing"
            raise ValueError(msg)
        if list(self.cuts_s) != sorted(self.cuts_s, reverse=True):
            msg = "cuts_s: more clips are cut shorter, not longer"
            raise ValueError(msg)
        return self

    def to_clip_rule(self) -> ClipRule:
        """The terms as the formulas take them."""
        rounding = Step(self.round_to_s, self.round_mode, self.round_place) if self.round_to_s is not None else None
        return ClipRule(self.cap_per_clip_s, self.cap_total_s, self.cuts_s, self.cuts_by, self.minimum_s, rounding)


class RoundingRule(_Dated):
    """How amounts are rounded from a date on; a card without one leaves every amount exact."""

    quantum: Quantum
    mode: RoundingMode
    place: RoundingPlace

    def to_rounding(self) -> Rounding:
        """The terms as `money` takes them."""
        return Rounding(self.quantum, self.mode, self.place)


class CardHead(_Part):
    """What a card is: its name, host, currency and source, and when a person last checked it there.

    `super_resolution` says whether a super-resolution tier has a price of its own (`tier`), or is priced as its stages
    (`stages`: the render at its tier, and `super_resolution_seconds`). Without `region` or
    `environments` it holds for any.
    `by_agreement = true` keeps the card to the agreements that name it.
    """

    id: Name
    title: Text
    host: Name
    currency: Currency
    region: Name | None = None
    environments: tuple[Name, ...] = ()
    super_resolution: Literal["tier", "stages"] = "tier"
    by_agreement: Literal[True] | None = None
    source: Text
    checked: date
    confidence: Confidence
    failed_jobs: Text | None = None
    note: Text | None = None


class RateCard(_Part):
    """A card with all that was ever on it, in the order of its file."""

    schema_version: Literal["1"]
    card: CardHead
    entry: tuple[
        Annotated[Annotated[PerUnit | Flat | Minimum, Field(discriminator="model")], BeforeValidator(_entry)], ...
    ] = ()
    reference_video: tuple[ReferenceVideoRule, ...]
    rounding: tuple[RoundingRule, ...] = ()


EntryKey: TypeAlias = tuple[str, str]
"""What an entry prices: its meter (or `minimum`) and tier (or `any`)."""


def entry_key(entry: Entry) -> EntryKey:
    """What the entry prices; of two with the same key the later one is in force."""
    match entry:
        case PerUnit():
            return (entry.meter, entry.resolution)
        case Flat():
            return ("requests", entry.resolution)
        case Minimum():
            return ("minimum", "any")
        case _:
            assert_never(entry)


def name_key(key: EntryKey) -> str:
    """The key as people read it."""
    return key[0] if key[1] == "any" else f"{key[0]} at {key[1]}"


def entry_id(card: str, entry: Entry) -> str:
    """The entry's name in quotes and reports: card, meter, tier and first day."""
    at = entry.from_
    day = at.date().isoformat() if at.timetz() == time(tzinfo=UTC) else at.isoformat().replace("+00:00", "Z")
    return f"{card}:{'/'.join(entry_key(entry))}@{day}"


def parse_toml(text: str, *, file: str) -> dict[str, object]:
    """The TOML document, numbers with a point as exact Decimals. Raises CardError with the line that is not TOML."""
    if len(text) > MAX_CARD_BYTES:
        reason = f"{len(text):,} characters: at most {MAX_CARD_BYTES:,} are read"
        raise CardError(reason, file=file)
    try:
        return tomli.loads(text, parse_float=Decimal)
    except tomli.TOMLDecodeError as error:
        raise CardError(f"not TOML: {error.msg}", file=file, line=error.lineno) from None
    except (RecursionError, ValueError) as error:
        raise CardError(f"not TOML: {error}", file=file) from None


def parse_part(model: type[P], value: object, text: str, *, file: str) -> P:
    """A document as `model` types it. Raises CardError at the first fault, counting the rest."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first, *others = sort_faults(error, value)
        more = f" (and {len(others)} more)" if others else ""
        reason = f"{tell(first, model)}{more}"
        raise CardError(
            reason, file=file, line=find_line(text, first.path), key=".".join(map(str, first.path))
        ) from None


def parse_card(text: str, *, file: str = "card") -> RateCard:
    """The card that a TOML text holds. Raises CardError that names file, line and key."""
    card = parse_part(RateCard, parse_toml(text, file=file), text, file=file)
    for fault in (*_repeated_dates(card), *_output_priced_by_stages(card)):
        key = ".".join(map(str, fault.path))
        raise CardError(fault.reason, file=file, line=find_line(text, fault.path), key=key)
    return card


class _Fault(NamedTuple):
    reason: str
    path: tuple[str | int, ...]


def _repeated_dates(card: RateCard) -> Iterator[_Fault]:
    """Two parts of one kind that begin at the same instant: nothing says which of them counts."""
    kinds: tuple[tuple[str, list[tuple[str, datetime]]], ...] = (
        ("entry", [(name_key(entry_key(entry)), entry.from_) for entry in card.entry]),
        ("reference_video", [("reference clips", rule.from_) for rule in card.reference_video]),
        ("rounding", [("rounding", rule.from_) for rule in card.rounding]),
    )
    for table, parts in kinds:
        seen: set[tuple[str, datetime]] = set()
        for index, (what, instant) in enumerate(parts):
            if (what, instant) not in seen:
                seen.add((what, instant))
            else:
                yield _Fault(f"two for {what} begin at {instant.isoformat()}: which one counts?", (table, index))


def _output_priced_by_stages(card: RateCard) -> Iterator[_Fault]:
    """A card priced by stages has no price for a delivered super-resolution tier, so clips can't take it."""
    for index, rule in enumerate(card.reference_video):
        if card.card.super_resolution == "stages" and rule.billed != "no" and rule.priced_as == "output":
            reason = 'a card priced by stages has no price for the delivered tier: priced_as is "render" or "own"'
            yield _Fault(reason, ("reference_video", index, "priced_as"))
