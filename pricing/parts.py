"""The parts of a catalogue that prices are made of, and which of them count for a request.

A part counts if what the request costs changes where the part is taken away. Nothing here knows how a price comes
about, so that this holds for every kind of entry and term.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple, TypeAlias

from pricing.agreed import list_agreed
from pricing.agreed_terms import Term
from pricing.agreements import Agreement, AgreementHead
from pricing.cards import RateCard, ReferenceVideoRule, RoundingRule
from pricing.catalogue import Catalogue, Market, Place, alter
from pricing.entries import Entry, entry_id, entry_key, rule_id
from pricing.errors import PricingError
from pricing.keys import EntryKey
from pricing.positions import find_line
from pricing.quotes import Quote
from pricing.resolution import resolve
from pricing.terms import Terms
from pricing.trials import Occasion, price_request
from wan_rules.validation import ValidRequest

Item: TypeAlias = Entry | ReferenceVideoRule | RoundingRule | Term | AgreementHead
_HEAD: Final = "agreement"
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_REVEALED: Final = 2
"""Entries of one meter and tier that matter at an instant: that in force, and the one that it took the place of."""


class Part(NamedTuple):
    """An entry, rule or term by its table and position there, or an agreement as a whole; `name` is for people."""

    owner: str
    table: str
    position: int
    name: str

    @property
    def path(self) -> tuple[str | int, ...]:
        """Where it stands in its file."""
        return (_HEAD,) if self.table == _HEAD else (self.table, self.position)


@dataclass(frozen=True, slots=True, eq=False)
class Inventory:
    """A catalogue, arranged so that what is near a market and an instant is found at once.

    `known` are the parts in its own files, by the `id` of what they are, in the order of the files; `dated` the entries
    of each card by meter and tier, in order of time.
    """

    catalogue: Catalogue
    known: Mapping[int, Part]
    dated: Mapping[str, Sequence[Sequence[Entry]]]


def take_inventory(catalogue: Catalogue) -> Inventory:
    """The catalogue with its parts."""
    own = [name for name in catalogue.files if catalogue.files[name].own]
    known = {id(item): part for name in own for item, part in _parts_of(name, catalogue)}
    dated = {name: _by_time(card) for name, card in catalogue.cards.items()}
    return Inventory(catalogue, known, dated)


def _by_time(card: RateCard) -> list[list[Entry]]:
    found: dict[EntryKey, list[Entry]] = {}
    for entry in sorted((entry for _, entry in card.live), key=lambda entry: entry.from_):
        found.setdefault(entry_key(entry), []).append(entry)
    return list(found.values())


def _parts_of(name: str, catalogue: Catalogue) -> Iterator[tuple[Item, Part]]:
    if name in catalogue.cards:
        card = catalogue.cards[name]
        for index, entry in enumerate(card.entry):
            yield entry, Part(name, "entry", index, entry_id(name, entry))
        yield from _rules(name, "reference_video", card.reference_video)
        yield from _rules(name, "rounding", card.rounding)
    elif name in catalogue.agreements:
        agreement = catalogue.agreements[name]
        yield agreement.agreement, Part(name, _HEAD, 0, name)
        for index, term in enumerate(agreement.term):
            yield term, Part(name, "term", index, f"{name}:{term.kind}")


def _rules(name: str, table: str, rules: Sequence[ReferenceVideoRule | RoundingRule]) -> Iterator[tuple[Item, Part]]:
    for index, rule in enumerate(rules):
        yield rule, Part(name, table, index, rule_id(name, table, rule))


def place_of(part: Part, catalogue: Catalogue) -> Place:
    """Where the part stands."""
    owned = catalogue.files[part.owner]
    return Place(owned.file, find_line(owned.text, part.path), ".".join(map(str, part.path)))


def find_used(
    wanted: Mapping[int, Part], inventory: Inventory, occasion: Occasion, requests: Sequence[ValidRequest]
) -> Iterator[Part]:
    """Those of the wanted parts that change what one of the requests costs at that occasion."""
    near = narrow(inventory, occasion.market, occasion.at)
    before: list[object] = []
    for item in _items_in_force(near, occasion):
        part = wanted.get(id(item))
        if part is not None and _differs(before, (near, _without(near, part.owner, item)), occasion, requests):
            yield part


def _differs(
    before: list[object], catalogues: tuple[Catalogue, Catalogue], occasion: Occasion, requests: Sequence[ValidRequest]
) -> bool:
    """Whether a request costs otherwise in the second catalogue; what it costs in the first is noted in `before`."""
    near, other = catalogues
    if _terms(near, occasion) == _terms(other, occasion):
        return False
    for index, valid in enumerate(requests):
        if index == len(before):
            before.append(_charge(near, occasion, valid))
        if before[index] != _charge(other, occasion, valid):
            return True
    return False


def _terms(catalogue: Catalogue, occasion: Occasion) -> Terms | type[PricingError]:
    """All that a charge depends on, or why there is no charge: where it is the same, every request costs the same."""
    try:
        return resolve(catalogue, occasion.market, occasion.at).terms
    except PricingError as error:
        return type(error)


def _charge(catalogue: Catalogue, occasion: Occasion, valid: ValidRequest) -> object:
    """What it comes to, line by line; by which words and at which positions of a file is no matter."""
    outcome = price_request(valid, catalogue, occasion)
    if not isinstance(outcome, Quote):
        return outcome.code
    charged = outcome.priced.charged
    lines = [(line.quantity, line.rate.entry, *line[3:7]) for line in charged.lines]
    added = [(one.kind, one.amount, one.amount_min) for one in charged.adjustments]
    return (outcome.currency, charged.total, charged.total_min, outcome.priced.pricing.terms.worth, lines, added)


def narrow(inventory: Inventory, market: Market, at: datetime) -> Catalogue:
    """What of the catalogue can have to do with that market at that instant; it prices alike there."""
    catalogue = inventory.catalogue
    account = market.account if market.account is not None else catalogue.head.default_account
    agreed = list_agreed(catalogue, market.host, account)
    agreements = {name: one for name, one in agreed.items() if one.agreement.holds(at)}
    cards = {
        name: card.model_copy(update={"entry": tuple(_latest(inventory.dated[name], at))})
        for name, card in catalogue.cards.items()
        if card.card.host == market.host
    }
    return alter(catalogue, cards=cards, agreements=agreements)


def _latest(dated: Sequence[Sequence[Entry]], at: datetime) -> Iterator[Entry]:
    for entries in dated:
        begun = bisect_right(entries, at, key=lambda entry: entry.from_)
        yield from entries[max(0, begun - _REVEALED) : begun]


def _items_in_force(near: Catalogue, occasion: Occasion) -> Iterator[Item]:
    """What could count: of the card that holds, the latest entries and the rules; and all agreements."""
    try:
        card = resolve(near, occasion.market, occasion.at).card
    except PricingError:
        card = None
    if card is not None:
        yield from {entry_key(entry): entry for entry in card.entry}.values()
        yield from card.reference_video
        yield from card.rounding
    for agreement in near.agreements.values():
        yield from (agreement.agreement, *agreement.term)


def _without(catalogue: Catalogue, owner: str, item: Item) -> Catalogue:
    """The catalogue as it would be had nobody written the item."""
    if owner in catalogue.cards:
        cards = {**catalogue.cards, owner: _card_without(catalogue.cards[owner], item)}
        return alter(catalogue, cards=cards)
    left = _agreement_without(catalogue.agreements[owner], item)
    others = {name: one for name, one in catalogue.agreements.items() if name != owner}
    return alter(catalogue, agreements={**others, owner: left} if left else others)


def _agreement_without(agreement: Agreement, item: Item) -> Agreement | None:
    if item is agreement.agreement:
        return None
    return agreement.model_copy(
        update={"term": tuple(_ended(term) if term is item else term for term in agreement.term)}
    )


def _ended(term: Term) -> Term:
    """The term in its place, since others are named by theirs, but so that it never holds."""
    return term.model_copy(update={"until": _NEVER})


def _card_without(card: RateCard, item: Item) -> RateCard:
    return card.model_copy(
        update={
            "entry": tuple(entry for entry in card.entry if entry is not item),
            "reference_video": tuple(_opposite(rule) if rule is item else rule for rule in card.reference_video),
            "rounding": tuple(rule for rule in card.rounding if rule is not item),
        }
    )


def _opposite(rule: ReferenceVideoRule) -> ReferenceVideoRule:
    """A card says something of clips from its first day on, so a rule is turned round: whether they are billed."""
    billed = "yes" if rule.billed == "no" else "no"
    return rule.model_copy(update={"billed": billed, "priced_as": "render"})
