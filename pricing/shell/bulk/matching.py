"""Charges and lines of an invoice brought together in groups, by four rules in order; each row and line in one of them.

By task; then by account, tier and instant; then what lines over a time cover; what is left stands alone, once usage
that was not rated had its turn by the same rules (docs/adr/0022-matching.md says why). Groups whose amounts agree are
counted, the others kept to be attributed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from pricing.breaks import MatchedBy
from pricing.money import format_decimal
from pricing.shell.bulk.checksums import find_suspects, list_sides
from pricing.shell.bulk.line_bundles import lay_bundles
from pricing.shell.bulk.literals import quote
from pricing.shell.bulk.named_lines import join_named
from pricing.shell.bulk.owners import find_told
from pricing.shell.bulk.rests import Reach, take_rest
from pricing.shell.bulk.spans import cover_by_span, lay_spans
from pricing.shell.bulk.sums import Amounts, Counted, sum_amounts
from pricing.shell.bulk.unrated_rows import admit_unrated, attach_refused
from pricing.shell.bulk.windows import lay_pairs, pair_by_instant

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

RULES: Final[tuple[MatchedBy, ...]] = ("task_id", "window", "aggregate", "nothing")
NO_ALLOWANCES: Final[Mapping[str, Decimal]] = MappingProxyType({})


class How(NamedTuple):
    """How to match: the invoice's period, from and until, how far instants may lie apart, and whether one by one.

    `allowances` say by currency up to which amount a group may differ without being looked at any further.
    """

    period: tuple[datetime, datetime] | None = None
    window: timedelta = timedelta(minutes=5)
    exact: bool = False
    allowances: Mapping[str, Decimal] = NO_ALLOWANCES


class Found(NamedTuple):
    """What matching comes to. The groups that do not agree are in the tables that `groups.py` reads.

    `rows` are all charges, `expected` those that are due, `invoiced` all lines; `handed` is what groups that are to be
    attributed hold of what is expected. `agreeing` counts groups that agree by their rule; rows that cost nothing and
    that no line is about are `free`. `within` counts groups that differ by what is allowed: by `tolerated` in all.
    """

    expected: Amounts
    invoiced: Amounts
    handed: Amounts
    rows: int
    free: int
    tolerated: dict[str, Decimal]
    agreeing: dict[MatchedBy, int]
    within: dict[MatchedBy, int]


def match(database: DuckDBPyConnection, how: How, counted: Counted) -> Found:
    """Matches the tables `charges`, `rejected` and `invoice` of the database, whose lines were counted."""
    due = _write_due(how)
    expected = sum_amounts(database, "charges", "total", due)
    has_spans = bool(counted.timed) and how.period is None  # a period counts, and no line's own time
    told = find_told(database, counted.said)
    find_suspects(database, list_sides(due, told, has_spans=has_spans), exact=how.exact)
    take_rest(database, Reach(due, how.window, has_spans=has_spans))
    join_named(database, told)
    attach_refused(database, told)
    lay_spans(database)
    lay_bundles(database)
    lay_pairs(database)
    _meet(database, how.window)
    if admit_unrated(database, told):
        _meet(database, how.window)
    database.execute(_write_allowances(how.allowances))
    database.execute(_GROUP.format(timed="begin IS NOT NULL" if has_spans else "FALSE"))
    left = "rows_left JOIN row_groups USING (r) JOIN handed USING (grp)"
    handed = sum_amounts(database, left, "total", "is_due")
    paid, free = database.execute(_COUNT_LEFT).fetchall()[0]
    agreeing = _count(database, "agrees")
    agreeing["task_id"] += expected.rows - expected.free - paid  # rows that were never doubted, each with its line
    return Found(
        expected,
        counted.amounts,
        handed,
        rows=database.execute("SELECT count(*) FROM charges").fetchall()[0][0],
        free=expected.free - free,
        tolerated=_sum_tolerated(database),
        agreeing=agreeing,
        within=_count(database, "tolerated"),
    )


def _meet(database: DuckDBPyConnection, window: timedelta) -> None:
    """Lines that name no task meet units that are open, by instant and then by span, as far as neither is taken."""
    pair_by_instant(database, window)
    cover_by_span(database)


def _write_due(how: How) -> str:
    """The condition under which a charge is expected on this invoice."""
    if how.period is None:
        return "TRUE"
    begin, until = (f"TIMESTAMP '{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}'" for at in how.period)
    return f'("at" >= {begin} AND "at" < {until})'


def _write_allowances(allowances: Mapping[str, Decimal]) -> str:
    """As text, since the first parameter of a statement has DuckDB import pandas, which takes a second."""
    listed = [f"({quote(currency)}, {quote(format_decimal(allowed))})" for currency, allowed in allowances.items()]
    inserted = f"; INSERT INTO allowances VALUES {', '.join(listed)}" if listed else ""  # noqa: S608 - quoted
    return f"CREATE TABLE allowances (currency VARCHAR, allowed DECIMAL(38, 18)){inserted}"


_GROUP: Final = """
CREATE TABLE unit_groups AS
    SELECT DISTINCT u, u * 4 AS grp, 'task_id' AS rule FROM joined
    UNION ALL SELECT DISTINCT u, u * 4, 'window' FROM paired
    UNION ALL SELECT u, s * 4 + 1, 'aggregate' FROM covered
    UNION ALL SELECT u, u * 4, 'nothing' FROM units
        WHERE is_open AND counts AND u NOT IN (SELECT u FROM paired) AND u NOT IN (SELECT u FROM covered);
CREATE TABLE row_groups AS
    SELECT r, grp, rule FROM row_units JOIN unit_groups USING (u);
CREATE TABLE line_groups AS
    SELECT l, grp FROM joined JOIN unit_groups USING (u)
    UNION ALL SELECT l, u * 4 FROM bundled JOIN paired USING (b)
    UNION ALL SELECT l, s * 4 + 1 FROM spanning WHERE s IN (SELECT s FROM covered);
INSERT INTO line_groups SELECT l, l * 4 + 2 FROM lines_left WHERE amount <> 0 AND l NOT IN (SELECT l FROM line_groups);
CREATE TABLE differences AS
    SELECT grp, currency, -sum(amount) AS difference FROM (
        SELECT grp, currency, total AS amount FROM rows_left JOIN row_groups USING (r) WHERE is_due
        UNION ALL SELECT grp, currency, -amount FROM lines_left JOIN line_groups USING (l)
    ) GROUP BY grp, currency;
CREATE TABLE undue AS
    SELECT DISTINCT grp FROM (
        SELECT grp, r, bool_or("at" >= begin AND "at" < until) AS is_covered
        FROM (SELECT grp, r, "at" FROM rows_left JOIN row_groups USING (r))
        JOIN (SELECT grp, begin, until FROM lines_left JOIN line_groups USING (l) WHERE {timed}) USING (grp)
        GROUP BY grp, r
    ) WHERE NOT is_covered;
CREATE VIEW met AS
    SELECT grp, rule FROM row_groups
    UNION ALL SELECT grp, rule FROM unit_groups JOIN unrated USING (u)
    UNION ALL SELECT grp, rule FROM unit_groups JOIN refused USING (u);
CREATE TABLE compared AS
    SELECT grp, coalesce(rule, 'nothing') AS rule, CASE
        WHEN grp IN (FROM undue) THEN 'handed' WHEN agrees THEN 'agrees' WHEN within THEN 'tolerated' ELSE 'handed'
    END AS outcome
    FROM (
        SELECT grp, bool_and(difference = 0) AS agrees, bool_and(abs(difference) <= coalesce(allowed, 0)) AS within
        FROM differences LEFT JOIN allowances USING (currency) GROUP BY grp
    ) LEFT JOIN (SELECT grp, min(rule) AS rule FROM met GROUP BY grp) USING (grp);
CREATE VIEW handed AS FROM compared WHERE outcome = 'handed';
"""
"""Numbers of groups: 4u of the unit u, 4s + 1 of the span s, 4l + 2 of the line l alone. Without usage, rated or not, a
group has met by nothing."""


def _count(database: DuckDBPyConnection, outcome: str) -> dict[MatchedBy, int]:
    found = dict(
        database.execute(
            f"SELECT rule, count(*) FROM compared WHERE outcome = {quote(outcome)} GROUP BY rule"  # noqa: S608 - quoted
        ).fetchall()
    )
    return {rule: found.get(rule, 0) for rule in RULES}


_COUNT_LEFT: Final = """
SELECT count(*) FILTER (total <> 0), count(*) FILTER (total = 0 AND r IN (SELECT r FROM row_groups))
FROM rows_left WHERE is_due
"""


def _sum_tolerated(database: DuckDBPyConnection) -> dict[str, Decimal]:
    """What the differences that are tolerated come to in each currency."""
    return dict(
        database.execute(
            "SELECT currency, sum(difference)::DECIMAL(38, 18) FROM differences JOIN compared USING (grp)"
            " WHERE outcome = 'tolerated' GROUP BY currency ORDER BY currency"
        ).fetchall()
    )
