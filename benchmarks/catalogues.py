"""A catalogue of 10,000 entries: loaded and checked, against tomli reading the same text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import tomli

from benchmarks.results import Row, Subject, gate
from benchmarks.timing import compare
from pricing.shell.catalogues import load_catalogue
from wan_rules import HOSTS

CARDS: Final = 25
CHANGES: Final = 100
"""Dates on which the price of each tier changes."""
TIERS: Final = ("720P", "1080P", "1080P-SR", "1440P-SR")
ENTRIES: Final = CARDS * CHANGES * len(TIERS)

_HEAD: Final = """schema_version = "1"

[catalogue]
name = "a large fictional catalogue"
accounts = ["acme"]
environments = ["production"]

[catalogue.regions]
"""
_CARD: Final = """schema_version = "1"

[card]
id = "card-{number:02}"
title = "Card {number}, fictional"
host = "{host}"
region = "region-{number:02}"
currency = "USD"
source = "https://prices.example.com/{number}"
checked = 2026-10-31
confidence = "fictional"

[[reference_video]]
from = 2020-01-01
billed = "yes"
cap_total_s = "5"
"""
_ENTRY: Final = """
[[entry]]
from = {day}
meter = "output_video_seconds"
resolution = "{tier}"
price = "0.{price:06}"
"""


def measure_catalogue(pairs: int) -> list[Row]:
    """Reading, checking and digesting the folder."""
    texts = dict(_write_files())
    with TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in texts.items():
            (folder / file).write_text(text, encoding="utf-8")
        assert sum(len(card.entry) for card in load_catalogue(folder).cards.values()) == ENTRIES
        timing = compare(
            lambda _: load_catalogue(folder), lambda _: [tomli.loads(text) for text in texts.values()], pairs
        )
    size = sum(map(len, texts.values()))
    what = f"a catalogue of {ENTRIES:,} entries ({CARDS} files, {size / 1e6:.1f} MB) loaded"
    return [gate(Subject(what, "tomli parsing the same text"), timing, 20)]


def _write_files() -> Iterator[tuple[str, str]]:
    hosts = tuple(HOSTS)
    yield "catalogue.toml", _HEAD
    for number in range(CARDS):
        yield (
            f"card-{number:02}.toml",
            _CARD.format(number=number, host=hosts[number % len(hosts)]) + "".join(_write_entries(number)),
        )


def _write_entries(number: int) -> Iterator[str]:
    for change in range(CHANGES):
        day = date(2020, 1, 1) + timedelta(days=20 * change)
        for step, tier in enumerate(TIERS):
            yield _ENTRY.format(day=day, tier=tier, price=100_000 + 1000 * number + 10 * change + step)
