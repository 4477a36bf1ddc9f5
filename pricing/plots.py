"""Prices over time as one SVG text, with nothing but the standard library: the same values always give the same text.

Time and prices become whole pixels by whole numbers alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, NamedTuple

from pricing.fields import spell_instant
from pricing.money import format_amount
from pricing.pictures import CHARACTER_PX, TITLE_CHARACTER_PX, Caption, Look, Size, cut, to_xml, write_svg
from pricing.scales import HEIGHT_PX, TOP_PX, Frame, lay_out, mark_dates, mark_prices


class Stair(NamedTuple):
    """One price from `begin` until `end` (exclusive; `None` for ever)."""

    begin: datetime
    end: datetime | None
    price: Decimal


class Track(NamedTuple):
    """What one tier costs over time, in order; `listed` is the list price where it is another."""

    name: str
    contracted: tuple[Stair, ...]
    listed: tuple[Stair, ...] = ()


class Words(NamedTuple):
    """What a picture calls the instant that it marks, the prices then, and the dashed lines."""

    now: str = "now"
    then: str = "price now"
    listed: str = "list price"


class Plot(NamedTuple):
    """What a picture shows: prices of a `unit` in a currency, at least one stair in all, and which instant is now."""

    title: str
    currency: str
    unit: str
    tracks: tuple[Track, ...]
    now: datetime
    words: Words = Words()


BELOW_PX: Final = 44
ROW_PX: Final = 24
APART_PX: Final = 4
"""Between lines that would lie on one another."""
COLOURS: Final = 4
_LOOK: Final = Look(
    "wan-plot",
    "name",
    light=(
        "path{fill:none;stroke-width:2.5}",
        ".grid{stroke:currentColor;stroke-opacity:.18;stroke-width:1}",
        ".axis{stroke:currentColor;stroke-width:1}",
        ".now{stroke:currentColor;stroke-width:1.5;stroke-dasharray:2 3}",
        ".list{stroke-width:1.5;stroke-dasharray:6 4}",
        ".arrow{stroke-width:2}",
        ".t0{stroke:#0b62a8}",
        ".t1{stroke:#b84300}",
        ".t2{stroke:#00734d}",
        ".t3{stroke:#8a2f92}",
    ),
    dark=(".t0{stroke:#6cb6ff}", ".t1{stroke:#ff9b5e}", ".t2{stroke:#4ed6a3}", ".t3{stroke:#dba0e6}"),
)


class _Segment(NamedTuple):
    """One stair as it is drawn: `rank` says how many others lie on it."""

    stair: Stair
    rank: int


def draw(plot: Plot) -> str:
    """The picture: a step line for each tier, its list price dashed, axes, a legend, and a mark for now."""
    stairs = [stair for track in plot.tracks for stair in (*track.contracted, *track.listed)]
    instants = [plot.now, *(at for stair in stairs for at in (stair.begin, stair.end) if at is not None)]
    frame = lay_out([stair.price for stair in stairs], instants, plot.currency)
    legend = list(_legend(plot))
    width = frame.x(None) + 28 + 34 + CHARACTER_PX * max(map(len, legend)) + 16
    height = max(TOP_PX + HEIGHT_PX + BELOW_PX, TOP_PX + ROW_PX * (len(legend) + 1))
    shown = cut(plot.title, (width - 32) // TITLE_CHARACTER_PX)
    drawn = (
        f'<text x="16" y="50">{to_xml(f"{plot.currency} per {plot.unit}, before tax")}</text>',
        *_prices(plot, frame),
        *_dates(frame),
        *_now(plot, frame),
        *_tracks(plot, frame),
        *_legend_rows(plot, legend, frame.x(None) + 28),
    )
    return write_svg(drawn, look=_LOOK, caption=Caption(plot.title, shown, describe(plot)), size=Size(width, height))


def describe(plot: Plot) -> str:
    """All that the picture shows, in sentences: each tier's prices, and from when until when."""
    return " ".join(
        (
            f"Unit prices in {plot.currency} per {plot.unit} over time.",
            *(_tell(track, plot) for track in plot.tracks),
            f"{plot.words.now.capitalize()} is {_day(plot.now)}.",
        )
    )


def _tell(track: Track, plot: Plot) -> str:
    told = ", ".join(_say(stair, plot.currency) for stair in track.contracted)
    listed = ", ".join(_say(stair, plot.currency) for stair in track.listed)
    return f"{track.name}: {told}{f'; {plot.words.listed} {listed}' if listed else ''}."


def _say(stair: Stair, currency: str) -> str:
    until = "" if stair.end is None else f" until {spell_instant(stair.end)}"
    return f"{_amount(stair.price, currency)} from {spell_instant(stair.begin)}{until}"


def _amount(price: Decimal, currency: str) -> str:
    return format_amount(price, currency) if price else "free"


def _day(at: datetime) -> str:
    """The day of an instant in UTC."""
    return at.astimezone(UTC).date().isoformat()


def _prices(plot: Plot, frame: Frame) -> Iterator[str]:
    for price, label in mark_prices(frame, plot.currency):
        y = frame.y(price)
        yield f'<path class="{"grid" if price else "axis"}" d="M{frame.left_px} {y}H{frame.x(None)}"/>'
        yield f'<text x="{frame.left_px - 8}" y="{y + 4}" text-anchor="end">{label}</text>'
    yield f'<path class="axis" d="M{frame.left_px} {TOP_PX}V{TOP_PX + HEIGHT_PX}"/>'


def _dates(frame: Frame) -> Iterator[str]:
    bottom = TOP_PX + HEIGHT_PX
    for at, label in mark_dates(frame):
        x = frame.x(at)
        yield f'<path class="axis" d="M{x} {bottom}v5"/>'
        yield f'<text x="{x}" y="{bottom + 21}" text-anchor="middle">{label}</text>'


def _now(plot: Plot, frame: Frame) -> Iterator[str]:
    x = frame.x(plot.now)
    yield f'<path class="now" d="M{x} {TOP_PX - 12}V{TOP_PX + HEIGHT_PX}"/>'
    yield f'<text x="{x}" y="{TOP_PX - 18}" text-anchor="middle">{plot.words.now}, {_day(plot.now)}</text>'


def _tracks(plot: Plot, frame: Frame) -> Iterator[str]:
    drawn: list[Sequence[Stair]] = []
    for number, track in enumerate(plot.tracks):
        for kind, stairs in (("list", track.listed), ("contracted", track.contracted)):
            if stairs:
                yield from _steps(_rank(stairs, drawn), frame, f"{kind} t{number % COLOURS}")
                drawn.append(stairs)


def _rank(stairs: Sequence[Stair], drawn: Sequence[Sequence[Stair]]) -> list[_Segment]:
    """Each stair with how many lines drawn before lie where it would lie: they are drawn side by side."""
    return [_Segment(one, sum(any(_meet(one, other) for other in line) for line in drawn)) for one in stairs]


def _meet(one: Stair, other: Stair) -> bool:
    begins_within = one.end is None or other.begin < one.end
    return one.price == other.price and begins_within and (other.end is None or one.begin < other.end)


def _steps(segments: Sequence[_Segment], frame: Frame, kind: str) -> Iterator[str]:
    """One path for the whole line, broken where there is no price; an open arrow where it has no end."""
    path, until = "", None
    for number, (stair, rank) in enumerate(segments):
        x, y = frame.x(stair.begin), frame.y(stair.price) - APART_PX * rank
        path += f"V{y}" if number and until == stair.begin else f"M{x} {y}"
        path += f"H{frame.x(stair.end)}"
        until = stair.end
    yield f'<path class="{kind}" d="{path}"/>'
    if until is None:
        x, y = frame.x(None), frame.y(segments[-1].stair.price) - APART_PX * segments[-1].rank
        yield f'<path class="arrow {kind.split()[1]}" d="M{x - 3} {y - 5}L{x + 4} {y}L{x - 3} {y + 5}"/>'


def _legend(plot: Plot) -> Iterator[str]:
    """What stands beside the plot: what a price now is, for each tier."""
    yield plot.words.then
    for track in plot.tracks:
        yield f"{track.name}: {_price_now(track.contracted, plot)}"
    if any(track.listed for track in plot.tracks):
        yield plot.words.listed


def _price_now(stairs: Sequence[Stair], plot: Plot) -> str:
    for stair in stairs:
        if stair.begin <= plot.now and (stair.end is None or plot.now < stair.end):
            return _amount(stair.price, plot.currency)
    return "none"


def _legend_rows(plot: Plot, legend: Sequence[str], x: int) -> Iterator[str]:
    for row, text in enumerate(legend):
        y = TOP_PX + ROW_PX * row
        if row:
            kind = f"contracted t{(row - 1) % COLOURS}" if row <= len(plot.tracks) else "list axis"
            yield f'<path class="{kind}" d="M{x} {y}h26"/>'
        yield f'<text x="{x + 34 if row else x}" y="{y + 4}">{to_xml(text)}</text>'
