"""A model in ONNX of the form that the detector wants, which sees nothing in any picture: no weights are shipped.

It is written field by field, as protobuf has them, so that nothing has to be installed to make it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Final

SIDE_PX: Final = 32
BOXES: Final = sum((SIDE_PX // stride) ** 2 for stride in (8, 16, 32))
NUMBERS: Final = 85
"""Of each box: four of its place, one whether it is a thing, and 80 of its kind."""
_FLOAT, _INT64 = 1, 7


def write() -> bytes:
    """The model: a picture in, zeros out."""
    shape = _numbers(1, [3]) + _number(2, _INT64) + _text(8, "shape") + _bytes(9, struct.pack("<3q", 1, BOXES, NUMBERS))
    node = _text(1, "shape") + _text(2, "output") + _text(4, "ConstantOfShape")
    graph = _bytes(1, node) + _text(2, "blank") + _bytes(5, shape)
    graph += _bytes(11, _tensor("images", (1, 3, SIDE_PX, SIDE_PX))) + _bytes(
        12, _tensor("output", (1, BOXES, NUMBERS))
    )
    return _number(1, 8) + _bytes(7, graph) + _bytes(8, _text(1, "") + _number(2, 11))


def _tensor(name: str, shape: Iterable[int]) -> bytes:
    sides = b"".join(_bytes(1, _number(1, side)) for side in shape)
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, _FLOAT) + _bytes(2, sides)))


def _text(field: int, text: str) -> bytes:
    return _bytes(field, text.encode())


def _bytes(field: int, data: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _number(field: int, number: int) -> bytes:
    return _varint(field << 3) + _varint(number)


def _numbers(field: int, numbers: Iterable[int]) -> bytes:
    return b"".join(_number(field, number) for number in numbers)


def _varint(number: int) -> bytes:
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*written, number))
