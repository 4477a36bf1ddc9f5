"""The text of a card to the card, or to its first fault: what no single key of it can see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time
from itertools import combinations
from typing import NamedTuple

from pricing.cards import NO_MODELS, RateCard
from pricing.digests import digest_part
from pricing.entries import Banded, Entry, entry_id, entry_key
from pricing.errors import CardError
from pricing.extensions import Models
from pricing.fields import parse_part, parse_toml, spell_instant
from pricing.keys import EntryKey, name_key
from pricing.money import is_credit
from pricing.positions import find_line


class _Fault(NamedTuple):
    reason: str
    path: tuple[str | int, ...]


def parse_card(text: str, *, file: str = "card", models: Models = NO_MODELS) -> RateCard:
    """The card that a TOML text holds. Raises CardError that names file, line and key."""
    card = parse_part(RateCard, parse_toml(text, file=file), text, file=file, context=models)
    for fault in _find_faults(card):
        key = ".".join(map(str, fault.path))
        raise CardError(fault.reason, file=file, line=find_line(text, fault.path), key=key)
    return card


def _find_faults(card: RateCard) -> Iterator[_Fault]:
    yield from _mended_nothing(card)
    yield from _repeated_dates(card)
    yield from _rivals(card)
    yield from _output_priced_by_stages(card)
    yield from _months_without_zone(card)
    yield from _worthless_credits(card)


def _repeated_dates(card: RateCard) -> Iterator[_Fault]:
    """Two parts of one kind that begin at the same instant: nothing says which of them counts."""
    # One that is superseded leaves its name to nobody but what says that it takes its place.
    plain = ((i, entry) for i, entry in enumerate(card.entry) if not entry.supersedes and not entry.corrects)
    kinds: tuple[tuple[str, list[tuple[int, str, datetime]]], ...] = (
        *(("entry", [(i, name_key(entry_key(one)), one.from_) for i, one in own]) for own in (card.live, plain)),
        ("reference_video", [(i, "reference clips", rule.from_) for i, rule in enumerate(card.reference_video)]),
        ("rounding", [(i, "rounding", rule.from_) for i, rule in enumerate(card.rounding)]),
        ("unfinished", [(i, "unfinished jobs", rule.from_) for i, rule in enumerate(card.unfinished)]),
        ("credit", [(i, "the credit", rule.from_) for i, rule in enumerate(card.credit)]),
    )
    for table, parts in kinds:
        seen: set[tuple[str, datetime]] = set()
        for index, what, instant in parts:
            if (what, instant) not in seen:
                seen.add((what, instant))
            else:
                yield _Fault(f"two for {what} begin at {instant.isoformat()}: which one counts?", (table, index))


class _Index(NamedTuple):
    """The positions of a card's entries, by their names and by their digests."""

    named: Mapping[str, Sequence[int]]
    digests: Mapping[str, int]


def _mended_nothing(card: RateCard) -> Iterator[_Fault]:
    """An entry supersedes one that had not begun when that was said, and corrects one of its own kind."""
    if not any(entry.supersedes or entry.corrects for entry in card.entry):
        return
    known = _index(card)
    for index, entry in enumerate(card.entry):
        if entry.supersedes and entry.announced:
            others = (card.entry[at] for at in known.named.get(entry.supersedes, ()) if at != index)
            yield from _superseded_nothing(index, entry, next(others, None))
        if entry.corrects:
            at = known.digests.get(entry.corrects)
            old = None if at is None else card.entry[at]
            if old is None or (entry_key(old), old.from_) != (entry_key(entry), entry.from_):
                reason = (
                    f"no other entry for {name_key(entry_key(entry))} from {spell_instant(entry.from_)} has that digest"
                )
                yield _Fault(
                    f"{reason}: `wan-rules cards check --lock` and `--against` say it", ("entry", index, "corrects")
                )
    yield from _vanished(card, known)


def _index(card: RateCard) -> _Index:
    named: dict[str, list[int]] = {}
    for index, entry in enumerate(card.entry):
        named.setdefault(entry_id(card.card.id, entry), []).append(index)
    is_needed = any(entry.corrects for entry in card.entry)
    return _Index(named, {digest_part(entry): index for index, entry in enumerate(card.entry)} if is_needed else {})


def _vanished(card: RateCard, known: _Index) -> Iterator[_Fault]:
    """Entries that take each other's place, so that none of them counts: their price would be gone in silence."""
    todo = [index for index, _ in card.live]
    left = set(range(len(card.entry))) - set(todo)
    while todo:
        entry = card.entry[todo.pop()]
        mended = {*known.named.get(entry.supersedes or "", ()), known.digests.get(entry.corrects or "", -1)} & left
        left -= mended
        todo += mended
    for index in sorted(index for index in left if card.entry[index].supersedes or card.entry[index].corrects):
        entry = card.entry[index]
        key = "supersedes" if entry.supersedes else "corrects"
        reason = f"{entry_id(card.card.id, entry)} has another in its place, and so has that one, until none counts"
        yield _Fault(f"{reason}: leave out `{key}` where the price is to stand", ("entry", index, key))


def _superseded_nothing(index: int, entry: Entry, old: Entry | None) -> Iterator[_Fault]:
    path = ("entry", index, "supersedes")
    if old is None or entry_key(old) != entry_key(entry):
        reason = f"{entry.supersedes!r} is no other entry for {name_key(entry_key(entry))} on this card"
        yield _Fault(f"{reason}: name it as quotes do", path)
    elif entry.announced and datetime.combine(entry.announced, time(), UTC) >= min(old.from_, entry.from_):
        began = spell_instant(min(old.from_, entry.from_))
        reason = f"announced on {entry.announced}, and something is charged from {began} on: only what has not begun"
        yield _Fault(f"{reason} can be superseded. Write a new entry with a later `from`", path)


def _rivals(card: RateCard) -> Iterator[_Fault]:
    """Two entries that both fit a request and name as much as each other, before a third names all that both do."""
    first: dict[EntryKey, int] = {}
    begins: dict[EntryKey, datetime] = {}
    for index, entry in card.live:
        key = entry_key(entry)
        first.setdefault(key, index)
        begins[key] = min(begins.get(key, entry.from_), entry.from_)
    for one, other in combinations(first, 2):
        shared, both = one.meet(other), max(begins[one], begins[other])
        if one.names == other.names and shared is not None and not (shared in begins and begins[shared] <= both):
            fits = f"a request for {name_key(shared)} fits this entry and that for {name_key(one)}"
            yield _Fault(f"{fits}: add one for it, from {both.isoformat()} or before", ("entry", first[other]))


def _output_priced_by_stages(card: RateCard) -> Iterator[_Fault]:
    """A card priced by stages has no price for a delivered super-resolution tier, so clips can't take it."""
    for index, rule in enumerate(card.reference_video):
        if card.card.super_resolution == "stages" and rule.billed != "no" and rule.priced_as == "output":
            reason = 'a card priced by stages has no price for the delivered tier: priced_as is "render" or "own"'
            yield _Fault(reason, ("reference_video", index, "priced_as"))


def _months_without_zone(card: RateCard) -> Iterator[_Fault]:
    """Bands are counted by calendar months, and a month begins at another instant in each zone."""
    for index, entry in enumerate(card.entry):
        if isinstance(entry, Banded) and entry.bands and card.card.zone is None:
            reason = 'bands are counted by calendar months: say whose, as zone = "UTC" or "Asia/Shanghai" in [card]'
            yield _Fault(reason, ("entry", index))


def _worthless_credits(card: RateCard) -> Iterator[_Fault]:
    """A card in credits says what one is worth, and another card has none."""
    currency = card.card.currency
    if not is_credit(currency) and card.credit:
        reason = f"the card is in {currency}: credits are worth something on a card in credits"
        yield _Fault(reason, ("credit", 0))
    if is_credit(currency) and not card.credit:
        reason = f"no [[credit]] says what {currency!r} is worth: add one, or write a currency such as USD"
        yield _Fault(reason, ("card", "currency"))
