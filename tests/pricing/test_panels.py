"""The bars of a bridge and the scale that fits them: where they stand, what they say, and when small moves are seen."""

from __future__ import annotations

import decimal
import re
from decimal import Decimal

import pytest

from pricing.panels import Scale, Walk, format_move, list_bars, write_bars
from pricing.pictures import Size


def walk(begin: str, *moves: str) -> Walk:
    named = tuple((f"move {number}", Decimal(move)) for number, move in enumerate(moves, 1))
    end = Decimal(begin) + sum(amount for _, amount in named)
    return Walk("USD", ("begin", Decimal(begin)), named, ("end", end))


def scale(begin: str, *moves: str, size_px: int = 100) -> Scale:
    return Scale(list_bars(walk(begin, *moves)), size_px)


def test_a_bar_is_of_more_or_of_less_however_small_its_move() -> None:
    kinds = [(bar.kind, bar.label) for bar in list_bars(walk("10", "0.5", "0", "-0.5"))]
    assert kinds == [("total", "10.00"), ("more", "+0.50"), ("less", "-0.50"), ("total", "10.00")]


@pytest.mark.parametrize(("amount", "said"), [("0.5", "+0.50"), ("0", "0.00"), ("-0.5", "-0.50")])
def test_a_move_has_its_sign_and_nothing_has_none(amount: str, said: str) -> None:
    assert format_move(Decimal(amount), "USD") == said


def test_a_title_is_cut_three_characters_before_the_edge() -> None:
    """Of 300 px there are 33 characters of 9 px."""
    (shown,) = re.findall(r'<text class="title"[^>]*>([^<]*)<', write_bars([], "x" * 40, "told", Size(300, 50)))
    assert shown == "x" * 29 + "\N{HORIZONTAL ELLIPSIS}"


def test_what_begins_at_nothing_says_nothing_of_its_ground() -> None:
    assert scale("10", "5").tell_ground("USD") == ""


def test_moves_of_an_eighth_of_the_highest_level_are_magnified_and_greater_ones_are_not() -> None:
    """The ground is as far below the lowest level again, 750, and there a multiple of 100, which is within 125."""
    assert scale("1000", "-125").tell_ground("USD") == "the bars begin at 700.00"
    assert scale("1000", "-125.01").ground == 0


def test_the_least_amount_that_a_pixel_may_depend_on_is_as_high_as_any() -> None:
    assert scale("0", "1E-18").px(Decimal("1E-18")) == 100


def test_bars_depend_on_no_context_but_the_projects() -> None:
    """What moves is 0.0025: the ground is as far below the lowest level, and there a multiple of 0.001."""
    small = walk("1000", "0.0025", "-0.0005")
    with decimal.localcontext(decimal.Context(prec=1, Emin=0, Emax=0)):
        bars = list_bars(small)
        own = Scale(bars, 90)
        levels = [str(bar.end) for bar in bars]
        heights = [own.px(bar.end) for bar in bars]
    assert levels == ["1000", "1000.0025", "1000.0020", "1000.0020"]
    assert own.ground == Decimal("999.997")
    assert heights == [90 * 30 // 55, 90, 90 * 50 // 55, 90 * 50 // 55]
