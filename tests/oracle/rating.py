"""What rows of usage come to, the slow and obvious way: one after the other, each counting for those after it.

It shares no line with the code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from tests.oracle.bills import Bill, bill_in, counters_in
from tests.oracle.books import Book, Place, Used, find_place, list_days
from tests.oracle.prices import Key, every_key, find_origin, is_unwieldy, names_of, own_price
from tests.oracle.terms import (
    Force,
    TwoCurrenciesError,
    TwoTermsError,
    UnpricedError,
    Whose,
    find_force,
    in_force,
    said_once,
)
from tests.oracle.usage import NOTHING, Asked


class Rated(NamedTuple):
    """What a row comes to: nothing and no line where it is free. `origins` says where each line's price stands.

    `least` is another bill where only the host knows whether clips are billed, and both have the same total. `is_open`
    where a price falls in between, and nobody is wrong who left the row open: then it counts for nothing.
    """

    bill: Bill
    least: Bill
    currency: str
    unit_prices: list[Fraction | None]
    origins: list[str]
    is_open: bool = False


FREE: Final = Bill([], {}, NOTHING, NOTHING)


class Held(NamedTuple):
    """What was found to hold on a day, and which running totals it looks at; or why nothing does."""

    force: Force | None
    counters: frozenset[str] = frozenset()
    reason: str = ""


class Market:
    """One account in one environment at one place: what holds there, and what was used."""

    def __init__(self, place: Place, whose: Whose) -> None:
        self.place, self.whose, self.zone = place, whose, ZoneInfo(place.zone)
        self.days = sorted(list_days(place.terms))
        self.found: dict[str, Held] = {}
        self.month = (0, 0)
        self.units: dict[Key, Fraction] = {}
        self.money: dict[str, dict[str, Fraction]] = {}

    def hold(self, on: str) -> Held:
        """What holds on that day, which is what held since the last day that the terms name."""
        since = max((day for day in self.days if day <= on), default="")
        if since not in self.found:
            self.found[since] = find_held(self.place, on, self.whose)
        return self.found[since]

    def stand(self, at: datetime, counters: Iterable[str], currency: str) -> dict[str, Fraction]:
        """Where running totals stand in the month of the instant, money in that currency; credits go on for ever."""
        local = at.astimezone(self.zone)
        if (local.year, local.month) != self.month:
            self.month, self.units = (local.year, local.month), {}
            self.money.pop("spend", None)
        return {name: self.find_total(name, currency) for name in counters}

    def find_total(self, name: str, currency: str) -> Fraction:
        """What was used, of money or of what the name says."""
        if name == "spend" or name.startswith("credit/"):
            return self.money.get(name, {}).get(currency, NOTHING)
        return sum((units for key, units in self.units.items() if is_counted(name, key)), NOTHING)

    def count(self, bill: Bill, least: Bill, currency: str) -> None:
        """What was used counts for the rows that follow, whatever these look at; of units, what is surely billed."""
        for line in least.lines:
            self.units[line.key] = self.units.get(line.key, NOTHING) + line.quantity
        for name, amount in {"spend": bill.total, **bill.credited}.items():
            told = self.money.setdefault(name, {})
            told[currency] = told.get(currency, NOTHING) + amount


def find_held(place: Place, on: str, whose: Whose) -> Held:
    """What holds at that place on that day, or why nothing does."""
    try:
        force = find_force(place.terms, on, whose)
        counters = frozenset(counters_in(force))
        if is_unwieldy(force):
            return Held(None, reason="error")
    except TwoTermsError:
        return Held(None, reason="ambiguous_terms")
    except UnpricedError:
        return Held(None, reason="no_rate")
    except TwoCurrenciesError:
        return Held(None, reason="error")
    return Held(force, counters)


@lru_cache(4096)
def is_counted(counter: str, key: Key) -> bool:
    """Whether the running total of that name is of what the key says."""
    meter, *names = counter.split("/")
    return key.meter == meter and set(names) <= {key.tier, key.ratio, "with-clips" if key.clips else "without-clips"}


def rate(book: Book, rows: Iterable[Used]) -> Iterator[Rated | str]:
    """What each row comes to, or the reason why nothing does; rows come in order of their instants."""
    markets: dict[tuple[str | None, ...], Market] = {}
    for row in rows:
        found = find_place(book, row)
        if isinstance(found, str):
            yield found
            continue
        place, name = found
        if name not in markets:
            markets[name] = Market(place, Whose(row.account or "", row.environment or ""))
        yield rate_row(markets[name], row)


def rate_row(market: Market, row: Used) -> Rated | str:
    """What the row comes to after those before it, or why it does not."""
    held = market.hold(row.at.astimezone(UTC).date().isoformat())
    if held.force is None:
        return held.reason
    owed = "full" if row.status == "succeeded" else find_owed(held.force, row.status)
    if owed is None:
        return "missing_outcome"
    if owed == "free":
        return Rated(FREE, FREE, held.force.currency, [], [])
    asked, before = describe(row, owed), market.stand(row.at, held.counters, held.force.currency)
    try:
        found = free = bill_in(asked, held.force, before)
        if asked.clips and asked.billed is None and is_open(held.force):
            free = bill_in(asked, held.force, before, billed=False)
    except UnpricedError:
        return "no_rate"
    if found.total != free.total:
        return "bounded"
    is_left_open = row.is_left_open and found is not free and falls(held.force)
    if not is_left_open:
        market.count(found, free, held.force.currency)
    return Rated(
        found,
        free,
        held.force.currency,
        [find_unit_price(held.force, line.key) for line in found.lines],
        [name_origin(market.place, held.force, line.key) for line in found.lines],
        is_left_open,
    )


@lru_cache(4096)
def falls(force: Force) -> bool:
    """Whether more units may cost less, by any price: both ends may then cost alike, and not what lies between."""
    prices = (own_price(force, key) for key in every_key())
    return any(price is not None and price.model == "volume" for price in prices)


def is_open(force: Force) -> bool:
    """Whether only the host knows if clips are billed."""
    rule = in_force(force.card["reference_video"], force.on)
    return rule is not None and rule["billed"] == "unknown"


def find_owed(force: Force, status: str) -> str | None:
    """What a job that ended so owes: by the last agreement that says it, else by the card."""
    said = {row["outcome"]: row["owed"] for row in said_once(force, "unfinished", "outcome")}
    rule = in_force(force.card.get("unfinished", []), force.on) or {}
    return said.get(status, rule.get(status))


def describe(row: Used, owed: str) -> Asked:
    """What is charged for: where only the render is owed, as a job for the tier that was rendered."""
    upscaled = row.resolution.endswith("-SR")
    tier = "720P" if upscaled and owed == "rendered" else row.resolution
    clips = row.clips if row.clips is not None else tuple(filter(None, [row.billed]))
    return Asked(tier, row.ratio, row.seconds, clips, row.references or 0, row.billed)


@lru_cache(4096)
def find_unit_price(force: Force, key: Key) -> Fraction | None:
    """The one price of a unit or package, where there is one."""
    price = own_price(force, key)
    return price.bands[0][1] if price and price.model not in ("graduated", "volume") else None


def name_origin(place: Place, force: Force, key: Key) -> str:
    """The card's entry as quotes name it; or whose override it is, and of which meter."""
    origin = find_origin(force, key)
    assert origin is not None
    row = origin.row
    if origin.agreement is not None:
        return f"{place.card}-{origin.agreement}:override/{row.get('meter', 'requests')}"
    names = [row.get("meter", "requests"), row.get("resolution", "any"), *names_of({**row, "resolution": "any"})]
    return f"{force.card.get('id', place.card)}:{'/'.join(names)}@{row['from']}"
