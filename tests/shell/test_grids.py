"""Tables: columns line up in cells, amounts stay whole, nothing is left out, and no line is too long."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.shell.grids import Column, grid_lines
from pricing.shell.text_widths import measure
from tests.strategies import examples

COLUMNS: Final = (Column("name"), Column("amount", right=True), Column("why", folds=True))
WORDS: Final = st.lists(
    st.sampled_from(("render", "图1和视频2", "cafe\u0301", "👍🏽", "a/long/path/of/a/card.toml:17")), max_size=9
)
ROWS: Final = st.lists(
    st.tuples(
        st.sampled_from(("acme", "北京工作室", "zoe\u0308", "🇩🇪")),
        st.decimals(0, 10**9, places=4).map("{:,}".format),
        WORDS.map(" ".join),
    ),
    min_size=1,
    max_size=5,
)


def test_columns_line_up_whatever_their_characters() -> None:
    rows = [("acme", "1.00", "plain"), ("北京工作室", "20.00", "wide"), ("zoe\u0308", "3.00", "")]
    assert list(grid_lines(COLUMNS, rows)) == [
        "name        amount  why",
        "acme          1.00  plain",
        "北京工作室   20.00  wide",
        "zoe\u0308           3.00",
    ]


def test_words_are_folded_where_the_room_is_short() -> None:
    rows = [("acme", "1.00", "the price comes from a reseller and not from the host"), ("globex", "20.00", "")]
    assert list(grid_lines(COLUMNS, rows, "  ", room=40)) == [
        "  name    amount  why",
        "  acme      1.00  the price comes from a",
        "                  reseller and not from",
        "                  the host",
        "  globex   20.00",
    ]


def test_a_row_is_a_list_where_no_table_fits() -> None:
    rows = [("a" * 30, "1.00", "this and that"), ("b" * 30, "2.00", "")]
    assert list(grid_lines(COLUMNS, rows, room=50)) == [
        f"name    {'a' * 30}",
        "amount  1.00",
        "why     this and that",
        "",
        f"name    {'b' * 30}",
        "amount  2.00",
    ]


def test_a_row_without_heads_is_a_list_too() -> None:
    columns = (Column(), Column(right=True))
    assert list(grid_lines(columns, [("a" * 30, "1.00")], "  ", room=30)) == [f"  {'a' * 30}", "    1.00"]


@pytest.mark.parametrize("columns", [COLUMNS, (Column(), Column(), Column())], ids=["heads", "no-heads"])
def test_an_empty_table_has_no_line(columns: tuple[Column, ...]) -> None:
    assert list(grid_lines(columns, [])) == []


@examples(200)
@given(rows=ROWS, room=st.integers(40, 120))
def test_no_line_is_longer_than_the_room_and_amounts_stay_whole(rows: list[tuple[str, str, str]], room: int) -> None:
    lines = list(grid_lines(COLUMNS, rows, "  ", room=room))
    assert all(measure(line) <= room for line in lines)
    flat = "".join("".join(lines).split())
    for _, amount, _ in rows:
        assert any(f" {amount}" in line for line in lines)
    assert len(flat) >= len("".join("".join("".join(row) for row in rows).split()))


@examples(100)
@given(rows=ROWS)
def test_amounts_end_at_the_same_cell(rows: list[tuple[str, str, str]]) -> None:
    head, *lines = grid_lines(COLUMNS, rows, room=400)
    end = measure(head[: head.index("  why")])
    for line, (_, amount, _) in zip(lines, rows, strict=True):
        assert measure(line[: line.index(amount) + len(amount)]) == end
