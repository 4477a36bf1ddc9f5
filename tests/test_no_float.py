"""The core is exact: its syntax trees hold no float, nothing that makes one, and no rounding but the project's own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import ROOT

CORE: Final = sorted(
    path for package in ("wan_rules", "pricing") for path in (ROOT / package).rglob("*.py") if "shell" not in path.parts
)
FORBIDDEN: Final = frozenset({"float", "round"})


def inexact(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Each line that may lose a digit, and why."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=float() | complex() as value):
                yield node.lineno, f"a float: {value!r}"
            case ast.Call(func=ast.Name(id=name)) if name in FORBIDDEN:
                yield node.lineno, f"a call of {name}()"
            case ast.Call(func=ast.Attribute(attr="from_float")):
                yield node.lineno, "Decimal.from_float()"
            case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
                yield node.lineno, "a division"
            case ast.Import(names=names) if any(alias.name in ("math", "statistics") for alias in names):
                yield node.lineno, "a module of floats"
            case ast.ImportFrom(module="math" | "statistics"):
                yield node.lineno, "a module of floats"
            case _:
                pass


def test_the_core_is_found() -> None:
    assert {"money.py", "formulas.py", "charges.py", "validation.py"} <= {path.name for path in CORE}


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_core_has_no_float(path: Path) -> None:
    assert list(inexact(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("x = 0.1", id="literal"),
        pytest.param("x = float(y)", id="call"),
        pytest.param("x = round(y, 2)", id="round"),
        pytest.param("x = Decimal(0.1)", id="decimal-of-float"),
        pytest.param("x = Decimal.from_float(y)", id="from-float"),
        pytest.param("x = a / b", id="division"),
        pytest.param("from math import floor", id="math"),
    ],
)
def test_what_loses_digits_is_found(line: str) -> None:
    assert len(list(inexact(ast.parse(line)))) == 1
