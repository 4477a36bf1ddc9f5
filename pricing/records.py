"""What of a catalogue's own had begun by an instant, part by part: what may not change any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from pricing.agreed_terms import Term
from pricing.agreements import Agreement, AgreementHead
from pricing.cards import RateCard
from pricing.catalogue import Catalogue
from pricing.digests import Said, tell
from pricing.entries import entry_id, rule_id
from pricing.fields import Dated, spell_instant

_HEAD_KEYS: Final = ("host", "currency", "super_resolution", "zone", "region", "environments", "by_agreement")
"""Of a card: what its entries mean by their prices, and where they hold."""


class Record(NamedTuple):
    """A part that had begun: its name in quotes and locks, where it stands in its file (if known), what it says."""

    id: str
    path: tuple[str | int, ...]
    said: Said


class Past(NamedTuple):
    """What had begun by the instant `at`, as something else than the catalogue tells: a revision, a lock.

    A lock is final: what is not in it had not begun by then, until somebody writes it anew.
    """

    named: str
    at: datetime
    records: tuple[Record, ...]
    final: bool = False


def list_records(catalogue: Catalogue, at: datetime) -> Iterator[Record]:
    """Every part of the catalogue's own that had begun by the instant."""
    for index, alias in enumerate(catalogue.aliases):
        if alias.from_ <= at:
            yield Record(f"catalogue:alias/{alias.name}@{spell_instant(alias.from_)}", ("alias", index), tell(alias))
    for name, card in catalogue.cards.items():
        if catalogue.files[name].own:
            yield from _list_card(card, at)
    for name, agreement in catalogue.agreements.items():
        if catalogue.files[name].own and agreement.agreement.from_ <= at:
            yield Record(f"{name}:agreement", ("agreement",), _tell_agreement(agreement, at))


def _list_card(card: RateCard, at: datetime) -> Iterator[Record]:
    name, found = card.card.id, []
    for index, entry in card.standing:
        if entry.from_ <= at:
            found.append(Record(entry_id(name, entry), ("entry", index), tell(entry)))
    rules: tuple[tuple[str, tuple[Dated, ...]], ...] = (
        ("reference_video", card.reference_video),
        ("rounding", card.rounding),
        ("unfinished", card.unfinished),
        ("credit", card.credit),
    )
    for table, dated in rules:
        for index, rule in enumerate(dated):
            if rule.from_ <= at:
                found.append(Record(rule_id(name, table, rule), (table, index), tell(rule)))
    if found:
        head = tell(card.card)
        yield Record(f"{name}:card", ("card",), {key: head[key] for key in _HEAD_KEYS if key in head})
    yield from found


def _tell_agreement(agreement: Agreement, at: datetime) -> Said:
    """Its head, and the terms that had begun; an end that had not come by then may still be moved."""
    terms = enumerate(agreement.term)
    begun = {f"term.{index}": _tell_open(term, at) for index, term in terms if not term.from_ or term.from_ <= at}
    return _tell_open(agreement.agreement, at) | begun


def _tell_open(part: AgreementHead | Term, at: datetime) -> dict[str, object]:
    said = dict(tell(part))
    if part.until and part.until > at:
        del said["until"]
    return said
