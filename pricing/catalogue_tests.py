"""Tests inside a catalogue: a request, whose it is and when, and what it is expected to cost; read from TOML.

They stand in files of their own, any number of `[[test]]` in each, and change no price.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Final, Literal, NamedTuple, NoReturn, TypeAlias

from pydantic import BeforeValidator, Field, model_validator

from pricing.catalogue import OwnedFile, Place, suggest
from pricing.charges import Kind
from pricing.errors import CardError
from pricing.fields import Charge, Instant, Name, Part, Text, Total, UnitOfAccount, parse_part, parse_toml, read_charge
from pricing.meters import MeterId
from pricing.money import CHARGE_PATTERN
from pricing.positions import find_line
from wan_rules.decimals import Seconds
from wan_rules.hosts import HOSTS, Hosts
from wan_rules.request import AspectRatio, Resolution

MEDIA_MAX: Final = 64
"""References of one kind that a test may ask for: more than any host takes, so that a refusal can be tested too."""

RefusalCode: TypeAlias = Literal["rejected", "no_rate", "unknown_name", "ambiguous_terms", "error"]
"""Why there is no quote: the host's rules, no price, a name that is not known, two sets of terms, anything else."""


def _signed(value: object) -> Decimal:
    negative = isinstance(value, str) and value.startswith("-")
    number = read_charge(value[1:] if isinstance(value, str) and negative else value)
    return number.copy_negate() if negative else number


SignedAmount = Annotated[
    Decimal,
    BeforeValidator(
        _signed, json_schema_input_type=Annotated[str, Field(pattern=CHARGE_PATTERN.replace("^", "^-?", 1))]
    ),
]
_Count = Annotated[int, Field(ge=0, le=MEDIA_MAX)]


class RequestAsked(Part):
    """A request by all that its price can depend on; what is left out takes the host's default.

    `clips_s` are reference clips of a known length, `clips` counts those of an unknown one.
    """

    resolution: Resolution | None = None
    ratio: AspectRatio | None = None
    duration_s: int | None = None
    images: _Count = 0
    clips_s: Annotated[tuple[Seconds, ...], Field(max_length=MEDIA_MAX)] = ()
    clips: _Count = 0
    first_frame: bool = False


class LineExpected(Part):
    """A line of the quote, by as much of it as is named."""

    meter: MeterId | None = None
    resolution: Resolution | None = None
    pricing_quantity: Total | None = None
    amount: Charge | None = None
    entry: Text | None = None


class AdjustmentExpected(Part):
    """An adjustment of the quote, by as much of it as is named."""

    kind: Text | None = None
    amount: SignedAmount | None = None


class Expectation(Part):
    """What a test expects, by as much of it as is named: of a quote, or the `error` that there is instead of one.

    `lines` and `adjustments` are all that there are, in their order.
    """

    error: RefusalCode | None = None
    kind: Kind | None = None
    currency: UnitOfAccount | None = None
    total: Charge | None = None
    total_min: Charge | None = None
    lines: tuple[LineExpected, ...] | None = None
    adjustments: tuple[AdjustmentExpected, ...] | None = None

    @model_validator(mode="after")
    def _quote_or_error(self) -> Expectation:
        if self.error is not None and len(self.model_fields_set) > 1:
            msg = "an error is expected or a quote, not both: where there is an error there is no quote"
            raise ValueError(msg)
        return self


class CatalogueTest(Part):
    """One test: what is asked, by whom, of whom and when, and what is expected."""

    name: Text
    account: Name | None = None
    environment: Name | None = None
    host: Name
    region: Name | None = None
    at: Instant
    consumed_before: Annotated[Mapping[str, Total], Field(default_factory=dict)]
    request: RequestAsked
    expect: Annotated[Expectation, Field(default_factory=Expectation)]


class FileOfTests(Part):
    """A file of tests."""

    schema_version: Literal["1"]
    test: Annotated[tuple[CatalogueTest, ...], Field(min_length=1)]


class PlacedTest(NamedTuple):
    """A test and where it stands: its file, and its position there."""

    test: CatalogueTest
    source: OwnedFile
    position: int

    def place(self, *path: str | int) -> Place:
        """Where something in it stands, by its path from the test."""
        whole = ("test", self.position, *path)
        return Place(self.source.file, find_line(self.source.text, whole), ".".join(map(str, whole)))


def parse_tests(files: Iterable[OwnedFile], *, hosts: Hosts = HOSTS, written: bool = True) -> tuple[PlacedTest, ...]:
    """Every test in these files, in order. Raises CardError that names file, line and key.

    Unless `written` is false each has to expect something: what is expected may be about to be written.
    """
    found = [placed for file in files for placed in _read(file)]
    taken: dict[str, PlacedTest] = {}
    for placed in found:
        test = placed.test
        if test.host not in hosts:
            _refuse(f"{test.host!r} is not known: {suggest(test.host, tuple(hosts))}", placed, "host")
        if test.name in taken:
            _refuse(f"the name {test.name!r} is taken by {taken[test.name].place()}", placed, "name")
        if written and not test.expect.model_fields_set:
            _refuse('it expects nothing: say what, such as total = "0.50"', placed, "expect")
        taken[test.name] = placed
    return tuple(found)


def _read(file: OwnedFile) -> Iterator[PlacedTest]:
    read = parse_part(FileOfTests, parse_toml(file.text, file=file.file), file.text, file=file.file)
    for index, test in enumerate(read.test):
        yield PlacedTest(test, file, index)


def _refuse(reason: str, placed: PlacedTest, key: str) -> NoReturn:
    place = placed.place(key)
    raise CardError(reason, file=place.file, line=place.line, key=place.key)
