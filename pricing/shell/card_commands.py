"""What `wan-rules cards` does: list a catalogue, show a card, and say which terms hold and why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pricing.cards import Flat, Minimum, PerUnit, RateCard, UnknownCardError, entry_id, entry_key, name_key
from pricing.catalogue import Catalogue, Market, Pricing, agreements_in_force, resolve
from pricing.money import format_amount, format_decimal
from pricing.shell.inputs import open_catalogue, read_instant
from pricing.shell.options import OnTerms
from pricing.shell.printing import answer, print_document, print_lines, print_table
from pricing.shell.wire import write_terms
from wan_rules.hosts import find_host


def list_cards(folder: Path | None, form: str) -> int:
    """`wan-rules cards list`."""

    def job() -> int:
        catalogue = open_catalogue(folder)
        if form == "json":
            print_lines([json.dumps(_list_json(catalogue), ensure_ascii=False)])
            return 0
        print_lines([f"{catalogue.head.name} ({catalogue.digest})"])
        _print_list(catalogue)
        return 0

    return answer(job, form)


def _rows(catalogue: Catalogue) -> Iterator[tuple[str, str, str, str, str]]:
    for name, card in catalogue.cards.items():
        head = card.card
        where = " ".join(filter(None, (head.host, head.region, *head.environments)))
        yield (
            "card",
            name,
            where,
            f"{head.currency}, {len(card.entry)} entries, {head.confidence}",
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


def show_card(name: str, folder: Path | None, form: str) -> int:
    """`wan-rules cards show`."""

    def job() -> int:
        catalogue = open_catalogue(folder)
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
    head = card.card
    yield f"{head.id}: {head.title} ({catalogue.locate(head.id)})"
    yield f"{head.host}{f', {head.region}' if head.region else ''}, {head.currency}, {head.confidence}"
    yield f"source {head.source}, checked {head.checked}"
    yield from filter(None, (head.note, head.failed_jobs and f"failed jobs: {head.failed_jobs}"))
    yield ""
    for entry in sorted(card.entry, key=lambda e: (entry_key(e), e.from_)):
        place = catalogue.locate(entry_id(head.id, entry))
        what, price = name_key(entry_key(entry)), _price(entry, head.currency)
        yield f"  from {entry.from_.date()}  {what:<36} {price:>12}  {place}"
    yield ""
    for rule in card.reference_video:
        terms = rule.model_dump(exclude_defaults=True, exclude={"from_", "source", "assumed"})
        words = ", ".join(f"{key} {_word(value)}" for key, value in terms.items())
        yield f"  from {rule.from_.date()}  reference clips: {words}"
    for rounding in card.rounding:
        how = f"{rounding.mode} to {format_decimal(rounding.quantum)}, each {rounding.place}"
        yield f"  from {rounding.from_.date()}  rounding: {how}"


def _price(entry: PerUnit | Flat | Minimum, currency: str) -> str:
    if isinstance(entry, Minimum):
        return "ends" if entry.amount is None else format_amount(entry.amount, currency)
    if entry.free:
        return "free"
    return "withdrawn" if entry.price is None else format_amount(entry.price, currency)


def _word(value: object) -> str:
    return " / ".join(map(str, value)) if isinstance(value, tuple) else str(value)


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
        print_lines(_resolved(pricing, catalogue))
        if explain:
            print_lines(_explained(pricing, catalogue, at))
        return 0

    return answer(job, form)


def _resolved(pricing: Pricing, catalogue: Catalogue) -> Iterator[str]:
    agreement = pricing.agreement.agreement.id if pricing.agreement else "none"
    market = " / ".join(filter(None, pricing.market))
    yield f"{market}: card {pricing.card.card.id}, agreement {agreement}, {pricing.terms.currency}"
    for (meter, resolution), rate in pricing.terms.rates.items():
        currency = pricing.terms.currency
        listed = "no list price" if rate.list_unit_price is None else format_amount(rate.list_unit_price, currency)
        contracted = format_amount(rate.contracted_unit_price, currency)
        price = contracted if listed == contracted else f"{listed} -> {contracted}"
        yield f"  {meter} at {resolution:<9} {price:<18} {rate.entry} ({catalogue.locate(rate.entry)})"
    if pricing.assumed_region:
        yield f"  no region was named: {pricing.market.region} is taken"
    if pricing.terms.minimum is not None:
        yield f"  minimum {format_decimal(pricing.terms.minimum)} ({pricing.terms.minimum_from})"


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
    for key, rate in pricing.terms.rates.items():
        for step in rate.steps:
            yield f"  {name_key(key)}: {step}"
