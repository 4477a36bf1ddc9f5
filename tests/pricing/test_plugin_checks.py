"""What the checks of a charge model find, and what a card, a quote and a basis do with a model that fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any, Final

import pytest
from pydantic import BaseModel

from pricing import (
    BasisError,
    CardError,
    ChargeModel,
    Market,
    PluginError,
    Sample,
    check_charge_model,
    parse_catalogue,
    quote,
    resolve,
)
from pricing.basis import read_basis
from pricing.cells import CELLS, Cell
from pricing.extensions import Extension, RefusedModel, charge_between, charge_extension
from pricing.fields import Part, Positive
from pricing.plugin_checks import find_model_fault
from pricing.schemes import Span, Tariff, Use, charge_use
from pricing.shell.wire import write_quote
from wan_rules import HOSTS, read, validate
from wan_rules.samples import SAMPLES

QUANTITIES: Final = [Decimal(number) / 2 for number in range(20)]


class Step(Part):
    above: Positive


def step(a: Any, quantity: Any, unit_price: Any, said: Any) -> Any:  # noqa: ANN401 - generic in its algebra
    """A price twice as high for what goes beyond, by every operation that an algebra has."""
    usual = a.least(quantity, a.number(said.above))
    beyond = a.greatest(a.sub(quantity, usual), a.number(Decimal(0)))
    whole = a.add(a.count(beyond, Decimal(1)), a.mod(beyond, Decimal(1)))
    twice = a.where(a.less(a.number(Decimal(0)), whole), a.add(whole, whole), whole)
    return a.mul(a.add(usual, twice), unit_price)


STEP: Final = ChargeModel("step", "1", Step, step)
STEPPED: Final = Step.model_validate({"above": "5"})
SAMPLE: Final = Sample({"above": "5"}, Decimal("0.1"), QUANTITIES)


def model(charge: Callable[..., Any]) -> ChargeModel:
    return replace(STEP, charge=charge)


def test_a_sound_model_has_no_fault() -> None:
    assert check_charge_model(STEP, [SAMPLE]) == ()


NUMBERS: Final = count()


@pytest.mark.parametrize(
    ("charge", "said"),
    [
        (lambda a, q, p, _: a.mul(a.sub(a.number(Decimal(100)), q), p), "0.5 cost 9.95, less than the 10.0 of 0"),
        (lambda *_: 1, "it gave int for a quantity of 0"),
        (lambda *_: Decimal("NaN"), "it gave NaN for a quantity of 0"),
        (lambda *_: Decimal(-1), "it gave -1 for a quantity of 0"),
        (lambda _a, q, _p, _s: (q + 1) / 3, "it raised Inexact"),
        (lambda _a, q, _p, _s: Decimal(float(q)), "it raised FloatOperation"),
        (lambda *_: 1 // 0, "it raised ZeroDivisionError"),
        (lambda *_: Decimal(next(NUMBERS)), "the same quantity does not cost the same twice"),
        (lambda _a, q, p, _s: q * p, "it does not run over columns (TypeError: unsupported operand"),
        (lambda _a, q, _p, _s: q or Decimal(0), "no `if` can be decided by a column"),
        (lambda _a, q, _p, _s: Decimal(0) if q == 0 else q, "columns are compared by the algebra's `less`"),
        (lambda a, q, p, _: p if a.less(p, q) else Decimal(0), "no `if` can be decided by a condition on columns"),
        (lambda *_: Decimal(7), "over columns, 0 does not cost 7 too"),
    ],
)
def test_each_fault_is_found(charge: Callable[..., Any], said: str) -> None:
    faults = check_charge_model(model(charge), [SAMPLE])
    assert any(said in fault for fault in faults), faults


def test_a_model_for_numbers_alone_may_say_so() -> None:
    assert check_charge_model(model(lambda _a, q, p, _s: q * p), [SAMPLE], columns=False) == ()


def test_parameters_that_do_not_fit_are_told() -> None:
    (fault,) = check_charge_model(STEP, [Sample({"above": 5}, Decimal(1), QUANTITIES)])
    assert fault.startswith("parameters: above: ")


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("step", step, "it is of type function: a pricing.ChargeModel is wanted"),
        ("stairs", STEP, "the model is called 'step': its entry point has to be called so too"),
        ("Step", replace(STEP, name="Step"), "'Step' is no name of a charge model"),
        ("step", replace(STEP, version=""), "its version is ''"),
        ("step", replace(STEP, parameters=dict), "its parameters are no pydantic model"),  # type: ignore[arg-type]  # as a plugin may
        ("step", replace(STEP, parameters=BaseModel), "its parameters are no pydantic model: a class of its own is"),
        ("step", replace(STEP, charge=7), "its charge is no function"),  # type: ignore[arg-type]  # as a plugin may
    ],
)
def test_an_unsound_model_is_refused(name: str, given: object, said: str) -> None:
    assert str(find_model_fault(name, given)).startswith(said)
    if isinstance(given, ChargeModel) and given.name == name:
        assert check_charge_model(given, [SAMPLE])[0].startswith(said)


def test_a_cell_is_what_its_number_is() -> None:
    cells = [CELLS.number(Decimal(number)) for number in (7, 2)]
    assert CELLS.count(cells[0], Decimal(2)).value == 3
    with pytest.raises(TypeError):
        hash(cells[0])
    assert isinstance(CELLS.least(*cells), Cell)


def test_both_ends_of_a_length_that_is_not_known_are_charged() -> None:
    extension = Extension(STEP, STEPPED)
    use = Use(Span(Decimal(2), Decimal(8)), Span(Decimal(2), Decimal(8)), Span(Decimal(0), Decimal(0)))
    assert charge_use(Tariff(Decimal("0.1"), extension), use) == (Decimal("0.2"), Decimal("1.1"))


def test_less_for_more_is_an_error_when_both_ends_are_charged() -> None:
    falling = Extension(model(lambda a, q, *_: a.sub(a.number(Decimal(100)), q)), STEPPED)
    with pytest.raises(PluginError, match="8 cost 92, less than the 98 of 2: more never costs less"):
        charge_between(falling, (Decimal(2), Decimal(8)), Decimal(1))
    use = Use(Span(Decimal(2), Decimal(8)), Span(Decimal(2), Decimal(8)), Span(Decimal(0), Decimal(0)))
    with pytest.raises(PluginError, match="more never costs less"):
        charge_use(Tariff(Decimal(1), falling), use)


def test_an_error_names_the_model_and_its_version() -> None:
    def fail(*_: object) -> Decimal:
        raise RuntimeError

    with pytest.raises(PluginError) as caught:
        charge_extension(Extension(model(fail), STEPPED), Decimal(1), Decimal(1))
    assert (caught.value.name, caught.value.version) == ("step", "1")
    assert "it raised RuntimeError for a quantity of 1: no more was said" in str(caught.value)


CATALOGUE: Final = {
    "catalogue.toml": 'schema_version = "1"\n[catalogue]\nname = "Made up"\n',
    "card.toml": """schema_version = "1"
[card]
id = "made-up"
title = "Made up"
host = "fal"
currency = "USD"
source = "made up"
checked = 2026-11-01
confidence = "fictional"
[[entry]]
from = 2026-11-01
meter = "output_video_seconds"
model = "plugin"
plugin = "step"
price = "0.1"
parameters = { above = "5" }
[[entry]]
from = 2026-12-01
meter = "output_video_seconds"
price = "0.1"
[[reference_video]]
from = 2026-11-01
billed = "no"
""",
}


def test_name_and_version_of_a_model_are_in_the_digest() -> None:
    digests = {parse_catalogue(CATALOGUE, models={"step": replace(STEP, version=str(v))}).digest for v in (1, 2, 1)}
    assert len(digests) == 2
    plain = {**CATALOGUE, "card.toml": CATALOGUE["card.toml"].replace('model = "plugin"\nplugin = "step"\n', "")}
    plain["card.toml"] = plain["card.toml"].replace('parameters = { above = "5" }\n', "")
    assert parse_catalogue(plain).digest == parse_catalogue(plain, models={"step": STEP}).digest


def test_a_card_says_that_its_model_was_refused() -> None:
    refused = {"step": RefusedModel("step", "plugin step (odd 1): refused: it is odd")}
    with pytest.raises(CardError, match=r"no charge model 'step': plugin step \(odd 1\): refused: it is odd"):
        parse_catalogue(CATALOGUE, models=refused)


@pytest.fixture
def basis() -> Any:  # noqa: ANN401 - parsed JSON
    catalogue = parse_catalogue(CATALOGUE, models={"step": STEP})
    at = datetime(2026, 11, 15, tzinfo=UTC)
    valid = validate(read(SAMPLES["fal"], HOSTS["fal"]))
    return json.loads(write_quote(quote(valid, resolve(catalogue, Market(None, None, "fal", None), at), at)))["basis"]


@pytest.mark.parametrize(
    ("models", "said"),
    [
        ({}, "it is not installed"),
        ({"step": replace(STEP, version="2")}, "version 2 is installed"),
        ({"step": RefusedModel("step", "plugin step: refused")}, "plugin step: refused"),
    ],
)
def test_a_basis_says_which_model_it_lacks(basis: dict[str, object], models: dict[str, Any], said: str) -> None:
    assert read_basis(basis, {"step": STEP})
    with pytest.raises(BasisError, match=said):
        read_basis(basis, models)


def test_parameters_of_a_basis_that_a_model_does_not_take_are_told(basis: dict[str, Any]) -> None:
    rate = next(rate for rate in basis["terms"]["rates"] if rate["scheme"])
    rate["scheme"]["parameters"] = {"nothing": "like it"}
    with pytest.raises(BasisError, match=r"^basis: parameters of 'step': "):
        read_basis(basis, {"step": STEP})


def test_parameters_are_any_pydantic_model() -> None:
    class Bare(BaseModel):
        pass

    assert (
        check_charge_model(
            replace(STEP, parameters=Bare, charge=lambda a, q, p, _: a.mul(q, p)), [Sample({}, Decimal(1), QUANTITIES)]
        )
        == ()
    )


def test_more_may_cost_as_much() -> None:
    assert check_charge_model(model(lambda a, *_: a.number(Decimal(7))), [SAMPLE]) == ()
