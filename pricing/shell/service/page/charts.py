"""What a host's tiers cost by length, as one small picture in SVG; pictures of one currency share one scale.

A tier whose total has bounds is a band. Amounts become whole pixels by whole numbers alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Final, NamedTuple

from pricing.money import EXACT, ZERO, format_amount
from pricing.pictures import to_xml
from pricing.scales import to_whole
from pricing.shell.text import span

WIDTH_PX: Final = 176
HEIGHT_PX: Final = 132
"""Of the space in which prices lie."""
TOP_PX: Final = 34
LEFT_PX: Final = 48
RIGHT_PX: Final = 76
BELOW_PX: Final = 36
APART_PX: Final = 14
"""Between the names of two tiers, at least."""
STEPS_MAX: Final = 4


class Point(NamedTuple):
    """What a length costs: its least and its most."""

    seconds: int
    low: Decimal
    high: Decimal | None


class Series(NamedTuple):
    """One tier at one host; `colour` is the number of the tier's colour."""

    name: str
    colour: int
    points: tuple[Point, ...]


class Top(NamedTuple):
    """The scale of a currency: from nothing to `steps` times `step`."""

    currency: str
    step: Decimal
    steps: int

    def y(self, amount: Decimal) -> int:
        """The pixel of an amount."""
        whole = EXACT.multiply(self.step, Decimal(self.steps))
        return TOP_PX + HEIGHT_PX - to_whole(amount) * HEIGHT_PX // to_whole(whole)


class Asked(NamedTuple):
    """What the request itself asks for: it is marked."""

    host: str
    tier: str
    seconds: int


def find_top(amounts: Sequence[Decimal], currency: str) -> Top:
    """The least scale of a few round steps that all amounts fit."""
    most = max(amounts, default=ZERO)
    power = Decimal(1).scaleb(most.adjusted() - 1 if most else 0, EXACT)
    while True:
        for factor in (1, 2, 5):
            step = EXACT.multiply(power, Decimal(factor))
            if most <= EXACT.multiply(step, Decimal(STEPS_MAX)):
                return Top(currency, step, max(-(-to_whole(most) // to_whole(step)), 1))
        power = power.scaleb(1, EXACT)


def draw_chart(title: str, series: Sequence[Series], top: Top, asked: Asked | None) -> str:
    """The picture of one host."""
    seconds = [point.seconds for one in series for point in one.points]
    first, last = min(seconds), max(*seconds, min(seconds) + 1)
    frame = _Frame(first, last, top)
    width, height = LEFT_PX + WIDTH_PX + RIGHT_PX, TOP_PX + HEIGHT_PX + BELOW_PX
    told = f"{title}: {'; '.join(_tell(one, top.currency) for one in series)}"
    lines = (
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-label="{to_xml(told)}">',
        f'<text class="title" x="0" y="14">{to_xml(title)}</text>',
        *_axes(frame),
        *(piece for one in series for piece in _draw(one, frame)),
        *_names(series, frame),
        *_mark(series, frame, asked),
        "</svg>",
    )
    return "\n".join(lines)


class _Frame(NamedTuple):
    first: int
    last: int
    top: Top

    def x(self, seconds: int) -> int:
        return LEFT_PX + (seconds - self.first) * WIDTH_PX // (self.last - self.first)


def _tell(one: Series, currency: str) -> str:
    """The ends of a series in words; the table beside the picture has the rest."""
    ends = (one.points[0], one.points[-1])[: len(one.points)]
    said = (f"{span(point.low, point.high, currency)} {currency} for {point.seconds} s" for point in ends)
    return f"{one.name} {' to '.join(said)}"


def _axes(frame: _Frame) -> Iterator[str]:
    bottom, top = TOP_PX + HEIGHT_PX, frame.top
    for number in range(top.steps + 1):
        amount = EXACT.multiply(top.step, Decimal(number))
        y = top.y(amount)
        yield f'<path class="{"grid" if number else "axis"}" d="M{LEFT_PX} {y}h{WIDTH_PX}"/>'
        yield f'<text x="{LEFT_PX - 8}" y="{y + 4}" text-anchor="end">{format_amount(amount, top.currency)}</text>'
    for seconds in range(frame.first, frame.last + 1):
        x = frame.x(seconds)
        yield f'<path class="axis" d="M{x} {bottom}v4"/>'
        if (frame.last - seconds) % 2 == 0 or frame.last - frame.first < STEPS_MAX:
            yield f'<text x="{x}" y="{bottom + 18}" text-anchor="middle">{seconds}</text>'
    yield f'<text x="{LEFT_PX + WIDTH_PX + 12}" y="{bottom + 18}">s</text>'


def _draw(one: Series, frame: _Frame) -> Iterator[str]:
    """A line, and under it a band down to the least where the two differ; broken where a length has no price."""
    y = frame.top.y
    for _, run in groupby(enumerate(one.points), key=lambda pair: pair[1].seconds - pair[0]):
        points = [point for _, point in run]
        high = [(frame.x(p.seconds), y(p.low if p.high is None else p.high)) for p in points]
        low = [(frame.x(p.seconds), y(p.low)) for p in points]
        if high != low:
            yield f'<path class="band t{one.colour}" d="{_path(high + low[::-1])}z"/>'
            yield f'<path class="line low t{one.colour}" d="{_path(low)}"/>'
        yield f'<path class="line t{one.colour}" d="{_path(high)}"/>'
        if len(points) == 1:
            yield f'<circle class="dot t{one.colour}" cx="{high[0][0]}" cy="{high[0][1]}" r="3"/>'


def _path(points: Sequence[tuple[int, int]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in points)


def _names(series: Sequence[Series], frame: _Frame) -> Iterator[str]:
    """Each tier's name at the end of its line; tiers that cost the same share one, and names keep apart."""
    ends: dict[tuple[int, int], list[Series]] = {}
    for one in series:
        last = one.points[-1]
        y = frame.top.y(last.low if last.high is None else last.high)
        ends.setdefault((y, frame.x(last.seconds)), []).append(one)
    floor = TOP_PX - APART_PX
    for (y, x), ones in sorted(ends.items()):
        for one in ones:
            at = max(y + 4, floor + APART_PX)
            floor = at
            yield f'<text class="tier t{one.colour}" x="{x + 10}" y="{at}">{one.name}</text>'


def _mark(series: Sequence[Series], frame: _Frame, asked: Asked | None) -> Iterator[str]:
    """A ring around what the request asks for."""
    for one in series:
        for point in one.points:
            if asked is not None and (one.name, point.seconds) == (asked.tier, asked.seconds):
                y = frame.top.y(point.low if point.high is None else point.high)
                yield f'<circle class="asked t{one.colour}" cx="{frame.x(point.seconds)}" cy="{y}" r="6"/>'
