"""Every public name is there, lives where the package says, and costs nothing before it is asked for."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import pricing


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
