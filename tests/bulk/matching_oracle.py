"""Matching as one does it by hand: every possible pair looked at, the nearest taken first. Slow, and plain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product, zip_longest
from typing import Any, NamedTuple

from pricing.invoices import Invoiced
from pricing.shell.bulk.matching import How
from tests.bulk.matching_cases import Row


class Group(NamedTuple):
    """Who belongs together."""

    rule: str
    rows: tuple[Row, ...]
    lines: tuple[Invoiced, ...]
    unrated: tuple[Row, ...] = ()

    @property
    def told(self) -> tuple[str, str, str]:
        return self._tell(self.rows)

    @property
    def told_unrated(self) -> tuple[str, str, str]:
        return self._tell(self.unrated)

    def _tell(self, rows: Sequence[Row]) -> tuple[str, str, str]:
        rule = self.rule if self.rows or self.unrated else "nothing"
        ids, lines = sorted(row.id for row in rows), sorted(line.line for line in self.lines)
        return rule, " ".join(ids), " ".join(lines)

    def agrees(self, how: How) -> bool:
        """Whether what is due comes to what the lines do, in each currency; by lines' own times all has to be due."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        due = [row for row in self.rows if _is_due(row, self.lines, how)]
        for row in due:
            sums[row.currency] += Decimal(row.total)
        for line in self.lines:
            sums[line.currency] -= line.amount
        return not any(sums.values()) and (how.period is not None or len(due) == len(self.rows))


def _is_due(row: Row, lines: Sequence[Invoiced], how: How) -> bool:
    if how.period is not None:
        return how.period[0] <= row.instant < how.period[1]
    spans = [(line.begin, line.until) for line in lines if line.begin and line.until]
    return not spans or any(begin <= row.instant < until for begin, until in spans)


def group_by_hand(rows: Sequence[Row], lines: Sequence[Invoiced], how: How, unrated: Sequence[Row] = ()) -> list[Group]:
    """All groups, those too that agree; rows that nobody asks for and lines of nothing are in none.

    `unrated` rows have no charge: they meet what rated rows have left.
    """
    named = {line.task_id for line in lines} - {None}
    groups = [
        Group(
            "task_id",
            tuple(r for r in rows if r.id == name),
            tuple(one for one in lines if one.task_id == name),
            tuple(r for r in unrated if r.id == name),
        )
        for name in sorted(map(str, named))
    ]
    left = [line for line in lines if line.task_id is None]
    units = _list_units(rows, named)
    bundles = list(_bundle([line for line in left if line.at], units, how))
    groups += _pair(units, bundles, left, how)
    covered = list(_cover(units, left, how))
    others, anytime = _list_units(unrated, named), how._replace(period=None)
    free = [each for each in bundles if all(one in left for one in each)]
    for group in _pair(others, free, left, anytime, are_rated=False):
        groups.append(group._replace(rows=(), unrated=group.rows))
    groups += _cover_unrated(others, covered, left)
    groups += [Group("nothing", tuple(own), ()) for own in units.values()]
    groups += [Group("nothing", (), (line,)) for line in left]
    return [group for group in groups if _counts(group, how)]


def _list_units(rows: Sequence[Row], named: Container[str | None]) -> dict[str, list[Row]]:
    """The rows of each task that no line names."""
    units: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.id not in named:
            units[row.id].append(row)
    return units


def _cover_unrated(units: dict[str, list[Row]], covered: list[Group], left: list[Invoiced]) -> list[Group]:
    """The groups of spans, with what was not rated in them, whether a span covers rated rows too or not."""
    lines = [line for group in covered for line in group.lines] + left
    found = {group.lines: group for group in covered}
    for group in _cover(units, lines, How()):
        before = found.get(group.lines, Group("aggregate", (), group.lines))
        found[group.lines] = before._replace(unrated=group.rows)
        for line in group.lines:
            if line in left:
                left.remove(line)
    return [*found.values()]


def _counts(group: Group, how: How) -> bool:
    if group.lines:
        return bool(group.rows or group.unrated) or any(line.amount for line in group.lines)
    return any(Decimal(row.total) and _is_due(row, (), how) for row in group.rows)


def _order(value: Any) -> tuple[bool, Any]:  # noqa: ANN401 - any column
    return value is None, value


def _market(line: Invoiced) -> tuple[Any, ...]:
    return tuple(map(_order, (line.account, line.environment, line.host, line.region, line.resolution, line.at)))


def _bundle(lines: Iterable[Invoiced], units: dict[str, list[Row]], how: How) -> Iterator[list[Invoiced]]:
    """Lines of one market and instant that are about different meters, in the order of bundles."""
    places: dict[tuple[Any, ...], list[Invoiced]] = defaultdict(list)
    for line in sorted(lines, key=_line_order):
        places[_market(line)].append(line)
    for key in sorted(places):
        metered = [line for line in places[key] if line.meter]
        if metered:
            yield from _deal(metered, _list_dues(metered[0], units, how))
        yield from ([line] for line in places[key] if not line.meter)


def _line_order(line: Invoiced) -> tuple[str, str, Decimal]:
    return line.line, line.currency, line.amount


def _list_dues(line: Invoiced, units: dict[str, list[Row]], how: How) -> list[dict[str, Decimal]]:
    """What is due of each task within a second of the line that it may be about, of the nearest first."""
    near = []
    for name, own in units.items():
        unit, due = _first(own, how), _sum_due(own, how)
        distance = abs(unit.instant - _said(line.at))
        if due and _may_meet(unit, line) and distance < timedelta(seconds=1) and distance <= how.window:
            near.append((distance, unit.instant, name, due))
    return [due for *_, due in sorted(near, key=lambda one: one[:3])]


def _deal(lines: list[Invoiced], dues: Iterable[dict[str, Decimal]]) -> Iterator[list[Invoiced]]:
    """Each way to take a bundle looked at: one that comes to what is due, and leaves no more bundles than there are."""
    left, number = [*lines], _most(lines)
    for due in dues:
        fitting = [
            choice
            for choice in product(*([*own, None] for own in _by_meter(left)))
            if any(choice)
            and _sum_lines(filter(None, choice)) == due
            and _most([line for line in left if line not in choice]) < number
        ]
        if fitting:
            best = min(fitting, key=lambda choice: (choice.count(None), [_rank(line, lines) for line in choice]))
            number -= 1
            left = [line for line in left if line not in best]
            yield [line for line in best if line]
    for row in zip_longest(*_by_meter(left)):
        yield [line for line in row if line]


def _rank(line: Invoiced | None, lines: list[Invoiced]) -> tuple[Any, ...]:
    return (True,) if line is None else (False, line.currency, line.amount, lines.index(line))


def _by_meter(lines: Sequence[Invoiced]) -> list[list[Invoiced]]:
    return [[line for line in lines if line.meter == meter] for meter in sorted({str(line.meter) for line in lines})]


def _most(lines: Sequence[Invoiced]) -> int:
    return max(map(len, _by_meter(lines)), default=0)


def _sum_lines(lines: Iterable[Invoiced]) -> dict[str, Decimal]:
    return _sum((line.currency, line.amount) for line in lines)


def _sum_due(rows: Sequence[Row], how: How) -> dict[str, Decimal]:
    return _sum((row.currency, Decimal(row.total)) for row in rows if _is_due(row, (), how))


def _sum(amounts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for currency, amount in amounts:
        sums[currency] += amount
    return {currency: amount for currency, amount in sums.items() if amount}


def _may_meet(unit: Row, line: Invoiced) -> bool:
    said = ((unit.host, line.host), (unit.environment, line.environment), (unit.region, line.region))
    is_same = unit.account == line.account and unit.resolution == line.resolution
    return is_same and all(one is None or other is None or one == other for one, other in said)


def _first(rows: Sequence[Row], how: How) -> Row:
    """A task by the least of what its rows say: those that are due, where any of them says it."""
    due = [row for row in rows if _is_due(row, (), how)]
    told: dict[str, Any] = {name: _least(due, name) or _least(rows, name) for name in _SAID}
    return rows[0]._replace(at=min(row.at for row in due or rows), **told)


def _least(rows: Sequence[Row], name: str) -> Any:  # noqa: ANN401 - any column
    return min(filter(None, (getattr(row, name) for row in rows)), default=None)


_SAID = ("account", "environment", "host", "region", "resolution")


def _pair(
    units: dict[str, list[Row]],
    bundles: Sequence[list[Invoiced]],
    left: list[Invoiced],
    how: How,
    *,
    are_rated: bool = True,
) -> Iterator[Group]:
    pairs = []
    for (name, own), (place, bundle) in product(units.items(), enumerate(bundles)):
        unit, line = _first(own, how), bundle[0]
        distance = abs(unit.instant - _said(line.at))
        if distance <= how.window and _may_meet(unit, line):
            agrees = are_rated and _sum_due(own, how) == _sum_lines(bundle)
            pairs.append((distance, not agrees, unit.instant, name, line.at, place))
    taken: dict[int, str] = {}
    for *_, name, _, place in sorted(pairs):
        if name not in taken.values() and place not in taken:
            taken[place] = name
    twins = {
        place: min(taken[other] for other in taken if _content(bundles[other]) == _content(bundle))
        for place, bundle in enumerate(bundles)
        if place not in taken and any(_content(bundles[other]) == _content(bundle) for other in taken)
    }
    for name in dict.fromkeys(taken.values()):
        own_lines = [line for place, own in {**taken, **twins}.items() if own == name for line in bundles[place]]
        for line in own_lines:
            left.remove(line)
        yield Group("window", tuple(units.pop(name)), tuple(own_lines))


def _said(at: datetime | None) -> datetime:
    assert at is not None
    return at


def _content(bundle: Sequence[Invoiced]) -> tuple[Any, ...]:
    said = sorted((_order(line.meter), line.currency, line.amount) for line in bundle)
    return _market(bundle[0]), tuple(said)


def _cover(units: dict[str, list[Row]], left: list[Invoiced], how: How) -> Iterator[Group]:
    spans: dict[tuple[Any, ...], list[Invoiced]] = defaultdict(list)
    for line in left:
        if line.begin and line.until:
            said = (line.account, line.environment, line.host, line.region, line.resolution)
            spans[(*map(_order, said), line.begin, line.until)].append(line)
    covered: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for name, own in units.items():
        unit = _first(own, how)
        fitting = [key for key in sorted(spans) if _fits(unit, spans[key][0])]
        if fitting:
            covered[min(fitting, key=lambda key: (key[6] - key[5], sum(one[0] for one in key[1:5]), key))].append(name)
    for key, names in covered.items():
        for line in spans[key]:
            left.remove(line)
        yield Group("aggregate", tuple(row for name in names for row in units.pop(name)), tuple(spans[key]))


def _fits(unit: Row, line: Invoiced) -> bool:
    names = ("environment", "host", "region", "resolution")
    said = ((getattr(line, name), getattr(unit, name)) for name in names)
    is_same = all(one is None or other is None or one == other for one, other in said)
    return unit.account == line.account and is_same and _said(line.begin) <= unit.instant < _said(line.until)
