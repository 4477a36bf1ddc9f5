"""JUnit and SARIF of `cards check` and `cards test`, and the XML of any text at all."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.linting import CHECKS
from pricing.shell.junit import Case, Failure, Suite, write_junit
from pricing.shell.sarif import spell_path
from tests.conftest import ROOT
from tests.sarif import sarif_faults
from tests.shell.runner import AT, CATALOGUE, Json, run

BAD: Final = ROOT / "tests" / "catalogues" / "bad"


def sarif(*arguments: str) -> tuple[int, list[Json]]:
    """The exit code and the results, after the whole log was looked at."""
    done = run("cards", *arguments, "--format", "sarif")
    log = json.loads(done.out)
    assert sarif_faults(log) == []
    return done.code, log["runs"][0]["results"]


def junit(*arguments: str) -> tuple[int, ET.Element]:
    """The exit code and the document; its counts are those of its elements."""
    done = run("cards", *arguments, "--format", "junit")
    root = ET.fromstring(done.out.encode())  # noqa: S314 - we wrote it
    for group in (root, *root):
        cases = list(group.iter("testcase"))
        assert int(group.attrib["tests"]) == len(cases)
        for tag, key in (("failure", "failures"), ("error", "errors")):
            assert int(group.attrib[key]) == sum(case.find(tag) is not None for case in cases)
    return done.code, root


def failing(root: ET.Element) -> list[tuple[str, str]]:
    return [(c.attrib["name"], f.attrib["message"]) for c in root.iter("testcase") for f in (*c.findall("failure"),)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example catalogue with another price of initech's, as seen from the folder above."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(CATALOGUE, tmp_path / "our prices")
    path = tmp_path / "our prices" / "agreements" / "initech-atlas.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"0.16"', '"0.17"'), encoding="utf-8")
    return Path("our prices")


@pytest.mark.parametrize("command", ["check", "test"])
def test_sarif_points_to_the_line_of_what_is_expected(command: str, folder: Path) -> None:
    code, results = sarif(command, str(folder), *(AT if command == "check" else ()))
    (found,) = [one for one in results if not one["suppressions"]]
    assert (code, found["ruleId"], found["level"]) == (1, "CAT501", "error")
    assert found["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "our%20prices/tests.toml"},
        "region": {"startLine": 86},
    }
    assert "total: expected 1.28, got 1.36" in found["message"]["text"]


@pytest.mark.parametrize("name", sorted(folder.name for folder in BAD.iterdir()))
def test_sarif_of_every_finding(name: str) -> None:
    lock = BAD / name / "catalogue.lock"
    asked = ["--min-coverage", "100%"] if name == "untested" else ["--lock", str(lock)] if lock.exists() else []
    code, (found,) = sarif("check", str(BAD / name), *AT, *asked)
    assert code == (1 if found["level"] == "error" else 0)
    place = found["locations"][0]["physicalLocation"]
    assert (ROOT / place["artifactLocation"]["uri"]).is_file()
    assert place["region"]["startLine"] >= 1


def test_sarif_of_what_stands_in_no_file_of_ours(folder: Path) -> None:
    _, found = sarif("check", str(folder), "--at", "2028-01-01")
    stale = [one["locations"][0] for one in found if one["ruleId"] == "CAT401"]
    shipped = [place for place in stale if "physicalLocation" not in place]
    assert len(shipped) == 4
    assert shipped[0]["logicalLocations"][0]["fullyQualifiedName"].startswith("published/")
    assert len(stale) > len(shipped)


@pytest.mark.parametrize("command", ["check", "test"])
def test_what_cannot_be_read_shows_at_its_line_too(command: str, folder: Path) -> None:
    (folder / "tests.toml").write_text('schema_version = "1"\n[[test]]\nname = 1\n', encoding="utf-8")
    code, (found,) = sarif(command, str(folder))
    assert (code, found["ruleId"]) == (2, "CAT001")
    assert found["locations"][0]["physicalLocation"]["region"] == {"startLine": 3}
    code, root = junit(command, str(folder))
    (error,) = root.iter("error")
    assert (code, root.attrib["tests"], root.attrib["errors"]) == (2, "1", "1")
    assert "tests.toml:3" in (error.text or "")


@pytest.mark.parametrize("form", ["junit", "sarif"])
def test_input_that_is_no_catalogue_matter_is_told_as_ever(form: str, folder: Path) -> None:
    done = run("cards", "check", str(folder), "--max-ratio", "0", "--format", form)
    assert (done.code, done.out) == (2, "")


def test_a_path_elsewhere_is_absolute(tmp_path: Path) -> None:
    assert spell_path(Path("/usr/é.toml"), tmp_path) == "file:///usr/%C3%A9.toml"
    assert spell_path(tmp_path / "a" / "b#c.toml", tmp_path) == "a/b%23c.toml"


def test_junit_has_a_case_for_each_check_and_each_test(folder: Path) -> None:
    code, root = junit("check", str(folder), *AT)
    suites = {suite.attrib["name"]: len(suite) for suite in root}
    assert suites == {"checks": len(CHECKS) - 1, "our prices/tests.toml": 13}
    assert (code, failing(root)) == (
        1,
        [("initech has its own price for 1440P-SR", "total: expected 1.28, got 1.36")],
    )
    code, alone = junit("test", str(folder))
    assert (code, failing(alone)) == (1, failing(root))
    assert [suite.attrib["name"] for suite in alone] == ["our prices/tests.toml"]


def test_junit_fails_for_a_warning_only_strictly() -> None:
    code, root = junit("check", str(BAD / "jump"), *AT)
    (note,) = root.iter("system-out")
    assert (code, failing(root)) == (0, [])
    assert "card.toml:28" in (note.text or "")
    code, root = junit("check", str(BAD / "jump"), "--strict", *AT)
    assert (code, [name for name, _ in failing(root)]) == (1, ["CAT302 jump"])
    assert list(root.iter("system-out")) == []


def test_several_failures_are_told_in_one() -> None:
    failures = (Failure("CAT501", "one", "1"), Failure("CAT501", "two", "2"))
    root = ET.fromstring(write_junit([Suite("s", [Case("g", "n", failures=failures)])]))  # noqa: S314 - as above
    (failure,) = root.iter("failure")
    assert (failure.attrib["message"], failure.text) == ("one (and 1 more)", "1\n2")
    assert root.find("testsuite/testcase[@file]") is None


@given(st.text(st.characters(categories=None)))
def test_any_text_is_xml(text: str) -> None:
    """Line ends are the parser's to change, and what XML has no form for is spelt out."""
    fault = Failure("kind", text, text)
    written = write_junit([Suite(text, [Case(text, text, text, 1, (fault,), (fault,), (text,))])])
    (case,) = ET.fromstring(written.encode()).iter("testcase")  # noqa: S314 - as above
    kept = "".join(c if c.isprintable() else "" for c in text)
    shown = case.findtext("failure") or ""
    assert all(c in shown for c in kept)
    if text.isprintable():
        assert (case.attrib["name"] if text else "", shown) == (text, text)
