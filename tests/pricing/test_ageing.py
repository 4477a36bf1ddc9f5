"""Bridges of breaks, and their age beside an earlier report."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

import pytest

from pricing.ageing import bridge, find_age, sum_breaks
from pricing.break_causes import CAUSES, Cause
from pricing.breaks import Break, Part, Subject
from pricing.reconciliations import Age, Standing, Status

SUBJECT: Final = Subject(("job-1",), ("line-1",), "task_id", None, None, None, None, None, None)
THEN: Final = datetime(2026, 11, 1, tzinfo=UTC)
NOW: Final = datetime(2026, 12, 1, tzinfo=UTC)


def found(name: str, cause: Cause = "rate", amount: str = "0.1", currency: str = "USD") -> Break:
    return Break(name, SUBJECT, Decimal(1), Decimal(2), Part(cause, "", currency, Decimal(amount), ""))


def test_money_is_summed_by_currency_and_cause() -> None:
    sums = sum_breaks([found("a"), found("b"), found("c", "unknown", "-3"), found("d", currency="EUR")])
    assert list(sums) == ["EUR", "USD"]
    assert sums["USD"][CAUSES.index("rate")] == 2 * Decimal("0.1")
    assert sums["USD"][CAUSES.index("unknown")] == -3
    assert sum(sums["EUR"]) == Decimal("0.1")


def test_a_bridge_that_does_not_sum_is_refused() -> None:
    expected, invoiced = {"USD": Decimal(1)}, {"USD": Decimal("1.15"), "EUR": Decimal(0)}
    eur, usd = bridge(expected, invoiced, {"USD": Decimal("0.05")}, [found("a")])
    assert (eur.currency, usd.currency, usd.tolerated) == ("EUR", "USD", Decimal("0.05"))
    with pytest.raises(ValueError, match=r"the bridge of USD is off by 0\.05"):
        bridge(expected, invoiced, {}, [found("a")])


def test_ages() -> None:
    kept = Standing(found("kept"), "new", THEN, "assigned", "ann", "asked the host")
    gone = Standing(found("gone"), "open", THEN)
    long_gone = Standing(found("long gone"), "resolved", THEN)
    ages = find_age([found("new"), found("kept")], [kept, gone, long_gone], NOW)
    assert ages == (
        Standing(found("new"), "new", NOW),
        kept._replace(age="open"),
        gone._replace(age="resolved"),
    )


@pytest.mark.parametrize(("owner", "status"), [("ann", "assigned"), (None, "open")], ids=["owned", "nobody's"])
def test_an_acceptance_is_of_an_amount(owner: str | None, status: str) -> None:
    before = Standing(found("a"), "open", THEN, "accepted", owner, "agreed")
    (same,) = find_age([found("a")], [before], NOW)
    assert same.status == "accepted"
    (moved,) = find_age([found("a", amount="0.2")], [before], NOW)
    assert (moved.age, moved.since, moved.status, moved.owner, moved.note) == ("open", THEN, status, owner, "agreed")
    (back,) = find_age([found("a")], [before._replace(age="resolved")], NOW)
    assert (back.age, back.since, back.status, back.owner) == ("new", NOW, status, owner)


def test_what_only_one_side_has_is_in_the_bridge() -> None:
    """One USD was expected and not invoiced; two EUR were invoiced and not expected."""
    missing, extra = found("a", "quantity", "-1"), found("b", "unknown", "2", "EUR")
    eur, usd = bridge({"USD": Decimal(1)}, {"EUR": Decimal(2)}, {}, [missing, extra])
    assert [eur.expected, eur.invoiced, eur.tolerated] == [Decimal(0), Decimal(2), Decimal(0)]
    assert [usd.expected, usd.invoiced, usd.tolerated] == [Decimal(1), Decimal(0), Decimal(0)]


@pytest.mark.parametrize(("age", "status"), [("open", "accepted"), ("open", "open"), ("resolved", "open")])
def test_a_break_is_told_as_it_is_now_and_keeps_its_note(age: Age, status: Status) -> None:
    before = Standing(found("a"), age, THEN, status, None, "asked the host")
    now = found("a", amount="0.2")
    (standing,) = find_age([now], [before], NOW)
    assert standing.found == now
    assert standing.note == "asked the host"
