"""What the page says of a price is what the command line prints; pictures say their amounts in words, too."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.shell.catalogues import load_published
from pricing.shell.jobs import Sale
from pricing.shell.service.page.asking import Answer, Question, answer
from pricing.shell.service.page.bars import Bar, draw_bars
from pricing.shell.service.page.charts import Point, Series, draw_chart, find_top
from pricing.shell.service.page.commands import write_command
from pricing.shell.service.page.options_view import show_options
from pricing.shell.service.page.price_view import PriceView, show_price, show_stages
from pricing.shell.service.page.samples import STARTS
from pricing.shell.text import Paint, charge_lines
from tests.serving.page.paging import EXAMPLE

AT = datetime(2026, 11, 15, tzinfo=UTC)
PUBLISHED = Sale(load_published(), None, None, None, AT)
ACME = Sale(EXAMPLE, "acme", "production", None, AT)


def _ask(name: str, sale: Sale = PUBLISHED) -> Answer:
    return answer(Question(STARTS[name].payload, None, STARTS[name].facts), lambda: sale)


def _show(name: str, sale: Sale = PUBLISHED) -> PriceView:
    view = show_price(_ask(name, sale))
    assert view is not None
    return view


@pytest.mark.parametrize("name", ["alibaba", "atlas", "fal", "runware", "unknown"])
@pytest.mark.parametrize("sale", [PUBLISHED, ACME], ids=["published", "acme"])
def test_rows_and_total_are_those_of_the_command_line(name: str, sale: Sale) -> None:
    found = _ask(name, sale)
    view, quoted = show_price(found), found.quote
    assert view is not None
    assert quoted is not None
    printed = list(charge_lines(quoted.priced.charged, quoted.work, quoted.currency, Paint(colour=False)))
    shown = [(row.what, row.quantity, row.price, row.amount) for row in view.rows]
    shown.append(("total", "", view.kind, view.total))
    assert [[*" ".join(row).split(), view.currency] for row in shown] == [
        line.split() for line in printed[: len(shown)]
    ]


def test_list_and_contracted_stand_side_by_side() -> None:
    view = _show("stages", ACME)
    assert (view.listed, view.total, view.saving) == ("1.04", "0.936", "-0.104 USD")
    assert 'aria-label="list 1.04 USD; contracted 0.936 USD"' in view.bars


def test_bounds_are_a_bar_and_an_exact_list_price_is_none() -> None:
    assert 'aria-label="total 1.20..1.50 USD"' in _show("unknown").bars
    assert _show("fal").bars == ""


def test_stages_are_drawn_where_there_is_no_price_too() -> None:
    found = _ask("stages")
    assert found.fault is not None
    assert found.fault.what == "price"
    assert [box.title for box in show_stages(found.valid)] == ["references", "render 720P", "upscale 1080P-SR"]


def test_the_command_says_all_that_the_quote_rests_on() -> None:
    command = write_command(_ask("stages", ACME))
    assert command.startswith("cat > facts.json <<'JSON'\n")
    assert (
        "\nwan-rules quote - --facts facts.json --catalogue CATALOGUE --account acme --environment production "
        "--at 2026-11-15T00:00:00Z <<'JSON'\n" in command
    )
    assert write_command(_ask("mistakes")) == ""


def test_every_option_is_in_a_picture_and_in_a_table_of_its_currency() -> None:
    found = _ask("atlas", Sale(load_published(), None, None, "mainland", AT))
    view = show_options(found)
    assert view is not None
    assert [group.currency for group in view.groups] == ["CNY", "USD"]
    priced = sum(1 for option in found.options if option.charged)
    cells = [cell for group in view.groups for row in group.rows for cell in row.cells if cell != "–"]
    assert len(cells) == priced > 50
    assert [len(group.charts) for group in view.groups] == [1, 3]
    assert 'class="asked t1"' in "".join(view.groups[1].charts)
    assert all(ET.fromstring(chart).get("role") == "img" for group in view.groups for chart in group.charts)  # noqa: S314 - our own
    assert view.refusals


AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=6)


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=12))
def test_what_is_drawn_lies_within_its_picture(pairs: list[tuple[Decimal, Decimal]]) -> None:
    points = tuple(Point(seconds, min(pair), max(pair)) for seconds, pair in enumerate(pairs, start=2))
    top = find_top([point.high for point in points if point.high is not None], "USD")
    chart = draw_chart("a < b", (Series("720P", 0, points),), top, None)
    ys = [int(y) for path in re.findall(r'class="line[^"]*" d="M([^"]*)"', chart) for y in re.findall(r" (\d+)", path)]
    assert all(34 <= y <= 34 + 132 for y in ys)
    bars = draw_bars(tuple(Bar("total", point.low, point.high) for point in points), "USD")
    for rect in ET.fromstring(bars).iter("rect"):  # noqa: S314 - our own
        assert 0 <= int(rect.get("x", "")) <= int(rect.get("x", "")) + int(rect.get("width", "")) <= 542 + 2


def test_a_price_without_a_bound_is_drawn_open() -> None:
    bars = draw_bars((Bar("total", Decimal("0.30"), None),), "USD")
    assert "0.30 or more" in bars
    assert 'class="open"' in bars
    assert draw_bars((), "USD") == ""
