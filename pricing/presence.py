"""What of a match is there twice or lies outside the invoice's time, found by whether the sums come nearer without it.

Neither rows nor lines are rated here: what is left over once these are set aside is for alternatives to explain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple, TypeVar

from pricing.breaks import Part
from pricing.invoices import Expected, Invoiced
from pricing.meters import MeterId
from pricing.money import EXACT, ZERO, add_up, format_amount, format_decimal

T = TypeVar("T")


class Compared(NamedTuple):
    """Rows and lines in one currency that stand against each other, and the parts that were set aside before."""

    rows: tuple[Expected, ...]
    lines: tuple[Invoiced, ...]
    parts: tuple[Part, ...]

    @property
    def expected(self) -> Decimal:
        """What the rows come to."""
        return add_up(row.total for row in self.rows)

    @property
    def invoiced(self) -> Decimal:
        """What the lines come to."""
        return add_up(line.amount for line in self.lines)


def set_aside(due: Sequence[Expected], undue: Sequence[Expected], lines: Sequence[Invoiced]) -> Compared:
    """The rows and lines of one currency without what stands twice, and with the rows of another time that are billed.

    Rows are in the order of their ids.
    """
    compared = Compared(tuple(due), tuple(sorted(lines, key=_line_order)), ())
    return _take_undue(_drop_rows(_drop_again(_drop_lines(compared))), undue)


def _line_order(line: Invoiced) -> tuple[object, ...]:
    return (*_identify(line), line.line)


def _identify(line: Invoiced) -> tuple[object, ...]:
    """What two lines about the same have in common: the task and what is billed of it; without a task, everything."""
    said = (line.task_id, line.meter, line.resolution, line.quantity, line.unit_price) if line.task_id else line[3:]
    return (tuple(map(_spell, said)), line.amount)


def _spell(value: object) -> str:
    match value:
        case None:
            return ""
        case Decimal():
            return format_decimal(value)
        case _:
            return str(value)


def _drop_lines(compared: Compared) -> Compared:
    """Without copies of lines that bring the invoice nearer when they go; the line with the least id stays."""
    rows, lines, parts = compared
    groups = groupby(lines, key=_identify)
    kept, dropped = _split_copies(groups, lambda line: line.amount, compared.invoiced, compared.expected)
    if not dropped:
        return compared
    currency = dropped[0].currency
    extra = add_up(line.amount for line in dropped)
    names = ", ".join(sorted(line.line for line in dropped))
    evidence = f"{names}: {_tell_copies(dropped, kept)}, {format_amount(extra, currency)} {currency}"
    return Compared(rows, kept, (*parts, Part("duplicate", "invoice line", currency, extra, evidence)))


def _tell_copies(dropped: Iterable[Invoiced], kept: Iterable[Invoiced]) -> str:
    """What copies have in common with the lines that stay: all, or what is billed of their task."""
    every = {_list_said(line) for line in kept}
    if all(_list_said(line) in every for line in dropped):
        return "the same as another line in all but its id"
    return "the same of its task as another line"


def _list_said(line: Invoiced) -> tuple[str, ...]:
    return tuple(map(_spell, line[1:]))


def _drop_again(compared: Compared) -> Compared:
    """Without a line of a task that another line bills too, where the rest is all that was expected; a credit stays."""
    rows, lines, parts = compared
    total, expected = compared.invoiced, compared.expected
    billed: Counter[tuple[str | None, MeterId | None]] = Counter(
        (line.task_id, line.meter) for line in lines if line.task_id
    )
    for number, line in enumerate(lines):
        is_again = line.amount > ZERO and billed[line.task_id, line.meter] > 1
        if is_again and EXACT.subtract(total, line.amount) == expected:
            money = f"{format_amount(line.amount, line.currency)} {line.currency}"
            evidence = f"{line.line}: {line.task_id} is billed in full without it, {money} too much"
            part = Part("duplicate", "billed again", line.currency, line.amount, evidence)
            return Compared(rows, (*lines[:number], *lines[number + 1 :]), (*parts, part))
    return compared


def _drop_rows(compared: Compared) -> Compared:
    """Without rows of a task that stood before, where expecting them once brings the sum nearer."""
    rows, lines, parts = compared
    groups = groupby(sorted(rows, key=_name_task), key=_name_task)
    kept, dropped = _split_copies(groups, lambda row: row.total, compared.expected, compared.invoiced)
    if not dropped:
        return compared
    currency = dropped[0].currency
    extra = add_up(row.total for row in dropped)
    names = ", ".join(str(row.row.id) for row in dropped)
    evidence = f"{names}: more than once in the usage, {format_amount(extra, currency)} {currency} too much expected"
    return Compared(kept, lines, (*parts, Part("duplicate", "usage row", currency, EXACT.minus(extra), evidence)))


def _name_task(row: Expected) -> tuple[str, ...]:
    """The id and whose it is: what two rows of one task have in common."""
    said = row.row
    return tuple(map(_spell, (said.id, said.account, said.environment, said.host, said.region)))


def _split_copies(
    groups: Iterable[tuple[object, Iterator[T]]], amount: Callable[[T], Decimal], total: Decimal, to: Decimal
) -> tuple[tuple[T, ...], tuple[T, ...]]:
    """What stays and what goes: each copy of a group's first without which the total comes nearer to the other one."""
    kept: list[T] = []
    dropped: list[T] = []
    for _, group in groups:
        first, *copies = group
        kept.append(first)
        for copy in copies:
            left = EXACT.subtract(total, amount(copy))
            is_extra = _is_nearer(left, total, to)
            total = left if is_extra else total
            (dropped if is_extra else kept).append(copy)
    return tuple(kept), tuple(dropped)


def _is_nearer(one: Decimal, other: Decimal, to: Decimal) -> bool:
    return EXACT.subtract(one, to).copy_abs() < EXACT.subtract(other, to).copy_abs()


def _take_undue(compared: Compared, undue: Sequence[Expected]) -> Compared:
    """With the rows of another time that the lines bill: those that bring what is expected nearer, or are free."""
    rows, lines, parts = compared
    total, invoiced = compared.expected, compared.invoiced
    taken: list[Expected] = []
    for row in undue:
        more = EXACT.add(total, row.total)
        if not row.total or _is_nearer(more, total, invoiced):
            total = more
            taken.append(row)
    amount = add_up(row.total for row in taken)
    if amount:
        currency = taken[0].currency
        when = ", ".join(
            f"{row.row.id} at {row.row.at.isoformat().replace('+00:00', 'Z')}" for row in taken if row.total
        )
        evidence = f"{when}: outside the invoice's time, {format_amount(amount, currency)} {currency} belong elsewhere"
        parts = (*parts, Part("timing", "outside the period", currency, amount, evidence))
    return Compared((*rows, *taken), lines, parts)
