"""The first fault of a card, told at its key; and chains of entries that take each other's place, which are none."""

from __future__ import annotations

from typing import Final

import pytest

from pricing import CardError, parse_card
from pricing.digests import digest_part
from tests.oracle import Row
from tests.quoting import per_unit
from tests.terms import card_toml, terms_of

METER: Final = "output_video_seconds"
FIRST: Final = per_unit(METER, "720P", "0.10")
OTHER: Final = per_unit(METER, "1080P", "0.20")


def text(*entries: Row) -> str:
    return card_toml({**terms_of({}), "entries": [*entries]})


def live(*entries: Row) -> list[int]:
    """The positions of the entries that count."""
    return [position for position, _ in parse_card(text(*entries)).live]


def fault(written: str) -> CardError:
    with pytest.raises(CardError) as caught:
        parse_card(written)
    return caught.value


def supersede(day: str, old_day: str, tier: str = "720P") -> Row:
    """An entry that is announced on 1 February 2026 in the place of the one that was to begin on the old day."""
    name = f"made-up:{METER}/{tier}@{old_day}"
    return per_unit(METER, tier, "0.11", **{"from": day, "supersedes": name, "announced": "2026-02-01"})


def later(day: str, tier: str = "720P") -> Row:
    return per_unit(METER, tier, "0.12", **{"from": day})


def test_what_corrects_can_be_corrected() -> None:
    """Whatever else stands behind it on the card."""
    second = {**FIRST, "price": "0.09", "corrects": digest_part(parse_card(text(FIRST)).entry[0])}
    third = {**FIRST, "price": "0.08", "corrects": digest_part(parse_card(text(FIRST, second)).entry[1])}
    assert live(FIRST, second, third, OTHER) == [2, 3]


def test_two_chains_beside_each_other_are_none_in_a_ring() -> None:
    chains = [
        [
            later("2026-06-01", tier),
            supersede("2026-07-01", "2026-06-01", tier),
            supersede("2026-08-01", "2026-07-01", tier),
        ]
        for tier in ("720P", "1080P")
    ]
    assert live(FIRST, OTHER, *chains[0], *chains[1]) == [0, 1, 4, 7]


def test_of_entries_in_a_ring_the_first_is_told_by_what_it_does() -> None:
    """The correction of one that another supersedes, which it superseded itself: none of the three counts."""
    wrong = supersede("2026-06-01", "2026-07-01")
    (_, slip, _) = parse_card(text(FIRST, wrong, later("2026-07-01"))).entry
    mended = per_unit(METER, "720P", "0.13", **{"from": "2026-06-01", "corrects": digest_part(slip)})
    ring = supersede("2026-07-01", "2026-06-01")
    told = fault(text(mended, wrong, ring))
    assert told.key == "entry.0.corrects"
    assert told.reason == (
        f"made-up:{METER}/720P@2026-06-01 has another in its place, and so has that one, until none counts: "
        "leave out `corrects` where the price is to stand"
    )


@pytest.mark.parametrize(
    ("row", "key"),
    [
        pytest.param({**FIRST, "corrects": "0" * 16}, "entry.1.corrects", id="corrects"),
        pytest.param(supersede("2026-07-01", "2026-06-01"), "entry.1.supersedes", id="supersedes"),
    ],
)
def test_what_mends_nothing_is_told_at_its_key(row: Row, key: str) -> None:
    assert fault(text(FIRST, row)).key == key


ROUNDING: Final = '[[rounding]]\nfrom = 2026-01-01\nquantum = "0.01"\nmode = "up"\nplace = "line"\n'
UNFINISHED: Final = '[[unfinished]]\nfrom = 2026-01-01\nfailed = "free"\n'


@pytest.mark.parametrize(
    ("table", "key", "what"),
    [
        pytest.param(ROUNDING, "rounding.1", "rounding", id="rounding"),
        pytest.param(UNFINISHED, "unfinished.1", "unfinished jobs", id="unfinished"),
    ],
)
def test_two_of_one_kind_and_day_are_told_at_the_second(table: str, key: str, what: str) -> None:
    told = fault(f"{text(FIRST)}\n{table}\n{table}")
    assert told.key == key
    assert told.reason == f"two for {what} begin at 2026-01-01T00:00:00+00:00: which one counts?"


def test_a_later_price_of_what_settles_two_rivals_settles_them_no_later() -> None:
    wide = {**FIRST, "resolution": "any", "ratio": "16:9"}
    both = {**FIRST, "ratio": "16:9"}
    assert live(FIRST, wide, both, {**both, "from": "2026-06-01", "price": "0.2"}) == [0, 1, 2, 3]
