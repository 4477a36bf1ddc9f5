"""A variance bridge as one SVG text: before, each cause that moves it, after; one panel for each currency.

Amounts become whole pixels by whole numbers alone, and the same sums always give the same text. What the picture shows
stands in its description too, for those who do not see it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import accumulate
from typing import Final, NamedTuple

from pricing.bridges import CAUSES
from pricing.money import EXACT, ZERO, format_amount
from pricing.plots import cut, to_xml
from pricing.tallies import Sum


class Waterfall(NamedTuple):
    """What a picture shows: a title, and a sum for each currency, none of which changes its currency."""

    title: str
    panels: tuple[tuple[str, Sum], ...]


class _Bar(NamedTuple):
    """One bar: what it is called, what it says, and between which two levels it stands."""

    kind: str
    name: str
    label: str
    low: Decimal
    high: Decimal
    end: Decimal


LEFT_PX: Final = 16
HEAD_PX: Final = 44
PANEL_PX: Final = 280
TOP_PX: Final = 56
"""Of the bars' room, from the top of their panel."""
HEIGHT_PX: Final = 180
CHARACTER_PX: Final = 8
TITLE_CHARACTER_PX: Final = 9
APART_PX: Final = 24
DIGITS: Final = 18
"""Decimals that a pixel may depend on."""
_STYLE: Final = (
    ".wan-bridge{color:#1f2328;font:13px system-ui,sans-serif}"
    ".wan-bridge text{fill:currentColor}.wan-bridge .title{font-size:16px;font-weight:600}"
    ".wan-bridge .panel{fill:#fff}.wan-bridge .total{fill:#0b62a8}"
    ".wan-bridge .more{fill:#b84300}.wan-bridge .less{fill:#00734d}"
    ".wan-bridge path{fill:none;stroke:currentColor}.wan-bridge .step{stroke-dasharray:2 3;stroke-opacity:.6}"
    "@media (prefers-color-scheme:dark){.wan-bridge{color:#e6edf3}.wan-bridge .panel{fill:#161b22}"
    ".wan-bridge .total{fill:#6cb6ff}.wan-bridge .more{fill:#ff9b5e}.wan-bridge .less{fill:#4ed6a3}}"
)


def draw(waterfall: Waterfall) -> str:
    """The picture: for each currency a bar before, one for each cause that moves it, and one after."""
    drawn = [_Panel(currency, own) for currency, own in waterfall.panels]
    width = LEFT_PX + max(panel.width for panel in drawn)
    height = HEAD_PX + PANEL_PX * len(drawn)
    told = describe(waterfall)
    shown = cut(waterfall.title, width // TITLE_CHARACTER_PX - 3)
    mark = hashlib.sha256(f"{waterfall.title}\n{told}".encode(errors="replace")).hexdigest()[:8]
    lines = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"',
        f'  class="wan-bridge" role="img" aria-labelledby="wan-title-{mark}" aria-describedby="wan-desc-{mark}">',
        f'<title id="wan-title-{mark}">{to_xml(waterfall.title)}</title>',
        f'<desc id="wan-desc-{mark}">{to_xml(told)}</desc>',
        f"<style>{_STYLE}</style>",
        f'<rect class="panel" width="{width}" height="{height}" rx="6"/>',
        f'<text class="title" x="{LEFT_PX}" y="28">{to_xml(shown)}</text>',
        *(line for number, panel in enumerate(drawn) for line in panel.draw(HEAD_PX + PANEL_PX * number)),
        "</svg>",
    )
    return "\n".join(lines) + "\n"


def describe(waterfall: Waterfall) -> str:
    """All that the picture shows, in sentences."""
    return " ".join(_tell(currency, own) for currency, own in waterfall.panels)


def _tell(currency: str, own: Sum) -> str:
    told = "; ".join(f"{bar.name} {bar.label}" for bar in list_bars(currency, own))
    return f"{own.rows:,} rows in {currency}: {told}."


def list_bars(currency: str, own: Sum) -> Sequence[_Bar]:
    """The bars from left to right; each cause begins where the one before it ends."""
    moves = [(cause, amount) for cause, amount in zip(CAUSES, own.causes, strict=True) if amount]
    levels = list(accumulate((amount for _, amount in moves), EXACT.add, initial=own.before))
    steps = [
        _Bar(
            "more" if amount > 0 else "less",
            cause.replace("_", " "),
            f"{'+' if amount > 0 else ''}{format_amount(amount, currency)}",
            min(begin, end),
            max(begin, end),
            end,
        )
        for (cause, amount), begin, end in zip(moves, levels, levels[1:], strict=False)
    ]
    return (_total("before", own.before, currency), *steps, _total("after", own.after, currency))


def _total(name: str, amount: Decimal, currency: str) -> _Bar:
    return _Bar("total", name, format_amount(amount, currency), min(amount, ZERO), max(amount, ZERO), amount)


class _Panel:
    """The bars of one currency, and the scale that fits them."""

    def __init__(self, currency: str, own: Sum) -> None:
        self._heading = f"{currency}, before tax: {own.rows:,} row{'' if own.rows == 1 else 's'}"
        self._bars = list_bars(currency, own)
        self._base = _base([bar.end for bar in self._bars])
        self._top = max(*(bar.high for bar in self._bars), EXACT.add(self._base, Decimal(1).scaleb(-DIGITS, EXACT)))
        longest = max(len(text) for bar in self._bars for text in (bar.name, bar.label))
        self._bar_px = CHARACTER_PX * longest
        self._ground = "" if not self._base else f"the bars begin at {format_amount(self._base, currency)}"
        self.width = max((self._bar_px + APART_PX) * len(self._bars), CHARACTER_PX * len(self._heading) + LEFT_PX)

    def draw(self, top: int) -> Iterator[str]:
        """The panel, from a pixel downwards."""
        bottom = top + TOP_PX + HEIGHT_PX
        yield f'<text x="{LEFT_PX}" y="{top + 16}">{to_xml(self._heading)}</text>'
        for number, bar in enumerate(self._bars):
            x = LEFT_PX + (self._bar_px + APART_PX) * number
            y, end = bottom - self._up(bar.high), bottom - self._up(bar.end)
            height = max(bottom - self._up(bar.low) - y, 1)
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

    def _up(self, amount: Decimal) -> int:
        """How many pixels above the ground an amount lies."""
        return _whole(max(amount, self._base), self._base) * HEIGHT_PX // _whole(self._top, self._base)


def _whole(amount: Decimal, base: Decimal) -> int:
    return int(EXACT.subtract(amount, base).scaleb(DIGITS, EXACT))


def _base(levels: Sequence[Decimal]) -> Decimal:
    """Where the bars begin: at nothing, unless what moves is so small beside the totals that it would not show."""
    low, high = min(levels), max(levels)
    moved = EXACT.subtract(high, low)
    if not moved or low <= ZERO or EXACT.multiply(moved, Decimal(8)) > high:
        return min(low, ZERO)
    return _round_down(EXACT.subtract(low, moved), moved)


def _round_down(amount: Decimal, moved: Decimal) -> Decimal:
    """To a multiple of a power of ten that is no more than what moves."""
    step = Decimal(1).scaleb(moved.adjusted(), EXACT)
    return max(EXACT.subtract(amount, EXACT.remainder(amount, step)), ZERO)
