"""Charges and lines of small invoices as tables, and who belongs with whom as one finds it by going through them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from duckdb import DuckDBPyConnection

from pricing.invoices import Invoiced
from pricing.shell.bulk.databases import open_database
from pricing.shell.bulk.groups import Group, read_groups
from pricing.shell.bulk.matching import Found, How, match
from pricing.shell.bulk.sums import count_lines

BEGIN: Final = datetime(2026, 10, 1, tzinfo=UTC)
_CHARGES: Final = """
    id VARCHAR, "at" TIMESTAMP, account VARCHAR, environment VARCHAR, host VARCHAR, region VARCHAR, resolution VARCHAR,
    ratio VARCHAR, duration_s DECIMAL(12, 6), clips_s DECIMAL(12, 6)[], billed_clips_s DECIMAL(12, 6),
    "references" INTEGER, status VARCHAR, currency VARCHAR, total DECIMAL(38, 18)
"""
_INVOICE: Final = """
    line VARCHAR, amount DECIMAL(38, 18), currency VARCHAR, task_id VARCHAR, account VARCHAR, environment VARCHAR,
    host VARCHAR, region VARCHAR, "at" TIMESTAMP, begin TIMESTAMP, until TIMESTAMP, resolution VARCHAR, meter VARCHAR,
    quantity DECIMAL(38, 18), unit_price DECIMAL(38, 18)
"""


class Row(NamedTuple):
    """A charge, as far as matching looks at it. `at` is in seconds after BEGIN."""

    id: str
    at: float
    total: str
    currency: str = "USD"
    account: str | None = "acme"
    environment: str | None = None
    host: str = "alibaba"
    region: str | None = None
    resolution: str = "720P"

    @property
    def instant(self) -> datetime:
        return later(self.at)

    @property
    def raw(self) -> str:
        """As a line of JSON that usage is read from."""
        said = {name: getattr(self, name) for name in ("id", "account", "environment", "host", "region", "resolution")}
        return json.dumps(
            {
                **said,
                "at": self.instant.isoformat(),
                "duration_s": "5",
                "clips_s": [],
                "references": 0,
                "status": "succeeded",
            }
        )


def later(seconds: float) -> datetime:
    """So many seconds after BEGIN."""
    return BEGIN + timedelta(seconds=seconds)


def line(name: str, amount: str, task_id: str | None = None, **said: Any) -> Invoiced:  # noqa: ANN401 - any column
    """A line of the invoice in dollars; `at`, `begin` and `until` in seconds after BEGIN."""
    told: dict[str, Any] = {key: later(value) if key in _INSTANTS else value for key, value in said.items()}
    if task_id is None:
        told = {"account": "acme", "resolution": "720P", **told}
    return Invoiced(line=name, amount=Decimal(amount), task_id=task_id, **{"currency": "USD", **told})


_INSTANTS: Final = ("at", "begin", "until")


class Matching(NamedTuple):
    """What matching found, and the groups it left to be explained."""

    found: Found
    groups: tuple[Group, ...]

    @property
    def told(self) -> list[tuple[str, str, str]]:
        """Each group as its rule, tasks and lines."""
        return sorted(
            (
                group.matched_by,
                " ".join(sorted(str(charge.row.id) for charge in group.charges)),
                " ".join(sorted(each.line for each in group.lines)),
            )
            for group in self.groups
        )

    @property
    def unrated(self) -> list[tuple[str, str, str]]:
        """Each group with usage that was not rated, as its rule, the tasks of that and its lines."""
        return sorted(
            (
                group.matched_by,
                " ".join(sorted(str(each.row.id) for each in group.unrated)),
                " ".join(sorted(each.line for each in group.lines)),
            )
            for group in self.groups
            if group.unrated
        )


def match_rows(rows: Sequence[Row], lines: Sequence[Invoiced], how: How, unrated: Sequence[Row] = ()) -> Matching:
    """The matching of these rows and lines, in the order in which they are given; `unrated` rows have no charge."""
    with open_database() as database:
        database.execute(f"CREATE TABLE charges ({_CHARGES}); CREATE TABLE invoice ({_INVOICE})")
        for row in rows:
            market = (row.account, row.environment, row.host, row.region, row.resolution)
            charged = ("succeeded", row.currency, Decimal(row.total))
            _insert(database, "charges", (row.id, row.instant, *market, None, 5, [], None, 0, *charged))
        for one in lines:
            _insert(database, "invoice", one)
        database.execute("CREATE TABLE rejected (id VARCHAR, file VARCHAR, row BIGINT, message VARCHAR, raw VARCHAR)")
        for number, row in enumerate(unrated):
            _insert(database, "rejected", (row.id, "usage.jsonl", number, "no rate", row.raw))
        database.execute("CREATE VIEW invoice_read AS SELECT *, NULL AS fault FROM invoice")
        found = match(database, how, count_lines(database))
        return Matching(found, tuple(read_groups(database)))


def _insert(database: DuckDBPyConnection, table: str, values: Sequence[Any]) -> None:
    plain = [value.replace(tzinfo=None) if isinstance(value, datetime) else value for value in values]
    database.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(plain))})", plain)  # noqa: S608
