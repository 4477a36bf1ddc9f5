"""A plugin's way to charge: its model, what an entry says for it, and a charge that can't go wrong unseen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import NamedTuple, NoReturn, TypeAlias

from pydantic import BaseModel, ValidationError

from pricing.algebra import DECIMALS, Algebra
from pricing.errors import PluginError
from pricing.money import EXACT
from wan_rules.faults import tell_first


@dataclass(frozen=True, slots=True, eq=False)
class ChargeModel:
    """A plugin's way to charge: its parameters' model, and one function of the algebra that never gives less for more.

    `charge(algebra, quantity, unit_price, parameters)` returns the amount. `version` is that of the function: another
    one, once it gives other amounts.
    """

    name: str
    version: str
    parameters: type[BaseModel]
    charge: Callable[[Algebra[Decimal, bool], Decimal, Decimal, BaseModel], Decimal]


class RefusedModel(NamedTuple):
    """A charge model whose plugin was refused: the entries that name it say so."""

    name: str
    reason: str


Models: TypeAlias = Mapping[str, ChargeModel | RefusedModel]


class Extension(NamedTuple):
    """A plugin's charge model, with what the entry says for it."""

    model: ChargeModel
    parameters: BaseModel


def extend(model: ChargeModel, said: Mapping[str, object]) -> Extension:
    """The model with what an entry says for it. Raises ValueError that says where its first fault is, and what."""
    try:
        return Extension(model, model.parameters.model_validate(dict(said)))
    except ValidationError as error:
        raise ValueError(tell_first(error, said, model.parameters)) from None


def charge_extension(extension: Extension, quantity: Decimal, unit_price: Decimal) -> Decimal:
    """The amount that the model gives. Raises PluginError for whatever is no exact amount of 0 or more.

    The model's own operators run in the exact context too: a digit that would be lost is an error here, and no slip.
    """
    model, parameters = extension
    try:
        with localcontext(EXACT):
            amount: object = model.charge(DECIMALS, quantity, unit_price, parameters)
    except Exception as error:  # noqa: BLE001 - whatever a stranger's code raises
        told = str(error) or "no more was said"
        _blame(model, f"it raised {type(error).__name__} for a quantity of {quantity}: {told}", error)
    if not isinstance(amount, Decimal):
        _blame(model, f"it gave {type(amount).__name__} for a quantity of {quantity}: an amount is a Decimal")
    if not amount.is_finite() or amount < 0:
        _blame(model, f"it gave {amount} for a quantity of {quantity}: an amount is 0 or more")
    return amount


def charge_between(extension: Extension, ends: tuple[Decimal, Decimal], unit_price: Decimal) -> tuple[Decimal, Decimal]:
    """The amounts of the least and the most quantity. Raises PluginError as above, and where more costs less."""
    low, high = (charge_extension(extension, quantity, unit_price) for quantity in ends)
    if high < low:
        _blame(extension.model, f"{ends[1]} cost {high}, less than the {low} of {ends[0]}: more never costs less")
    return low, high


def _blame(model: ChargeModel, reason: str, cause: Exception | None = None) -> NoReturn:
    raise PluginError(model.name, model.version, reason) from cause
