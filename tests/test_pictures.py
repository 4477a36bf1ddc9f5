"""Each picture in the documentation is made by a script beside it, and shown by a page: no picture is an orphan."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

DOCS = ROOT / "docs"
PICTURES = sorted(path for path in DOCS.rglob("*") if path.suffix in {".gif", ".jpg", ".jpeg", ".png", ".svg", ".webp"})
SCRIPTS = "\n".join(path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.py")))
SHOTS = set(re.findall(r'Shot\("([\w-]+)"', (DOCS / "page_shots.py").read_text(encoding="utf-8")))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("picture", PICTURES, ids=_name)
def test_a_picture_is_made_by_a_script_and_shown_by_a_page(picture: Path) -> None:
    """`generate.py --check` holds what it draws to the code; the photographs of the page are retaken by hand."""
    assert picture.stem in SHOTS if picture.suffix == ".png" else f'"{picture.name}"' in SCRIPTS
    assert [page for page in DOCS.rglob("*.md") if picture in _shows(page)]


def _shows(page: Path) -> set[Path]:
    links = re.findall(r"!\[[^\]]*\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    return {(page.parent / link).resolve() for link in links}


def test_there_is_a_file_of_each_photograph() -> None:
    assert {f"docs/how-to/img/{name}.png" for name in SHOTS} <= set(map(_name, PICTURES))
