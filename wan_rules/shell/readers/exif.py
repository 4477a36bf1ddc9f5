"""The orientation that a camera wrote beside a picture (EXIF, tag 0x0112)."""

from __future__ import annotations

import struct
from typing import Final

ENTRIES_MAX: Final = 1_000
_ORIENTATION: Final = 0x0112
_SHORT: Final = 3
_HIGHEST: Final = 8
TURNS: Final[dict[int, tuple[int, bool]]] = {
    1: (0, False),
    2: (0, True),
    3: (180, False),
    4: (180, True),
    5: (270, True),
    6: (90, False),
    7: (90, True),
    8: (270, False),
}
"""Degrees clockwise that set a picture upright, and whether it is mirrored left to right before that."""


def read_orientation(data: bytes) -> int | None:
    """The orientation, 1 to 8, in a TIFF structure, with or without `Exif` before it; `None` if it holds none."""
    data = data.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])
    if order is None or len(data) < 8:  # noqa: PLR2004
        return None
    (at,) = struct.unpack_from(order + "I", data, 4)
    if at + 2 > len(data):
        return None
    (count,) = struct.unpack_from(order + "H", data, at)
    entry = struct.Struct(order + "HHIHH")
    for number in range(min(count, ENTRIES_MAX, (len(data) - at - 2) // entry.size)):
        tag, kind, values, value, _ = entry.unpack_from(data, at + 2 + number * entry.size)
        if tag == _ORIENTATION:
            return value if kind == _SHORT and values == 1 and 1 <= value <= _HIGHEST else None
    return None
