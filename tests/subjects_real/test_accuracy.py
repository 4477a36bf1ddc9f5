"""What the detector makes of real pictures is what the page says of it, right or wrong."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from PIL import Image

from tests.conftest import ROOT
from tests.subjects_real.pictures import MADE, PACKAGES, PICTURES, Made, Picture, read_picture, side_by_side, write
from tests.subjects_real.recording import record
from wan_rules.shell.detection.detector import Detector
from wan_rules.shell.detection.weights import DIGEST_VARIABLE, WEIGHTS_VARIABLE, Weights
from wan_rules.shell.subjects import Box

PAGE: Final = (ROOT / "docs" / "how-to" / "see-subjects.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture(picture: Picture, detector: Detector) -> None:
    subjects = detector.count_subjects(read_picture(picture.name))
    assert subjects.answer == picture.answer, subjects.reason


@pytest.mark.parametrize("made", MADE, ids=lambda made: "+".join(made.parts))
def test_several_in_one(made: Made, detector: Detector) -> None:
    subjects = detector.count_subjects(side_by_side(*made.parts))
    assert subjects.answer == made.answer, subjects.reason


def test_the_page_says_so() -> None:
    for name, shows, what, answer, saw in PICTURES:
        assert f"| `{name}` | {PACKAGES[name]} | {what} | {shows} | {answer} | {saw} |" in PAGE
    for parts, answer, saw in MADE:
        assert f"| {' + '.join(f'`{part}`' for part in parts)} | {answer} | {saw} |" in PAGE


def test_the_page_adds_up() -> None:
    right = sum(picture.answer == picture.shows for picture in PICTURES)
    open_ = sum(picture.answer == "unknown" for picture in PICTURES)
    wrong = [picture.name for picture in PICTURES if picture.answer not in (picture.shows, "unknown")]
    assert f"Of these {len(PICTURES)}, {right} answers are right, {open_} are `unknown`, {len(wrong)} are wrong" in PAGE
    assert f"{sum(made.answer == 'many' for made in MADE)} of the {len(MADE)} are found" in PAGE


def test_a_box_lies_where_the_subject_is(detector: Detector) -> None:
    (left, right) = sorted(one.box for one in detector.count_subjects(side_by_side("astronaut.png", "camera.png")).seen)
    assert right.left_px < 960
    assert (left.left_px < 40, left.right_px < 480, right.left_px > 460) == (True, True, True)
    assert {left.bottom_px > 450, right.bottom_px > 450, right.bottom_px <= 480} == {True}


@pytest.mark.parametrize(
    ("form", "options"),
    [
        pytest.param("JPEG", {"quality": 85}, id="jpeg"),
        pytest.param("BMP", {}, id="bmp"),
        pytest.param("WEBP", {"quality": 80}, id="webp"),
    ],
)
def test_every_format_that_hosts_take(form: str, options: dict[str, object], detector: Detector) -> None:
    with Image.open(io.BytesIO(read_picture("astronaut.png"))) as image:
        subjects = detector.count_subjects(write(image, form, **options))
    assert [one.kind for one in subjects.seen] == ["person"]


@pytest.mark.parametrize(("orientation", "turn"), [(3, 180), (6, 90), (8, 270)])
def test_a_turned_photograph_is_seen_upright(orientation: int, turn: int, detector: Detector) -> None:
    """A camera stores a turned picture and says how to turn it back; boxes are those of the upright one."""
    with Image.open(io.BytesIO(read_picture("grace_hopper.jpg"))) as image:
        (expected,) = detector.count_subjects(write(image)).seen
        exif = Image.Exif()
        exif[0x0112] = orientation
        (turned,) = detector.count_subjects(write(image.rotate(turn, expand=True), "PNG", exif=exif)).seen
    assert turned.kind == "person"
    assert max(abs(a - b) for a, b in zip(turned.box, expected.box, strict=True)) <= 8


def test_a_large_picture_has_boxes_in_its_own_pixels(detector: Detector) -> None:
    with Image.open(io.BytesIO(read_picture("astronaut.png"))) as image:
        (small,) = detector.count_subjects(write(image)).seen
        (large,) = detector.count_subjects(write(image.resize((4096, 4096)), "JPEG")).seen
    assert max(abs(a - 8 * b) for a, b in zip(large.box, small.box, strict=True)) <= 100


def test_transparency_is_no_subject(detector: Detector) -> None:
    with Image.open(io.BytesIO(read_picture("astronaut.png"))) as image:
        hidden = image.convert("RGBA")
    hidden.putalpha(0)
    assert detector.count_subjects(write(hidden)).answer == "none"


def test_boxes_are_drawn_where_they_are(detector: Detector) -> None:
    data = side_by_side("astronaut.png", "camera.png")
    subjects = detector.count_subjects(data)
    with Image.open(io.BytesIO(detector.annotate(data, subjects))) as drawn, Image.open(io.BytesIO(data)) as plain:
        assert (drawn.format, drawn.size) == ("PNG", plain.size)
        for one, colour in zip(subjects.seen, ((230, 25, 75), (60, 180, 75)), strict=True):
            middle = (one.box.left_px + one.box.right_px) // 2
            assert drawn.getpixel((middle, min(one.box.bottom_px, drawn.height) - 1)) == colour


def test_a_very_large_picture_is_drawn_smaller(detector: Detector) -> None:
    with Image.open(io.BytesIO(read_picture("astronaut.png"))) as image:
        data = write(image.resize((4096, 2048)), "JPEG")
    with Image.open(io.BytesIO(detector.annotate(data, detector.count_subjects(data)))) as drawn:
        assert drawn.size == (2048, 1024)


def test_what_is_seen_has_a_confidence_that_facts_take(detector: Detector) -> None:
    (one,) = detector.count_subjects(read_picture("astronaut.png")).seen
    assert Decimal("0.9") < one.confidence <= 1
    assert isinstance(one.box, Box)


def test_the_page_s_python_runs(
    weights: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(WEIGHTS_VARIABLE, "yolox_nano.onnx")
    monkeypatch.setenv(DIGEST_VARIABLE, weights.sha256)
    Path("yolox_nano.onnx").write_bytes(weights.data)
    Path("photo.png").write_bytes(read_picture("astronaut.png"))
    record(tmp_path, read_picture("astronaut.png"))
    (script,) = re.findall(r"```py\n(.*?)```", PAGE, re.DOTALL)
    exec(script, {})  # noqa: S102 - what the page shows
    assert re.fullmatch(
        r"one one subject: person \(0\.9..\)\none subject: .*; so in 2 of 2 pictures\n", capsys.readouterr().out
    )
    assert Path("boxes.png").read_bytes().startswith(b"\x89PNG")
