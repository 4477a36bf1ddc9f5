"""JPEG, PNG and BMP pictures: size, orientation and transparency from their headers; nothing is decoded."""

from __future__ import annotations

import struct
import zlib
from typing import Final, NamedTuple

from wan_rules.shell.found import Container, Found, UnreadableError
from wan_rules.shell.readers.exif import TURNS, read_orientation
from wan_rules.shell.readers.reading import Reading

PIXELS_MAX: Final = 178_956_970
"""More pixels than these aren't decoded by common libraries, which take the picture for a bomb."""
EXIF_MAX: Final = 65_536
_PARTS_MAX: Final = 2_000
_PNG_HEAD: Final = 33
_BMP_CORE: Final = 12
_BMP_HEADERS: Final = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
_BMP_MASKS: Final = frozenset({3, 6})
"""Compressions of a BMP that say by masks which bits are what."""
_STANDALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers of a JPEG that nothing belongs to."""
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG that begin a picture, one for each way to code it."""
_NO_MORE: Final = frozenset({0xD9, 0xDA})
"""The end of a JPEG, and its first scan."""


class Seen(NamedTuple):
    """A picture as stored, before it is turned: pixels, EXIF orientation, and whether it is transparent."""

    width: int
    height: int
    orientation: int | None
    has_alpha: bool | None


def found_picture(reading: Reading, container: Container, seen: Seen) -> Found:
    """The upright picture. Raises UnreadableError if it has no pixels."""
    if seen.width <= 0 or seen.height <= 0:
        raise UnreadableError(f"a picture of {seen.width} x {seen.height} pixels")
    if seen.width * seen.height > PIXELS_MAX:
        reading.note(
            f"{seen.width} x {seen.height} pixels are more than {PIXELS_MAX:,}: most programs refuse to decode it"
        )
    turn, is_mirrored = TURNS[seen.orientation or 1]
    if is_mirrored:
        reading.note("it is stored mirrored")
    width, height = (seen.height, seen.width) if turn in {90, 270} else (seen.width, seen.height)
    return Found(
        kind="image",
        container=container,
        width_px=width,
        height_px=height,
        rotation_deg=turn,
        has_alpha=seen.has_alpha,
        notes=reading.notes,
    )


def read_jpeg(reading: Reading) -> Found:
    """What the segments before a JPEG's first scan say."""
    at = 2
    orientation: int | None = None
    for _ in range(_PARTS_MAX):
        marker, at = _next_marker(reading, at)
        if marker in _STANDALONE:
            continue
        if marker in _NO_MORE:
            break
        size = int.from_bytes(reading.need(at, 2, "a segment of a JPEG"), "big")
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", reading.need(at + 3, 4, "the size of a JPEG"))
            if not height:
                raise UnreadableError("a JPEG whose height is said after its pixels only: save it anew")
            return found_picture(reading, "jpeg", Seen(width, height, orientation, has_alpha=False))
        if marker == 0xE1 and orientation is None and reading.read(at + 2, 6) == b"Exif\0\0":  # noqa: PLR2004
            orientation = read_orientation(reading.read(at + 2, max(size - 2, 0)))
        at += max(size, 2)
    raise UnreadableError("a JPEG that doesn't say its size before its pixels: damaged")


def _next_marker(reading: Reading, at: int) -> tuple[int, int]:
    """The marker at `at`, fill bytes before it passed over, and where what belongs to it begins."""
    head = reading.need(at, 2, "a JPEG's headers")
    if head[0] != 0xFF:  # noqa: PLR2004
        raise UnreadableError(f"a JPEG whose headers stop making sense at byte {at:,}: damaged")
    while head[1] == 0xFF:  # noqa: PLR2004
        reading.step()
        at += 1
        head = reading.need(at, 2, "a JPEG's headers")
    return head[1], at + 2


def read_png(reading: Reading) -> Found:
    """What the chunks before a PNG's pixels say."""
    head = reading.need(0, _PNG_HEAD, "a PNG's header")
    if head[12:16] == b"CgBI":
        raise UnreadableError("a PNG of the kind that only iPhones read (CgBI): save it as an ordinary PNG")
    if head[12:16] != b"IHDR":
        raise UnreadableError("a PNG that doesn't begin with its header (IHDR): damaged")
    if zlib.crc32(head[12:29]) != int.from_bytes(head[29:33], "big"):
        reading.note("the checksum of its header is wrong, so that most programs refuse it")
    width, height, colours = *struct.unpack(">II", head[16:24]), head[25]
    chunks = _png_chunks(reading)
    if b"acTL" in chunks:
        reading.note("an animated PNG, of which the first picture counts")
    exif = chunks.get(b"eXIf")
    orientation = read_orientation(reading.read(exif[0], min(exif[1], EXIF_MAX))) if exif else None
    return found_picture(reading, "png", Seen(width, height, orientation, colours in {4, 6} or b"tRNS" in chunks))


def _png_chunks(reading: Reading) -> dict[bytes, tuple[int, int]]:
    """Where the chunks between a PNG's header and its pixels are, and their sizes, by name."""
    chunks: dict[bytes, tuple[int, int]] = {}
    at = _PNG_HEAD
    for _ in range(_PARTS_MAX):
        head = reading.need(at, 8, "a PNG's chunks")
        if head[4:] in {b"IDAT", b"IEND"}:
            return chunks
        size = int.from_bytes(head[:4], "big")
        chunks.setdefault(head[4:], (at + 8, size))
        at += size + 12
    raise UnreadableError(f"a PNG with more than {_PARTS_MAX:,} chunks before its pixels")


def read_bmp(reading: Reading) -> Found:
    """What a BMP's header says. 32 bits a pixel without a mask say nothing of transparency."""
    size = int.from_bytes(reading.need(14, 4, "a BMP's header"), "little")
    if size not in _BMP_HEADERS:
        raise UnreadableError(f"a BMP whose header claims {size:,} bytes, which is none of those there are")
    head = reading.need(14, size, "a BMP's header")
    if size == _BMP_CORE:
        width, height, _, bits = struct.unpack_from("<HHHH", head, 4)
        return found_picture(reading, "bmp", Seen(width, height, None, has_alpha=False))
    width, height, _, bits = struct.unpack_from("<iiHH", head, 4)
    if height == -(1 << 31):
        raise UnreadableError("a BMP whose height is less than any: damaged or made up")
    return found_picture(reading, "bmp", Seen(width, abs(height), None, _bmp_alpha(head, bits)))


def _bmp_alpha(head: bytes, bits: int) -> bool | None:
    if bits not in {16, 32}:
        return False
    masks = len(head) >= 56 and int.from_bytes(head[16:20], "little") in _BMP_MASKS  # noqa: PLR2004
    if masks:
        return any(head[52:56])
    return None if bits == 32 else False  # noqa: PLR2004
