"""What isn't one of the eight containers is called by its name."""

from __future__ import annotations

import pytest

from tests.media.sources import reason_of

WANTED = "a picture is JPEG, PNG, BMP or WEBP, a clip MP4 or MOV, a voice WAV or MP3"


@pytest.mark.parametrize(
    ("data", "seen"),
    [
        (b"", "it is empty"),
        (b"GIF89a", "it begins like a GIF"),
        (b"%PDF-1.7", "it begins like a PDF"),
        (b"\n <!DOCTYPE html><html>", "it begins like an HTML page"),
        (b"\xef\xbb\xbf<html>", "it begins like an HTML page"),
        (b"<svg xmlns=''>", "it begins like an SVG drawing"),
        (b'{"code": "NoSuchKey"}', "it begins like JSON"),
        (b"<?xml version='1.0'?><Error>", "it begins like an XML document"),
        (b"\x1a\x45\xdf\xa3", "it begins like a Matroska or WebM file"),
        (b"RIFF\0\0\0\0AVI LIST", "it begins like a RIFF file of kind 'AVI', such as AVI"),
        (b"RIFF", "it begins like a RIFF file of kind '', such as AVI"),
        (b"\x47" + bytes(187) + b"\x47", "it begins like an MPEG transport stream"),
        (b"\xff\xf1\x50\x80\x01", "it begins like a bare AAC stream (ADTS)"),
        (b"#EXTM3U\n", "it begins like a playlist, not the video itself"),
        (b"hello, world", "it begins like a text"),
        (bytes(16), "it begins with the bytes 00 00 00 00 00 00 00 00, which are none of these"),
    ],
)
def test_others_are_named(data: bytes, seen: str) -> None:
    assert reason_of(data) == f"{seen}: {WANTED}"
