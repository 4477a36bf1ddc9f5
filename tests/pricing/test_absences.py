"""What stands on one side of a match alone: what each part is about, its money, and the words of its evidence."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest

from pricing.absences import explain_absence, leave_unrated
from pricing.breaks import Part
from pricing.invoices import Expected, Invoiced, Matched, Unrated
from pricing.money import Money
from pricing.sides import divide
from tests.backtesting import row
from tests.reconciling import NOVEMBER, billed, books, used

D = Decimal
BARE: Final = books()
OCTOBER: Final = "2026-10-31T23:00:00Z"
EXCHANGE: Final = 'kind = "exchange"\ncurrency = "EUR"\nrate = "0.9"\ndate = 2026-01-01\nsource = "the bank"'


def absent(
    rows: tuple[Expected, ...], lines: tuple[Invoiced, ...], *, unrated: tuple[Unrated, ...] = ()
) -> list[tuple[Part, ...] | None]:
    """What is said of each currency, in their order, where the invoice is of November."""
    matched = Matched(rows, lines, "task_id", unrated)
    sides = divide(matched, NOVEMBER)
    return [explain_absence(side, sides, matched, books(EXCHANGE)) for side in sides]


@pytest.mark.parametrize(
    ("count", "names"),
    [
        pytest.param(1, "job-0", id="one"),
        pytest.param(3, "job-0, job-1, job-2", id="as-many-as-are-named"),
        pytest.param(4, "job-0, job-1, job-2 and 1 more", id="one-more"),
        pytest.param(6, "job-0, job-1, job-2 and 3 more", id="more"),
    ],
)
def test_usage_without_a_line(count: int, names: str) -> None:
    rows = tuple(used(BARE, id=f"job-{number}") for number in range(count))
    money = count * 10 * D("0.13")
    evidence = f"no line bills {names}: {money} USD expected"
    assert absent(rows, ()) == [(Part("missing_on_invoice", "usage without a line", "USD", -money, evidence),)]


@pytest.mark.parametrize(
    ("count", "names"),
    [
        pytest.param(1, "line-0", id="one"),
        pytest.param(3, "line-0, line-1, line-2", id="as-many-as-are-named"),
        pytest.param(4, "line-0, line-1, line-2 and 1 more", id="one-more"),
        pytest.param(6, "line-0, line-1, line-2 and 3 more", id="more"),
    ],
)
def test_lines_without_usage(count: int, names: str) -> None:
    lines = tuple(billed("2.5", line=f"line-{number}", task_id=f"task-{number}") for number in range(count))
    money = count * D("2.5")
    evidence = f"no usage stands behind {names}: {money}0 USD invoiced"
    assert absent((), lines) == [(Part("missing_in_usage", "line without usage", "USD", money, evidence),)]


def test_a_line_that_stands_twice_is_told_apart() -> None:
    ((again, part),) = filter(None, absent((), (billed("2"), billed("2", line="line-2"))))
    assert (again.cause, again.amount) == ("duplicate", D(2))
    assert (part.cause, part.amount) == ("missing_in_usage", D(2))
    assert part.evidence == "no usage stands behind line-1: 2.00 USD invoiced"


@pytest.mark.parametrize(
    ("count", "reasons"),
    [
        pytest.param(1, "job-0: no price", id="one"),
        pytest.param(3, "job-0: no price; job-1: no price; job-2: no price", id="as-many-as-are-told"),
        pytest.param(4, "job-0: no price; job-1: no price; job-2: no price; and 1 more", id="one-more"),
    ],
)
def test_usage_that_nothing_rates(count: int, reasons: str) -> None:
    unrated = tuple(Unrated(row(id=f"job-{number}"), "no price") for number in range(count))
    part = Part("unknown", "unrated usage", "EUR", D("1.3"), f"the usage can't be rated ({reasons})")
    assert absent((), (billed("1.3", "EUR"),), unrated=unrated) == [(part,)]
    assert leave_unrated(Money(D("1.3"), "EUR"), Matched((), (), "task_id", unrated)) == part


def test_rows_and_lines_that_stand_against_each_other_are_for_others_to_explain() -> None:
    assert absent((used(BARE),), (billed("9.99"),)) == [None]
    assert absent((used(BARE, at=OCTOBER),), (billed("9.99"),)) == [None]


@pytest.mark.parametrize(
    ("invoiced", "detail"),
    [
        pytest.param("0.9373", "same number", id="the-number"),
        pytest.param("0.94", "same number", id="the-number-rounded"),
        pytest.param("0.84357", "known exchange", id="exchanged"),
        pytest.param("0.84", "known exchange", id="exchanged-and-rounded"),
        pytest.param("0.85", "other currency", id="more-than-rounding"),
        pytest.param("0.844", "other currency", id="not-rounded-to-a-cent"),
    ],
)
def test_another_currency(invoiced: str, detail: str) -> None:
    """7.21 s at 0.13 USD are 0.9373 USD, and at 0.9 EUR each 0.84357 EUR."""
    (foreign,), (home,) = filter(None, absent((used(BARE, duration_s="7.21"),), (billed(invoiced, "EUR"),)))
    assert foreign[:4] == ("currency", detail, "EUR", D(invoiced))
    assert home[:4] == ("currency", detail, "USD", D("-0.9373"))


def test_a_row_of_another_month_is_of_its_currency_too() -> None:
    (foreign,), (home,) = filter(None, absent((used(BARE, at=OCTOBER),), (billed("9", "EUR"),)))
    assert (foreign.currency, foreign.amount) == ("EUR", D(9))
    assert (home.currency, home.amount) == ("USD", D(0))


def test_what_one_currency_bills_is_set_against_the_other_first() -> None:
    row_, half = used(BARE), billed("0.65", "EUR", line="b")
    tied = absent((row_,), (billed("0.65", line="a"), half))
    assert [parts and parts[0][:4] for parts in tied] == [
        ("currency", "same number", "EUR", D("0.65")),
        ("currency", "same number", "USD", D("-0.65")),
    ]
    assert absent((row_,), (billed("1.10", line="a"), half))[1] is None
