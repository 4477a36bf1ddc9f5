"""What `wan-rules cards list` and `show` print: what a catalogue holds, and one card whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pricing.cards import CardHead, CreditRule, RateCard, ReferenceVideoRule, UnfinishedRule
from pricing.catalogue import Catalogue
from pricing.entries import Entry, Minimum, entry_key, to_tariff
from pricing.errors import UnknownCardError
from pricing.fields import Dated, spell_instant
from pricing.keys import name_key
from pricing.money import format_amount
from pricing.positions import find_line
from pricing.shell import codes
from pricing.shell.asked_values import Source
from pricing.shell.grids import Column, grid_lines
from pricing.shell.inputs import open_catalogue
from pricing.shell.printing import answer, print_document, print_json, print_lines
from pricing.shell.resolving import AMOUNTS, CLIPS
from pricing.shell.text import hang, plain
from pricing.shell.text_widths import measure, pad
from pricing.wordings import describe_clip_rule, describe_price, describe_rounding, describe_unfinished, describe_worth


def list_cards(source: Source, form: str) -> int:
    """`wan-rules cards list`."""

    def job() -> int:
        catalogue = open_catalogue(source)
        if form == "json":
            print_json(_list_json(catalogue))
            return codes.DONE
        cells = [tuple(map(plain, row)) for row in _rows(catalogue)]
        print_lines([f"{plain(catalogue.head.name)} ({catalogue.digest})", *grid_lines(_LIST, cells)])
        return codes.DONE

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
        until = f"until {spell_instant(own.until)}" if own.until else "open end"
        yield "agreement", name, where, f"from {spell_instant(own.from_)}, {until}", str(catalogue.locate(name))


_LIST: Final = (Column("kind"), Column("id"), *(Column(head, folds=True) for head in ("for", "what", "file")))


def _list_json(catalogue: Catalogue) -> dict[str, object]:
    keys = [column.head for column in _LIST]
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
            print_document(card.model_dump_json(by_alias=True, exclude_none=True).encode())
        else:
            print_lines(_show(card, catalogue))
        return codes.DONE

    return answer(job, form)


def _show(card: RateCard, catalogue: Catalogue) -> Iterator[str]:
    """The card: its head, a line for each entry with its remarks below, a line for each term of its rules."""
    head = card.card
    yield from _head(head, catalogue)
    yield ""
    numbered = sorted(enumerate(card.entry), key=lambda pair: (entry_key(pair[1]), pair[1].from_))
    rows = [(name_key(entry_key(entry)), _price(entry, head.currency)) for _, entry in numbered]
    widths = [max((measure(row[column]) for row in rows), default=0) for column in range(2)]
    parts = (*card.entry, *card.reference_video, *card.rounding, *card.unfinished, *card.credit)
    began = max(measure(spell_instant(part.from_)) for part in parts)
    live = {position for position, _ in card.live}
    for (position, entry), (name, price) in zip(numbered, rows, strict=True):
        line = find_line(catalogue.files[head.id].text, ("entry", position))
        dead = "" if position in live else "another takes its place"
        said = ", ".join(filter(None, (f"line {line}", dead, *_doubts(entry, head))))
        row = f"{pad(name, widths[0])}  {pad(price, widths[1], right=True)}  {said}"
        yield from hang(_from(entry, began), (row, *_remarks(entry, head)))
    yield ""
    for rule in sorted(card.reference_video, key=lambda rule: rule.from_):
        yield from hang(f"{_from(rule, began)}{CLIPS}", (*describe_clip_rule(rule), *_other_source(rule, head)))
    for rounding in sorted(card.rounding, key=lambda rule: rule.from_):
        yield from hang(f"{_from(rounding, began)}{AMOUNTS}", (describe_rounding(rounding.to_rounding()),))
    for unfinished in sorted(card.unfinished, key=lambda rule: rule.from_):
        owed = (*describe_unfinished(unfinished), *_other_source(unfinished, head))
        yield from hang(f"{_from(unfinished, began)}unfinished jobs: ", owed)
    for credit in sorted(card.credit, key=lambda rule: rule.from_):
        worth = describe_worth(head.currency, credit.value, credit.currency)
        yield from hang(_from(credit, began), (worth, *_other_source(credit, head)))


def _head(head: CardHead, catalogue: Catalogue) -> Iterator[str]:
    lines = (
        f"{head.id}: {head.title}",
        ", ".join(filter(None, (head.host, head.region, *head.environments, head.currency, head.confidence))),
        f"source {head.source}, checked {head.checked}",
        f"file {catalogue.locate(head.id)}",
        head.by_agreement and "only for agreements that name it",
        head.note,
        head.zone and f"months are those of {head.zone}",
    )
    for line in filter(None, lines):
        yield from hang("", (line,))


def _from(part: Dated, width: int) -> str:
    return f"  from {pad(spell_instant(part.from_), width)}  "


def _doubts(entry: Entry, head: CardHead) -> Iterator[str]:
    """How sure the price is, where that is not what the head says, or is second-hand."""
    confidence = head.confidence if isinstance(entry, Minimum) else entry.confidence or head.confidence
    if confidence != head.confidence or confidence == "second-hand":
        yield confidence


def _remarks(entry: Entry, head: CardHead) -> Iterator[str]:
    if entry.note:
        yield f"note: {entry.note}"
    yield from _other_source(entry, head)


def _other_source(part: Entry | ReferenceVideoRule | UnfinishedRule | CreditRule, head: CardHead) -> Iterator[str]:
    if part.source not in (None, head.source):
        yield f"source: {part.source}"


def _price(entry: Entry, currency: str) -> str:
    if isinstance(entry, Minimum):
        return "ends" if entry.amount is None else format_amount(entry.amount, currency)
    tariff = to_tariff(entry)
    return "no price" if tariff is None else describe_price(tariff, currency)
