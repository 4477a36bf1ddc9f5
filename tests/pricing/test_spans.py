"""From when until when an entry is in force: until the next takes its place, or one that names more."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import pytest

from pricing import parse_card
from pricing.cards import RateCard
from pricing.keys import ANY, WITH_CLIPS, WITHOUT_CLIPS, EntryKey
from pricing.lints.spans import Span, first_day, spans_in_force
from pricing.rates import list_keys
from tests.oracle import Row
from tests.tables import instant
from tests.terms import card_toml, terms_of
from wan_rules.request import ASPECT_RATIOS

OUTPUT: Final = "output_video_seconds"
TIER: Final = EntryKey(OUTPUT, "720P")
JANUARY, FEBRUARY, MARCH = (instant(f"2026-0{month}-01") for month in (1, 2, 3))


def entry(day: str, **names: str) -> Row:
    return {"from": day, "meter": OUTPUT, "price": "0.1"} | names


def made(*entries: Row) -> RateCard:
    return parse_card(card_toml({**terms_of({}), "entries": list(entries)}))


def times(spans: tuple[Span, ...]) -> list[tuple[int, datetime, datetime | None]]:
    return [(span.position, span.begin, span.end) for span in spans]


def test_what_ends_with_an_instant_is_not_in_force_after_it() -> None:
    card = made(entry("2026-01-01"))
    span = Span(card.entry[0], 0, JANUARY, MARCH)
    assert [span.reaches(at) for at in (JANUARY, FEBRUARY, MARCH)] == [True, True, False]
    assert span._replace(end=None).reaches(MARCH)


def test_a_card_begins_with_its_first_rule_for_clips() -> None:
    rules = [{"from": f"2026-{month}-01", "billed": "no", "priced_as": "output"} for month in ("03", "01")]
    assert first_day(parse_card(card_toml({**terms_of({}), "reference_video": rules}))) == JANUARY


def test_what_names_less_counts_until_one_that_names_more_begins() -> None:
    general = [entry(day) for day in ("2026-01-01", "2026-02-01", "2026-03-01")]
    found = spans_in_force(made(*general, entry("2026-03-01", resolution="720P")))
    assert times(found[TIER]) == [(0, JANUARY, FEBRUARY), (1, FEBRUARY, MARCH), (3, MARCH, None)]
    large = EntryKey(OUTPUT, "1080P")
    assert times(found[large]) == [(0, JANUARY, FEBRUARY), (1, FEBRUARY, MARCH), (2, MARCH, None)]


def test_what_ended_before_one_that_names_more_begins_is_not_cut() -> None:
    general = [entry(day) for day in ("2026-01-01", "2026-02-01")]
    found = spans_in_force(made(*general, entry("2026-03-01", resolution="720P")))
    assert times(found[TIER]) == [(0, JANUARY, FEBRUARY), (1, FEBRUARY, MARCH), (2, MARCH, None)]


@pytest.mark.parametrize(
    ("names", "ratios", "clips"),
    [
        pytest.param({}, (), (), id="neither"),
        pytest.param({"ratio": "9:16"}, ASPECT_RATIOS, (), id="ratios"),
        pytest.param({"has_reference_video": "true"}, (), (WITH_CLIPS, WITHOUT_CLIPS), id="clips"),
    ],
)
def test_prices_are_told_by_what_the_card_names(names: Row, ratios: tuple[str, ...], clips: tuple[str, ...]) -> None:
    found = spans_in_force(made(entry("2026-01-01"), entry("2026-02-01", **names)))
    assert set(found) == set(list_keys(ratios, clips))
    own = EntryKey(OUTPUT, "720P", names.get("ratio", ANY), WITH_CLIPS if clips else ANY)
    assert times(found[own]) == [(0, JANUARY, FEBRUARY), (1, FEBRUARY, None)]
