"""The picture of a reconciliation's bridge: its bars lie where their amounts say, and its words say the same."""

from __future__ import annotations

import re
from decimal import Decimal
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from pricing.break_bridges import BARS_PX, NOTHING, describe, draw_bridge, draw_bridges, name_cause
from pricing.break_causes import CAUSES
from pricing.reconciliations import Totals
from tests.bulk.handed_over import reconciliation, standing, varied
from tests.drawn import SVG, bars_of, placed, size

AMOUNTS = st.integers(-(10**15), 10**15).map(lambda whole: Decimal(whole).scaleb(-9))


def totals(expected: str, tolerated: str = "0", **causes: str) -> Totals:
    amounts = tuple(Decimal(causes.get(cause, "0")) for cause in CAUSES)
    invoiced = Decimal(expected) + sum(amounts) + Decimal(tolerated)
    return Totals("USD", Decimal(expected), invoiced, amounts, Decimal(tolerated))


def bars(svg: str) -> list[tuple[str, int, int]]:
    """Class, left edge and width of each bar, from the top down."""
    return [(rect.get("class", ""), int(rect.get("x", "")), int(rect.get("width", ""))) for rect in bars_of(svg)]


def test_bars_lead_from_expected_to_invoiced() -> None:
    expected, more, less, invoiced = bars(draw_bridge(totals("10", quantity="5", rate="-10")))
    assert [bar[0] for bar in (expected, more, less, invoiced)] == ["total", "more", "less", "total"]
    assert [bar[2] for bar in (expected, more, less, invoiced)] == [
        BARS_PX * 10 // 15,
        BARS_PX * 5 // 15,
        BARS_PX * 10 // 15,
        BARS_PX * 5 // 15,
    ]
    assert more[1] == expected[1] + expected[2]
    assert less[1] + less[2] == more[1] + more[2]
    assert less[1] == invoiced[1] + invoiced[2]


def test_it_is_told_in_words() -> None:
    told = reconciliation([standing(amount="1.5"), standing(2, currency="EUR", amount="-2")], tolerated="0.003")
    assert describe(told.totals) == (
        "In USD: expected 100.00; quantity +1.50; tolerated +0.003; invoiced 101.503. "
        "In EUR: expected 100.00; quantity -2.00; tolerated +0.003; invoiced 98.003."
    )


def test_small_moves_are_seen() -> None:
    svg = draw_bridge(totals("1000", quantity="2", rate="-1"))
    assert [bar[2] for bar in bars(svg)][1:3] == [BARS_PX // 2, BARS_PX // 4]
    assert "the bars begin at 998.00" in svg


def test_nothing_at_all_is_drawn() -> None:
    svg = draw_bridges(reconciliation()._replace(totals=()))
    assert bars(svg) == []
    assert ET.fromstring(svg).findtext(f"{SVG}desc") == NOTHING  # noqa: S314 - our own text


def test_currencies_stand_below_one_another_with_their_names_escaped() -> None:
    told = reconciliation([standing(currency="<b>"), standing(2, currency="JPY")])
    svg = draw_bridges(told)
    headings = re.findall(r'<text class="heading" x="16" y="(\d+)">(.*), before tax</text>', svg)
    assert [name for _, name in headings] == ["USD", "&lt;b&gt;", "JPY"]
    tops = [int(top) for top, _ in headings]
    assert tops == sorted(set(tops))


def test_the_picture_is_as_high_and_as_wide_as_what_it_holds() -> None:
    root = ET.fromstring(draw_bridges(varied()))  # noqa: S314 - our own text
    width, height = int(root.get("width", "")), int(root.get("height", ""))
    assert all(float(text.get("y", "")) <= height for text in root.iter(f"{SVG}text"))
    assert all(int(rect.get("x", "0")) + int(rect.get("width", "")) <= width for rect in root.iter(f"{SVG}rect"))


@given(AMOUNTS, st.lists(AMOUNTS, min_size=len(CAUSES), max_size=len(CAUSES)), AMOUNTS)
def test_any_bridge_fits_its_panel(expected: Decimal, causes: list[Decimal], tolerated: Decimal) -> None:
    own = Totals("USD", expected, expected + sum(causes) + tolerated, tuple(causes), tolerated)
    svg = draw_bridge(own)
    assert draw_bridge(own) == svg
    found = bars(svg)
    left = min(x for _, x, _ in found)
    assert max(x + width for _, x, width in found) <= left + BARS_PX + 1
    assert len(found) == 2 + sum(bool(amount) for amount in (*causes, tolerated))


def test_a_picture_worked_by_hand() -> None:
    """Names are 8 characters wide and amounts 5; of 15.00 the 360 px are full."""
    svg = draw_bridge(totals("10", quantity="5"))
    assert size(svg) == (str(16 + 8 * 8 + 8 + 360 + 8 + 8 * 5 + 16), str(44 + 36 + 3 * 26 + 8 + 8))
    rects, texts, lines = placed(svg)
    assert rects == ["total 88 80 240 18", "more 328 106 120 18", "total 88 132 360 18"]
    assert texts == [
        "16 64 USD, before tax",
        *("80 94 expected", "336 94 10.00"),
        *("80 120 quantity", "456 120 +5.00"),
        *("80 146 invoiced", "456 146 15.00"),
    ]
    assert lines == ["M328 98v8", "M448 124v8", "M88 76V154"]


def test_what_the_bars_begin_at_has_a_line_of_its_own_below_them() -> None:
    svg = draw_bridge(totals("1000", quantity="2"))
    assert size(svg)[1] == str(44 + 36 + 3 * 26 + 24 + 8 + 8)
    assert placed(svg)[1][-1] == "88 170 the bars begin at 998.00"


def test_a_picture_of_nothing_is_as_wide_as_its_words() -> None:
    assert size(draw_bridges(reconciliation()._replace(totals=()))) == (str(16 + 8 * 43 + 16), str(44 + 8))


def test_a_heading_that_is_wider_than_the_bars_fits() -> None:
    svg = draw_bridge(totals("10")._replace(currency="x" * 80))
    assert size(svg)[0] == str(16 + 8 * (80 + 12) + 16)


def test_causes_are_named_in_words() -> None:
    assert name_cause("missing_on_invoice") == "missing on invoice"
