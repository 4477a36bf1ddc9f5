"""Lines of JSON that are written alike, as programs write them: one of them is parsed, of the others cells are cut out.

Between its quotation marks a line without escapes has strings and what stands around them. Where all of that is the
same as in a line that is an object, but for plain numbers in the place of numbers, the line is such an object too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

import pyarrow as pa
from pyarrow import compute

from pricing.shell.bulk.schemas import USAGE
from pricing.usage import MAX_ROW_BYTES

Array: TypeAlias = Any
"""pyarrow has no types of its own."""
LISTS: Final = pa.list_(pa.string())
_ESCAPED: Final = r"[\\\x00-\x1f]"
_SECONDS: Final = r"(?:0|[1-9][0-9]{0,5})(?:\.[0-9]{1,6})?"
_WHOLE: Final = r"(?:0|[1-9][0-9]{0,14})"
_CLIPS: Final = rf"{_SECONDS}(?:, ?{_SECONDS})*"
_NUMBERS: Final[Mapping[str, str]] = MappingProxyType(
    {"id": _WHOLE, "references": _WHOLE, "duration_s": _SECONDS, "billed_clips_s": _SECONDS, "clips_s": _CLIPS}
)
"""The numbers that may take each other's place, by the column."""
_KEY: Final = re.compile(r" *:")


class Shape(NamedTuple):
    """What stands where among the pieces of a line.

    Pieces that are the same in all; strings by their columns; numbers by column, what stands before, pattern, and what
    stands behind.
    """

    same: Mapping[int, str]
    numbers: Mapping[int, tuple[str, str, str, str]]
    strings: tuple[tuple[int, str], ...]
    names: frozenset[str]


def group_lines(texts: Array) -> Iterator[tuple[Array, Array]]:
    """The lines without escapes by how many quotation marks they have: where they stand, and their pieces."""
    is_short = compute.less_equal(compute.binary_length(texts), MAX_ROW_BYTES)
    is_plain = compute.and_not(is_short, compute.match_substring_regex(texts, _ESCAPED))
    places = compute.indices_nonzero(is_plain)
    pieces = compute.split_pattern(texts.take(places), '"')
    lengths = compute.list_value_length(pieces)
    for length in lengths.unique().to_pylist():
        is_one = compute.equal(lengths, length)
        yield places.filter(is_one), pieces.filter(is_one)


def find_shape(pieces: Sequence[str]) -> Shape:
    """The shape of a line that is a flat object, by its pieces."""
    same, numbers, strings, names, name = dict(enumerate(pieces)), {}, [], set(), ""
    for place in range(1, len(pieces), 2):
        around = pieces[place + 1]
        if not _KEY.match(around):
            strings.append((place, name))
            del same[place]
            continue
        name = pieces[place]
        names.add(name)
        pattern = _NUMBERS.get(name)
        if pattern and (found := re.fullmatch(rf"([ :\[]+)({pattern})([\] ,}}]+)", around)):
            numbers[place + 1] = (name, found[1], pattern, found[3])
            del same[place + 1]
    return Shape(same, numbers, tuple(strings), frozenset(names))


def fit(pieces: Array, shape: Shape) -> Array:
    """Which lines have the shape."""
    fits = [compute.equal(compute.list_element(pieces, place), text) for place, text in shape.same.items()]
    for place, (_, prefix, pattern, suffix) in shape.numbers.items():
        wanted = rf"\A{re.escape(prefix)}{pattern}{re.escape(suffix)}\z"
        fits.append(compute.match_substring_regex(compute.list_element(pieces, place), wanted))
    is_fit = fits[0]
    for one in fits[1:]:
        is_fit = compute.and_(is_fit, one)
    return is_fit


def cut(pieces: Array, shape: Shape) -> dict[str, Array]:
    """The cells of lines that have the shape, in all columns of USAGE."""
    count = len(pieces)
    cells = {name: pa.nulls(count, LISTS if name == "clips_s" else pa.string()) for name in USAGE}
    clips = [compute.list_element(pieces, place) for place, name in shape.strings if name == "clips_s"]
    if "clips_s" in shape.names:
        cells["clips_s"] = _weave(clips, count)
    for place, name in shape.strings:
        if name != "clips_s":
            cells[name] = compute.list_element(pieces, place)
    for place, (name, prefix, _, suffix) in shape.numbers.items():
        text = compute.utf8_slice_codeunits(compute.list_element(pieces, place), len(prefix), -len(suffix))
        cells[name] = compute.split_pattern_regex(text, ", ?") if name == "clips_s" else text
    return {name: cells[name] for name in USAGE}


def _weave(columns: Sequence[Array], count: int) -> Array:
    """Lists of one text of each column."""
    if not columns:
        return pa.array([[]] * count, LISTS)
    order = compute.sort_indices(pa.array(list(range(count)) * len(columns)))
    width = len(columns)
    offsets = pa.array(range(0, count * width + 1, width), pa.int32())
    return pa.ListArray.from_arrays(offsets, pa.concat_arrays(columns).take(order))
