"""In CI a test that skips fails the run: what it needs should have been there. Elsewhere its reason is shown."""

from __future__ import annotations

import os
from typing import Final

import pytest

ADMITTED: Final = (
    "root may read every file",  # CI may be root
    "the file system takes names in UTF-8 only",
    "mutants are made where the group `attack` is installed",  # a step of their own, which has it
)
"""Reasons that are none of a missing part."""


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run that passed, and skipped what is not admitted, has failed where `.ci/run` set `NO_SKIPS`."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not os.environ.get("NO_SKIPS"):
        return
    reasons = [report.longrepr[2] for report in reporter.stats.get("skipped", ())]
    if any(reason.removeprefix("Skipped: ") not in ADMITTED for reason in reasons):
        reporter.write_line("NO_SKIPS is set: a test was skipped that should run", red=True)
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED
