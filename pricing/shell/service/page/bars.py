"""Amounts in one currency as bars: from nothing to the least, and from the least to the most that it can come to."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from pricing.money import format_amount
from pricing.pictures import to_xml
from pricing.scales import to_whole
from pricing.shell.text import span

WIDTH_PX: Final = 560
LEFT_PX: Final = 84
RIGHT_PX: Final = 20
ROW_PX: Final = 34
BAR_PX: Final = 12


class Bar(NamedTuple):
    """An amount with its least; without a most nothing bounds it."""

    name: str
    low: Decimal
    high: Decimal | None


def draw_bars(bars: Sequence[Bar], currency: str) -> str:
    """The picture, with all of it in words for those who do not see it; empty for no bars."""
    if not bars:
        return ""
    told = "; ".join(f"{bar.name} {span(bar.low, bar.high, currency)} {currency}" for bar in bars)
    top = max((to_whole(bar.high or bar.low) for bar in bars), default=0) or 1
    lines = [
        f'<svg class="bars" viewBox="0 0 {WIDTH_PX} {ROW_PX * len(bars) + 4}" role="img" aria-label="{to_xml(told)}">',
        *(piece for row, bar in enumerate(bars) for piece in _draw(bar, ROW_PX * row, top, currency)),
        "</svg>",
    ]
    return "\n".join(lines)


def _draw(bar: Bar, top_px: int, most: int, currency: str) -> list[str]:
    room = WIDTH_PX - LEFT_PX - RIGHT_PX
    low = LEFT_PX + to_whole(bar.low) * room // most
    high = LEFT_PX + room if bar.high is None else LEFT_PX + to_whole(bar.high) * room // most
    y = top_px + 2
    found = [
        f'<text class="name" x="0" y="{y + 11}">{bar.name}</text>',
        f'<rect class="track" x="{LEFT_PX}" y="{y}" width="{room}" height="{BAR_PX}" rx="3"/>',
        f'<rect class="sure {bar.name}" x="{LEFT_PX}" y="{y}" width="{low - LEFT_PX}" height="{BAR_PX}" rx="3"/>',
    ]
    if bar.high == bar.low:
        return [*found, _label(high, y, format_amount(bar.low, currency))]
    found.append(
        f'<rect class="maybe {bar.name}" x="{low}" y="{y}" width="{max(high - low, 2)}" height="{BAR_PX}" rx="3"/>'
    )
    if bar.high is None:
        x = LEFT_PX + room
        found.append(f'<path class="open" d="M{x + 2} {y}l8 {BAR_PX // 2}l-8 {BAR_PX // 2}"/>')
        return [*found, _label(low, y, f"{format_amount(bar.low, currency)} or more")]
    texts = (format_amount(bar.low, currency), format_amount(bar.high, currency))
    if high - low < 7 * (len(texts[0]) + len(texts[1])) // 2 + 14:
        return [*found, _label(high, y, "..".join(texts))]
    return [*found, _label(low, y, texts[0]), _label(high, y, texts[1])]


def _label(x: int, y: int, text: str) -> str:
    """Below the bar at that end of it, and within the picture."""
    half = 4 * len(text)
    return f'<text x="{min(max(x, LEFT_PX + half), WIDTH_PX - half)}" y="{y + 26}" text-anchor="middle">{text}</text>'
