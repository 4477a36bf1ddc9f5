"""Scalar = Spark: each construct, a hundred thousand rows, and the command itself, on a session of two cores."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq
import pytest

from pricing.rate_tables import tabulate
from pricing.shell.bulk import surveys
from pricing.shell.bulk.dated_rates import collect, to_arrow
from pricing.shell.bulk.rating import Tables, charge_table, select_charges, sum_charges
from pricing.shell.bulk.schemas import CHARGES
from pricing.shell.bulk.sorted_rates import sort_rates
from pricing.shell.bulk.spark import SparkEngine
from pricing.shell.catalogues import load_catalogue
from tests.bulk.agreement import by_scalar, by_tables
from tests.bulk.rows import names_in, to_table
from tests.bulk.test_agreement import GOOD
from tests.bulk.test_rate import rate, write_usage
from tests.conftest import ROOT
from tests.shell.runner import run_process
from tests.usage_rows import make_rows
from wan_rules.hosts import HOSTS

pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning",  # pyspark leaves its sockets to be collected
    "ignore::pytest.PytestUnraisableExceptionWarning",
)
MANY: Final = ("layers", "graduated-by-units", "included-allowance", "rounding", "with-and-without-clips")
FINANCE: Final = ROOT / "examples" / "finance" / "catalogue"


@pytest.mark.parametrize("folder", GOOD, ids=lambda folder: folder.name)
def test_each_construct_agrees(folder: Path, spark: SparkEngine) -> None:
    catalogue = load_catalogue(folder)
    rows = make_rows(11, 300, names_in(catalogue))
    assert by_tables(catalogue, rows, spark) == by_scalar(catalogue, rows)


@pytest.mark.parametrize(
    "query", [lambda tables: select_charges(*charge_table(tables)), sum_charges], ids=["charges", "sums"]
)
def test_no_row_goes_by_way_of_python(spark: SparkEngine, query: Callable[[Tables], Any]) -> None:
    """The plan has only operators of Spark itself: scans, joins, expressions, sums."""
    catalogue = load_catalogue(FINANCE)
    usage = spark.put("usage", to_table(make_rows(17, 200, names_in(catalogue))))
    survey = surveys.read(spark.fetch(surveys.ask(usage, by_ratio=False)))
    rates = collect(sort_rates(tabulate(catalogue, survey.groups, HOSTS)).flat)
    tables = Tables(usage, spark.put("rates", to_arrow(rates)), rates, survey)
    plan = spark.frame(query(tables))._jdf.queryExecution().executedPlan().toString()
    operators = set(re.findall(r"[A-Z]\w+", plan))
    assert "Scan" in operators or "FileScan" in operators
    assert not [name for name in operators if "Python" in name or "Pandas" in name or "ArrowEval" in name]


@pytest.mark.parametrize("name", MANY)
def test_a_hundred_thousand_rows_agree(name: str, spark: SparkEngine) -> None:
    """Twenty thousand of each."""
    catalogue = load_catalogue(ROOT / "tests" / "catalogues" / "good" / name)
    rows = make_rows(12, 20_000, names_in(catalogue))
    assert by_tables(catalogue, rows, spark) == by_scalar(catalogue, rows)


def test_the_command_says_what_duckdb_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_usage(make_rows(13, 2_000, names_in(load_catalogue(FINANCE))), "a b%41.parquet", "[c]é.parquet")
    code, expected = rate("*.parquet", "-o", "by-duckdb", "--focus", "by-duckdb.csv", catalogue=str(FINANCE))
    words = ("rate", "*.parquet", "--catalogue", str(FINANCE), "-o", "by-spark", "--format", "json")
    done = run_process(*words, "--focus", "by-spark.csv", "--engine", "spark", "--spark-master", "local[2]")
    assert done.code == code, done.err
    assert {name: done.document[name] for name in ("rows", "rated", "rejected", "groups")} == {
        name: expected[name] for name in ("rows", "rated", "rejected", "groups")
    }
    charges = [pq.read_table(folder).sort_by("id") for folder in ("by-duckdb", "by-spark")]
    by_spark, by_duckdb = (sorted(Path(f"by-{name}.csv").read_text().splitlines()) for name in ("spark", "duckdb"))
    assert by_spark == by_duckdb
    names = [name for name in CHARGES if name not in ("terms", "at")]
    assert charges[0].select(names).to_pylist() == charges[1].select(names).to_pylist()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("usage.csv", "-o", "out"), ".parquet", id="text"),
        pytest.param(("usage.parquet", "-o", "out.csv"), "spark writes a folder", id="a-file"),
    ],
)
def test_what_spark_does_not_do_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("usage.csv").write_text("id\n", encoding="utf-8")
    Path("usage.parquet").touch()
    done = run_process(
        "rate", *arguments, "--catalogue", str(FINANCE), "--engine", "spark", "--spark-master", "local[1]"
    )
    assert (done.code, said in done.err) == (2, True), done.err


def test_a_damaged_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_usage(make_rows(13, 200, names_in(load_catalogue(FINANCE))), "whole.parquet", "damaged.parquet")
    data = Path("damaged.parquet").read_bytes()
    Path("damaged.parquet").write_bytes(data[:4] + bytes(200) + data[204:])
    words = ("rate", "*.parquet", "--catalogue", str(FINANCE), "-o", "out", "--engine", "spark")
    done = run_process(*words, "--spark-master", "local[1]")
    assert done.code == 2, done.err
    assert "damaged.parquet can't be read to its end: it is damaged" in done.err
    assert not Path("out").exists()
