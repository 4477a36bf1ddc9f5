"""Every public name is there, lives where the package says, and costs nothing before it is asked for."""

from __future__ import annotations

import ast
import inspect
import re
import runpy
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest

import pricing
from tests.conftest import ROOT


@pytest.mark.parametrize("package", ["wan_rules", "pricing"])
def test_every_public_name_is_there(package: str) -> None:
    module = import_module(package)
    assert sorted(module.__all__) == list(dict.fromkeys(sorted(module.__all__)))
    for name in module.__all__:
        assert getattr(module, name) is not None
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = module.no_such_name


def test_types_and_run_time_agree_on_where_names_live() -> None:
    tree = ast.parse(Path(str(pricing.__file__)).read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    typed = {
        alias.name: node.module for node in imports for alias in node.names if str(node.module).startswith("pricing.")
    }
    assert typed == pricing._HOMES
    assert set(typed) == set(pricing.__all__)
    assert dir(pricing) == sorted(pricing.__all__)


def test_the_command_line_imports_nothing_heavy_for_its_help() -> None:
    heavy = "{'pydantic', 'pydantic_core', 'tomli', 'rich', 'json', 'decimal'}"
    code = f"import sys; import pricing.shell.cli; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pydantic" not in done.stdout
    assert "tomli" not in done.stdout


IMPORT: Final = re.compile(r"^(?:>>> )?from ((?:pricing|wan_rules)[\w.]*) import (\([^)]*\)|[^\n(]+)", re.MULTILINE)
PAGES: Final = (
    ROOT / "README.md",
    *(
        page
        for folder in ("tutorial", "how-to", "explanation")
        for page in sorted((ROOT / "docs" / folder).glob("*.md"))
    ),
    *(file for file in sorted((ROOT / "examples").rglob("*.py")) if "finance" not in file.parts),  # made from within
)


def list_public() -> set[tuple[str, str]]:
    """Every public name with its module, as the page of the Python API lists them."""
    told = runpy.run_path(str(ROOT / "docs" / "public_names.py"))
    modules = {"wan_rules": told["ALL"], "pricing": told["ALL"], **told["SHELLS"], **told["PLUGINS"]}
    found = set()
    for module, names in modules.items():
        home = import_module(module)
        found |= {(module, name) for name in (home.__all__ if names == told["ALL"] else names)}
    return found


def test_public_names_are_there_and_documented() -> None:
    for module, name in list_public():
        found = getattr(import_module(module), name)
        if isinstance(found, type) or inspect.isfunction(found):
            assert found.__doc__, f"{module}.{name}"


def test_every_name_that_pages_and_examples_import_is_public() -> None:
    public = list_public()
    shown = {
        (match[1], name.strip().partition(" as ")[0])
        for page in PAGES
        for match in IMPORT.finditer(page.read_text(encoding="utf-8"))
        for name in match[2].strip("()").split("#")[0].split(",")
        if name.strip()
    }
    assert len(shown) > 30
    assert sorted(shown - public) == []
