"""The same usage rated to sums in several ways: SQL written by hand, the scalar engine, and reading it alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from benchmarks.bulk_catalogue import list_prices
from pricing import Catalogue, PricingError
from pricing.money import EXACT, ZERO
from pricing.rating import describe_job, find_pricing, rate
from pricing.usage import UsageRow

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SQL: Final = Path(__file__).with_name("bulk.sql")
THREADS: Final = 2
TURNS: Final = ("first", "second", "third", "fourth")


class Key(NamedTuple):
    """Whose rows are summed together."""

    account: str
    environment: str
    host: str
    tier: str
    currency: str


class Sums(NamedTuple):
    """How many rows each key has and what they come to, in the order of the keys; and how many rows are not rated."""

    rated: Mapping[Key, tuple[int, Decimal]]
    rejected: int

    @property
    def rows(self) -> int:
        """All rows there were."""
        return self.rejected + sum(rows for rows, _ in self.rated.values())


Cells: TypeAlias = tuple[Any, ...]
Record: TypeAlias = dict[str, Any]


def connect(usage: Path, memory: str = "4GB") -> DuckDBPyConnection:
    """A database in memory with the usage as a view, and a row for each key with its four dated prices."""
    import duckdb

    connection = duckdb.connect(config={"threads": THREADS, "memory_limit": memory})
    connection.execute(f"CREATE VIEW usage AS FROM read_parquet('{usage}')")
    dated = ", ".join(f"{turn}_at TIMESTAMP, {turn}_price DECIMAL(6, 6)" for turn in TURNS)
    names = ", ".join(f"{name} VARCHAR" for name in Key._fields)
    connection.execute(f"CREATE TABLE rates (number INTEGER, {names}, {dated})")
    keys: dict[Key, list[object]] = defaultdict(list)
    for (account, environment, host, currency), tier, from_, _, price in list_prices():
        keys[Key(account, environment, host, tier, currency)] += (from_, price)
    rows = [(number, *key, *prices) for number, (key, prices) in enumerate(keys.items())]
    places = ", ".join("?" * len(rows[0]))
    connection.executemany(f"INSERT INTO rates VALUES ({places})", rows)  # noqa: S608 - no text of another
    return connection


def sum_by_sql(connection: DuckDBPyConnection) -> Sums:
    """By the SQL beside this file."""
    return collect(connection.execute(SQL.read_text(encoding="utf-8")).fetchall())


def collect(answers: Iterable[Cells]) -> Sums:
    """The sums that rows of names, count and total say; the row without names counts what is not rated."""
    rated: dict[Key, tuple[int, Decimal]] = {}
    rejected = 0
    for *names, rows, total in answers:
        if names[0] is None:
            rejected += rows
        else:
            rated[Key(*names)] = (rows, EXACT.plus(total).normalize(EXACT))
    return Sums(dict(sorted(rated.items())), rejected)


def scan(connection: DuckDBPyConnection) -> Cells:
    """Every column that the rating needs, read and looked at, and nothing else."""
    words = ", ".join(f"count({name})" for name in ("account", "environment", "host", "resolution", "status"))
    bounds = ", ".join(f'min("{name}"), max("{name}")' for name in ("at", "duration_s", "billed_clips_s"))
    found: Cells | None = connection.execute(f"SELECT {words}, sum(len(clips_s)), {bounds} FROM usage").fetchone()  # noqa: S608 - as above
    assert found
    return found


def read_rows(connection: DuckDBPyConnection) -> list[Record]:
    """The usage as records, one a row."""
    answer = connection.execute("FROM usage")
    names = [column[0] for column in answer.description]
    return [dict(zip(names, cells, strict=True)) for cells in answer.fetchall()]


def sum_by_scalar(catalogue: Catalogue, records: Iterable[Record]) -> Sums:
    """By the scalar engine, a row after the other."""
    rows: Counter[Key] = Counter()
    totals: dict[Key, Decimal] = defaultdict(lambda: ZERO)
    rejected = 0
    for row in _read(records):
        try:
            pricing = find_pricing(catalogue, row)
            charged = rate(describe_job(row, pricing.terms), pricing)
        except PricingError:
            rejected += 1
            continue
        key = Key(str(row.account), str(row.environment), row.host, row.resolution, pricing.terms.currency)
        rows[key] += 1
        totals[key] = EXACT.add(totals[key], charged.total_min)
    return Sums({key: (rows[key], totals[key].normalize(EXACT)) for key in sorted(rows)}, rejected)


def _read(records: Iterable[Record]) -> Iterator[UsageRow]:
    for record in records:
        clips = None if record["clips_s"] is None else tuple(record["clips_s"])
        yield UsageRow.model_construct(**{**record, "at": record["at"].replace(tzinfo=UTC), "clips_s": clips})
