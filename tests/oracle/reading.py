"""A card's own text as the oracle's rows: every value a string, lists divided by blanks, bands `10:0.2 :free`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from tests.oracle.books import Place
from tests.oracle.terms import Row, Terms


def read_place(text: str) -> tuple[tuple[str, str | None], Place]:
    """The host and region of a card, and its terms without any agreement."""
    document = tomllib.loads(text)
    head = document["card"]
    rows = {
        name: [_row(part) for part in document.get(name, [])] for name in ("entry", "reference_video", "unfinished")
    }
    terms: Terms = {
        "id": head["id"],
        "currency": head["currency"],
        "super_resolution": head.get("super_resolution", "tier"),
        "entries": [{"model": "per_unit"} | row for row in rows["entry"]],
        "reference_video": rows["reference_video"],
        "rounding": [_row(part) for part in document.get("rounding", [])],
        "unfinished": rows["unfinished"],
        "agreement": [],
    }
    return (head["host"], head.get("region")), Place(head["id"], terms, head.get("zone", "UTC"))


def _row(part: Mapping[str, Any]) -> Row:
    return {key: _value(key, value) for key, value in part.items()}


def _value(key: str, value: Any) -> str:  # noqa: ANN401 - whatever TOML holds
    if key == "bands":
        return " ".join(f"{band.get('up_to', '')}:{band.get('price', 'free')}" for band in value)
    if isinstance(value, bool):
        return str(value).lower()
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
