"""Editors read the schema that a file names: tombi, the tool itself, says so of every file that we ship or show."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import ROOT, TOMBI

PUBLISHED: Final = ROOT / "pricing" / "published"
EXAMPLE: Final = ROOT / "examples" / "catalogue"
FILES: Final = sorted([*PUBLISHED.glob("*.toml"), *EXAMPLE.rglob("*.toml")])


def tombi(*arguments: str, within: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [TOMBI, *arguments, "--offline"]
    return subprocess.run(command, cwd=within, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_file_names_a_schema_that_is_there(path: Path) -> None:
    named = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("#:schema ")
    assert (path.parent / named).resolve().is_file()


def test_what_we_ship_and_show_is_in_order() -> None:
    files = [str(path) for path in FILES]
    assert tombi("lint", "--error-on-warnings", *files).returncode == 0
    assert tombi("format", "--check", *files).returncode == 0


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        pytest.param("atlas.toml", 'price = "0.10"', "price = 0.10", "String", id="a-bare-price"),
        pytest.param("atlas.toml", 'price = "0.10"', 'price = "1e3"', "pattern", id="an-exponent"),
        pytest.param("atlas.toml", "resolution =", "resolutoin =", "resolutoin", id="a-misspelt-key"),
        pytest.param("atlas.toml", '"1080P-SR"', '"1080P-XR"', "1080P", id="no-such-tier"),
        pytest.param("catalogue.toml", "name =", "nmae =", "nmae", id="in-the-head"),
    ],
)
def test_what_breaks_the_schema_is_seen(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    shutil.copytree(PUBLISHED, tmp_path / "cards")
    path = tmp_path / "cards" / file
    text = path.read_text(encoding="utf-8")
    assert tombi("lint", str(path), within=tmp_path).returncode == 0
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    done = tombi("lint", str(path), within=tmp_path)
    assert done.returncode == 1
    assert said in done.stderr


def test_an_agreement_is_checked_too(tmp_path: Path) -> None:
    schema = ROOT / "docs" / "reference" / "schemas" / "agreement.json"
    text = (EXAMPLE / "agreements" / "acme-atlas.toml").read_text(encoding="utf-8").split("\n", 1)[1]
    path = tmp_path / "acme.toml"
    for changed, code in ((text, 0), (text.replace("percent", "per_cent", 1), 1)):
        assert changed is text or changed != text
        path.write_text(f"#:schema {schema}\n{changed}", encoding="utf-8")
        assert tombi("lint", str(path), within=tmp_path).returncode == code
