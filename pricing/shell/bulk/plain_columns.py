"""Rows that are plainly good, found by columns of text: a part of what UsageRow takes, with the same values.

What is not found here is not bad: `pricing.usage` reads it, and says what is wrong if anything is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from types import MappingProxyType
from typing import Final, NamedTuple

import ibis
import pyarrow as pa
from pyarrow import compute

from pricing.shell.bulk.column_readings import LENGTHS, MAX_REFERENCES, NEVER_NULL, WORDS
from pricing.shell.bulk.json_shapes import Array
from pricing.shell.bulk.plain_lines import Texts
from pricing.shell.bulk.schemas import MAX_CLIPS, USAGE

SCHEMA: Final = ibis.schema(dict(USAGE)).to_pyarrow()
_DECIMAL: Final = SCHEMA.field("duration_s").type
_SECONDS: Final = r"\A(0|[1-9][0-9]{0,5})(\.[0-9]{1,6})?\z"
_COUNT: Final = r"\A(0|[1-9][0-9]{0,3})\z"
_DAY: Final = r"[12][0-9]{3}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)"
"""A day of the years 1000 to 2999 that is in the calendar whatever the year."""
_INSTANT: Final = (
    rf"\A{_DAY}(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{{1,6}})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))?\z"
)


class Column(NamedTuple):
    """A column in our type, and whether each of its cells is plainly good; never null, as a row's absence is judged."""

    values: Array
    is_good: Array


def read_plain(texts: Texts, rows: int) -> tuple[Array, Array]:
    """The rows that are plainly good as a batch in the columns of USAGE; and for each row whether it is one."""
    nothing = {name: pa.nulls(rows, pa.list_(pa.string()) if name == "clips_s" else pa.string()) for name in USAGE}
    read = {name: _READERS[name](name, {**nothing, **texts}[name]) for name in USAGE}
    good = [column.is_good for column in read.values()]
    is_good = reduce(compute.and_, [*good, *_agree({name: column.values for name, column in read.items()})])
    found = pa.RecordBatch.from_arrays([read[field.name].values for field in SCHEMA], schema=SCHEMA)
    return found.filter(is_good), is_good


def _agree(values: Mapping[str, Array]) -> list[Array]:
    """The demands of UsageRow on clips, references and what was billed, taken together."""
    clips, billed = values["clips_s"], values["billed_clips_s"]
    is_among = compute.less_equal(compute.list_value_length(clips), values["references"])
    return [
        compute.xor(clips.is_null(), billed.is_null()),
        compute.or_(clips.is_null(), is_among.fill_null(False)),  # noqa: FBT003 - pyarrow's own
    ]


def _judge(name: str, texts: Array, fits: Array) -> Array:
    """Whether cells fit, those with nothing in them by whether the column needs something."""
    told = fits.fill_null(False)  # noqa: FBT003 - pyarrow's own
    return told if name in NEVER_NULL else compute.or_(told, texts.is_null())


def _read_word(name: str, texts: Array) -> Column:
    return Column(texts, _judge(name, texts, compute.is_in(texts, pa.array(WORDS[name]))))


def _read_name(name: str, texts: Array) -> Column:
    length = compute.utf8_length(texts)
    fits = compute.and_(compute.greater(length, 0), compute.less_equal(length, LENGTHS[name]))
    return Column(texts, _judge(name, texts, fits))


def _read_pattern(name: str, texts: Array, pattern: str) -> Column:
    """A column of texts in which those that do not match are null, so that the others can be cast."""
    fits = compute.match_substring_regex(texts, pattern)
    return Column(compute.if_else(fits, texts, None), _judge(name, texts, fits))


def _read_seconds(name: str, texts: Array) -> Column:
    texts, is_good = _read_pattern(name, texts, _SECONDS)
    return Column(texts.cast(_DECIMAL), is_good)


def _read_count(name: str, texts: Array) -> Column:
    texts, is_good = _read_pattern(name, texts, _COUNT)
    counts = texts.cast(pa.int32())
    return Column(counts, compute.and_(is_good, _judge(name, counts, compute.less_equal(counts, MAX_REFERENCES))))


def _read_instant(name: str, texts: Array) -> Column:
    texts, is_good = _read_pattern(name, texts, _INSTANT)
    whole = compute.replace_substring_regex(texts, r"\A(.{10})\z", r"\1T00:00:00Z")
    return Column(whole.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us")), is_good)


def _read_clips(name: str, texts: Array) -> Column:
    lengths, fits = _read_pattern("duration_s", texts.flatten(), _SECONDS)
    odd = compute.list_parent_indices(texts).filter(compute.invert(fits))
    offsets = compute.cumulative_sum(
        pa.array([0, *compute.list_value_length(texts).fill_null(0).to_pylist()], pa.int32())
    )
    clips = pa.ListArray.from_arrays(offsets, lengths.cast(_DECIMAL), mask=texts.is_null())
    is_few = _judge(name, texts, compute.less_equal(compute.list_value_length(texts), MAX_CLIPS))
    is_odd = compute.is_in(pa.array(range(len(texts)), odd.type), odd)
    return Column(clips, compute.and_not(is_few, is_odd))


_READERS: Final[Mapping[str, Callable[[str, Array], Column]]] = MappingProxyType(
    {
        **dict.fromkeys(LENGTHS, _read_name),
        **dict.fromkeys(WORDS, _read_word),
        **dict.fromkeys(("duration_s", "billed_clips_s"), _read_seconds),
        "at": _read_instant,
        "clips_s": _read_clips,
        "references": _read_count,
    }
)
