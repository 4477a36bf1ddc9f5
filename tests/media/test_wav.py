"""WAV files: the length by the header and by the bytes, sizes that a pipe left behind, and formats beside PCM."""

from __future__ import annotations

import struct
from decimal import Decimal

import pytest

from tests.media.sources import found_in, lengths_of, reason_of

PCM = struct.pack("<HHIIHH", 1, 1, 8000, 16_000, 2, 16)


def chunk(name: bytes, data: bytes, size: int | None = None) -> bytes:
    """A chunk that claims the size of its data, or another."""
    return name + struct.pack("<I", len(data) if size is None else size) + data + bytes(len(data) % 2)


def wav(*chunks: bytes, riff: bytes = b"RIFF") -> bytes:
    body = b"WAVE" + b"".join(chunks)
    return riff + struct.pack("<I", len(body)) + body


def sound(seconds: int, size: int | None = None) -> bytes:
    return chunk(b"data", bytes(16_000 * seconds), size)


def test_a_plain_file() -> None:
    found = found_in(wav(chunk(b"fmt ", PCM), chunk(b"LIST", b"abc"), sound(2), chunk(b"LIST", b"abcd")))
    assert (found.kind, found.container, found.codec) == ("voice", "wav", "pcm")
    assert lengths_of(found) == {"container": "2"}
    assert (found.frame_s, found.notes) == (Decimal("0.000125"), ())


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0x7FFFF000, 0xFFFFFFD0])
def test_a_size_that_a_pipe_left_behind_claims_nothing(size: int) -> None:
    data = wav(chunk(b"fmt ", PCM), sound(2, size))
    assert lengths_of(found_in(data)) == {"samples": "2"}
    assert found_in(data).notes == ("its header was written before its length was known, as through a pipe",)
    unsized = found_in(data, is_sized=False)
    assert lengths_of(unsized) == {}
    assert unsized.notes[-1] == "its length isn't known: neither its header nor its size tells"


def test_a_file_that_is_cut_short_has_two_lengths() -> None:
    found = found_in(wav(chunk(b"fmt ", PCM), sound(1, 80_000)))
    assert lengths_of(found) == {"samples": "1", "container": "5"}
    assert found.notes == ("it is cut short: 64,000 bytes of its sound are missing",)


def test_a_header_that_claims_too_little_has_two_lengths() -> None:
    noise = b"\xf0\x0f" * 32_000
    found = found_in(wav(chunk(b"fmt ", PCM), chunk(b"data", bytes(16_000) + noise, 16_000)))
    assert lengths_of(found) == {"samples": "5", "container": "1"}
    assert found.notes == ("64,000 bytes follow its sound that belong to nothing",)


def test_large_files_say_their_size_elsewhere() -> None:
    sizes = chunk(b"ds64", struct.pack("<QQQI", 0, 32_000, 0, 0))
    for riff in (b"RF64", b"BW64"):
        data = wav(sizes, chunk(b"fmt ", PCM), sound(2, 0xFFFFFFFF), riff=riff)
        assert lengths_of(found_in(data)) == {"container": "2"}
    assert lengths_of(found_in(wav(chunk(b"fmt ", PCM), sound(2, 0xFFFFFFFF), riff=b"RF64"))) == {"samples": "2"}


@pytest.mark.parametrize(
    ("form", "codec", "seconds"),
    [
        (struct.pack("<HHIIHH", 3, 2, 8000, 64_000, 8, 32), "pcm_float", "1"),
        (struct.pack("<HHIIHH", 7, 1, 8000, 8000, 1, 8), "pcm_mulaw", "8"),
        (struct.pack("<HHIIHHHHI", 0xFFFE, 1, 8000, 24_000, 3, 24, 22, 24, 4) + b"\1\0" + bytes(14), "pcm", "2.666625"),
        (struct.pack("<HHIIHHHH", 0x11, 1, 8000, 4000, 1000, 4, 2, 2000), "adpcm_ima", "16"),
        (struct.pack("<HHIIHH", 0x55, 1, 8000, 4000, 1, 0), "mp3", "16"),
        (struct.pack("<HHIIHH", 0x7777, 1, 8000, 0, 1, 0), "0x7777", None),
    ],
    ids=["float", "mu-law", "extensible", "adpcm", "mp3", "unknown"],
)
def test_formats(form: bytes, codec: str, seconds: str | None) -> None:
    found = found_in(wav(chunk(b"fmt ", form), chunk(b"data", bytes(64_000))))
    assert (found.codec, lengths_of(found).get("container")) == (codec, seconds)


def test_the_number_of_samples_counts_where_bytes_do_not_tell() -> None:
    form = struct.pack("<HHIIHH", 0x55, 1, 8000, 4000, 1, 0)
    data = wav(chunk(b"fmt ", form), chunk(b"fact", struct.pack("<I", 12_000)), chunk(b"data", bytes(999)))
    assert lengths_of(found_in(data)) == {"container": "1.5"}


def test_a_block_that_does_not_fit_its_samples_is_not_believed() -> None:
    found = found_in(wav(chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 8000, 16_000, 200, 16)), sound(2)))
    assert lengths_of(found) == {"container": "2"}
    assert found.notes == ("its format claims 200 bytes for what 1 x 16 bits fill 2 of: not believed",)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (wav(), "a WAV file without a format"),
        (wav(chunk(b"fmt ", PCM)), "a WAV file without sound (no 'data'): cut short"),
        (wav(sound(1)), "a WAV file whose sound comes before its format ('fmt '): damaged"),
        (wav(chunk(b"fmt ", PCM[:8])), "a WAV file whose format ('fmt ') has 8 bytes, at least 16 are needed"),
        (
            wav(chunk(b"fmt ", struct.pack("<HHIIHH", 1, 0, 8000, 0, 0, 16))),
            "a WAV file that can't be: channels 0, samples a second 8000",
        ),
        (
            wav(chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 0, 0, 2, 16))),
            "a WAV file that can't be: channels 1, samples a second 0",
        ),
        (wav(chunk(b"JUNK", b"") * 20_001), "it has more than 20,000 parts, more than are looked at"),
    ],
    ids=["nothing", "no-sound", "no-format", "short-format", "no-channels", "no-rate", "many-chunks"],
)
def test_unreadable(data: bytes, reason: str) -> None:
    assert reason_of(data) == reason
