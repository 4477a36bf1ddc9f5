"""A picture with boxes around what was seen, and its kind beside each. Runs in the child process alone: Pillow."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from wan_rules.shell.detection.pictures import open_picture

if TYPE_CHECKING:
    from PIL import ImageDraw

LONGEST_PX: Final = 2048
"""The longer side of what is drawn, at most."""
COLOURS: Final = ("#e6194b", "#3cb44b", "#4363d8", "#f58231", "#911eb4", "#008080", "#9a6324", "#000075")
"""Told apart on most grounds; the label says the rest."""


def draw(data: bytes, labels: Sequence[str], boxes: Sequence[Sequence[int]]) -> bytes:
    """A PNG of the picture with each box and its label; boxes are in pixels of the upright original."""
    from PIL import ImageDraw

    image, (width, _) = open_picture(data, LONGEST_PX)
    scale = image.width / width
    canvas = ImageDraw.Draw(image)
    for colour, label, box in zip(_colours(len(boxes)), labels, boxes, strict=True):
        _outline(canvas, [round(edge * scale) for edge in box], label, colour)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _colours(count: int) -> Iterator[str]:
    return (COLOURS[index % len(COLOURS)] for index in range(count))


def _outline(canvas: ImageDraw.ImageDraw, box: list[int], label: str, colour: str) -> None:
    """The box, and its label inside its upper left corner, where it is in the picture whatever the box is."""
    from PIL import ImageFont

    longest = max(canvas.im.size)
    line, size = max(2, longest // 300), max(12, longest // 36)
    left, top, right, bottom = box
    canvas.rectangle((left, top, max(left, right), max(top, bottom)), outline=colour, width=line)
    font, at = ImageFont.load_default(size), (left + line, top + line)
    ground = canvas.textbbox(at, label, font=font)
    canvas.rectangle((*at, ground[2] + line, ground[3] + line), fill=colour)
    canvas.text(at, label, fill="white", font=font)
