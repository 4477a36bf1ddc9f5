"""Usage rated to sums by the expressions of `pricing.shell.bulk`, on DuckDB, to be held against SQL written by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import ibis

from benchmarks.bulk_rating import THREADS, Key, Sums
from pricing import Catalogue
from pricing.dependences import depends_on_ratio
from pricing.money import EXACT, ZERO
from pricing.rate_tables import tabulate
from pricing.shell.bulk import surveys
from pricing.shell.bulk.dated_rates import DatedRates, collect, to_arrow
from pricing.shell.bulk.rating import Tables, sum_charges
from pricing.shell.bulk.sorted_rates import sort_rates
from pricing.shell.bulk.surveys import Survey
from wan_rules.hosts import HOSTS


def prepare(usage: Path, catalogue: Catalogue) -> tuple[Callable[[], Sums], Callable[[], Sums]]:
    """The whole of it: usage surveyed, dated rates made, rated. And the rating alone, the rest done once before."""
    backend = ibis.duckdb.connect(threads=THREADS)
    table = backend.read_parquet(usage).mutate(file=ibis.literal(str(usage)), row=ibis.literal(0, "int64"))

    def look() -> tuple[Survey, DatedRates]:
        asked = surveys.ask(table, by_ratio=depends_on_ratio(catalogue))
        survey = surveys.read(backend.to_pyarrow(asked).to_pylist())
        found = sort_rates(tabulate(catalogue, survey.groups, HOSTS))
        assert not found.counted
        assert not found.folded
        rates = collect(found.flat)
        backend.create_table("rates", to_arrow(rates), overwrite=True)
        return survey, rates

    def rate(survey: Survey, rates: DatedRates) -> Sums:
        tables = Tables(table, backend.table("rates"), rates, survey)
        answers = backend.to_pyarrow(sum_charges(tables)).to_pylist()
        counts: dict[Key, int] = defaultdict(int)
        totals: dict[Key, Decimal] = defaultdict(lambda: ZERO)
        for answer in (answer for answer in answers if answer["number"] is not None):
            row = rates.rows[answer["number"]]
            names = (row["account"], row["environment"], row["host"], row["resolution"])
            key = Key(*names, rates.currencies.options[row["currency"]])
            counts[key] += answer["rated"]
            totals[key] = EXACT.add(totals[key], answer["total"] or ZERO)
        rated = {key: (counts[key], totals[key].normalize(EXACT)) for key in sorted(counts)}
        return Sums(rated, survey.rows - sum(counts.values()))

    known = look()
    return lambda: rate(*look()), lambda: rate(*known)
