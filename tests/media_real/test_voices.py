"""Voices from real encoders: our lengths beside ffprobe's, and the cases in which ffprobe's are wrong."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from tests.media_real.encoding import decoded_frames, encode, format_length, found_on, length, pipe

SINE: Final = "-f lavfi -i sine=d=5:r=44100"
FRAME_S: Final = Decimal(1152) / 44_100


def test_mp3_of_one_rate(folder: Path) -> None:
    made = encode(folder / "constant.mp3", f"{SINE} -b:a 128k")
    found = found_on(made)
    assert length(found, "samples") == length(found, "container") == format_length(made)


def test_mp3_of_many_rates(folder: Path) -> None:
    made = encode(folder / "variable.mp3", f"{SINE} -q:a 4")
    found = found_on(made)
    assert length(found, "samples") == length(found, "container") == format_length(made)


def test_mp3_of_many_rates_without_a_header(folder: Path) -> None:
    """ffprobe divides the size by the first frames' rate, and is wrong by seconds; counting frames is right."""
    halves = "-f lavfi -i anoisesrc=d=3:r=44100 -f lavfi -i anullsrc=r=44100 -filter_complex [0][1]concat=v=0:a=1"
    made = encode(folder / "headless.mp3", f"{halves} -t 9 -q:a 0 -write_xing 0 -id3v2_version 0")
    counted = length(found_on(made), "samples") or Decimal(0)
    assert abs(counted - decoded_frames(made, "a") / Decimal(44_100)) < 2 * FRAME_S
    assert abs(counted - 9) < 3 * FRAME_S
    assert abs(format_length(made) - 9) > 1


def test_mp3_of_one_rate_without_a_header(folder: Path) -> None:
    made = encode(folder / "bare.mp3", f"{SINE} -b:a 64k -write_xing 0 -id3v2_version 0")
    assert abs((length(found_on(made), "samples") or 0) - format_length(made)) < FRAME_S


def test_a_long_mp3_of_one_rate(folder: Path) -> None:
    made = encode(folder / "long.mp3", "-f lavfi -i sine=d=120 -b:a 128k -write_xing 0")
    found = found_on(made)
    assert abs((length(found, "samples") or 0) - decoded_frames(made, "a") / Decimal(44_100)) < 2 * FRAME_S
    assert any("128 kbit/s" in note for note in found.notes)


@pytest.mark.parametrize(("rate", "per_second"), [("22050", 22_050), ("16000", 16_000), ("8000", 8_000)])
def test_mp3_of_few_samples(folder: Path, rate: str, per_second: int) -> None:
    made = encode(folder / f"low-{rate}.mp3", f"{SINE} -ar {rate} -ac 1 -q:a 5")
    found = found_on(made)
    assert length(found, "samples") == length(found, "container")
    assert abs((length(found, "samples") or 0) - format_length(made)) <= Decimal(576) / per_second


def test_mp3_with_a_picture_in_its_tag(folder: Path) -> None:
    cover = encode(folder / "cover.png", "-f lavfi -i testsrc2=s=640x640:d=1 -frames:v 1")
    made = encode(folder / "tagged.mp3", f"{SINE} -i {cover} -map 0 -map 1 -c:v copy -write_id3v1 1 -metadata title=x")
    assert length(found_on(made), "samples") == format_length(made)


def test_wav(folder: Path) -> None:
    made = encode(folder / "plain.wav", f"{SINE} -ac 2")
    found = found_on(made)
    assert (length(found, "container"), found.codec) == (format_length(made), "pcm")


def test_wav_from_a_pipe(folder: Path) -> None:
    """The header's size is all ones: the file's own size tells. ffprobe does the same here."""
    made = pipe(folder / "piped.wav", f"{SINE} -f wav")
    found = found_on(made)
    assert length(found, "container") is None
    assert length(found, "samples") == Decimal(5)
    assert abs(format_length(made) - 5) < Decimal("0.01")


def test_wav_that_is_cut_short(folder: Path) -> None:
    """ffprobe tells what is there; we tell what was claimed too."""
    made = encode(folder / "whole.wav", SINE)
    cut = folder / "cut.wav"
    cut.write_bytes(made.read_bytes()[: 44_100 * 2])
    found = found_on(cut)
    assert length(found, "container") == 5
    assert abs((length(found, "samples") or 0) - format_length(cut)) < Decimal("0.001")


@pytest.mark.parametrize("codec", ["pcm_s24le", "pcm_f32le", "pcm_mulaw", "pcm_alaw", "pcm_u8"])
def test_wav_of_other_samples(folder: Path, codec: str) -> None:
    made = encode(folder / f"{codec}.wav", f"{SINE} -c:a {codec}")
    assert length(found_on(made), "container") == format_length(made)


@pytest.mark.parametrize("codec", ["adpcm_ms", "adpcm_ima_wav"])
def test_wav_in_blocks(folder: Path, codec: str) -> None:
    made = encode(folder / f"{codec}.wav", f"{SINE} -c:a {codec}")
    found = found_on(made)
    assert found.frame_s is not None
    assert abs((length(found, "container") or Decimal(0)) - 5) <= found.frame_s


def test_large_wav(folder: Path) -> None:
    made = encode(folder / "large.wav", f"{SINE} -rf64 always")
    assert length(found_on(made), "container") == format_length(made) == 5
