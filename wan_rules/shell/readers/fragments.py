"""The fragments of a movie: `moof` boxes after its header, each with samples of its own, and the index of them.

A fragment's samples last what its own table says, else what the fragment says of all, else what the movie's header
says of all. Every fragment is looked at, since each may say what it likes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Final, NamedTuple

from wan_rules.shell.found import UnreadableError
from wan_rules.shell.readers.boxes import Box, body_of, inner_boxes, number, table_of
from wan_rules.shell.readers.reading import BLOCK, Reading, bytes_as_text
from wan_rules.shell.readers.tables import NO_SAMPLES, Samples, count_lengths, count_runs, words
from wan_rules.shell.readers.tracks import Clock

_TFHD_OPTIONAL: Final = ((0x1, 8), (0x2, 4))
"""What a fragment's header may hold before the usual length of its samples: flag and size."""
_TFHD_USUAL: Final = 0x8
_TRUN_OPTIONAL: Final = ((0x1, 4), (0x4, 4))
_TRUN_TIMES: Final = 0x100
_TRUN_COLUMNS: Final = (0x100, 0x200, 0x400, 0x800)


class Promise(NamedTuple):
    """What a movie's header says of its fragments (`mvex`): usual ticks of a sample by track, and ticks in all."""

    usual: dict[int, int]
    ticks: int


class Span(NamedTuple):
    """One fragment of one track: the tick it says it begins at (`None`: it doesn't), and its samples."""

    starts: int | None
    samples: Samples


Spans = dict[int, list[Span]]
"""The fragments of each track, in the order of the file."""


def read_promise(reading: Reading, mvex: Box) -> Promise:
    """What an `mvex` box says."""
    usual: dict[int, int] = {}
    ticks = 0
    for box in inner_boxes(reading, mvex):
        if box.kind == b"trex":
            data = body_of(reading, box, 16)
            usual[number(data, 4)] = number(data, 12)
        elif box.kind == b"mehd":
            wide = 8 if body_of(reading, box, 1)[0] == 1 else 4
            ticks = number(body_of(reading, box, 4 + wide), 4, wide)
    return Promise(usual, ticks)


def read_fragments(reading: Reading, moofs: Iterable[Box], promise: Promise) -> Spans:
    """Every fragment of every track. Raises UnreadableError where one is damaged, or they are too many to be read."""
    spans: Spans = {}
    for moof in moofs:
        reading.read(moof.at, min(moof.end - moof.at, BLOCK))  # in one call, rather than box by box
        for traf in inner_boxes(reading, moof):
            if traf.kind == b"traf":
                track, span = _read_fragment(reading, traf, promise)
                spans.setdefault(track, []).append(span)
    return spans


def _read_fragment(reading: Reading, traf: Box, promise: Promise) -> tuple[int, Span]:
    track, usual, starts = 0, 0, None
    parts: list[Samples] = []
    for box in inner_boxes(reading, traf):
        if box.kind == b"tfhd":
            track, usual = _read_fragment_header(reading, box, promise)
        elif box.kind == b"tfdt":
            wide = 8 if body_of(reading, box, 1)[0] == 1 else 4
            starts = number(body_of(reading, box, 4 + wide), 4, wide)
        elif box.kind == b"trun":
            parts.append(_read_run(reading, box, usual))
    return track, Span(starts, add_samples(parts))


def _read_fragment_header(reading: Reading, tfhd: Box, promise: Promise) -> tuple[int, int]:
    head = body_of(reading, tfhd, 8)
    flags, track = number(head) & 0xFFFFFF, number(head, 4)
    if not flags & _TFHD_USUAL:
        return track, promise.usual.get(track, 0)
    at = 8 + sum(size for flag, size in _TFHD_OPTIONAL if flags & flag)
    return track, number(body_of(reading, tfhd, at + 4), at)


def _read_run(reading: Reading, trun: Box, usual: int) -> Samples:
    head = body_of(reading, trun, 8)
    flags, count = number(head) & 0xFFFFFF, number(head, 4)
    if not flags & _TRUN_TIMES:
        return count_runs([(count, usual)])
    reading.take_rows(count)
    columns = sum(bool(flags & flag) for flag in _TRUN_COLUMNS)
    skip = 8 + sum(size for flag, size in _TRUN_OPTIONAL if flags & flag)
    times = words(table_of(reading, trun, skip, count * columns * 4))[::columns]
    return count_lengths(Counter(times))


def add_samples(parts: Iterable[Samples]) -> Samples:
    """The samples of all the parts; the usual length is that of the part with the most samples."""
    known = [part for part in parts if part.amount]
    if not known:
        return NO_SAMPLES
    return Samples(
        amount=sum(part.amount for part in known),
        ticks=sum(part.ticks for part in known),
        usual=max(known, key=lambda part: part.amount).usual,
        least=min(part.least for part in known),
        most=max(part.most for part in known),
    )


def has_gaps(spans: list[Span]) -> bool:
    """Whether a fragment begins more than a sample away from where the one before it ends."""
    return any(
        after.starts is not None
        and before.starts is not None
        and abs(before.starts + before.samples.ticks - after.starts) > max(before.samples.most, 1)
        for before, after in pairwise(spans)
    )


def read_segments(reading: Reading, indexes: list[Box], track: int) -> Fraction | None:
    """How long all segments of a track last by its index (`sidx`), in seconds.

    `None` if there is none, one is damaged, or the track has several: then none of them speaks of the whole.
    """
    try:
        clocks = [clock for owner, clock in (_read_segments(reading, box) for box in indexes) if owner == track]
    except UnreadableError as error:
        reading.note(f"its segment index isn't used: {error.reason}")
        return None
    return clocks[0].seconds if len(clocks) == 1 else None


def _read_segments(reading: Reading, sidx: Box) -> tuple[int, Clock]:
    wide = 8 if body_of(reading, sidx, 1)[0] == 1 else 4
    head = body_of(reading, sidx, 16 + 2 * wide)
    count = number(head, 14 + 2 * wide, 2)
    reading.take_rows(count)
    rows = words(table_of(reading, sidx, len(head), count * 12))
    return number(head, 4), Clock(sum(rows[1::3]), number(head, 8))


def moofs_among(reading: Reading, boxes: Iterable[Box], indexes: list[Box]) -> Iterator[Box]:
    """The `moof` boxes among those of a file; every `sidx` is put into `indexes` on the way."""
    for box in boxes:
        if box.kind == b"moof":
            yield box
        elif box.kind == b"sidx":
            indexes.append(box)
        elif reading.size is not None and not box.is_open and box.end > reading.size:
            reading.note(f"it is cut short: {bytes_as_text(box.end - reading.size)} of its media are missing")
