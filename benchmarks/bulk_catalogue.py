"""A catalogue of 4,000 dated prices, as texts and as the rows that hand-written SQL joins; both from the same entries.

A hundred accounts have a card of their own at two hosts, in each of two environments: by tier, clips up to 5 s in all.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

from pricing import Catalogue, parse_catalogue

ACCOUNTS: Final = tuple(f"account-{number:03}" for number in range(100))
ENVIRONMENTS: Final = ("production", "staging")
TIERS: Final = MappingProxyType(
    {
        "alibaba": ("720P", "1080P"),
        "atlas": ("720P", "1080P", "1080P-SR", "1440P-SR"),
        "fal": ("720P", "1080P"),
        "runware": ("720P", "1080P"),
    }
)
"""The hosts, each with the tiers that it has."""
HOSTS_EACH: Final = 2
DATES: Final = (
    (date(2026, 8, 1), date(2026, 8, 20), date(2026, 9, 15), date(2026, 10, 20)),
    (date(2026, 8, 1), date(2026, 9, 1), date(2026, 9, 8), date(2026, 10, 1)),
    (date(2026, 8, 1), date(2026, 8, 24), date(2026, 9, 30), date(2026, 10, 5)),
    (date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1), date(2026, 10, 31)),
)
"""From when each tier has which price, in the order of the tiers."""
CURRENCIES: Final = ("USD", "USD", "USD", "CNY", "EUR")
ENTRIES: Final = 4_000

_HEAD: Final = """schema_version = "1"

[catalogue]
name = "a fictional catalogue of many accounts"
accounts = [{accounts}]
environments = [{environments}]
"""
_CARD: Final = """schema_version = "1"

[card]
id = "{name}"
title = "A fictional card"
host = "{host}"
currency = "{currency}"
source = "https://prices.example.com"
checked = 2026-07-31
confidence = "fictional"
by_agreement = true

[[reference_video]]
from = 2026-08-01
billed = "yes"
cap_total_s = "5"

[[unfinished]]
from = 2026-08-01
failed = "free"
failed_upscaling = "free"
canceled = "free"
"""
_ENTRY: Final = """
[[entry]]
from = {from_}
meter = "output_video_seconds"
resolution = "{tier}"
price = "{price}"
"""
_AGREEMENT: Final = """schema_version = "1"

[agreement]
id = "agreed-{name}"
title = "Whose card it is"
account = "{account}"
environments = ["{environment}"]
host = "{host}"
card = "{name}"
from = 2026-08-01
"""


class Place(NamedTuple):
    """Who pays by one card, and where."""

    account: str
    environment: str
    host: str
    currency: str


class DatedPrice(NamedTuple):
    """One price of a second, of output and of clips alike, from a day until another; `None` is without an end."""

    place: Place
    tier: str
    from_: date
    until: date | None
    price: str


def list_places() -> Iterator[Place]:
    """Every market that has a card."""
    for number, account in enumerate(ACCOUNTS):
        for step in range(HOSTS_EACH):
            host = tuple(TIERS)[(number + step) % len(TIERS)]
            for environment in ENVIRONMENTS:
                yield Place(account, environment, host, CURRENCIES[number % len(CURRENCIES)])


def list_prices() -> Iterator[DatedPrice]:
    """All prices, each one of its own, with six decimals, below 1."""
    for number, place in enumerate(list_places()):
        for step, (tier, dates) in enumerate(zip(TIERS[place.host], DATES, strict=False)):
            for change, (from_, until) in enumerate(zip(dates, (*dates[1:], None), strict=True)):
                price = f"0.{100_000 * (step + 1) + 137 * number + 40 * change + step:06}"
                yield DatedPrice(place, tier, from_, until, price)


def make_catalogue() -> Catalogue:
    """The catalogue that the texts hold."""
    return parse_catalogue(dict(write_files()))


def write_files(factor: Decimal = Decimal(1)) -> Iterator[tuple[str, str]]:
    """The files of the catalogue, by name; all prices times the factor."""
    yield "catalogue.toml", _HEAD.format(accounts=_quote(ACCOUNTS), environments=_quote(ENVIRONMENTS))
    entries: dict[Place, list[str]] = {place: [] for place in list_places()}
    for price in list_prices():
        entries[price.place].append(
            _ENTRY.format(from_=price.from_, tier=price.tier, price=Decimal(price.price) * factor)
        )
    for (account, environment, host, currency), own in entries.items():
        name = f"{account}-{environment}-{host}"
        yield f"{name}.toml", _CARD.format(name=name, host=host, currency=currency) + "".join(own)
        names = {"name": name, "account": account, "environment": environment, "host": host}
        yield f"agreed-{name}.toml", _AGREEMENT.format(**names)


def _quote(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)
