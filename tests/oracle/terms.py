"""What is in force, the slow and obvious way: the rows of cards and agreements, read as people do.

Terms are written as people say them, every value a string; `tests.terms` makes them up and writes them as TOML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple, NotRequired, TypedDict

Row = dict[str, str]
WHO: Final = "acme"
WHERE: Final = "production"
BASE: Final = "USD"
"""The currency of every card, the account that asks, and its environment."""


class Card(TypedDict):
    """A card: rows of strings, lists within them divided by blanks, bands written `10:0.2 50:0.1 :free`."""

    super_resolution: str
    entries: list[Row]
    reference_video: list[Row]
    rounding: list[Row]
    unfinished: NotRequired[list[Row]]
    currency: NotRequired[str]
    id: NotRequired[str]


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


class Whose(NamedTuple):
    """Who asks, and where."""

    account: str = WHO
    environment: str = WHERE


@dataclass(frozen=True, eq=False)
class Force:
    """What holds on a day: the card, the layers' terms from the general to the particular, and the billed currency.

    `heads` are of the agreements whose terms the layers are. What was found of it is remembered, so it is one alone
    and equal to no other.
    """

    on: str
    card: Card
    layers: list[list[Row]]
    currency: str
    rate: Fraction
    heads: list[Row] = field(default_factory=list)

    @property
    def base(self) -> str:
        """The card's own currency."""
        return self.card.get("currency", BASE)

    @property
    def rows(self) -> list[Row]:
        return [row for rows in self.layers for row in rows]


class UnpricedError(Exception):
    """Nothing prices what was asked."""


class TwoTermsError(Exception):
    """Two agreements that are as particular as each other hold at once."""


class TwoCurrenciesError(Exception):
    """A term in force is in neither the card's currency nor the billed one."""


def in_force(rows: Sequence[Row], on: str) -> Row | None:
    """The row that began last, of those that have begun by that day."""
    begun = [row for row in rows if row["from"] <= on]
    return max(begun, key=lambda row: row["from"]) if begun else None


@lru_cache(8192)
def number(written: str) -> Fraction:
    """What a row says, exactly; remembered, since the same few are read again and again."""
    return Fraction(written)


def within(row: Row, on: str) -> bool:
    return row.get("from", "0000") <= on < row.get("until", "9999")


def find_force(terms: Terms, on: str, whose: Whose = Whose()) -> Force:  # noqa: B008 - it is frozen
    """What holds for the account on that day. Raises UnpricedError, or TwoTermsError."""
    stack = find_layers(terms, on, whose)
    layers = [[row for row in layer["terms"] if within(row, on)] for layer in stack]
    card: Card = terms
    for layer in stack:
        if "card" in layer["head"]:
            card = find_card(terms, layer["head"]["card"], on)
    if in_force(card["reference_video"], on) is None:
        raise UnpricedError
    force = Force(on, card, layers, card.get("currency", BASE), Fraction(1), [layer["head"] for layer in stack])
    for row in said_once(force, "exchange"):
        force = replace(force, currency=row["currency"], rate=number(row["rate"]))
    return force


def find_layers(terms: Terms, on: str, whose: Whose) -> list[Layer]:
    """Everyone's agreement, then the environment's, the account's, and the account's in the environment."""
    own: Layer = {"head": {"id": "acme-terms", "account": WHO}, "terms": terms["agreement"]}
    agreed = [*([own] if terms["agreement"] else []), *terms.get("others", [])]
    stack: list[Layer] = []
    for rank in ((False, False), (False, True), (True, False), (True, True)):
        held = [layer for layer in agreed if is_about_whom(layer["head"], whose) and within(layer["head"], on)]
        ranked = [layer for layer in held if ("account" in layer["head"], "environments" in layer["head"]) == rank]
        if len(ranked) > 1:
            raise TwoTermsError
        for layer in ranked:
            stack = [layer] if layer["head"].get("inherit") == "false" else [*stack, layer]
    return stack


def is_about_whom(head: Row, whose: Whose) -> bool:
    """Whether the agreement is of who asks, there."""
    environments = head.get("environments", whose.environment).split()
    return head.get("account", whose.account) == whose.account and whose.environment in environments


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
    return number(row[key]) * rate_of(row, force)


def rate_of(row: Row, force: Force) -> Fraction:
    """What is said in the billed currency stays as it is. Raises TwoCurrenciesError for a third one."""
    said = row.get("currency", force.base)
    if said not in (force.base, force.currency):
        raise TwoCurrenciesError
    return Fraction(1) if said == force.currency else force.rate
