"""One service for the tests of a module; each makes keys of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.asked import Running


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Running:
    return Running(Path(tmp_path_factory.mktemp("service")))
