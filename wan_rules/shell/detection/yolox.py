"""A detector of the YOLOX family: what its model is shown, and what the numbers that come out mean.

Its model takes a square picture in BGR, 0 to 255, and answers one row for each cell of three grids: the middle and the
size of a box in units of the cell, how sure it is that there is something, and how sure it is of each kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np

from wan_rules.shell.detection.pictures import GREY, Picture
from wan_rules.shell.kinds import KINDS

Array: TypeAlias = Any
"""Of numpy."""

STRIDES_PX: Final = (8, 16, 32)
CANDIDATES_MAX: Final = 1000
"""Boxes, the surest first, that are compared with each other."""
_BOX, _ROW = 4, 5 + len(KINDS)


class ModelError(ValueError):
    """A model that is none of this family."""


class Found(NamedTuple):
    """One box: the number of its kind, how sure it is, and left, top, right, bottom in pixels of the original."""

    kind: int
    confidence: float
    edges_px: tuple[int, int, int, int]


def read_side(shape: list[object]) -> int:
    """The side of the square that the model takes, in pixels. Raises ModelError."""
    if len(shape) != _BOX or shape[:2] != [1, 3] or shape[2] != shape[3]:
        raise ModelError(f"its input is {shape}: 1 x 3 x side x side of a fixed side is wanted")
    side = shape[2]
    if not isinstance(side, int) or side <= 0 or side % STRIDES_PX[-1]:
        raise ModelError(f"its input's side is {side}: a multiple of {STRIDES_PX[-1]} is wanted")
    return side


def shape_input(picture: Picture, side_px: int) -> tuple[Array, float]:
    """The picture in the upper left of a grey square, as the model takes it, and by how much it was scaled for that."""
    from PIL import Image

    width, height = picture.size_px
    scale = min(side_px / width, side_px / height)
    fitted = picture.image.resize(
        (max(1, round(width * scale)), max(1, round(height * scale))), Image.Resampling.BILINEAR
    )
    square = Image.new("RGB", (side_px, side_px), GREY)
    square.paste(fitted, (0, 0))
    pixels = np.asarray(square, dtype=np.float32)[:, :, ::-1].transpose(2, 0, 1)
    return np.ascontiguousarray(pixels[np.newaxis]), scale


def decode(rows: Array, side_px: int) -> Array:
    """The rows with boxes as left, top, right, bottom in pixels of the square. Raises ModelError."""
    cells, strides = _grids(side_px)
    if rows.shape != (len(cells), _ROW):
        raise ModelError(
            f"its output is {rows.shape}: {(len(cells), _ROW)} is wanted, undecoded, of {len(KINDS)} kinds"
        )
    middle = (rows[:, :2] + cells) * strides
    half = np.exp(np.minimum(rows[:, 2:_BOX], 20)) * strides / 2
    return np.concatenate([middle - half, middle + half, rows[:, _BOX:]], axis=1)


def _grids(side_px: int) -> tuple[Array, Array]:
    """Column and row of each cell, and the side of its square in pixels."""
    cells, strides = [], []
    for stride in STRIDES_PX:
        count = side_px // stride
        rows, columns = np.mgrid[:count, :count]
        cells.append(np.stack([columns.ravel(), rows.ravel()], axis=1))
        strides.append(np.full((count * count, 1), stride))
    return np.concatenate(cells), np.concatenate(strides)


def pick(decoded: Array, least: float, overlap: float) -> Iterator[tuple[int, float, Array]]:
    """Kind, confidence and box of each thing, surest first; of boxes of one kind that overlap by more, the surest."""
    scores = decoded[:, _BOX : _BOX + 1] * decoded[:, _BOX + 1 :]
    kinds, sure = scores.argmax(axis=1), scores.max(axis=1)
    kept: list[int] = []
    for index in np.argsort(-sure, kind="stable")[:CANDIDATES_MAX]:
        if not sure[index] >= least:  # NaN too
            break
        rivals = [other for other in kept if kinds[other] == kinds[index]]
        if not rivals or _overlaps(decoded[index, :_BOX], decoded[rivals, :_BOX]).max() <= overlap:
            kept.append(int(index))
            yield int(kinds[index]), float(sure[index]), decoded[index, :_BOX]


def _overlaps(box: Array, others: Array) -> Array:
    """Of each of the others: what it has in common with the box, as a share of what both cover."""
    common = np.clip(np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2]), 0, None).prod(axis=1)
    areas = (others[:, 2:] - others[:, :2]).prod(axis=1) + (box[2:] - box[:2]).prod()
    return common / np.maximum(areas - common, 1e-9)


def find(rows: Array, least: float, overlap: float, square: tuple[int, float, tuple[int, int]]) -> list[Found]:
    """What the model saw, in pixels of the original, within it; `square`: its side, scale, and the original's size."""
    side, scale, (width, height) = square
    found = []
    for kind, sure, box in pick(decode(rows, side), least, overlap):
        left, top, right, bottom = (int(edge) for edge in np.round(np.nan_to_num(box) / scale))
        edges = (_within(left, width), _within(top, height), _within(right, width), _within(bottom, height))
        found.append(Found(kind, min(sure, 1.0), edges))
    return found


def _within(edge: int, end: int) -> int:
    return min(max(edge, 0), end)
