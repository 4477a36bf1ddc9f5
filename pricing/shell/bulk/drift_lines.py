"""A drift as the command tells it: text and Markdown for people, one JSON document for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

from pricing.drifts import By, Drift, Period, Volume, find_over
from pricing.money import format_amount, format_decimal
from pricing.shell.bulk.drift_sums import Tally
from pricing.shell.bulk.runs import Told, write_instant
from pricing.shell.change_lines import escape, say_percent
from pricing.shell.grids import Column, grid_lines
from pricing.shell.text import count, plain

SCHEMA_VERSION: Final = "1"
ZERO_PERCENT: Final = Decimal("0.0")
"""Without the sign of what was rounded to it."""
_HEADS: Final[Mapping[By, str]] = MappingProxyType({"day": "day", "week": "week of", "month": "month of"})
_WHY: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "unreadable_quotes": ("quote", "that can't be read"),
        "unreadable_lines": ("line", "of the invoice that can't be read"),
        "not_exact": ("quote", "between bounds: one has no unit price"),
        "refused": ("request", "that got no quote"),
        "quoted_twice": ("task", "with two different quotes"),
        "without_seconds": ("quote", "without seconds to charge for"),
        "without_task": ("line", "of the invoice without a task"),
        "quoted_only": ("quoted task", "not on the invoice"),
        "invoiced_only": ("task", "on the invoice without an exact quote"),
        "other_currency": ("task", "invoiced in another currency than quoted"),
    }
)
"""What is not compared, in words, by its name in the tally."""


class Drifted(NamedTuple):
    """All that is told: the drift of each group, by which periods, what became of the rows, and what is too far."""

    drifts: tuple[Drift, ...]
    by: By
    tally: Tally
    limit: Decimal | None

    @property
    def over(self) -> Mapping[Drift, tuple[Period, ...]]:
        """The periods of each group that drift too far; none where no limit was named."""
        limit = self.limit
        return {drift: () if limit is None else find_over(drift, limit) for drift in self.drifts}


def text_lines(told: Drifted) -> Iterator[str]:
    """A table of periods for each group, then what is not compared."""
    yield _heading(told)
    for drift, over in told.over.items():
        first, *numbers, mark = _HEAD_CELLS[told.by]
        columns = (Column(first), *(Column(name, right=True) for name in numbers), Column(mark))
        yield from ("", plain(_title(drift)))
        yield from grid_lines(columns, list(_rows(drift, over)), "  ")
    notes = list(_notes(told.tally))
    yield from ("", *notes) if notes else ()


def markdown_lines(told: Drifted) -> Iterator[str]:
    """The same as tables."""
    yield f"### {escape(_heading(told))}"
    for drift, over in told.over.items():
        head = _HEAD_CELLS[told.by]
        yield from ("", f"**{escape(_title(drift))}**", "")
        yield f"| {' | '.join(head)} |"
        yield f"|---|{'---:|' * (len(head) - 2)}---|"
        for row in _rows(drift, over):
            yield f"| {' | '.join(map(escape, row))} |"
    notes = [f"- {escape(note)}" for note in _notes(told.tally)]
    yield from ("", *notes) if notes else ()


_HEAD_CELLS: Final[Mapping[By, tuple[str, ...]]] = MappingProxyType(
    {by: (head, "jobs", "quoted", "invoiced", "drift", "up to then", "") for by, head in _HEADS.items()}
)


def _heading(told: Drifted) -> str:
    jobs = f"{count(told.tally.compared, 'job')}, quoted and invoiced, by {told.by}"
    if told.limit is None:
        return jobs
    over = sum(map(bool, told.over.values()))
    return f"{jobs}: {over} of {count(len(told.drifts), 'group')} over {format_decimal(told.limit)} %"


def _title(drift: Drift) -> str:
    host, resolution, currency = drift.key
    return f"{host} {resolution}, {currency} a second"


def _rows(drift: Drift, over: Sequence[Period]) -> Iterator[tuple[str, ...]]:
    for period in drift.periods:
        mark = "over" if period in over else ""
        yield (_day(period.begin), *_cells(period.own), _percent(period.cumulative), mark)
    yield ("all", *_cells(drift.total), "", "")


def _cells(volume: Volume) -> tuple[str, ...]:
    return (str(volume.jobs), _price(volume.quoted_price), _price(volume.invoiced_price), _percent(volume))


def _day(at: datetime) -> str:
    return at.date().isoformat()


def _price(price: Decimal | None) -> str:
    return "" if price is None else f"{price:f}"


def _percent(volume: Volume) -> str:
    percent = volume.percent
    if percent is None and volume.quoted:
        return "for no seconds" if volume.invoiced else ""
    if percent is None:
        return "from free" if volume.invoiced else ""
    return f"{'+' if percent > 0 else ''}{say_percent(percent or ZERO_PERCENT)} %"


def _notes(tally: Tally) -> Iterator[str]:
    numbers = tally._asdict()
    told = [f"{count(numbers[name], what)} {why}" for name, (what, why) in _WHY.items() if numbers[name]]
    if told:
        yield f"Not compared: {'; '.join(told)}."
    if tally.seconds_as_quoted:
        yield f"{count(tally.seconds_as_quoted, 'job')} invoiced without a quantity: by the seconds that were quoted."


def write_drift(told: Drifted) -> Told:
    """The document; `is_over` is null where no limit was named."""
    return {
        "schema_version": SCHEMA_VERSION,
        "by": told.by,
        "limit_percent": None if told.limit is None else format_decimal(told.limit),
        "rows": told.tally._asdict(),
        "groups": [_group(drift, over, told) for drift, over in told.over.items()],
    }


def _group(drift: Drift, over: Sequence[Period], told: Drifted) -> Told:
    currency = drift.key.currency
    return {
        **drift.key._asdict(),
        "is_over": None if told.limit is None else bool(over),
        "total": _volume(drift.total, currency),
        "periods": [
            {
                "from": write_instant(period.begin),
                "until": write_instant(period.end),
                "is_over": None if told.limit is None else period in over,
                **_volume(period.own, currency),
                "cumulative": _volume(period.cumulative, currency),
            }
            for period in drift.periods
        ],
    }


def _volume(volume: Volume, currency: str) -> Told:
    percent = volume.percent
    return {
        "jobs": volume.jobs,
        "quoted": format_amount(volume.quoted, currency),
        "quoted_s": format_decimal(volume.quoted_s),
        "quoted_unit_price": _price(volume.quoted_price) or None,
        "invoiced": format_amount(volume.invoiced, currency),
        "invoiced_s": format_decimal(volume.invoiced_s),
        "invoiced_unit_price": _price(volume.invoiced_price) or None,
        "drift_percent": None if percent is None else say_percent(percent),
    }
