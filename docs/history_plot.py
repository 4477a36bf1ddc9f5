"""The plot of the how-to page on price history: what its command draws, so that the picture can't go stale."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pricing import Market
from pricing.histories import plot, trace
from pricing.plots import draw
from pricing.shell.catalogues import load_catalogue

EXAMPLE: Final = Path(__file__).resolve().parent.parent / "examples" / "catalogue"
NOW: Final = datetime(2026, 11, 15, tzinfo=UTC)


def draw_history() -> str:
    """What acme pays at Atlas over time, in the example catalogue."""
    periods = trace(load_catalogue(EXAMPLE), Market("acme", "production", "atlas"))
    title = "output_video_seconds: acme / production / atlas"
    return draw(plot(periods, "output_video_seconds", NOW, title=title))
