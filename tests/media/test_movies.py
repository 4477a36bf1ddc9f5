"""What movies say of their picture, each length they claim, and what is odd; on files built box by box."""

from __future__ import annotations

import struct
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.media.boxes import (
    FTYP,
    SOUND,
    TrackOf,
    box,
    elst,
    entry,
    full,
    hdlr,
    moov,
    movie,
    mvhd,
    stsd,
    stts,
    tkhd,
    trak,
)
from tests.media.sources import found_in, lengths_of, reason_of

FIVE = {"movie": "5", "track": "5", "samples": "5"}


def test_a_plain_movie() -> None:
    found = found_in(movie(TrackOf(edits=elst((5000, 1024)))))
    assert (found.kind, found.container, found.codec) == ("video", "mp4", "h264")
    assert (found.width_px, found.height_px, found.rotation_deg, found.has_alpha) == (640, 360, 0, False)
    assert lengths_of(found) == {"movie": "5", "track": "5", "edit": "5", "samples": "5"}
    assert found.frame_s == Decimal("0.033333")
    assert found.notes == ()


def test_headers_that_lie_stand_beside_the_samples() -> None:
    found = found_in(movie(TrackOf(ticks=1000, edits=elst((1000, 0))), ticks=1000))
    assert lengths_of(found) == {"movie": "1", "track": "1", "edit": "1", "samples": "5"}


def test_a_lying_header_of_the_medium_is_noted() -> None:
    found = found_in(movie(TrackOf(media_ticks=15_360)))
    assert lengths_of(found) == FIVE
    assert "'mdhd'" in found.notes[0]


def test_lengths_are_exact_to_the_microsecond() -> None:
    found = found_in(movie(TrackOf(runs=((150, 1001),), per_second=30_000, media_ticks=150_150)))
    assert lengths_of(found)["samples"] == "5.005"
    assert found.frame_s == Decimal("0.033367")
    assert lengths_of(found_in(movie(TrackOf(runs=((1, 1),), per_second=3))))["samples"] == "0.333333"
    assert lengths_of(found_in(movie(TrackOf(runs=((2, 1),), per_second=3))))["samples"] == "0.666667"
    assert lengths_of(found_in(movie(TrackOf(runs=((1, 1),), per_second=2_000_000))))["samples"] == "0.000001"


@pytest.mark.parametrize(
    ("turn", "degrees", "sides"),
    [
        ((1, 0, 0, 1), 0, (640, 360)),
        ((0, 1, -1, 0), 90, (360, 640)),
        ((-1, 0, 0, -1), 180, (640, 360)),
        ((0, -1, 1, 0), 270, (360, 640)),
        ((0, 0, 0, 0), None, (640, 360)),
        ((1, 1, -1, 1), None, (640, 360)),
    ],
    ids=["upright", "right", "upside-down", "left", "nothing", "askew"],
)
def test_the_upright_picture_counts(turn: tuple[int, ...], degrees: int | None, sides: tuple[int, int]) -> None:
    found = found_in(movie(TrackOf(turn=turn)))
    assert (found.rotation_deg, (found.width_px, found.height_px)) == (degrees, sides)


def test_the_movie_may_turn_its_tracks() -> None:
    turned = box(b"moov", mvhd(5000, turn=(0, 1, -1, 0)), trak(TrackOf(turn=(0, 1, -1, 0))))
    assert found_in(FTYP + turned).rotation_deg == 180


def test_mirrored_pictures_are_noted() -> None:
    assert found_in(movie(TrackOf(turn=(-1, 0, 0, 1)))).notes == ("its picture is mirrored",)


@pytest.mark.parametrize(
    ("kind", "codec", "depth", "has_alpha"),
    [
        (b"hvc1", "hevc", 24, False),
        (b"av01", "av1", 24, False),
        (b"vp09", "vp9", 24, False),
        (b"apcn", "prores", 24, False),
        (b"ap4h", "prores", 32, True),
        (b"ap4h", "prores", 24, False),
        (b"mp4v", "mpeg4", 24, False),
        (b"Xyz ", "Xyz", 24, None),
        (b"\x00\x01\x02\x03", "0x00010203", 24, None),
    ],
)
def test_codecs(kind: bytes, codec: str, depth: int, has_alpha: bool | None) -> None:  # noqa: FBT001
    found = found_in(movie(TrackOf(entries=stsd(entry(kind, 640, 360, depth=depth)))))
    assert (found.codec, found.has_alpha) == (codec, has_alpha)


def test_what_an_entry_says_beside_the_size() -> None:
    pasp = box(b"pasp", struct.pack(">II", 4, 3))
    sinf = box(b"sinf", box(b"frma", b"hvc1"))
    found = found_in(movie(TrackOf(entries=stsd(entry(b"encv", 640, 360, pasp, sinf, box(b"lhvC"))))))
    assert (found.codec, found.has_alpha, found.width_px) == ("hevc", None, 640)
    assert [note.split(";")[0] for note in found.notes] == [
        "its pixels aren't square: 4 to 3",
        "it is encrypted",
        "its codec has a second layer, which may be transparency or another view",
    ]


def test_an_empty_edit_counts_and_is_noted() -> None:
    found = found_in(movie(TrackOf(edits=elst((500, -1), (5000, 0)))))
    assert lengths_of(found)["edit"] == "5.5"
    assert found.notes == ("nothing is shown for 0.5 s at its beginning or between its edits",)


def test_an_open_edit_lasts_until_the_samples_end() -> None:
    assert lengths_of(found_in(movie(TrackOf(edits=elst((0, 7680))))))["edit"] == "4.5"


def test_an_edit_list_of_wide_numbers() -> None:
    assert lengths_of(found_in(movie(TrackOf(edits=elst((5000, 0), version=1)))))["edit"] == "5"


def test_other_speeds_and_stretches_are_noted() -> None:
    found = found_in(movie(TrackOf(edits=elst((1000, 0), (1000, 30_720), rate=1 << 15))))
    assert found.notes == ("its edit list changes the speed", "its edit list shows 2 stretches")


def test_wide_headers() -> None:
    inner = trak(TrackOf())[8:].replace(tkhd(5000), tkhd(5000, version=1))
    wide = box(b"moov", mvhd(5000, version=1), box(b"trak", inner))
    assert lengths_of(found_in(FTYP + wide)) == FIVE


def test_uneven_pictures_are_noted_and_the_usual_one_counts() -> None:
    found = found_in(movie(TrackOf(runs=((100, 512), (10, 2560)))))
    assert found.frame_s == Decimal("0.033333")
    assert found.notes[0] == "its pictures last unevenly, from 0.033333 to 0.166667 s"


def test_sound_that_lasts_longer_is_noted() -> None:
    found = found_in(movie(TrackOf(), SOUND._replace(runs=((329, 1024),)), ticks=7019))
    assert found.notes == ("its sound lasts 7.018667 s, 2.018667 s longer than its picture",)


def test_the_first_picture_track_that_is_shown_counts() -> None:
    hidden = trak(TrackOf(entries=stsd(entry(b"avc1", 64, 36)))).replace(b"\0\0\0\x07", b"\0\0\0\x06", 1)
    found = found_in(FTYP + box(b"moov", mvhd(5000), hidden, trak(TrackOf())))
    assert found.width_px == 640
    assert found.notes == ("it has 2 picture tracks, of which the first that is shown counts",)


@pytest.mark.parametrize(
    ("brand", "container"), [(b"qt  ", "mov"), (b"isom", "mp4"), (b"mp42", "mp4"), (b"M4V ", "mp4"), (b"3gp5", "mp4")]
)
def test_the_brand_tells_the_container(brand: bytes, container: str) -> None:
    assert found_in(movie().replace(b"isom", brand, 1)).container == container


def test_without_a_brand_it_is_quicktime() -> None:
    assert found_in(box(b"wide") + moov(TrackOf())).container == "mov"


def test_the_index_may_come_last_or_be_open() -> None:
    media = struct.pack(">I4sQ", 1, b"mdat", 16 + 64) + bytes(64)
    assert lengths_of(found_in(FTYP + media + moov(TrackOf()))) == FIVE
    index = moov(TrackOf())
    is_open = bytes(4) + index[4:]
    assert lengths_of(found_in(FTYP + media + is_open)) == FIVE
    assert lengths_of(found_in(FTYP + media + is_open, is_sized=False)) == FIVE


def test_media_that_are_missing_are_noted() -> None:
    assert found_in(movie()[:-24]).notes == ("it is cut short: 24 bytes of its media are missing",)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (FTYP + box(b"mdat", bytes(9)), "it has no index ('moov'): a recording that was never finished, or cut short"),
        (
            FTYP + struct.pack(">I4s", 5000, b"mdat") + bytes(64),
            "the file ends at byte 92, and its 'mdat' at byte 5,020: it is cut short, and has no index ('moov')",
        ),
        (movie()[:200], "the file ends inside its index ('moov'), at byte 200: it is cut short"),
        (movie(SOUND), "sound without a picture in an MP4 or QuickTime file (m4a): save a voice as WAV or MP3"),
        (movie(SOUND._replace(handler=b"tmcd")), "a movie with neither picture nor sound"),
        (movie(TrackOf(entries=stsd())), "its picture track has no sample description"),
        (movie(TrackOf(entries=b"")), "its picture track says nothing of its picture (no 'stsd'): damaged"),
        (movie(TrackOf(entries=stsd(entry(b"avc1", 0, 360)))), "its picture is 0 x 360 pixels"),
        (
            movie().replace(b"isom", b"heic", 1),
            "a HEIF or AVIF picture (brand 'heic'): save it as JPEG, PNG, BMP or WEBP",
        ),
        (
            box(b"styp", bytes(8)) + box(b"moof"),
            "it begins with a fragment: the movie's header ('moov') is in another file",
        ),
        (FTYP + box(b"moov", box(b"cmov")), "its index is compressed ('cmov'), which isn't read: save it anew"),
        (FTYP + b"\0\0\0\x04mdat" + moov(), "the box 'mdat' at byte 20 claims 4 bytes: damaged or made up"),
        (movie(*[TrackOf()] * 101), "it has more than 100 tracks"),
        (FTYP + box(b"free") * 20_001, "it has more than 20,000 parts, more than are looked at"),
    ],
    ids=[
        "no-index",
        "cut-in-media",
        "cut-in-index",
        "sound-alone",
        "neither",
        "no-entry",
        "no-entries",
        "no-pixels",
        "heif",
        "fragment-alone",
        "compressed",
        "tiny-box",
        "many-tracks",
        "many-boxes",
    ],
)
def test_unreadable(data: bytes, reason: str) -> None:
    assert reason_of(data) == reason


def test_a_box_larger_than_the_one_around_it() -> None:
    lie = movie().replace(struct.pack(">I4s", len(mvhd(5000)), b"mvhd"), b"\0\1\0\0mvhd")
    assert (reason_of(lie) or "").startswith("the box 'mvhd' at byte 28 claims to reach byte 65,564, past the end of")


@pytest.mark.parametrize(
    ("track", "ticks", "note"),
    [
        (TrackOf(runs=((0xFFFFFFFF, 1),)), 5000, "claims 4,294,967,295 samples, more than the file has bytes"),
        (TrackOf(runs=((1, 0x80000000),)), 5000, "a sample that lasts less than nothing"),
        (TrackOf(runs=((9, 0x7FFFFFFF),), per_second=1), 5000, "the samples claim more than 1,000,000 seconds"),
        (TrackOf(per_second=0), 5000, "its picture track's clock has no ticks in a second"),
        (TrackOf(runs=()), 5000, "its picture track has no samples"),
        (TrackOf(runs=((150, 0),)), 5000, "the samples claim no time at all"),
        (TrackOf(), 0xFFFFFFFE, "the movie's header claims more than 1,000,000 seconds"),
    ],
    ids=["many", "negative", "ages", "no-clock", "none", "no-time", "ages-of-the-movie"],
)
def test_lengths_that_nobody_can_mean_are_left_out(track: TrackOf, ticks: int, note: str) -> None:
    found = found_in(movie(track, ticks=ticks))
    assert any(note in sentence for sentence in found.notes), found.notes
    assert ("samples" if ticks == 5000 else "movie") not in lengths_of(found)
    assert lengths_of(found)["track"] == "5"


def test_a_table_that_is_too_long_is_not_read() -> None:
    long = stts(*[(1, 512)] * 200_001)
    inner = box(b"stbl", stsd(entry(b"avc1", 640, 360)), long)
    medium = box(b"mdia", full(b"hdlr", bytes(4), b"vide", bytes(13)), box(b"minf", inner))
    found = found_in(FTYP + box(b"moov", mvhd(5000), box(b"trak", tkhd(5000), medium)))
    assert lengths_of(found) == {"movie": "5", "track": "5"}
    assert "200,000 entries" in found.notes[0]


def test_unknown_lengths_are_not_lengths() -> None:
    found = found_in(movie(TrackOf(ticks=0xFFFFFFFF), ticks=0xFFFFFFFF))
    assert lengths_of(found) == {"samples": "5"}


@given(
    runs=st.lists(st.tuples(st.integers(1, 30), st.integers(1, 4000)), min_size=1, max_size=20),
    per_second=st.integers(1, 2_000_000),
)
def test_samples_last_what_their_runs_sum_to(runs: list[tuple[int, int]], per_second: int) -> None:
    found = found_in(movie(TrackOf(runs=runs, per_second=per_second)))
    with localcontext(prec=50):
        exact = Decimal(sum(amount * ticks for amount, ticks in runs)) / per_second
        rounded = exact.quantize(Decimal("0.000001"), ROUND_HALF_UP)
    assert [length.seconds for length in found.lengths if length.name == "samples"] == [rounded] * bool(rounded)


@given(st.data(), st.integers(0, 255))
def test_the_readers_follow_no_ambient_context(data: st.DataObject, seed: int) -> None:
    context = Context(prec=data.draw(st.integers(1, 5)), traps=[Inexact])
    with localcontext(context):
        found = found_in(movie(TrackOf(runs=((1 + seed, 1001),), per_second=30_000)))
    assert lengths_of(found)["movie"] == "5"
    assert [str(length.seconds) for length in found.lengths][-1].startswith(str((1 + seed) * 1001 // 30_000))


def test_media_that_reach_to_the_end_end_the_search() -> None:
    assert reason_of(FTYP + bytes(4) + b"mdat" + moov(TrackOf())) == (
        "it has no index ('moov'): a recording that was never finished, or cut short"
    )


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (mvhd(5000), full(b"mvhd", bytes(8)) + box(b"free", bytes(80)), "the box 'mvhd' at byte 28 holds 12 bytes"),
        (tkhd(5000), full(b"tkhd", bytes(8)) + box(b"free", bytes(64)), "the box 'tkhd' at byte 144 holds 12 bytes"),
    ],
    ids=["movie", "track"],
)
def test_headers_that_are_too_short(old: bytes, new: bytes, reason: str) -> None:
    assert len(old) == len(new)
    assert (reason_of(movie().replace(old, new)) or "").startswith(reason)


@pytest.mark.parametrize(
    ("edits", "note"),
    [
        (elst((5000, -7)), "the edit list isn't used: its edit list begins before the media does"),
        (elst((5000, 0)).replace(b"\0\0\0\x01", b"\0\0\0\x09", 1), "the edit list isn't used: the box 'elst' at"),
        (elst((5000, 0)).replace(b"\0\0\0\x01", b"\0\x0f\0\0", 1), "the edit list isn't used: its tables have more"),
    ],
    ids=["before", "cut", "endless"],
)
def test_edit_lists_that_cannot_be_used(edits: bytes, note: str) -> None:
    found = found_in(movie(TrackOf(edits=edits)))
    assert lengths_of(found) == FIVE
    assert found.notes[0].startswith(note), found.notes


def test_an_open_edit_without_samples_has_no_length() -> None:
    assert lengths_of(found_in(movie(TrackOf(edits=elst((0, 0)), runs=())))) == {"movie": "5", "track": "5"}


def test_a_movie_whose_clock_stands_has_no_headers_lengths() -> None:
    still = box(b"moov", mvhd(5000, per_second=0), trak(TrackOf(edits=elst((5000, 0)))))
    assert lengths_of(found_in(FTYP + still)) == {"samples": "5"}


def test_a_track_without_a_header_is_passed_over() -> None:
    found = found_in(FTYP + box(b"moov", mvhd(5000), box(b"trak"), trak(TrackOf())))
    assert lengths_of(found) == FIVE
    assert found.notes == ("a track has no header, and is passed over",)


def test_a_medium_without_tables_has_no_samples() -> None:
    medium = box(b"mdia", hdlr(b"vide"), box(b"minf", box(b"stbl", stsd(entry(b"avc1", 8, 8)))))
    found = found_in(FTYP + box(b"moov", mvhd(5000), box(b"trak", tkhd(5000), medium)))
    assert lengths_of(found) == {"movie": "5", "track": "5"}
    assert found.notes == ("its picture track has no samples",)


def test_several_descriptions_are_noted() -> None:
    found = found_in(movie(TrackOf(entries=stsd(entry(b"avc1", 640, 360), entry(b"avc1", 64, 36)))))
    assert (found.width_px, found.notes) == (640, ("it has 2 sample descriptions, of which the first counts",))


def test_telephones_have_brands_of_their_own() -> None:
    assert found_in(movie().replace(b"isom", b"3gp5", 1)).notes == (
        "its brand is '3gp5': made for telephones, of the same boxes as MP4",
    )


def test_quicktime_ends_lists_with_a_zero() -> None:
    assert lengths_of(found_in(FTYP + box(b"moov", mvhd(5000), trak(TrackOf()), bytes(12)))) == FIVE
