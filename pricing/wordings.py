"""Terms in words: prices and their bands, how clips are billed, what is rounded, added, included and owed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final, assert_never

from pricing.adjustments import CREDIT, Adjuster
from pricing.cards import Outcome, Owed, RateCard, ReferenceVideoRule, UnfinishedRule
from pricing.clips import ClipRule, Place
from pricing.conditions import Allowed
from pricing.contracts import find_fitting, say_tariff
from pricing.entries import Minimum, to_tariff
from pricing.keys import EntryKey, name_key
from pricing.money import EXACT, Rounding, format_amount, format_decimal
from pricing.schemes import Package, Tariff
from pricing.terms import OUTCOMES, Terms, entries_in_force

_BILLED: Final[Mapping[str, str]] = MappingProxyType({"yes": "billed", "unknown": "not known whether billed; if so,"})
_PRICED_AS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "output": "at the output's price",
        "render": "at the rendered tier's price",
        "own": "at a price of their own",
    }
)
_PLACES: Final[Mapping[str, str]] = MappingProxyType(
    {"clip": "each", "total": "the sum", "line": "each line", "quote": "the total"}
)


def clip_rule_in_force(card: RateCard, at: datetime) -> ReferenceVideoRule:
    """The card's rule for reference clips at `at`, which is not before the card's first day."""
    return max((rule for rule in card.reference_video if rule.from_ <= at), key=lambda rule: rule.from_)


def describe_clip_rule(rule: ReferenceVideoRule) -> Iterator[str]:
    """How reference clips are billed: whether and at whose price, each limit as it applies, what is assumed."""
    limits = tuple(describe_limits(rule.to_clip_rule()))
    if rule.billed == "no":
        yield "not billed"
    else:
        yield f"{_BILLED[rule.billed]}{'' if limits else ' whole,'} {_PRICED_AS[rule.priced_as]}"
        yield from limits
    if rule.assumed:
        yield f"assumed: {rule.assumed}"


def describe_rounding(rounding: Rounding) -> str:
    """Which amounts are rounded, which way, and to what."""
    return f"{_PLACES[rounding.place]} rounded {rounding.mode} to a multiple of {format_decimal(rounding.quantum)}"


def describe_limits(rule: ClipRule) -> Iterator[str]:
    """Each limit in words, in the order in which they apply."""
    if rule.cuts_s:
        counts = " / ".join(map(str, range(1, len(rule.cuts_s) + 1)))
        yield f"cut to {' / '.join(map(format_decimal, rule.cuts_s))} s each, for {counts} or more {rule.cuts_by}"
    if rule.cap_per_clip_s is not None:
        yield f"at most {format_decimal(rule.cap_per_clip_s)} s of each"
    yield from _rounded(rule, "clip")
    if rule.cap_total_s is not None:
        yield f"at most {format_decimal(rule.cap_total_s)} s in total"
    if rule.minimum_s is not None:
        yield f"at least {format_decimal(rule.minimum_s)} s"
    yield from _rounded(rule, "total")


def _rounded(rule: ClipRule, place: Place) -> Iterator[str]:
    if rule.rounding is not None and rule.rounding.place == place:
        yield f"{_PLACES[place]} rounded {rule.rounding.mode} to a multiple of {format_decimal(rule.rounding.step)} s"


def name_units(unit: str, much: str) -> str:
    """The unit for so many: `second` for 1, else `seconds`; a package's is `packages of 10 seconds`."""
    if unit[0].isdigit():
        return f"{'package' if much == '1' else 'packages'} of {unit}"
    return unit if much == "1" else f"{unit}s"


def describe_price(tariff: Tariff, currency: str) -> str:
    """The price, or the bands or package that it is of: `0.10`, `free`, `1.50 for each 10`."""
    return say_tariff(tariff, lambda price: format_amount(price, currency) if price else "free")


def describe_unit_price(tariff: Tariff, currency: str) -> str:
    """The same beside a quantity that is counted in its packages already: the price of one."""
    return describe_price(Tariff(tariff.unit_price) if isinstance(tariff.scheme, Package) else tariff, currency)


def describe_adjuster(adjuster: Adjuster, currency: str) -> str:
    """What the adjuster does to a request, or to a month."""
    money = f"{format_amount(adjuster.amount, currency)} {currency}"
    each = "a request" if adjuster.per == "request" else "a month"
    match adjuster.kind:
        case "rebate":
            return f"{money} off each request"
        case "commitment":
            more = format_decimal(adjuster.rate.scaleb(2, EXACT))
            beyond = f", and {more} percent more for what goes beyond it" if adjuster.rate else ""
            return f"{money} a month committed{beyond}"
        case "minimum":
            return f"at least {money} {each}"
        case "cap":
            return f"at most {money} {each}"
        case "credit":
            return f"{money} granted beforehand"
        case _:
            assert_never(adjuster.kind)


def describe_allowance(allowed: Allowed) -> str:
    """What a month includes."""
    return f"the first {format_decimal(allowed.units)} of {name_key(allowed.key)} each month are included"


def describe_counters(names: Sequence[str], zone: str | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    """By what running totals are counted, and which of them: those of credits do not begin anew with a month."""
    granted = tuple(name for name in names if name.startswith(CREDIT))
    months = tuple(name for name in names if not name.startswith(CREDIT))
    if months:
        yield f"calendar months of {zone or 'no zone'}", months
    if granted:
        yield "the grant of a credit, since it began", granted


def describe_worth(currency: str, value: Decimal, money: str) -> str:
    """What one credit of that name is worth."""
    return f"{currency}: each is worth {format_decimal(value)} {money}"


def describe_card_price(card: RateCard, key: EntryKey, at: datetime) -> str:
    """The price that the card itself has for the key at `at`, in its own currency."""
    entry = find_fitting(entries_in_force(card, at), key)
    tariff = None if entry is None or isinstance(entry, Minimum) else to_tariff(entry)
    return f"{describe_price(tariff, card.card.currency)} {card.card.currency}" if tariff else "no price"


def describe_owed(outcome: Outcome, owed: Owed) -> str:
    """What a job that ended so costs."""
    return f"{_OUTCOMES[outcome]}: {_OWED[owed]}"


def describe_unfinished(rule: UnfinishedRule) -> Iterator[str]:
    """What the card says of jobs that did not succeed."""
    yield from _say_owed({name: owed for name in OUTCOMES if (owed := getattr(rule, name))})
    if rule.note:
        yield f"note: {rule.note}"


def describe_outcomes(terms: Terms) -> Iterator[str]:
    """What each job that did not succeed costs, as far as somebody says it."""
    yield from _say_owed({name: terms.outcomes[name] for name in OUTCOMES if name in terms.outcomes})


def _say_owed(owed: Mapping[Outcome, Owed]) -> Iterator[str]:
    for outcome, how in owed.items():
        yield describe_owed(outcome, how)


_OUTCOMES: Final[Mapping[Outcome, str]] = MappingProxyType(
    {
        "failed": "failed",
        "failed_upscaling": "failed while upscaled",
        "canceled": "canceled",
        "moderated": "refused by moderation",
    }
)
_OWED: Final[Mapping[Owed, str]] = MappingProxyType(
    {"free": "free", "full": "charged in full", "rendered": "charged as a job for the rendered tier"}
)
