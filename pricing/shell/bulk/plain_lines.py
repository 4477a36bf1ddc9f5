"""Many lines of text as columns of text, for `plain_columns` to find the rows in them that are plainly good.

Nothing is judged or told here: a line that is anything but plain has no cells, and a cell of a strange kind is REFUSED.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import repeat
from types import MappingProxyType, NoneType
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

import pyarrow as pa
from pyarrow import compute

from pricing.shell.bulk.json_shapes import LISTS, Array, cut, find_shape, fit, group_lines
from pricing.shell.bulk.line_records import DELIMITERS, place_at, split_fields, zone_of
from pricing.shell.bulk.parquet_schemas import TOTALS, Demand
from pricing.shell.bulk.schemas import USAGE
from pricing.shell.bulk.sources import Source
from pricing.usage import MAX_ROW_BYTES, parse_record
from wan_rules.payloads import JsonObject, UnusableInputError

Texts: TypeAlias = Mapping[str, Array]
"""Columns of USAGE, as many cells each as there are lines: text, null for nothing said; of `clips_s` lists of text."""
Split: TypeAlias = Callable[[Sequence[bytes]], Texts]
REFUSED: Final = ""
"""A text that no column takes."""
_NO_CLIPS: Final = [REFUSED]
_ALIKE: Final = 8
"""Lines that are worth a look at whether they are written alike."""
_SHAPES: Final = 4
"""Ways to write as many quotation marks that are tried."""
_PARSED: Final = 2_000
"""Lines parsed at once: few enough for their objects to stay in a processor's cache."""
_LENGTH: Final = r"[0-9]{1,6}(?:\.[0-9]{1,6})?"
_ELEMENT: Final = rf'(?:{_LENGTH}|"{_LENGTH}")'
_ARRAY: Final = re.compile(rf"\[{_ELEMENT}(?:, ?{_ELEMENT})*\]", re.ASCII)
_FIND_LENGTHS: Final = re.compile(_LENGTH, re.ASCII).findall
_CLIPS: Final = rf"\A(\[\]|{_LENGTH}(( *; *| +){_LENGTH})*|\[{_LENGTH}(, ?{_LENGTH})*\])\z"
_STRING: Final = frozenset({str})
_SECONDS: Final = frozenset({str, int, Decimal})
_TAKEN: Final[Mapping[str, frozenset[type]]] = MappingProxyType(
    {
        **{name: _STRING for name in USAGE if name != "clips_s"},
        "id": frozenset({str, int}),
        "duration_s": _SECONDS,
        "billed_clips_s": _SECONDS,
        "references": frozenset({int}),
    }
)
"""What JSON may have in a column, none of it `bool`, which is an `int` to Python alone."""


def csv_splitter(source: Source, header: Sequence[str], demand: Demand) -> Split:
    """How lines below a header are split; an empty field is nothing said."""
    zone, delimiter = zone_of(demand), DELIMITERS[source.format]
    blank = delimiter * (len(header) - 1)

    def split(lines: Sequence[bytes]) -> Texts:
        texts = _decode([line if _is_bare(line) else _unquote(line, header, delimiter) for line in lines])
        is_whole = compute.equal(compute.count_substring(texts, delimiter), len(blank))
        fields = compute.split_pattern(compute.if_else(is_whole, texts, blank), delimiter)
        cells = {name: _nullify(compute.list_element(fields, index)) for index, name in enumerate(header)}
        return _place(_convert(cells), zone)

    return split


def json_splitter(demand: Demand) -> Split:
    """How lines of JSON are split."""
    zone = zone_of(demand)

    def split(lines: Sequence[bytes]) -> Texts:
        return _place(_gather(list(_split_objects(lines, demand))), zone)

    return split


def _split_objects(lines: Sequence[bytes], demand: Demand) -> Iterator[tuple[Array, Texts]]:
    """Cells with the numbers of their lines: of those written alike many at once, of the rest one by one."""
    rest = pa.array(range(len(lines)), pa.uint64())
    for group in group_lines(_decode(lines)):
        for found, cells in _cut_alike(lines, group, demand):
            yield found, cells
            rest = rest.filter(compute.invert(compute.is_in(rest, found)))
    for begin in range(0, len(rest), _PARSED):
        places = rest[begin : begin + _PARSED]
        yield places, _spell_all([_parse_plain(lines[place], demand) for place in places.to_pylist()])


def _cut_alike(lines: Sequence[bytes], group: tuple[Array, Array], demand: Demand) -> Iterator[tuple[Array, Texts]]:
    """The lines that are written as the first of them is, then those written as the first of the others, and so on."""
    places, pieces = group
    for _ in range(_SHAPES):
        example = {} if len(places) < _ALIKE else _parse_flat(lines[places[0].as_py()], demand)
        shape = find_shape(pieces[0].as_py()) if example else None
        if shape is None or not _is_cut_right(cut(pieces[:1], shape), _spell_all([example])):
            return
        is_fit = fit(pieces, shape)
        yield places.filter(is_fit), cut(pieces.filter(is_fit), shape)
        places, pieces = (column.filter(compute.invert(is_fit)) for column in (places, pieces))


def _parse_flat(line: bytes, demand: Demand) -> JsonObject:
    """The object of a line; an empty one if it has more than strings and numbers, and lengths of clips, in it."""
    record = _parse_plain(line, demand)
    clips = record.get("clips_s")
    values = [
        *(value for name, value in record.items() if name != "clips_s"),
        *(clips if isinstance(clips, list) else ()),
    ]
    return {} if any(isinstance(value, list | dict) for value in values) or isinstance(clips, dict) else record


def _is_cut_right(found: Texts, wanted: Texts) -> bool:
    return all(found[name].equals(wanted[name]) for name in USAGE)


def _spell_all(records: Sequence[JsonObject]) -> Texts:
    cells = {name: _spell(_pick(records, name), taken) for name, taken in _TAKEN.items()}
    return {**cells, "clips_s": _spell_clips(_pick(records, "clips_s"))}


def _gather(parts: Sequence[tuple[Array, Texts]]) -> Texts:
    """All parts as one, in the order of their lines."""
    order = compute.sort_indices(pa.concat_arrays([places for places, _ in parts]))
    return {name: pa.concat_arrays([texts[name] for _, texts in parts]).take(order) for name in USAGE}


def _is_bare(line: bytes) -> bool:
    """Whether the fields are what stands between the delimiters."""
    return b'"' not in line and b"\r" not in line and len(line) <= MAX_ROW_BYTES


def _unquote(line: bytes, header: Sequence[str], delimiter: str) -> bytes:
    """The same fields as a bare line; an empty one where they can't be read, or are not one for each column.

    Lengths of clips in an array have semicolons between them then. Any other field with a delimiter in it makes one
    field more than there are columns.
    """
    try:
        fields = dict(zip(header, split_fields(line, delimiter), strict=True))
    except (UnusableInputError, ValueError):
        return b""
    if _ARRAY.fullmatch(clips := fields.get("clips_s", "")):
        fields["clips_s"] = ";".join(_FIND_LENGTHS(clips))
    return delimiter.join(fields.values()).encode()


def _decode(lines: Sequence[bytes]) -> Array:
    try:
        return pa.array(lines, pa.binary()).cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array([line if _is_text(line) else b"" for line in lines], pa.binary()).cast(pa.string())


def _is_text(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _nullify(texts: Array) -> Array:
    return compute.if_else(compute.equal(texts, ""), None, texts)


def _convert(cells: Texts) -> Texts:
    """With clips as lists; a row that says something of running totals is not plain."""
    found = dict(cells)
    if "clips_s" in cells:
        found["clips_s"] = _split_clips(cells["clips_s"])
    if TOTALS in cells:
        is_none = compute.or_(cells[TOTALS].is_null(), compute.equal(cells[TOTALS].fill_null(""), "{}"))
        found["id"] = compute.if_else(is_none, cells["id"], None)
    return found


def _split_clips(texts: Array) -> Array:
    bare = compute.replace_substring_regex(texts, r"[\[\]]", "")
    lists = compute.split_pattern_regex(bare, "[;, ]+")
    told = compute.if_else(compute.equal(bare, ""), pa.scalar([], LISTS), lists)
    return compute.if_else(compute.match_substring_regex(texts, _CLIPS), told, pa.scalar(_NO_CLIPS, LISTS))


def _parse_plain(line: bytes, demand: Demand) -> JsonObject:
    """The object of a line; an empty one for keys that are not ours."""
    try:
        record = parse_record(line, what="row")
    except UnusableInputError:
        return {}
    is_ours = record.keys() <= USAGE.keys() or (demand.ignores_extra and TOTALS not in record)
    return record if is_ours else {}


def _pick(records: Sequence[JsonObject], name: str) -> list[object]:
    return list(map(dict.get, records, repeat(name)))


def _spell(cells: Sequence[object], taken: frozenset[type]) -> Array:
    """The texts, and the numbers as they are written; at once where there are texts alone."""
    if str in taken:
        try:
            return pa.array(cells, pa.string())
        except pa.ArrowException:
            pass  # there is something else among them
    spelt = [None if cell is None else str(cell) if type(cell) in taken else REFUSED for cell in cells]
    return pa.array(spelt, pa.string())


def _spell_clips(cells: Sequence[object]) -> Array:
    if {list, NoneType}.issuperset(map(type, cells)):
        try:
            return pa.array(cells, LISTS)
        except pa.ArrowException:
            pass  # as above
    return pa.array(list(map(_spell_lengths, cells)), LISTS)


def _spell_lengths(cell: object) -> list[str] | None:
    if cell is None:
        return None
    return list(map(str, cell)) if isinstance(cell, list) and _SECONDS.issuperset(map(type, cell)) else _NO_CLIPS


def _place(cells: Texts, zone: ZoneInfo | None) -> Texts:
    """With the local times of a zone as instants; one that its clocks did not show just once stays as it is."""
    if zone is None:
        return cells
    return {**cells, "at": pa.array([_place_one(text, zone) for text in cells["at"].to_pylist()], pa.string())}


def _place_one(text: object, zone: ZoneInfo) -> object:
    try:
        return place_at({"at": text}, zone)["at"]
    except UnusableInputError:
        return text
