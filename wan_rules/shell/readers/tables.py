"""The tables of a track: how long its samples last (`stts`), and which stretch of them is shown (`elst`)."""

from __future__ import annotations

import struct
import sys
from array import array
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from operator import mul
from typing import Final, NamedTuple

from wan_rules.shell.found import UnreadableError
from wan_rules.shell.readers.boxes import Box, body_of, number, table_of
from wan_rules.shell.readers.reading import Reading

_HEAD: Final = 8
_NEGATIVE: Final = 1 << 31
_EMPTY: Final = -1
_NORMAL_SPEED: Final = 1 << 16


class Samples(NamedTuple):
    """Samples of one track: how many, their ticks in all, and the ticks that most of them last (0: there is none)."""

    amount: int
    ticks: int
    usual: int
    least: int
    most: int


NO_SAMPLES: Final = Samples(0, 0, 0, 0, 0)


class Edits(NamedTuple):
    """An edit list: the length of its edits in the movie's ticks, and the media that it passes over in the track's.

    `waits` are the ticks of the movie for which nothing is shown. `is_open` says that the last edit goes to the end.
    """

    ticks: int
    waits: int
    skipped: int
    is_open: bool


def words(data: bytes) -> array[int]:
    """The unsigned numbers of four bytes each, the highest first, that the data is made of."""
    numbers = array("I")
    numbers.frombytes(data)
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def count_runs(runs: Iterable[tuple[int, int]]) -> Samples:
    """What runs of (how many, ticks of each) amount to."""
    lasting: Counter[int] = Counter()
    for count, ticks in runs:
        lasting[ticks] += count
    return count_lengths(+lasting)


def count_lengths(lasting: Counter[int]) -> Samples:
    """What samples amount to, counted by their ticks. Of those equally usual, the shortest is usual."""
    if not lasting:
        return NO_SAMPLES
    usual = min(lasting, key=lambda ticks: (-lasting[ticks], ticks))
    total = sum(map(mul, lasting.keys(), lasting.values()))
    return Samples(lasting.total(), total, usual, min(lasting), max(lasting))


def read_times(reading: Reading, box: Box) -> Samples:
    """What an `stts` box says. Raises UnreadableError if it is too long, or a sample lasts less than nothing."""
    runs = number(body_of(reading, box, _HEAD), 4)
    reading.take_rows(runs)
    table = words(table_of(reading, box, _HEAD, runs * 8))
    samples = count_runs(zip(table[::2], table[1::2], strict=True))
    if samples.most >= _NEGATIVE:
        raise UnreadableError("its sample table has a sample that lasts less than nothing")
    return samples


def read_edits(reading: Reading, box: Box) -> Edits:
    """What an `elst` box says. Raises UnreadableError if it is too long to be read."""
    head = body_of(reading, box, _HEAD)
    count = number(head, 4)
    reading.take_rows(count)
    row = struct.Struct(">Qqi" if head[0] == 1 else ">Iii")
    edits = list(row.iter_unpack(table_of(reading, box, _HEAD, count * row.size)))
    shown = [(ticks, start) for ticks, start, _ in edits if start != _EMPTY]
    waits = sum(ticks for ticks, start, _ in edits if start == _EMPTY)
    if any(rate != _NORMAL_SPEED for _, start, rate in edits if start != _EMPTY):
        reading.note("its edit list changes the speed")
    if len(shown) > 1:
        reading.note(f"its edit list shows {len(shown)} stretches")
    if any(start < 0 for _, start in shown):
        raise UnreadableError("its edit list begins before the media does")
    is_open = bool(shown) and shown[-1][0] == 0
    return Edits(waits + sum(ticks for ticks, _ in shown), waits, shown[-1][1] if shown else 0, is_open)


def edited_length(edits: Edits, movie: int, samples: Fraction | None, media: int) -> Fraction | None:
    """How long the edits last in seconds; `movie` and `media` are ticks of a second. `None` where there is no telling.

    An open edit lasts until the samples end, from where it begins in them.
    """
    if movie <= 0:
        return None
    said = Fraction(edits.ticks, movie)
    if not edits.is_open:
        return said
    if samples is None or media <= 0:
        return None
    return said + max(samples - Fraction(edits.skipped, media), Fraction(0))
