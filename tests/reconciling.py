"""Usage, invoices and catalogues for tests of attribution: prices that amounts can be worked out by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final, TypedDict, Unpack

from pricing import Catalogue, parse_catalogue
from pricing.attribution import NO_TOLERANCES, Attributed, Context, attribute
from pricing.invoices import Expected, Invoiced, Matched, expect
from pricing.meters import MeterId
from pricing.reconciliations import Tolerance
from tests.backtesting import HEAD, row
from wan_rules.request import Resolution

CARD: Final = """schema_version = "1"
[card]
id = "atlas"
title = "Atlas"
host = "atlas"
currency = "USD"
source = "made up"
checked = 2026-01-01
confidence = "fictional"
zone = "UTC"
"""
CLIPS: Final = '[[reference_video]]\nfrom = 2026-01-01\nbilled = "yes"\ncap_total_s = "5"\n'
ENDS: Final = '[[unfinished]]\nfrom = 2026-01-01\nfailed = "free"\nfailed_upscaling = "rendered"\ncanceled = "full"\n'
NOVEMBER: Final = (datetime.fromisoformat("2026-11-01T00:00:00Z"), datetime.fromisoformat("2026-12-01T00:00:00Z"))


def entry(day: str, tier: str, price: str) -> str:
    """A price of the output from a day on."""
    return f'[[entry]]\nfrom = {day}\nmeter = "output_video_seconds"\nresolution = "{tier}"\nprice = "{price}"\n'


PRICES: Final = (
    entry("2026-01-01", "720P", "0.11")
    + entry("2026-11-01", "720P", "0.13")
    + entry("2026-12-01", "720P", "0.17")
    + entry("2026-01-01", "1080P", "0.19")
    + entry("2026-01-01", "1080P-SR", "0.23")
    + entry("2026-01-01", "1440P-SR", "0.31")
)


def books(
    *terms: str,
    card: str = PRICES,
    clips: str = CLIPS,
    more: str = ENDS,
    currency: str = "USD",
    everyone: tuple[str, ...] = (),
) -> Catalogue:
    """A catalogue of one card of Atlas, and what acme, or everyone, has agreed beside it."""
    files = {"catalogue.toml": HEAD, "card.toml": CARD.replace("USD", currency) + card + clips + more}
    if terms:
        files["acme.toml"] = _agreement('id = "acme"\naccount = "acme"', terms)
    if everyone:
        files["everyone.toml"] = _agreement('id = "everyone"', everyone)
    return parse_catalogue(files)


def _agreement(head: str, terms: tuple[str, ...]) -> str:
    first = f'schema_version = "1"\n[agreement]\n{head}\ntitle = "agreed"\nhost = "atlas"\nfrom = 2026-01-01\n'
    return first + "".join(f"[[term]]\n{term}\n" for term in terms)


def used(catalogue: Catalogue, **more: object) -> Expected:
    """A row of usage as it is rated: 10 s at 720P on 2026-11-02 where nothing else is said."""
    return expect(catalogue, row(**{"references": 5, **more}))


class Said(TypedDict, total=False):
    """What a line says beside its amount; numbers as text."""

    task_id: str
    begin: datetime
    until: datetime
    resolution: Resolution
    meter: MeterId
    quantity: str
    unit_price: str


def billed(amount: str, currency: str = "USD", line: str = "line-1", **more: Unpack[Said]) -> Invoiced:
    """A line of an invoice."""
    return Invoiced(
        line,
        Decimal(amount),
        currency,
        more.get("task_id"),
        begin=more.get("begin"),
        until=more.get("until"),
        resolution=more.get("resolution"),
        meter=more.get("meter"),
        quantity=Decimal(more["quantity"]) if "quantity" in more else None,
        unit_price=Decimal(more["unit_price"]) if "unit_price" in more else None,
    )


def compared(
    catalogue: Catalogue,
    rows: Expected | tuple[Expected, ...],
    lines: Invoiced | tuple[Invoiced, ...],
    *,
    period: tuple[datetime, datetime] | None = None,
    tolerances: Mapping[str, Tolerance] = NO_TOLERANCES,
) -> Attributed:
    """What becomes of rows and lines that were matched by the task's id."""
    own = (rows,) if isinstance(rows, Expected) else rows
    against = (lines,) if isinstance(lines, Invoiced) else lines
    return attribute(Matched(own, against, "task_id"), Context(catalogue, tolerances, period))


def told(found: Attributed) -> list[tuple[str, str, Decimal]]:
    """The cause, the detail and the money of each break."""
    return [(each.part.cause, each.part.detail, each.part.amount) for each in found.breaks]
