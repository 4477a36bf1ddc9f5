"""Which modules are the core, and the digests by which a change of theirs, or of a test, is seen."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
"""Not taken from tests/conftest.py, which imports what pytest wants to import first."""
_FOLDERS: Final = ("pricing", "pricing/lints", "wan_rules", "wan_rules/hosts", "wan_rules/rules")
_WITH_BODY: Final = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def core_modules() -> list[str]:
    """The paths of the core's modules, those with functions."""
    found = (path for folder in _FOLDERS for path in sorted((ROOT / folder).glob("*.py")))
    return [str(path.relative_to(ROOT)) for path in found if any(_functions(ast.parse(path.read_text("utf-8"))))]


def digest_source(path: str) -> str:
    """Changes with what the module does, and neither with its layout nor with comments and docstrings."""
    return digest(normalise(ast.parse((ROOT / path).read_text("utf-8"))))


def digest_tests(names: Iterable[str]) -> str:
    """Changes when one of the tests, named as `file::function` or `file::Class::function`, changes or is gone.

    Decorators do not count: whoever adds a row of parameters weakens nothing.
    """
    return digest("\n".join(_test_sources(file).get(name, "") for file, _, name in _split(names)))


def _split(names: Iterable[str]) -> list[tuple[str, str, str]]:
    return [name.partition("::") for name in sorted(names)]


@cache
def _test_sources(file: str) -> dict[str, str]:
    path = ROOT / file
    tree = ast.parse(path.read_text("utf-8")) if path.is_file() else ast.Module([], [])
    return {name: normalise(node) for name, node in _named(tree, "")}


def _named(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            child.decorator_list = []
            yield prefix + child.name, child
        elif isinstance(child, ast.ClassDef):
            yield from _named(child, f"{prefix}{child.name}::")


def normalise(tree: ast.AST) -> str:
    """The syntax tree as text, without places and docstrings."""
    for node in ast.walk(tree):
        if isinstance(node, _WITH_BODY):
            node.body = [part for part in node.body if not _is_text(part)] or [ast.Pass()]
    return ast.dump(tree)


def digest(text: str) -> str:
    """Sixteen hexadecimal digits of SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _functions(tree: ast.AST) -> Iterator[ast.AST]:
    return (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
