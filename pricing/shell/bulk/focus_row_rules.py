"""What FOCUS 1.2 asks of the cells of one row together: which are null with which, and what multiplies to what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Final, NamedTuple, TypeAlias

Cells: TypeAlias = Mapping[str, str]
"""The cells of a row by the name of their column, each right in itself; an empty one is null."""


class RowRule(NamedTuple):
    """A demand on a row, which is made where the file has the columns that it is about."""

    columns: tuple[str, ...]
    says: str
    holds: Callable[[Cells], bool]


PRICED: Final = ("Usage", "Purchase")
_STATE: Final = ("ChargeCategory", "ChargeClass")


def _is_priced(cells: Cells) -> bool:
    return cells["ChargeCategory"] in PRICED and not cells["ChargeClass"]


def _need_with_priced(name: str) -> Iterator[RowRule]:
    said = f"{name} is wanted for what is used or purchased, save in a correction"
    yield RowRule((name, *_STATE), said, lambda cells: bool(cells[name]) or not _is_priced(cells))
    said = f"{name} has no place in a tax"
    yield RowRule((name, *_STATE), said, lambda cells: not cells[name] or cells["ChargeCategory"] != "Tax")


def _pair(name: str, other: str) -> RowRule:
    return RowRule(
        (name, other), f"{name} goes with {other}: both or none", lambda cells: bool(cells[name]) == bool(cells[other])
    )


def _only_with(name: str, other: str) -> RowRule:
    return RowRule(
        (name, other), f"{name} has no place without {other}", lambda cells: bool(cells[other] or not cells[name])
    )


def _multiply(price: str, cost: str) -> Iterator[RowRule]:
    def product_holds(cells: Cells) -> bool:
        if cells["ChargeClass"] or not cells[price] or not cells["PricingQuantity"]:
            return True
        return Fraction(cells[price]) * Fraction(cells["PricingQuantity"]) == Fraction(cells[cost])

    def unpriced_holds(cells: Cells) -> bool:
        return bool(cells[price]) or cells["ChargeCategory"] == "Tax" or _equal(cells, cost, "BilledCost")

    yield RowRule((cost, price, "PricingQuantity", *_STATE), f"{cost} is {price} times PricingQuantity", product_holds)
    yield RowRule(
        (cost, price, "BilledCost", *_STATE), f"{cost} is BilledCost where there is no {price}", unpriced_holds
    )


def _equal(cells: Cells, name: str, other: str) -> bool:
    return Fraction(cells[name]) == Fraction(cells[other])


def _period(kind: str) -> RowRule:
    start, end = f"{kind}PeriodStart", f"{kind}PeriodEnd"
    return RowRule((start, end), f"{start} lies before {end}", lambda cells: cells[start] < cells[end])


ROW_RULES: Final = (
    *(
        rule
        for name in (
            "PricingQuantity",
            "ContractedUnitPrice",
            "ListUnitPrice",
            "PricingCategory",
            "SkuId",
            "SkuPriceId",
        )
        for rule in _need_with_priced(name)
    ),
    *_multiply("ContractedUnitPrice", "ContractedCost"),
    *_multiply("ListUnitPrice", "ListCost"),
    _pair("PricingUnit", "PricingQuantity"),
    _pair("ConsumedUnit", "ConsumedQuantity"),
    _pair("ResourceType", "ResourceId"),
    _pair("RegionName", "RegionId"),
    _pair("SubAccountName", "SubAccountId"),
    _only_with("SkuMeter", "SkuId"),
    _only_with("SkuPriceDetails", "SkuPriceId"),
    _period("Billing"),
    _period("Charge"),
    RowRule(
        ("ConsumedQuantity", *_STATE),
        "ConsumedQuantity is of usage alone",
        lambda cells: not cells["ConsumedQuantity"] or cells["ChargeCategory"] == "Usage",
    ),
    RowRule(
        ("ConsumedQuantity", *_STATE),
        "ConsumedQuantity is wanted for usage, save in a correction",
        lambda cells: (
            bool(cells["ConsumedQuantity"]) or cells["ChargeCategory"] != "Usage" or bool(cells["ChargeClass"])
        ),
    ),
    RowRule(
        ("EffectiveCost", "BilledCost", "ChargeCategory"),
        "EffectiveCost is BilledCost for a credit or an adjustment",
        lambda cells: (
            cells["ChargeCategory"] not in ("Credit", "Adjustment") or _equal(cells, "EffectiveCost", "BilledCost")
        ),
    ),
    RowRule(
        ("ChargeFrequency", "ChargeCategory"),
        "a purchase is not Usage-Based",
        lambda cells: cells["ChargeCategory"] != "Purchase" or cells["ChargeFrequency"] != "Usage-Based",
    ),
)
