"""What pictures of variance bridges have in common: their bars, the scale that fits them, and their look.

Amounts become whole pixels by whole numbers alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import accumulate
from typing import Final, NamedTuple

from pricing.money import EXACT, ZERO, format_amount
from pricing.pictures import TITLE_CHARACTER_PX, Caption, Look, Size, cut, write_svg


class Walk(NamedTuple):
    """From one amount to another by named moves, which sum to what lies between them, all in one currency."""

    currency: str
    begin: tuple[str, Decimal]
    moves: tuple[tuple[str, Decimal], ...]
    end: tuple[str, Decimal]


class Bar(NamedTuple):
    """One bar: what it is called, what it says, and between which two levels it stands."""

    kind: str
    name: str
    label: str
    low: Decimal
    high: Decimal
    end: Decimal


HEAD_PX: Final = 44
"""Of a picture, above its first panel."""
DIGITS: Final = 18
"""Decimals that a pixel may depend on."""
_LOOK: Final = Look(
    "wan-bridge",
    "title",
    light=(
        ".total{fill:#0b62a8}",
        ".more{fill:#b84300}",
        ".less{fill:#00734d}",
        "path{fill:none;stroke:currentColor}",
        ".step{stroke-dasharray:2 3;stroke-opacity:.6}",
    ),
    dark=(".total{fill:#6cb6ff}", ".more{fill:#ff9b5e}", ".less{fill:#4ed6a3}"),
)


def write_bars(drawn: Iterable[str], title: str, told: str, size: Size) -> str:
    """The whole picture: what is drawn below its title, with all of it told in words."""
    shown = cut(title, size.width // TITLE_CHARACTER_PX - 3)
    return write_svg(drawn, look=_LOOK, caption=Caption(title, shown, told), size=size)


def list_bars(walk: Walk) -> Sequence[Bar]:
    """The bars in order; each move that is not nothing begins where the one before it ends."""
    moves = [(name, amount) for name, amount in walk.moves if amount]
    levels = list(accumulate((amount for _, amount in moves), EXACT.add, initial=walk.begin[1]))
    steps = [
        Bar(
            "more" if amount > 0 else "less",
            name,
            format_move(amount, walk.currency),
            min(begin, end),
            max(begin, end),
            end,
        )
        for (name, amount), begin, end in zip(moves, levels, levels[1:], strict=False)
    ]
    return (_total(walk.begin, walk.currency), *steps, _total(walk.end, walk.currency))


def tell_bars(walk: Walk) -> str:
    """The bars in words."""
    return "; ".join(f"{bar.name} {bar.label}" for bar in list_bars(walk))


def format_move(amount: Decimal, currency: str) -> str:
    """The amount with its sign, where it is not nothing."""
    return f"{'+' if amount > 0 else ''}{format_amount(amount, currency)}"


def _total(named: tuple[str, Decimal], currency: str) -> Bar:
    name, amount = named
    return Bar("total", name, format_amount(amount, currency), min(amount, ZERO), max(amount, ZERO), amount)


class Scale:
    """Where amounts lie between the ground of some bars and the top of the highest one."""

    def __init__(self, bars: Sequence[Bar], size_px: int) -> None:
        self.ground = _find_ground([bar.end for bar in bars])
        least = EXACT.add(self.ground, Decimal(1).scaleb(-DIGITS, EXACT))
        self._size_px = size_px
        self._span = self._above_ground(max(*(bar.high for bar in bars), least))

    def px(self, amount: Decimal) -> int:
        """How many pixels an amount lies above the ground."""
        return self._above_ground(max(amount, self.ground)) * self._size_px // self._span

    def tell_ground(self, currency: str) -> str:
        """What to say of the ground, where it is not nothing."""
        return "" if not self.ground else f"the bars begin at {format_amount(self.ground, currency)}"

    def _above_ground(self, amount: Decimal) -> int:
        return int(EXACT.subtract(amount, self.ground).scaleb(DIGITS, EXACT))


def _find_ground(levels: Sequence[Decimal]) -> Decimal:
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
