"""Empty environments, and the wheel in them with an extra: from the index, with hard links into uv's cache."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal, TypeAlias

from tests.conftest import ROOT
from tests.release.asked_for import list_requirements

Versions: TypeAlias = Literal["newest", "oldest"]
SECONDS_MAX: Final = 600
UV: Final = (sys.executable, "-m", "uv", "--quiet")


def call(*words: str, cwd: Path = ROOT, **environment: str) -> str:
    """What a command printed. Raises AssertionError with what it said where it does not end with 0."""
    done = subprocess.run(
        words, cwd=cwd, env=clean(**environment), capture_output=True, text=True, timeout=SECONDS_MAX, check=False
    )
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}{done.stderr}"
    return done.stdout


def clean(**more: str) -> dict[str, str]:
    """The environment of a process that is to see no other Python's packages, and works as on somebody's machine."""
    taken = ("CI", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "WAN_RULES_KEY", "WAN_RULES_CATALOGUE_KEY")
    return {key: value for key, value in os.environ.items() if key not in taken} | more


def build_wheel(folder: Path) -> Path:
    """The wheel of the checkout."""
    call(*UV, "build", "--wheel", "--out-dir", str(folder))
    (wheel,) = folder.glob("*.whl")
    return wheel


def make_environment(folder: Path, wheel: Path, extras: Sequence[str], versions: Versions = "newest") -> Path:
    """The folder of programs of a new environment with nothing in it but the wheel and what its extras bring."""
    call(*UV, "venv", "--python", sys.executable, str(folder))
    asked = f"wan-rules[{','.join(extras)}] @ {wheel.as_uri()}"
    # What the wheel asks for is asked for by name too: only of that the oldest are taken.
    named = ["--resolution", "lowest-direct", *list_requirements(extras)] if versions == "oldest" else []
    call(*UV, "pip", "install", "--python", str(folder), asked, *named)
    return folder / "bin"
