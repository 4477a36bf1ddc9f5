"""One table of usage backtested twice: row by row by the scalar engine, and by queries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

import ibis

from pricing.backtests import Bucket, Outcome, Rater, Rejected, Sides, find_refusal, name_bucket
from pricing.catalogue import Market, Pricing
from pricing.courses import chart
from pricing.dependences import depends_on_ratio
from pricing.errors import PricingError
from pricing.jobs import Job
from pricing.money import EXACT, ZERO
from pricing.rating import check_offered, find_pricing, rate
from pricing.running import RunningTotals
from pricing.shell.bulk import surveys
from pricing.shell.bulk.backtest_queries import DONE
from pricing.shell.bulk.backtest_rejects import Rejections
from pricing.shell.bulk.backtest_stages import Ground, Piece, Stages
from pricing.shell.bulk.checks import Checked
from pricing.shell.bulk.engines import DuckDBEngine
from pricing.shell.bulk.schemas import USAGE
from pricing.shell.bulk.usage_rows import Rows
from pricing.shell.progress import Steps
from pricing.shell.rejects import Rejects
from pricing.tallies import Rejection, Sum, summarise
from pricing.usage import UsageRow, describe_work
from tests.bulk.course_rows import rate_rows
from tests.bulk.rows import to_table
from wan_rules.hosts import HOSTS

FILE: Final = "usage"


class Told(NamedTuple):
    """What a backtest says: sums, rejections, and the line and id of the first of each."""

    sums: dict[Bucket, Sum]
    rejections: tuple[Rejection, ...]
    first: tuple[tuple[int, str], ...]


def by_scalar(used: Sequence[UsageRow], sides: Sides) -> Told:
    """Row by row, none of which looks at what others used."""
    rater = Rater(*sides)
    return _sum(used, [rater.rate(row) for row in used])


def by_courses(used: Sequence[UsageRow], sides: Sides) -> Told:
    """Row by row on its course, all counting for those after them."""
    return _sum(used, rate_rows(used, sides))


def _sum(used: Sequence[UsageRow], outcomes: Sequence[Outcome]) -> Told:
    summary = summarise(outcomes)
    kinds = [outcome[:2] if isinstance(outcome, Rejected) else None for outcome in outcomes]
    places = [kinds.index((one.reason, one.side)) for one in summary.rejections]
    return Told(summary.sums, summary.rejections, tuple((place + 1, str(used[place].id)) for place in places))


def by_tables(used: Sequence[UsageRow], sides: Sides, engine: DuckDBEngine, pieces: int = 2) -> Told:
    """The same by queries over so many pieces of one file."""
    by_ratio = any(depends_on_ratio(side.catalogue) for side in sides)
    table = engine.put("usage", to_table(used))
    parts = [_rows(table.filter(table.row % pieces == turn)) for turn in range(pieces)]
    asked = [engine.fetch(surveys.ask(rows.good(), by_ratio=by_ratio)) for rows in parts]
    cut = [_cut(rows, answers) for rows, answers in zip(parts, asked, strict=True)]
    answers = surveys.merge(answer for several in asked for answer in several)
    survey = surveys.read([answer for answer in answers if answer["status"] == DONE])
    rejections = Rejections(sides, {FILE: 0}, Rejects(None))
    courses = chart(sides, survey.groups, HOSTS)
    sums = Stages(Ground(engine, cut, Steps()), survey, courses).rate(rejections)
    turned = rejections.turned.list_all()
    told = tuple(Rejection(*one.rejected[:2], one.rows, one.rejected.message) for one in turned)
    return Told(sums, told, tuple((one.at[1], str(one.id)) for one in turned))


def _cut(rows: Rows, answers: Sequence[dict[str, Any]]) -> Piece:
    count = sum(answer["rows"] for answer in answers)
    return Piece([FILE], rows, count, has_bad=False, ends=frozenset(answer["status"] for answer in answers))


def _rows(table: ibis.Table) -> Rows:
    columns = {name: table[name] for name in USAGE}
    checked = Checked(columns, columns, ibis.literal(value=True), ibis.null("string"), ibis.literal(value=True))
    return Rows(table, checked, {"file": table.file, "row": table.row}, ibis.literal(""))


def ends_in_order(used: Sequence[UsageRow], sides: Sides) -> dict[Bucket, tuple[int, Decimal, Decimal]]:
    """Rows, before and after of each bucket, by running totals of each side over the rows that both sides rate."""
    totals: tuple[dict[Market, RunningTotals], ...] = ({}, {})
    found: dict[Bucket, tuple[int, Decimal, Decimal]] = {}
    for row in sorted(used, key=lambda row: (row.at, str(row.id))):
        pricings = list(_list_pricings(row, sides))
        if len(pricings) < 2:
            continue
        running = [own.setdefault(one.market, RunningTotals()) for own, one in zip(totals, pricings, strict=True)]
        jobs = [
            Job(describe_work(row), own.stand(one.terms, row.at), row.billed_clips_s)
            for own, one in zip(running, pricings, strict=True)
        ]
        if any(find_refusal(one, job) for one, job in zip(pricings, jobs, strict=True)):
            continue
        charges = [rate(job, one) for job, one in zip(jobs, pricings, strict=True)]
        for own, job, one, charged in zip(running, jobs, pricings, charges, strict=True):
            own.add(job, one.terms, charged)
        bucket = _name(row, pricings)
        rows, *sums = found.get(bucket, (0, ZERO, ZERO))
        before, after = (EXACT.add(total, charged.total or ZERO) for total, charged in zip(sums, charges, strict=True))
        found[bucket] = rows + 1, before, after
    return found


def _list_pricings(row: UsageRow, sides: Sides) -> Iterator[Pricing]:
    """Both pricings, or fewer where a side has none."""
    if row.status != DONE:
        return
    for side in sides:
        try:
            check_offered(row.host, row.resolution, HOSTS)
            yield find_pricing(side.catalogue, row, side.at)
        except PricingError:
            continue


def _name(row: UsageRow, pricings: Sequence[Pricing]) -> Bucket:
    market = name_bucket(Market(row.account, row.environment, row.host, row.region), pricings[0].market)
    return Bucket(market, row.resolution, *(one.terms.currency for one in pricings))
