"""Running totals of a market, worked out by hand: months of a zone, spend, credits that last."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from pricing import Market, Pricing, parse_catalogue, resolve
from pricing.jobs import Job, charge_job
from pricing.metering import Work
from pricing.running import RunningTotals, looks_at_money
from tests.tables import HEAD, agreement_toml, card_toml, terms_of

D = Decimal


def pricing(*terms: dict[str, str], price: str = "0.10", zone: str = "Asia/Shanghai", currency: str = "USD") -> Pricing:
    """Output at that price, and acme's terms on it, in months of that zone."""
    files = {
        "catalogue.toml": HEAD,
        "card.toml": card_toml(terms_of({"720P": price}), currency=currency),
        "acme.toml": agreement_toml(terms, zone=zone),
    }
    return resolve(parse_catalogue(files), Market("acme", "production", "atlas"), datetime(2026, 3, 1, tzinfo=UTC))


def use(totals: RunningTotals, held: Pricing, at: datetime, seconds: str = "8") -> tuple[dict[str, Decimal], Decimal]:
    """What stood before a job, and what it came to."""
    before = totals.stand(held.terms, at)
    job = Job(Work("720P", "720P", D(seconds), ("render",), (), 1), before)
    charged = charge_job(job, held.terms)
    totals.add(job, held.terms, charged)
    assert charged.total is not None
    return dict(before), charged.total


def test_units_are_counted_until_the_month_ends_in_its_zone() -> None:
    """The first 10 s of a month are free; in Shanghai April begins on 31 March at 16:00 UTC."""
    held, totals = pricing({"kind": "allowance", "meter": "output_video_seconds", "units": "10"}), RunningTotals()
    name = "output_video_seconds"
    assert use(totals, held, datetime(2026, 3, 5, tzinfo=UTC)) == ({name: D(0)}, D(0))
    assert use(totals, held, datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)) == ({name: D(8)}, 6 * D("0.10"))
    assert use(totals, held, datetime(2026, 3, 31, 16, tzinfo=UTC)) == ({name: D(0)}, D(0))


def test_spend_is_what_was_billed() -> None:
    """At most 1 a month: 0.80, then 0.20, then nothing."""
    held, totals = pricing({"kind": "cap", "per": "month", "amount": "1"}), RunningTotals()
    at = datetime(2026, 3, 5, tzinfo=UTC)
    found = [use(totals, held, at) for _ in range(3)]
    assert found == [({"spend": D(0)}, D("0.8")), ({"spend": D("0.8")}, D("0.2")), ({"spend": D(1)}, D(0))]


def test_a_credit_is_used_up_once_in_all_months() -> None:
    held, totals = pricing({"kind": "credit", "name": "welcome", "amount": "1"}), RunningTotals()
    instants = (datetime(2026, month, 5, tzinfo=UTC) for month in (3, 4, 5))
    found = [use(totals, held, at) for at in instants]
    name = "credit/welcome"
    assert found == [({name: D(0)}, D(0)), ({name: D("0.8")}, D("0.6")), ({name: D(1)}, D("0.8"))]


def test_money_counts_in_its_own_currency() -> None:
    """At most 1 a month, of USD and of EUR each, in whatever order they come; so with a credit of one name."""
    at = datetime(2026, 3, 5, tzinfo=UTC)
    for term, name in (
        ({"kind": "cap", "per": "month", "amount": "1"}, "spend"),
        ({"kind": "credit", "name": "welcome", "amount": "1"}, "credit/welcome"),
    ):
        totals = RunningTotals()
        dollars, euros = (pricing(term, currency=currency) for currency in ("USD", "EUR"))
        found = [use(totals, held, at)[0][name] for held in (dollars, euros, dollars, euros, dollars)]
        assert found == [D(0), D(0), D("0.8"), D("0.8"), D(1)]


def test_units_count_whatever_they_were_billed_in() -> None:
    allowance, totals = {"kind": "allowance", "meter": "output_video_seconds", "units": "10"}, RunningTotals()
    dollars, euros = (pricing(allowance, currency=currency) for currency in ("USD", "EUR"))
    at = datetime(2026, 3, 5, tzinfo=UTC)
    found = [use(totals, held, at)[0]["output_video_seconds"] for held in (dollars, euros, dollars)]
    assert found == [D(0), D(8), D(16)]


def test_a_job_that_is_free_counts_for_nothing() -> None:
    held, totals = pricing({"kind": "allowance", "meter": "output_video_seconds", "units": "10"}), RunningTotals()
    at = datetime(2026, 3, 5, tzinfo=UTC)
    job = Job(Work("720P", "720P", D(8), ("render",), (), 1), totals.stand(held.terms, at), is_free=True)
    totals.add(job, held.terms, charge_job(job, held.terms))
    assert dict(totals.stand(held.terms, at)) == {"output_video_seconds": D(0)}


def test_jobs_of_one_month_add_up_from_its_first_instant_on() -> None:
    """April begins in Shanghai with the first of them: the 10 s that are free are used up once."""
    held, totals = pricing({"kind": "allowance", "meter": "output_video_seconds", "units": "10"}), RunningTotals()
    begin = datetime(2026, 3, 31, 16, tzinfo=UTC)
    found = [use(totals, held, begin) for _ in range(3)]
    name = "output_video_seconds"
    assert found == [({name: D(0)}, D(0)), ({name: D(8)}, 6 * D("0.10")), ({name: D(16)}, 8 * D("0.10"))]


def test_spend_is_counted_to_its_last_digit() -> None:
    """Two charges that together have 33 digits."""
    cap = {"kind": "cap", "per": "month", "amount": "999999999999"}
    held, totals = pricing(cap, price="0.100000000001"), RunningTotals()
    at = datetime(2026, 3, 5, tzinfo=UTC)
    assert use(totals, held, at, "10000000000")[1] == D("1000000000.01")
    assert use(totals, held, at, "0.000000000001")[1] == D("0.000000000000100000000001")
    assert totals.stand(held.terms, at) == (("spend", D("1000000000.010000000000100000000001")),)


@pytest.mark.parametrize(
    ("term", "looks"),
    [
        pytest.param({"kind": "credit", "name": "welcome", "amount": "1"}, True, id="credit"),
        pytest.param({"kind": "cap", "per": "month", "amount": "1"}, True, id="spend"),
        pytest.param({"kind": "allowance", "meter": "output_video_seconds", "units": "10"}, False, id="units"),
        pytest.param({"kind": "discount", "percent": "5"}, False, id="nothing"),
    ],
)
def test_which_terms_look_at_money(term: dict[str, str], looks: bool) -> None:  # noqa: FBT001 - a case's answer
    assert looks_at_money(pricing(term).terms) is looks


def test_months_are_told_apart_by_when_they_begin() -> None:
    """In Singapore March begins as in Shanghai; in UTC it is another one, and what was used before is still there."""
    free = {"kind": "allowance", "meter": "output_video_seconds", "units": "10"}
    zones = ("Asia/Shanghai", "UTC", "UTC", "Asia/Singapore", "Asia/Shanghai")
    totals, day = RunningTotals(), datetime(2026, 3, 5, tzinfo=UTC)
    found = [use(totals, pricing(free, zone=zone), day + timedelta(days=at))[0] for at, zone in enumerate(zones)]
    assert [one["output_video_seconds"] for one in found] == [D(0), D(0), D(8), D(8), D(16)]
