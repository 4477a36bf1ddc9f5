"""Two prices that both fit and name as much as each other: a third settles it, at every instant at which both hold."""

from __future__ import annotations

from typing import Final

import pytest

from pricing import CardError, parse_card
from pricing.agreement_parsing import parse_agreement
from tests.oracle import Row
from tests.tables import FIRST_DAY, agreement_toml, card_toml, terms_of

TURN: Final = "2026-03-01"
OUTPUT: Final[Row] = {"meter": "output_video_seconds", "price": "0.1"}
TIER: Final[Row] = OUTPUT | {"resolution": "720P"}
RATIO: Final[Row] = OUTPUT | {"ratio": "16:9"}
BOTH: Final[Row] = TIER | RATIO
SINCE: Final[Row] = {"from": TURN}
UNTIL: Final[Row] = {"until": TURN}


def card_of(*rows: Row) -> str:
    terms = terms_of({})
    terms["entries"] = [{"from": FIRST_DAY} | row for row in rows]
    return card_toml(terms)


def agreement_of(*rows: Row) -> str:
    return agreement_toml([{"kind": "override"} | row for row in rows])


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param((TIER, RATIO, BOTH), id="from-the-first-day"),
        pytest.param((TIER, RATIO | SINCE, BOTH | SINCE), id="from-when-both-have-begun"),
    ],
)
def test_an_entry_settles_it(rows: tuple[Row, ...]) -> None:
    assert len(parse_card(card_of(*rows)).entry) == len(rows)


@pytest.mark.parametrize(
    ("rows", "by"),
    [
        pytest.param((TIER, RATIO), FIRST_DAY, id="nothing-does"),
        pytest.param((TIER, RATIO, BOTH | SINCE), FIRST_DAY, id="begins-too-late"),
        pytest.param((TIER, RATIO | SINCE), TURN, id="from-when-the-second-begins"),
    ],
)
def test_an_entry_is_missing(rows: tuple[Row, ...], by: str) -> None:
    with pytest.raises(CardError, match=rf"at 720P, 16:9 fits this entry .* add one for it, from {by}"):
        parse_card(card_of(*rows))


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param((TIER, RATIO, BOTH), id="always"),
        pytest.param((TIER | UNTIL, RATIO | SINCE), id="one-after-the-other"),
        pytest.param((TIER, RATIO, BOTH | UNTIL, BOTH | SINCE), id="by-two-in-turn"),
        pytest.param((TIER, RATIO | SINCE, BOTH | SINCE), id="while-both-hold"),
    ],
)
def test_an_override_settles_it(rows: tuple[Row, ...]) -> None:
    assert len(parse_agreement(agreement_of(*rows)).term) == len(rows)


def test_what_comes_after_the_agreement_settles_nothing_and_needs_nothing() -> None:
    rows = [{"kind": "override"} | row for row in (TIER, RATIO, BOTH | {"until": "2026-05-01"})]
    assert len(parse_agreement(agreement_toml(rows, until=TURN)).term) == len(rows)


@pytest.mark.parametrize(
    ("rows", "at"),
    [
        pytest.param((TIER, RATIO), FIRST_DAY, id="nothing-does"),
        pytest.param((TIER, RATIO, BOTH | UNTIL), TURN, id="lapses"),
        pytest.param((TIER, RATIO, BOTH | SINCE), FIRST_DAY, id="begins-too-late"),
        pytest.param((TIER, RATIO | SINCE), TURN, id="from-when-the-second-begins"),
    ],
)
def test_an_override_is_missing(rows: tuple[Row, ...], at: str) -> None:
    with pytest.raises(CardError, match=rf"at 720P, 16:9 fits this override .* holds at {at}"):
        parse_agreement(agreement_of(*rows))
