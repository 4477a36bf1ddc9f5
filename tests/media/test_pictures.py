"""Pictures: the header says what Pillow says after decoding; sizes that no picture has, and bombs."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from tests.media.sources import found_in, reason_of

ORIENTATION = 0x0112
TURNS = {1: 0, 2: 0, 3: 180, 4: 180, 5: 270, 6: 90, 7: 90, 8: 270}


def saved(picture: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def upright_size(data: bytes) -> tuple[int, int]:
    """As Pillow turns it."""
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        width, height = ImageOps.exif_transpose(picture).size
        return int(width), int(height)


FORMS: dict[str, tuple[str, str, dict[str, Any], bool | None]] = {
    "jpeg": ("RGB", "JPEG", {}, False),
    "jpeg-progressive": ("L", "JPEG", {"progressive": True}, False),
    "jpeg-cmyk": ("CMYK", "JPEG", {}, False),
    "jpeg-with-a-profile": ("RGB", "JPEG", {"icc_profile": bytes(200_000)}, False),
    "png": ("RGB", "PNG", {}, False),
    "png-clear": ("RGBA", "PNG", {}, True),
    "png-grey-clear": ("LA", "PNG", {}, True),
    "png-palette": ("P", "PNG", {}, False),
    "png-palette-clear": ("P", "PNG", {"transparency": 0}, True),
    "png-one-clear-colour": ("RGB", "PNG", {"transparency": (1, 2, 3)}, True),
    "bmp": ("RGB", "BMP", {}, False),
    "bmp-grey": ("L", "BMP", {}, False),
    "bmp-32": ("RGBA", "BMP", {}, None),
    "webp": ("RGB", "WEBP", {}, False),
    "webp-lossless": ("RGB", "WEBP", {"lossless": True}, False),
    "webp-clear": ("RGBA", "WEBP", {}, True),
    "webp-lossless-clear": ("RGBA", "WEBP", {"lossless": True}, True),
}


@pytest.mark.parametrize("name", FORMS)
def test_what_pillow_wrote(name: str) -> None:
    mode, form, options, has_alpha = FORMS[name]
    source = "RGBA" if mode in {"RGBA", "LA"} else "RGB"
    picture = Image.new(source, (37, 21), (200, 100, 50, 128)[: len(source)]).convert(mode)
    data = saved(picture, form, **options)
    found = found_in(data)
    assert (found.kind, found.container) == ("image", form.lower())
    assert (found.width_px, found.height_px) == upright_size(data) == (37, 21)
    assert (found.rotation_deg, found.has_alpha, found.notes) == (0, has_alpha, ())


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", TURNS)
@pytest.mark.parametrize("order", ["<", ">"])
def test_orientations(form: str, orientation: int, order: str) -> None:
    exif = Image.Exif()
    exif.endian = order
    exif[0x010E] = "a picture"
    exif[ORIENTATION] = orientation
    data = saved(Image.new("RGB", (37, 21)), form, exif=exif)
    found = found_in(data)
    assert (found.width_px, found.height_px) == upright_size(data)
    assert found.rotation_deg == TURNS[orientation]
    assert found.notes == (("it is stored mirrored",) if orientation in {2, 4, 5, 7} else ())


@given(st.binary(max_size=80), st.sampled_from([b"", b"Exif\0\0II*\0", b"Exif\0\0MM\0*", b"II*\0\x08\0\0\0"]))
def test_exif_of_any_bytes_is_passed_over(junk: bytes, start: bytes) -> None:
    data = saved(Image.new("RGB", (37, 21)), "JPEG", exif=start + junk)
    assert {found_in(data).width_px, found_in(data).height_px} == {37, 21}


def test_animations_are_noted() -> None:
    pictures = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    for form in ("PNG", "WEBP"):
        data = saved(pictures[0], form, save_all=True, append_images=pictures[1:])
        assert found_in(data).notes[0].startswith(f"an animated {form}, of which")


def png(width: int, height: int) -> bytes:
    """A PNG of any size, without its pixels."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IDAT"


def test_a_bomb_is_measured_and_noted() -> None:
    found = found_in(png(60_000, 60_000))
    assert (found.width_px, found.height_px) == (60_000, 60_000)
    assert found.notes == ("60000 x 60000 pixels are more than 178,956,970: most programs refuse to decode it",)


def test_a_wrong_checksum_is_noted() -> None:
    assert found_in(png(8, 8).replace(b"\x08\x02\0\0\0", b"\x08\x06\0\0\0")).notes == (
        "the checksum of its header is wrong, so that most programs refuse it",
    )


def bmp(size: int, *values: int, form: str) -> bytes:
    return b"BM" + bytes(12) + struct.pack("<I", size) + struct.pack(form, *values).ljust(size - 4, b"\0")


def test_bmp_headers() -> None:
    old = found_in(bmp(12, 37, 21, 1, 24, form="<HHHH"))
    assert (old.width_px, old.height_px, old.has_alpha) == (37, 21, False)
    downward = found_in(bmp(40, 37, -21, 1, 24, form="<iiHH"))
    assert (downward.width_px, downward.height_px) == (37, 21)
    masks = struct.pack("<IIIIIIIIII", 3, 0, 0, 0, 0, 0, 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    data = b"BM" + bytes(12) + struct.pack("<IiiHH", 124, 37, 21, 1, 32) + masks.ljust(108, b"\0")
    assert found_in(data).has_alpha is True
    assert found_in(data.replace(b"\xff\0\0\0\0\0\0\xff", b"\xff\0\0\0\0\0\0\0")).has_alpha is False


def webp(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"WEBP" + b"".join(
        name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2) for name, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def test_a_canvas_that_is_not_the_picture_is_noted() -> None:
    canvas = bytes(4) + (99).to_bytes(3, "little") + (49).to_bytes(3, "little")
    still = b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 10, 20)
    found = found_in(webp((b"VP8X", canvas), (b"VP8 ", still)))
    assert (found.width_px, found.height_px) == (100, 50)
    assert found.notes == ("its header says 100 x 50 pixels, and its picture 10 x 20",)


JPEG = b"\xff\xd8\xff\xe0\0\x04ab"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (png(0, 8), "a picture of 0 x 8 pixels"),
        (png(8, 8)[:20], "the file ends in the middle of a PNG's header, at byte 20: it is cut short"),
        (png(8, 8)[:36], "the file ends in the middle of a PNG's chunks, at byte 36: it is cut short"),
        (png(8, 8).replace(b"IHDR", b"CgBI"), "a PNG of the kind that only iPhones read (CgBI): save it as an ordinary PNG"),  # noqa: E501
        (png(8, 8).replace(b"IHDR", b"IDAT"), "a PNG that doesn't begin with its header (IHDR): damaged"),
        (png(8, 8)[:33] + (bytes(4) + b"tEXt" + bytes(4)) * 2001, "a PNG with more than 2,000 chunks before its pixels"),  # noqa: E501
        (bmp(41, form=""), "a BMP whose header claims 41 bytes, which is none of those there are"),
        (bmp(40, 8, -(1 << 31), 1, 24, form="<iiHH"), "a BMP whose height is less than any: damaged or made up"),
        (bmp(40, -8, 8, 1, 24, form="<iiHH"), "a picture of -8 x 8 pixels"),
        (webp(), "a WEBP that begins with no picture: damaged or cut short"),
        (webp((b"VP8 ", bytes(10))), "a WEBP whose picture begins as none does: damaged"),
        (webp((b"VP8L", bytes(10))), "a WEBP whose picture begins as none does: damaged"),
        (webp((b"VP8X", bytes(5)))[:-2], "the file ends in the middle of a WEBP's header, at byte 24: it is cut short"),
        (JPEG + b"\xff\xda", "a JPEG that doesn't say its size before its pixels: damaged"),
        (JPEG + b"\xff\xc0\0\x0b\x08\0\0\0\x08", "a JPEG whose height is said after its pixels only: save it anew"),
        (JPEG + b"\xff\xc0\0\x0b\x08\0\x08\0\0", "a picture of 0 x 8 pixels"),
        (JPEG + b"ab", "a JPEG whose headers stop making sense at byte 8: damaged"),
        (JPEG + b"\xff" * 60_000, "it has more than 20,000 parts, more than are looked at"),
        (JPEG + b"\xff\xd0" * 2000, "a JPEG that doesn't say its size before its pixels: damaged"),
    ],
)  # fmt: skip
def test_unreadable(data: bytes, reason: str) -> None:
    assert reason_of(data) == reason
