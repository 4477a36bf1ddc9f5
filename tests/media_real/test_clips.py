"""Clips from real encoders: our lengths beside ffprobe's, and the cases in which ffprobe's are wrong."""

from __future__ import annotations

import struct
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from tests.media_real.encoding import (
    BOTH,
    LOSSY,
    PICTURE,
    TURNS,
    OnDisk,
    decoded_frames,
    encode,
    format_length,
    found_on,
    has_encoder,
    length,
    stream_length,
    stream_of,
    turn,
)
from wan_rules.shell.readers import read_header

FIVE: Final = Decimal(5)
MICRO: Final = Decimal("0.000001")


def lengths(path: Path) -> dict[str, Decimal]:
    return {claimed.name: claimed.seconds for claimed in found_on(path).lengths}


def test_a_plain_clip(clip: Path) -> None:
    found = found_on(clip)
    seen = stream_of(clip)
    assert (found.codec, found.width_px, found.height_px) == (seen["codec_name"], seen["width"], seen["height"])
    assert lengths(clip) == {"movie": FIVE, "track": FIVE, "edit": FIVE, "samples": FIVE}
    assert format_length(clip) == stream_length(clip) == FIVE
    assert (decoded_frames(clip), found.frame_s) == (150, Decimal("0.033333"))
    assert found.notes == ()


@pytest.mark.parametrize("suffix", ["mp4", "mov", "m4v"])
def test_the_index_at_the_front(clip: Path, folder: Path, suffix: str) -> None:
    front = encode(folder / f"front.{suffix}", f"-i {clip} -c copy -movflags +faststart")
    assert lengths(front) == lengths(clip)
    assert found_on(front).container == ("mov" if suffix == "mov" else "mp4")


FRAGMENTS: Final = {
    "one-by-one": "frag_keyframe+empty_moov",
    "default-base": "frag_keyframe+empty_moov+default_base_moof",
    "each-picture": "frag_every_frame+empty_moov",
    "delayed-index": "frag_keyframe+delay_moov",
    "dash": "dash+frag_keyframe",
    "one-index": "dash+frag_keyframe+global_sidx",
}


@pytest.mark.parametrize("name", FRAGMENTS)
def test_fragments(folder: Path, name: str) -> None:
    """The fragments' samples count. Their header claims no length at all: who believes it reads 0 s."""
    made = encode(folder / f"fragments-{name}.mp4", f"{BOTH} -g 30 -movflags {FRAGMENTS[name]}")
    claimed = lengths(made)
    assert claimed["samples"] == stream_length(made) == FIVE
    assert "movie" not in claimed
    assert set(claimed.values()) <= {FIVE, FIVE - Decimal("0.066667"), FIVE + Decimal("0.066667")}


def test_fragments_after_samples(folder: Path) -> None:
    """Headers written before the fragments speak of the first second, and aren't counted as claims of the whole."""
    made = encode(folder / "late.mp4", f"{BOTH} -g 30 -movflags frag_keyframe")
    assert lengths(made) == {"samples": FIVE}
    assert decoded_frames(made) == 150


def test_an_edit_list_for_pictures_out_of_order(clip: Path) -> None:
    """B-frames are shown later than they are decoded, and an edit list takes that off: the length is the same."""
    assert stream_of(clip)["has_b_frames"] > 0
    assert length(found_on(clip), "edit") == FIVE


def test_a_picture_that_begins_late(clip: Path, folder: Path) -> None:
    """ffprobe says 5 s of the stream and 7 s of the file. Both are in what we say, and so is what is between them."""
    late = encode(folder / "offset.mp4", f"-itsoffset 2 -i {clip} -i {clip} -map 0:v -map 1:a -c copy")
    assert lengths(late) == {"movie": FIVE + 2, "track": FIVE + 2, "edit": FIVE + 2, "samples": FIVE}
    assert found_on(late).notes == ("nothing is shown for 2 s at its beginning or between its edits",)
    assert format_length(late) == FIVE + 2
    assert stream_length(late) == FIVE


def test_a_cut_without_encoding_anew(folder: Path) -> None:
    """Cut at a place that is no key picture: more pictures are stored than are shown, and the edit list says which.

    ffprobe tells the shown length alone.
    """
    long = encode(folder / "long.mp4", f"{PICTURE} {LOSSY} -g 150")
    cut = encode(folder / "cut.mp4", f"-ss 2 -i {long} -c copy")
    claimed = lengths(cut)
    assert claimed["samples"] - claimed["edit"] == pytest.approx(Decimal(2), abs=Decimal("0.1"))
    assert format_length(cut) == claimed["movie"] == claimed["edit"]


def test_a_changing_rate(folder: Path) -> None:
    times = "setpts='if(lt(N,60),N/30,2+(N-60)/10)/TB'"
    made = encode(folder / "uneven.mp4", f"{PICTURE} -vf {times} -fps_mode vfr {LOSSY} -bf 0")
    found = found_on(made)
    assert length(found, "samples") == stream_length(made)
    assert (length(found, "samples") or 0) > 10
    assert any("unevenly" in note for note in found.notes)
    assert found.frame_s == Decimal("0.1")


@pytest.mark.parametrize(
    ("rate", "frame"), [("30000/1001", "0.033367"), ("24000/1001", "0.041708"), ("60", "0.016667")]
)
def test_rates(folder: Path, rate: str, frame: str) -> None:
    made = encode(folder / "rate.mp4", f"-f lavfi -i testsrc=s=64x64:r={rate}:d=4 {LOSSY}")
    found = found_on(made)
    assert found.frame_s == Decimal(frame)
    assert length(found, "samples") == stream_length(made)


@pytest.mark.parametrize("degrees", TURNS)
def test_turned_clips(clip: Path, folder: Path, degrees: int) -> None:
    """ffprobe counts degrees against the clock, and gives the sides before they are turned: not the upright picture."""
    made = turn(clip, folder / f"turned-{degrees}.mp4", degrees)
    found, seen = found_on(made), stream_of(made)
    against = int(seen["side_data_list"][0]["rotation"])
    assert found.rotation_deg == degrees == -against % 360
    assert (seen["width"], seen["height"]) == (320, 180)
    upright = encode(folder / f"upright-{degrees}.png", f"-i {made} -frames:v 1")
    assert (found.width_px, found.height_px) == (found_on(upright).width_px, found_on(upright).height_px)


def test_sound_that_lasts_longer(folder: Path) -> None:
    """ffprobe says 7 s of the file: the movie's header does, and the picture lasts five of them."""
    made = encode(folder / "sound.mp4", f"{PICTURE} -f lavfi -i sine=d=7 {LOSSY} -c:a aac")
    claimed = lengths(made)
    assert claimed["movie"] == format_length(made)
    assert claimed["movie"] >= 7
    assert claimed["track"] == claimed["edit"] == claimed["samples"] == stream_length(made) == FIVE
    assert any("longer than its picture" in note for note in found_on(made).notes)


def lie(path: Path, target: Path, kinds: tuple[bytes, ...]) -> Path:
    """The file with one second written into these headers of a plain clip (version 0, 1,000 ticks a second)."""
    data = bytearray(path.read_bytes())
    for kind, skip in ((b"mvhd", 16), (b"tkhd", 20), (b"elst", 8), (b"mdhd", 16)):
        at = -1
        while kind in kinds and (at := data.find(kind, at + 1)) >= 0:
            per_second = struct.unpack_from(">I", data, at + 16)[0] if kind == b"mdhd" else 1000
            struct.pack_into(">I", data, at + 4 + skip, per_second)
    target.write_bytes(data)
    return target


def test_headers_that_lie(clip: Path, folder: Path) -> None:
    """Of one second in every header over five seconds of samples, ffprobe says one second, of file and stream."""
    liar = lie(clip, folder / "liar.mp4", (b"mvhd", b"tkhd", b"elst", b"mdhd"))
    found = found_on(liar)
    assert lengths(liar) == {"movie": Decimal(1), "track": Decimal(1), "edit": Decimal(1), "samples": FIVE}
    assert any("'mdhd'" in note for note in found.notes)
    assert format_length(liar) < 2
    assert stream_length(liar) == 1


@pytest.mark.parametrize("kind", [b"mvhd", b"tkhd", b"mdhd"])
def test_one_header_that_lies(clip: Path, folder: Path, kind: bytes) -> None:
    """All pictures come out all the same when it is decoded; ffprobe's lengths depend on which header lies."""
    liar = lie(clip, folder / f"liar-{kind.decode()}.mp4", (kind,))
    assert decoded_frames(liar) == 150
    assert length(found_on(liar), "samples") == FIVE


def test_a_clip_that_is_cut_short(clip: Path, folder: Path) -> None:
    """ffprobe still says five seconds, and not that half of them are missing."""
    front = encode(folder / "whole.mp4", f"-i {clip} -c copy -movflags +faststart")
    data = front.read_bytes()
    cut = folder / "half.mp4"
    cut.write_bytes(data[: len(data) // 2])
    assert found_on(cut).notes[0].startswith("it is cut short: ")
    assert format_length(cut) == FIVE


CODECS: Final = {
    "libx265": ("mp4", "-c:v libx265 -x265-params log-level=none -pix_fmt yuv420p", "hevc", False),
    "libsvtav1": ("mp4", "-c:v libsvtav1 -preset 12 -pix_fmt yuv420p", "av1", False),
    "libvpx-vp9": ("mp4", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8", "vp9", False),
    "mpeg4": ("mov", "-c:v mpeg4", "mpeg4", False),
    "mjpeg": ("mov", "-c:v mjpeg -pix_fmt yuvj420p", "mjpeg", False),
    "prores_ks": ("mov", "-c:v prores_ks -profile:v 4444 -pix_fmt yuva444p10le", "prores", True),
    "prores": ("mov", "-c:v prores -pix_fmt yuv422p10le", "prores", False),
    "qtrle": ("mov", "-c:v qtrle -pix_fmt argb", "qtrle", True),
    "dnxhd": ("mov", "-s 1280x720 -c:v dnxhd -profile:v dnxhr_sq -pix_fmt yuv422p", "dnxhd", None),
}


@pytest.mark.parametrize("encoder", CODECS)
def test_codecs(folder: Path, encoder: str) -> None:
    if not has_encoder(encoder):
        pytest.skip(f"this ffmpeg has no {encoder}")
    suffix, arguments, codec, has_alpha = CODECS[encoder]
    made = encode(folder / f"{encoder}.{suffix}", f"-f lavfi -i testsrc=s=128x96:r=25:d=0.4 {arguments}")
    found, seen = found_on(made), stream_of(made)
    assert (found.codec, found.has_alpha, found.container) == (codec, has_alpha, suffix)
    assert found.codec == seen["codec_name"]
    assert (found.width_px, found.height_px) == (seen["width"], seen["height"])
    assert length(found, "samples") == stream_length(made).quantize(MICRO) == Decimal("0.4")


def test_pixels_that_are_not_square(folder: Path) -> None:
    made = encode(folder / "wide.mp4", f"{PICTURE} -vf setsar=4/3 {LOSSY}")
    found = found_on(made)
    assert (found.width_px, found.height_px) == (320, 180)
    assert found.notes == ("its pixels aren't square: 4 to 3; width and height are those coded",)


@pytest.mark.parametrize("flags", ["", "-movflags +faststart"], ids=["end", "front"])
def test_a_large_clip_costs_little(folder: Path, flags: str) -> None:
    """A real index over 45 MB: at most 64 KB in three requests."""
    noise = "-f lavfi -i nullsrc=s=640x360:r=30:d=10,geq=random(1)*255:128:128 -f lavfi -i sine=d=10"
    made = encode(folder / "large.mp4", f"{noise} -c:v mpeg4 -b:v 40M -c:a aac {flags}")
    source = OnDisk(made)
    assert (source.size or 0) > 40_000_000
    read_header(source)
    assert source.requests <= 3
    assert source.bytes_read <= 64 * 1024
