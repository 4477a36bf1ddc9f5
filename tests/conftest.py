"""What every test may ask for, and how hard Hypothesis looks."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.skips import pytest_sessionfinish  # noqa: F401 - a hook, which pytest finds here

ROOT = Path(__file__).resolve().parent.parent
# Beside the interpreter that runs the tests, which need not be on the PATH.
TOMBI = str(Path(sys.executable).with_name("tombi"))

EVERYDAY = 50
"""Examples of a law in the plain run, which has five minutes; `just long` takes twenty times as many."""

# No deadline: on a shared machine it measures the neighbours. In CI Hypothesis picks its own profile, which repeats.
settings.register_profile("everyday", deadline=None, max_examples=EVERYDAY)
settings.register_profile("ci", settings.get_profile("ci"), max_examples=EVERYDAY)
settings.register_profile("long", deadline=None, max_examples=1_000)
# With other versions than the locked ones, `.ci/bounds`: what differs there is an interface, which one example meets.
settings.register_profile("few", deadline=None, derandomize=True, max_examples=10)
# For verdicts on mutants, which have to repeat and to come soon: `just mutation`.
settings.register_profile(
    "mutation",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=25,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
if "MUTATION" in os.environ:
    settings.load_profile("mutation")
elif "CI" not in os.environ:
    settings.load_profile("everyday")


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: no search for garbage goes through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def beside_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new working folder with a copy of `examples/` in it: nothing that a page writes lands among ours."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The clock of the machine is nine hours ahead of UTC."""
    if not hasattr(time, "tzset"):
        pytest.skip("the zone of this machine can't be set for one process")
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()
