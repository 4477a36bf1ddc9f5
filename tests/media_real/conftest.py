"""What the tests on really encoded files share: a folder for them, and a clip that many of them begin with."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.media_real.encoding import BOTH, encode


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where files are made. Without ffmpeg nothing here can be: install it."""
    assert shutil.which("ffmpeg"), "these tests need ffmpeg and ffprobe: apt-get install ffmpeg"
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="session")
def clip(folder: Path) -> Path:
    """Five seconds of H.264 with B-frames at 30 pictures a second, and of AAC; the index is at the end."""
    return encode(folder / "clip.mp4", f"{BOTH} -t 5")
