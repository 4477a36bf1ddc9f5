"""WEBP pictures: size, orientation and transparency from their chunks; nothing is decoded."""

from __future__ import annotations

from typing import Final, NamedTuple

from wan_rules.shell.found import Found, UnreadableError
from wan_rules.shell.readers.exif import read_orientation
from wan_rules.shell.readers.pictures import EXIF_MAX, Seen, found_picture
from wan_rules.shell.readers.reading import Reading
from wan_rules.shell.readers.wav import Chunk, riff_chunks

_CHUNKS_MAX: Final = 1_000
_LOSSY_START: Final = b"\x9d\x01\x2a"
_LOSSLESS: Final = 0x2F
_SIDE: Final = 0x3FFF
_ANIMATED: Final = 0x02
_HAS_EXIF: Final = 0x08
_HAS_ALPHA: Final = 0x10


class _Flags(NamedTuple):
    """What the extended header (`VP8X`) says: the canvas, and what else there is."""

    width: int
    height: int
    flags: int


def read_webp(reading: Reading) -> Found:
    """What the first chunks say, and the last ones where they hold an orientation."""
    first = next(riff_chunks(reading), None)
    match first.name if first else b"":
        case b"VP8 " | b"VP8L" if first:
            return found_picture(reading, "webp", _read_still(reading, first))
        case b"VP8X" if first:
            return _read_extended(reading, first)
        case _:
            raise UnreadableError("a WEBP that begins with no picture: damaged or cut short")


def _read_still(reading: Reading, chunk: Chunk) -> Seen:
    if chunk.name == b"VP8 ":
        head = reading.need(chunk.body, 10, "a WEBP's picture")
        if head[3:6] != _LOSSY_START:
            raise UnreadableError("a WEBP whose picture begins as none does: damaged")
        width, height = (int.from_bytes(head[at : at + 2], "little") & _SIDE for at in (6, 8))
        return Seen(width, height, None, has_alpha=False)
    head = reading.need(chunk.body, 5, "a WEBP's picture")
    if head[0] != _LOSSLESS:
        raise UnreadableError("a WEBP whose picture begins as none does: damaged")
    bits = int.from_bytes(head[1:], "little")
    return Seen((bits & _SIDE) + 1, (bits >> 14 & _SIDE) + 1, None, bool(bits >> 28 & 1))


def _read_extended(reading: Reading, header: Chunk) -> Found:
    data = reading.need(header.body, 10, "a WEBP's header")
    said = _Flags(int.from_bytes(data[4:7], "little") + 1, int.from_bytes(data[7:10], "little") + 1, data[0])
    if said.flags & _ANIMATED:
        reading.note("an animated WEBP, of which the canvas counts")
    orientation: int | None = None
    for number, chunk in enumerate(riff_chunks(reading, header.end)):
        if chunk.name in {b"VP8 ", b"VP8L"}:
            _compare(reading, said, _read_still(reading, chunk))
        elif chunk.name == b"EXIF":
            orientation = read_orientation(reading.read(chunk.body, min(chunk.size, EXIF_MAX)))
        is_done = chunk.name == b"EXIF" or (chunk.name in {b"VP8 ", b"VP8L", b"ANMF"} and not said.flags & _HAS_EXIF)
        if is_done or number == _CHUNKS_MAX:
            break
    seen = Seen(said.width, said.height, orientation, bool(said.flags & _HAS_ALPHA))
    return found_picture(reading, "webp", seen)


def _compare(reading: Reading, said: _Flags, still: Seen) -> None:
    if not said.flags & _ANIMATED and (said.width, said.height) != (still.width, still.height):
        reading.note(
            f"its header says {said.width} x {said.height} pixels, and its picture {still.width} x {still.height}"
        )
