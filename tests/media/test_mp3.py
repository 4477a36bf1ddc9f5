"""MP3 files: tags passed over, headers in the first frame beside the frames themselves, and no length guessed."""

from __future__ import annotations

import struct
from decimal import Decimal

import pytest

from tests.media.sources import Sparse, found_in, lengths_of, reason_of
from wan_rules.shell.readers import read_header

K128 = b"\xff\xfb\x90\x44"
K64 = b"\xff\xfb\x50\x44"
SIZES = {K128: 417, K64: 208}
SECOND = Decimal(1152) / 44_100


def frame(head: bytes = K128, inside: bytes = b"", at: int = 32) -> bytes:
    """A frame of 44,100 samples a second, stereo; `inside` stands `at` bytes after its header."""
    return (head + bytes(at) + inside).ljust(SIZES[head], b"\0")


def seconds(frames: int) -> str:
    """How long so many frames last, as the readers say it."""
    return f"{(SECOND * frames).quantize(Decimal('0.000001')):f}".rstrip("0").rstrip(".")


def xing(frames: int, name: bytes = b"Xing", cuts: tuple[int, int] | None = None) -> bytes:
    """The header of an encoder: how many frames follow, and samples to be cut at either end."""
    said = name + struct.pack(">II", 1, frames)
    if cuts:
        said += b"LAME3.100" + bytes(12) + ((cuts[0] << 12) | cuts[1]).to_bytes(3, "big")
    return frame(K128, said)


def id3(size: int, flags: int = 0) -> bytes:
    parts = (size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127)
    return b"ID3\4\0" + bytes((flags, *parts)) + bytes(size + (10 if flags & 0x10 else 0))


def test_frames_of_one_rate() -> None:
    found = found_in(frame() * 100)
    assert (found.kind, found.container, found.codec) == ("voice", "mp3", "mp3")
    assert lengths_of(found) == {"samples": seconds(100)}
    assert (found.frame_s, found.notes) == (Decimal("0.026122"), ())


def test_frames_of_many_rates_without_a_header_are_counted() -> None:
    found = found_in((frame(K64) * 3 + frame()) * 25)
    assert lengths_of(found) == {"samples": seconds(100)}
    assert lengths_of(found_in((frame(K64) * 3 + frame()) * 25, is_sized=False)) == {"samples": seconds(100)}


def test_a_header_stands_beside_the_frames() -> None:
    found = found_in(xing(100, cuts=(576, 1000)) + frame() * 100)
    assert lengths_of(found) == {"samples": seconds(100), "container": seconds(100)}
    left = (Decimal(100 * 1152 - 1576) / 44_100).quantize(Decimal("0.000001"))
    assert found.notes == (f"576 samples at its beginning and 1000 at its end are there to be cut: {left} s are left",)


def test_a_header_that_lies_stands_beside_the_frames() -> None:
    assert lengths_of(found_in(xing(20) + frame() * 100)) == {"samples": seconds(100), "container": seconds(20)}


def test_the_other_header() -> None:
    vbri = b"VBRI" + bytes(10) + struct.pack(">I", 100)
    assert lengths_of(found_in(frame(K128, vbri) + frame() * 100))["container"] == seconds(100)


def test_a_header_behind_a_checksum() -> None:
    said = b"Info" + struct.pack(">II", 1, 50)
    guarded = b"\xff\xfa" + K128[2:]
    SIZES[guarded] = SIZES[K128]
    assert lengths_of(found_in(frame(guarded, said, 34) + frame() * 50))["container"] == seconds(50)


def test_a_header_without_a_count_claims_nothing() -> None:
    said = b"Xing" + struct.pack(">I", 0)
    assert lengths_of(found_in(frame(K128, said) + frame() * 50)) == {"samples": seconds(51)}


@pytest.mark.parametrize("flags", [0, 0x10], ids=["plain", "with-a-footer"])
def test_tags_are_passed_over(flags: int) -> None:
    ape = b"APETAGEX" + struct.pack("<IIII", 2000, 40, 1, 0x80000000) + bytes(8)
    tail = b"APETAGEX" + bytes(24 + 8) + ape + b"TAG" + bytes(125)
    found = found_in(id3(300, flags) + id3(20_000) + frame() * 50 + tail)
    assert lengths_of(found) == {"samples": seconds(50)}
    assert found.notes == ()


def test_what_lies_between_frames_is_passed_over_and_noted() -> None:
    found = found_in(frame() * 10 + bytes(100) + frame() * 10 + bytes(300))
    assert lengths_of(found) == {"samples": seconds(20)}
    assert found.notes == (
        "100 bytes at byte 4,170, between its frames, are no sound",
        "300 bytes follow its last frame that are no sound",
    )


def test_what_lies_before_the_first_frame_is_noted() -> None:
    found = found_in(id3(10) + bytes(50) + frame() * 10)
    assert (lengths_of(found), found.notes) == (
        {"samples": seconds(10)},
        ("50 bytes before its first frame are no sound",),
    )


def test_a_last_frame_that_is_cut_is_no_frame() -> None:
    found = found_in(frame() * 10 + frame()[:-1])
    assert lengths_of(found) == {"samples": seconds(10)}
    assert found.notes == ("its last frame is cut short",)


def test_frames_that_cannot_be_told_leave_the_length_unknown() -> None:
    found = found_in(frame() * 10 + bytes(70_000) + frame() * 10)
    assert lengths_of(found) == {}
    assert found.notes[0].startswith("the length of its frames isn't known: from byte 4,170 on")
    assert lengths_of(found_in((frame() * 2 + b"?") * 20)) == {}


def test_free_format_has_no_length() -> None:
    found = found_in(b"\xff\xfb\x00\x44" + bytes(500))
    assert lengths_of(found) == {}
    assert found.notes == ("its frames are of free format and don't say how large they are: its length isn't known",)


def test_a_long_file_of_one_rate_lasts_what_its_size_says() -> None:
    data = frame() * 4000
    found = found_in(data)
    assert lengths_of(found) == {"samples": f"{Decimal(len(data)) / 16_000:f}"}
    assert found.notes == ("its length is that of its size: all frames looked at have 128 kbit/s",)
    source = Sparse(len(data), (0, data))
    read_header(source)
    assert source.bytes_sent <= 14 * 16 * 1024


def test_a_long_file_of_two_rates_is_counted() -> None:
    assert lengths_of(found_in(frame() * 2000 + frame(K64) * 2000)) == {"samples": seconds(4000)}


def test_too_many_frames_leave_the_length_unknown() -> None:
    found = found_in((frame(K64) + frame()) * 31_000)
    assert lengths_of(found) == {}
    assert "more than 60,000 frames" in found.notes[0]


def test_a_header_of_a_long_file_is_believed_where_it_may_be_true() -> None:
    frames = (frame(K64) * 3 + frame()) * 1500
    assert lengths_of(found_in(xing(6000) + frames)) == {"container": seconds(6000)}
    assert lengths_of(found_in(xing(600) + frames)) == {"container": seconds(600), "samples": seconds(6000)}


def test_other_versions() -> None:
    half = (b"\xff\xf3\x80\xc4" + bytes(2000))[:208]  # MPEG 2, 64 kbit/s at 22,050 samples a second
    found = found_in(half * 50)
    assert lengths_of(found) == {"samples": "1.306122"}
    assert found.frame_s == Decimal("0.026122")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            b"\xff\xfd\x90\x44" + bytes(2000),
            "MPEG audio of layer II: a voice is saved as MP3 (layer III) or WAV",
        ),
        (id3(10) + bytes(2000), "no MP3 frame where the sound should begin, at byte 20, nor after it"),
        (b"ID3\4\0\0\xff\0\0\0" + bytes(90), "its ID3 tag has a size that none can have: damaged or made up"),
        (id3(5000)[:100], "its ID3 tag claims to reach byte 5,010, and the file ends at byte 100: cut short"),
        (id3(1) * 9, "it begins with more than 8 ID3 tags"),
        (id3(1) + b"TAG" + bytes(125), "it has tags, and no sound between them"),
        (b"\xff\xfb\x90\x44", "no MP3 frame where the sound should begin, at byte 0, nor after it"),
    ],
    ids=["layer-2", "no-frame", "wild-tag", "cut-tag", "many-tags", "tags-alone", "one-header"],
)
def test_unreadable(data: bytes, reason: str) -> None:
    assert reason_of(data) == reason
