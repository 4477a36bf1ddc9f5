"""The variance bridge of a reconciliation as one SVG text: expected, each cause of breaks, invoiced; a row a bar.

Twelve causes side by side would be too wide for a page: here the bars lie below one another, and the names beside.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pricing.break_causes import CAUSES
from pricing.panels import HEAD_PX, Bar, Scale, Walk, list_bars, tell_bars, write_bars
from pricing.pictures import CHARACTER_PX, LEFT_PX, Size, to_xml
from pricing.reconciliations import Reconciliation, Totals

BARS_PX: Final = 360
"""How long the longest bar is."""
TOP_PX: Final = 36
"""Of the first bar, from the top of its panel."""
ROW_PX: Final = 26
BAR_PX: Final = 18
GROUND_PX: Final = 24
"""Below the bars, where it says what they begin at."""
APART_PX: Final = 8
NOTHING: Final = "Nothing was expected, and nothing invoiced."


def draw_bridges(told: Reconciliation) -> str:
    """The picture: for each currency a bar for what was expected, one for each cause, and one for what was invoiced."""
    return _draw(told.totals, "From expected to invoiced")


def draw_bridge(own: Totals) -> str:
    """The same picture of one currency alone."""
    return _draw([own], f"From expected to invoiced in {own.currency}")


def _draw(totals: Sequence[Totals], title: str) -> str:
    panels = [_Panel(own) for own in totals]
    tops = [HEAD_PX]
    for panel in panels:
        tops.append(tops[-1] + panel.height)
    width = max([panel.width for panel in panels], default=0)
    size = Size(max(LEFT_PX * 2 + CHARACTER_PX * len(NOTHING), width), tops[-1] + APART_PX)
    lines = (line for panel, top in zip(panels, tops, strict=False) for line in panel.draw(top))
    return write_bars(lines, title, describe(totals), size)


def describe(totals: Sequence[Totals]) -> str:
    """All that the picture shows, in sentences."""
    return " ".join(f"In {own.currency}: {tell_bars(build_walk(own))}." for own in totals) or NOTHING


def build_walk(own: Totals) -> Walk:
    """From what was expected to what was invoiced, by cause, and at last what is tolerated."""
    moves = tuple((name_cause(cause), amount) for cause, amount in zip(CAUSES, own.causes, strict=True))
    return Walk(
        own.currency, ("expected", own.expected), (*moves, ("tolerated", own.tolerated)), ("invoiced", own.invoiced)
    )


def name_cause(cause: str) -> str:
    """The cause in words."""
    return cause.replace("_", " ")


class _Panel:
    """The bars of one currency, below one another."""

    def __init__(self, own: Totals) -> None:
        self._heading = f"{own.currency}, before tax"
        self._bars = list_bars(build_walk(own))
        self._scale = Scale(self._bars, BARS_PX)
        self._ground = self._scale.tell_ground(own.currency)
        self._left = LEFT_PX + CHARACTER_PX * max(len(bar.name) for bar in self._bars) + APART_PX
        beside = APART_PX + CHARACTER_PX * max(len(bar.label) for bar in self._bars)
        self.width = max(self._left + BARS_PX + beside + LEFT_PX, CHARACTER_PX * len(self._heading) + 2 * LEFT_PX)
        self.height = TOP_PX + ROW_PX * len(self._bars) + (GROUND_PX if self._ground else 0) + APART_PX

    def draw(self, top: int) -> Iterator[str]:
        """The panel, from a pixel downwards."""
        first = top + TOP_PX
        yield f'<text class="heading" x="{LEFT_PX}" y="{top + 20}">{to_xml(self._heading)}</text>'
        for number, bar in enumerate(self._bars):
            y = first + ROW_PX * number
            yield from self._draw_bar(bar, y)
            if number + 1 < len(self._bars):
                yield f'<path class="step" d="M{self._left + self._scale.px(bar.end)} {y + BAR_PX}v{ROW_PX - BAR_PX}"/>'
        bottom = first + ROW_PX * len(self._bars)
        yield f'<path d="M{self._left} {first - 4}V{bottom - 4}"/>'
        if self._ground:
            yield f'<text x="{self._left}" y="{bottom + 12}">{self._ground}</text>'

    def _draw_bar(self, bar: Bar, y: int) -> Iterator[str]:
        low, high = self._left + self._scale.px(bar.low), self._left + self._scale.px(bar.high)
        yield f'<text x="{self._left - APART_PX}" y="{y + 14}" text-anchor="end">{bar.name}</text>'
        yield f'<rect class="{bar.kind}" x="{low}" y="{y}" width="{max(high - low, 1)}" height="{BAR_PX}"/>'
        yield f'<text x="{max(high, low + 1) + APART_PX}" y="{y + 14}">{bar.label}</text>'
