"""How long a movie lasts by each of its own accounts, and what doesn't fit together among them."""

from __future__ import annotations

from fractions import Fraction
from typing import Final, NamedTuple

from wan_rules.shell.found import Length, LengthName, UnreadableError
from wan_rules.shell.readers.boxes import Box, top_boxes
from wan_rules.shell.readers.fragments import Spans, add_samples, has_gaps, moofs_among, read_fragments, read_segments
from wan_rules.shell.readers.lengths import believe, exact_seconds, over
from wan_rules.shell.readers.movie_index import Movie
from wan_rules.shell.readers.reading import Reading
from wan_rules.shell.readers.tables import Samples, edited_length
from wan_rules.shell.readers.tracks import SOUND, Track

_UNEVEN: Final = Fraction(5, 4)
"""Where some pictures last this much longer than others, there is no one rate."""


class Claims(NamedTuple):
    """The lengths that a movie claims, and how long most of its pictures last (`None`: not known)."""

    lengths: tuple[Length, ...]
    frame: Fraction | None


class _Fragments(NamedTuple):
    """What follows the index: fragments by track (`None`: not known), and how long they last by their own index."""

    spans: Spans | None
    indexed: Fraction | None


_NONE: Final = _Fragments({}, None)


def gather_claims(reading: Reading, movie: Movie, track: Track) -> Claims:
    """Every length that the movie claims for the picture of `track`."""
    fragments = _follow(reading, movie, track)
    # With gaps in between nobody knows whether a host counts them.
    samples = None if has_gaps((fragments.spans or {}).get(track.header.number, [])) else _all_samples(track, fragments)
    frame = over(samples.usual, track.clock.per_second) if samples else None
    sampled = over(samples.ticks, track.clock.per_second) if samples and samples.amount else None
    claims: dict[LengthName, Fraction | None] = {
        "movie": movie.clock.seconds,
        "track": over(track.header.ticks, movie.clock.per_second),
        "edit": _edited(reading, movie, track, sampled),
    }
    if fragments.spans != {}:
        claims = _without_beginnings(claims, track.sampled, frame)
    if movie.promise and movie.promise.ticks:
        claims["movie"] = over(movie.promise.ticks, movie.clock.per_second)
    claims |= {"samples": sampled, "index": fragments.indexed}
    _note_samples(reading, track, samples, frame)
    _note_sound(reading, movie, fragments, claims)
    lengths = [length for name, seconds in claims.items() for length in believe(reading, name, seconds)]
    return Claims(tuple(lengths), frame)


def _follow(reading: Reading, movie: Movie, track: Track) -> _Fragments:
    """The fragments after the index, all of them, if it speaks of any; a note where they can't be known."""
    if movie.promise is None:
        return _NONE
    indexes: list[Box] = []
    spans: Spans | None = None
    try:
        spans = read_fragments(reading, moofs_among(reading, top_boxes(reading, movie.end), indexes), movie.promise)
        if not spans:
            reading.note("its index speaks of fragments, and there are none")
    except UnreadableError as error:
        reading.note(f"the length of its fragments isn't known: {error.reason}")
    return _Fragments(spans, read_segments(reading, indexes, track.header.number))


def _all_samples(track: Track, fragments: _Fragments) -> Samples | None:
    """The samples of the track's own table and of its fragments; `None` if either isn't known."""
    if fragments.spans is None or track.samples is None:
        return None
    return add_samples([track.samples, *(span.samples for span in fragments.spans.get(track.header.number, ()))])


def _edited(reading: Reading, movie: Movie, track: Track, sampled: Fraction | None) -> Fraction | None:
    if track.edits is None:
        return None
    if waits := over(track.edits.waits, movie.clock.per_second):
        reading.note(f"nothing is shown for {exact_seconds(waits)} s at its beginning or between its edits")
    return edited_length(track.edits, movie.clock.per_second, sampled, track.clock.per_second)


def _without_beginnings(
    claims: dict[LengthName, Fraction | None], initial: Fraction | None, frame: Fraction | None
) -> dict[LengthName, Fraction | None]:
    """The claims but those of headers that were written before the fragments, and speak of what stands before them."""
    return {
        name: None if not said or (initial is not None and abs(said - initial) <= (frame or 0)) else said
        for name, said in claims.items()
    }


def _note_samples(reading: Reading, track: Track, samples: Samples | None, frame: Fraction | None) -> None:
    """Note what is odd about the samples: none, uneven ones, and a medium's header that says otherwise."""
    if samples is None:
        return
    if not samples.amount:
        reading.note("its picture track has no samples")
    elif not track.clock.per_second:
        reading.note("its picture track's clock has no ticks in a second, so that its samples have no length")
    elif samples.most > samples.usual * _UNEVEN or samples.least * _UNEVEN < samples.usual:
        least, most = (
            exact_seconds(Fraction(ticks, track.clock.per_second)) for ticks in (samples.least, samples.most)
        )
        reading.note(f"its pictures last unevenly, from {least} to {most} s")
    if track.clock.seconds and track.sampled and abs(track.clock.seconds - track.sampled) > (frame or 0):
        reading.note("its medium's header ('mdhd') and its samples claim different lengths")


def _note_sound(
    reading: Reading, movie: Movie, fragments: _Fragments, claims: dict[LengthName, Fraction | None]
) -> None:
    """Note gaps between fragments, and sound that lasts longer than the picture."""
    for spans in (fragments.spans or {}).values():
        if has_gaps(spans):
            reading.note("its fragments don't follow each other without gaps")
    picture = claims["samples"] or claims["track"]
    sounds = [_sound_length(movie, track, fragments) for track in movie.tracks if track.handler == SOUND]
    longest = max(sounds, default=Fraction(0))
    if picture and longest - picture > Fraction(1, 10):
        reading.note(
            f"its sound lasts {exact_seconds(longest)} s, {exact_seconds(longest - picture)} s longer than its picture"
        )


def _sound_length(movie: Movie, track: Track, fragments: _Fragments) -> Fraction:
    """How long a sound lasts by its samples, else by its header; zero if neither says."""
    samples = _all_samples(track, fragments)
    sampled = over(samples.ticks, track.clock.per_second) if samples and samples.amount else None
    return sampled or over(track.header.ticks, movie.clock.per_second) or Fraction(0)
