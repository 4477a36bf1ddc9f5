"""Weights are believed by their digest alone, and a missing extra is named."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

import pytest

from wan_rules import UnusableInputError
from wan_rules.shell.detection.detector import Detector
from wan_rules.shell.detection.weights import DIGEST_VARIABLE, WEIGHTS_VARIABLE, Weights, find_weights, read_weights

DATA: Final = b"weights"
DIGEST: Final = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "yolox.onnx").write_bytes(DATA)
    return tmp_path / "yolox.onnx"


def test_the_stated_digest_is_enough(path: Path) -> None:
    assert read_weights(path, f" {DIGEST.upper()}\n") == Weights(DATA, DIGEST)


def test_the_environment_names_them_where_nobody_else_does(path: Path, tmp_path: Path) -> None:
    named = {WEIGHTS_VARIABLE: str(path), DIGEST_VARIABLE: DIGEST}
    assert find_weights(named).data == DATA
    with pytest.raises(UnusableInputError, match=r"other\.onnx: can't be read: No such file"):
        find_weights(named, tmp_path / "other.onnx")


def test_nothing_named_names_the_page() -> None:
    with pytest.raises(UnusableInputError, match=r"WAN_RULES_SUBJECT_WEIGHTS .*see-subjects"):
        find_weights({})


def test_another_digest_is_refused(path: Path) -> None:
    with pytest.raises(UnusableInputError, match=f"its SHA-256 is {DIGEST}, and {'0' * 64} is expected"):
        read_weights(path, "0" * 64)


def test_an_unknown_digest_is_to_be_stated(path: Path) -> None:
    with pytest.raises(UnusableInputError, match=f"its SHA-256 is {DIGEST}, which is not known here"):
        read_weights(path)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match="can't be read: Is a directory"):
        read_weights(tmp_path)


def test_a_missing_extra_or_unusable_weights_are_told() -> None:
    with Detector(Weights(DATA, DIGEST)) as detector, pytest.raises(UnusableInputError) as caught:
        detector.count_subjects(b"")
    assert "pip install 'wan-rules[subjects]'" in str(caught.value) or "the weights can't be used" in str(caught.value)
