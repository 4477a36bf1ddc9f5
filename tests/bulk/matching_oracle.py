"""Matching as one does it by hand: every possible pair looked at, the nearest taken first. Slow, and plain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product, zip_longest
from typing import Any, NamedTuple, TypeAlias

from pricing.invoices import Invoiced
from pricing.shell.bulk.matching import How
from tests.bulk.matching_cases import Row

Key: TypeAlias = tuple[Any, ...]


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
    tasks = _list_units(rows)
    named = [line for line in lines if line.task_id]
    told = _find_shared_words([*rows, *unrated], named)
    groups = _join_named(_Named(tasks, named, told, how))
    refused = [row for row in sorted(unrated, key=_task) if _attach(row, groups, told)]
    met = [[*group.rows] for group in groups]
    units = {key: own for key, own in tasks.items() if own not in met}
    left = [line for line in lines if line.task_id is None]
    bundles = list(_bundle([line for line in left if line.at], units, how))
    groups += _pair(units, bundles, left, how)
    covered = list(_cover(units, left, how))
    others, anytime = _list_units([row for row in unrated if row not in refused]), how._replace(period=None)
    free = [each for each in bundles if all(one in left for one in each)]
    for group in _pair(others, free, left, anytime, are_rated=False):
        groups.append(group._replace(rows=(), unrated=group.rows))
    groups += _cover_unrated(others, covered, left)
    groups += [Group("nothing", tuple(own), ()) for own in units.values()]
    groups += [Group("nothing", (), (line,)) for line in left]
    return [group for group in groups if _counts(group, how)]


def _find_shared_words(rows: Sequence[Row], lines: Sequence[Invoiced]) -> set[str]:
    """What usage and lines that name a task both say, at least once in one word."""
    return {
        name
        for name in ("account", "environment", "host", "region")
        if {getattr(row, name) for row in rows} & {getattr(line, name) for line in lines} - {None}
    }


def _attach(row: Row, groups: list[Group], told: set[str]) -> bool:
    """Puts what was not rated into a group of lines that name it, best one without rated rows; whether there is one."""
    fitting = [nth for nth, group in enumerate(groups) if any(_is_about(row, line, told) for line in group.lines)]
    if fitting:
        nth = min(fitting, key=lambda nth: bool(groups[nth].rows))
        groups[nth] = groups[nth]._replace(unrated=(*groups[nth].unrated, row))
    return bool(fitting)


def _list_units(rows: Sequence[Row]) -> dict[Key, list[Row]]:
    """The rows of each task: of one id, account, environment, host and region."""
    units: dict[Key, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=_task):
        units[_task(row)].append(row)
    return units


def _task(row: Row) -> Key:
    return tuple(map(_order, (row.id, row.account, row.environment, row.host, row.region)))


def _is_about(row: Row, line: Invoiced, told: set[str]) -> bool:
    """Whether the line names the task, and contradicts nothing that is said of it in words of both sides."""
    said = ((getattr(row, name), getattr(line, name)) for name in told)
    return row.id == line.task_id and all(None in pair or pair[0] == pair[1] for pair in said)


class _Named:
    """Lines that name a task, and the tasks that each may be of."""

    def __init__(self, tasks: dict[Key, list[Row]], lines: Sequence[Invoiced], told: set[str], how: How) -> None:
        self.tasks, self.lines, self.told = tasks, lines, told
        self.due = {key: [row for row in own if _is_due(row, (), how)] for key, own in tasks.items()}
        self.fitting = [[key for key, own in tasks.items() if _is_about(own[0], line, told)] for line in lines]
        self.joined = {nth: keys[0] for nth, keys in enumerate(self.fitting) if len(keys) == 1}
        self.left: dict[Key, list[int]] = defaultdict(list)

    def rank(self, nth: int, key: Key) -> int:
        """How many things the line and the task do not say alike, of those that both sides say in one word anywhere."""
        return sum(getattr(self.lines[nth], name) != getattr(self.tasks[key][0], name) for name in self.told)

    def is_free(self, key: Key) -> bool:
        return not any(Decimal(row.total) for row in self.due[key])

    def join_by_row(self) -> None:
        pairs = [
            (self.rank(nth, key), _whose(line), self.is_free(key), key, _line_order(line), nth, number)
            for nth, line in enumerate(self.lines)
            for key in self.fitting[nth]
            for number, row in enumerate(self.due[key])
            if (row.currency, Decimal(row.total)) == (line.currency, line.amount)
        ]
        met: dict[int, tuple[Key, int]] = {}
        for *_, key, _, nth, number in sorted(pairs):
            if nth not in met and (key, number) not in met.values():
                met[nth] = (key, number)
        self.joined |= {nth: key for nth, (key, _) in met.items()}

    def join_by_sum(self) -> None:
        for nth, line in enumerate(self.lines):
            if nth not in self.joined and self.fitting[nth]:
                self.left[_whose(line)].append(nth)
        pairs = [
            (self.rank(own[0], key), said, self.is_free(key), key)
            for said, own in self.left.items()
            for key in self.fitting[own[0]]
            if key not in self.joined.values() and self._comes_to_due(own, key)
        ]
        chosen: dict[Key, Key] = {}
        for *_, said, _, key in sorted(pairs):
            if said not in chosen and key not in chosen.values():
                chosen[said] = key
        self.joined |= {nth: key for said, key in chosen.items() for nth in self.left[said]}

    def _comes_to_due(self, own: Sequence[int], key: Key) -> bool:
        billed = _sum_lines(self.lines[nth] for nth in own)
        return billed != {} and billed == _sum((row.currency, Decimal(row.total)) for row in self.due[key])

    def join_by_order(self) -> None:
        for nth, keys in enumerate(self.fitting):
            if nth not in self.joined and keys:
                self.joined[nth] = min(keys, key=lambda key: (self.rank(nth, key), self.is_free(key), key))

    def list_groups(self) -> Iterator[Group]:
        """Those first that no usage fits, then in the order of tasks."""
        strays = {nth: _whose(line) for nth, line in enumerate(self.lines) if not self.fitting[nth]}
        for joined in (strays, self.joined):
            for key in sorted({*joined.values()}):
                own = tuple(self.lines[nth] for nth in joined if joined[nth] == key)
                yield Group("task_id", tuple(self.tasks[key]) if joined is self.joined else (), own)


def _join_named(named: _Named) -> list[Group]:
    """The groups of lines that name a task, each with the task that it fits best."""
    named.join_by_row()
    named.join_by_sum()
    named.join_by_order()
    return list(named.list_groups())


def _whose(line: Invoiced) -> Key:
    return tuple(map(_order, (line.task_id, line.account, line.environment, line.host, line.region)))


def _cover_unrated(units: dict[Key, list[Row]], covered: list[Group], left: list[Invoiced]) -> list[Group]:
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


def _bundle(lines: Iterable[Invoiced], units: dict[Key, list[Row]], how: How) -> Iterator[list[Invoiced]]:
    """Lines of one market and instant that are about different meters, in the order of bundles.

    All of them, where they come to what is due of the only task there, or to nothing where nothing is due.
    """
    places: dict[tuple[Any, ...], list[Invoiced]] = defaultdict(list)
    for line in sorted(lines, key=_line_order):
        places[_market(line)].append(line)
    for key in sorted(places):
        near = _list_near(places[key][0], units, how)
        if near and [due for due in near if due] == [billed for billed in [_sum_lines(places[key])] if billed]:
            yield places[key]
            continue
        metered = [line for line in places[key] if line.meter]
        if metered:
            dealt = _deal(metered, _list_dues(metered[0], units, how))
            yield from sorted(dealt, key=lambda bundle: min(map(metered.index, bundle)))
        yield from ([line] for line in places[key] if not line.meter)


def _line_order(line: Invoiced) -> tuple[str, str, Decimal]:
    return line.line, line.currency, line.amount


def _list_dues(line: Invoiced, units: dict[Key, list[Row]], how: How) -> list[dict[str, Decimal]]:
    """What is due of each task at the instant of the line that it may be about, and of which anything is."""
    return [due for due in _list_near(line, units, how) if due]


def _list_near(line: Invoiced, units: dict[Key, list[Row]], how: How) -> list[dict[str, Decimal]]:
    near = []
    for name, own in units.items():
        unit = _first(own, how)
        if _may_meet(unit, line) and not _measure(unit, line):
            near.append((unit.instant, name, _sum_due(own, how)))
    return [due for *_, due in sorted(near, key=lambda one: one[:2])]


def _measure(unit: Row, line: Invoiced) -> timedelta:
    """How far both lie apart; a line in whole seconds is held against the second of the task."""
    instant, said = unit.instant, _said(line.at)
    return abs((instant if said.microsecond else instant.replace(microsecond=0)) - said)


def _deal(lines: list[Invoiced], dues: list[dict[str, Decimal]]) -> Iterator[list[Invoiced]]:
    """Each way to take a bundle looked at: one that comes to what is due, and leaves no more bundles than there are."""
    left, number = [*lines], _most(lines)
    ways = [{tuple(_rank(line, [])[1:3] for line in way) for way in _list_ways(left, number, due)} for due in dues]
    for _, due in sorted(enumerate(dues), key=lambda pair: len(ways[pair[0]])):
        if fitting := _list_ways(left, number, due):
            best = min(fitting, key=lambda way: (way.count(None), [_rank(line, lines) for line in way]))
            number -= 1
            left = [line for line in left if line not in best]
            yield [line for line in best if line]
    for row in zip_longest(*_by_meter(left)):
        yield [line for line in row if line]


def _list_ways(left: list[Invoiced], number: int, due: dict[str, Decimal]) -> list[tuple[Invoiced | None, ...]]:
    return [
        way
        for way in product(*([*own, None] for own in _by_meter(left)))
        if any(way)
        and _sum_lines(filter(None, way)) == due
        and _most([line for line in left if line not in way]) < number
    ]


def _rank(line: Invoiced | None, lines: list[Invoiced]) -> tuple[Any, ...]:
    return (True,) if line is None else (False, line.currency, line.amount, lines.index(line) if lines else 0)


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
    """A task by the least of what its rows say: those that are due, where there are any."""
    due = [row for row in rows if _is_due(row, (), how)]
    return rows[0]._replace(
        at=min(row.at for row in due or rows), resolution=min(row.resolution for row in due or rows)
    )


def _pair(
    units: dict[Key, list[Row]],
    bundles: Sequence[list[Invoiced]],
    left: list[Invoiced],
    how: How,
    *,
    are_rated: bool = True,
) -> Iterator[Group]:
    pairs = []
    for (name, own), (place, bundle) in product(units.items(), enumerate(bundles)):
        unit, line = _first(own, how), bundle[0]
        distance = _measure(unit, line)
        if distance <= how.window and _may_meet(unit, line):
            agrees = are_rated and _sum_due(own, how) == _sum_lines(bundle)
            pairs.append((distance, not agrees, unit.instant, name, line.at, place))
    taken: dict[int, Key] = {}
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


def _cover(units: dict[Key, list[Row]], left: list[Invoiced], how: How) -> Iterator[Group]:
    spans: dict[tuple[Any, ...], list[Invoiced]] = defaultdict(list)
    for line in left:
        if line.begin and line.until:
            said = (line.account, line.environment, line.host, line.region, line.resolution)
            spans[(*map(_order, said), line.begin, line.until)].append(line)
    covered: dict[tuple[Any, ...], list[Key]] = defaultdict(list)
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
