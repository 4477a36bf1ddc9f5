"""The picture of a variance bridge: its bars lie where their amounts say, and its words say the same."""

from __future__ import annotations

import re
from decimal import Decimal
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from pricing.tallies import Sum
from pricing.waterfalls import HEIGHT_PX, Waterfall, describe, draw

AMOUNTS = st.integers(0, 10**15).map(lambda whole: Decimal(whole).scaleb(-9))
SVG = "{http://www.w3.org/2000/svg}"


def bridge(before: str, *causes: str) -> Sum:
    moved = [*map(Decimal, causes), *[Decimal(0)] * (5 - len(causes))]
    return Sum(3, Decimal(before), Decimal(before) + sum(moved), tuple(moved))


def bars(svg: str) -> list[tuple[str, int, int]]:
    """Class, top and height of each bar, from left to right."""
    found = [rect for rect in ET.fromstring(svg).iter(f"{SVG}rect") if rect.get("class") != "panel"]  # noqa: S314 - our own text
    return [(rect.get("class", ""), int(rect.get("y", "")), int(rect.get("height", ""))) for rect in found]


def picture(own: Sum, title: str = "old to new") -> str:
    return draw(Waterfall(title, (("USD", own),)))


def test_bars_lead_from_one_to_the_other() -> None:
    before, more, less, after = bars(picture(bridge("10", "5", "0", "-10")))
    assert (before[0], more[0], less[0], after[0]) == ("total", "more", "less", "total")
    assert (before[2], more[2], less[2], after[2]) == (120, 60, 120, 60)
    assert more[1] + more[2] == before[1]
    assert less[1] == more[1]
    assert less[1] + less[2] == after[1]


def test_it_is_told_in_words() -> None:
    told = describe(Waterfall("x", (("USD", bridge("10", "5", "0", "-10")), ("CNY", bridge("1.5")))))
    assert told == (
        "3 rows in USD: before 10.00; list price +5.00; reference video -10.00; after 5.00. "
        "3 rows in CNY: before 1.50; after 1.50."
    )


def test_small_moves_are_seen() -> None:
    svg = picture(bridge("1000", "2", "-1"))
    _, more, less, _ = bars(svg)
    assert (more[2], less[2]) == (HEIGHT_PX // 2, HEIGHT_PX // 4)
    assert "the bars begin at 998.00" in svg


def test_large_moves_begin_at_nothing() -> None:
    assert "the bars begin" not in picture(bridge("10", "5"))
    assert "the bars begin" not in picture(bridge("10"))


def test_nothing_at_all_is_drawn() -> None:
    assert [height for _, _, height in bars(picture(bridge("0")))] == [1, 1]


def test_titles_are_escaped_and_cut() -> None:
    svg = picture(bridge("1"), title="<&>" * 200)
    assert ET.fromstring(svg).findtext(f"{SVG}title") == "<&>" * 200  # noqa: S314 - our own text
    (shown,) = re.findall(r'<text class="title"[^>]*>([^<]*)<', svg)
    assert shown.endswith("\N{HORIZONTAL ELLIPSIS}")


@given(AMOUNTS, st.lists(AMOUNTS, min_size=5, max_size=5), st.lists(st.booleans(), min_size=5, max_size=5))
def test_any_bridge_fits_its_panel(before: Decimal, sizes: list[Decimal], ups: list[bool]) -> None:
    level, causes = before, []
    for size, up in zip(sizes, ups, strict=True):
        causes.append(size if up else -min(size, level))
        level += causes[-1]
    svg = picture(Sum(1, before, level, tuple(causes)))
    assert picture(Sum(1, before, level, tuple(causes))) == svg
    tops = [top for _, top, _ in bars(svg)]
    bottoms = [top + height for _, top, height in bars(svg)]
    assert min(tops) >= 100
    assert max(bottoms) <= 100 + HEIGHT_PX + 1
    assert len(tops) == 2 + sum(bool(cause) for cause in causes)
