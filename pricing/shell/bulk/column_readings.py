"""How each column of usage is read, by the form that a file has it in: our own type, what has to hold, what is said.

ibis expressions that DuckDB and Spark both run; nothing goes by way of DOUBLE.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, TypeAlias, get_args

import ibis

from pricing.cards import Outcome
from pricing.shell.bulk.schemas import INSTANT, MAX_CLIPS, SECONDS
from pricing.usage import FIRST, LAST
from wan_rules.request import ASPECT_RATIOS, RESOLUTIONS

Form: TypeAlias = Literal["text", "integer", "seconds", "decimal", "zoned", "utc", "local", "fine", "day", "absent"]
"""`seconds` are decimals that SECONDS has room for, `decimal` are others; instants are `zoned`, in `utc` without saying
so, `local` to the zone that was named, local and `fine` (nanoseconds), or a `day`. `absent` is a column that a file
does not have, or has nothing in."""
Expression: TypeAlias = Any
"""ibis has no types of its own."""

STATUSES: Final[tuple[str, ...]] = ("succeeded", *get_args(Outcome))
NEVER_NULL: Final = frozenset({"id", "at", "host", "resolution", "duration_s", "status"})
MAX_REFERENCES: Final = 1_000
MOST_SECONDS: Final = 999_999
"""Whole seconds that SECONDS has room for."""
LENGTHS: Final[Mapping[str, int]] = MappingProxyType(
    {"id": 200, "account": 64, "environment": 64, "host": 64, "region": 64}
)
WORDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"resolution": RESOLUTIONS, "ratio": ASPECT_RATIOS, "status": STATUSES}
)
_SECONDS_TEXT: Final = r"\A(0|[1-9][0-9]{0,5})(\.[0-9]{1,6})?\z"
_INSTANT_TEXT: Final = (
    r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}(T([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"(Z|[+-](([01][0-9]|2[0-2]):[0-9]{2}|23:[0-5][0-9])))?\z"
)
"""INSTANT_PATTERN of pricing.usage, less what Python refuses and the engines take."""
_TEXTS: Final = tuple(end.replace(tzinfo=None).isoformat() for end in (FIRST, LAST))
_ENDS: Final = tuple(ibis.literal(end, INSTANT) for end in _TEXTS)
_ENDS_ZONED: Final = tuple(ibis.literal(end, "timestamp('UTC', 6)") for end in _TEXTS)
NO: Final = ibis.literal(value=False)
_MISSING: Final = "it is missing: add it, nothing stands in for it"
_SHOWN: Final = 40
_DAY: Final = len("2026-01-01")


class Clocks(NamedTuple):
    """How instants become UTC without saying so, in an engine's own words."""

    from_zoned: Callable[[Expression], Expression]
    from_local: Callable[[Expression], tuple[Expression, Expression]] | None = None
    """The instants of a column of local ones, and whether each of them was there exactly once."""


ANY_ENGINE: Final = Clocks(lambda raw: raw.cast(INSTANT))
"""By a cast, which goes by the session's zone: whoever opens a session has to set that to UTC."""


class Column(NamedTuple):
    """A column as a file has it; `raw` is null throughout where the form is `absent`."""

    name: str
    raw: Expression
    form: Form


class Read(NamedTuple):
    """A column in our type, null where it can't be read; whether it holds, never null; and what is said where not."""

    value: Expression
    holds: Expression
    told: Expression


def read_column(column: Column, clocks: Clocks) -> Read:
    """The column in the type that schemas.USAGE gives it."""
    name = column.name
    if column.form == "absent":
        holds = ibis.literal(value=name not in NEVER_NULL)
        return Read(column.raw, holds, ibis.literal(f"{name}: {_MISSING}"))
    if name == "at":
        return _read_instant(column, clocks)
    return _READERS[name](column)


def show(raw: Expression) -> Expression:
    """A value as a message shows it."""
    return ibis.literal("'") + raw.cast("string").left(_SHOWN) + "'"


def _judge(column: Column, value: Expression, fits: Expression, told: Expression) -> Read:
    """`fits` may be null where the raw value is; a missing value is a fault of columns that are never null."""
    raw, name = column.raw, column.name
    if name not in NEVER_NULL:
        holds = raw.isnull() | fits
        return Read(value, holds, ibis.literal(f"{name}: ") + told)
    said = ibis.ifelse(raw.isnull(), ibis.literal(_MISSING), told)
    return Read(value, fits, ibis.literal(f"{name}: ") + said)


def _read_name(column: Column) -> Read:
    text, most = column.raw.cast("string"), LENGTHS[column.name]
    told = ibis.literal(f"1 to {most} characters are wanted, not ") + text.length().cast("string")
    return _judge(column, text, text.length().between(1, most), told)


def _read_word(column: Column) -> Read:
    words = WORDS[column.name]
    wanted = f"{', '.join(map(repr, words[:-1]))} or {words[-1]!r} is wanted, not "
    text = column.raw.cast("string")
    return _judge(column, text, ibis.or_(*[text == word for word in words]), ibis.literal(wanted) + show(text))


def _read_references(column: Column) -> Read:
    raw = column.raw
    told = ibis.literal(f"a whole number from 0 to {MAX_REFERENCES} is wanted, not ") + show(raw)
    return _judge(column, raw.try_cast("int32"), raw.between(0, MAX_REFERENCES), told)


def _to_seconds(raw: Expression, form: Form) -> tuple[Expression, Expression]:
    """The seconds, and whether the value holds them exactly."""
    match form:
        case "seconds":
            return raw.cast(SECONDS), raw >= 0
        case "integer":
            return raw.try_cast(SECONDS), raw.between(0, MOST_SECONDS)
        case "text":
            return raw.try_cast(SECONDS), raw.re_search(_SECONDS_TEXT)
        case _:
            value = raw.try_cast(SECONDS)
            return value, (value.try_cast(raw.type()) == raw) & (raw >= 0)


_SECONDS_WANTED: Final = "seconds are a number of six decimals and six whole digits at most, not "


def _read_seconds(column: Column) -> Read:
    value, fits = _to_seconds(column.raw, column.form)
    return _judge(column, value, fits, ibis.literal(_SECONDS_WANTED) + show(column.raw))


def _read_clips(column: Column) -> Read:
    raw, form = column.raw, column.form
    is_short = raw.length() <= MAX_CLIPS
    value = raw if form == "seconds" else raw.map(lambda one: _to_seconds(one, form)[0])
    told = ibis.ifelse(
        is_short,
        ibis.literal(f"in each place {_SECONDS_WANTED}") + show(raw),
        ibis.literal(f"a table takes {MAX_CLIPS} clips at most, not ") + raw.length().cast("string"),
    )
    return _judge(column, value.cast(f"array<{SECONDS}>"), _fit_clips(raw, form), told)


def _fit_clips(raw: Expression, form: Form) -> Expression:
    """Whether each place fits and there are not too many, by their number: a function over lists is slower."""
    fits = [_to_seconds(raw[place], form)[1].fill_null(NO) for place in range(MAX_CLIPS)]
    by_count = [(raw.length() == count, ibis.and_(*fits[:count])) for count in range(MAX_CLIPS + 1)]
    return ibis.cases(*by_count, else_=NO)


def _read_instant(column: Column, clocks: Clocks) -> Read:
    raw, form = column.raw, column.form
    value, fits = _to_instant(raw, form, clocks)
    told = _INSTANTS_WANTED.get(form, _INSTANT_WANTED)
    return _judge(column, value, fits, ibis.literal(told) + show(raw))


def _to_instant(raw: Expression, form: Form, clocks: Clocks) -> tuple[Expression, Expression]:
    """The instant in UTC, and whether there is such a one in our calendar."""
    match form:
        case "zoned":
            return clocks.from_zoned(raw), raw.between(*_ENDS_ZONED)
        case "text":
            whole = ibis.ifelse(raw.length() == _DAY, raw + "T00:00:00Z", raw)
            value = clocks.from_zoned(whole.try_cast("timestamp('UTC')"))
            return value, raw.re_search(_INSTANT_TEXT) & (raw.left(4) != "0000") & value.between(*_ENDS)
        case "local" | "fine" if clocks.from_local is not None:
            local = raw.cast(INSTANT)
            value, is_once = clocks.from_local(local)
            is_whole = is_once if form == "local" else is_once & (local.cast(raw.type()) == raw)
            return value, is_whole & value.between(*_ENDS)
        case _:
            value = raw.cast(INSTANT)
            return value, value.between(*_ENDS)


_INSTANT_WANTED: Final = "an instant with its zone is wanted, like 2026-11-01T09:30:00Z, or a day, not "
_INSTANTS_WANTED: Final[Mapping[Form, str]] = MappingProxyType(
    {
        "local": "an instant that the clocks of the zone showed exactly once is wanted, not ",
        "fine": "an instant that the clocks of the zone showed exactly once, of microseconds at most, is wanted, not ",
    }
)


_READERS: Final[Mapping[str, Callable[[Column], Read]]] = MappingProxyType(
    {
        **dict.fromkeys(LENGTHS, _read_name),
        **dict.fromkeys(WORDS, _read_word),
        "duration_s": _read_seconds,
        "clips_s": _read_clips,
        "billed_clips_s": _read_seconds,
        "references": _read_references,
    }
)


def join_faults(checks: Sequence[tuple[Expression, Expression]]) -> Expression:
    """All that is said of a row where something does not hold."""
    said = [ibis.ifelse(holds, ibis.literal(""), ibis.literal("; ") + told) for holds, told in checks]
    joined = said[0]
    for one in said[1:]:
        joined += one
    return joined.substr(len("; ")).fill_null("it can't be read")
