"""A check of CSV files against what FOCUS 1.2 asks of columns, cells and rows.

Columns of commitments, capacity and virtual currencies, which our rows never have, are known by their cells alone: no
rule sets them beside others. An empty cell is null.

`python -m pricing.shell.bulk.focus_rules FILE...` says what is wrong, and ends with 1 where anything is.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Final, NamedTuple

from pricing.currencies import MINOR_UNITS
from pricing.shell.bulk.focus_model import AI_SUBCATEGORIES, CATEGORIES, COLUMNS, PRICE_PROPERTIES, Kind
from pricing.shell.bulk.focus_row_rules import ROW_RULES, Cells
from pricing.shell.printing import print_lines

MOST_FAULTS: Final = 100
"""Of one file: more say nothing new."""
INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
DECIMAL: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?(E-?[0-9]{1,3})?")


class Fault(NamedTuple):
    """What is wrong where: rows count from 1, and 0 are the heads."""

    row: int
    column: str
    message: str


def check_file(file: Path) -> Iterator[Fault]:
    """Each fault of a CSV file, the heads first, then row by row."""
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines, strict=True)
        yield from check_heads(reader.fieldnames or ())
        yield from check_rows(reader)


def check_heads(heads: Sequence[str]) -> Iterator[Fault]:
    """What is wrong with the names of the columns."""
    for name in sorted({name for name in heads if heads.count(name) > 1}):
        yield Fault(0, name, "the column stands twice")
    for name, column in COLUMNS.items():
        if column.always and name not in heads:
            yield Fault(0, name, "the column is mandatory, and not there")
    own = [name.startswith("x_") for name in heads]
    for name, is_own in zip(heads, own, strict=True):
        if not is_own and name not in COLUMNS:
            yield Fault(0, name, "FOCUS 1.2 has no such column: names of one's own begin with x_")
    if own != sorted(own):
        yield Fault(0, heads[own.index(True)], "columns of one's own stand after those of FOCUS")


def check_rows(rows: Iterable[Mapping[str, str | None]]) -> Iterator[Fault]:
    """What is wrong with the cells of each row, and where they contradict one another."""
    for number, row in enumerate(rows, start=1):
        if None in row or None in row.values():
            yield Fault(number, "", "the row has more or fewer cells than there are columns")
            continue
        cells = {name: value or "" for name, value in row.items()}
        faults = [fault for name, value in cells.items() for fault in _check_cell(number, name, value)]
        yield from faults
        if not faults:
            yield from _check_row(number, cells)


def _check_cell(number: int, name: str, value: str) -> Iterator[Fault]:
    column = COLUMNS.get(name)
    if column is None:
        return
    if not value:
        if column.filled:
            yield Fault(number, name, "a value is wanted in each row")
    elif column.allowed and value not in column.allowed:
        yield Fault(number, name, f"{value[:64]!r} is none of {', '.join(column.allowed)}")
    elif wanted := _find_wanted(column.kind, value):
        yield Fault(number, name, f"{value[:64]!r}: {wanted}")


def _find_wanted(kind: Kind, value: str) -> str | None:
    """What is wanted of a value instead of this one; `None` where it is right."""
    match kind:
        case "text":
            return None if value.strip() else "spaces alone are no value"
        case "currency":
            return None if value in MINOR_UNITS else "a currency of ISO 4217 is wanted, such as USD"
        case "instant":
            return None if _is_instant(value) else "an instant like 2026-11-01T00:00:00Z is wanted"
        case "object":
            return _find_wanted_object(value)
        case _:
            if not DECIMAL.fullmatch(value):
                return "a number is wanted: no plus, no separators, a point before decimals"
            return "a price is wanted, which is not below 0" if kind == "price" and Fraction(value) < 0 else None


def _is_instant(value: str) -> bool:
    try:
        return bool(INSTANT.fullmatch(value) and datetime.fromisoformat(value))
    except ValueError:
        return False


def _find_wanted_object(value: str) -> str | None:
    try:
        pairs = json.loads(value, object_pairs_hook=list)
    except (ValueError, RecursionError):
        pairs = None
    if not isinstance(pairs, list) or not value.lstrip().startswith("{"):
        return "an object of JSON is wanted"
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names) or any(isinstance(inner, list) for _, inner in pairs):
        return "each key once, each value a string, a number, true, false or null"
    if not all(name.startswith("x_") or name in PRICE_PROPERTIES for name in names):
        return "keys that FOCUS does not name begin with x_"
    return None


def _check_row(number: int, cells: Cells) -> Iterator[Fault]:
    for rule in ROW_RULES:
        if all(name in cells for name in rule.columns) and not rule.holds(cells):
            yield Fault(number, rule.columns[0], rule.says)
    category, sub = cells.get("ServiceCategory"), cells.get("ServiceSubcategory")
    if category == CATEGORIES[0] and sub and sub not in AI_SUBCATEGORIES:
        yield Fault(number, "ServiceSubcategory", f"{sub[:64]!r} is none of {category}: {', '.join(AI_SUBCATEGORIES)}")


def main(files: Sequence[str]) -> int:
    """Prints the faults of the files; 1 where there are any."""
    found = 0
    for file in files:
        faults = [fault for fault, _ in zip(check_file(Path(file)), range(MOST_FAULTS), strict=False)]
        print_lines(f"{file}:{fault.row} {fault.column}: {fault.message}" for fault in faults)
        found += len(faults)
    print_lines([f"{found} faults in {len(files)} files"])
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
