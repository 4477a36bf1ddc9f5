"""Matching charges with an invoice by id, beside the bare full outer join and beside datacompy.

`python -m benchmarks.reconciling` runs it.
Each side runs in a process of its own, in turn, on the same two Parquet files: 0.1 % of the ids differ.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Final, NamedTuple

from benchmarks.timing import summarise

PAIRS: Final = 11
_ID: Final = "md5(i::VARCHAR)::UUID::VARCHAR"
_CURRENCY: Final = "CASE WHEN i % 50 = 0 THEN 'CNY' ELSE 'USD' END"
_PRICE: Final = "(1 + hash(i) % 2000)::DECIMAL(10, 2) * 0.0125"
_CHARGES: Final = f"""
SELECT {_ID} AS id, TIMESTAMP '2026-10-01' + to_microseconds(i * 100000) AS "at", 'account-' || (i % 100) AS account,
    'production' AS environment, 'alibaba' AS host, NULL::VARCHAR AS region, '1080P' AS resolution,
    NULL::VARCHAR AS ratio, (2 + i % 9)::DECIMAL(12, 6) AS duration_s, []::DECIMAL(12, 6)[] AS clips_s,
    NULL::DECIMAL(12, 6) AS billed_clips_s, 1::INTEGER AS "references", 'succeeded' AS status, {_CURRENCY} AS currency,
    ({_PRICE})::DECIMAL(38, 18) AS total
FROM (SELECT unnest(range({{first}}, {{last}})) AS i)
"""  # noqa: S608 - our own names
_INVOICE: Final = f"""
SELECT 'L' || i AS line, ({_PRICE} + CASE WHEN hash(i + 7) % 2000 = 0 THEN 0.01 ELSE 0 END)::DECIMAL(38, 18) AS amount,
    {_CURRENCY} AS currency, {_ID} AS task_id, 'account-' || (i % 100) AS account, NULL::VARCHAR AS environment,
    'alibaba' AS host, NULL::VARCHAR AS region, NULL::TIMESTAMPTZ AS "at", NULL::TIMESTAMPTZ AS begin,
    NULL::TIMESTAMPTZ AS "end", '1080P' AS resolution, NULL::VARCHAR AS meter, NULL::DECIMAL(38, 18) AS quantity,
    NULL::DECIMAL(38, 18) AS unit_price
FROM (SELECT (unnest(range({{first}}, {{last}})) * 15485863) % {{rows}} AS i) WHERE hash(i + 3) % 2000 <> 0
"""  # noqa: S608 - our own names
"""In another order than the charges."""
_BARE: Final = """
SELECT coalesce(c.currency, l.currency) AS currency, count(*), count(c.id), count(l.task_id), sum(c.total),
    sum(l.amount), count(*) FILTER (c.total IS DISTINCT FROM l.amount)
FROM read_parquet('{folder}/charges.parquet') c FULL OUTER JOIN read_parquet('{folder}/invoice.parquet') l
    ON c.id = l.task_id GROUP BY 1
"""
_STEP: Final = 1_000_000


class Ran(NamedTuple):
    """One run: seconds, those of all processors together, the most memory, and how many ids differ."""

    seconds: float
    cpu_s: float
    peak_mb: int
    differing: int


def generate(folder: Path, rows: int) -> None:
    """Writes both files, the same for the same number of rows."""
    duckdb = import_module("duckdb")
    database = duckdb.connect()
    for name, sql in (("charges", _CHARGES), ("invoice", _INVOICE)):
        parts = folder / name
        parts.mkdir()
        for first in range(0, rows, _STEP):
            select = sql.format(first=first, last=min(first + _STEP, rows), rows=rows)
            database.execute(f"COPY ({select}) TO '{parts}/{first:012}.parquet' (FORMAT parquet)")
        database.execute(f"COPY (FROM '{parts}/*.parquet') TO '{folder}/{name}.parquet' (FORMAT parquet)")
        for part in parts.iterdir():
            part.unlink()


def run_bare(folder: Path, memory_limit: str | None) -> int:
    """The join that one writes by hand, with the same sums."""
    from pricing.shell.bulk.databases import open_database

    with open_database(memory_limit, folder) as database:
        found = database.execute(_BARE.format(folder=folder)).fetchall()
    return sum(int(row[-1]) for row in found)


def run_match(folder: Path, memory_limit: str | None, *, exact: bool = False) -> int:
    """Charges and invoice opened and matched, up to the table of groups that are to be explained."""
    from pricing.shell.bulk.charge_tables import Rated, open_charges
    from pricing.shell.bulk.databases import open_database
    from pricing.shell.bulk.invoices import InvoiceAsked, open_invoice
    from pricing.shell.bulk.matching import How, match
    from pricing.shell.bulk.unrated_rows import open_unrated

    with open_database(memory_limit, folder) as database:
        open_charges(database, Rated((str(folder / "charges.parquet"),), 0))
        open_unrated(database)
        counted = open_invoice(database, InvoiceAsked([str(folder / "invoice.parquet")], {}, folder))
        match(database, How(exact=exact), counted)
        return int(database.execute("SELECT count(*) FROM handed").fetchall()[0][0])


def run_ids(folder: Path, memory_limit: str | None) -> int:
    """What the bare join gives, and no more: the sums of each currency, and how many ids differ."""
    from pricing.shell.bulk.checksums import find_suspects, list_sides
    from pricing.shell.bulk.databases import open_database

    with open_database(memory_limit, folder) as database:
        for name, amount in (("charges", "total"), ("invoice", "amount")):
            database.execute(f"CREATE VIEW {name} AS FROM read_parquet('{folder}/{name}.parquet')")
            database.execute(f"SELECT currency, count(*), sum({amount}) FROM {name} GROUP BY 1").fetchall()  # noqa: S608
        find_suspects(database, list_sides("TRUE", (), has_spans=False), exact=False)
        return int(database.execute("SELECT count(*) FROM suspects").fetchall()[0][0])


def run_datacompy(folder: Path, memory_limit: str | None) -> int:
    """The comparison of two data frames, by id, as its documentation has it."""
    del memory_limit
    pandas, datacompy = import_module("pandas"), import_module("datacompy")
    charges = pandas.read_parquet(folder / "charges.parquet", columns=["id", "currency", "total"])
    invoice = pandas.read_parquet(folder / "invoice.parquet", columns=["task_id", "currency", "amount"])
    invoice = invoice.rename(columns={"task_id": "id", "amount": "total"})
    compared = datacompy.PandasCompare(charges, invoice, join_columns="id")
    differing = len(compared.intersect_rows) - int(compared.count_matching_rows())
    return differing + len(compared.df1_unq_rows) + len(compared.df2_unq_rows)


_OURS: Final = ("duckdb", *(f"pricing.shell.bulk.{name}" for name in ("charge_tables", "invoices", "matching")))
_WAYS: Final[dict[str, Callable[[Path, str | None], int]]] = {
    "bare": run_bare,
    "ids": run_ids,
    "ours": run_match,
    "exact": lambda folder, limit: run_match(folder, limit, exact=True),
    "datacompy": run_datacompy,
}


def run_apart(way: str, folder: Path, limit: str | None, python: str = sys.executable) -> Ran:
    """One way in a process of its own."""
    command = [python, "-m", "benchmarks.reconciling", "--one", way, "--folder", str(folder)]
    done = subprocess.run(command + (["--memory-limit", limit] if limit else []), check=True, stdout=subprocess.PIPE)
    return Ran(*json.loads(done.stdout))


def _run_here(way: str, folder: Path, limit: str | None) -> None:
    for name in ("datacompy",) if way == "datacompy" else _OURS:
        import_module(name)  # what it takes to start is not measured
    begin, cpu_begin = perf_counter(), process_time()
    differing = _WAYS[way](folder, limit)
    seconds, cpu_s = perf_counter() - begin, process_time() - cpu_begin
    print(json.dumps([seconds, cpu_s, _find_peak_kb() // 1024, differing]))


def _find_peak_kb() -> int:
    """The most that this process held: what the system counts for children begins with their parent's."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))


def compare(folder: Path, ways: tuple[str, str], asked: argparse.Namespace) -> None:
    """Prints both ways' medians and their ratio, who goes first alternating; the first pair is thrown away."""
    runs: dict[str, list[Ran]] = {way: [] for way in ways}
    for number in range(asked.pairs + 1):
        for way in ways if number % 2 else ways[::-1]:
            python = asked.python if way == "datacompy" else sys.executable
            runs[way].append(run_apart(way, folder, asked.memory_limit, python))
    ours, theirs = ([one.seconds for one in runs[way][1:]] for way in ways)
    timing = summarise(ours, theirs)
    worked = summarise(*([one.cpu_s for one in runs[way][1:]] for way in ways))
    peaks = [median(one.peak_mb for one in runs[way]) for way in ways]
    print(f"{ways[0]} {timing.ours_s:.2f} s, {ways[1]} {timing.theirs_s:.2f} s: {timing.ratio:.2f} x")
    print(f"  of processors {worked.ours_s:.2f} s to {worked.theirs_s:.2f} s: {worked.ratio:.2f} x")
    print(f"  quartiles {timing.low:.2f} to {timing.high:.2f}; {peaks[0]:.0f} MB to {peaks[1]:.0f} MB")
    print(f"  {runs[ways[0]][0].differing:,} and {runs[ways[1]][0].differing:,} ids differ")


def main() -> None:
    """Generate, and compare."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--rows", type=int, default=10_000_000)
    asked.add_argument("--pairs", type=int, default=PAIRS)
    asked.add_argument("--ways", default="ours,bare", help="two of: " + ", ".join(_WAYS))
    asked.add_argument("--memory-limit")
    asked.add_argument("--python", default=sys.executable, help="the interpreter that has datacompy")
    asked.add_argument("--folder", type=Path, help="files that were generated before")
    asked.add_argument("--one")
    options = asked.parse_args()
    if options.one:
        _run_here(options.one, options.folder, options.memory_limit)
        return
    ours, theirs = options.ways.split(",")
    with TemporaryDirectory(prefix="reconciling-") as temporary:
        folder = options.folder or Path(temporary)
        if not (folder / "invoice.parquet").exists():
            folder.mkdir(exist_ok=True)
            generate(folder, options.rows)
        compare(folder, (ours, theirs), options)


if __name__ == "__main__":
    main()
