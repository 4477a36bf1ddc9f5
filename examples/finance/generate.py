"""Makes the finance example: usage of three accounts over three months, and an invoice with defects of every cause.

`python examples/finance/generate.py OUT/` writes usage.csv, invoice.csv and planted.json, which says what has to be
found: each defect with its cause and money, planted where it has one answer. The same bytes every time.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

from book import Book, Planted, open_book
from defects import SLACK, plant_all
from invoice import COLUMNS, Billed, spell_instant
from jobs import BEGIN, END, SEED, make_usage
from ledger import rate_all

from pricing.break_causes import CAUSES
from pricing.money import format_decimal
from pricing.shell.bulk.schemas import USAGE
from pricing.shell.catalogues import load_catalogue
from pricing.usage import UsageRow

CATALOGUE: Final = Path(__file__).with_name("catalogue")


def main(folder: Path) -> None:
    """Write the three files into the folder."""
    catalogue = load_catalogue(CATALOGUE)
    rows = make_usage()
    book = open_book(catalogue, rate_all(catalogue, rows))
    plant_all(book)
    lines = book.list_all()
    for number, line in enumerate(lines, start=1):
        line.line = f"INV-{number:05}"
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "usage.csv", tuple(USAGE), (_list_values(row) for row in rows))
    _write(folder / "invoice.csv", COLUMNS, (tuple(line.list_values()) for line in lines))
    told = json.dumps(_tell(book, lines), indent=1)
    (folder / "planted.json").write_text(f"{told}\n", encoding="utf-8")


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _list_values(row: UsageRow) -> list[str]:
    return [_spell(name, getattr(row, name)) for name in USAGE]


def _spell(name: str, value: object) -> str:
    match value:
        case None:
            return ""
        case tuple():
            return ";".join(format_decimal(clip) for clip in value) or "[]"
        case Decimal():
            return format_decimal(value)
        case _:
            return spell_instant(value) if name == "at" else str(value)


def _tell(book: Book, lines: list[Billed]) -> dict[str, object]:
    """How to reconcile, the sums by currency, and the breaks in the order of CAUSES."""
    ordered = sorted(book.planted, key=lambda one: CAUSES.index(one.cause))
    return {
        "schema_version": "1",
        "seed": SEED,
        "period": [spell_instant(BEGIN), spell_instant(END)],
        "window": "5m",
        "tolerance": {currency: format_decimal(SLACK) for currency in ("CNY", "USD")},
        "rows": len(book.rated),
        "lines": len(lines),
        "totals": _total(book, lines),
        "breaks": [_tell_one(one) for one in ordered],
    }


def _total(book: Book, lines: list[Billed]) -> dict[str, dict[str, object]]:
    """From what was expected of the period to what is invoiced, by cause; what is left is rounding to the cent."""
    expected, invoiced, tolerated = (defaultdict[str, Decimal](Decimal) for _ in range(3))
    for one in book.rated:
        if one.row.at < END:
            expected[one.currency] += one.total
    for line in lines:
        invoiced[line.currency] += line.amount
    causes = {currency: dict.fromkeys(CAUSES, Decimal()) for currency in sorted(invoiced)}
    for one in book.planted:
        causes[one.currency][one.cause] += one.amount
    for currency, own in causes.items():
        tolerated[currency] = invoiced[currency] - expected[currency] - sum(own.values())
    return {
        currency: {
            "expected": format_decimal(expected[currency]),
            **{cause: format_decimal(amount) for cause, amount in own.items() if amount},
            "tolerated": format_decimal(tolerated[currency]),
            "invoiced": format_decimal(invoiced[currency]),
        }
        for currency, own in causes.items()
    }


def _tell_one(one: Planted) -> dict[str, object]:
    return {
        "cause": one.cause,
        "detail": one.detail,
        "currency": one.currency,
        "amount": format_decimal(one.amount),
        "task_ids": list(one.tasks),
        "invoice_lines": [line.line for line in one.lines],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
