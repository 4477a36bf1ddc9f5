"""The pages do not lie: what they show is run, in the order of each page, and has to end and print as it says."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests import docs_runner
from tests.conftest import ROOT

PAGES: Final = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", [page for page in PAGES if list(docs_runner.parse(page))], ids=_name)
@pytest.mark.usefixtures("beside_examples")
def test_what_a_page_shows_is_what_happens(page: Path) -> None:
    docs_runner.run(page)
