"""In each currency expected, breaks and tolerated sum to invoiced, whatever the invoice says.

The order of rows and lines changes nothing. One planted defect is found, with its money, or named beside another
that comes to the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Final, get_args

from hypothesis import assume, given
from hypothesis import strategies as st

from pricing import PricingError
from pricing.ageing import bridge
from pricing.attribution import Attributor, Context, attribute
from pricing.break_causes import CAUSES, Cause
from pricing.breaks import MatchedBy
from pricing.catalogue import Catalogue
from pricing.invoices import Expected, Invoiced, Matched, Unrated, expect
from pricing.meters import METERS
from pricing.reconciliations import Tolerance
from pricing.usage import UsageRow
from tests.backtesting import TIERS, Prices, all_prices, catalogue, row, rows
from tests.reconciling import NOVEMBER
from tests.strategies import examples

_MONEY: Final = st.sampled_from([Decimal("1.12"), Decimal("0.5"), Decimal(-3)]) | st.decimals(
    Decimal(-(10**19)), Decimal(10**19), places=18
)
_NUMBERS: Final = st.none() | st.integers(0, 15).map(Decimal) | st.decimals(0, Decimal(10**19), places=18)
_INSTANTS: Final = st.sampled_from(NOVEMBER) | st.none()


@st.composite
def _lines(draw: st.DrawFn) -> Invoiced:
    """Any line, likely or absurd."""
    return Invoiced(
        draw(st.sampled_from(["a", "b", "c"])),
        draw(_MONEY),
        draw(st.sampled_from(["USD", "USD", "EUR", "tokens"])),
        draw(st.sampled_from(["job-1", None])),
        at=draw(_INSTANTS),
        begin=draw(_INSTANTS),
        until=draw(_INSTANTS),
        resolution=draw(st.sampled_from([*TIERS, None])),
        meter=draw(st.sampled_from([*METERS, None, None])),
        quantity=draw(_NUMBERS),
        unit_price=draw(_NUMBERS),
    )


def _rate(own: Catalogue, used: list[UsageRow]) -> tuple[tuple[Expected, ...], tuple[Unrated, ...]]:
    rated, unrated = [], []
    for one in used:
        try:
            rated.append(expect(own, one))
        except PricingError as error:
            unrated.append(Unrated(one, str(error)))
    return tuple(rated), tuple(unrated)


@st.composite
def _matches(draw: st.DrawFn) -> tuple[Matched, Context]:
    """Rows and lines that need have nothing to do with each other, but now and then come to the same."""
    own = catalogue(draw(all_prices(("USD", "EUR"))))
    rated, unrated = _rate(own, draw(st.lists(rows(), max_size=4)))
    lines = draw(st.lists(_lines(), max_size=4))
    if draw(st.booleans()) and rated:
        share = draw(st.sampled_from([Decimal(1), Decimal("1.1"), Decimal("0.25")]))
        amounts = [round(each.total * share, draw(st.sampled_from([2, 4, 18]))) for each in rated]
        lines += [
            Invoiced(f"of {each.row.id}", amount, each.currency) for each, amount in zip(rated, amounts, strict=True)
        ]
    tolerances = {
        "USD": draw(st.builds(Tolerance, st.just(Decimal("0.01")), st.sampled_from([Decimal(0), Decimal(3)])))
    }
    context = Context(own, draw(st.sampled_from([{}, tolerances])), draw(st.sampled_from([None, NOVEMBER])))
    return Matched(rated, tuple(lines), draw(st.sampled_from(get_args(MatchedBy))), unrated), context


def _by_currency(amounts: list[tuple[str, Decimal]]) -> dict[str, Fraction]:
    sums: dict[str, Fraction] = {}
    for currency, amount in amounts:
        sums[currency] = sums.get(currency, Fraction(0)) + Fraction(amount)
    return {currency: total for currency, total in sums.items() if total}


@examples(150)
@given(_matches())
def test_expected_breaks_and_tolerated_sum_to_invoiced(drawn: tuple[Matched, Context]) -> None:
    matched, context = drawn
    found = attribute(matched, context)
    parts = [(each.part.currency, each.part.amount) for each in found.breaks]
    left = _by_currency([*found.expected.items(), *parts, *found.tolerated.items()])
    assert left == _by_currency([(line.currency, line.amount) for line in matched.lines])
    if context.period is None and all(line.begin is None or line.until is None for line in matched.lines):
        assert _by_currency(list(found.expected.items())) == _by_currency([(r.currency, r.total) for r in matched.rows])
    for totals in bridge(found.expected, found.invoiced, found.tolerated, found.breaks):
        assert (
            Fraction(totals.expected) + sum(map(Fraction, totals.causes)) + Fraction(totals.tolerated)
            == totals.invoiced
        )
    assert all(each.part.amount for each in found.breaks)
    places = [CAUSES.index(each.part.cause) for each in found.breaks]
    assert places == sorted(places)
    assert len({each.id for each in found.breaks}) == len(found.breaks)


@examples(80)
@given(_matches(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_lines_changes_nothing(drawn: tuple[Matched, Context], random: Random) -> None:
    matched, context = drawn
    own, lines = list(matched.rows), list(matched.lines)
    random.shuffle(own)
    random.shuffle(lines)
    shuffled = matched._replace(rows=tuple(own), lines=tuple(lines), unrated=matched.unrated[::-1])
    attributor = Attributor(context)
    first = attributor.attribute(matched)
    assert attribute(shuffled, context) == first
    assert attributor.attribute(shuffled) == first


def _other_tier(used: UsageRow, prices: Prices) -> tuple[UsageRow, Prices]:
    return used.model_copy(update={"resolution": "1080P" if used.resolution == "720P" else "720P"}), prices


Plant = Callable[[UsageRow, Prices], tuple[UsageRow, Prices]]
_LATER: Final = datetime.fromisoformat("2027-02-01T00:00:00Z")
_ENDS: Final = '[[unfinished]]\nfrom = 2026-01-01\nfailed = "free"\n'
DEFECTS: Final[Mapping[str, tuple[Cause, Plant]]] = {
    "billed though failed": ("status", lambda used, prices: (used.model_copy(update={"status": "succeeded"}), prices)),
    "uncapped": ("quantity", lambda used, prices: (used, prices._replace(clips=_ENDS))),
    "not billed": ("quantity", lambda used, prices: (used, prices._replace(billed="no"))),
    "later price": ("card_version", lambda used, prices: (used.model_copy(update={"at": _LATER}), prices)),
    "no discount": ("adjustment", lambda used, prices: (used, prices._replace(discount=None))),
    "no least charge": ("adjustment", lambda used, prices: (used, prices._replace(least=None))),
    "other tier": ("rate", _other_tier),
    "clips at another price": ("rate", lambda used, prices: (used, prices._replace(priced_as="own"))),
    "unrounded": ("rounding", lambda used, prices: (used, prices._replace(rounding=None))),
}


@st.composite
def _planted(draw: st.DrawFn) -> Prices:
    """Prices that tell most defects from one another."""
    price = st.sampled_from(["0.1013", "0.1103", "0.1307", "0.1709", "0.1913"])
    return Prices(
        by_tier=draw(st.tuples(price, price, price, price)),
        clips=draw(st.sampled_from(['cap_total_s = "5"\n', 'cuts_s = ["5", "2.5"]\n'])) + _ENDS,
        discount=draw(st.sampled_from([None, "7", "13"])),
        least=draw(st.sampled_from([None, None, "2.9"])),
        later=draw(st.sampled_from([None, "0.2131", "0.0911"])),
        rounding=draw(st.sampled_from([None, None, ("0.1", "up", "quote")])),
    )


@examples(200)
@given(_planted(), st.lists(st.integers(1, 9), max_size=3), st.sampled_from(TIERS), st.sampled_from(list(DEFECTS)))
def test_a_planted_defect_is_found(prices: Prices, clips: list[int], tier: str, defect: str) -> None:
    cause, plant = DEFECTS[defect]
    status = "failed" if cause == "status" else "succeeded"
    used = row(clips_s=clips, references=len(clips), resolution=tier, duration_s=7, status=status)
    own = catalogue(prices)
    other_row, other_prices = plant(used, prices)
    expected, invoiced = expect(own, used), expect(catalogue(other_prices), other_row)
    gap = invoiced.total - expected.total
    assume(abs(gap) > Decimal("0.005"))
    line = Invoiced("line-1", invoiced.total, invoiced.currency, "job-1")
    (only,) = attribute(Matched((expected,), (line,), "task_id"), Context(own)).breaks
    named = {only.part.cause, *(name.partition(":")[0] for name in only.part.also)}
    assert cause in named
    assert only.part.cause == min(named, key=[str(each) for each in CAUSES].index)
    assert only.part.amount == gap
