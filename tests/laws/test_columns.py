"""Scalar = columns: the same formulas on DuckDB give the same digits, row by row."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import pytest

from pricing.algebra import DECIMALS, round_to
from pricing.clips import ClipRule, Clips, Step, clip_seconds
from pricing.formulas import charge, raise_to_minimum
from pricing.money import RoundingMode
from tests.columns import Columns, computed, table

ROWS: Final = 2_000
MODES: Final[tuple[RoundingMode, ...]] = ("up", "down", "half-up", "half-even")
EDGES: Final = tuple(
    map(Decimal, ("0", "1", "1.65", "2.5", "4.999999", "5", "5.000001", "7.25", "7.5", "8.5", "30", "0.05", "0.15"))
)
D: Final = Decimal


def _lengths(seed: int) -> list[Decimal]:
    """Lengths in seconds: edges, whole seconds, and any number of microseconds."""
    chance = random.Random(seed)  # noqa: S311 - rows, not secrets
    makers = (
        lambda: chance.choice(EDGES),
        lambda: D(chance.randint(1, 30)),
        lambda: D(chance.randint(0, 30 * 10**6)).scaleb(-6),
    )
    return [chance.choice(makers)() for _ in range(ROWS)]


def _clips() -> list[Clips[Decimal]]:
    """Requests with none to four clips among up to five references; clips that are not there have no length."""
    chance = random.Random(4)  # noqa: S311 - rows, not secrets
    found = []
    for lengths in zip(*(_lengths(seed) for seed in range(4)), strict=True):
        count = chance.randint(0, 4)
        seconds = [length if i < count else D(0) for i, length in enumerate(lengths)]
        found.append(Clips(seconds, D(count), D(chance.randint(max(count, 1), 5))))
    return found


RULES: Final = {
    "whole": ClipRule(),
    "capped-in-total": ClipRule(cap_total_s=D(5)),
    "capped-each": ClipRule(cap_per_clip_s=D("2.5")),
    "cut-by-videos": ClipRule(cuts_s=(D(5), D("2.5"), D("1.65"))),
    "cut-by-references": ClipRule(cuts_s=(D(5), D("2.5"), D("1.65"), D(1)), cuts_by="references"),
    "least": ClipRule(minimum_s=D(3)),
    **{f"{mode}-each": ClipRule(rounding=Step(D(1), mode, "clip")) for mode in MODES},
    **{f"{mode}-in-total": ClipRule(rounding=Step(D("0.5"), mode, "total")) for mode in MODES},
    "all-at-once": ClipRule(
        cap_per_clip_s=D("4.5"),
        cap_total_s=D("7.3"),
        cuts_s=(D(6), D("3.1")),
        minimum_s=D("1.7"),
        rounding=Step(D("0.3"), "half-even", "total"),
    ),
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_seconds_of_clips_agree(rule: ClipRule) -> None:
    rows = _clips()
    columns = {f"clip{i}": [row.seconds[i] for row in rows] for i in range(4)}
    found = table(columns | {"videos": [row.videos for row in rows], "references": [row.references for row in rows]})
    clips: Clips[Any] = Clips([found[name] for name in columns], found["videos"], found["references"])
    assert computed(clip_seconds(Columns(), clips, rule)) == [clip_seconds(DECIMALS, row, rule) for row in rows]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("step", ["1", "0.1", "0.3", "5", "0.000001"])
def test_rounding_agrees(mode: RoundingMode, step: str) -> None:
    values = [*EDGES, *_lengths(9)]
    found = computed(round_to(Columns(), table({"value": values})["value"], D(step), mode))
    assert found == [round_to(DECIMALS, value, D(step), mode) for value in values]


def test_charges_agree() -> None:
    chance = random.Random(7)  # noqa: S311 - rows, not secrets
    quantities = _lengths(8)
    prices = [D(chance.randint(0, 10**13)).scaleb(-12) for _ in quantities]
    rows = table({"quantity": quantities, "price": prices})
    amounts = _amounts(quantities, prices)
    assert computed(charge(Columns(), rows["quantity"], rows["price"])) == amounts
    raised = computed(raise_to_minimum(Columns(), charge(Columns(), rows["quantity"], rows["price"]), D("2.5")))
    assert raised == [raise_to_minimum(DECIMALS, amount, D("2.5")) for amount in amounts]
    assert any(raised)
    assert not all(raised)


def _amounts(quantities: Sequence[Decimal], prices: Sequence[Decimal]) -> list[Decimal]:
    return [charge(DECIMALS, quantity, price) for quantity, price in zip(quantities, prices, strict=True)]
