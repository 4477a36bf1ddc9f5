"""Breaks as they are listed: text for people, JSON and JSON Lines for programs, CSV for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from io import StringIO
from typing import Final

from pricing.money import EXACT, ZERO, format_amount
from pricing.reconciliations import Standing
from pricing.shell.bulk.literals import guard
from pricing.shell.bulk.registers import COLUMNS
from pricing.shell.bulk.runs import Told, write_instant
from pricing.shell.grids import Column, lay_out
from pricing.shell.printing import print_exactly, print_json, print_lines
from pricing.shell.terminals import find_room
from pricing.shell.text import count, plain, signed
from pricing.shell.text_widths import fold

SCHEMA_VERSION: Final = "1"
ROWS_NAMED: Final = 4
"""Rows of usage and lines of the invoice that the text names; an invoice line can cover thousands."""
_AMOUNTS: Final = ("amount", "expected", "invoiced")


def print_breaks(standings: Sequence[Standing], known: int, form: str) -> None:
    """Prints the breaks that were asked for, of so many in the register."""
    match form:
        case "json":
            told = {"schema_version": SCHEMA_VERSION, "breaks": [write_break(one) for one in standings]}
            print_json(told)
        case "jsonl":
            for one in standings:
                print_json(write_break(one))
        case "csv":
            print_exactly(_csv_lines(standings))
        case _:
            print_lines((*_text_lines(standings), *_sums(standings, known)))


def write_break(standing: Standing) -> Told:
    """The break as a JSON object with the columns of the register; amounts are strings."""
    found, currency = standing.found, standing.found.part.currency
    told: Mapping[str, object] = {
        **standing._asdict(),
        **found._asdict(),
        **found.subject._asdict(),
        **found.part._asdict(),
    }
    return {name: _plain(told[name], currency) for name in COLUMNS}


def _plain(value: object, currency: str) -> object:
    match value:
        case Decimal():
            return format_amount(value, currency)
        case datetime():
            return write_instant(value)
        case tuple():
            return [*value]
        case _:
            return value


def _csv_lines(standings: Sequence[Standing]) -> Iterator[str]:
    """A head, and a line for each break; lists are joined by `; `, what is not said is empty."""
    yield _csv_line([*COLUMNS])
    for one in standings:
        yield _csv_line([_cell(name, value) for name, value in write_break(one).items()])


def _csv_line(cells: Sequence[str]) -> str:
    line = StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()


def _cell(name: str, value: object) -> str:
    text = "; ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    return text if name in _AMOUNTS else guard(text)


def _text_lines(standings: Sequence[Standing]) -> Iterator[str]:
    """A row for each break, and below it what it is about and what was decided."""
    rows = [_row(one) for one in standings]
    for one, lines in zip(standings, lay_out(_BREAK, rows), strict=True):
        yield from lines
        for told in filter(None, (_reason(one), _place(one), one.note and f"note: {one.note}")):
            yield from fold(plain(told), find_room(), "    ", "      ")


_BREAK: Final = (Column(), Column(right=True), Column(), Column(), Column(folds=True))


def _row(one: Standing) -> tuple[str, ...]:
    part = one.found.part
    status = f"{one.status}: {one.owner}" if one.owner else one.status
    return tuple(map(plain, (one.found.id, signed(part.amount, part.currency), part.cause, one.age, status)))


def _reason(one: Standing) -> str:
    part = one.found.part
    also = f" (or: {', '.join(part.also)})" if part.also else ""
    return f"{part.detail}: {part.evidence}{also}"


def _place(one: Standing) -> str:
    """Where it is, and the first of its rows and lines."""
    subject = one.found.subject
    names = (subject.account, subject.environment, subject.host, subject.region, subject.resolution)
    rows = (*subject.task_ids, *(f"line {line}" for line in subject.invoice_lines))
    more = f" and {len(rows) - ROWS_NAMED} more" if len(rows) > ROWS_NAMED else ""
    return f"{' / '.join(filter(None, names)) or 'anywhere'}: {', '.join(rows[:ROWS_NAMED])}{more}"


def _sums(standings: Sequence[Standing], known: int) -> Iterator[str]:
    sums: dict[str, Decimal] = {}
    for one in standings:
        part = one.found.part
        if one.age != "resolved":
            sums[part.currency] = EXACT.add(sums.get(part.currency, ZERO), part.amount)
    money = "".join(f", {signed(amount, currency)}" for currency, amount in sorted(sums.items()))
    yield f"{count(len(standings), 'break')} of {known}{money}"
