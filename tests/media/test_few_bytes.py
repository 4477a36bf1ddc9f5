"""Header first: a large file costs few requests and few bytes, wherever its index stands and however long that is."""

from __future__ import annotations

import struct
from typing import Final

import pytest

from tests.media.boxes import FTYP, SOUND, TrackOf, elst, moov
from tests.media.sources import Sparse, lengths_of
from wan_rules.shell.found import UnreadableError
from wan_rules.shell.readers import read_header
from wan_rules.shell.readers.reading import READ_MAX, Reading

SIZE: Final = 45_000_000
LENGTHS: Final = {"movie": "5", "track": "5", "edit": "5", "samples": "5"}


def index(padding: int, tracks: int = 1) -> bytes:
    """An index with a picture and tracks of sound, in each of which `padding` bytes say where samples are."""
    picture = TrackOf(edits=elst((5000, 0)), padding=padding)
    return moov(picture, *(SOUND._replace(number=2 + more, padding=padding) for more in range(tracks)))


PADDINGS: Final = (0, 700, 7_000, 14_000, 23_000, 40_000, 160_000, 400_000)


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("shift", [0, 5_000, 15_900, 16_200])
def test_the_index_at_the_front(padding: int, shift: int) -> None:
    """Three requests and 64 KB at most. `shift` bytes of other things before the index move it over the blocks."""
    free = struct.pack(">I4s", 8 + shift, b"free")
    before = FTYP + free + bytes(shift)
    front = index(padding)
    media = struct.pack(">I4s", SIZE - len(before) - len(front), b"mdat")
    source = Sparse(SIZE, (0, before + front + media))
    assert lengths_of(read_header(source)) == LENGTHS
    assert source.requests <= 3
    assert source.bytes_sent <= 64 * 1024


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("shift", [0, 5_000, 8_000, 15_000])
@pytest.mark.parametrize("tracks", [1, 5])
def test_the_index_at_the_end(padding: int, shift: int, tracks: int) -> None:
    """The same. The end of the index ends the file, so that nothing after the picture's track matters."""
    end = index(padding, tracks)
    place = SIZE - shift - len(end)
    media = struct.pack(">I4s", place - len(FTYP), b"mdat")
    source = Sparse(place + len(end), (0, FTYP + media), (place, end))
    assert lengths_of(read_header(source)) == LENGTHS
    assert source.requests <= 3
    assert source.bytes_sent <= 64 * 1024


def test_a_file_of_unknown_size_costs_no_more() -> None:
    front = FTYP + index(7_000)
    source = Sparse(SIZE, (0, front + struct.pack(">I4s", SIZE - len(front), b"mdat")))
    source.size = None
    assert lengths_of(read_header(source)) == LENGTHS
    assert source.requests <= 3


def test_a_reading_ends_at_its_budget() -> None:
    source = Sparse(1 << 40)
    reading = Reading(source)
    for at in range(0, READ_MAX, 1 << 14):
        reading.read(at, 1)
    with pytest.raises(UnreadableError, match="33,554,432 bytes of it would have to be read"):
        reading.read(READ_MAX, 1)
    assert source.bytes_sent <= READ_MAX


def test_a_reading_keeps_blocks_that_it_still_needs() -> None:
    data = b"".join(struct.pack(">I", number) for number in range(1 << 21))
    source = Sparse(len(data), (0, data))
    reading = Reading(source)
    for at in (0, 1 << 20, 3 << 20, 100, (1 << 22) - 5, 5):
        assert reading.read(at, 2 << 20) == data[at : at + (2 << 20)]


def test_a_place_past_every_file_is_not_asked_for() -> None:
    source = Sparse(100)
    source.size = None
    reading = Reading(source)
    assert reading.read(1 << 50, 16) == b""
    assert source.requests == 0


def test_what_the_source_says_passes_through() -> None:
    class Broken:
        size = 100

        def read(self, at: int, count: int) -> bytes:
            raise UnreadableError(f"no answer for {count} bytes at {at}")

    with pytest.raises(UnreadableError, match="no answer for 100 bytes at 0"):
        read_header(Broken())
