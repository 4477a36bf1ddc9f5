"""Rated usage as rows of FOCUS: whatever a contract says, the rules hold and the costs of a task are its charge."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pricing.catalogue import Catalogue
from pricing.dependences import depends_on_ratio
from pricing.rate_tables import tabulate
from pricing.shell.bulk import surveys
from pricing.shell.bulk.dated_rates import collect, to_arrow
from pricing.shell.bulk.focus_rules import check_file
from pricing.shell.bulk.outputs.focus_charges import write_focus_rows
from pricing.shell.bulk.outputs.focus_columns import is_national
from pricing.shell.bulk.rating import Tables, charge_table, select_charges
from pricing.shell.bulk.sorted_rates import sort_rates
from pricing.shell.catalogues import load_catalogue
from tests.bulk.handed_over import add
from tests.bulk.rows import names_in, to_table
from tests.conftest import ROOT
from tests.usage_rows import make_rows
from wan_rules.hosts import HOSTS

GOOD = ROOT / "tests" / "catalogues" / "good"
CONSTRUCTS = ("by-stage", "cap-per-request", "graduated-by-units", "minimum-per-request", "package", "rounding", "yen")


def rate(catalogue: Catalogue) -> Iterator[pa.Table]:
    """The charges of made-up usage, in tables of those rates that are charged row by row."""
    backend = ibis.duckdb.connect(threads=1)
    usage = backend.create_table("usage", to_table(make_rows(1, 60, names_in(catalogue))))
    asked = surveys.ask(usage, by_ratio=depends_on_ratio(catalogue))
    survey = surveys.read(backend.to_pyarrow(asked).to_pylist())
    for kind, rates in sort_rates(tabulate(catalogue, survey.groups, HOSTS))._asdict().items():
        if rates and kind in ("flat", "counted"):
            table = collect(rates)
            named = backend.create_table("rates", to_arrow(table), overwrite=True)
            yield backend.to_pyarrow(select_charges(*charge_table(Tables(usage, named, table, survey))))
    backend.disconnect()


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_costs_of_rated_tasks_sum_to_their_charges(construct: str, tmp_path: Path) -> None:
    seen = 0
    for number, charges in enumerate(rate(load_catalogue(GOOD / construct))):
        seen += len(charges)
        file = tmp_path / f"{number}.csv"
        pq.write_table(charges, tmp_path / f"{number}.parquet")
        write_focus_rows(duckdb.connect(), str(tmp_path / f"{number}.parquet"), file)
        assert list(check_file(file)) == []
        costs: dict[str, list[Mapping[str, str]]] = defaultdict(list)
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                costs[row["x_TaskId"]].append(row)
        expected: dict[str, Any] = {row["id"]: row for row in charges.to_pylist() if is_national(row["currency"])}
        assert costs.keys() == expected.keys()
        for name, rows in costs.items():
            assert add(*(Decimal(row["BilledCost"]) for row in rows)) == expected[name]["total"]
            if expected[name]["list_total"] is not None:
                used = [Decimal(row["ListCost"]) for row in rows if row["ChargeCategory"] == "Usage"]
                assert add(*used) == expected[name]["list_total"]
    assert seen >= 10
