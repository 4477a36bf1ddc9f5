"""A plugin's way to charge: what an entry says for it, and what is said of a model that goes wrong."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest
from pydantic import BaseModel, ConfigDict

from pricing.algebra import Algebra
from pricing.errors import PluginError
from pricing.extensions import ChargeModel, Extension, charge_between, charge_extension, extend


class Fee(BaseModel):
    """What is asked, whatever is used."""

    model_config = ConfigDict(extra="forbid")
    amount: str


FAULT: Final = ZeroDivisionError("by nothing")


def _charge(_: Algebra[Decimal, bool], quantity: Decimal, __: Decimal, parameters: BaseModel) -> Decimal:
    assert isinstance(parameters, Fee)
    if not quantity:
        raise FAULT
    return Decimal(parameters.amount)


MODEL: Final = ChargeModel("fee", "1", Fee, _charge)


def test_a_misspelt_parameter_is_told_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="amount") as caught:
        extend(MODEL, {"amout": "1"})
    assert str(caught.value) == "amout: an unknown key: did you mean 'amount'?"


def test_more_may_cost_as_much() -> None:
    two, ends = Decimal(2), (Decimal(1), Decimal(9))
    assert charge_between(extend(MODEL, {"amount": "2"}), ends, Decimal(1)) == (two, two)


def test_what_a_model_raised_is_the_cause() -> None:
    with pytest.raises(PluginError) as caught:
        charge_extension(Extension(MODEL, Fee(amount="2")), Decimal(0), Decimal(1))
    assert caught.value.__cause__ is FAULT
    assert caught.value.reason == "it raised ZeroDivisionError for a quantity of 0: by nothing"
