"""What a picture of ours holds, read from its SVG."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as ET

SVG: Final = "{http://www.w3.org/2000/svg}"


def placed(svg: str) -> tuple[list[str], list[str], list[str]]:
    """Where the bars, the texts and the lines are, in the order of the picture; its own ground and title left out."""
    root = ET.fromstring(svg)  # noqa: S314 - our own text
    texts = [text for text in root.iter(f"{SVG}text") if text.get("class") != "title"]
    return (
        [" ".join(bar.get(key, "") for key in ("class", "x", "y", "width", "height")) for bar in bars_of(svg)],
        [f"{text.get('x')} {text.get('y')} {text.text}" for text in texts],
        [path.get("d", "") for path in root.iter(f"{SVG}path")],
    )


def bars_of(svg: str) -> list[ET.Element]:
    """The rectangles but for the ground."""
    return [rect for rect in ET.fromstring(svg).iter(f"{SVG}rect") if rect.get("class") != "panel"]  # noqa: S314 - as above


def size(svg: str) -> tuple[str | None, str | None]:
    root = ET.fromstring(svg)  # noqa: S314 - as above
    return root.get("width"), root.get("height")
