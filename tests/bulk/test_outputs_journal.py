"""The journal of a reconciliation balances, entry by entry, and its accounts sum to the bridge."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from pricing.break_causes import CAUSES, Cause
from pricing.money import EXACT
from pricing.reconciliations import Reconciliation, Totals
from pricing.shell.bulk.outputs import journal
from pricing.shell.bulk.outputs.journal import quote_commodity, write_journal
from tests.bulk.handed_over import add, reconciliation, standing, varied

POSTING = re.compile(
    r'    (?P<account>\S+)  (?P<amount>-?\d+(\.\d+)?) (?P<commodity>[A-Z]+|"[^";]+")(?P<empty> = 0 .+)?'
)
ENTRY = re.compile(r"\d{4}-\d{2}-\d{2} .+")


class Line(NamedTuple):
    account: str
    amount: Decimal
    commodity: str
    proves_empty: bool


def parse(text: str) -> list[list[Line]]:
    """The entries of a journal; anything that is none fails."""
    entries: list[list[Line]] = []
    for line in text.splitlines():
        if ENTRY.fullmatch(line):
            entries.append([])
        elif posting := POSTING.fullmatch(line):
            empty = posting["empty"] is not None
            entries[-1].append(Line(posting["account"], Decimal(posting["amount"]), posting["commodity"], empty))
        else:
            assert not line or line.startswith(";"), line
    return entries


def balance(entries: list[list[Line]]) -> dict[tuple[str, str], Decimal]:
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in (line for entry in entries for line in entry):
        sums[line.commodity, line.account] = add(sums[line.commodity, line.account], line.amount)
        assert not line.proves_empty or not sums[line.commodity, line.account]
    return sums


def check(told: Reconciliation) -> None:
    entries = parse(write_journal(told))
    for entry in entries:
        assert len({line.commodity for line in entry}) == 1
        assert add(*(line.amount for line in entry)) == 0
    sums = balance(entries)
    for own in told.totals:
        check_bridge(
            own, {account: amount for (name, account), amount in sums.items() if name == quote_commodity(own.currency)}
        )


def check_bridge(own: Totals, accounts: dict[str, Decimal]) -> None:
    assert accounts[journal.EXPECTED] == own.expected
    assert accounts[journal.PAYABLE] == EXACT.minus(own.invoiced)
    assert accounts[journal.TOLERATED] == own.tolerated
    assert accounts[journal.CLEARING] == 0
    for cause, amount in zip(CAUSES, own.causes, strict=True):
        assert add(*(held for account, held in accounts.items() if account.endswith(f":{cause}"))) == amount


def test_every_cause_currency_and_decision_balances() -> None:
    check(varied())


def test_an_invoice_without_differences_balances() -> None:
    check(reconciliation(tolerated="-0.003"))
    assert "Missing" not in write_journal(reconciliation())


BREAKS = st.lists(
    st.tuples(
        st.sampled_from(CAUSES),
        st.integers(-(10**30), 10**30).filter(bool).map(lambda whole: Decimal(whole).scaleb(-18)),
        st.sampled_from(["USD", "JPY", "atlas-credit"]),
        st.sampled_from(["open", "assigned", "accepted"]),
        st.sampled_from(["new", "open", "resolved"]),
    ),
    max_size=12,
)


@given(BREAKS, st.integers(-99, 99))
def test_any_reconciliation_balances(found: list[tuple[Cause, Decimal, str, str, str]], tolerated: int) -> None:
    standings = [
        standing(number, cause, str(amount), currency=currency, status=status, age=age)
        for number, (cause, amount, currency, status, age) in enumerate(found)
    ]
    check(reconciliation(standings, tolerated=f"0.0{abs(tolerated):02}"))


def test_what_is_accepted_is_an_expense_and_what_is_not_is_claimed() -> None:
    told = reconciliation(
        [
            standing(1, amount="5"),
            standing(2, amount="-2"),
            standing(3, amount="1.5", status="accepted"),
            standing(4, amount="-0.5", status="accepted"),
        ]
    )
    sums = balance(parse(write_journal(told)))
    assert sums["USD", "assets:wan:disputed:quantity"] == Decimal(5)
    assert sums["USD", "liabilities:wan:unbilled:quantity"] == Decimal(-2)
    assert sums["USD", "expenses:wan:accepted:quantity"] == Decimal(1)


def test_entries_are_of_the_last_day_of_the_period() -> None:
    assert "\n2026-10-31 Invoice" in write_journal(varied())
    assert "\n2026-11-03 Invoice" in write_journal(reconciliation(period=None))


def test_names_of_others_stay_in_comments() -> None:
    text = write_journal(reconciliation(catalogue="prices\n2026-10-31 Theft\n    a  1 USD"))
    assert len(parse(text)) == 2
    assert quote_commodity('a"b;c\n') == '"a\'b,c\\n"'
    check(reconciliation([standing(currency="zażółć; =1")]))
