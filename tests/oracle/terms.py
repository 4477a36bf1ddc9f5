"""What is in force and what it asks, the slow and obvious way: the rows of cards and agreements, read as people do.

Terms are written as people say them, every value a string; `tests.terms` makes them up and writes them as TOML.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from typing import Final, NamedTuple, NotRequired, TypedDict

Row = dict[str, str]
WHO: Final = "acme"
WHERE: Final = "production"
BASE: Final = "USD"
"""The currency of every card, the account that asks, and its environment."""


METERS: Final = ("output_video_seconds", "super_resolution_seconds", "reference_video_seconds", "requests")
TIERS: Final = ("720P", "1080P", "1080P-SR", "1440P-SR")
RATIOS: Final = ("16:9", "9:16", "1:1", "4:3", "3:4", None)


class Card(TypedDict):
    """A card: rows of strings, lists within them divided by blanks, bands written `10:0.2 50:0.1 :free`."""

    super_resolution: str
    entries: list[Row]
    reference_video: list[Row]
    rounding: list[Row]


class Layer(TypedDict):
    """An agreement: whose, where, when and over which card; and its terms."""

    head: Row
    terms: list[Row]


class Terms(Card):
    """A card, the account's own agreement over it, and what else a catalogue holds: agreements, cards, aliases."""

    agreement: list[Row]
    others: NotRequired[list[Layer]]
    cards: NotRequired[dict[str, Card]]
    aliases: NotRequired[list[Row]]


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


class Force(NamedTuple):
    """What holds on a day: the card, the layers' terms from the general to the particular, and the billed currency."""

    on: str
    card: Card
    layers: list[list[Row]]
    currency: str
    rate: Fraction

    @property
    def rows(self) -> list[Row]:
        return [row for rows in self.layers for row in rows]


class UnpricedError(Exception):
    """Nothing prices what was asked."""


class TwoCurrenciesError(Exception):
    """A term in force is in neither the card's currency nor the billed one."""


def in_force(rows: Sequence[Row], on: str) -> Row | None:
    """The row that began last, of those that have begun by that day."""
    begun = [row for row in rows if row["from"] <= on]
    return max(begun, key=lambda row: row["from"]) if begun else None


def within(row: Row, on: str) -> bool:
    return row.get("from", "0000") <= on < row.get("until", "9999")


def find_force(terms: Terms, on: str) -> Force:
    """What holds for the account on that day. Raises UnpricedError."""
    stack = find_layers(terms, on)
    layers = [[row for row in layer["terms"] if within(row, on)] for layer in stack]
    card: Card = terms
    for layer in stack:
        if "card" in layer["head"]:
            card = find_card(terms, layer["head"]["card"], on)
    if in_force(card["reference_video"], on) is None:
        raise UnpricedError
    force = Force(on, card, layers, BASE, Fraction(1))
    for row in said_once(force, "exchange"):
        force = force._replace(currency=row["currency"], rate=Fraction(row["rate"]))
    return force


def find_layers(terms: Terms, on: str) -> list[Layer]:
    """Everyone's agreement, then the environment's, the account's, and the account's in the environment."""
    agreed: list[Layer] = [{"head": {"account": WHO}, "terms": terms["agreement"]}, *terms.get("others", [])]
    stack: list[Layer] = []
    for account, environment in ((False, False), (False, True), (True, False), (True, True)):
        for layer in agreed:
            head = layer["head"]
            if ("account" in head) != account or ("environments" in head) != environment or not within(head, on):
                continue
            if head.get("account", WHO) != WHO or WHERE not in head.get("environments", WHERE).split():
                continue
            stack = [layer] if head.get("inherit") == "false" else [*stack, layer]
    return stack


def find_card(terms: Terms, name: str, on: str) -> Card:
    """The card of that id, or the one that the alias of that name leads to by then."""
    if name == "made-up":
        return terms
    if name in terms.get("cards", {}):
        return terms["cards"][name]
    alias = in_force([row for row in terms.get("aliases", []) if row["name"] == name], on)
    if alias is None:
        raise UnpricedError
    return find_card(terms, alias["card"], on)


def said_once(force: Force, kind: str, *names: str) -> list[Row]:
    """The terms of that kind; of two that agree in all the names, the later layer's."""
    said: dict[tuple[str, ...], Row] = {}
    for row in force.rows:
        if row["kind"] == kind:
            said[tuple(row.get(name, DEFAULTS.get(name, "")) for name in names)] = row
    return list(said.values())


DEFAULTS: Final = {"per": "request", "resolution": "any"}


def money(row: Row, key: str, force: Force) -> Fraction:
    """What the row says, in the billed currency."""
    return Fraction(row[key]) * rate_of(row, force)


def rate_of(row: Row, force: Force) -> Fraction:
    """What is said in the billed currency stays as it is. Raises TwoCurrenciesError for a third one."""
    said = row.get("currency", BASE)
    if said not in (BASE, force.currency):
        raise TwoCurrenciesError
    return Fraction(1) if said == force.currency else force.rate


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
        bands = [(None, Fraction(row["price"]) * rate)]
    elif "bands" in row:
        written = [band.split(":") for band in row["bands"].split()]
        ends = [Fraction(end) * (rate if by == "spend" else 1) if end else None for end, _ in written]
        prices = [Fraction(0) if price == "free" else Fraction(price) * rate for _, price in written]
        bands = list(zip(ends, prices, strict=True))
    else:
        return None
    return Price(model, by, Fraction(row.get("size", "1")), bands, counter)


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


def own_price(force: Force, key: Key) -> Price | None:
    """What the account pays: through each layer, an override; or markups on the list, then the other percentages."""
    listed = origin = find_entry(force, key)
    factor = Fraction(1)
    for rows in force.layers:
        overrides = [row for row in rows if row["kind"] == "override" and fits(row, key)]
        about = [] if overrides else [row for row in rows if "percent" in row and is_about(row, key)]
        if overrides:
            origin, factor = max(overrides, key=lambda row: len(names_of(row))), Fraction(1)
        elif listed and any(row["kind"] == "markup" for row in about):
            origin, factor = listed, Fraction(1)
        for row in about:
            factor *= 1 + Fraction(row["percent"]) * (-1 if row["kind"] == "discount" else 1) / 100
    price = read_price(origin, force) if origin else None
    return price.times(factor) if price else None


def is_about(row: Row, key: Key) -> bool:
    return key.meter in row.get("meters", key.meter).split() and key.tier in row.get("resolutions", key.tier).split()


def every_key(meters: Sequence[str] = METERS) -> list[Key]:
    """Whatever can be priced."""
    return [Key(*parts) for parts in product(meters, TIERS, RATIOS, (True, False))]


def is_priced(force: Force, meter: str) -> bool:
    """Whether anything of that meter has a price."""
    return any(own_price(force, key) for key in every_key((meter,)))


def is_unwieldy(terms: Terms, on: str) -> bool:
    """Whether a price in force has more digits than engines hold: six before the point and twelve after it."""
    force = find_force(terms, on)
    prices = [find(force, key) for key in every_key() for find in (own_price, list_price) if own_price(force, key)]
    asks = [ask for price in prices if price for _, ask in price.bands]
    return any(ask >= 10**6 or (ask * 10**12).denominator != 1 for ask in asks)
