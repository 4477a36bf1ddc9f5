"""Plugins that can be imported, and are not what they should be, or fail when they are used."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from pydantic import BaseModel

from pricing import ChargeModel
from pricing.algebra import Algebra
from pricing.fields import Part
from pricing.shell.sources import Asked, Opened, Opener
from wan_rules import HOSTS
from wan_rules.additions import AddedRule
from wan_rules.limits import Limit, Limits
from wan_rules.request import Output
from wan_rules.rule import Findings, OutputRule

PLUGIN_API = 1


class Nothing(Part):
    """No parameters."""


def _shrink(a: Algebra[Decimal, bool], quantity: Decimal, unit_price: Decimal, _said: BaseModel) -> Decimal:
    return a.sub(Decimal(100), a.mul(quantity, unit_price))


def _throw(_a: Algebra[Decimal, bool], quantity: Decimal, unit_price: Decimal, _said: BaseModel) -> Decimal:
    return quantity / (unit_price - unit_price)


def _raise(_output: Output, _limits: Limits) -> Findings:
    message = "no such table"
    raise KeyError(message)


def _open(_asked: Asked) -> Opened:
    message = "the vault is on fire"
    raise RuntimeError(message)


def _rule(name: str) -> OutputRule:
    return OutputRule(
        id=name,
        name="broken-rule",
        family="output",
        severity="error",
        source="https://example.com",
        check=_raise,
        passes=(),
        fails=(),
    )


ATLAS = HOSTS["atlas"]
HOLLOW = replace(
    HOSTS["runware"],
    name="hollow",
    limits=replace(HOSTS["runware"].limits, models=Limit(("hollow/wan",), "model", "", "published"), seed=None),  # type: ignore[arg-type]  # that is what is wrong with it
    distinctive=frozenset({"hollow"}),
    defaults=MappingProxyType({"seed": 5}),
)
NOHOST = {"name": "nohost"}
WAN101 = _rule("WAN101")
LOST101 = AddedRule(_rule("LOST101"), hosts=("nowhere",))
RAISES101 = AddedRule(_rule("RAISES101"), hosts=("runware",))
HTTPS = RAISING = Opener(_open)
SHRINKS = ChargeModel("shrinks", "1", Nothing, _shrink)
THROWS = ChargeModel("throws", "1", Nothing, _throw)
