"""The finance example: made again to the same bytes, with defects of every cause, whose money is all that differs."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from pricing.break_causes import CAUSES
from pricing.keys import EntryKey
from pricing.lines import counts
from pricing.linting import lint
from pricing.months import find_month
from pricing.rating import describe_job, find_pricing, rate
from pricing.shell.bulk.registers import read_register
from pricing.shell.bulk.schemas import USAGE
from pricing.shell.catalogues import load_catalogue
from pricing.usage import UsageRow, parse_row
from tests.conftest import ROOT
from tests.shell.runner import Done, run_process

EXAMPLE: Final = ROOT / "examples" / "finance"
Planted = dict[str, Any]


@pytest.fixture(scope="module")
def planted() -> Planted:
    told: Planted = json.loads((EXAMPLE / "planted.json").read_text(encoding="utf-8"))
    return told


@pytest.fixture(scope="module")
def lines() -> list[dict[str, str]]:
    return _read("invoice.csv")


@pytest.fixture(scope="module")
def expected() -> dict[str, tuple[UsageRow, Decimal, str]]:
    """Each task with what it comes to, worked out from the file alone."""
    return {str(row.id): (row, total, currency) for row, total, currency in _rate()}


def _read(name: str) -> list[dict[str, str]]:
    with (EXAMPLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _read_usage() -> Iterator[UsageRow]:
    for record in _read("usage.csv"):
        said: dict[str, object] = {key: value for key, value in record.items() if value}
        said["references"] = int(record["references"])
        if record["clips_s"]:
            said["clips_s"] = [] if record["clips_s"] == "[]" else record["clips_s"].split(";")
        yield parse_row(json.dumps(said).encode())


def _rate() -> Iterator[tuple[UsageRow, Decimal, str]]:
    catalogue = load_catalogue(EXAMPLE / "catalogue")
    totals: dict[tuple[object, ...], Decimal] = defaultdict(Decimal)
    for row in sorted(_read_usage(), key=lambda row: row.at):
        pricing = find_pricing(catalogue, row)
        month = find_month(row.at, pricing.terms.zone or "UTC")
        before = tuple((name, totals[pricing.market, month, name]) for name in pricing.terms.counters)
        charged = rate(describe_job(row, pricing.terms, before), pricing)
        for name in pricing.terms.counters:
            for line in charged.lines:
                if counts(name, EntryKey(line.quantity.priced_by, line.quantity.resolution)):
                    assert line.quantity.used is not None
                    totals[pricing.market, month, name] += line.quantity.used.low
        assert charged.total is not None
        yield row, charged.total, pricing.terms.currency


def test_the_files_are_made_again_to_the_same_bytes(tmp_path: Path) -> None:
    command = [sys.executable, str(EXAMPLE / "generate.py"), str(tmp_path)]
    root = str(EXAMPLE.parent.parent)
    subprocess.run(command, check=True, env={"PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": "1"})
    for name in ("usage.csv", "invoice.csv", "planted.json"):
        assert (tmp_path / name).read_bytes() == (EXAMPLE / name).read_bytes(), name


def test_its_catalogue_has_no_finding() -> None:
    assert all(one.acknowledged for one in lint(load_catalogue(EXAMPLE / "catalogue"), date(2026, 11, 1)))


def test_usage_has_the_columns_of_tables() -> None:
    assert tuple(_read("usage.csv")[0]) == tuple(USAGE)


@pytest.mark.parametrize("cause", CAUSES)
def test_every_cause_is_planted(planted: Planted, cause: str) -> None:
    found = [one for one in planted["breaks"] if one["cause"] == cause]
    assert len(found) >= 3
    assert all(Decimal(one["amount"]) for one in found)


def test_breaks_name_tasks_and_lines_that_are_there(
    planted: Planted, lines: list[dict[str, str]], expected: dict[str, tuple[UsageRow, Decimal, str]]
) -> None:
    known = {line["line"] for line in lines}
    for one in planted["breaks"]:
        assert set(one["invoice_lines"]) <= known
        is_strange = one["cause"] == "missing_in_usage"
        assert all((task not in expected) == is_strange for task in one["task_ids"]), one


def test_the_bridge_of_each_currency_sums(
    planted: Planted, lines: list[dict[str, str]], expected: dict[str, tuple[UsageRow, Decimal, str]]
) -> None:
    end = datetime.fromisoformat(planted["period"][1])
    for currency, told in planted["totals"].items():
        own = {name: Decimal(amount) for name, amount in told.items()}
        due = sum(total for row, total, billed in expected.values() if billed == currency and row.at < end)
        assert own.pop("expected") == due
        invoiced = own.pop("invoiced")
        assert invoiced == sum(Decimal(line["amount"]) for line in lines if line["currency"] == currency)
        assert due + sum(own.values()) == invoiced
        for cause in CAUSES:
            breaks = [one for one in planted["breaks"] if (one["cause"], one["currency"]) == (cause, currency)]
            assert sum(Decimal(one["amount"]) for one in breaks) == own.get(cause, 0), cause


def test_a_task_that_is_named_differs_by_its_breaks_alone(
    planted: Planted, lines: list[dict[str, str]], expected: dict[str, tuple[UsageRow, Decimal, str]]
) -> None:
    """Beside them there is only rounding to the cent, within the tolerance."""
    money: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    late = {one["task_ids"][0] for one in planted["breaks"] if one["cause"] == "timing"}
    for line in lines:
        if line["task_id"] in expected:
            money[line["task_id"], line["currency"]] += Decimal(line["amount"])
    for task in {task for task, _ in money} - late:
        money[task, expected[task][2]] -= expected[task][1]
    for one in planted["breaks"]:
        for task in one["task_ids"]:
            if any(named == task for named, _ in money):
                money[task, one["currency"]] -= Decimal(one["amount"])
    assert len(money) > 1_700
    assert all(abs(rest) <= Decimal(planted["tolerance"][currency]) for (_, currency), rest in money.items())
    assert not any(rest for (_, currency), rest in money.items() if currency == "USD")


def test_reconciling_finds_each_break_with_its_cause_and_money_and_no_other(tmp_path: Path, planted: Planted) -> None:
    report = tmp_path / "report"
    found = _reconcile(report, planted)
    assert (found.code, found.err) == (1, ""), found.out
    told = Counter(
        (each.found.part.cause, each.found.part.currency, each.found.part.amount.normalize(), each.found.subject)
        for each in read_register(report / "breaks.parquet")
    )
    plain = Counter(
        (cause, currency, amount, frozenset(about.task_ids), frozenset(about.invoice_lines))
        for cause, currency, amount, about in told.elements()
    )
    assert plain == Counter(
        (
            one["cause"],
            one["currency"],
            Decimal(one["amount"]).normalize(),
            frozenset(one["task_ids"]),
            frozenset(one["invoice_lines"]),
        )
        for one in planted["breaks"]
    )


def _reconcile(report: Path, planted: Planted) -> Done:
    command = ["reconcile", "--usage", str(EXAMPLE / "usage.csv"), "--invoice", str(EXAMPLE / "invoice.csv")]
    command += ["--catalogue", str(EXAMPLE / "catalogue"), "--period", "2026-08-01..2026-11-01"]
    command += [word for pair in planted["tolerance"].items() for word in ("--tolerance", "=".join(pair))]
    return run_process(*command, "--window", planted["window"], "-o", str(report))
