"""Whatever is done to a file, its reader finds what can be used or says why not, and raises nothing else, in time."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz_media import CORPUS, judge, load_corpus, mutate, run
from tests.media.boxes import FTYP, TrackOf, box, elst, entry, moof, moov, movie, mvex, stsd, tfhd, trun
from tests.media.sources import found_in, lengths_of, reason_of

FILES: Final = sorted(CORPUS.iterdir())
GUARD_S: Final = 2.0
"""The promise is a tenth of a second; the guard is wider, since the machine is shared."""


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_a_file_cut_anywhere(path: Path) -> None:
    data = path.read_bytes()
    for end in range(len(data)):
        judge(data[:end], is_sized=end % 8 != 0)


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_the_files_can_be_read(path: Path) -> None:
    data = path.read_bytes()
    if path.suffix == ".m4a":
        assert (reason_of(data) or "").startswith("sound without a picture")
        return
    for is_sized in (True, False):
        assert judge(data, is_sized=is_sized) == "found"
    if found_in(data).kind != "image":
        assert lengths_of(found_in(data))


@given(st.integers(min_value=0))
def test_mutated_files(seed: int) -> None:
    judge(mutate(random.Random(seed), load_corpus()), is_sized=bool(seed & 1))  # noqa: S311


@given(st.sampled_from([path.read_bytes() for path in FILES]), st.data())
def test_any_number_anywhere(whole: bytes, data: st.DataObject) -> None:
    width = data.draw(st.sampled_from([1, 2, 4, 8]))
    at = data.draw(st.integers(0, len(whole) - width))
    number = data.draw(st.integers(0, (1 << 8 * width) - 1))
    judge(whole[:at] + number.to_bytes(width, "big") + whole[at + width :], is_sized=data.draw(st.booleans()))


@given(
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF1234WAVE", b"RIFF1234WEBP", b"ID3", b"BM"]),
    st.binary(),
)
def test_any_bytes(start: bytes, rest: bytes) -> None:
    judge(start + rest, is_sized=True)


def test_the_fuzzer_runs() -> None:
    assert run(0, 300, 60.0).total() == 300


HUNGRY: Final = {
    "boxes in boxes": box(b"moov", *[box(b"trak", box(b"mdia", box(b"minf", box(b"stbl"))))] * 99),
    "many boxes": FTYP + box(b"free") * 60_000,
    "many boxes inside": FTYP + box(b"moov", box(b"free") * 60_000),
    "long tables": movie(*[TrackOf(runs=((1, 512),) * 190_000)] * 3),
    "many long tables": movie(*[TrackOf(runs=tuple((1, number) for number in range(20_000)))] * 99),
    "long edits": movie(TrackOf(edits=elst(*[(1, 0)] * 10_000))),
    "many entries": movie(TrackOf(entries=stsd(*[entry(b"avc1", 8, 8)] * 5_000))),
    "many fragments": FTYP + moov(TrackOf(), more=mvex()) + moof(tfhd(), trun(1)) * 8_000,
    "long fragments": FTYP + moov(TrackOf(), more=mvex()) + moof(tfhd(), trun(99_000, [512] * 99_000)) * 2,
    "many chunks": b"\x89PNG\r\n\x1a\n" + bytes(4) + b"IHDR" + bytes(17) + (bytes(4) + b"tEXt" + bytes(4)) * 9_000,
    "fill bytes": b"\xff\xd8" + b"\xff" * 1_000_000,
    "many frames": b"\xff\xfb\x10\x44".ljust(104, b"\0") * 70_000,
    "almost frames": b"\xff\xfb\x90\x44" * 300_000,
    "lost frames": (b"\xff\xfb\x10\x44".ljust(104, b"\0") * 2 + b"\xff" * 60_000) * 20,
}


@pytest.mark.parametrize("name", HUNGRY)
def test_a_hungry_file_ends_in_time(name: str) -> None:
    began = time.monotonic()
    judge(HUNGRY[name], is_sized=True)
    assert time.monotonic() - began < GUARD_S
