"""Charges rated again by the scalar engine, with what their markets had used in the month before: what is expected.

A table of charges does not say where running totals stood. Where terms look at them, all charges of that market are
gone through once more, in the order of their instants.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from pricing.catalogue import Catalogue, Market
from pricing.errors import PricingError
from pricing.invoices import Expected, expect
from pricing.money import format_decimal
from pricing.rating import describe_job, find_pricing, rate
from pricing.running import RunningTotals
from pricing.shell.bulk.literals import quote
from pricing.shell.bulk.schemas import USAGE
from pricing.usage import UsageRow, list_consumed
from wan_rules.payloads import UnusableInputError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_Place: TypeAlias = tuple[str | int, datetime]
_FETCHED: Final = 4_096
_CELLS: Final = ", ".join(f'"{name}"' for name in USAGE)
_HANDED: Final = "rows_left JOIN row_groups USING (r) JOIN (SELECT grp FROM handed) USING (grp)"


class Charge(NamedTuple):
    """A row of usage as the table of charges has it, with what it comes to there."""

    row: UsageRow
    total: Decimal
    currency: str


def read_usage(cells: Sequence[Any]) -> UsageRow:
    """The row of usage in the columns of USAGE, which was checked when it was rated."""
    told = dict(zip(USAGE, cells, strict=True))
    told["at"] = told["at"].replace(tzinfo=UTC)
    if told["clips_s"] is not None:
        told["clips_s"] = tuple(told["clips_s"])
    return UsageRow.model_construct(**told, consumed_before={})


def rate_in_order(catalogue: Catalogue, rows: Iterable[UsageRow]) -> Iterator[Expected]:
    """What each row comes to, of rows in the order of their instants: each counts for those after it in its market.

    Raises PricingError.
    """
    totals: dict[Market, RunningTotals] = defaultdict(RunningTotals)
    for row in rows:
        pricing = find_pricing(catalogue, row)
        own = totals[pricing.market]
        stand = own.stand(pricing.terms, row.at)
        consumed = list_consumed(row) or stand
        job = describe_job(row, pricing.terms, consumed)
        charged = rate(job, pricing)
        own.add(job, pricing.terms, charged)
        yield Expected(row, pricing, consumed, charged)


class Expectations:
    """Gives each charge as it is expected; rows that look at running totals are rated when it is made, others later."""

    def __init__(self, database: DuckDBPyConnection, catalogue: Catalogue) -> None:
        """Looks through what matching handed over, in the database. Raises UnusableInputError."""
        self._catalogue = catalogue
        self._counted: dict[_Place, list[Expected]] = defaultdict(list)
        try:
            self._rate_counted(database)
        except PricingError as error:
            raise UnusableInputError("charges", f"they don't go with this catalogue: {error}") from None

    def expect(self, charge: Charge) -> Expected:
        """The charge under the terms of its own instant. Raises UnusableInputError where it comes to something else."""
        row, total, currency = charge
        found = (one for one in self._counted.get((row.id, row.at), []) if one.row == row and one.total == total)
        try:
            expected = next(found, None) or expect(self._catalogue, row)
        except PricingError as error:
            raise UnusableInputError("charges", f"{row.id!r} has no price under this catalogue: {error}") from None
        if (expected.total, expected.currency) != (total, currency):
            ours, theirs = (format_decimal(one) for one in (expected.total, total))
            seen = (
                f"{row.id!r} comes to {theirs} {currency} there, and to {ours} {expected.currency} under this catalogue"
            )
            raise UnusableInputError("charges", f"{seen}: name the catalogue that they were rated under")
        return expected

    def _rate_counted(self, database: DuckDBPyConnection) -> None:
        """Rates all charges of the markets in which a row that was handed over looks at running totals."""
        asked: set[_Place] = set()
        places: dict[tuple[str | None, ...], None] = {}
        for row in _read(database, f"{_HANDED} ORDER BY rows_left.at, id, r"):
            if find_pricing(self._catalogue, row).terms.counters:
                asked.add((row.id, row.at))
                places[self._name_market(row)] = None
        for place in places:
            rows = _read(database, f"charges WHERE {self._write_where(place)} ORDER BY charges.at, id")
            for expected in rate_in_order(self._catalogue, rows):
                if (key := (expected.row.id, expected.row.at)) in asked:
                    self._counted[key].append(expected)

    def _name_market(self, row: UsageRow) -> tuple[str | None, ...]:
        """By what charges of one market are found: names that the catalogue does not know take no part."""
        head = self._catalogue.head
        account, environment = row.account or head.default_account, row.environment or head.default_environment
        return (row.host, account if head.accounts else _ANY, environment if head.environments else _ANY)

    def _write_where(self, place: Sequence[str | None]) -> str:
        """The SQL of which charges are of the market: those that leave a name out have the catalogue's default."""
        head = self._catalogue.head
        defaults = (None, head.default_account, head.default_environment)
        named = zip(("host", "account", "environment"), defaults, place, strict=True)
        said = ((f"coalesce({name}, {quote(default or '')})", value) for name, default, value in named)
        return " AND ".join(f"{name} = {quote(value or '')}" for name, value in said if value != _ANY)


_ANY: Final = "*"
"""Whoever is named: no account is called so."""


def _read(database: DuckDBPyConnection, what: str) -> Iterator[UsageRow]:
    found = database.cursor().execute(f"SELECT {_CELLS} FROM {what}")  # noqa: S608 - our own names, and quoted
    while several := found.fetchmany(_FETCHED):
        yield from map(read_usage, several)
