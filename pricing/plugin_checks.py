"""What the author of a charge model proves in their own tests: exact, never less for more, and at home in columns too.

    assert check_charge_model(SURGE, [Sample({"above": "5"}, Decimal("0.1"), quantities)]) == ()

Pure: it needs no other package, and gives what is wrong as sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple, cast

from pydantic import BaseModel

from pricing.cells import CELLS, Cell
from pricing.errors import PluginError
from pricing.extensions import ChargeModel, Extension, charge_extension, extend
from wan_rules.additions import NAME


class Sample(NamedTuple):
    """What a card may say for the model, a price, and quantities to try; more of them find more."""

    parameters: Mapping[str, object]
    unit_price: Decimal
    quantities: Sequence[Decimal]


def find_model_fault(name: str, model: object) -> str | None:
    """Why a plugin's charge model can't be taken; `None` where it can."""
    if not isinstance(model, ChargeModel):
        return f"it is of type {type(model).__name__}: a pricing.ChargeModel is wanted"
    return next(_model_faults(name, model), None)


def _model_faults(name: str, model: ChargeModel) -> Iterator[str]:
    version, charge, parameters = (cast("object", part) for part in (model.version, model.charge, model.parameters))
    if model.name != name:
        yield f"the model is called {model.name!r}: its entry point has to be called so too"
    if not NAME.fullmatch(name):
        yield f"{name!r} is no name of a charge model: small letters, digits and single hyphens"
    if not isinstance(version, str) or not version:
        yield f"its version is {version!r}: a text is wanted, another one whenever its amounts change"
    if not isinstance(parameters, type) or not issubclass(parameters, BaseModel) or parameters is BaseModel:
        yield "its parameters are no pydantic model: a class of its own is wanted, an empty one where it takes none"
    if not callable(charge):
        yield "its charge is no function"


def check_charge_model(model: ChargeModel, samples: Iterable[Sample], *, columns: bool = True) -> tuple[str, ...]:
    """What is wrong with the model, as far as the samples show it; nothing where they show nothing.

    Each amount is an exact Decimal of 0 or more; a larger quantity never costs less; the same costs the same again; and
    the function uses nothing but its algebra, so that it runs over `columns` of a table too.
    """
    fault = find_model_fault(model.name, model)
    return (fault,) if fault else tuple(fault for sample in samples for fault in _check(model, sample, columns=columns))


def _check(model: ChargeModel, sample: Sample, *, columns: bool) -> Iterator[str]:
    try:
        extension = extend(model, sample.parameters)
    except ValueError as error:
        yield f"parameters: {error}"
        return
    quantities = sorted(sample.quantities)
    try:
        amounts = [charge_extension(extension, quantity, sample.unit_price) for quantity in quantities]
        again = [charge_extension(extension, quantity, sample.unit_price) for quantity in quantities]
    except PluginError as error:
        yield error.reason
        return
    yield from _find_falls(list(zip(quantities, amounts, strict=True)))
    if again != amounts:
        yield "the same quantity does not cost the same twice"
    if columns:
        yield from _find_strays(extension, sample.unit_price, dict(zip(quantities, amounts, strict=True)))


def _find_falls(charged: Sequence[tuple[Decimal, Decimal]]) -> Iterator[str]:
    for (less, cost), (more, after) in pairwise(charged):
        if after < cost:
            yield f"{more} cost {after}, less than the {cost} of {less}: more never costs less"


def _find_strays(extension: Extension, unit_price: Decimal, amounts: Mapping[Decimal, Decimal]) -> Iterator[str]:
    """Where the function does something with its numbers that columns can't: an operator, a branch on a value."""
    model, parameters = extension
    charge = cast("Callable[[object, object, object, BaseModel], object]", model.charge)
    for quantity, amount in amounts.items():
        try:
            cell: object = charge(CELLS, Cell(quantity), Cell(unit_price), parameters)
        except Exception as error:  # noqa: BLE001 - whatever a stranger's code raises
            yield f"it does not run over columns ({type(error).__name__}: {error}): use the algebra's functions alone"
            return
        if not isinstance(cell, Cell) or cell.value != amount:
            yield f"over columns, {quantity} does not cost {amount} too: use the algebra's functions alone"
            return
