"""What takes the place of an entry: an announced one is superseded before it begins, one in force is corrected."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest

from pricing import CardError, RateCard, parse_card
from pricing.digests import digest_part
from tests.oracle import Row
from tests.quoting import per_unit
from tests.terms import card_toml, instant, resolved, terms_of

METER: Final = "output_video_seconds"
ANNOUNCED: Final = per_unit(METER, "720P", "0.12", **{"from": "2026-06-01"})
NAME: Final = f"made-up:{METER}/720P@2026-06-01"


def card(*entries: Row) -> RateCard:
    return parse_card(text(*entries))


def text(*entries: Row) -> str:
    terms = terms_of({"720P": "0.10"})
    return card_toml({**terms, "entries": [*terms["entries"], *entries]})


def instead(price: str, day: str, said: str = "2026-05-01", name: str = NAME) -> Row:
    return per_unit(METER, "720P", price, **{"from": day, "supersedes": name, "announced": said})


def price_on(day: str, *entries: Row) -> Decimal:
    terms = terms_of({"720P": "0.10"})
    found = resolved({**terms, "entries": [*terms["entries"], *entries]}, day)
    return next(rate.contracted_unit_price for key, rate in found.terms.rates.items() if key.resolution == "720P")


@pytest.mark.parametrize(
    ("day", "price"),
    [
        pytest.param("2026-05-31", "0.10", id="before-either"),
        pytest.param("2026-06-01", "0.10", id="when-the-first-would-have-begun"),
        pytest.param("2026-07-01", "0.11", id="from-the-new-day-on"),
    ],
)
def test_what_is_superseded_never_begins(day: str, price: str) -> None:
    assert price_on(day, ANNOUNCED, instead("0.11", "2026-07-01")) == Decimal(price)


def test_a_change_is_called_off_by_the_old_price_on_the_same_day() -> None:
    both = (ANNOUNCED, instead("0.10", "2026-06-01"))
    assert price_on("2026-06-01", *both) == Decimal("0.10")
    assert [position for position, _ in card(*both).live] == [0, 2]


def test_what_supersedes_can_be_superseded() -> None:
    second = instead("0.11", "2026-07-01")
    third = instead("0.13", "2026-08-01", name=f"made-up:{METER}/720P@2026-07-01")
    assert [position for position, _ in card(ANNOUNCED, second, third).live] == [0, 3]


def test_what_superseded_on_one_day_is_superseded_by_what_is_announced_later() -> None:
    """Its name is that of what it took the place of, and means both from then on."""
    first = instead("0.13", "2026-06-01", said="2026-05-01")
    second = instead("0.11", "2026-07-01", said="2026-05-11")
    for rows in ((ANNOUNCED, first, second), (second, first, ANNOUNCED)):
        assert [price_on(day, *rows) for day in ("2026-06-01", "2026-07-01")] == [Decimal("0.10"), Decimal("0.11")]


def test_nothing_announced_before_an_entry_takes_its_place() -> None:
    """The change is put off until July, and then until June again."""
    july = instead("0.11", "2026-07-01", said="2026-05-01")
    june = instead("0.13", "2026-06-01", said="2026-05-11", name=f"made-up:{METER}/720P@2026-07-01")
    assert [position for position, _ in card(ANNOUNCED, july, june).live] == [0, 3]


def test_of_two_announced_on_one_day_for_one_place_both_count() -> None:
    both = (instead("0.13", "2026-06-01"), instead("0.11", "2026-07-01"))
    assert [position for position, _ in card(ANNOUNCED, *both).live] == [0, 2, 3]


def test_a_name_that_is_superseded_is_left_to_no_other_entry() -> None:
    """One that only begins on that day would be passed over without a word."""
    again = per_unit(METER, "720P", "0.13", **{"from": "2026-06-01"})
    with pytest.raises(CardError, match="begin at 2026-06-01") as caught:
        card(ANNOUNCED, instead("0.11", "2026-07-01"), again)
    assert caught.value.key == "entry.3"
    said = instead("0.13", "2026-06-01", said="2026-05-11")
    assert [position for position, _ in card(ANNOUNCED, instead("0.11", "2026-07-01"), said).live] == [0, 2, 3]


def test_a_slip_is_corrected_for_all_its_time() -> None:
    slip = digest_part(card().entry[0])
    mended = per_unit(METER, "720P", "0.09", corrects=slip)
    assert price_on("2026-02-01", mended) == Decimal("0.09")
    assert price_on("2026-06-01", mended, ANNOUNCED) == Decimal("0.12")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param(
            instead("0.11", "2026-07-01", said="2026-06-01"), "something is charged from 2026-06-01 on", id="too-late"
        ),
        pytest.param(
            instead("0.11", "2026-04-01"), "something is charged from 2026-04-01 on", id="begins-before-it-was-said"
        ),
        pytest.param(
            instead("0.11", "2026-07-01", name=NAME.replace("720P", "1080P")), "is no other entry for", id="no-such"
        ),
        pytest.param(
            {**instead("0.11", "2026-07-01"), "resolution": "1080P"}, "is no other entry for", id="of-another-tier"
        ),
        pytest.param(per_unit(METER, "720P", "0.1", corrects="0" * 16), "has that digest", id="corrects-nothing"),
        pytest.param(
            {**instead("0.11", "2026-07-01"), "corrects": "0" * 16}, "supersedes one that has not begun, or", id="both"
        ),
        pytest.param(
            per_unit(METER, "720P", "0.1", supersedes=NAME), "supersedes and announced go together", id="no-day"
        ),
    ],
)
def test_what_mends_nothing_is_refused_at_its_line(row: Row, reason: str) -> None:
    with pytest.raises(CardError) as caught:
        card(ANNOUNCED, row)
    assert reason in caught.value.reason
    assert caught.value.line is not None


def test_a_correction_is_of_the_same_day() -> None:
    later = per_unit(METER, "720P", "0.09", **{"from": "2026-02-01", "corrects": digest_part(card().entry[0])})
    with pytest.raises(CardError, match="has that digest"):
        card(later)


def test_two_on_one_day_are_still_refused() -> None:
    with pytest.raises(CardError, match="begin at 2026-06-01"):
        card(ANNOUNCED, instead("0.10", "2026-06-01"), instead("0.11", "2026-06-01"))
    assert instant("2026-06-01") == card(ANNOUNCED).entry[1].from_


JULY: Final = f"made-up:{METER}/720P@2026-07-01"
AUGUST: Final = f"made-up:{METER}/720P@2026-08-01"


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([instead("0.11", "2026-07-01", name=AUGUST), instead("0.13", "2026-08-01", name=JULY)], id="two"),
        pytest.param(
            [
                ANNOUNCED,
                instead("0.11", "2026-07-01"),
                instead("0.13", "2026-08-01", name=JULY),
                instead("0.12", "2026-06-01", name=AUGUST),
            ],
            id="back-to-the-first-day",
        ),
    ],
)
def test_entries_that_take_each_others_place_are_refused(rows: list[Row]) -> None:
    """Neither would count, and their price be gone in silence."""
    with pytest.raises(CardError, match="has another in its place, and so has that one, until none counts") as caught:
        card(*rows)
    assert caught.value.key.endswith(".supersedes")
    assert caught.value.line is not None


def test_what_corrects_an_entry_that_superseded_one_of_its_own_day_is_refused() -> None:
    """It has the name of both, which is superseded."""
    off = instead("0.10", "2026-06-01")
    slip = digest_part(card(ANNOUNCED, off).entry[2])
    with pytest.raises(CardError, match="until none counts"):
        card(ANNOUNCED, off, per_unit(METER, "720P", "0.11", **{"from": "2026-06-01", "corrects": slip}))
