"""The page on threats: each line of its tables names tests, and each of them is there and is run."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import ROOT

PAGE: Final = ROOT / "docs" / "explanation" / "threats.md"
NAMED: Final = re.compile(r"`(tests/[\w/]+\.py)((?:::\w+)+)`")
ROWS: Final = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
THREATS: Final = [row for row in ROWS if not row.startswith("| What is tried")]


def has(tree: ast.AST, names: list[str]) -> bool:
    """Whether a function stands there, in the class that is named before it."""
    first, *rest = names
    kinds = (ast.ClassDef,) if rest else (ast.FunctionDef, ast.AsyncFunctionDef)
    found = [node for node in ast.iter_child_nodes(tree) if isinstance(node, kinds) and node.name == first]
    return bool(found) and (not rest or has(found[0], rest))


def test_there_are_threats() -> None:
    assert len(THREATS) > 30


@pytest.mark.parametrize("row", THREATS, ids=lambda row: row.split("|")[1].strip()[:48])
def test_each_is_answered_by_tests_that_are_there(row: str) -> None:
    named = NAMED.findall(row.split("|")[3])
    assert named
    for file, path in named:
        tree = ast.parse(Path(ROOT, file).read_text(encoding="utf-8"))
        assert has(tree, path.removeprefix("::").split("::")), f"{file}{path}"
