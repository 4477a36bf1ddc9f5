"""Which container a file is, by its first bytes, and the reader of it; whatever else it is, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from wan_rules.shell.found import Bytes, Found, UnreadableError
from wan_rules.shell.readers.boxes import box_name
from wan_rules.shell.readers.movies import read_movie
from wan_rules.shell.readers.mp3 import read_mp3
from wan_rules.shell.readers.mpeg_audio import layer_of
from wan_rules.shell.readers.pictures import read_bmp, read_jpeg, read_png
from wan_rules.shell.readers.reading import Reading
from wan_rules.shell.readers.wav import read_wav
from wan_rules.shell.readers.webp import read_webp

Reader = Callable[[Reading], Found]

_LOOKED_AT: Final = 512
_WANTED: Final = "a picture is JPEG, PNG, BMP or WEBP, a clip MP4 or MOV, a voice WAV or MP3"
_BEGINNINGS: Final[tuple[tuple[bytes, Reader], ...]] = (
    (b"\xff\xd8\xff", read_jpeg),
    (b"\x89PNG\r\n\x1a\n", read_png),
    (b"ID3", read_mp3),
)
_RIFF: Final[dict[bytes, Reader]] = {b"WAVE": read_wav, b"WEBP": read_webp}
_RIFF_NAMES: Final = frozenset({b"RIFF", b"RF64", b"BW64"})
_BOXES: Final = frozenset(
    {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"uuid", b"styp", b"moof", b"sidx", b"meta"}
)
"""Boxes that a movie may begin with."""
_OTHERS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"GIF8", "a GIF"),
    (b"%PDF", "a PDF"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"\x1a\x45\xdf\xa3", "a Matroska or WebM file"),
    (b"OggS", "an Ogg file"),
    (b"fLaC", "a FLAC file"),
    (b"FORM", "an AIFF file"),
    (b"RIFX", "a WAV file of the big-endian kind"),
    (b"FLV", "a Flash video"),
    (b"\x00\x00\x01\xba", "an MPEG program stream"),
    (b"\x00\x00\x01\xb3", "a bare MPEG video stream"),
    (b"\x00\x00\x00\x01", "a bare video stream without a container"),
    (b"\x30\x26\xb2\x75", "a Windows Media file"),
    (b"#!AMR", "an AMR recording"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture"),
    (b"8BPS", "a Photoshop file"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a file compressed by gzip"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"#EXTM3U", "a playlist, not the video itself"),
    (b"version https://git-lfs", "a pointer of Git LFS, not the file itself"),
)
"""What else files begin with."""
_TEXTS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"<!doctype html", "an HTML page"),
    (b"<html", "an HTML page"),
    (b"<svg", "an SVG drawing"),
    (b"<mpd", "a DASH manifest, not the video itself"),
    (b"<?xml", "an XML document"),
    (b"{", "JSON"),
    (b"[", "JSON"),
)
"""What texts begin with, in small letters and after blanks."""


def read_header(source: Bytes) -> Found:
    """What a file's own header says of it, whichever of the eight containers it is.

    Raises UnreadableError that says what the file looks like if it is none of them, and what is wrong if it is
    damaged, made up, or larger than is looked at. What the source raises passes through.
    """
    reading = Reading(source)
    head = reading.read(0, _LOOKED_AT)
    reader = _reader(head)
    if reader is None:
        raise UnreadableError(f"{_describe(head)}: {_WANTED}")
    return reader(reading)


def _reader(head: bytes) -> Reader | None:
    for beginning, reader in _BEGINNINGS:
        if head.startswith(beginning):
            return reader
    if head[:4] in _RIFF_NAMES:
        return _RIFF.get(head[8:12])
    if head[4:8] in _BOXES:
        return read_movie
    if head.startswith(b"BM") and head[6:10] == bytes(4):
        return read_bmp
    return read_mp3 if layer_of(head) is not None else None


def _describe(head: bytes) -> str:
    """What a file looks like that is none of ours."""
    if not head:
        return "it is empty"
    for beginning, name in _OTHERS:
        if head.startswith(beginning):
            return f"it begins like {name}"
    if head[:4] == b"RIFF":
        return f"it begins like a RIFF file of kind {box_name(head[8:12])}, such as AVI"
    if head[:1] == b"\x47" and head[188:189] == b"\x47":
        return "it begins like an MPEG transport stream"
    if head[:1] == b"\xff" and layer_of(head) is None and head[1:2] in {b"\xf0", b"\xf1", b"\xf8", b"\xf9"}:
        return "it begins like a bare AAC stream (ADTS)"
    return _describe_text(head)


def _describe_text(head: bytes) -> str:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for beginning, name in _TEXTS:
        if text.startswith(beginning):
            return f"it begins like {name}"
    if all(byte >= 0x20 or byte in b"\t\r\n" for byte in head):  # noqa: PLR2004
        return "it begins like a text"
    return f"it begins with the bytes {head[:8].hex(' ')}, which are none of these"
