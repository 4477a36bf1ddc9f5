"""Whatever a picture is, the answer is `unknown` with the reason, and the next picture is counted as ever."""

from __future__ import annotations

import io
import random
import socket
import struct
import time
import zlib
from collections.abc import Iterator
from typing import Final

import pytest
from PIL import Image

from tests.subjects_real.pictures import read_picture, write
from wan_rules import UnusableInputError
from wan_rules.shell.detection import detector as detectors
from wan_rules.shell.detection.child import BOOT, IMAGE_BYTES_MAX
from wan_rules.shell.detection.detector import ChildLimits, Detector
from wan_rules.shell.detection.weights import Weights
from wan_rules.shell.subjects import unknown


def png(width: int, height: int, *, data: bytes = b"") -> bytes:
    """A PNG that says it has that size, whatever data it has."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def gif() -> bytes:
    return write(Image.new("RGB", (64, 64)), "GIF")


ASTRONAUT: Final = read_picture("astronaut.png")
HOSTILE: Final = {
    "nothing": (b"", "it is no JPEG, PNG, BMP or WEBP"),
    "junk": (b"\x00" * 1000, "it is no JPEG, PNG, BMP or WEBP"),
    "another-format": (gif(), "it is no JPEG, PNG, BMP or WEBP"),
    "bomb": (png(60_000, 60_000), "its pixels are more than 64,000,000, the most that any host takes"),
    "small-bomb": (png(9_000, 9_000), "9000 x 9000 px are more than 64,000,000"),
    "large-bomb": (png(2**31 - 1, 2**31 - 1), "more than"),
    "thin-bomb": (png(1, 2**31 - 1), "more than"),
    "fewer-pixels-than-it-says": (png(8_000, 8_000), "it can't be decoded"),
    "cut-off": (ASTRONAUT[:5_000], "it can't be decoded"),
    "head-alone": (ASTRONAUT[:20], "it"),
    "too-many-bytes": (bytes(IMAGE_BYTES_MAX + 1), "bytes are more than"),
}


@pytest.mark.parametrize(("data", "said"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_picture_is_unknown(data: bytes, said: str, detector: Detector) -> None:
    began = time.monotonic()
    subjects = detector.count_subjects(data)
    assert (subjects.answer, subjects.seen) == ("unknown", ())
    assert said in subjects.reason
    assert time.monotonic() - began < 5
    assert detector.count_subjects(ASTRONAUT).answer == "one"


def test_a_hostile_picture_is_not_drawn(detector: Detector) -> None:
    with pytest.raises(UnusableInputError, match="the picture: it is no JPEG"):
        detector.annotate(b"junk", unknown("junk"))


def test_the_largest_picture_that_a_host_takes_is_counted(detector: Detector) -> None:
    with Image.open(io.BytesIO(ASTRONAUT)) as image:
        data = write(image.convert("RGBA").resize((8_000, 8_000)), "PNG", compress_level=1)
    assert detector.count_subjects(data).answer == "one"


def test_memory_runs_out_in_the_child_alone(weights: Weights) -> None:
    data = write(Image.new("RGB", (8_000, 8_000)))
    with Detector(weights, limits=ChildLimits(memory_bytes=380 * 1024 * 1024)) as tight:
        subjects = tight.count_subjects(data)
        assert subjects.answer == "unknown"
        assert "memory" in subjects.reason
        assert tight.count_subjects(ASTRONAUT).answer == "one"


def mutated(chance: random.Random) -> Iterator[bytes]:
    """Pictures of each format with a few bytes changed, cut, or repeated."""
    with Image.open(io.BytesIO(ASTRONAUT)) as image:
        small = image.resize((96, 96))
    forms = [write(small, form) for form in ("PNG", "JPEG", "BMP", "WEBP")]
    while True:
        data = bytearray(chance.choice(forms))
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(data))
            data[at : at + chance.choice((1, 1, 1, 4))] = chance.randbytes(chance.choice((0, 1, 1, 4)))
        yield bytes(data)


def test_mutated_pictures_have_an_answer(detector: Detector) -> None:
    pictures = mutated(random.Random(6))  # noqa: S311 - the same ones each time
    answers = {detector.count_subjects(next(pictures)).answer for _ in range(400)}
    assert {"unknown"} < answers


PLANTED: Final = """
import ctypes, os, sys, time
import wan_rules.shell.detection.child as child
libc = ctypes.CDLL(None)
native = libc.socket, libc.connect
seen = child._Looker.answer
def connect(port):
    import struct
    address = struct.pack("<H", 2) + struct.pack(">H", port) + bytes([127, 0, 0, 1]) + bytes(8)
    number = native[0](2, 1, 0)
    return native[1](number, address, len(address))
def planted(self, message):
    match message.body.split():
        case [b"crash"]: os.kill(os.getpid(), 11)
        case [b"hang"]: time.sleep(60)
        case [b"spin"]:
            while True: pass
        case [b"nonsense"]: return child.Message({"seen": [["person", "1e9", 0, 0, 1, 1]], "size_px": [1, 1]})
        case [b"outside"]: return child.Message({"seen": [["person", "0.9", -5, 0, 1, 1]], "size_px": [1, 1]})
        case [b"made-up"]: return child.Message({"seen": [["logo", "0.9", 0, 0, 1, 1]], "size_px": [1, 1]})
        case [b"escape"]: return child.Message({"fault": "\\x1b[2Jgone" + "x" * 1000})
        case [b"connect", port]: return child.Message({"fault": "connected" if connect(int(port)) == 0 else "cut off"})
    return seen(self, message)
child._Looker.answer = planted
"""


@pytest.fixture
def planted(weights: Weights, monkeypatch: pytest.MonkeyPatch) -> Iterator[Detector]:
    """A detector whose child does as a picture tells it, as one would whose decoder was taken over."""
    start = "import json, sys; sys.path[:] = json.loads(sys.argv[1])\n"
    monkeypatch.setattr(detectors, "BOOT", start + PLANTED + BOOT.partition("; ")[2])
    with Detector(weights, limits=ChildLimits(picture_s=60, processor_s=1)) as found:
        yield found


TAKEN_OVER: Final = {
    "crash": "it brought the decoder down (SIGSEGV)",
    "spin": "it took more processor time than is allowed (SIGXCPU)",
    "nonsense": "the process that looked at it answered nonsense",
    "outside": "the process that looked at it answered nonsense",
    "made-up": "the process that looked at it answered nonsense",
    "escape": "?[2Jgone" + "x" * 292,
}


@pytest.mark.parametrize(("body", "said"), TAKEN_OVER.items(), ids=TAKEN_OVER)
def test_a_child_that_is_taken_over(body: str, said: str, planted: Detector) -> None:
    assert planted.count_subjects(body.encode()) == unknown(said)
    assert planted.count_subjects(ASTRONAUT).answer == "one"


def test_a_child_that_hangs(planted: Detector) -> None:
    planted.limits = ChildLimits(picture_s=1)
    assert planted.count_subjects(b"hang") == unknown("it took longer than 1 s")


def test_native_code_has_no_network_where_the_system_says_so(planted: Detector) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        subjects = planted.count_subjects(b"connect %d" % server.getsockname()[1])
    assert subjects.reason == ("cut off" if "network" in planted.held else "connected")


def test_weights_that_are_no_model_are_told() -> None:
    with Detector(Weights(b"junk", "")) as broken, pytest.raises(UnusableInputError, match="the weights can't be used"):
        broken.start()
