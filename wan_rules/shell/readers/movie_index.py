"""The index of a movie (`moov`): its clock, its tracks, what it says of fragments, and the fragments that follow."""

from __future__ import annotations

from fractions import Fraction
from typing import Final, NamedTuple

from wan_rules.shell.found import UnreadableError
from wan_rules.shell.readers.boxes import Box, body_of, inner_boxes
from wan_rules.shell.readers.fragments import Promise, read_promise
from wan_rules.shell.readers.lengths import over
from wan_rules.shell.readers.reading import Reading
from wan_rules.shell.readers.tracks import PICTURE, UPRIGHT, Clock, Matrix, Track, read_clock, read_matrix, read_track

TRACKS_MAX: Final = 100
_WORTH_A_LOOK: Final = 512
"""Bytes of a track that are looked at anyway if they are there: its headers."""


class Movie(NamedTuple):
    """What a `moov` box holds, tracks in its order; `promise` is `None` where it speaks of no fragments.

    `end` is where the box ends. Not every track is there: what no longer matters isn't read.
    """

    clock: Clock
    matrix: Matrix
    tracks: tuple[Track, ...]
    promise: Promise | None
    end: int


class _Parts:
    """What was found of a movie so far: boxes come in any order."""

    def __init__(self) -> None:
        self.clock = Clock(0, 0)
        self.matrix = UPRIGHT
        self.tracks: list[Track] = []
        self.promise: Promise | None = None


def read_index(reading: Reading, moov: Box) -> Movie:
    """What the index holds. Raises UnreadableError where it is damaged, compressed or has too many tracks.

    Once the picture is found, the rest is read where it is at hand, where fragments may follow, and where the movie
    claims to last longer than its picture.
    """
    if reading.size is not None and not moov.is_open and moov.end > reading.size:
        raise UnreadableError(f"the file ends inside its index ('moov'), at byte {reading.size:,}: it is cut short")
    parts = _Parts()
    for box in inner_boxes(reading, moov):
        _read_part(reading, box, parts)
        if _is_enough(reading, moov, parts) and not reading.has(box.end, _WORTH_A_LOOK):
            break
    return Movie(parts.clock, parts.matrix, tuple(parts.tracks), parts.promise, moov.end)


def _read_part(reading: Reading, box: Box, parts: _Parts) -> None:
    if box.kind == b"mvhd":
        parts.clock, read = read_clock(reading, box)
        parts.matrix = read_matrix(body_of(reading, box, read + 52)[read + 16 :])
    elif box.kind == b"trak":
        if len(parts.tracks) == TRACKS_MAX:
            raise UnreadableError(f"it has more than {TRACKS_MAX} tracks")
        if track := read_track(reading, box):
            parts.tracks.append(track)
    elif box.kind == b"mvex":
        parts.promise = read_promise(reading, box)
    elif box.kind == b"cmov":
        raise UnreadableError("its index is compressed ('cmov'), which isn't read: save it anew")


def _is_enough(reading: Reading, moov: Box, parts: _Parts) -> bool:
    """Whether nothing that follows in the index can matter: the picture is there, and nothing lasts longer."""
    track = next((track for track in parts.tracks if track.handler == PICTURE), None)
    if track is None or reading.size is None or moov.end < reading.size:
        return False
    movie, shown = parts.clock.seconds, over(track.header.ticks, parts.clock.per_second)
    return movie is None or (shown is not None and movie - shown <= Fraction(1, 10))
