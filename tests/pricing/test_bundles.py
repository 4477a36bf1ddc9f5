"""Lines of one instant are dealt out by what is due, and what that leaves by their order; each in one bundle."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from pricing import bundles
from pricing.bundles import Piece, Sums, deal
from pricing.meters import MeterId

OUTPUT: MeterId = "output_video_seconds"
CLIPS: MeterId = "reference_video_seconds"


def output(amount: str, currency: str = "USD") -> Piece:
    return Piece(OUTPUT, currency, Decimal(amount))


def clips(amount: str, currency: str = "USD") -> Piece:
    return Piece(CLIPS, currency, Decimal(amount))


def due(*amounts: str) -> list[Sums]:
    return [(("USD", Decimal(amount)),) for amount in amounts]


@pytest.mark.parametrize(
    ("pieces", "dues", "dealt"),
    [
        ([output("1.30"), output("0.65"), clips("0.26"), clips("0.52")], [], [(0, 2), (1, 3)]),
        ([output("1.30"), output("0.65"), clips("0.52"), clips("0.26")], due("1.56", "1.17"), [(0, 3), (1, 2)]),
        ([clips("0.52"), output("1.30"), clips("0.26"), output("0.65")], due("1.56"), [(2, 1), (0, 3)]),
        ([output("0.65"), output("1.30"), clips("0.26")], due("0.65", "1.56"), [(0,), (1, 2)]),
        ([output("0.65"), output("1.30"), clips("0.26"), clips("0.52")], due("0.65"), [(0, 2), (1, 3)]),
        ([output("0.65"), output("0.65"), output("0.39"), clips("0.26")], due("0.65"), [(2, 3), (0,), (1,)]),
        ([output("0.65"), output("0.65"), clips("0.26"), clips("0.26")], due("0.91"), [(0, 2), (1, 3)]),
        ([output("1"), output("2"), clips("2"), clips("1")], due("3", "3", "3"), [(0, 2), (1, 3)]),
        (
            [output("1"), output("2", "CNY"), clips("2"), clips("1")],
            [(("CNY", Decimal(2)), ("USD", Decimal(1)))],
            [(1, 3), (0, 2)],
        ),
    ],
    ids=[
        "by order",
        "by what is due",
        "the rest by order",
        "a job without clips",
        "each meter that all jobs have",
        "the most lines",
        "each line once",
        "more due than lines",
        "two currencies",
    ],
)
def test_lines_are_dealt(pieces: Sequence[Piece], dues: Sequence[Sums], dealt: Sequence[tuple[int, ...]]) -> None:
    assert [tuple(sorted(each)) for each in deal(pieces, dues)] == sorted(tuple(sorted(each)) for each in dealt)


def test_what_fewest_bundles_come_to_goes_first() -> None:
    """1.04 + 0.52 is 1.56 as 1.30 + 0.26 is, and then 1.04 would be due of nothing."""
    pieces = [output("1.30"), output("1.04"), output("0.39"), clips("0.26"), clips("0.52")]
    assert deal(pieces, due("1.56", "0.91", "1.04")) == [(0, 3), (1,), (2, 4)]


def test_a_meter_is_left_out_no_more_often_than_its_lines_lack() -> None:
    """Two jobs and one line of clips: one of both has it, though 1.00 is due of each."""
    pieces = [output("1"), output("1"), clips("0.26")]
    assert deal(pieces, due("1", "1")) == [(0,), (1, 2)]
    assert deal([*pieces, output("1")], due("1", "1", "1")) == [(0,), (1,), (3, 2)]


def test_as_many_ways_as_are_gone_through_are_gone_through(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = [output("1.30"), output("0.65"), clips("0.52"), clips("0.26")]
    monkeypatch.setattr(bundles, "MOST_CHOICES", 4)
    assert deal(pieces, due("1.56")) == [(0, 3), (1, 2)]


def test_where_there_are_too_many_ways_order_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = [output("1.30"), output("0.65"), clips("0.52"), clips("0.26")]
    monkeypatch.setattr(bundles, "MOST_CHOICES", 3)
    assert deal(pieces, due("1.56")) == [(0, 2), (1, 3)]
