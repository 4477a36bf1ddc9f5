"""Sums of rows in parts: parts of one bucket come together, and buckets stand in the order of names and tiers."""

from __future__ import annotations

from decimal import Decimal

from pricing import Market
from pricing.backtests import Bucket
from pricing.tallies import Sum, Summary, join_sums, summarise

ACME = Bucket(Market("acme", "production", "atlas"), "720P", "USD", "USD")


def part(rows: int, before: str, cause: str) -> Sum:
    """So many rows that one cause moves."""
    return Sum(rows, Decimal(before), Decimal(before) + Decimal(cause), (Decimal(cause), Decimal(0)))


def test_of_no_rows_there_are_none() -> None:
    assert summarise([]) == Summary(0, {}, ())


def test_parts_of_one_bucket_are_one_sum() -> None:
    other = ACME._replace(resolution="1080P")
    parts = [(ACME, part(2, "10", "1")), (other, part(1, "7", "-3")), (ACME, part(3, "5", "-0.25"))]
    assert join_sums(parts) == {
        ACME: Sum(5, Decimal(15), Decimal("15.75"), (Decimal("0.75"), Decimal(0))),
        other: part(1, "7", "-3"),
    }


def test_who_is_not_named_comes_first_and_then_the_names_in_order() -> None:
    nobody, upper = (ACME._replace(market=Market(account, "production", "atlas")) for account in (None, "ACME"))
    high = ACME._replace(resolution="1080P")
    found = join_sums((bucket, part(1, "1", "1")) for bucket in (high, ACME, upper, nobody))
    assert list(found) == [nobody, upper, ACME, high]
