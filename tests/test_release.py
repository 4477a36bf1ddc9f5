"""What a release rests on and what GitHub is told: complete, as their schemas want it, and in agreement."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import tomli
import yaml  # type: ignore[import-untyped]  # it has no types

from pricing.version import __version__
from tests.conftest import ROOT
from tests.release.asked_for import EXTRAS, OURS
from tests.release.smoke import SMOKE
from tests.release.surroundings import SURROUNDINGS

WORKFLOWS: Final = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
LOCKED_ONLY: Final = (
    *("docs_site", "engines", "guard_real", "media_real", "service", "subjects_real"),  # they start real parts
    *("pages", "release"),  # what is shown and built is of the locked versions
)
"""The folders of tests that meet the versions of uv.lock alone."""
_is_major = re.compile(r"[\w-]+/[\w-]+@(v\d+|release/v\d+)").fullmatch


def read(path: Path) -> Any:  # noqa: ANN401 - what YAML holds
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def list_steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in read(path)["jobs"].values():
        yield from job.get("steps", ())


def test_each_extra_of_users_has_a_job_that_proves_it() -> None:
    assert [extra for extra in EXTRAS if extra not in {*SMOKE, *OURS}] == []
    assert [extra for extra in SMOKE if extra not in EXTRAS] == []
    assert {job.around for job in SMOKE.values()} == set(SURROUNDINGS)


def test_ours_are_tried_elsewhere() -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "pip install -q -e '.[dev]' && .venv/bin/python -m pytest" in ci
    assert "uv sync --frozen --group bench\n" in (ROOT / "justfile").read_text(encoding="utf-8")


def list_recipes() -> dict[str, tuple[list[str], str]]:
    """Of each recipe those that it begins with, and what it runs."""
    text = (ROOT / "justfile").read_text(encoding="utf-8")
    found = re.findall(r"^([\w-]+)[^:=\n]*:((?: [\w-]+)*)\n((?:    .*\n)*)", text, re.MULTILINE)
    return {name: (first.split(), body) for name, first, body in found}


def list_called() -> Iterator[str]:
    """The recipes that `.ci/run` calls, each with those that it begins with."""
    recipes = list_recipes()
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    asked = [word for line in lines for words in re.findall(r"bin/just((?: [\w-]+)+)", line) for word in words.split()]
    waiting = [word for word in asked if word in recipes]
    while waiting:
        name = waiting.pop()
        yield name
        waiting += recipes[name][0]


def list_left_out() -> list[str]:
    """The folders of tests that plain `pytest` does not run."""
    options = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]
    return [name for name in options["norecursedirs"] if not name.startswith(".")]


def test_what_plain_tests_leave_out_ci_runs() -> None:
    recipes = list_recipes()
    run = "\n".join([(ROOT / ".ci" / "run").read_text(encoding="utf-8"), *(recipes[name][1] for name in list_called())])
    assert {"bulk", "pages", "service"} <= set(list_left_out())
    assert [name for name in list_left_out() if not re.search(rf"pytest .*\btests/{name}\b", run)] == []


def test_what_plain_tests_leave_out_meets_other_versions_too() -> None:
    (apart,) = re.findall(r"^apart=\(([^)]*)\)", (ROOT / ".ci" / "bounds").read_text(encoding="utf-8"), re.MULTILINE)
    assert apart.split() == [f"tests/{name}" for name in list_left_out() if name not in LOCKED_ONLY]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
class TestWorkflows:
    """Each workflow."""

    def test_it_may_read_and_nothing_more_unless_a_job_says_so(self, path: Path) -> None:
        assert read(path)["permissions"] == {"contents": "read"}

    def test_what_it_runs_is_here(self, path: Path) -> None:
        words = [word for step in list_steps(path) for word in re.findall(r"(?<!\S)\.ci/\w+", step.get("run", ""))]
        assert all(os.access(ROOT / word, os.X_OK) for word in words)
        recipes = re.findall(r"^(\w+)[^:\n]*:$", (ROOT / "justfile").read_text(encoding="utf-8"), re.MULTILINE)
        asked = [name for step in list_steps(path) for name in re.findall(r"bin/just (\w+)", step.get("run", ""))]
        assert set(asked) <= set(recipes)
        assert words or asked

    def test_its_actions_are_named_by_a_version(self, path: Path) -> None:
        used = [step["uses"] for step in list_steps(path) if "uses" in step]
        assert [name for name in used if not _is_major(name)] == []


def test_ci_at_github_skips_nothing() -> None:
    (run,) = (step for step in list_steps(ROOT / ".github" / "workflows" / "ci.yml") if "run" in step)
    asked = set(re.findall(r"CI_REQUIRE_\w+", (ROOT / ".ci" / "run").read_text(encoding="utf-8")))
    assert run["env"] == dict.fromkeys(asked, "1")
    assert run["run"].endswith(" .ci/run")


def test_whoever_cites_cites_this_version() -> None:
    assert read(ROOT / "CITATION.cff")["version"] == __version__
