"""`surge`: the first seconds of a request at the price, and those beyond at so many times the price."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, TypeVar, cast

from pydantic import BaseModel, field_validator

from pricing import ChargeModel
from pricing.algebra import Algebra
from pricing.fields import Part, Positive, Quantity

PLUGIN_API: Final = 1

T = TypeVar("T")
C = TypeVar("C")


class Surge(Part):
    """What a card says: up to how much the price holds, and how many times the price it is beyond."""

    above: Quantity
    times: Positive

    @field_validator("times")
    @classmethod
    def _rises(cls, times: Decimal) -> Decimal:
        if times < 1:
            message = f"{times} would make more cost less a unit: 1 or more is a surge"
            raise ValueError(message)
        return times


def charge_surge(a: Algebra[T, C], quantity: T, unit_price: T, parameters: BaseModel) -> T:
    """The amount: nothing but the algebra touches a number, so that the same lines run over the columns of a table."""
    said = cast("Surge", parameters)
    usual = a.least(quantity, a.number(said.above))
    dear = a.mul(a.number(said.times), unit_price)
    return a.add(a.mul(usual, unit_price), a.mul(a.sub(quantity, usual), dear))


SURGE: Final = ChargeModel(name="surge", version="1", parameters=Surge, charge=charge_surge)
