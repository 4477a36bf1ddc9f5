"""Texts to a catalogue: each file parsed, one digest over all, and every name that is used known. All or nothing.

Files of tests are set aside unread.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final, NamedTuple, NoReturn

from pricing.agreement_parsing import parse_agreement
from pricing.agreements import Agreement
from pricing.card_parsing import parse_card
from pricing.cards import NO_MODELS, RateCard
from pricing.catalogue import Catalogue, CatalogueFile, OwnedFile, regions_of, suggest
from pricing.entries import Extended
from pricing.errors import CardError
from pricing.extensions import Models
from pricing.fields import parse_part, parse_toml
from pricing.positions import find_line
from wan_rules.hosts import HOSTS, Hosts

HEAD: Final = "catalogue"
"""The key of the head's own file among the files; no card or agreement has that id, nor a table of that name."""
PRICED: Final = frozenset({"card", "agreement"})
"""What makes a file a part of the prices; one with a `[[test]]` and none of them is a file of tests."""


def parse_catalogue(
    files: Mapping[str, str],
    *,
    included: Mapping[str, str] = MappingProxyType({}),
    hosts: Hosts = HOSTS,
    models: Models = NO_MODELS,
) -> Catalogue:
    """The catalogue that these texts, by file name, hold, on top of the `included` ones. Raises CardError.

    `hosts` and the charge `models` beside the cards' own are what plugins add.
    """
    parts = _Parts()
    for file, text in included.items():
        _sort(parts, OwnedFile(file, text, own=False), models)
    for file, text in files.items():
        _sort(parts, OwnedFile(file, text, own=True), models)
    if len(parts.heads) != 1:
        reason = f"{len(parts.heads)} files hold a [catalogue] table: exactly one does"
        raise CardError(reason, file=", ".join(sorted(files)) or "catalogue")
    catalogue = Catalogue(
        parts.heads[0].catalogue,
        parts.heads[0].alias,
        MappingProxyType(parts.cards),
        MappingProxyType(parts.agreements),
        _digest(parts.documents, _find_models(parts.cards.values())),
        MappingProxyType(parts.owned),
        parts.heads[0].acknowledged,
        tuple(parts.tests),
    )
    _check_names(catalogue, hosts)
    return catalogue


@dataclass(slots=True)
class _Parts:
    """What the files hold, by kind; `documents` are those that prices come from, with whether they are its own."""

    heads: list[CatalogueFile] = field(default_factory=list)
    cards: dict[str, RateCard] = field(default_factory=dict)
    agreements: dict[str, Agreement] = field(default_factory=dict)
    owned: dict[str, OwnedFile] = field(default_factory=dict)
    tests: list[OwnedFile] = field(default_factory=list)
    documents: list[tuple[bool, dict[str, object]]] = field(default_factory=list)


def _sort(parts: _Parts, part: OwnedFile, models: Models) -> None:
    """Puts a file where it belongs; an included catalogue's head and tests are nobody's here."""
    file, text, own = part
    document = parse_toml(text, file=file)
    if "catalogue" in document:
        if own:
            parts.heads.append(parse_part(CatalogueFile, document, text, file=file))
            parts.documents.append((own, {key: value for key, value in document.items() if key != "acknowledged"}))
            parts.owned[HEAD] = part
    elif "test" in document and document.keys().isdisjoint(PRICED):
        parts.tests += [part] if own else []
    elif "agreement" in document:
        agreement = parse_agreement(text, file=file)
        parts.agreements[_take(agreement.agreement.id, part, parts.owned)] = agreement
        parts.documents.append((own, document))
    else:
        card = parse_card(text, file=file, models=models)
        parts.cards[_take(card.card.id, part, parts.owned)] = card
        parts.documents.append((own, document))


def _take(name: str, part: OwnedFile, owned: dict[str, OwnedFile]) -> str:
    if name == HEAD or name in owned:
        taken = "the catalogue's own head" if name == HEAD else owned[name].file
        reason = f"the id {name!r} is taken by {taken}"
        line = find_line(part.text, ("card", "id")) or find_line(part.text, ("agreement", "id"))
        raise CardError(reason, file=part.file, line=line, key="id")
    owned[name] = part
    return name


def _find_models(cards: Iterable[RateCard]) -> set[tuple[str, str]]:
    """Name and version of each plugin's charge model that an entry charges by."""
    schemes = (entry.scheme for card in cards for entry in card.entry if isinstance(entry, Extended))
    return {(scheme.model.name, scheme.model.version) for scheme in schemes if scheme}


def _digest(documents: Iterable[tuple[bool, dict[str, object]]], models: Iterable[tuple[str, str]]) -> str:
    """Of each document and whether it is the catalogue's own, and of the plugins' models; in no order."""
    texts = sorted(
        json.dumps(part, sort_keys=True, separators=(",", ":"), default=str, ensure_ascii=False)
        for part in (*documents, *(("plugin", *model) for model in models))
    )
    return "sha256:" + hashlib.sha256("\n".join(texts).encode()).hexdigest()


class _Key(NamedTuple):
    """A key of the head, or of the card or agreement of that id."""

    part: str
    key: str


def _check_names(catalogue: Catalogue, hosts: Hosts) -> None:
    """Every name that a part uses is one that the catalogue or the product knows. Raises CardError at its line."""
    head = catalogue.head
    _check_defaults(catalogue, hosts)
    names = _check_aliases(catalogue)
    for name, card in catalogue.cards.items():
        _require(card.card.host, tuple(hosts), _Key(name, "host"), catalogue)
        for environment in card.card.environments:
            _require(environment, head.environments, _Key(name, "environments"), catalogue)
    for name, agreement in catalogue.agreements.items():
        own = agreement.agreement
        _require(own.account, head.accounts, _Key(name, "account"), catalogue)
        _require(own.host, tuple(hosts), _Key(name, "host"), catalogue)
        _require(own.region, regions_of(catalogue, own.host), _Key(name, "region"), catalogue)
        for environment in own.environments:
            _require(environment, head.environments, _Key(name, "environments"), catalogue)
        if own.card is not None:
            _require(own.card, (*catalogue.cards, *names), _Key(name, "card"), catalogue)
            for card_id in names.get(own.card, (own.card,)):
                _check_named_card(name, agreement, card_id, catalogue)


def _check_aliases(catalogue: Catalogue) -> dict[str, list[str]]:
    """The cards that each alias leads to, all of them known. Raises CardError."""
    names: dict[str, list[str]] = {}
    begins: set[tuple[str, datetime]] = set()
    for index, alias in enumerate(catalogue.aliases):
        if alias.name in catalogue.cards:
            _refuse_alias(f"{alias.name!r} is a card's own id: an alias has another name", index, catalogue)
        if alias.card not in catalogue.cards:
            _refuse_alias(
                f"{alias.card!r} is not known: {suggest(alias.card, tuple(catalogue.cards))}", index, catalogue
            )
        if (alias.name, alias.from_) in begins:
            _refuse_alias(
                f"two for {alias.name!r} begin at {alias.from_.isoformat()}: which one counts?", index, catalogue
            )
        begins.add((alias.name, alias.from_))
        names.setdefault(alias.name, []).append(alias.card)
    return names


def _refuse_alias(reason: str, index: int, catalogue: Catalogue) -> NoReturn:
    owned = catalogue.files[HEAD]
    raise CardError(reason, file=owned.file, line=find_line(owned.text, ("alias", index)), key=f"alias.{index}")


def _check_defaults(catalogue: Catalogue, hosts: Hosts) -> None:
    head = catalogue.head
    for key, seen, known in (
        ("default_account", head.default_account, head.accounts),
        ("default_environment", head.default_environment, head.environments),
        *(("regions", host, tuple(hosts)) for host in head.regions),
        *(("regions", region, regions_of(catalogue, host)) for host, region in head.regions.items()),
    ):
        _require(seen, known, _Key(HEAD, key), catalogue)


def _check_named_card(name: str, agreement: Agreement, card_id: str, catalogue: Catalogue) -> None:
    """The card that an agreement names holds wherever the agreement does."""
    own, card = agreement.agreement, catalogue.cards[card_id].card
    if card.host != own.host:
        _refuse(f"the card {card.id!r} is of {card.host}, the agreement of {own.host}", _Key(name, "card"), catalogue)
    if card.region is not None and card.region != own.region:
        reason = f"the card {card.id!r} is for {card.region}: say region = {card.region!r} here too"
        _refuse(reason, _Key(name, "card"), catalogue)
    if card.environments and not set(own.environments or catalogue.head.environments) <= set(card.environments):
        _refuse(f"the card {card.id!r} is for {', '.join(card.environments)} only", _Key(name, "card"), catalogue)


def _require(seen: str | None, known: Sequence[str], where: _Key, catalogue: Catalogue) -> None:
    if seen is not None and seen not in known:
        _refuse(f"{seen!r} is not known: {suggest(seen, known)}", where, catalogue)


def _refuse(reason: str, where: _Key, catalogue: Catalogue) -> NoReturn:
    owned = catalogue.files[where.part]
    table = HEAD if where.part == HEAD else "card" if where.part in catalogue.cards else "agreement"
    raise CardError(reason, file=owned.file, line=find_line(owned.text, (table, where.key)), key=f"{table}.{where.key}")
