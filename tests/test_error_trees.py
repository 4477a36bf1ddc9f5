"""Every error that the cores raise on purpose stands in the tree that its root's module draws."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Final

import pytest

import pricing
import wan_rules
from pricing import errors
from wan_rules import payloads

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
