"""What GitHub and those who cite read is as their schemas want it."""

from __future__ import annotations

import sys

import pytest

from tests.conftest import ROOT
from tests.release.environments import call

SCHEMAS = {
    ".github/workflows/ci.yml": "github-workflows",
    ".github/workflows/release.yml": "github-workflows",
    ".github/dependabot.yml": "dependabot",
    "CITATION.cff": "citation-file-format",
}


@pytest.mark.parametrize(("name", "schema"), SCHEMAS.items(), ids=SCHEMAS)
def test_it_is_as_its_schema_wants_it(name: str, schema: str) -> None:
    call(sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", name)


def test_there_is_no_other_workflow() -> None:
    found = {f".github/workflows/{path.name}" for path in (ROOT / ".github" / "workflows").iterdir()}
    assert found == {name for name in SCHEMAS if "/workflows/" in name}
