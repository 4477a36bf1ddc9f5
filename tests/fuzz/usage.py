"""What hosts report and what is rated from text: job reports, rows, usage files and invoices, without an engine.

An input's first line names the reader, the rest is what it reads. Each line becomes a row or is told with a reason and
none is lost; many lines at once are read as one by one; a report reads back, and settles to parts that sum.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Final, Literal

import pyarrow.parquet as pq

from pricing import Basis, Market, PricingError, Quote, parse_report, quote, read_report, resolve, settle
from pricing.money import EXACT, ZERO
from pricing.rating import check_offered, describe_job, find_pricing, find_reason, rate, say_reason
from pricing.reported import write_report
from pricing.shell.bulk import invoice_texts
from pricing.shell.bulk.faults import FaultyFilesError
from pricing.shell.bulk.focus_usage import check_focus, stage_focus
from pricing.shell.bulk.line_records import check_header, csv_reader, json_reader
from pricing.shell.bulk.parquet_schemas import Demand
from pricing.shell.bulk.plain_lines import csv_splitter, json_splitter
from pricing.shell.bulk.sources import Source
from pricing.shell.bulk.task_results import Origin, result_reader
from pricing.shell.bulk.text_lines import read_lines
from pricing.shell.bulk.text_usage import Ways, stage
from pricing.shell.catalogues import load_catalogue
from pricing.usage import list_consumed, parse_row
from tests.fuzz.payloads import sum_of, sum_parts
from tests.fuzz.rows import FINANCE, list_seeds, mutate_lines, row_pool
from tests.fuzz.target import Blind, Target, check_message
from tests.fuzz.trees import Tree
from wan_rules import HOSTS, UnusableInputError, parse_facts, read, validate
from wan_rules.payloads import parse_exact
from wan_rules.samples import SAMPLE_FACTS, SAMPLES

AT: Final = datetime(2026, 11, 1, tzinfo=UTC)
PATIENCE_S: Final = 1.0
PLAIN: Final = Demand(None, ignores_extra=False)
LOCAL: Final = Demand("Europe/Berlin", ignores_extra=True)


def judge(data: bytes) -> None:
    """What its first line asks for. Raises what is wrong with the code."""
    kind, _, rest = data.partition(b"\n")
    reader = READERS.get(kind)
    if reader is not None:
        reader(rest)


def _judge_report(data: bytes) -> None:
    try:
        reported = parse_report(data)
    except UnusableInputError as error:
        check_message(str(error))
        return
    written = write_report(reported)
    assert read_report(parse_exact(json.dumps(written).encode())) == reported, "a report does not read back"
    for basis in _quotes():
        try:
            found = settle(basis, reported)
        except PricingError as error:
            check_message(str(error))
            continue
        assert settle(basis, reported, found) == found, "the same report changes a settlement"
        if found.charge is None:
            continue
        causes = [each.amount for each in found.differences if each.what != "billed"]
        assert found.charge == sum_of([found.hold, *causes]), "hold and causes do not sum to the charge"
        assert found.charge == EXACT.add(EXACT.subtract(found.hold, found.release), found.top_up)
        if reported.billed is not None:
            assert reported.billed.amount == sum_of([found.hold, *(each.amount for each in found.differences)])


@cache
def _catalogue() -> Tree:
    return load_catalogue(FINANCE / "catalogue")


@cache
def _quotes() -> tuple[Basis, ...]:
    """The samples of every host, their clips known and not, in a catalogue of many terms."""
    head = _catalogue().head
    found = []
    for name, sample in SAMPLES.items():
        for facts in (SAMPLE_FACTS, {}):
            valid = validate(read(dict(sample), HOSTS[name], parse_facts(dict(facts))))
            for account in head.accounts[:2]:
                try:
                    pricing = resolve(_catalogue(), Market(account, head.environments[0], name), AT)
                    one: Quote = quote(valid, pricing, AT)
                except PricingError:
                    continue
                found.append(Basis(pricing.terms, one.work, one.consumed_before))
    assert found
    return tuple(found)


def _judge_rows(data: bytes) -> None:
    """Every line as a row, and what each comes to."""
    for line in data.split(b"\n"):
        try:
            row = parse_row(line)
        except UnusableInputError as error:
            check_message(str(error))
            continue
        try:
            check_offered(row.host, row.resolution, HOSTS)
            pricing = find_pricing(_catalogue(), row)
            charged = rate(describe_job(row, pricing.terms, list_consumed(row)), pricing)
        except PricingError as error:
            check_message(f"{find_reason(error)}: {say_reason(error)}")
        else:
            assert charged.kind == "exact"
            assert charged.total == sum_parts(charged)
            assert charged.total is not None
            assert charged.total >= ZERO


Form = Literal["jsonl", "csv", "tsv"]


def _judge_text(form: Form, demand: Demand, data: bytes) -> None:
    """A file of usage: as many rows as lines, each good or with a fault; at once as one by one."""
    with TemporaryDirectory(prefix="wan-rules-fuzz-") as folder:
        source = _write(Path(folder), form, data)
        try:
            ways = _find_ways(source, demand)
        except FaultyFilesError as error:
            check_message(str(error), 200_000)
            return
        lines = list(read_lines(source))[0 if form == "jsonl" else 1 :]
        found, alone = (_stage(lines, source, each) for each in (ways, Ways(ways.read)))
        assert found == alone, "lines are read otherwise at once than one by one"
        _check_rows(found, [number for number, _ in lines])


def _find_ways(source: Source, demand: Demand) -> Ways:
    if source.format == "jsonl":
        return Ways(json_reader(demand), json_splitter(demand))
    header = check_header(source, demand)
    return Ways(csv_reader(source, header, demand), csv_splitter(source, header, demand))


def _judge_tasks(data: bytes) -> None:
    with TemporaryDirectory(prefix="wan-rules-fuzz-") as folder:
        source = _write(Path(folder), "jsonl", data)
        lines = list(read_lines(source))
        ways = Ways(result_reader(Origin("acme", "production", "international"), "Asia/Shanghai"))
        _check_rows(_stage(lines, source, ways), [number for number, _ in lines])


def _judge_focus(data: bytes) -> None:
    with TemporaryDirectory(prefix="wan-rules-fuzz-") as folder:
        source = _write(Path(folder), "csv", data)
        try:
            header = check_focus(source)
        except FaultyFilesError as error:
            check_message(str(error), 200_000)
            return
        lines = list(read_lines(source))[1:]
        stage_focus(iter(lines), source, header, Path(folder) / "staged.parquet")
        rows = pq.read_table(Path(folder) / "staged.parquet").to_pylist()
        assert {row["place"] for row in rows} <= {number for number, _ in lines}


def _judge_invoice(form: Form, data: bytes) -> None:
    """A file of an invoice: each line that is not blank has its row."""
    with TemporaryDirectory(prefix="wan-rules-fuzz-") as folder:
        source = _write(Path(folder), form, data)
        target = Path(folder) / "staged.parquet"
        try:
            invoice_texts.stage(source, target)
        except FaultyFilesError as error:
            check_message(str(error), 200_000)
            return
        rows = pq.read_table(target)
        if form == "jsonl":
            numbers = [number for number, line in enumerate(data.split(b"\n"), start=1) if line.strip()]
            assert rows[invoice_texts.ROW].to_pylist() == numbers, "a line of the invoice is lost"


def _write(folder: Path, form: Form, data: bytes) -> Source:
    file = folder / f"rows.{form}"
    file.write_bytes(data)
    return Source(str(file), form, None, len(data))


def _stage(lines: list[tuple[int, bytes]], source: Source, ways: Ways) -> list[dict[str, object]]:
    target = source.path.with_name("staged.parquet")
    stage(iter(lines), source, ways, target)
    found: list[dict[str, object]] = pq.read_table(target).to_pylist()
    return found


def _check_rows(rows: list[dict[str, object]], numbers: list[int]) -> None:
    assert [row["row"] for row in rows] == numbers, "a line is lost, or stands twice"
    for row in rows:
        assert (row["fault"] is None) == (row["raw"] is None)
        assert row["fault"] is not None or None not in (row["id"], row["at"], row["host"], row["duration_s"])
        if row["fault"] is not None:
            check_message(str(row["fault"]), 8_000)


READERS: Final[Mapping[bytes, Callable[[bytes], None]]] = MappingProxyType(
    {
        b"report": _judge_report,
        b"rows": _judge_rows,
        b"jsonl": partial(_judge_text, "jsonl", PLAIN),
        b"jsonl local": partial(_judge_text, "jsonl", LOCAL),
        b"csv": partial(_judge_text, "csv", PLAIN),
        b"csv local": partial(_judge_text, "csv", LOCAL),
        b"tsv": partial(_judge_text, "tsv", PLAIN),
        b"tasks": _judge_tasks,
        b"focus": _judge_focus,
        b"invoice csv": partial(_judge_invoice, "csv"),
        b"invoice jsonl": partial(_judge_invoice, "jsonl"),
    }
)


def _mutate(chance: Random, data: bytes, blind: Blind) -> bytes:
    return mutate_lines(chance, data, blind, list(READERS))


TARGET: Final = Target(
    judge,
    list_seeds,
    lambda: [*row_pool().keys, *(value for value in row_pool().values if isinstance(value, str))],
    _mutate,
    patience_s=PATIENCE_S,
)
