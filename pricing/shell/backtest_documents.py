"""A backtest as the command tells it, and as one JSON document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from pricing.backtests import Bucket, Side, SideName
from pricing.bridges import CAUSES
from pricing.money import format_amount
from pricing.rating import Reason
from pricing.shell.change_lines import say_instant, say_percent
from pricing.shell.rejects import Place
from pricing.shell.wire import SCHEMA_VERSION
from pricing.tallies import Rejection, Sum, Summary, total_by_currency


class Read(NamedTuple):
    """What usage came to, where the first row of each rejection stands, and the latest instant of any row."""

    summary: Summary
    first: Mapping[tuple[Reason, SideName | None], Place]
    latest: datetime | None


class Backtest(NamedTuple):
    """All that is told: both sides and their names, the sums, where the first row of each rejection stands.

    `over` are the groups that move by more than `limit` percent; `upcoming` is the first change of the new prices
    that no row reaches, since it comes after the last of them.
    """

    sides: tuple[Side, Side]
    names: tuple[str, str]
    summary: Summary
    first: Mapping[tuple[Reason, SideName | None], Place]
    limit: Decimal | None
    over: tuple[Bucket, ...]
    upcoming: datetime | None


def write_backtest(told: Backtest) -> dict[str, object]:
    """The document."""
    (old, new), summary = told.sides, told.summary
    return {
        "schema_version": SCHEMA_VERSION,
        "old": old.catalogue.digest,
        "new": new.catalogue.digest,
        "old_at": old.at and say_instant(old.at),
        "new_at": new.at and say_instant(new.at),
        "rows": summary.rows,
        "rated": summary.rated,
        "totals": [_sum(one, *currencies) for currencies, one in total_by_currency(summary).items()],
        "groups": [
            {
                **bucket.market._asdict(),
                "resolution": bucket.resolution,
                **_sum(one, bucket.currency, bucket.new_currency),
                "is_over": None if told.limit is None else bucket in told.over,
            }
            for bucket, one in summary.sums.items()
        ],
        "rejections": [_rejection(one, told.first[one.reason, one.side]) for one in summary.rejections],
        "next_change": told.upcoming and say_instant(told.upcoming),
    }


def _sum(one: Sum, currency: str, new_currency: str) -> dict[str, object]:
    """The sum; `difference` and `causes` are null between two currencies."""
    difference, percent = one.difference, one.percent
    causes = {cause: format_amount(amount, currency) for cause, amount in zip(CAUSES, one.causes, strict=False)}
    return {
        "currency": currency,
        "new_currency": new_currency,
        "rows": one.rows,
        "before": format_amount(one.before, currency),
        "after": format_amount(one.after, new_currency),
        "difference": None if difference is None else format_amount(difference, currency),
        "percent": None if percent is None else say_percent(percent),
        "causes": causes or None,
    }


def _rejection(one: Rejection, place: Place) -> dict[str, object]:
    return {**one._asdict(), "first": place._asdict()}
