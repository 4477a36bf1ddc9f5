"""The boxes of MP4 and QuickTime files: what there is inside a stretch of the file, found by headers alone.

A box says its size, and the next one begins where it ends, so that whatever isn't wanted is jumped over unread.
Nothing here goes deeper by itself: the depth of what is read is the depth of the code that asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from wan_rules.shell.found import UnreadableError
from wan_rules.shell.readers.reading import FAR, Reading

_HEADER = 8
_LONG_HEADER = 16
_TO_THE_END = 0
_IS_LONG = 1


class Box(NamedTuple):
    """A box: its kind, and where it, what it holds, and the next one begin.

    `is_open` says that it reaches to the end of the file, wherever that is.
    """

    kind: bytes
    at: int
    body: int
    end: int
    is_open: bool = False


def box_name(kind: bytes) -> str:
    """A box's kind as a message shows it: `'moov'`, or in hexadecimal where it isn't text."""
    text = kind.decode("latin-1")
    return f"'{text.rstrip()}'" if text.isascii() and text.isprintable() else f"0x{kind.hex()}"


def number(data: bytes, at: int = 0, count: int = 4) -> int:
    """The unsigned number of `count` bytes, the highest first. Whoever asks knows that they are there."""
    return int.from_bytes(data[at : at + count], "big")


def top_boxes(reading: Reading, at: int = 0) -> Iterator[Box]:
    """The boxes of the file itself, from the one at `at`, to the end or to the first that has no whole header.

    One that claims more than the file has is given as claimed. Raises UnreadableError at what can't be a box.
    """
    while box := _box_at(reading, at, reading.size):
        yield box
        if box.is_open:
            return
        at = box.end


def inner_boxes(reading: Reading, parent: Box, skip: int = 0) -> Iterator[Box]:
    """The boxes inside `parent`, after `skip` bytes of its own. Raises UnreadableError where one is larger than it."""
    at = parent.body + skip
    while at + _HEADER <= parent.end:
        box = _box_at(reading, at, parent.end)
        if box is None or box.is_open:
            return  # QuickTime ends some lists with a zero
        if box.end > parent.end:
            raise UnreadableError(
                f"the box {box_name(box.kind)} at byte {at:,} claims to reach byte {box.end:,}, "
                f"past the end of {box_name(parent.kind)} around it, byte {parent.end:,}: damaged or made up"
            )
        yield box
        at = box.end


def _box_at(reading: Reading, at: int, end: int | None) -> Box | None:
    head = reading.read(at, _LONG_HEADER)
    if len(head) < _HEADER:
        return None
    reading.step()
    size, kind = number(head), head[4:8]
    if size == _TO_THE_END:
        return Box(kind, at, at + _HEADER, FAR if end is None else end, is_open=True)
    header = _LONG_HEADER if size == _IS_LONG else _HEADER
    if size == _IS_LONG:
        size = number(head, 8, 8) if len(head) == _LONG_HEADER else 0
    if size < header or at + size > FAR:
        raise UnreadableError(f"the box {box_name(kind)} at byte {at:,} claims {size:,} bytes: damaged or made up")
    return Box(kind, at, at + header, at + size)


def body_of(reading: Reading, box: Box, count: int) -> bytes:
    """The first `count` bytes that a box holds. Raises UnreadableError if it, or the file, has fewer."""
    if box.body + count > box.end:
        raise UnreadableError(
            f"the box {box_name(box.kind)} at byte {box.at:,} holds {box.end - box.body:,} bytes, "
            f"and can't hold less than {count:,}: damaged or made up"
        )
    return reading.need(box.body, count, f"the box {box_name(box.kind)}")


def table_of(reading: Reading, box: Box, skip: int, size: int) -> bytes:
    """The `size` bytes of a box's table, after `skip` others. Raises UnreadableError if it, or the file, has fewer."""
    if box.body + skip + size > box.end:
        raise UnreadableError(
            f"the box {box_name(box.kind)} at byte {box.at:,} claims a table of {size:,} bytes, "
            f"more than it holds: damaged or made up"
        )
    return reading.need(box.body + skip, size, f"the table in {box_name(box.kind)}")
