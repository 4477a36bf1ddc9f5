"""The picture that a movie's sample description (`stsd`) speaks of, and how the movie turns it."""

from __future__ import annotations

from typing import Final, NamedTuple

from wan_rules.shell.found import UnreadableError
from wan_rules.shell.readers.boxes import Box, body_of, box_name, inner_boxes, number
from wan_rules.shell.readers.codecs import BY_DEPTH, OPAQUE, OPAQUE_ENTRIES, VIDEO_CODECS
from wan_rules.shell.readers.reading import Reading
from wan_rules.shell.readers.tracks import UPRIGHT, Matrix

_ENTRY: Final = 78
"""Bytes of a picture's sample description before the boxes in it."""
_WITH_ALPHA: Final = (32, 40)
"""Depths in bits that mean a transparent picture: in colours, and in greys."""
_TURNS: Final[dict[tuple[int, int, int, int], tuple[int, bool]]] = {
    (1, 0, 0, 1): (0, False),
    (0, 1, -1, 0): (90, False),
    (-1, 0, 0, -1): (180, False),
    (0, -1, 1, 0): (270, False),
    (-1, 0, 0, 1): (0, True),
    (0, 1, 1, 0): (90, True),
    (1, 0, 0, -1): (180, True),
    (0, -1, -1, 0): (270, True),
}
"""Degrees clockwise, and whether it is mirrored too, by the signs of a matrix."""


class Picture(NamedTuple):
    """A picture as coded, before it is turned."""

    codec: str
    width_px: int
    height_px: int
    has_alpha: bool | None


def read_picture(reading: Reading, stsd: Box) -> Picture:
    """The picture that the first sample description speaks of. Raises UnreadableError if there is none, or no size."""
    count = number(body_of(reading, stsd, 8), 4)
    if count > 1:
        reading.note(f"it has {count:,} sample descriptions, of which the first counts")
    entry = next(inner_boxes(reading, stsd, skip=8), None)
    if entry is None:
        raise UnreadableError("its picture track has no sample description")
    head = body_of(reading, entry, _ENTRY)
    width, height, depth = number(head, 24, 2), number(head, 26, 2), number(head, 74, 2)
    if not width or not height:
        raise UnreadableError(f"its picture is {width} x {height} pixels")
    kind, has_layers = _read_extensions(reading, entry)
    codec = VIDEO_CODECS.get(kind) or box_name(kind).strip("'")
    return Picture(codec, width, height, None if has_layers else _alpha(kind, codec, depth))


def _alpha(kind: bytes, codec: str, depth: int) -> bool | None:
    if kind in BY_DEPTH:
        return depth in _WITH_ALPHA
    return False if codec in OPAQUE or codec == "hevc" or kind in OPAQUE_ENTRIES else None


def _read_extensions(reading: Reading, entry: Box) -> tuple[bytes, bool]:
    """The entry's kind, behind encryption too, and whether it has a second layer, which may be transparency."""
    kind, has_layers = entry.kind, False
    for box in inner_boxes(reading, entry, skip=_ENTRY):
        if box.kind == b"pasp":
            data = body_of(reading, box, 8)
            if (across := number(data)) != (down := number(data, 4)):
                reading.note(f"its pixels aren't square: {across} to {down}; width and height are those coded")
        elif box.kind == b"lhvC":
            reading.note("its codec has a second layer, which may be transparency or another view")
            has_layers = True
        elif box.kind == b"sinf":
            reading.note("it is encrypted")
            kind = _plain_kind(reading, box) or kind
    return kind, has_layers


def _plain_kind(reading: Reading, sinf: Box) -> bytes | None:
    for box in inner_boxes(reading, sinf):
        if box.kind == b"frma":
            return body_of(reading, box, 4)
    return None


def turn_of(reading: Reading, track: Matrix, movie: Matrix) -> int | None:
    """By how many degrees clockwise the picture is turned to stand upright; `None` if that is no right angle.

    A mirrored picture is noted, and turned after it was mirrored left to right.
    """
    matrix = track if movie == UPRIGHT else _product(track, movie)
    turn = _TURNS.get(tuple((value > 0) - (value < 0) for value in matrix))  # type: ignore[arg-type]
    if turn is None:
        reading.note("its picture is turned by no right angle; width and height are those coded")
        return None
    if turn[1]:
        reading.note("its picture is mirrored")
    return turn[0]


def _product(one: Matrix, two: Matrix) -> Matrix:
    (a, b, c, d), (e, f, g, h) = one, two
    return (a * e + b * g) >> 16, (a * f + b * h) >> 16, (c * e + d * g) >> 16, (c * f + d * h) >> 16
