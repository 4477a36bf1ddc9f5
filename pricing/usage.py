"""Usage: what a host did for whom and when, one row a request, read strictly from lines of JSON; never a float.

Nothing stands in for a fact that prices: who does not know how many references there were does not know the price.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Annotated, Final, Literal, NoReturn, Self, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema, model_validator

from pricing.cards import Outcome
from pricing.fields import Total
from pricing.lines import Consumed
from pricing.metering import Work
from pricing.schemes import Span
from wan_rules.decimals import DURATION_PATTERN, spell_out
from wan_rules.faults import show, sort_faults, tell
from wan_rules.payloads import JsonObject, UnusableInputError, parse_object, say_no_object
from wan_rules.request import AspectRatio, Resolution
from wan_rules.staging import RENDERED_AT, STAGES

MAX_ROW_BYTES: Final = 64 * 1024
"""The longest line read as a row: one with a hundred clips has some 2 KB."""
MAX_CLIPS: Final = 100
MAX_TOTALS: Final = 100
INSTANT_PATTERN: Final = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2}))?$"
)
"""A day, which begins at 00:00 UTC, or an instant of RFC 3339 with its zone."""
_INSTANT: Final = re.compile(INSTANT_PATTERN)
FIRST: Final = datetime(1, 1, 2, tzinfo=UTC)
LAST: Final = datetime(9999, 11, 29, 23, 59, 59, 999_999, tzinfo=UTC)
"""The first and the last instant that usage may have: of each, the calendar holds the month in any zone."""
_SECONDS: Final = re.compile(DURATION_PATTERN)
_MARK: Final = b"\xef\xbb\xbf"
_BLANKS: Final = " \t\n\r"
_FAULTS_SHOWN: Final = 3

Status: TypeAlias = Literal["succeeded"] | Outcome


def _seconds(value: object) -> Decimal:
    """The seconds that a string or a number writes, with microseconds at most."""
    if isinstance(value, str) and _SECONDS.fullmatch(value):
        return Decimal(value)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        text = spell_out(Decimal(value))
        if text and _SECONDS.fullmatch(text):
            return Decimal(text)
    msg = f'seconds are a number, or a string such as "7.2", of six decimals at most, not {show(value)}'
    raise ValueError(msg)


def _instant(value: object) -> datetime:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        msg = f"an instant with its zone is wanted, like 2026-11-01T09:30:00Z, or a day, not {show(value)}"
        raise ValueError(msg)
    instant = _to_utc(value)
    if instant is None or not FIRST <= instant <= LAST:
        msg = f"{show(value)} lies outside the calendar in UTC"
        raise ValueError(msg)
    return instant


def _to_utc(text: str) -> datetime | None:
    """The instant that a text of that form writes; `None` where UTC has no year for it."""
    if len(text) == len("2026-01-01"):
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except OverflowError:
        return None


Seconds = Annotated[
    Decimal,
    BeforeValidator(_seconds),
    WithJsonSchema(
        {
            "type": ["string", "number"],
            "pattern": DURATION_PATTERN,
            "minimum": 0,
            "description": "Seconds, with six decimals at most; a string keeps its digits in every program.",
        }
    ),
]
Instant = Annotated[datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "pattern": INSTANT_PATTERN})]
Word = Annotated[str, Field(min_length=1, max_length=64)]


class UsageRow(BaseModel):
    """One request as it was used. `at` is its submission, `duration_s` the seconds of video that were delivered.

    `clips_s` are the lengths of its reference clips, whole, before any cap; `references` counts images and clips.
    Where the host says how many of their seconds it billed, `billed_clips_s` stands instead, and is not capped again.
    `consumed_before` says where running totals of the month stood, by name, for terms that look at them.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", defer_build=True)

    id: Annotated[str, Field(min_length=1, max_length=200)] | int
    at: Instant
    account: Word | None = None
    environment: Word | None = None
    host: Word
    region: Word | None = None
    resolution: Resolution
    ratio: AspectRatio | None = None
    duration_s: Seconds
    clips_s: Annotated[tuple[Seconds, ...] | None, Field(strict=False, max_length=MAX_CLIPS)] = None
    billed_clips_s: Seconds | None = None
    references: Annotated[int | None, Field(ge=0, le=1_000)] = None
    status: Status
    consumed_before: Annotated[Mapping[Word, Total], Field(default_factory=dict, max_length=MAX_TOTALS)]

    @model_validator(mode="after")
    def _clips_are_references(self) -> Self:
        if (self.clips_s is None) == (self.billed_clips_s is None):
            msg = (
                "clips_s or billed_clips_s is wanted: how long the clips are ([] for none), or what of them was billed"
            )
            raise ValueError(msg)
        if self.clips_s is None:
            return self
        if self.references is None:
            msg = "references is wanted beside clips_s: how many images and clips there were"
            raise ValueError(msg)
        if len(self.clips_s) > self.references:
            msg = f"{len(self.clips_s)} clips among {self.references} references: references counts the clips too"
            raise ValueError(msg)
        return self


def parse_record(line: bytes, *, what: str) -> JsonObject:
    """The JSON object of a line, numbers with a point as exact Decimals. Raises UnusableInputError."""
    if len(line) > MAX_ROW_BYTES:
        raise UnusableInputError(what, f"over {MAX_ROW_BYTES:,} bytes: no row of usage is that long")
    try:
        value = _decode(line.removeprefix(_MARK).decode().strip(_BLANKS))
    except (ValueError, RecursionError, InvalidOperation):
        parse_object(line, what=what)  # says what is wrong, and where
        raise UnusableInputError(what, "not JSON as it is read here: write one flat object") from None
    if b"\\" in line and b"\\ud" in line.lower():
        parse_object(line, what=what)  # which refuses half a surrogate pair: no file can hold it
    if not isinstance(value, dict):
        raise UnusableInputError(what, say_no_object(value))
    return value


def _decode(text: str) -> object:
    """What `JSONDecoder.decode` gives, which looks for blanks by a slower way."""
    value, end = _JSON.raw_decode(text)
    if end != len(text):
        msg = "something goes on behind it"
        raise ValueError(msg)
    return value


def _refuse_constant(name: str) -> NoReturn:
    msg = f"{name} is no number"
    raise ValueError(msg)


def _unique(pairs: list[tuple[str, object]]) -> JsonObject:
    found = dict(pairs)
    if len(found) != len(pairs):
        msg = "a key stands twice"
        raise ValueError(msg)
    return found


_JSON: Final = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_unique)


def read_row(record: JsonObject, *, what: str) -> UsageRow:
    """The row that a parsed line holds. Raises UnusableInputError that names each key and what is wrong there."""
    try:
        return UsageRow.model_validate(record)
    except ValidationError as error:
        faults = sort_faults(error, record)
        told = [f"{fault.place(' > ')}: {tell(fault, UsageRow)}" for fault in faults[:_FAULTS_SHOWN]]
        more = f" (and {len(faults) - _FAULTS_SHOWN} more)" if len(faults) > _FAULTS_SHOWN else ""
        raise UnusableInputError(what, "; ".join(told) + more) from None


def parse_row(line: bytes, *, what: str = "usage") -> UsageRow:
    """The row that a line of JSON holds. Raises UnusableInputError."""
    return read_row(parse_record(line, what=what), what=what)


def list_consumed(row: UsageRow) -> Consumed:
    """What was used in the month before, by the name of the running total, in order of the names."""
    return tuple(sorted(row.consumed_before.items())) if row.consumed_before else ()


def describe_work(row: UsageRow) -> Work:
    """What was asked for: all that a charge depends on beside the terms; clips that were billed stand as one."""
    tier = row.resolution
    lengths = row.clips_s if row.clips_s is not None else [length for length in (row.billed_clips_s,) if length]
    clips = tuple([Span(seconds, seconds) for seconds in lengths])
    references = len(clips) if row.references is None else row.references
    return Work(tier, RENDERED_AT[tier], row.duration_s, STAGES[tier], clips, references, row.ratio)
