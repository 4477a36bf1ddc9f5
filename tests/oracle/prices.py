"""What is asked for one unit, the slow and obvious way: the row that names the most, and what each layer does to it."""

from __future__ import annotations

from fractions import Fraction
from functools import cache, lru_cache
from itertools import product
from typing import Final, NamedTuple

from tests.oracle.terms import Force, Row, number, rate_of

METERS: Final = ("output_video_seconds", "super_resolution_seconds", "reference_video_seconds", "requests")
TIERS: Final = ("720P", "1080P", "1080P-SR", "1440P-SR")
RATIOS: Final = ("16:9", "9:16", "1:1", "4:3", "3:4", None)


class Key(NamedTuple):
    """What is to be priced: a meter at a tier; the ratio unless a first frame decides it; with clips or without."""

    meter: str
    tier: str
    ratio: str | None
    clips: bool


class Price(NamedTuple):
    """A price per unit or package, or bands: where each ends, in units or money, and what it asks."""

    model: str
    by: str
    size: Fraction
    bands: list[tuple[Fraction | None, Fraction]]
    counter: str

    def times(self, factor: Fraction) -> Price:
        return self._replace(bands=[(end, price * factor) for end, price in self.bands])


def fits(row: Row, key: Key) -> bool:
    return (
        row.get("meter", "requests") == key.meter
        and row.get("resolution", "any") in ("any", key.tier)
        and row.get("ratio", key.ratio) == key.ratio
        and row.get("has_reference_video", str(key.clips).lower()) == str(key.clips).lower()
    )


def names_of(row: Row) -> list[str]:
    """What the row names beside its meter."""
    clips = {"true": ["with-clips"], "false": ["without-clips"]}
    found = [row["resolution"]] if row.get("resolution", "any") != "any" else []
    return found + ([row["ratio"]] if "ratio" in row else []) + clips.get(row.get("has_reference_video", ""), [])


def read_price(row: Row, force: Force) -> Price | None:
    """What the row asks, in the billed currency; `None` where it names no price."""
    model, by = row.get("model", "per_unit"), row.get("by", "units")
    counter = "spend" if by == "spend" else "/".join([row.get("meter", "requests"), *names_of(row)])
    rate = rate_of(row, force)
    if "free" in row:
        bands: list[tuple[Fraction | None, Fraction]] = [(None, Fraction(0))]
    elif "price" in row:
        bands = [(None, number(row["price"]) * rate)]
    elif "bands" in row:
        written = [band.split(":") for band in row["bands"].split()]
        ends = [number(end) * (rate if by == "spend" else 1) if end else None for end, _ in written]
        prices = [Fraction(0) if price == "free" else number(price) * rate for _, price in written]
        bands = list(zip(ends, prices, strict=True))
    else:
        return None
    return Price(model, by, number(row.get("size", "1")), bands, counter)


@lru_cache(4096)
def list_price(force: Force, key: Key) -> Price | None:
    """The card's own price."""
    row = find_entry(force, key)
    return read_price(row, force) if row else None


def find_entry(force: Force, key: Key) -> Row | None:
    """Of the entries that fit, the one that names the most; of these the one that began last; unless it ends them."""
    begun = [row for row in force.card["entries"] if row["model"] != "minimum" and row["from"] <= force.on]
    fitting = [row for row in begun if fits(row, key)]
    found = max(fitting, key=lambda row: (len(names_of(row)), row["from"]), default=None)
    return found if found and {"price", "free", "bands"} & set(found) else None


class Origin(NamedTuple):
    """Where a price is said: the card's row, or that of the agreement of that id; and what percentages make of it."""

    row: Row
    agreement: str | None
    factor: Fraction


@lru_cache(4096)
def find_origin(force: Force, key: Key) -> Origin | None:
    """Through each layer, an override; or markups on the list, then the other percentages."""
    listed = find_entry(force, key)
    found = Origin(listed, None, Fraction(1)) if listed else None
    for head, rows in zip(force.heads, force.layers, strict=True):
        overrides = [row for row in rows if row["kind"] == "override" and fits(row, key)]
        about = [] if overrides else [row for row in rows if "percent" in row and is_about(row, key)]
        if overrides:
            own = max(overrides, key=lambda row: len(names_of(row)))
            found = Origin(own, head.get("id", ""), Fraction(1))
        elif listed and any(row["kind"] == "markup" for row in about):
            found = Origin(listed, None, Fraction(1))
        for row in about if found else []:
            change = 1 + number(row["percent"]) * (-1 if row["kind"] == "discount" else 1) / 100
            found = found._replace(factor=found.factor * change) if found else None
    return found


@lru_cache(4096)
def own_price(force: Force, key: Key) -> Price | None:
    """What the account pays."""
    origin = find_origin(force, key)
    price = read_price(origin.row, force) if origin else None
    return price.times(origin.factor) if price and origin else None


def is_about(row: Row, key: Key) -> bool:
    return key.meter in row.get("meters", key.meter).split() and key.tier in row.get("resolutions", key.tier).split()


@cache
def every_key(meters: tuple[str, ...] = METERS) -> list[Key]:
    """Whatever can be priced."""
    return [Key(*parts) for parts in product(meters, TIERS, RATIOS, (True, False))]


@lru_cache(4096)
def is_priced(force: Force, meter: str) -> bool:
    """Whether anything of that meter has a price."""
    return any(own_price(force, key) for key in every_key((meter,)))


def is_unwieldy(force: Force) -> bool:
    """Whether a price in force has more digits than engines hold: six before the point and twelve after it."""
    prices = [find(force, key) for key in every_key() for find in (own_price, list_price) if own_price(force, key)]
    asks = [ask for price in prices if price for _, ask in price.bands]
    return any(ask >= 10**6 or (ask * 10**12).denominator != 1 for ask in asks)
