"""The variance bridge of a backtest as one SVG text: before, each cause that moves it, after; a panel a currency."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from pricing.bridges import CAUSES
from pricing.panels import HEAD_PX, Scale, Walk, list_bars, tell_bars, write_bars
from pricing.pictures import CHARACTER_PX, LEFT_PX, Size, to_xml
from pricing.tallies import Sum


class Waterfall(NamedTuple):
    """What a picture shows: a title, and a sum for each currency, none of which changes its currency."""

    title: str
    panels: tuple[tuple[str, Sum], ...]


PANEL_PX: Final = 280
TOP_PX: Final = 56
"""Of the bars' room, from the top of their panel."""
HEIGHT_PX: Final = 180
APART_PX: Final = 24


def draw(waterfall: Waterfall) -> str:
    """The picture: for each currency a bar before, one for each cause that moves it, and one after."""
    drawn = [_Panel(currency, own) for currency, own in waterfall.panels]
    size = Size(LEFT_PX + max(panel.width for panel in drawn), HEAD_PX + PANEL_PX * len(drawn))
    lines = (line for number, panel in enumerate(drawn) for line in panel.draw(HEAD_PX + PANEL_PX * number))
    return write_bars(lines, waterfall.title, describe(waterfall), size)


def describe(waterfall: Waterfall) -> str:
    """All that the picture shows, in sentences."""
    return " ".join(_tell(currency, own) for currency, own in waterfall.panels)


def _tell(currency: str, own: Sum) -> str:
    return f"{own.rows:,} rows in {currency}: {tell_bars(_walk(currency, own))}."


def _walk(currency: str, own: Sum) -> Walk:
    moves = tuple((cause.replace("_", " "), amount) for cause, amount in zip(CAUSES, own.causes, strict=True))
    return Walk(currency, ("before", own.before), moves, ("after", own.after))


class _Panel:
    """The bars of one currency, side by side."""

    def __init__(self, currency: str, own: Sum) -> None:
        self._heading = f"{currency}, before tax: {own.rows:,} row{'' if own.rows == 1 else 's'}"
        self._bars = list_bars(_walk(currency, own))
        self._scale = Scale(self._bars, HEIGHT_PX)
        self._ground = self._scale.tell_ground(currency)
        longest = max(len(text) for bar in self._bars for text in (bar.name, bar.label))
        self._bar_px = CHARACTER_PX * longest
        self.width = max((self._bar_px + APART_PX) * len(self._bars), CHARACTER_PX * len(self._heading) + LEFT_PX)

    def draw(self, top: int) -> Iterator[str]:
        """The panel, from a pixel downwards."""
        bottom = top + TOP_PX + HEIGHT_PX
        yield f'<text x="{LEFT_PX}" y="{top + 16}">{to_xml(self._heading)}</text>'
        for number, bar in enumerate(self._bars):
            x = LEFT_PX + (self._bar_px + APART_PX) * number
            y, end = bottom - self._scale.px(bar.high), bottom - self._scale.px(bar.end)
            height = max(bottom - self._scale.px(bar.low) - y, 1)
            middle = x + self._bar_px // 2
            yield f'<rect class="{bar.kind}" x="{x}" y="{y}" width="{self._bar_px}" height="{height}"/>'
            yield f'<text x="{middle}" y="{y - 6}" text-anchor="middle">{bar.label}</text>'
            yield f'<text x="{middle}" y="{bottom + 18}" text-anchor="middle">{bar.name}</text>'
            if number + 1 < len(self._bars):
                yield f'<path class="step" d="M{x + self._bar_px} {end}h{APART_PX}"/>'
        right = LEFT_PX + (self._bar_px + APART_PX) * len(self._bars) - APART_PX
        yield f'<path d="M{LEFT_PX} {bottom}H{right}"/>'
        if self._ground:
            yield f'<text x="{LEFT_PX}" y="{bottom + 36}">{self._ground}</text>'
