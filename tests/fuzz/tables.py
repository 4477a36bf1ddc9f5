"""The whole path of usage and invoices through DuckDB: slower by far, and none of its own branches are seen.

An input's first line names the form and the prices, the rest is the file. Whatever it holds, it is refused as a whole
with a reason, or every row of it is rated or rejected, each once; at list prices rows come to what the scalar engine
makes of them. An invoice's lines sum to what a reconciliation says was invoiced.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from pricing import PricingError
from pricing.catalogue import Catalogue
from pricing.money import EXACT, ZERO
from pricing.rating import check_offered, describe_job, find_pricing, rate
from pricing.shell.bulk.engines import Limits
from pricing.shell.bulk.rating_tasks import Task
from pricing.shell.bulk.reconciling import compute
from pricing.shell.bulk.runs import RunOptions
from pricing.shell.bulk.sources import FORMATS, Source
from pricing.shell.bulk.summed_usage import sum_usage
from pricing.shell.bulk.text_lines import read_lines
from pricing.shell.bulk.usage_tables import Reading
from pricing.shell.catalogues import load_catalogue, load_published
from pricing.usage import list_consumed, parse_row
from tests.fuzz.rows import FINANCE, list_seeds, mutate_lines, row_pool
from tests.fuzz.target import Blind, Target, check_message
from wan_rules import HOSTS, UnusableInputError

AT: Final = datetime(2026, 12, 1, tzinfo=UTC)
PATIENCE_S: Final = 10
LIMITS: Final = Limits("500MB", 1)


@cache
def _list_prices() -> Catalogue:
    return load_published()


@cache
def _terms() -> Catalogue:
    return load_catalogue(FINANCE / "catalogue")


def judge(data: bytes) -> None:
    """What its first line asks for. Raises what is wrong with the code."""
    kind, _, rest = data.partition(b"\n")
    way = WAYS.get(kind)
    if way is not None:
        with (
            TemporaryDirectory(prefix="wan-rules-fuzz-") as folder,
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")  # what ibis calls of DuckDB is deprecated there
            way(Path(folder), rest)


def _rate(ending: str, catalogue: Callable[[], Catalogue], folder: Path, data: bytes) -> None:
    file, rejects = folder / f"rows{ending}", folder / "rejects.jsonl"
    file.write_bytes(data)
    _judge_rating(Task((str(file),), Reading(), catalogue(), HOSTS, None, rejects, LIMITS))


def _rate_parquet(folder: Path, data: bytes) -> None:
    """Lines of JSON as pyarrow makes a table of them, in whatever types."""
    try:
        rows = [row for line in data.split(b"\n") if isinstance(row := json.loads(line or b"null"), dict)]
        table = pa.Table.from_pylist([_spell_instant(row) for row in rows])
        pq.write_table(table, folder / "rows.parquet")
    except (ValueError, pa.ArrowException, OverflowError, RecursionError, TypeError):
        return
    task = Task((str(folder / "rows.parquet"),), Reading(), _terms(), HOSTS, None, folder / "rejects.jsonl", LIMITS)
    _judge_rating(task)


def _spell_instant(row: dict[str, Any]) -> dict[str, Any]:
    """The row with an instant for text that is one, as tables mostly have it."""
    try:
        return {**row, "at": datetime.fromisoformat(row["at"])}
    except (KeyError, ValueError, TypeError):
        return row


def _judge_rating(task: Task) -> None:
    try:
        found = sum_usage(task)
    except UnusableInputError as error:
        check_message(str(error), 200_000)
        return
    rejected = sum(told.rows for told in found.rejected.values())
    assert found.rated + rejected == found.rows
    rows = [] if task.rejects is None or not task.rejects.exists() else _read_lines(task.rejects)
    assert len(rows) == len({row["row"] for row in rows}) == rejected, "a rejected row is lost, or told twice"
    for row in rows:
        check_message(row["message"], 8_000)
    name = Path(task.names[0])
    if name.suffix in {".jsonl", ".csv", ".tsv"}:
        lines = list(read_lines(Source(str(name), FORMATS[name.suffix], None, 0)))[
            0 if name.suffix == ".jsonl" else 1 :
        ]
        assert found.rows == len(lines), f"{len(lines)} lines, {found.rows} rows"
        if name.suffix == ".jsonl" and task.catalogue is _list_prices():
            _compare(lines, {row["row"] for row in rows}, sum((one.total for one in found.sums.values()), ZERO))


def _read_lines(file: Path) -> list[Any]:
    """Lines of JSON end at line feeds alone: what else Python takes for the end of a line may stand in a text."""
    return [json.loads(line) for line in file.read_bytes().split(b"\n")[:-1]]


def _compare(lines: list[tuple[int, bytes]], rejected: set[int], total: Decimal) -> None:
    """The rows that are rated come to what the scalar engine makes of them, and it rates no other."""
    expected = ZERO
    for number, line in lines:
        try:
            row = parse_row(line)
            check_offered(row.host, row.resolution, HOSTS)
            pricing = find_pricing(_list_prices(), row)
            charged = rate(describe_job(row, pricing.terms, list_consumed(row)), pricing).total
        except (UnusableInputError, PricingError):
            assert number in rejected, f"line {number} is rated in a table alone"
            continue
        if number not in rejected:
            assert charged is not None
            expected = EXACT.add(expected, charged)
    assert total == expected, f"the rows come to {expected}, the table to {total}"


def _reconcile(ending: str, folder: Path, data: bytes) -> None:
    invoice, rows = folder / f"invoice{ending}", folder / "rows.csv"
    invoice.write_bytes(data)
    rows.write_bytes(_first_lines("usage.csv", 40))
    work = folder / "work"
    work.mkdir()
    options = RunOptions((str(invoice),), AT, (str(rows),), memory_limit="500MB")
    try:
        found = compute(options, _terms(), work, folder / "rejects.jsonl")
    except UnusableInputError as error:
        check_message(str(error), 200_000)
        return
    except PricingError as error:
        check_message(str(error))
        return
    assert len(_read_lines(folder / "rejects.jsonl")) == found.counts.lines_rejected
    if ending == ".jsonl":
        lines = [line for line in data.split(b"\n") if line.strip()]
        assert found.counts.invoice_lines == len(lines), "a line of the invoice is lost"
    assert found.counts.usage_rows == len(_first_lines("usage.csv", 40).splitlines()) - 1


WAYS: Final[Mapping[bytes, Callable[[Path, bytes], None]]] = MappingProxyType(
    {
        b"jsonl": partial(_rate, ".jsonl", _terms),
        b"jsonl list": partial(_rate, ".jsonl", _list_prices),
        b"csv": partial(_rate, ".csv", _terms),
        b"parquet": _rate_parquet,
        b"invoice csv": partial(_reconcile, ".csv"),
        b"invoice jsonl": partial(_reconcile, ".jsonl"),
    }
)


def _first_lines(name: str, lines: int) -> bytes:
    return b"\n".join((FINANCE / name).read_bytes().split(b"\n")[:lines])


def seeds() -> Iterator[bytes]:
    """What the readers of text begin with, in the forms that are read here."""
    for data in list_seeds():
        kind, _, rest = data.partition(b"\n")
        if kind in WAYS:
            yield data
        if kind == b"jsonl":
            yield b"jsonl list\n" + rest
            yield b"parquet\n" + rest
    listed = [
        {
            "id": name,
            "at": f"2026-10-0{number}T10:00:00Z",
            "host": host,
            "region": region,
            "resolution": "1080P",
            "duration_s": 5,
            "clips_s": ["7.2", "3"],
            "references": 3,
            "status": "succeeded",
        }
        for number, (name, host, region) in enumerate(
            (("a", "alibaba", "international"), ("b", "atlas", None), ("c", "fal", None), ("d", "runware", None)),
            start=1,
        )
    ]
    yield b"jsonl list\n" + b"\n".join(json.dumps(row).encode() for row in listed)


def _mutate(chance: Random, data: bytes, blind: Blind) -> bytes:
    return mutate_lines(chance, data, blind, list(WAYS))


TARGET: Final = Target(judge, seeds, lambda: row_pool().keys, _mutate, max_bytes=8_192, patience_s=PATIENCE_S)
