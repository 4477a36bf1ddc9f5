"""Every error that the cores raise on purpose stands in the tree that its root's module draws."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Final

import pytest

import pricing
import wan_rules
from pricing import errors
from wan_rules import payloads
from wan_rules.rule import Finding, RequestRule

LEAF: Final = re.compile(r"[├└]── (\w+)")


def list_errors(package: ModuleType, root: type[Exception]) -> Iterator[str]:
    """The names of the root's kinds that the package's core defines."""
    for found in walk_packages(package.__path__, f"{package.__name__}."):
        if ".shell" not in found.name and ".published" not in found.name:
            for name, value in vars(import_module(found.name)).items():
                if isinstance(value, type) and issubclass(value, root) and value is not root:
                    assert value.__name__ == name
                    yield name


@pytest.mark.parametrize(
    ("package", "module", "root"),
    [(wan_rules, payloads, payloads.WanRulesError), (pricing, errors, errors.PricingError)],
    ids=["wan_rules", "pricing"],
)
def test_each_error_stands_in_the_tree(package: ModuleType, module: ModuleType, root: type[Exception]) -> None:
    leaves = LEAF.findall(str(module.__doc__))
    assert len(leaves) == len(set(leaves))
    assert set(list_errors(package, root)) == set(leaves)


def refuse_a_card() -> None:
    pricing.parse_card("card =", file="a.toml")


def refuse_an_input() -> None:
    wan_rules.parse_object(b"[1]")


def refuse_a_request() -> None:
    wan_rules.validate(wan_rules.read({}, wan_rules.HOSTS["fal"]))


@pytest.mark.parametrize("refuse", [refuse_a_card, refuse_an_input, refuse_a_request])
def test_an_error_is_copied_with_its_parts(refuse: Callable[[], None]) -> None:
    with pytest.raises((pricing.PricingError, wan_rules.WanRulesError)) as caught:
        refuse()
    again = copy.copy(caught.value)
    assert (type(again), str(again), vars(again)) == (type(caught.value), str(caught.value), vars(caught.value))


@pytest.mark.parametrize("refuse", [refuse_a_card, refuse_an_input, refuse_a_request])
def test_an_error_goes_to_another_process_with_its_parts(refuse: Callable[[], None]) -> None:
    with pytest.raises((pricing.PricingError, wan_rules.WanRulesError)) as caught:
        refuse()
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes
    assert (type(again), str(again), vars(again)) == (type(caught.value), str(caught.value), vars(caught.value))


def test_hosts_and_rules_are_the_same_in_another_process() -> None:
    ours = (*wan_rules.HOSTS.values(), *wan_rules.RULES)
    assert all(pickle.loads(pickle.dumps(one)) is one for one in ours)  # noqa: S301 - our own bytes
    assert all(copy.copy(one) is one for one in ours)
    assert all(copy.deepcopy(one) is one for one in ours)


def test_a_rule_of_somebody_elses_goes_there_as_it_is() -> None:
    """It has the id of one of ours, and another check, which the other process imports by its name."""
    found = next(rule for rule in wan_rules.RULES if isinstance(rule, RequestRule))
    own = replace(found, check=_finds_nothing, passes=(), fails=())
    again = pickle.loads(pickle.dumps(own))  # noqa: S301 - our own bytes
    assert again is not found
    assert (again.id, again.check) == (found.id, _finds_nothing)


def test_a_host_of_somebody_elses_is_copied_as_it_is() -> None:
    """It has the name of one of ours, and other limits."""
    ours = wan_rules.HOSTS["atlas"]
    own = replace(ours, title="Another")
    again = copy.copy(own)
    assert again is not own
    assert (again.title, again.name, again.limits) == ("Another", "atlas", ours.limits)


def _finds_nothing(_draft: object, _limits: object) -> tuple[Finding, ...]:
    return ()
