"""Breaks summed: what is resolved counts for nothing, and nothing is ranked across currencies."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.break_tallies import (
    Tally,
    group_thousands,
    list_currencies,
    pick_largest,
    rank,
    tally_ages,
    tally_causes,
    tell_verdict,
)
from pricing.reconciliations import Reconciliation
from tests.bulk.handed_over import reconciliation, standing

WITHIN = "in 120,034 rows of usage and 119,998 invoice lines"
LEFT_OUT = "Left out, since they could not be read or rated: 4 rows of usage."


def test_too_much_and_too_little_do_not_cancel() -> None:
    told = reconciliation(
        [standing(1, amount="3"), standing(2, amount="-1"), standing(3, amount="2", status="accepted")]
    )
    own = tally_causes(told)["USD", "quantity"]
    assert own == Tally(3, Decimal(5), Decimal(-1), Decimal(2), Decimal(0))
    assert (own.amount, own.accepted) == (Decimal(4), Decimal(2))


def test_what_is_resolved_is_in_the_ages_alone() -> None:
    told = reconciliation([standing(1, age="resolved", currency="GBP"), standing(2, age="open")])
    assert set(tally_causes(told)) == {("USD", "quantity")}
    assert set(tally_ages(told)) == {("GBP", "resolved"), ("USD", "open")}
    assert list_currencies(told) == ("USD", "GBP")


def test_ranks_are_of_amounts_whichever_way_and_then_of_ids() -> None:
    ranked = rank([standing(1, amount="1"), standing(3, amount="-2"), standing(2, amount="2")])
    assert [one.found.id for one in ranked["USD"]] == ["b0000002", "b0000003", "b0000001"]


def test_amounts_of_thirty_digits_are_ranked_exactly() -> None:
    close = ["10000000000000.0000000000000000001", "10000000000000.0000000000000000002"]
    ranked = rank([standing(number, amount=amount) for number, amount in enumerate(close)])
    assert [one.found.part.amount for one in ranked["USD"]] == [Decimal(close[1]), Decimal(close[0])]


def test_each_currency_has_its_share_of_the_largest() -> None:
    many = [standing(number, currency="JPY", amount=str(1000 + number)) for number in range(10)]
    few = [standing(20 + number, amount=str(number + 1)) for number in range(2)]
    picked = pick_largest([*many, *few], 5)
    assert {currency: len(own) for currency, own in picked.items()} == {"JPY": 3, "USD": 2}
    assert [one.found.part.amount for one in picked["JPY"]] == [1009, 1008, 1007]
    assert pick_largest([], 5) == {}
    assert set(pick_largest([*many, *few], 1)) == {"JPY"}


@given(st.lists(st.tuples(st.sampled_from(["USD", "EUR"]), st.integers(1, 99)), max_size=20), st.integers(0, 25))
def test_as_many_are_picked_as_there_are(breaks: list[tuple[str, int]], most: int) -> None:
    standings = [standing(number, currency=name, amount=str(size)) for number, (name, size) in enumerate(breaks)]
    picked = pick_largest(standings, most)
    assert sum(map(len, picked.values())) == min(most, len(breaks))
    there = Counter(name for name, _ in breaks)
    assert all(len(own) <= there[currency] for currency, own in picked.items())


@pytest.mark.parametrize(
    ("told", "said"),
    [
        pytest.param(reconciliation(), f"No differences {WITHIN}. {LEFT_OUT}", id="none"),
        pytest.param(
            reconciliation([standing(amount="4.12")]),
            f"1 difference {WITHIN}: the invoice asks 4.12 USD too much. {LEFT_OUT}",
            id="one",
        ),
        pytest.param(
            reconciliation(
                [
                    standing(1, amount="-4.12"),
                    standing(2, amount="1", currency="EUR", status="accepted"),
                    standing(3, amount="1", currency="JPY", status="accepted"),
                    standing(4, amount="-1", currency="JPY"),
                    standing(5, amount="9", age="resolved"),
                ]
            ),
            f"4 differences {WITHIN}: the invoice asks 4.12 USD too little, 1.00 EUR too much and in JPY as much as "
            f"expected in all. 2 differences are accepted. {LEFT_OUT}",
            id="three-currencies",
        ),
        pytest.param(
            reconciliation([standing(amount="1", status="accepted")], tolerated="0.003"),
            f"1 difference {WITHIN}: the invoice asks 1.00 USD too much. 1 difference is accepted. "
            f"Beside them 0.003 USD lies within the tolerance. {LEFT_OUT}",
            id="tolerated",
        ),
        pytest.param(
            reconciliation([standing(amount="1"), standing(2, currency="EUR", amount="1")], tolerated="-0.003"),
            f"2 differences {WITHIN}: the invoice asks 1.00 USD too much and 1.00 EUR too much. "
            f"Beside them -0.003 USD and -0.003 EUR lie within the tolerance. {LEFT_OUT}",
            id="tolerated-twice",
        ),
    ],
)
def test_the_verdict_is_a_few_sentences(told: Reconciliation, said: str) -> None:
    assert tell_verdict(told) == said


def test_nothing_is_said_of_rows_that_are_all_there() -> None:
    told = reconciliation()
    counts = told.counts._replace(rejected=0, lines_rejected=0, usage_rows=1, invoice_lines=1)
    assert tell_verdict(told._replace(counts=counts)) == "No differences in 1 row of usage and 1 invoice line."
    left = counts._replace(lines_rejected=1)
    assert tell_verdict(told._replace(counts=left)).endswith(
        "Left out, since they could not be read or rated: 1 invoice line."
    )
    left = counts._replace(rejected=1, lines_rejected=2)
    assert tell_verdict(told._replace(counts=left)).endswith("1 row of usage and 2 invoice lines.")


def test_too_little_can_be_accepted_too() -> None:
    told = reconciliation([standing(1, amount="-1", status="accepted"), standing(2, amount="-4")])
    own = tally_causes(told)["USD", "quantity"]
    assert own == Tally(2, Decimal(0), Decimal(-5), Decimal(0), Decimal(-1))
    assert own.accepted == Decimal(-1)


@pytest.mark.parametrize(
    ("text", "grouped"),
    [
        ("0.05", "0.05"),
        ("1234", "1,234"),
        ("1234567.8901", "1,234,567.8901"),
        ("-1234.50", "-1,234.50"),
        ("-999", "-999"),
    ],
)
def test_whole_digits_are_grouped_by_three(text: str, grouped: str) -> None:
    assert group_thousands(text) == grouped
