"""The parts of a catalogue that prices are made of, and the catalogue without one of them.

A part counts for a request if what the request costs changes where the part is taken away. Nothing here knows how a
price comes about, so that this holds for every kind of entry and term.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Final, NamedTuple, TypeAlias

from pricing.agreements import Agreement, AgreementHead, Term
from pricing.cards import Entry, EntryKey, RateCard, ReferenceVideoRule, RoundingRule, entry_id, entry_key
from pricing.catalogue import Catalogue, Market, Place
from pricing.positions import find_line
from pricing.quotes import Quote
from pricing.trials import Occasion, price_request
from wan_rules.validation import ValidRequest

Item: TypeAlias = Entry | ReferenceVideoRule | RoundingRule | Term | AgreementHead
_HEAD: Final = "agreement"
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


def list_parts(catalogue: Catalogue) -> dict[int, Part]:
    """Every part that stands in the catalogue's own files, by the `id` of what it is, in the order of the files."""
    own = [name for name in catalogue.files if catalogue.files[name].own]
    found = [(item, part) for name in own for item, part in _parts_of(name, catalogue)]
    return {id(item): part for item, part in found}


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
        yield rule, Part(name, table, index, f"{name}:{table}@{rule.from_.date()}")


def place_of(part: Part, catalogue: Catalogue) -> Place:
    """Where the part stands."""
    owned = catalogue.files[part.owner]
    return Place(owned.file, find_line(owned.text, part.path), ".".join(map(str, part.path)))


def find_used(
    known: Mapping[int, Part], catalogue: Catalogue, occasion: Occasion, requests: Sequence[ValidRequest]
) -> Iterator[Part]:
    """Those of the known parts that change what one of the requests costs at that occasion."""
    near = narrow(catalogue, occasion.market, occasion.at)
    items = [item for item in _items(near) if id(item) in known]
    before = list(_charge(near, occasion, requests)) if items else []
    for item in items:
        part = known[id(item)]
        if _differs(before, _charge(_without(near, part.owner, item), occasion, requests)):
            yield part


def _differs(before: Iterable[object], after: Iterable[object]) -> bool:
    return any(one != other for one, other in zip(before, after, strict=True))


def _charge(catalogue: Catalogue, occasion: Occasion, requests: Iterable[ValidRequest]) -> Iterator[object]:
    for valid in requests:
        outcome = price_request(valid, catalogue, occasion)
        yield outcome.priced.charged if isinstance(outcome, Quote) else outcome.code


def narrow(catalogue: Catalogue, market: Market, at: datetime) -> Catalogue:
    """What of the catalogue can have to do with that market at that instant; it prices alike there."""
    cards = {name: _narrow(card, at) for name, card in catalogue.cards.items() if card.card.host == market.host}
    agreements = {name: one for name, one in catalogue.agreements.items() if _concerns(one.agreement, market, at)}
    return replace(catalogue, cards=cards, agreements=agreements, _timelines={})


def _concerns(own: AgreementHead, market: Market, at: datetime) -> bool:
    begun = own.from_ <= at and (own.until is None or at < own.until)
    return begun and own.host == market.host and own.account in (None, market.account)


def _narrow(card: RateCard, at: datetime) -> RateCard:
    begun: dict[EntryKey, list[Entry]] = {}
    for entry in sorted(card.entry, key=lambda entry: entry.from_, reverse=True):
        if entry.from_ <= at:
            begun.setdefault(entry_key(entry), []).append(entry)
    return card.model_copy(update={"entry": tuple(e for found in begun.values() for e in islice(found, _REVEALED))})


def _items(catalogue: Catalogue) -> Iterator[Item]:
    for card in catalogue.cards.values():
        yield from (*card.entry, *card.reference_video, *card.rounding)
    for agreement in catalogue.agreements.values():
        yield from (agreement.agreement, *agreement.term)


def _without(catalogue: Catalogue, owner: str, item: Item) -> Catalogue:
    """The catalogue as it would be had nobody written the item."""
    if owner in catalogue.cards:
        cards = {**catalogue.cards, owner: _card_without(catalogue.cards[owner], item)}
        return replace(catalogue, cards=cards, _timelines={})
    left = _agreement_without(catalogue.agreements[owner], item)
    others = {name: one for name, one in catalogue.agreements.items() if name != owner}
    return replace(catalogue, agreements={**others, owner: left} if left else others, _timelines={})


def _agreement_without(agreement: Agreement, item: Item) -> Agreement | None:
    if item is agreement.agreement:
        return None
    return agreement.model_copy(update={"term": tuple(term for term in agreement.term if term is not item)})


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
