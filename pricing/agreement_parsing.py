"""The text of an agreement to the agreement, or to its first fault: what no single term of it can see."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from pricing.agreed_terms import Exchange, OfMoney, Override, Term, counts_months, identify
from pricing.agreements import Agreement
from pricing.errors import CardError
from pricing.fields import parse_part, parse_toml
from pricing.keys import name_key
from pricing.positions import find_line


def parse_agreement(text: str, *, file: str = "agreement") -> Agreement:
    """The agreement that a TOML text holds. Raises CardError that names file, line and key."""
    agreement = parse_part(Agreement, parse_toml(text, file=file), text, file=file)
    for index, reason in _find_faults(agreement):
        raise CardError(reason, file=file, line=find_line(text, ("term", index)), key=f"term.{index}")
    return agreement


def _find_faults(agreement: Agreement) -> Iterator[tuple[int, str]]:
    yield from _repeated(agreement)
    yield from _rivals(agreement)
    yield from _months_without_zone(agreement)
    yield from _amounts_without_currency(agreement)


def _months_without_zone(agreement: Agreement) -> Iterator[tuple[int, str]]:
    for index, term in enumerate(agreement.term):
        if counts_months(term) and agreement.agreement.zone is None:
            mend = 'say whose, as zone = "UTC" or "Asia/Shanghai" in [agreement]'
            yield index, f"this {term.kind} is counted by calendar months: {mend}"


def _amounts_without_currency(agreement: Agreement) -> Iterator[tuple[int, str]]:
    """Beside an exchange an amount could be in either currency."""
    exchange = next((term for term in agreement.term if isinstance(term, Exchange)), None)
    for index, term in enumerate(agreement.term if exchange else ()):
        is_money = isinstance(term, OfMoney) or (isinstance(term, Override) and not term.free)
        if is_money and not getattr(term, "currency", None) and exchange:
            mend = f'say which, as currency = "{exchange.currency}" or the card\'s'
            yield index, f"beside an exchange this {term.kind} could be in either currency: {mend}"


def _repeated(agreement: Agreement) -> Iterator[tuple[int, str]]:
    """What can be said only once at a time is said twice."""
    said = [(index, term, key) for index, term in enumerate(agreement.term) if (key := identify(term))]
    for (_, one, first), (index, other, second) in combinations(said, 2):
        if first == second and _overlap(one, other):
            yield index, f"a second {' for '.join(second)}: which one counts?"


def _overlap(one: Term, other: Term) -> bool:
    is_before = one.until is not None and other.from_ is not None and one.until <= other.from_
    is_after = other.until is not None and one.from_ is not None and other.until <= one.from_
    return not is_before and not is_after


def _rivals(agreement: Agreement) -> Iterator[tuple[int, str]]:
    """Two overrides that both fit a request and name as much as each other, where no third names all that both do."""
    found = [(index, term, term.key) for index, term in enumerate(agreement.term) if isinstance(term, Override)]
    head = agreement.agreement
    said = {turn for _, term, _ in found for turn in (term.from_, term.until) if turn}
    turns = {head.from_, *(turn for turn in said if head.from_ < turn and (head.until is None or turn < head.until))}
    for (_, one, own), (index, other, key) in combinations(found, 2):
        shared = None if own == key else own.meet(key)
        if shared is None or own.names != key.names:
            continue
        third = [term for _, term, priced in found if priced == shared]
        rivals = [at for at in turns if one.holds(at) and other.holds(at) and not any(term.holds(at) for term in third)]
        if rivals:
            fits = f"a request for {name_key(shared)} fits this override and that for {name_key(own)}"
            yield index, f"{fits}: add one for it that holds at {min(rivals).isoformat()}"
