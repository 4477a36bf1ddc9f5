"""The causes of a backtest make up its difference to the last digit; rated and rejected rows are all rows.

And: a catalogue beside itself moves nothing; the order of rows changes no number; sums are those of rows quoted alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pricing import Market, PricingError, resolve
from pricing.backtests import Rated, Rater, Rejected, Side
from pricing.money import EXACT, ZERO
from pricing.quotes import price
from pricing.tallies import Summary, summarise, total_by_currency
from pricing.usage import UsageRow, describe_work
from tests.backtesting import Prices, all_prices, catalogue, rows
from tests.strategies import examples

MANY = st.lists(rows(), min_size=1, max_size=12)
INSTANTS = st.none() | st.just(datetime(2027, 6, 1, tzinfo=UTC))


def _run(used: Sequence[UsageRow], old: Side, new: Side) -> Summary:
    rater = Rater(old, new)
    return summarise(map(rater.rate, used))


def _sum(amounts: Sequence[Decimal]) -> Decimal:
    total = ZERO
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total


@examples(60)
@given(MANY, all_prices(), all_prices(), INSTANTS)
def test_causes_sum_to_the_difference(used: list[UsageRow], old: Prices, new: Prices, at: datetime | None) -> None:
    rater = Rater(Side(catalogue(old)), Side(catalogue(new), at))
    for outcome in map(rater.rate, used):
        if isinstance(outcome, Rated):
            before, after, causes = outcome.bridge
            assert EXACT.add(before, _sum(causes)) == after
    summary = summarise(map(rater.rate, used))
    for one in (*summary.sums.values(), *total_by_currency(summary).values()):
        assert _sum(one.causes) == one.difference == EXACT.subtract(one.after, one.before)


@examples(40)
@given(MANY, all_prices(("USD", "CNY")), all_prices(("USD", "CNY")))
def test_rated_and_rejected_are_all_rows(used: list[UsageRow], old: Prices, new: Prices) -> None:
    summary = _run(used, Side(catalogue(old)), Side(catalogue(new)))
    assert summary.rated + sum(one.rows for one in summary.rejections) == summary.rows == len(used)
    assert sum(one.rows for one in total_by_currency(summary).values()) == summary.rated


@examples(40)
@given(MANY, all_prices(), INSTANTS)
def test_a_catalogue_beside_itself_moves_nothing(used: list[UsageRow], prices: Prices, at: datetime | None) -> None:
    summary = _run(used, Side(catalogue(prices), at), Side(catalogue(prices), at))
    for one in summary.sums.values():
        assert one.difference == ZERO
        assert not any(one.causes)


@examples(40)
@given(MANY, all_prices(), all_prices(), st.data())
def test_order_changes_no_number(used: list[UsageRow], old: Prices, new: Prices, data: st.DataObject) -> None:
    sides = (Side(catalogue(old)), Side(catalogue(new)))
    one, other = _run(used, *sides), _run(data.draw(st.permutations(used)), *sides)
    assert list(one.sums.items()) == list(other.sums.items())
    assert {r[:3] for r in one.rejections} == {r[:3] for r in other.rejections}


@examples(40)
@given(MANY, all_prices(("USD", "CNY")), all_prices(("USD", "CNY")), INSTANTS)
def test_sums_are_those_of_rows_quoted_alone(
    used: list[UsageRow], old: Prices, new: Prices, at: datetime | None
) -> None:
    sides = (Side(catalogue(old)), Side(catalogue(new), at))
    alone = [quoted for row in used if (quoted := _quote_alone(row, *sides)) is not None]
    summary = _run(used, *sides)
    assert summary.rated == len(alone)
    assert _sum([one.before for one in summary.sums.values()]) == _sum([before for before, _ in alone])
    assert _sum([one.after for one in summary.sums.values()]) == _sum([after for _, after in alone])


def _quote_alone(row: UsageRow, *sides: Side) -> tuple[Decimal, Decimal] | None:
    """What each side charges for the row, looked up and priced anew; `None` where one of them has no one price."""
    market = Market(row.account, row.environment, row.host, row.region)
    try:
        charged = [
            price(resolve(side.catalogue, market, side.at or row.at), describe_work(row)).charged for side in sides
        ]
    except PricingError:
        return None
    if row.status != "succeeded" or any(one.kind != "exact" for one in charged):
        return None
    before, after = (one.total for one in charged)
    return (before, after) if before is not None and after is not None else None


@examples(40)
@given(rows(), all_prices(), all_prices())
def test_what_does_not_change_is_no_cause(used: UsageRow, prices: Prices, other: Prices) -> None:
    """Only list prices differ: no cause beside them, unless the new ones do not price the row by the old terms."""
    changed = prices._replace(by_tier=other.by_tier, upscaling=other.upscaling, flat=other.flat)
    outcome = Rater(Side(catalogue(prices)), Side(catalogue(changed))).rate(used)
    if not isinstance(outcome, Rejected):
        assert not any(outcome.bridge.causes[1:])
