"""`cards check` of a large catalogue, against its load: 1,000 accounts x 3 environments x 4 tiers x 10 dates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.catalogues import TIERS
from benchmarks.results import Row, Subject, gate
from benchmarks.timing import compare
from pricing.linting import lint
from pricing.shell.catalogues import load_catalogue

ACCOUNTS: Final = 1000
ENVIRONMENTS: Final = ("production", "staging", "sandbox")
DATES: Final = 10
SHARED: Final = 30
"""Sets of prices that the agreements have among them where few differ, as tariffs do."""
TODAY: Final = date(2026, 10, 31)
TARGET: Final = 3

_HEAD: Final = """schema_version = "1"

[catalogue]
name = "a fictional catalogue of many accounts"
accounts = [{accounts}]
environments = [{environments}]
"""
_CARD: Final = """schema_version = "1"

[card]
id = "card"
title = "A fictional card"
host = "atlas"
currency = "USD"
source = "https://prices.example.com"
checked = 2026-10-31
confidence = "fictional"

[[reference_video]]
from = 2025-01-01
billed = "no"
"""
_ENTRY: Final = """
[[entry]]
from = {day}
meter = "output_video_seconds"
resolution = "{tier}"
price = "0.{price:06}"
"""
_AGREEMENT: Final = """schema_version = "1"

[agreement]
id = "{account}-{environment}"
title = "What {account} pays in {environment}"
account = "{account}"
environments = ["{environment}"]
host = "atlas"
from = 2025-01-01
"""
_DISCOUNT: Final = """
[[term]]
kind = "discount"
percent = "0.{percent:04}"
resolutions = ["{tier}"]
"""
_OVERRIDE: Final = """
[[term]]
kind = "override"
meter = "output_video_seconds"
resolution = "{tier}"
price = "0.{price:06}"
"""


def measure_checks(pairs: int) -> list[Row]:
    """Every check over the whole catalogue: prices that differ everywhere, percentages that do, few sets of prices."""
    agreements = ACCOUNTS * len(ENVIRONMENTS)
    return [
        _measure(pairs, write_files(_write_overrides, agreements), "each with prices of its own"),
        _measure(pairs, write_files(_write_discounts, agreements), "each with percentages of its own"),
        _measure(pairs, write_files(_write_overrides, SHARED), f"{SHARED} sets of prices among them"),
    ]


def _measure(pairs: int, files: Iterator[tuple[str, str]], what: str) -> Row:
    with TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in files:
            (folder / file).write_text(text, encoding="utf-8")
        catalogue = load_catalogue(folder)
        assert lint(catalogue, TODAY) == ()
        timing = compare(lambda _: lint(catalogue, TODAY), lambda _: load_catalogue(folder), pairs)
    told = f"{len(catalogue.agreements):,} agreements checked ({DATES} dates, {len(TIERS)} tiers), {what}"
    return gate(Subject(told, "loading the same catalogue"), timing, TARGET)


def write_files(write_terms: Callable[[int], Iterator[str]], sets: int) -> Iterator[tuple[str, str]]:
    """The files of the catalogue, whose agreements have so many sets of terms among them."""
    accounts = [f"account-{number:04}" for number in range(ACCOUNTS)]
    yield "catalogue.toml", _HEAD.format(accounts=_quoted(accounts), environments=_quoted(ENVIRONMENTS))
    yield "card.toml", _CARD + "".join(_write_entries())
    places = ((account, environment) for account in accounts for environment in ENVIRONMENTS)
    for number, (account, environment) in enumerate(places):
        head = _AGREEMENT.format(account=account, environment=environment)
        yield f"{account}-{environment}.toml", head + "".join(write_terms(number % sets))


def _quoted(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _write_entries() -> Iterator[str]:
    for change in range(DATES):
        day = date(2025, 1, 1) + timedelta(days=60 * change)
        for step, tier in enumerate(TIERS):
            yield _ENTRY.format(day=day, tier=tier, price=100_000 + 100 * change + 10 * _rank(step))


def _write_overrides(number: int) -> Iterator[str]:
    for step, tier in enumerate(TIERS):
        yield _OVERRIDE.format(tier=tier, price=100_000 + 10 * number + _rank(step))


def _write_discounts(number: int) -> Iterator[str]:
    for tier in TIERS:
        yield _DISCOUNT.format(tier=tier, percent=number + 1)


def _rank(step: int) -> int:
    """The place of a tier among the prices: upscaling to 1080P is the cheaper way, to 1440P the dearest."""
    return (0, 2, 1, 3)[step]
