"""Breaks as they are listed: a table for people, JSON and JSON Lines for programs, CSV for spreadsheets."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from io import StringIO
from typing import Final

from pricing.money import EXACT, ZERO, format_amount
from pricing.reconciliations import Standing
from pricing.shell.bulk.registers import COLUMNS
from pricing.shell.bulk.runs import Told, write_instant
from pricing.shell.printing import print_lines, print_table
from pricing.shell.text import count, plain, signed

SCHEMA_VERSION: Final = "1"
_AMOUNTS: Final = ("amount", "expected", "invoiced")
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
"""With what a cell begins that a spreadsheet would compute."""


def print_breaks(standings: Sequence[Standing], known: int, form: str) -> None:
    """Prints the breaks that were asked for, of so many in the register."""
    match form:
        case "json":
            told = {"schema_version": SCHEMA_VERSION, "breaks": [write_break(one) for one in standings]}
            print_lines([json.dumps(told, ensure_ascii=False)])
        case "jsonl":
            print_lines(json.dumps(write_break(one), ensure_ascii=False) for one in standings)
        case "csv":
            print_lines(_csv_lines(standings))
        case _:
            _print_table(standings)
            print_lines(_sums(standings, known))


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
    return text if name in _AMOUNTS else defuse(text)


def defuse(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula: an apostrophe before what begins like one."""
    return f"'{text}" if text.startswith(_FORMULAS) else text


def _print_table(standings: Sequence[Standing]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in ("id", "age", "status", "cause", "amount", "where", "rows and lines", "owner", "note"):
        is_amount, may_wrap = column == "amount", column in ("where", "rows and lines", "note")
        table.add_column(column, justify="right" if is_amount else "left", no_wrap=not may_wrap, overflow="fold")
    for one in standings:
        part, subject = one.found.part, one.found.subject
        where = filter(None, (subject.account, subject.environment, subject.host, subject.region, subject.resolution))
        rows = (*subject.task_ids, *(f"line {line}" for line in subject.invoice_lines))
        cells = (
            *(one.found.id, one.age, one.status, f"{part.cause}: {part.detail}"),
            signed(part.amount, part.currency),
            *(" / ".join(where), ", ".join(rows), one.owner or "", one.note or ""),
        )
        table.add_row(*map(plain, cells))
    if standings:
        print_table(table)


def _sums(standings: Sequence[Standing], known: int) -> Iterator[str]:
    sums: dict[str, Decimal] = {}
    for one in standings:
        part = one.found.part
        if one.age != "resolved":
            sums[part.currency] = EXACT.add(sums.get(part.currency, ZERO), part.amount)
    money = "".join(f", {signed(amount, currency)}" for currency, amount in sorted(sums.items()))
    yield f"{count(len(standings), 'break')} of {known}{money}"
