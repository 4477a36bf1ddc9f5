"""Small movies built by hand, box by box, so that a test can say exactly what lies where."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final, NamedTuple

UPRIGHT: Final = (1, 0, 0, 1)
FTYP: Final = struct.pack(">I4s4sI4s", 20, b"ftyp", b"isom", 512, b"isom")


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box of this kind around the parts."""
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full(kind: bytes, *parts: bytes, version: int = 0, flags: int = 0) -> bytes:
    """A box with version and flags before its parts."""
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def matrix(turn: Sequence[int]) -> bytes:
    """A matrix that turns by these four numbers."""
    a, b, c, d = (number << 16 for number in turn)
    return struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)


def mvhd(ticks: int, per_second: int = 1000, version: int = 0, turn: Sequence[int] = UPRIGHT) -> bytes:
    clock = struct.pack(">QQIQ" if version else ">IIII", 0, 0, per_second, ticks)
    return full(b"mvhd", clock, bytes(16), matrix(turn), bytes(28), version=version)


def tkhd(ticks: int, number: int = 1, turn: Sequence[int] = UPRIGHT, version: int = 0) -> bytes:
    clock = struct.pack(">QQIIQ" if version else ">IIIII", 0, 0, number, 0, ticks)
    return full(b"tkhd", clock, bytes(16), matrix(turn), bytes(8), version=version, flags=7)


def mdhd(ticks: int, per_second: int) -> bytes:
    return full(b"mdhd", struct.pack(">IIII", 0, 0, per_second, ticks), bytes(4))


def hdlr(handler: bytes) -> bytes:
    return full(b"hdlr", bytes(4), handler, bytes(13))


def entry(kind: bytes, width: int, height: int, *inside: bytes, depth: int = 24) -> bytes:
    """A picture's sample description."""
    sides = struct.pack(">HH", width, height)
    return box(kind, bytes(24), sides, bytes(46), struct.pack(">HH", depth, 0xFFFF), *inside)


def stsd(*entries: bytes) -> bytes:
    return full(b"stsd", struct.pack(">I", len(entries)), *entries)


def stts(*runs: tuple[int, int]) -> bytes:
    """A table of (how many samples, ticks of each)."""
    return full(b"stts", struct.pack(">I", len(runs)), *(struct.pack(">II", *run) for run in runs))


def elst(*edits: tuple[int, int], rate: int = 1 << 16, version: int = 0) -> bytes:
    """An edit list of (ticks of the movie, tick of the media or -1)."""
    row = ">Qqi" if version else ">Iii"
    return box(
        b"edts",
        full(
            b"elst", struct.pack(">I", len(edits)), *(struct.pack(row, *edit, rate) for edit in edits), version=version
        ),
    )


class TrackOf(NamedTuple):
    """A track to be built: 30 pictures a second for five seconds unless said otherwise."""

    ticks: int = 5000
    number: int = 1
    turn: Sequence[int] = UPRIGHT
    handler: bytes = b"vide"
    entries: bytes = stsd(entry(b"avc1", 640, 360))
    runs: Sequence[tuple[int, int]] = ((150, 512),)
    per_second: int = 15_360
    media_ticks: int = 76_800
    edits: bytes = b""
    padding: int = 0
    sized: int | None = None


def stsz(of: TrackOf) -> bytes:
    """How large each sample is: nothing of it but how many there are, and its padding."""
    amount = sum(count for count, _ in of.runs) if of.sized is None else of.sized
    return full(b"stsz", struct.pack(">II", 0, amount % (1 << 32)), bytes(of.padding))


def trak(of: TrackOf) -> bytes:
    """The track; `padding` bytes stand where sizes and places of samples do."""
    table = box(b"stbl", of.entries, stts(*of.runs), stsz(of))
    medium = box(b"mdia", mdhd(of.media_ticks, of.per_second), hdlr(of.handler), box(b"minf", table))
    return box(b"trak", tkhd(of.ticks, of.number, of.turn), of.edits, medium)


SOUND: Final = TrackOf(
    number=2, handler=b"soun", entries=stsd(box(b"mp4a", bytes(28))), runs=((235, 1024),), per_second=48_000
)


def moov(*tracks: TrackOf, ticks: int = 5000, more: bytes = b"") -> bytes:
    return box(b"moov", mvhd(ticks), *(trak(track) for track in tracks), more)


def movie(*tracks: TrackOf, ticks: int = 5000, more: bytes = b"") -> bytes:
    """A whole file, index at the front, with 64 bytes of media: five seconds of pictures unless tracks are given."""
    return FTYP + moov(*(tracks or (TrackOf(),)), ticks=ticks, more=more) + box(b"mdat", bytes(1024))


def mvex(usual: int = 512, ticks: int | None = None, number: int = 1) -> bytes:
    """What an index says of fragments: the usual ticks of a sample, and the ticks in all."""
    whole = () if ticks is None else (full(b"mehd", struct.pack(">I", ticks)),)
    return box(b"mvex", *whole, full(b"trex", struct.pack(">5I", number, 1, usual, 0, 0)))


def tfhd(number: int = 1, usual: int | None = None) -> bytes:
    more = b"" if usual is None else struct.pack(">QII", 0, 1, usual)
    return full(b"tfhd", struct.pack(">I", number), more, flags=0 if usual is None else 0xB)


def trun(amount: int, times: Sequence[int] | None = None) -> bytes:
    """A run of samples; with `times`, one of each, beside a size."""
    if times is None:
        return full(b"trun", struct.pack(">I", amount))
    rows = b"".join(struct.pack(">II", ticks, 9) for ticks in times)
    return full(b"trun", struct.pack(">Ii", amount, 0), rows, flags=0x301)


def moof(*parts: bytes, starts: int | None = None) -> bytes:
    """A fragment of one track, and its media: `parts` begin with a `tfhd`."""
    when = () if starts is None else (full(b"tfdt", struct.pack(">I", starts)),)
    return box(b"moof", full(b"mfhd", bytes(4)), box(b"traf", parts[0], *when, *parts[1:])) + box(b"mdat", bytes(64))


def sidx(*ticks: int, number: int = 1, per_second: int = 15_360) -> bytes:
    """An index of segments that last so many ticks."""
    head = struct.pack(">IIIIHH", number, per_second, 0, 0, 0, len(ticks))
    return full(b"sidx", head, *(struct.pack(">III", 64, tick, 0) for tick in ticks))
