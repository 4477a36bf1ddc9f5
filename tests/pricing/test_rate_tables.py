"""A catalogue as a table of dated rates: which row stands for whom, since when, and why a row is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

import pytest

from pricing import Catalogue, Market, parse_catalogue
from pricing.conditions import Allowed
from pricing.keys import ANY, EntryKey
from pricing.periods import BEGINNING
from pricing.rate_groups import ClipState, Group, Refusal, Surveyed
from pricing.rate_tables import END, DatedRate, cut_time, split_by_month, tabulate
from pricing.resolution import resolve
from pricing.usage import Status
from tests.backtesting import HEAD, Prices, agreement, card
from tests.tables import instant
from wan_rules.hosts import HOSTS
from wan_rules.request import AspectRatio, Resolution

ACME: Final = Group("acme", "production", "atlas", None, "720P", None, "succeeded", "none")
FIRST, LAST = instant("2026-11-02"), instant("2026-12-24")
NOT_SAID: Final = "the terms do not say what a job that ended as 'failed' costs."
OUTPUT: Final = "output_video_seconds"


def catalogue(prices: Prices, *entries: str, terms: str = "", zone: str = "UTC") -> Catalogue:
    """The card with those entries; acme has those terms, if any."""
    files = {"catalogue.toml": HEAD, "card.toml": "\n".join((card(prices), *entries))}
    if terms:
        files["acme.toml"] = f'{agreement(Prices())}\nzone = "{zone}"\n{terms}'
    return parse_catalogue(files)


def rates(found: Catalogue, *groups: Group, first: datetime = FIRST, last: datetime = LAST) -> list[DatedRate]:
    return list(tabulate(found, [Surveyed(group, first, last) for group in groups], HOSTS))


def group(
    status: Status = "succeeded", clips: ClipState = "none", tier: Resolution = "720P", ratio: AspectRatio | None = None
) -> Group:
    return ACME._replace(status=status, clips=clips, resolution=tier, ratio=ratio)


def meters(rate: DatedRate) -> list[str]:
    return [line.meter for line in rate.lines]


def test_one_row_stands_for_all_ends_and_clips() -> None:
    found = catalogue(Prices())
    (rate,) = rates(found, group(), group(clips="measured"), group("failed"))
    assert rate[:3] == (ACME._replace(status=None, clips=None), BEGINNING, END)
    assert rate.pricing is resolve(found, Market("acme", "production", "atlas"), FIRST)
    assert meters(rate) == [OUTPUT, "reference_video_seconds"]
    ((status, end),) = rate.ends
    assert isinstance(end, Refusal)
    assert (status, end.reason, end.message.startswith(NOT_SAID)) == ("failed", "missing_outcome", True)
    assert (rate.refusal, rate.month, rate.is_open) == (None, None, False)


def test_a_job_that_ended_so_that_it_is_free_has_no_lines() -> None:
    found = catalogue(Prices(), '[[unfinished]]\nfrom = 2026-01-01\nfailed = "free"\n')
    (rate,) = rates(found, group("failed"))
    assert (rate.refusal, rate.lines) == (None, ())
    assert rate.pricing is not None


def test_a_row_that_no_price_is_for_has_no_terms() -> None:
    (rate,) = rates(catalogue(Prices(by_tier=("0.10", "0.20", "0.30", None))), group(tier="1440P-SR"))
    assert (rate.pricing, rate.lines) == (None, ())
    assert rate.refusal is not None
    assert rate.refusal.reason == "no_rate"
    assert "no price for output_video_seconds at 1440P-SR" in rate.refusal.message


def test_clips_that_a_card_leaves_open_are_open_where_their_length_was_measured() -> None:
    found = catalogue(Prices(billed="unknown"), '[[unfinished]]\nfrom = 2026-01-01\nfailed = "free"\n')
    clips: tuple[ClipState, ...] = ("none", "measured", "billed")
    told = rates(found, *(group(status, one) for status in ("succeeded", "failed") for one in clips))
    assert [(rate.group.status, rate.group.clips, rate.is_open) for rate in told] == [
        ("succeeded", "none", False),
        ("succeeded", "measured", True),
        ("succeeded", "billed", False),
        ("failed", "none", False),
        ("failed", "measured", False),
        ("failed", "billed", False),
    ]


def test_a_host_that_nothing_knows_is_refused_at_all_times() -> None:
    strange = ACME._replace(host="atlsa")
    refusal = Refusal("unknown_name", "host 'atlsa' is not known: did you mean 'atlas'?")
    told = rates(catalogue(Prices()), strange, strange._replace(clips="measured"))
    assert told == [DatedRate(strange._replace(status=None, clips=None), BEGINNING, END, None, (), refusal)]


def test_what_comes_before_a_cards_first_day_is_refused_until_then() -> None:
    before, after = rates(catalogue(Prices()), group(), group(clips="measured"), first=instant("2025-12-24"))
    assert (before.begin, before.end, before.pricing, before.lines) == (BEGINNING, instant("2026-01-01"), None, ())
    assert before.refusal is not None
    assert before.refusal.reason == "no_rate"
    assert "'atlas' says nothing for 2025-12-24" in before.refusal.message
    assert (after.begin, after.end, after.refusal) == (instant("2026-01-01"), END, None)


def test_rows_of_a_market_that_looks_at_its_month_are_cut_by_it_and_others_are_not() -> None:
    """Months of Shanghai, which is eight hours ahead; globex has no such terms."""
    cap = '[[term]]\nkind = "cap"\nper = "month"\namount = "2"\n'
    globex = ACME._replace(account="globex")
    told = rates(catalogue(Prices(), terms=cap, zone="Asia/Shanghai"), ACME, globex)
    turn = datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert [(rate.group.account, rate.begin, rate.end, rate.month) for rate in told] == [
        ("acme", BEGINNING, turn, datetime(2026, 10, 31, 16, tzinfo=UTC)),
        ("acme", turn, END, turn),
        ("globex", BEGINNING, END, None),
    ]


def test_a_month_that_ends_at_the_last_instant_leaves_that_to_the_next() -> None:
    (rate,) = rates(catalogue(Prices()), ACME)
    turn = instant("2026-12-01")
    assert [(one.begin, one.end) for one in split_by_month(rate, FIRST, turn)] == [(BEGINNING, turn), (turn, END)]


def test_a_line_names_what_a_month_includes_of_it() -> None:
    allowance = f'[[term]]\nkind = "allowance"\nmeter = "{OUTPUT}"\nunits = "100"\n'
    one, *_ = rates(catalogue(Prices(), terms=allowance), ACME)
    assert [line.allowance for line in one.lines] == [Allowed(EntryKey(OUTPUT), Decimal(100), OUTPUT, "acme:term/0")]


@pytest.mark.parametrize(("ratio", "price"), [("9:16", "0.5"), ("16:9", "0.10")])
def test_a_line_has_the_price_of_the_ratio(ratio: AspectRatio, price: str) -> None:
    tall = f'[[entry]]\nfrom = 2026-01-01\nmeter = "{OUTPUT}"\nresolution = "720P"\nratio = "9:16"\nprice = "0.5"\n'
    (rate,) = rates(catalogue(Prices(), tall), group(ratio=ratio))
    (line,) = rate.lines
    assert (line.key, line.rate.contracted_unit_price) == (EntryKey(OUTPUT, "720P", ratio, ANY), Decimal(price))


def _days() -> Iterator[datetime]:
    yield from (instant(f"2026-11-0{number}") for number in range(1, 5))


def test_time_is_cut_at_changes_after_the_first_instant_and_up_to_the_last() -> None:
    first, second, third, later = _days()
    pieces = [(BEGINNING, second), (second, third), (third, END)]
    assert list(cut_time([first, second, third, later], (first, third))) == pieces
