"""What is added to a request as a whole: each kind at its own edge, both ends of what is unknown, all in one order."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest

from pricing.adjustments import ORDER, SPEND, Adjuster, AdjusterKind, Adjustment, adjust, sort_adjusters
from pricing.schemes import Span

AMOUNT: Final = Decimal(10)
COMMITMENT: Final = Adjuster("commitment", "month", AMOUNT, "commitment", SPEND, Decimal("0.2"))
MONTHLY_CAP: Final = Adjuster("cap", "month", AMOUNT, "cap", SPEND)
CREDIT: Final = Adjuster("credit", "request", AMOUNT, "credit", "credit/gift")


def per_request(kind: AdjusterKind, amount: str = "10") -> Adjuster:
    return Adjuster(kind, "request", Decimal(amount), kind)


def span(text: str) -> Span:
    low, dots, high = text.partition("..")
    return Span(Decimal(low), Decimal(low) if not dots else Decimal(high) if high else None)


@pytest.mark.parametrize(
    ("adjuster", "total", "before", "after", "added"),
    [
        pytest.param(per_request("rebate"), "15", "0", "5", "-10", id="rebate"),
        pytest.param(per_request("rebate"), "4", "0", "0", "-4", id="rebate-stops-at-zero"),
        pytest.param(per_request("rebate"), "4..15", "0", "0..5", "-4..-10", id="rebate-of-two-ends"),
        pytest.param(per_request("rebate"), "15..", "0", "5..", "-10..", id="rebate-without-bound"),
        pytest.param(per_request("minimum"), "4", "0", "10", "6", id="minimum"),
        pytest.param(per_request("minimum"), "10", "0", "10", None, id="minimum-reached"),
        pytest.param(per_request("minimum"), "4..15", "0", "10..15", "6..0", id="minimum-of-two-ends"),
        pytest.param(per_request("minimum"), "4..", "0", "10..", "6..", id="minimum-without-bound"),
        pytest.param(Adjuster("minimum", "month", AMOUNT, "m"), "4", "0", "4", None, id="monthly-minimum-is-due-later"),
        pytest.param(per_request("cap"), "15", "0", "10", "-5", id="cap"),
        pytest.param(per_request("cap"), "10", "0", "10", None, id="cap-reached"),
        pytest.param(per_request("cap"), "4..15", "0", "4..10", "0..-5", id="cap-of-two-ends"),
        pytest.param(per_request("cap"), "4..", "0", "4..10", "0..", id="a-cap-bounds-what-nothing-bounded"),
        pytest.param(MONTHLY_CAP, "4", "6", "4", None, id="monthly-cap-to-its-end"),
        pytest.param(MONTHLY_CAP, "4", "7", "3", "-1", id="monthly-cap-over-it"),
        pytest.param(MONTHLY_CAP, "4", "12", "0", "-4", id="monthly-cap-beyond-it"),
        pytest.param(MONTHLY_CAP, "4", "0..", "0..4", "-4..0", id="monthly-cap-after-nobody-knows-what"),
        pytest.param(MONTHLY_CAP, "4..", "7", "3..3", "-1..", id="monthly-cap-bounds-what-nothing-bounded"),
        pytest.param(COMMITMENT, "4", "6", "4", None, id="commitment-to-its-end"),
        pytest.param(COMMITMENT, "4", "7", "4.2", "0.2", id="commitment-over-it"),  # 1 x 20 %
        pytest.param(COMMITMENT, "4", "12", "4.8", "0.8", id="commitment-beyond-it"),  # 4 x 20 %
        pytest.param(COMMITMENT, "4", "0..", "4..4.8", "0..0.8", id="commitment-after-nobody-knows-what"),
        pytest.param(COMMITMENT, "4..", "0", "4..", None, id="commitment-without-bound"),
        pytest.param(CREDIT, "4", "0", "0", "-4", id="credit"),
        pytest.param(CREDIT, "4", "7", "1", "-3", id="credit-nearly-used-up"),
        pytest.param(CREDIT, "4", "10", "4", None, id="credit-used-up"),
        pytest.param(CREDIT, "4", "0..", "0..4", "-4..0", id="credit-after-nobody-knows-what"),
    ],
)
def test_what_each_adds(adjuster: Adjuster, total: str, before: str, after: str, added: str | None) -> None:
    counters = {SPEND: span(before), "credit/gift": span(before)}
    ends, adjustments = adjust(span(total), [adjuster], counters)
    assert ends == span(after)
    if added is None:
        assert adjustments == ()
    else:
        least, most = span(added)
        assert adjustments == (Adjustment(adjuster.kind, most, least, adjuster.source),)


def test_all_of_them_in_one_order() -> None:
    """20 - 3 = 17; 7 of it beyond the commitment of 10: + 1.4; up to 19; no more than 18; 5 of it from a credit."""
    written = [
        CREDIT._replace(amount=Decimal(5)),
        per_request("cap", "18"),
        per_request("minimum", "19"),
        COMMITMENT,
        per_request("rebate", "3"),
    ]
    ordered = sort_adjusters(written)
    assert tuple(one.kind for one in ordered) == ORDER
    nothing = Span(Decimal(0), Decimal(0))
    ends, adjustments = adjust(span("20"), ordered, {SPEND: nothing, "credit/gift": nothing})
    added = [Decimal(-3), Decimal("1.4"), Decimal("0.6"), Decimal(-1), Decimal(-5)]
    assert [one.amount for one in adjustments] == [one.amount_min for one in adjustments] == added
    assert ends == span("13")


def test_those_of_one_kind_stay_as_they_are() -> None:
    first, second = per_request("rebate", "1"), per_request("rebate", "2")
    assert sort_adjusters([per_request("cap"), second, first]) == (second, first, per_request("cap"))


def test_what_comes_after_a_monthly_minimum_still_applies() -> None:
    ends, adjustments = adjust(span("15"), [Adjuster("minimum", "month", AMOUNT, "m"), per_request("cap")], {})
    assert ends == span("10")
    assert adjustments == (Adjustment("cap", Decimal(-5), Decimal(-5), "cap"),)
