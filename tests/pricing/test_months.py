"""Calendar months of a zone, and what is due when one is closed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from pricing import parse_catalogue
from pricing.months import Due, Month, close_month, find_month
from tests.oracle import Row
from tests.quoting import ON
from tests.terms import HEAD, agreement_toml, card_toml, resolved_in, terms_of


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("instant", "zone", "begin", "end"),
    [
        pytest.param("2026-11-15T12:00:00+00:00", "UTC", "2026-11-01T00:00", "2026-12-01T00:00", id="utc"),
        pytest.param("2026-11-01T00:00:00+00:00", "UTC", "2026-11-01T00:00", "2026-12-01T00:00", id="first-instant"),
        pytest.param(
            "2026-10-31T23:59:59.999999+00:00", "UTC", "2026-10-01T00:00", "2026-11-01T00:00", id="last-instant"
        ),
        pytest.param(
            "2026-10-31T16:00:00+00:00", "Asia/Shanghai", "2026-10-31T16:00", "2026-11-30T16:00", id="east-of-utc"
        ),
        pytest.param(
            "2026-10-31T15:59:59+00:00", "Asia/Shanghai", "2026-09-30T16:00", "2026-10-31T16:00", id="just-before-it"
        ),
        pytest.param(
            "2026-12-31T20:00:00-05:00", "UTC", "2027-01-01T00:00", "2027-02-01T00:00", id="an-instant-of-another-zone"
        ),
        pytest.param("2026-12-15T00:00:00+00:00", "UTC", "2026-12-01T00:00", "2027-01-01T00:00", id="december"),
        # Summer time ends on 25 October: that month is an hour longer than 31 days.
        pytest.param(
            "2026-10-25T00:30:00+00:00", "Europe/Berlin", "2026-09-30T22:00", "2026-10-31T23:00", id="summer-time-ends"
        ),
        pytest.param(
            "2026-10-25T01:30:00+00:00", "Europe/Berlin", "2026-09-30T22:00", "2026-10-31T23:00", id="the-hour-again"
        ),
        # It begins on 29 March.
        pytest.param(
            "2026-03-29T12:00:00+00:00",
            "Europe/Berlin",
            "2026-02-28T23:00",
            "2026-03-31T22:00",
            id="summer-time-begins",
        ),
        # In New York it ends on 1 November 2026 itself.
        pytest.param(
            "2026-11-01T06:30:00+00:00", "America/New_York", "2026-11-01T04:00", "2026-12-01T05:00", id="on-the-first"
        ),
        # In Havana it ends there at 01:00: the first begins at 04:00 UTC, and its midnight comes again at 05:00.
        pytest.param(
            "2026-11-01T04:30:00+00:00", "America/Havana", "2026-11-01T04:00", "2026-12-01T05:00", id="first-midnight"
        ),
        pytest.param(
            "2026-11-01T05:30:00+00:00", "America/Havana", "2026-11-01T04:00", "2026-12-01T05:00", id="second-midnight"
        ),
        pytest.param("2024-02-29T12:00:00+00:00", "UTC", "2024-02-01T00:00", "2024-03-01T00:00", id="leap-year"),
    ],
)
def test_the_month_of_an_instant(instant: str, zone: str, begin: str, end: str) -> None:
    found = find_month(at(instant), zone)
    assert found == Month(at(f"{begin}:00+00:00"), at(f"{end}:00+00:00"))
    assert found.begin.tzinfo is UTC
    assert found.begin <= at(instant) < found.end


def test_both_ends_of_a_month_are_in_utc() -> None:
    month = find_month(at("2026-11-15T12:00:00+00:00"), "Asia/Shanghai")
    assert month.begin.tzinfo is UTC
    assert month.end.tzinfo is UTC


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Pacific/Apia"])
def test_months_follow_one_another(zone: str) -> None:
    """Thirty months, of 30 months' worth of ends, without a gap or an overlap."""
    month = find_month(datetime(2025, 1, 15, tzinfo=timezone(timedelta(hours=3))), zone)
    for _ in range(30):
        following = find_month(month.end, zone)
        assert following.begin == month.end
        assert timedelta(days=27) < following.end - following.begin < timedelta(days=32)
        month = following


COMMITTED: Row = {"kind": "commitment", "amount": "100", "overage_percent": "10"}
LEAST: Row = {"kind": "minimum", "per": "month", "amount": "120"}


@pytest.mark.parametrize(
    ("rows", "spent", "due"),
    [
        pytest.param([COMMITTED], "40", [("commitment", "60", 0)], id="commitment"),
        pytest.param([LEAST], "40", [("minimum", "80", 0)], id="minimum"),
        # 40 + 60 = 100 committed, and 20 more up to the minimum, in that order however the file is written.
        pytest.param([LEAST, COMMITTED], "40", [("commitment", "60", 1), ("minimum", "20", 0)], id="both"),
        pytest.param([LEAST, COMMITTED], "110", [("minimum", "10", 0)], id="beyond-the-commitment"),
        pytest.param([LEAST, COMMITTED], "120", [], id="beyond-both"),
        pytest.param(
            [{"kind": "minimum", "amount": "5"}, {"kind": "cap", "per": "month", "amount": "9"}], "0", [], id="neither"
        ),
    ],
)
def test_what_is_due_when_a_month_is_closed(rows: list[Row], spent: str, due: list[tuple[str, str, int]]) -> None:
    files = {
        "catalogue.toml": HEAD,
        "card.toml": card_toml(terms_of({"720P": "0.1"})),
        "acme.toml": agreement_toml(rows, zone="UTC"),
    }
    terms = resolved_in(parse_catalogue(files), ON).terms
    found = close_month(terms, Decimal(spent))
    assert [(one.kind, str(one.amount), one.source) for one in found] == [
        (kind, amount, f"acme-terms:term/{index}") for kind, amount, index in due
    ]
    assert all(isinstance(one, Due) for one in found)
