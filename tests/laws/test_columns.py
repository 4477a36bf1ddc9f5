"""Scalar = columns: the same formulas on DuckDB give the same digits, row by row."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

import pytest

from pricing.algebra import DECIMALS, round_to
from pricing.clips import ClipRule, Clips, Step, clip_seconds
from pricing.formulas import (
    Band,
    charge,
    charge_by_spend,
    charge_graduated,
    charge_overage,
    count_packages,
    find_price_after,
    find_price_at,
    leave_of,
    lower_to_cap,
    raise_to_minimum,
    take_allowance,
)
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


BANDS: Final = {
    "one": (Band(None, D("0.1")),),
    "falling": (Band(D(5), D("0.2")), Band(D("12.5"), D("0.1")), Band(None, D("0.05"))),
    "rising": (Band(D("0.3"), D("0.0333")), Band(D(8), D("0.0666")), Band(D(100), D("0.1332")), Band(None, D("0.333"))),
    "both": (Band(D(1), D("0.15")), Band(D("7.5"), D("0.03")), Band(None, D("1.5"))),
}
WITH_FREE: Final = {**BANDS, "free": (Band(D(10), D(0)), Band(None, D("0.085125")))}
MORE_THAN_ONE: Final = {name: bands for name, bands in WITH_FREE.items() if len(bands) > 1}
"""One band's price is a constant, and no column."""


def _month(seed: int, bands: Sequence[Band] = ()) -> list[Decimal]:
    """Where the month stands: nothing, an edge, or anything up to well beyond the last."""
    chance = random.Random(seed)  # noqa: S311 - rows, not secrets
    edges = [D(0), *EDGES, *(band.up_to for band in bands if band.up_to is not None)]
    return [chance.choice((chance.choice(edges), D(chance.randint(0, 150 * 10**6)).scaleb(-6))) for _ in range(ROWS)]


@pytest.mark.parametrize("size", ["10", "2.5", "0.3", "0.000007"])
def test_packages_agree(size: str) -> None:
    quantities = [*EDGES, *_lengths(11), *(D(n) * D(size) for n in range(40)), D("9999999.999999")]
    found = computed(count_packages(Columns(), table({"quantity": quantities})["quantity"], D(size)))
    assert found == [count_packages(DECIMALS, quantity, D(size)) for quantity in quantities]


@pytest.mark.parametrize("bands", WITH_FREE.values(), ids=WITH_FREE)
def test_graduated_charges_agree(bands: tuple[Band, ...]) -> None:
    starts, quantities = _month(12, bands), _lengths(13)
    ends = [start + quantity for start, quantity in zip(starts, quantities, strict=True)]
    rows = table({"start": starts, "end": ends})
    pairs = zip(starts, ends, strict=True)
    expected = [charge_graduated(DECIMALS, start, end, bands) for start, end in pairs]
    assert computed(charge_graduated(Columns(), rows["start"], rows["end"], bands)) == expected
    assert len(set(expected)) > ROWS // 10


@pytest.mark.parametrize("find", [find_price_at, find_price_after])
@pytest.mark.parametrize("bands", MORE_THAN_ONE.values(), ids=MORE_THAN_ONE)
def test_prices_of_bands_agree(find: Callable[..., Any], bands: tuple[Band, ...]) -> None:
    stands = _month(14, bands)
    found = computed(find(Columns(), table({"stand": stands})["stand"], bands))
    assert found == [find(DECIMALS, stand, bands) for stand in stands]
    assert set(found) == {band.unit_price for band in bands}


@pytest.mark.parametrize("bands", BANDS.values(), ids=BANDS)
def test_charges_by_spend_agree(bands: tuple[Band, ...]) -> None:
    spent, quantities = _month(15, bands), _lengths(16)
    rows = table({"quantity": quantities, "spent": spent})
    pairs = zip(quantities, spent, strict=True)
    expected = [charge_by_spend(DECIMALS, quantity, before, bands) for quantity, before in pairs]
    assert computed(charge_by_spend(Columns(), rows["quantity"], rows["spent"], bands)) == expected
    assert len(set(expected)) > ROWS // 10


def test_allowances_agree() -> None:
    quantities, before = _lengths(17), _month(18)
    rows = table({"quantity": quantities, "before": before})
    pairs = zip(quantities, before, strict=True)
    expected = [take_allowance(DECIMALS, quantity, used, D("12.5")) for quantity, used in pairs]
    assert computed(take_allowance(Columns(), rows["quantity"], rows["before"], D("12.5"))) == expected
    kinds = {(left == 0, left == quantity) for left, quantity in zip(expected, quantities, strict=True) if quantity}
    assert kinds == {(True, False), (False, True), (False, False)}


@pytest.mark.parametrize("add", [lower_to_cap, charge_overage])
def test_what_is_added_to_totals_agrees(add: Callable[..., Any]) -> None:
    """A cap or a commitment of 40, after so much was spent."""
    totals, spent = _amounts(_lengths(19), [D("1.2345")] * ROWS), _month(20)
    rows = table({"total": totals, "spent": spent})
    more = () if add is lower_to_cap else (D("0.125"),)
    found = computed(add(Columns(), rows["total"], leave_of(Columns(), D(40), rows["spent"]), *more))
    pairs = zip(totals, spent, strict=True)
    assert found == [add(DECIMALS, total, leave_of(DECIMALS, D(40), used), *more) for total, used in pairs]
    assert any(found)
    assert not all(found)
