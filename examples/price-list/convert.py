"""Makes a catalogue of a spreadsheet: `python convert.py prices.csv prices --help` says how.

Rows without a customer become the card of their host, the others that customer's agreement there. What the sheet does
not say is not made up: whether clips are billed is written as unknown. Beside the prices it writes a test for each of
them, worked out from the sheet alone, so that `wan-rules cards test` says whether a cell was lost on the way.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

HOSTS: Final = {"Alibaba": "alibaba", "Atlas": "atlas", "fal": "fal", "Runware": "runware"}
TIERS: Final = ("720P", "1080P", "1080P-SR", "1440P-SR")
NUMBER: Final = re.compile(r"[0-9]+(\.[0-9]+)?")
CURRENCY: Final = re.compile(r"[A-Z]{3}")
SECONDS: Final = 10
"""How long the videos of the tests are."""


class Row(NamedTuple):
    """A row of the sheet: a price of a second, or a discount in percent, at a tier or at all of them."""

    line: int
    customer: str
    environment: str
    host: str
    tier: str
    begins: date
    price: str
    currency: str
    discount: str

    @property
    def group(self) -> str:
        """What its card or agreement is called."""
        return "-".join(filter(None, (self.customer, self.host, self.environment)))


def read(file: Path) -> list[Row]:
    """The rows by date. Ends the program where a cell is not what it has to be: nothing is guessed."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines, restval="")
        rows = [_read_row(reader.line_num, cells) for cells in reader]
    first: dict[tuple[object, ...], int] = {}
    for row in rows:
        line = first.setdefault((row.group, row.tier, row.begins), row.line)
        if line != row.line:
            sys.exit(f"line {row.line}: the same customer, host, tier and day as in line {line}: leave one of them")
    for host in {row.host for row in rows}:
        currencies = sorted({row.currency for row in rows if row.host == host and row.price})
        if len(currencies) > 1:
            sys.exit(f"{host}: the prices of a host have one currency, and the sheet has {', '.join(currencies)}")
    return sorted(rows, key=lambda row: row.begins)


def _read_row(line: int, cells: Mapping[str, str]) -> Row:
    try:
        begins, host = date.fromisoformat(cells["Valid from"]), HOSTS[cells["Host"]]
        names = ("Tier", "Price per second", "Currency", "Discount")
        tier, price, currency, discount = (cells[name].strip() for name in names)
        row = Row(line, cells["Customer"], cells["Environment"], host, tier, begins, price, currency, discount)
    except (KeyError, ValueError) as error:
        sys.exit(f"line {line}: {error}: wanted are a day like 2026-06-01, and a host of {', '.join(HOSTS)}")
    if fault := _find_fault(row._replace(discount=discount.removesuffix("%"))):
        sys.exit(f"line {line}: {fault}")
    return row._replace(discount=discount.removesuffix("%"))


def _find_fault(row: Row) -> str | None:
    if bool(row.price) == bool(row.discount):
        return "a price is wanted, or a discount, and one of them alone"
    if not NUMBER.fullmatch(row.price or row.discount):
        return f"{row.price or row.discount!r} is no number: write 0.11, with a point and without a sign"
    if row.price and not CURRENCY.fullmatch(row.currency):
        return f"{row.currency!r} is no currency: write three capital letters beside a price"
    if row.tier not in TIERS and not (row.tier == "all" and row.discount):
        return f"{row.tier!r} is no tier: {', '.join(TIERS)}, or all for a discount"
    if row.environment and not row.customer:
        return "a price without a customer holds in every environment: name the customer, or no environment"
    return None if row.customer or row.price else "a discount is somebody's: name the customer"


def write_card(rows: Sequence[Row], source: str, checked: date) -> str:
    """The card of a host, from its rows without a customer."""
    host = rows[0].host
    head: dict[str, object] = {"id": f"our-{host}", "title": f"{host}, from the price list", "host": host}
    head |= {"currency": rows[0].currency, "source": source, "checked": checked, "confidence": "published"}
    entries = [_table("[entry]", {"from": row.begins, **_price(row)}) for row in rows]
    clips = _table("[reference_video]", {"from": rows[0].begins, "billed": "unknown"})
    return "\n".join([HEAD, _table("card", head), *entries, "# The price list says nothing of clips.", clips])


def write_agreement(rows: Sequence[Row]) -> str:
    """The agreement of a customer at a host, from its rows."""
    row = rows[0]
    head: dict[str, object] = {"id": row.group, "title": f"{row.customer} at {row.host}"}
    head |= {"account": row.customer, "host": row.host}
    head |= {"environments": [row.environment]} if row.environment else {}
    terms = [_table("[term]", _describe(row, rows)) for row in rows]
    return "\n".join([HEAD, _table("agreement", head | {"from": row.begins}), *terms])


def _price(row: Row) -> dict[str, object]:
    return {"meter": "output_video_seconds", "resolution": row.tier, "price": row.price}


def _describe(row: Row, rows: Sequence[Row]) -> dict[str, object]:
    """A term: what it does; from when, where it is not the first; until when, where another one follows."""
    later = [one.begins for one in rows if (one.tier, bool(one.price)) == (row.tier, bool(row.price))]
    ends = min((begins for begins in later if begins > row.begins), default=None)
    discount: dict[str, object] = {"kind": "discount", "percent": row.discount}
    term = {"kind": "override", **_price(row)} if row.price else discount
    term |= {"resolutions": [row.tier]} if row.discount and row.tier != "all" else {}
    term |= {"from": row.begins} if row.begins != rows[0].begins else {}
    return term | ({"until": ends} if ends else {})


def write_tests(rows: Sequence[Row], environments: Sequence[str], other: str) -> str:
    """A test for each price of the sheet: so many seconds of a video without clips, on the first day of the price."""
    tests = [HEAD]
    for row in rows:
        environment = row.environment or _find_plain(rows, row, environments)
        for tier in TIERS if row.tier == "all" else (row.tier,):
            if priced := row if row.price else _find_list_price(rows, row, tier):
                total = SECONDS * Decimal(priced.price) * (100 - Decimal(row.discount or 0)) / 100
                asked: dict[str, object] = {"account": row.customer or other, "environment": environment}
                asked |= {"host": row.host, "at": row.begins}
                test = _table("[test]", {"name": f"line {row.line} of the price list, {tier}", **asked})
                test += f'request = {{ resolution = "{tier}", duration_s = {SECONDS}, images = 1 }}\n'
                tests.append(test + f'expect = {{ total = "{total:f}", currency = "{priced.currency}" }}\n')
    return "\n".join(tests)


def _find_plain(rows: Sequence[Row], row: Row, environments: Sequence[str]) -> str:
    """An environment where no rows of the customer at that host come on top; the first, where there is none."""
    own = {one.environment for one in rows if (one.customer, one.host) == (row.customer, row.host)}
    return next((environment for environment in environments if environment not in own), environments[0])


def _find_list_price(rows: Sequence[Row], row: Row, tier: str) -> Row | None:
    """What everybody pays at a tier when a discount begins; nothing where the sheet has no such price."""
    key = ("", row.host, tier)
    found = [one for one in rows if (one.customer, one.host, one.tier) == key and one.begins <= row.begins]
    return found[-1] if found else None


HEAD: Final = 'schema_version = "1"\n'


def _table(title: str, keys: Mapping[str, object]) -> str:
    """A table of TOML: text is quoted as in JSON, and a date is bare."""
    lines = [f"{key} = {value if isinstance(value, date) else json.dumps(value)}" for key, value in keys.items()]
    return "\n".join([f"[{title}]", *lines, ""])


def convert(asked: argparse.Namespace) -> dict[str, str]:
    """The text of each file of the catalogue, by its name."""
    rows, environments, others = read(asked.sheet), asked.environments, asked.others
    accounts = sorted({*others, *(row.customer for row in rows if row.customer)})
    head = _table("catalogue", {"name": "our price list", "accounts": accounts, "environments": environments})
    included = 'include = ["published"]\n\n[catalogue.regions]\nalibaba = "international"\n'
    files = {"catalogue.toml": f"{HEAD}\n{head}{included}", "tests.toml": write_tests(rows, environments, others[0])}
    for group in sorted({row.group for row in rows}):
        own = [row for row in rows if row.group == group]
        if own[0].customer:
            files[f"agreements/{group}.toml"] = write_agreement(own)
        else:
            files[f"cards/{group}.toml"] = write_card(own, asked.sheet.name, asked.checked)
    return files


def _split(text: str) -> list[str]:
    return text.split(",")


def main() -> None:
    """Write the catalogue into a folder, and say which files there are."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sheet", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--checked", type=date.fromisoformat, required=True, help="when a person last checked the list")
    parser.add_argument("--environments", type=_split, required=True, help="where there are prices: production,staging")
    parser.add_argument("--others", type=_split, required=True, help="customers without terms of their own")
    asked = parser.parse_args()
    files = convert(asked)
    for file in sorted(asked.folder.rglob("*.toml")):
        if file.relative_to(asked.folder).as_posix() not in files:
            sys.exit(
                f"{file}: no row of the sheet makes this file, and it would hold: take it away, or name a new folder"
            )
    for name, text in files.items():
        file = asked.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        print(f"wrote {file}")


if __name__ == "__main__":
    main()
