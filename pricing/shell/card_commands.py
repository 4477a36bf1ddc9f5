"""What `wan-rules cards` does: list a catalogue, show a card, and say which terms hold and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from pricing.cards import (
    CardHead,
    Entry,
    EntryKey,
    Minimum,
    RateCard,
    ReferenceVideoRule,
    RoundingRule,
    UnknownCardError,
    entry_id,
    entry_key,
    name_key,
)
from pricing.catalogue import Catalogue, Market, Place, Pricing, agreements_in_force, resolve
from pricing.explanations import clip_rule_in_force, describe_clip_rule, describe_rounding
from pricing.money import format_amount
from pricing.shell.inputs import open_catalogue, read_instant
from pricing.shell.options import OnTerms, Source
from pricing.shell.printing import answer, print_document, print_lines, print_table
from pricing.shell.text import hang, price_words
from pricing.shell.wire import write_terms
from pricing.terms import Rate
from wan_rules.hosts import find_host

CLIPS: Final = "reference clips: "
AMOUNTS: Final = "amounts: "


def list_cards(source: Source, form: str) -> int:
    """`wan-rules cards list`."""

    def job() -> int:
        catalogue = open_catalogue(source)
        if form == "json":
            print_lines([json.dumps(_list_json(catalogue), ensure_ascii=False)])
            return 0
        print_lines([f"{catalogue.head.name} ({catalogue.digest})"])
        _print_list(catalogue)
        return 0

    return answer(job, form)


def _rows(catalogue: Catalogue) -> Iterator[tuple[str, str, str, str, str]]:
    for name, card in catalogue.cards.items():
        head, count = card.card, len(card.entry)
        where = " ".join(filter(None, (head.host, head.region, *head.environments)))
        yield (
            "card",
            name,
            where,
            f"{head.currency}, {count} {'entry' if count == 1 else 'entries'}, {head.confidence}",
            str(catalogue.locate(name)),
        )
    for name, agreement in catalogue.agreements.items():
        own = agreement.agreement
        where = " ".join(filter(None, (own.host, own.region, own.account, *own.environments)))
        until = f"until {own.until.date()}" if own.until else "open end"
        yield "agreement", name, where, f"from {own.from_.date()}, {until}", str(catalogue.locate(name))


def _print_list(catalogue: Catalogue) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in ("kind", "id", "for", "what", "file"):
        table.add_column(column, no_wrap=column in ("kind", "id"), overflow="fold")
    for row in _rows(catalogue):
        table.add_row(*row)
    print_table(table)


def _list_json(catalogue: Catalogue) -> dict[str, object]:
    keys = ("kind", "id", "for", "what", "file")
    items = [dict(zip(keys, row, strict=True)) for row in _rows(catalogue)]
    return {"schema_version": "1", "name": catalogue.head.name, "digest": catalogue.digest, "items": items}


def show_card(name: str, source: Source, form: str) -> int:
    """`wan-rules cards show`."""

    def job() -> int:
        catalogue = open_catalogue(source)
        card = catalogue.cards.get(name)
        if card is None:
            raise UnknownCardError(name, tuple(catalogue.cards))
        if form == "json":
            print_lines([card.model_dump_json(by_alias=True, exclude_none=True)])
        else:
            print_lines(_show(card, catalogue))
        return 0

    return answer(job, form)


def _show(card: RateCard, catalogue: Catalogue) -> Iterator[str]:
    """The card: its head, a line for each entry with its remarks below, a line for each term of its rules."""
    head = card.card
    yield from _head(head, catalogue)
    yield ""
    entries = sorted(card.entry, key=lambda entry: (entry_key(entry), entry.from_))
    rows = [(name_key(entry_key(entry)), _price(entry, head.currency)) for entry in entries]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(2)]
    for entry, (name, price) in zip(entries, rows, strict=True):
        where = _line_of(catalogue.locate(entry_id(head.id, entry)))
        said = ", ".join(filter(None, (where, *_doubts(entry, head))))
        row = f"{name:<{widths[0]}}  {price:>{widths[1]}}  {said}"
        yield from hang(_from(entry), (row, *_remarks(entry, head)))
    yield ""
    for rule in sorted(card.reference_video, key=lambda rule: rule.from_):
        yield from hang(f"{_from(rule)}{CLIPS}", (*describe_clip_rule(rule), *_other_source(rule, head)))
    for rounding in sorted(card.rounding, key=lambda rule: rule.from_):
        yield from hang(f"{_from(rounding)}{AMOUNTS}", (describe_rounding(rounding.to_rounding()),))


def _head(head: CardHead, catalogue: Catalogue) -> Iterator[str]:
    lines = (
        f"{head.id}: {head.title}",
        ", ".join(filter(None, (head.host, head.region, *head.environments, head.currency, head.confidence))),
        f"source {head.source}, checked {head.checked}",
        f"file {catalogue.locate(head.id)}",
        head.by_agreement and "only for agreements that name it",
        head.note,
        head.failed_jobs and f"failed jobs: {head.failed_jobs}",
    )
    for line in filter(None, lines):
        yield from hang("", (line,))


def _from(part: Entry | ReferenceVideoRule | RoundingRule) -> str:
    return f"  from {part.from_.date()}  "


def _line_of(place: Place | None) -> str:
    """The line in the card's file, which the head names."""
    return f"line {place.line}" if place and place.line else ""


def _doubts(entry: Entry, head: CardHead) -> Iterator[str]:
    """How sure the price is, where that is not what the head says, or is second-hand."""
    confidence = head.confidence if isinstance(entry, Minimum) else entry.confidence or head.confidence
    if confidence != head.confidence or confidence == "second-hand":
        yield confidence


def _remarks(entry: Entry, head: CardHead) -> Iterator[str]:
    if entry.note:
        yield f"note: {entry.note}"
    yield from _other_source(entry, head)


def _other_source(part: Entry | ReferenceVideoRule, head: CardHead) -> Iterator[str]:
    if part.source not in (None, head.source):
        yield f"source: {part.source}"


def _price(entry: Entry, currency: str) -> str:
    if isinstance(entry, Minimum):
        return "ends" if entry.amount is None else format_amount(entry.amount, currency)
    if entry.free:
        return "free"
    return "no price" if entry.price is None else format_amount(entry.price, currency)


def resolve_terms(host: str, terms: OnTerms, form: str, *, explain: bool) -> int:
    """`wan-rules cards resolve`."""

    def job() -> int:
        at = read_instant(terms.at)
        catalogue = open_catalogue(terms.catalogue)
        market = Market(terms.account, terms.environment, find_host(host).name, terms.region)
        pricing = resolve(catalogue, market, at)
        if form == "json":
            print_document(write_terms(pricing))
            return 0
        print_lines(_resolved(pricing, catalogue, at))
        if explain:
            print_lines(_explained(pricing, catalogue, at))
        return 0

    return answer(job, form)


def _resolved(pricing: Pricing, catalogue: Catalogue, at: datetime) -> Iterator[str]:
    terms, rates = pricing.terms, _rates(pricing)
    agreement = pricing.agreement.agreement.id if pricing.agreement else "none"
    market = " / ".join(filter(None, pricing.market))
    yield f"{market}: card {pricing.card.card.id}, agreement {agreement}, {terms.currency}"
    rows = [(name_key(key), price_words(rate, terms.currency)) for key, rate in rates.items()]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(2)]
    for rate, (name, price) in zip(rates.values(), rows, strict=True):
        yield f"  {name:<{widths[0]}}  {price:<{widths[1]}}  {rate.entry} ({catalogue.locate(rate.entry)})"
    yield from _notes(rates)
    yield from rule_lines(pricing, at)
    if pricing.assumed_region:
        yield f"  no region was named: {pricing.market.region} is taken"


def rule_lines(pricing: Pricing, at: datetime) -> Iterator[str]:
    """What the terms say beside their prices: how clips are billed, the least charge, how amounts are rounded."""
    terms = pricing.terms
    yield from hang(f"  {CLIPS}", describe_clip_rule(clip_rule_in_force(pricing.card, at)))
    if terms.minimum is not None:
        yield f"  minimum: {format_amount(terms.minimum, terms.currency)} ({terms.minimum_from})"
    if terms.rounding is not None:
        yield f"  {AMOUNTS}{describe_rounding(terms.rounding)} ({terms.rounding_from})"


def _rates(pricing: Pricing) -> dict[EntryKey, Rate]:
    """The prices of the tiers that the host itself has; a card may price more."""
    tiers = find_host(pricing.market.host).limits.resolutions.value
    return {key: rate for key, rate in pricing.terms.rates.items() if key[1] in tiers}


def _notes(rates: Mapping[EntryKey, Rate]) -> Iterator[str]:
    """What the card remarks on its prices, each remark once."""
    tiers: dict[tuple[str, str], list[str]] = {}
    for (meter, tier), rate in rates.items():
        if rate.note:
            tiers.setdefault((meter, rate.note), []).append(tier)
    for (meter, note), named in tiers.items():
        yield from hang("  note: ", (f"{note} ({meter} at {', '.join(named)})",))


def _explained(pricing: Pricing, catalogue: Catalogue, at: datetime) -> Iterator[str]:
    yield ""
    yield "Agreements in force, the first holds (account and environment named, account, environment):"
    found = agreements_in_force(catalogue, pricing.market, at)
    for (by_account, by_environment), agreement in found:
        own = agreement.agreement
        names = (
            " and ".join(filter(None, ("account" if by_account else "", "environment" if by_environment else "")))
            or "nobody"
        )
        yield f"  {own.id} ({catalogue.locate(own.id)}): names {names}"
    if not found:
        yield "  none"
    named = pricing.agreement is not None and pricing.agreement.agreement.card is not None
    why = "named by the agreement" if named else "the one that holds for this host and region"
    yield f"Card: {pricing.card.card.id}, {why}."
    for key, rate in _rates(pricing).items():
        for step in rate.steps:
            yield f"  {name_key(key)}: {step}"
