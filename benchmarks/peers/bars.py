"""The times as one SVG text: a bar for each solution of each job, on a scale where each line is ten times the last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, floor, log10
from typing import Final, NamedTuple

from pricing.panels import HEAD_PX, write_bars
from pricing.pictures import CHARACTER_PX, LEFT_PX, Size, to_xml

BAR_PX: Final = 16
ROW_PX: Final = 24
PANEL_PX: Final = 52
"""Above the bars of a panel, for its name, and below them, for its scale."""
SCALE_PX: Final = 380
LABEL_PX: Final = 90
_UNITS: Final = ((1.0, "s"), (1e-3, "ms"), (1e-6, "us"))


class Bar(NamedTuple):
    """One solution: what it is called, its seconds, and whether it is ours."""

    name: str
    seconds: float
    is_ours: bool


class Panel(NamedTuple):
    """The bars of one job."""

    title: str
    bars: tuple[Bar, ...]


def draw(title: str, panels: Sequence[Panel]) -> str:
    """The picture: ours filled in one colour, the others in another; all of it told in its description."""
    left = LEFT_PX + CHARACTER_PX * max(len(bar.name) for panel in panels for bar in panel.bars)
    height = HEAD_PX + sum(_height(panel) for panel in panels) + LEFT_PX
    told = " ".join(f"{panel.title}: {'; '.join(map(_tell, panel.bars))}." for panel in panels)
    return write_bars(_draw_panels(panels, left), title, told, Size(left + SCALE_PX + LABEL_PX, height))


def format_seconds(seconds: float) -> str:
    """Three digits, in seconds, milliseconds or microseconds."""
    size, unit = next((one for one in _UNITS if seconds >= one[0]), _UNITS[-1])
    return f"{seconds / size:.3g} {unit}"


def _tell(bar: Bar) -> str:
    return f"{bar.name} {format_seconds(bar.seconds)}"


def _height(panel: Panel) -> int:
    return PANEL_PX + ROW_PX * len(panel.bars)


def _draw_panels(panels: Sequence[Panel], left: int) -> Iterator[str]:
    top = HEAD_PX
    for panel in panels:
        yield from _draw_panel(panel, left, top)
        top += _height(panel)


def _draw_panel(panel: Panel, left: int, top: int) -> Iterator[str]:
    logs = [log10(bar.seconds) for bar in panel.bars]
    low, high = floor(min(logs) - 0.2), ceil(max(logs))
    bottom = top + 24 + ROW_PX * len(panel.bars)
    yield f'<text x="{LEFT_PX}" y="{top + 14}">{to_xml(panel.title)}</text>'
    for power in range(low, high + 1):
        x = left + (power - low) * SCALE_PX // (high - low)
        yield f'<path class="step" d="M{x} {top + 22}V{bottom}"/>'
        yield f'<text x="{x}" y="{bottom + 16}" text-anchor="middle">{format_seconds(10.0**power)}</text>'
    for row, (bar, height) in enumerate(zip(panel.bars, logs, strict=True)):
        y, width = top + 24 + ROW_PX * row, round((height - low) * SCALE_PX / (high - low))
        yield f'<text x="{left - 8}" y="{y + 13}" text-anchor="end">{to_xml(bar.name)}</text>'
        kind = "total" if bar.is_ours else "more"
        yield f'<rect class="{kind}" x="{left}" y="{y}" width="{width}" height="{BAR_PX}"/>'
        yield f'<text x="{left + width + 6}" y="{y + 13}">{format_seconds(bar.seconds)}</text>'
