"""Fragmented movies: every fragment is looked at, and headers written before them speak of nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.media.boxes import FTYP, TrackOf, box, elst, moof, moov, mvex, sidx, tfhd, trun
from tests.media.sources import found_in, lengths_of

EMPTY = TrackOf(ticks=0, runs=(), media_ticks=0)


def fragmented(*rest: bytes, track: TrackOf = EMPTY, ticks: int = 0, promise: bytes | None = None) -> bytes:
    """A movie whose index stands before its fragments."""
    return FTYP + moov(track, ticks=ticks, more=mvex() if promise is None else promise) + b"".join(rest)


def test_the_fragments_samples_are_counted() -> None:
    found = found_in(fragmented(moof(tfhd(), trun(75)), moof(tfhd(), trun(75))))
    assert lengths_of(found) == {"samples": "5"}
    assert found.notes == ()


def test_a_length_is_said_for_each_sample_the_fragment_or_the_movie() -> None:
    each, all_of_them, usual = trun(2, [512, 1024]), tfhd(usual=1024), trun(30)
    found = found_in(fragmented(moof(tfhd(), each), moof(all_of_them, trun(15)), moof(tfhd(), usual)))
    assert lengths_of(found) == {"samples": "2.1"}


def test_other_tracks_fragments_do_not_count() -> None:
    found = found_in(fragmented(moof(tfhd(), trun(75)), moof(tfhd(2), trun(75))))
    assert lengths_of(found) == {"samples": "2.5"}


def test_samples_before_the_fragments_count_too() -> None:
    early = TrackOf(ticks=1000, runs=((30, 512),), media_ticks=15_360, edits=elst((1000, 0)))
    found = found_in(fragmented(moof(tfhd(), trun(120)), track=early, ticks=1000))
    assert lengths_of(found) == {"samples": "5"}  # the headers' second is that of the samples before


def test_headers_that_claim_the_whole_are_kept() -> None:
    found = found_in(fragmented(moof(tfhd(), trun(150)), track=EMPTY._replace(ticks=5000), ticks=1000))
    assert lengths_of(found) == {"movie": "1", "track": "5", "samples": "5"}


def test_the_length_of_all_fragments_stands_for_the_movie() -> None:
    found = found_in(fragmented(moof(tfhd(), trun(150)), promise=mvex(ticks=1000)))
    assert lengths_of(found) == {"movie": "1", "samples": "5"}


def test_the_segment_index_is_a_claim() -> None:
    found = found_in(fragmented(sidx(38_400, 38_400), moof(tfhd(), trun(75)), moof(tfhd(), trun(75))))
    assert lengths_of(found) == {"samples": "5", "index": "5"}


def test_several_indexes_speak_of_parts() -> None:
    parts = [sidx(38_400), moof(tfhd(), trun(75))] * 2
    assert lengths_of(found_in(fragmented(*parts))) == {"samples": "5"}


def test_an_open_edit_reaches_to_the_end_of_the_fragments() -> None:
    found = found_in(fragmented(moof(tfhd(), trun(150)), track=EMPTY._replace(edits=elst((0, 1024)))))
    assert lengths_of(found) == {"edit": "4.933333", "samples": "5"}


def test_gaps_are_noted() -> None:
    parts = [moof(tfhd(), trun(75), starts=starts) for starts in (0, 40_960)]
    assert found_in(fragmented(*parts)).notes == ("its fragments don't follow each other without gaps",)
    parts = [moof(tfhd(), trun(75), starts=starts) for starts in (0, 38_400)]
    assert found_in(fragmented(*parts)).notes == ()


def test_fragments_that_are_promised_and_missing_are_noted() -> None:
    assert found_in(fragmented()).notes[0] == "its index speaks of fragments, and there are none"


def test_a_fragment_that_is_cut_leaves_the_length_unknown() -> None:
    found = found_in(fragmented(moof(tfhd(), trun(75)), moof(tfhd(), trun(75))[:40]))
    assert lengths_of(found) == {}
    assert found.notes[0].startswith("the length of its fragments isn't known: ")


def test_media_of_the_last_fragment_that_are_missing_are_noted() -> None:
    found = found_in(fragmented(moof(tfhd(), trun(75))[:-10]))
    assert found.notes == ("it is cut short: 10 bytes of its media are missing",)


def test_too_many_fragments_leave_the_length_unknown() -> None:
    found = found_in(fragmented(*[moof(tfhd(), trun(1))] * 4_000))
    assert lengths_of(found) == {}
    assert "20,000 parts" in found.notes[0]


def test_a_fragment_that_lists_too_many_samples_leaves_the_length_unknown() -> None:
    found = found_in(fragmented(moof(tfhd(), trun(200_001, [512] * 200_001))))
    assert lengths_of(found) == {}
    assert "200,000 entries" in found.notes[0]


def test_a_count_without_a_table_is_a_claim_that_the_file_must_have_room_for() -> None:
    found = found_in(fragmented(moof(tfhd(), trun(0xFFFFFFFF))))
    assert lengths_of(found) == {}


def test_a_fragment_without_an_index_box_is_not_looked_for() -> None:
    assert lengths_of(found_in(FTYP + moov(TrackOf()) + moof(tfhd(), trun(75)) + box(b"free"))) == {
        "movie": "5",
        "track": "5",
        "samples": "5",
    }


@given(st.lists(st.lists(st.integers(1, 5000), min_size=1, max_size=9), min_size=1, max_size=9))
def test_however_samples_are_spread_over_fragments_they_last_as_long(parts: list[list[int]]) -> None:
    together = TrackOf(runs=[(1, ticks) for part in parts for ticks in part])
    whole = found_in(FTYP + moov(together))
    spread = found_in(fragmented(*(moof(tfhd(), trun(len(part), part)) for part in parts)))
    assert lengths_of(spread)["samples"] == lengths_of(whole)["samples"]


def test_an_index_that_is_damaged_is_not_used() -> None:
    damaged = sidx(38_400).replace(b"\0\0\0\x01", b"\0\0\0\x63", 1).replace(b"\0\x01\0\0\0\x40", b"\0\x63\0\0\0\x40")
    found = found_in(fragmented(damaged, moof(tfhd(), trun(150))))
    assert lengths_of(found) == {"samples": "5"}
    assert found.notes[0].startswith("its segment index isn't used: the box 'sidx' at byte"), found.notes
