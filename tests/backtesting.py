"""Catalogues in pairs and rows of usage, for the tests of backtests: small TOML texts, and rows by Hypothesis."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, NamedTuple

from hypothesis import strategies as st

from pricing import Catalogue, parse_catalogue
from pricing.usage import UsageRow, parse_row

TIERS: Final = ("720P", "1080P", "1080P-SR", "1440P-SR")
ROW: Final[Mapping[str, object]] = {
    "id": "job-1",
    "at": "2026-11-02T08:00:00Z",
    "account": "acme",
    "environment": "production",
    "host": "atlas",
    "resolution": "720P",
    "duration_s": 10,
    "clips_s": [],
    "references": 1,
    "status": "succeeded",
}
HEAD: Final = """schema_version = "1"
[catalogue]
name = "a test"
accounts = ["acme", "globex"]
environments = ["production"]
"""


class Prices(NamedTuple):
    """One side: what a card of Atlas says, and what acme has agreed; `None` is no such term."""

    by_tier: tuple[str | None, ...] = ("0.10", "0.20", "0.30", "0.40")
    by_stage: bool = False
    upscaling: str = "0.05"
    flat: str | None = None
    billed: str = "yes"
    priced_as: str = "render"
    clips: str = ""
    minimum: str | None = None
    rounding: tuple[str, str, str] | None = None
    discount: str | None = None
    override: str | None = None
    least: str | None = None
    currency: str = "USD"
    later: str | None = None


def row(**more: object) -> UsageRow:
    return parse_row(json.dumps({**ROW, **more}).encode())


def catalogue(prices: Prices) -> Catalogue:
    files = {"catalogue.toml": HEAD, "card.toml": card(prices)}
    if prices.discount or prices.override or prices.least:
        files["acme.toml"] = agreement(prices)
    return parse_catalogue(files)


def card(prices: Prices) -> str:
    """From 2026-01-01 on; `later` is the price of 720P from 2027-01-01 on."""
    sr = "stages" if prices.by_stage else "tier"
    parts = [
        f'schema_version = "1"\n[card]\nid = "atlas"\ntitle = "Atlas"\nhost = "atlas"\ncurrency = "{prices.currency}"',
        f'source = "made up"\nchecked = 2026-01-01\nconfidence = "fictional"\nsuper_resolution = "{sr}"',
        f'[[reference_video]]\nfrom = 2026-01-01\nbilled = "{prices.billed}"\npriced_as = "{prices.priced_as}"',
        prices.clips,
    ]
    for tier, price in zip(TIERS, prices.by_tier, strict=True):
        staged = prices.by_stage and tier.endswith("-SR")
        meter = "super_resolution_seconds" if staged else "output_video_seconds"
        if price is not None:
            parts.append(entry("2026-01-01", meter, tier, prices.upscaling if staged else price))
    parts.append(entry("2026-01-01", "reference_video_seconds", "any", "0.07"))
    if prices.later:
        parts.append(entry("2027-01-01", "output_video_seconds", "720P", prices.later))
    if prices.flat:
        parts.append(f'[[entry]]\nfrom = 2026-01-01\nmodel = "flat"\nprice = "{prices.flat}"')
    if prices.minimum:
        parts.append(f'[[entry]]\nfrom = 2026-01-01\nmodel = "minimum"\namount = "{prices.minimum}"')
    if prices.rounding:
        quantum, mode, place = prices.rounding
        parts.append(f'[[rounding]]\nfrom = 2026-01-01\nquantum = "{quantum}"\nmode = "{mode}"\nplace = "{place}"')
    return "\n".join(parts)


def entry(day: str, meter: str, tier: str, price: str) -> str:
    return f'[[entry]]\nfrom = {day}\nmeter = "{meter}"\nresolution = "{tier}"\nprice = "{price}"'


def agreement(prices: Prices) -> str:
    parts = [
        'schema_version = "1"\n[agreement]\nid = "acme"\ntitle = "acme"\naccount = "acme"\nhost = "atlas"',
        "from = 2026-01-01",
    ]
    if prices.override:
        parts.append(
            '[[term]]\nkind = "override"\nmeter = "output_video_seconds"\nresolution = "1440P-SR"\n'
            f'price = "{prices.override}"'
        )
    if prices.discount:
        parts.append(f'[[term]]\nkind = "discount"\npercent = "{prices.discount}"')
    if prices.least:
        parts.append(f'[[term]]\nkind = "minimum"\namount = "{prices.least}"')
    return "\n".join(parts)


_MONEY: Final = st.sampled_from(["0.01", "0.1", "0.125", "0.2", "0.3333"])
_MAYBE: Final = st.none() | _MONEY


def all_prices(currencies: tuple[str, ...] = ("USD",)) -> st.SearchStrategy[Prices]:
    """Every charge that there is, each with and without."""
    return st.builds(
        Prices,
        by_tier=st.tuples(_MONEY, _MONEY, _MAYBE, _MAYBE),
        by_stage=st.booleans(),
        upscaling=_MONEY,
        flat=_MAYBE,
        billed=st.sampled_from(["yes", "no", "unknown"]),
        priced_as=st.sampled_from(["render", "own"]),
        clips=st.sampled_from(["", 'cap_total_s = "5"', 'cuts_s = ["5", "2.5"]', 'round_to_s = "1"']),
        minimum=st.none() | st.sampled_from(["0.5", "2"]),
        rounding=st.none()
        | st.tuples(st.just("0.01"), st.sampled_from(["up", "half-even"]), st.sampled_from(["line", "quote"])),
        discount=st.none() | st.sampled_from(["10", "33.3"]),
        override=_MAYBE,
        least=st.none() | st.just("0.75"),
        currency=st.sampled_from(currencies),
        later=_MAYBE,
    )


_SECONDS: Final = st.integers(0, 15_000_000).map(lambda micro: f"{micro // 1_000_000}.{micro % 1_000_000:06}")


@st.composite
def rows(draw: st.DrawFn) -> UsageRow:
    """Rows of acme and globex, and a few that nothing rates."""
    clips = draw(st.lists(_SECONDS, max_size=3))
    return row(
        at=draw(
            st.sampled_from(["2025-12-31", "2026-06-01T12:00:00+08:00", "2026-12-31T23:59:59.999999Z", "2027-01-01"])
        ),
        account=draw(st.sampled_from(["acme", "globex", "nobody"])),
        resolution=draw(st.sampled_from(TIERS)),
        duration_s=draw(_SECONDS),
        clips_s=clips,
        references=len(clips) + draw(st.integers(0, 2)),
        status=draw(st.sampled_from(["succeeded", "succeeded", "succeeded", "failed"])),
    )
