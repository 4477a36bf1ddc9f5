"""What is read fast of lines of text is what is read of them one by one: the same rows, digits and faults."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pricing.shell.bulk.line_records import csv_reader, json_reader
from pricing.shell.bulk.parquet_schemas import TOTALS, Demand
from pricing.shell.bulk.plain_columns import read_plain
from pricing.shell.bulk.plain_lines import _split_objects, csv_splitter, json_splitter
from pricing.shell.bulk.schemas import USAGE
from pricing.shell.bulk.sources import Source
from pricing.shell.bulk.text_usage import Ways, _read_batch
from tests.laws.test_usage_tables import FIELDS, GOOD, rows
from tests.strategies import examples

HEADER: Final = (*USAGE, TOTALS)
DEMANDS: Final = (Demand(None, ignores_extra=False), Demand("Europe/Berlin", ignores_extra=True))
CSV: Final = Source("a.csv", "csv", None, 0)
TSV: Final = Source("a.tsv", "tsv", None, 0)
SEPARATED: Final = [Ways(csv_reader(CSV, HEADER, one), csv_splitter(CSV, HEADER, one)) for one in DEMANDS]
TABBED: Final = Ways(csv_reader(TSV, HEADER, DEMANDS[0]), csv_splitter(TSV, HEADER, DEMANDS[0]))
OBJECTS: Final = [Ways(json_reader(one), json_splitter(one)) for one in DEMANDS]
NUMBERS: Final = st.sampled_from(
    (
        "0",
        "5",
        "-0",
        "7.20",
        "7.2e0",
        "1e2",
        "15e-1",
        "0.0000001",
        "999999.999999",
        "1000000",
        "1e999999999999999999999",
        "NaN",
        "true",
        "05",
    )
)
SPLICES: Final = st.sampled_from((
    b'"', b",", b";", b" ", b"\r", b"\t", b"\xff", b"\xef\xbb\xbf", b"\0", b"\\", b"\\ud800", b"\\u00e9", b"{", b"}",
    b"[", b"]", b"[]", b"null", b"true", b"0", b"1e5", b".", b"-", b":", b"2026-02-29", b"'", b"\x1f",
    "\u0663".encode(),
)) | st.binary(min_size=1, max_size=2).map(lambda data: data.replace(b"\n", b""))  # fmt: skip
LOCAL: Final = st.sampled_from(
    ("2026-11-01T09:30:00", "2026-10-25 02:30:00", "2026-03-29T02:30:00.5", "2026-07-01T00:00:00.123456")
)


@st.composite
def drawn(draw: st.DrawFn) -> dict[str, Any]:
    row = draw(rows())
    if draw(st.integers(0, 4)) == 0:
        row = {**row, "at": draw(LOCAL)}
    if draw(st.integers(0, 5)) == 0:
        name = draw(st.sampled_from((*FIELDS, TOTALS, "foo")))
        row = {
            **row,
            name: draw(
                st.sampled_from(
                    (None, True, 5, "", "{}", {}, [], [None], ["5", 5], [["5"]], ["1;2"], "5", "[5]", {"x": "1"})
                )
            ),
        }
    return row


@st.composite
def spliced(draw: st.DrawFn, line: bytes) -> bytes:
    """The line, one in two of them with something put in place of a few of its bytes."""
    if draw(st.booleans()):
        return line
    begin = draw(st.integers(0, len(line)))
    return line[:begin] + draw(SPLICES | st.just(b"")) + line[begin + draw(st.integers(0, 2)) :]


@st.composite
def json_lines(draw: st.DrawFn) -> bytes:
    text = json.dumps(draw(drawn()), ensure_ascii=draw(st.booleans()))
    text = text.replace('"5"', draw(NUMBERS)).replace('"7.2"', draw(NUMBERS))
    return draw(spliced(text.encode()))


@st.composite
def csv_lines(draw: st.DrawFn, delimiter: str = ",") -> bytes:
    row = draw(drawn())
    if isinstance(clips := row.get("clips_s"), list):
        numbers = "[" + ", ".join(map(str, clips)) + "]"
        row["clips_s"] = draw(
            st.sampled_from((json.dumps(clips), numbers, ";".join(map(str, clips)), "; ".join(map(str, clips))))
        )
    text = io.StringIO()
    bare = csv.writer(text, delimiter=delimiter, lineterminator="")
    quoted = csv.writer(text, delimiter=delimiter, lineterminator="", quoting=csv.QUOTE_ALL)
    writer = quoted if draw(st.booleans()) else bare
    writer.writerow("" if row.get(name) is None else str(row[name]) for name in HEADER)
    return draw(spliced(text.getvalue().replace("\n", "").encode()))


def agree(lines: Sequence[bytes], ways: Ways) -> None:
    batch = list(enumerate(lines, 1))
    fast, slow = (_read_batch(batch, "a", one) for one in (ways, Ways(ways.read)))
    assert fast.to_pylist() == slow.to_pylist()
    assert fast.schema == slow.schema
    fast.validate(full=True)


@given(st.lists(json_lines(), min_size=1, max_size=30), st.sampled_from(OBJECTS))
@examples(150)
def test_lines_of_json_are_read_alike(lines: list[bytes], ways: Ways) -> None:
    agree(lines, ways)


@st.composite
def alike_lines(draw: st.DrawFn) -> list[bytes]:
    """Lines of one object with other strings and numbers in it, some of them spliced."""
    base = draw(drawn())
    separators = draw(st.sampled_from(((", ", ": "), (",", ":"), (" , ", "  :  "))))
    lines = []
    for _ in range(draw(st.integers(8, 16))):
        changed = {name: draw(FIELDS[name]) for name in draw(st.lists(st.sampled_from(tuple(FIELDS)), max_size=2))}
        row = {**base, **{name: cell for name, cell in changed.items() if name in base}}
        text = json.dumps(row, ensure_ascii=False, separators=separators)
        lines.append(text.replace('"5"', draw(NUMBERS | st.just('"5"'))).encode())
    return [draw(spliced(line)) if draw(st.integers(0, 3)) == 0 else line for line in lines]


@given(alike_lines(), st.sampled_from(OBJECTS))
@examples(200)
def test_lines_written_alike_are_read_alike(lines: list[bytes], ways: Ways) -> None:
    agree(lines, ways)


@pytest.mark.parametrize(
    "said",
    [
        '"account": "\\u00e9"', '"account": "a\\\\b"', '"account"  : null', '"region": true', '"ratio": 5', '"host": 7',
        '"references": "2"', '"references": 2.0', '"id": 7', '"foo": {"host": "fal"}', '"foo": "x"',
        '"clips_s": [["5"]]',
        '"clips_s": "5"', '"clips_s": [null]', '"clips_s": [5, "2"]', '"clips_s": ["1;2"]', '"at": "2026-04-31"',
        '"at": "2026-02-29T00:00:00Z"', '"duration_s": 1e1', '"consumed_before": {}',
    ],
)  # fmt: skip
@pytest.mark.parametrize("ways", OBJECTS, ids=["strict", "lax"])
def test_what_is_strange_in_all_lines_is_read_alike(said: str, ways: Ways) -> None:
    name = said.split('"')[1]
    fields = [
        json.dumps(cell)[1:-1] for cell in ({key: cell} for key, cell in GOOD.items() if key not in {name, "host"})
    ]
    line = "{" + ", ".join(['"host": "fal"', said, *fields][name == "host" :]) + "}"
    others = [
        line.replace('"fal"', '"atlas"').replace('"id": 7', '"id": 7.5').replace("null", "null ") for _ in range(9)
    ]
    first = line.replace('"fal"', '"account"').replace("\\u00e9", "e").replace("\\", "")
    agree([one.encode() for one in (first, *[line] * 9, *others)], ways)


@pytest.mark.parametrize("clips", [[], ["7.2"], ["7.2", "1"], [7.25], [3, 4.5]], ids=repr)
def test_lines_written_alike_are_cut(clips: list[object]) -> None:
    lines = [json.dumps({**GOOD, "id": f"job-{number}", "clips_s": clips}).encode() for number in range(20)]
    ((places, texts),) = [part for part in _split_objects(lines, DEMANDS[0]) if len(part[0])]
    assert (places.to_pylist(), texts["id"][19].as_py()) == (list(range(20)), "job-19")
    agree(lines, OBJECTS[0])


@given(st.lists(csv_lines(), min_size=1, max_size=30), st.sampled_from(SEPARATED))
@examples(150)
@example([b"," * (len(HEADER) - 1)], SEPARATED[0])
def test_lines_of_csv_are_read_alike(lines: list[bytes], ways: Ways) -> None:
    agree(lines, ways)


@given(st.lists(csv_lines("\t"), min_size=1, max_size=30))
@examples(50)
def test_lines_of_tsv_are_read_alike(lines: list[bytes]) -> None:
    agree(lines, TABBED)


@pytest.mark.parametrize("length", ["5", 5, Decimal("7.25"), "999999.999999"], ids=repr)
@pytest.mark.parametrize("at", ["2026-11-01", "2026-12-31T23:59:59.5Z", "2028-03-30T09:30:00+08:00"])
def test_good_rows_are_found_good(length: object, at: str) -> None:
    row = {**GOOD, "id": 7, "at": at, "duration_s": length, "clips_s": ["5", "2"], "account": "图"}
    line = json.dumps(row, default=lambda number: f"<{number}>").replace('"<', "").replace('>"', "").encode()
    splits = [(OBJECTS[0].split, line)]
    for clips in ("5;2", "5 2", '"[5, 2]"', '"[""5"",""2""]"'):
        cells = {**row, "clips_s": clips}
        splits.append((SEPARATED[0].split, ",".join(str(cells.get(name, "")) for name in HEADER).encode()))
    for split, one in splits:
        assert split is not None
        _, is_good = read_plain(split([one]), 1)
        assert is_good.to_pylist() == [True]
