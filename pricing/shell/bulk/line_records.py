"""What a line of text says, as the object that UsageRow is read from: lines of JSON, and of CSV under a header."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from pricing.shell.bulk.faults import FaultyFilesError, FileFault
from pricing.shell.bulk.local_times import read_zone, to_instant
from pricing.shell.bulk.parquet_schemas import TOTALS, Demand, check_names
from pricing.shell.bulk.schemas import USAGE
from pricing.shell.bulk.sources import Source
from pricing.shell.bulk.text_lines import read_lines
from pricing.usage import MAX_ROW_BYTES, parse_record
from wan_rules.payloads import JsonObject, UnusableInputError

Read: TypeAlias = Callable[[bytes], JsonObject]
"""The object that a line holds. Raises UnusableInputError."""
DELIMITERS: Final = {"csv": ",", "tsv": "\t"}
_LOCAL: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?", re.ASCII)
_WHOLE: Final = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_BETWEEN: Final = re.compile(r" *; *| +")


def json_reader(demand: Demand) -> Read:
    """How lines of JSON are read."""
    zone = zone_of(demand)

    def read(line: bytes) -> JsonObject:
        record = parse_record(line, what="row")
        if demand.ignores_extra:
            record = {key: value for key, value in record.items() if key in USAGE or key == TOTALS}
        return place_at(record, zone)

    return read


def csv_reader(source: Source, header: Sequence[str], demand: Demand) -> Read:
    """How the lines below a header are read; an empty field is nothing said."""
    zone, delimiter = zone_of(demand), DELIMITERS[source.format]

    def read(line: bytes) -> JsonObject:
        fields = split_fields(line, delimiter)
        if len(fields) != len(header):
            raise UnusableInputError("row", f"{len(fields)} fields under a header of {len(header)}")
        said = {name: text for name, text in zip(header, fields, strict=True) if text}
        return place_at(dict(_convert(said)), zone)

    return read


def read_header(source: Source) -> tuple[str, ...]:
    """The names in a file's first line. Raises FaultyFilesError where there is none that can be read."""
    try:
        _, line = next(read_lines(source), (0, b""))
        names = split_fields(line.removeprefix(b"\xef\xbb\xbf"), DELIMITERS[source.format])
    except UnusableInputError as error:
        fault = FileFault(source.name, "", "its header can't be read", error.reason)
        raise FaultyFilesError("usage", [fault]) from None
    return tuple(names)


def check_header(source: Source, demand: Demand) -> tuple[str, ...]:
    """The names of a file's columns. Raises FaultyFilesError with all that is wrong with them."""
    header = read_header(source)
    if header == ("",) or not header:
        raise FaultyFilesError("usage", [FileFault(source.name, "", "it is empty", "write a header with the columns")])
    if faults := list(check_names(source.name, header, demand)):
        raise FaultyFilesError("usage", faults)
    return header


def split_fields(line: bytes, delimiter: str) -> list[str]:
    """The fields of a line of CSV. Raises UnusableInputError."""
    if len(line) > MAX_ROW_BYTES:
        raise UnusableInputError("row", f"over {MAX_ROW_BYTES:,} bytes: no row of usage is that long")
    if line.count(b'"') % 2:  # csv lets a mark pass that ends a field begun in the line before
        raise _misplaced("one that is not closed")
    try:
        text = line.decode()
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except UnicodeDecodeError as error:
        byte = line[error.start]
        raise UnusableInputError("row", f"the byte 0x{byte:02x} is no UTF-8: save the text as UTF-8") from None
    except csv.Error as error:
        raise _misplaced(str(error)) from None


def _misplaced(why: str) -> UnusableInputError:
    told = f"a quotation mark is out of place, or a field goes on in the next line, which a row can't ({why})"
    return UnusableInputError("row", told)


def _convert(said: dict[str, str]) -> Iterator[tuple[str, object]]:
    """The fields of ours as JSON would have them."""
    for name, text in said.items():
        if name == "references" and _WHOLE.fullmatch(text):
            yield name, int(text)
        elif name == "clips_s":
            yield name, split_clips(text)
        elif name in USAGE or (name == TOTALS and text != "{}"):
            yield name, text


def split_clips(text: str) -> object:
    """Lengths in a JSON array, or with semicolons or spaces between them; a place that is left empty stays one."""
    if text.startswith("["):
        try:
            return parse_record(b'{"clips_s":%b}' % text.encode(), what="row")["clips_s"]
        except UnusableInputError:
            return text
    return _BETWEEN.split(text.strip(" "))


def zone_of(demand: Demand) -> ZoneInfo | None:
    """The zone of local times, if one is named."""
    return None if demand.zone is None else read_zone(demand.zone)


def place_at(record: JsonObject, zone: ZoneInfo | None) -> JsonObject:
    """The record with a local time in `at` as the instant that it was; all else is for UsageRow to judge."""
    at = record.get("at")
    if zone is None or not isinstance(at, str) or not _LOCAL.fullmatch(at):
        return record
    return {**record, "at": write_instant(at, zone)}


def write_instant(local: str, zone: ZoneInfo) -> str:
    """The instant of a local time as RFC 3339. Raises UnusableInputError."""
    try:
        return to_instant(datetime.fromisoformat(local), zone).isoformat()
    except (ValueError, OverflowError) as error:
        raise UnusableInputError("row", f"at: {error}") from None
