"""Clips made by a real encoder: who is in them, and clips that are none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest

from tests.subjects_real.pictures import read_picture, side_by_side
from tests.subjects_real.recording import record
from wan_rules import UnusableInputError
from wan_rules.shell.detection.clips import LACKING, ClipLimits, count_in_clip
from wan_rules.shell.detection.detector import Detector

ONE: Final = read_picture("astronaut.png")
TWO: Final = side_by_side("astronaut.png", "camera.png")
NONE: Final = read_picture("brick.png")


@pytest.mark.parametrize(
    ("shown", "answer"),
    [
        pytest.param((ONE, ONE), "one", id="one"),
        pytest.param((ONE, NONE), "one", id="leaves"),
        pytest.param((TWO, TWO), "many", id="two"),
        pytest.param((ONE, TWO, TWO), "many", id="a-second-one-comes"),
        pytest.param((NONE,), "none", id="none"),
    ],
)
def test_a_clip(shown: tuple[bytes, ...], answer: str, tmp_path: Path, detector: Detector) -> None:
    counted = count_in_clip(detector, record(tmp_path, *shown))
    assert counted.subjects.answer == answer, counted.subjects.reason
    assert counted.pictures == (3 * len(shown) + 1) // 2
    assert counted.picture is not None
    assert detector.annotate(counted.picture, counted.subjects).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("name", "options"),
    [
        pytest.param("a.mov", (), id="mov"),
        pytest.param("a.mp4", ("-movflags", "+faststart"), id="index-in-front"),
        pytest.param("a.mp4", ("-movflags", "+frag_keyframe+empty_moov"), id="fragmented"),
        pytest.param("a.mp4", ("-c:v", "libx265", "-x265-params", "log-level=none"), id="h265"),
        pytest.param("a.mp4", ("-metadata:s:v:0", "rotate=90"), id="turned"),
    ],
)
def test_every_form_of_clip(name: str, options: tuple[str, ...], tmp_path: Path, detector: Detector) -> None:
    counted = count_in_clip(detector, record(tmp_path, TWO, name=name, options=options))
    assert counted.pictures == 2
    assert (
        counted.subjects.answer in {"many", "unknown"} if "rotate=90" in options else counted.subjects.answer == "many"
    )


def test_no_more_pictures_are_taken_than_asked(tmp_path: Path, detector: Detector) -> None:
    assert count_in_clip(detector, record(tmp_path, ONE, ONE, ONE), ClipLimits(pictures=2)).pictures == 2


def test_what_is_no_clip_is_unknown(tmp_path: Path, detector: Detector) -> None:
    whole = record(tmp_path, ONE).read_bytes()
    lists = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"
    for data in (
        b"",
        os.urandom(5_000),
        whole[: len(whole) // 2],
        whole[:200],
        lists,
        b"ffconcat version 1.0\nfile x\n",
    ):
        (tmp_path / "broken.mp4").write_bytes(data)
        counted = count_in_clip(detector, tmp_path / "broken.mp4")
        assert counted.subjects.answer == "unknown"
        assert "ffmpeg" in counted.subjects.reason


def test_a_clip_that_takes_too_long_is_unknown(tmp_path: Path, detector: Detector) -> None:
    counted = count_in_clip(detector, record(tmp_path, ONE), ClipLimits(clip_s=0.05))
    assert counted.subjects.reason == "it took longer than 0.05 s"


def test_without_ffmpeg_the_remedy_is_named(
    tmp_path: Path, detector: Detector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert count_in_clip(detector, tmp_path / "clip.mp4").subjects.reason == LACKING


def test_a_clip_that_is_not_there_is_told(tmp_path: Path, detector: Detector) -> None:
    with pytest.raises(UnusableInputError, match="can't be read: No such file"):
        count_in_clip(detector, tmp_path / "clip.mp4")
