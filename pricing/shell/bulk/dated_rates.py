"""Dated rates as a table that engines join: prices as columns, all that decides on operations as numbered options.

An option is what formulas are built from (a rule for clips, a rounding, a ladder): there are few, and each is a branch
of an expression. A price is a number in the table, of which there may be thousands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Generic, NamedTuple, TypeAlias, TypeVar

from pricing.adjustments import SPEND, Adjuster
from pricing.catalogue import Market, Pricing
from pricing.clips import ClipRule
from pricing.extensions import Extension
from pricing.lines import counts
from pricing.meters import MeterId
from pricing.money import EXACT, ZERO, Rounding
from pricing.rate_groups import Group, PricedLine, Refusal
from pricing.rate_tables import DatedRate
from pricing.schemes import Ladder, Scheme, Tariff, list_prices
from pricing.shell.bulk.rate_columns import NO_COLUMNS, Layout, lay_out

PREFIXES: Final[dict[MeterId, str]] = {
    "output_video_seconds": "output",
    "super_resolution_seconds": "super_resolution",
    "reference_video_seconds": "reference",
    "requests": "requests",
}
"""What the columns of a line begin with, in the order of a quote's lines."""
KEYS: Final = Group._fields
FREE: Final = -1
"""In place of the number of a refusal."""
Option = TypeVar("Option")


class Way(NamedTuple):
    """How a quantity of one line becomes an amount: by what scheme, after which included units of which total."""

    scheme: Scheme | None = None
    included: Decimal = ZERO
    counter: str | None = None


class Numbered(Generic[Option]):
    """Options in the order in which they were first met."""

    def __init__(self) -> None:
        """None was met."""
        self.options: list[Option] = []
        self._places: dict[Option, int] = {}

    def number(self, option: Option) -> int:
        """The place of the option."""
        place = self._places.setdefault(option, len(self.options))
        if place == len(self.options):
            self.options.append(option)
        return place


class Widest(NamedTuple):
    """The highest price of a column, and the most decimals that any has."""

    high: Decimal = ZERO
    places: int = 0

    def admit(self, price: Decimal) -> Widest:
        """So that the price fits too."""
        exponent = int(price.normalize(EXACT).as_tuple().exponent)
        return Widest(max(self.high, price), max(self.places, -exponent))


Cells: TypeAlias = dict[str, Any]


@dataclass(slots=True)
class DatedRates:
    """Rows as cells by name of column, and the options that their numbers stand for."""

    rows: list[Cells] = field(default_factory=list)
    clip_rules: Numbered[ClipRule] = field(default_factory=Numbered)
    roundings: Numbered[Rounding | None] = field(default_factory=Numbered)
    adjusters: Numbered[tuple[Adjuster, ...]] = field(default_factory=Numbered)
    ways: dict[str, Numbered[Way]] = field(default_factory=dict)
    widest: dict[str, Widest] = field(default_factory=dict)
    pricings: Numbered[Pricing] = field(default_factory=Numbered)
    refusals: Numbered[Refusal] = field(default_factory=Numbered)
    currencies: Numbered[str] = field(default_factory=Numbered)
    markets: Numbered[Market] = field(default_factory=Numbered)
    months: Numbered[datetime | None] = field(default_factory=Numbered)
    counters: tuple[str, ...] = ()
    ended: frozenset[str] = frozenset()
    layout: Layout = NO_COLUMNS

    @property
    def refused_ends(self) -> frozenset[str]:
        """How jobs ended that any row refuses for that."""
        told = {status: {row.get(f"end_{status}") for row in self.rows} for status in self.ended}
        return frozenset(status for status, ends in told.items() if ends - {None, FREE})

    @property
    def keys(self) -> frozenset[str]:
        """The columns of a group in which rows say something: where none does, all usage meets them alike."""
        return frozenset(name for name in ("status", "clips") if any(row[name] for row in self.rows))

    def is_always(self, prefix: str) -> bool:
        """Whether each row has that line."""
        return all(row.get(f"{prefix}_price") is not None for row in self.rows)

    def is_plain(self, prefix: str) -> bool:
        """Whether each row's line of that prefix is a price times what was used."""
        return self.ways[prefix].options == [Way()]

    @property
    def meters(self) -> tuple[str, ...]:
        """The prefixes of the lines that any row has, in order."""
        return tuple(prefix for prefix in PREFIXES.values() if prefix in self.ways)


def collect(rates: Sequence[DatedRate], pricings: Numbered[Pricing] | None = None) -> DatedRates:
    """The table of all rows; terms are numbered on from those that are known."""
    found = DatedRates(counters=_list_counters(rates), pricings=pricings or Numbered())
    found.ended = frozenset(status for rate in rates for status, _ in rate.ends)
    for number, rate in enumerate(rates):
        found.rows.append(_write(rate, found) | {"number": number})
    found.layout = lay_out(found.rows, _list_kinds(found), (*KEYS, "begin", "end", "number"))
    return found


def _list_counters(rates: Sequence[DatedRate]) -> tuple[str, ...]:
    """The running totals of units that any terms look at."""
    found = {name for rate in rates if rate.pricing and rate.month for name in rate.pricing.terms.counters}
    return tuple(sorted(name for name in found if name != SPEND and not name.startswith("credit/")))


def _write(rate: DatedRate, found: DatedRates) -> Cells:
    cells: Cells = dict(zip(KEYS, rate.group, strict=True))
    cells |= {"begin": rate.begin, "end": rate.end, "terms": None, "refusal": None}
    for status, end in rate.ends:
        cells[f"end_{status}"] = FREE if end == "free" else found.refusals.number(end)
    if rate.pricing is None:
        cells["refusal"] = found.refusals.number(rate.refusal) if rate.refusal else None
        return cells
    terms = rate.pricing.terms
    cells["terms"] = found.pricings.number(rate.pricing)
    cells["market"] = found.markets.number(rate.pricing.market)
    cells["month"] = found.months.number(rate.month)
    cells["currency"] = found.currencies.number(terms.currency)
    cells["clip_rule"] = found.clip_rules.number(terms.clip_rule)
    # A job that is free has no lines: nothing is added to it, and nothing of it is rounded.
    cells["rounding"] = found.roundings.number(terms.rounding if rate.lines else None)
    cells["adjusters"] = found.adjusters.number(terms.adjusters if rate.lines else ())
    cells["listed"] = all(line.rate.listed for line in rate.lines)
    for line in rate.lines:
        cells |= _write_line(line, found)
    return cells


def _write_line(line: PricedLine, found: DatedRates) -> Cells:
    prefix, rate, allowance = PREFIXES[line.meter], line.rate, line.allowance
    own = Way(rate.scheme, allowance.units, allowance.counter) if allowance else Way(rate.scheme)
    cells: Cells = {f"{prefix}_counts_{place}": counts(name, line.key) for place, name in enumerate(found.counters)}
    cells |= _write_tariff(prefix, rate.contracted, own, found)
    if rate.listed:
        cells |= _write_tariff(f"{prefix}_list", rate.listed, Way(rate.list_scheme), found)
    return cells


def _write_tariff(prefix: str, tariff: Tariff, way: Way, found: DatedRates) -> Cells:
    """The price of one way to charge; those of a ladder's bands are in its option."""
    found.ways.setdefault(prefix, Numbered())
    price = tariff.unit_price
    for one in list_prices(tariff):
        found.widest[prefix] = found.widest.get(prefix, Widest()).admit(one)
    is_ladder = isinstance(way.scheme, Ladder)
    if isinstance(way.scheme, Extension) or (isinstance(way.scheme, Ladder) and way.scheme.by == "spend"):
        way = Way()  # folded, and never charged by an expression
    return {
        f"{prefix}_price": price,
        f"{prefix}_way": found.ways[prefix].number(way),
        f"{prefix}_is_one": not is_ladder,
    }


def _list_kinds(rates: DatedRates) -> dict[str, str]:
    """The type of each column, as ibis spells it."""
    kinds = {
        **dict.fromkeys(KEYS, "string"),
        **dict.fromkeys(("begin", "end"), "timestamp(6)"),
        **dict.fromkeys(("number", "terms", "refusal", "market", "month", "currency"), "int32"),
        **dict.fromkeys(("clip_rule", "rounding", "adjusters"), "int32"),
        **{f"end_{status}": "int32" for status in sorted(rates.ended)},
        "listed": "boolean",
    }
    for prefix, widest in rates.widest.items():
        whole = max(widest.high.adjusted() + 1, 0) if widest.high else 0
        kinds[f"{prefix}_price"] = f"decimal({max(whole + widest.places, 1)}, {widest.places})"
        kinds |= {f"{prefix}_way": "int32", f"{prefix}_is_one": "boolean"}
    for prefix in rates.meters:
        kinds |= {f"{prefix}_counts_{place}": "boolean" for place, _ in enumerate(rates.counters)}
    return kinds


def to_arrow(rates: DatedRates) -> Any:  # noqa: ANN401 - pyarrow has no types
    """The table itself; a key that is not said is an empty text, so that engines join by plain equality."""
    import ibis
    import pyarrow as pa

    columns: dict[str, list[Any]] = {name: [row.get(name) for row in rates.rows] for name in rates.layout.joined}
    for name in KEYS:
        columns[name] = [cell or "" for cell in columns[name]]
    for name in ("begin", "end"):
        columns[name] = [at.replace(tzinfo=None) for at in columns[name]]
    schema = ibis.schema(dict(rates.layout.joined)).to_pyarrow()
    return pa.table(columns, schema=schema)
