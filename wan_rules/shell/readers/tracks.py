"""One track of a movie: what it holds, how its picture stands, and how long its headers and samples say it lasts."""

from __future__ import annotations

from fractions import Fraction
from typing import Final, NamedTuple

from wan_rules.shell.found import UnreadableError
from wan_rules.shell.readers.boxes import Box, body_of, inner_boxes, number
from wan_rules.shell.readers.lengths import over
from wan_rules.shell.readers.reading import Reading
from wan_rules.shell.readers.tables import NO_SAMPLES, Edits, Samples, read_edits, read_times

PICTURE: Final = b"vide"
_SIZES: Final = frozenset({b"stsz", b"stz2"})
SOUND: Final = b"soun"

Matrix = tuple[int, int, int, int]
UPRIGHT: Final[Matrix] = (1 << 16, 0, 0, 1 << 16)
_UNKNOWN: Final = {0: 0xFFFFFFFF, 1: 0xFFFFFFFFFFFFFFFF}
"""The length that a header writes where it knows none, by its version."""


class Clock(NamedTuple):
    """A length in ticks (0: not said), and how many of them a second has."""

    ticks: int
    per_second: int

    @property
    def seconds(self) -> Fraction | None:
        """The length; `None` where it isn't said, or a second has no ticks."""
        return over(self.ticks, self.per_second) if self.ticks else None


class Header(NamedTuple):
    """A track's header: its number, whether it is shown, its length in the movie's ticks, how its picture is turned."""

    number: int
    is_enabled: bool
    ticks: int
    matrix: Matrix
    width: int
    height: int


class Track(NamedTuple):
    """A track: `entries` is where its sample descriptions stand, `samples` `None` where they couldn't be read."""

    header: Header
    handler: bytes
    clock: Clock
    edits: Edits | None
    entries: Box | None
    samples: Samples | None

    @property
    def sampled(self) -> Fraction | None:
        """How long its samples last in seconds; `None` where that isn't known, or there are none."""
        return over(self.samples.ticks, self.clock.per_second) if self.samples and self.samples.amount else None


def read_clock(reading: Reading, box: Box) -> tuple[Clock, int]:
    """The clock that a movie's (`mvhd`) or medium's header (`mdhd`) begins with, and how many bytes that takes."""
    version = body_of(reading, box, 1)[0]
    wide = 8 if version == 1 else 4
    head = body_of(reading, box, 8 + 3 * wide)
    ticks = number(head, 8 + 2 * wide, wide)
    unknown = _UNKNOWN.get(version)
    return Clock(0 if ticks == unknown else ticks, number(head, 4 + 2 * wide)), len(head)


def read_matrix(data: bytes) -> Matrix:
    """The four numbers that turn and scale, of a matrix of nine, each in parts of 65,536."""
    one, two, three, four = (int.from_bytes(data[at : at + 4], "big", signed=True) for at in (0, 4, 12, 16))
    return one, two, three, four


def read_header(reading: Reading, box: Box) -> Header:
    """What a `tkhd` box says. Raises UnreadableError if it is too short to say it."""
    version = body_of(reading, box, 1)[0]
    wide = 8 if version == 1 else 4
    data = body_of(reading, box, 72 + 3 * wide)
    ticks = number(data, 12 + 2 * wide, wide)
    rest = 12 + 3 * wide
    return Header(
        number=number(data, 4 + 2 * wide),
        is_enabled=bool(data[3] & 1),
        ticks=0 if ticks == _UNKNOWN.get(version) else ticks,
        matrix=read_matrix(data[rest + 16 : rest + 52]),
        width=number(data, rest + 52) >> 16,
        height=number(data, rest + 56) >> 16,
    )


class _Parts:
    """What was found of a track so far: boxes come in any order."""

    def __init__(self) -> None:
        self.header: Header | None = None
        self.handler = b""
        self.clock = Clock(0, 0)
        self.edits: Edits | None = None
        self.entries: Box | None = None
        self.times: Box | None = None
        self.sizes: Box | None = None


def read_track(reading: Reading, trak: Box) -> Track | None:
    """What a `trak` box holds; `None` without a header. Raises UnreadableError where it is damaged.

    Sample tables are read of tracks with pictures and sound alone, and no more of them than the times.
    """
    parts = _Parts()
    for box in inner_boxes(reading, trak):
        if box.kind == b"tkhd":
            parts.header = read_header(reading, box)
        elif box.kind == b"edts":
            parts.edits = _edits(reading, box)
        elif box.kind == b"mdia":
            _read_medium(reading, box, parts)
    if parts.header is None:
        reading.note("a track has no header, and is passed over")
        return None
    samples = _samples(reading, parts)
    return Track(parts.header, parts.handler, parts.clock, parts.edits, parts.entries, samples)


def _edits(reading: Reading, edts: Box) -> Edits | None:
    for box in inner_boxes(reading, edts):
        if box.kind == b"elst":
            try:
                return read_edits(reading, box)
            except UnreadableError as error:
                reading.note(f"the edit list isn't used: {error.reason}")
    return None


def _read_medium(reading: Reading, mdia: Box, parts: _Parts) -> None:
    information: list[Box] = []
    for box in inner_boxes(reading, mdia):
        if box.kind == b"mdhd":
            parts.clock, _ = read_clock(reading, box)
        elif box.kind == b"hdlr":
            parts.handler = body_of(reading, box, 12)[8:12]
        elif box.kind == b"minf":
            information.append(box)
    if information and parts.handler in {PICTURE, SOUND}:
        _find_tables(reading, information[0], parts)


def _find_tables(reading: Reading, minf: Box, parts: _Parts) -> None:
    stbl = next((box for box in inner_boxes(reading, minf) if box.kind == b"stbl"), None)
    for box in inner_boxes(reading, stbl) if stbl else ():
        if box.kind == b"stsd":
            parts.entries = box
        elif box.kind == b"stts":
            parts.times = box
        elif box.kind in _SIZES:
            parts.sizes = box
        if parts.entries and parts.times and (parts.sizes or parts.handler != PICTURE):
            return  # what follows is where samples stand


def _samples(reading: Reading, parts: _Parts) -> Samples | None:
    if parts.times is None:
        return NO_SAMPLES
    try:
        samples = read_times(reading, parts.times)
    except UnreadableError as error:
        reading.note(f"the lengths of the samples aren't known: {error.reason}")
        return None
    if reading.size is not None and samples.amount > reading.size:
        reading.note(f"its sample table claims {samples.amount:,} samples, more than the file has bytes: not believed")
        return None
    return samples if _agree_on_amount(reading, samples, parts.sizes) else None


def _agree_on_amount(reading: Reading, samples: Samples, sizes: Box | None) -> bool:
    """Whether as many samples have a size as a time: decoders go by the sizes, and show those without a time too."""
    if sizes is None:
        return True
    try:
        sized = number(body_of(reading, sizes, 12), 8)
    except UnreadableError as error:
        reading.note(f"the number of its samples isn't known: {error.reason}")
        return False
    if sized != samples.amount:
        reading.note(f"its tables give times of {samples.amount:,} samples and sizes of {sized:,}: not believed")
    return sized == samples.amount
