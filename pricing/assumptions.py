"""What a quote takes for granted, said: an assumed region or clip rule, doubtful prices, what nobody told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Final, NamedTuple

from pricing.algebra import DECIMALS, round_to
from pricing.catalogue import Pricing
from pricing.charges import Charged, Kind
from pricing.lines import Consumed, find_allowance, key_of
from pricing.metering import Billable, Work, measure
from pricing.money import ONE, RoundingMode
from pricing.rates import Rate
from pricing.schemes import Span
from pricing.terms import Terms, find_counters
from pricing.wordings import describe_counters


class Assumption(NamedTuple):
    """Something that the quote takes for granted, with a code to filter by."""

    code: str
    message: str


class ClipsKnown(NamedTuple):
    """How many reference clips there are; of how many no length is known, and of how many its ends alone are.

    `is_limited` says whether each has a greatest length, by facts or by the host; `has_parts`, whether lengths in whole
    seconds would be charged for as others.
    """

    clips: int
    unknown: int = 0
    disputed: int = 0
    is_limited: bool = True
    has_parts: bool = False


class Known(NamedTuple):
    """What is known of a request: what of it is billed, its clips, and what was said of the month before."""

    billable: Billable
    clips: ClipsKnown
    consumed: Consumed


def list_assumptions(pricing: Pricing, charged: Charged, known: Known) -> Iterator[Assumption]:
    """Everything that the charge rests on."""
    yield from _assume(pricing, charged)
    if pricing.terms.counters:
        yield from _assume_of_month(pricing.terms, charged, known)
    if known.clips.clips:
        yield from _assume_of_clips(pricing, charged, known)


def _assume(pricing: Pricing, charged: Charged) -> Iterator[Assumption]:
    card = pricing.card.card
    if pricing.note:
        yield Assumption("catalogue-kept", pricing.note)
    if pricing.assumed_region:
        yield Assumption(
            "region-assumed", f"no region was named: {pricing.market.region} is taken for {pricing.market.host}"
        )
    seen: set[str] = set()
    for line in charged.lines:
        rate = line.rate
        if rate.entry in seen:
            continue
        seen.add(rate.entry)
        if rate.list_unit_price is None:
            yield Assumption(
                "no-list-price", f"{rate.entry}: the card has no price of its own here, only the agreement has"
            )
        elif not rate.is_own:
            yield from _assume_of_list_price(rate, card.source)


_OF_MONTH: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        "exact": "the total is the same for every such amount",
        "bounded": "bounded over every such amount",
        "unbounded": "the least is over every such amount",
    }
)


def _assume_of_month(terms: Terms, charged: Charged, known: Known) -> Iterator[Assumption]:
    said = [name for name, _ in known.consumed]
    unknown = [name for name in _find_looked_at(terms, charged, known.billable) if name not in said]
    if unknown:
        counted = ", ".join(how for how, _ in describe_counters(unknown, terms.zone))
        yield Assumption(
            "consumed-before-unknown",
            f"what was used before is not known ({', '.join(unknown)}; {counted}): {_OF_MONTH[charged.kind]}",
        )


def _find_looked_at(terms: Terms, charged: Charged, billable: Billable) -> tuple[str, ...]:
    """The running totals that this charge looks at: those of its own lines' prices and allowances, and adjusters'."""
    rates = {key_of(line.quantity, billable): line.rate for line in charged.lines}
    allowances = [allowed for key in rates if (allowed := find_allowance(terms.allowances, key))]
    return find_counters(rates, allowances, terms.adjusters)


def _assume_of_list_price(rate: Rate, source: str) -> Iterator[Assumption]:
    if rate.confidence == "second-hand":
        yield Assumption(
            "price-second-hand", f"{rate.entry}: the price comes from a reseller or client, not from {source}"
        )
    if rate.note:
        yield Assumption("price-note", f"{rate.entry}: {rate.note}")


def _assume_of_clips(pricing: Pricing, charged: Charged, known: Known) -> Iterator[Assumption]:
    if pricing.assumed_clips:
        yield Assumption("reference-rule-assumed", pricing.assumed_clips)
    if pricing.terms.billed == "unknown":
        yield Assumption(
            "reference-billing-unknown", "whether reference clips are billed is unknown: from nothing to all of it"
        )
    if known.billable.clips is not None and known.billable.clips.low != known.billable.clips.high:
        yield from _assume_of_lengths(known.clips, charged.kind)
    billed = known.billable.clips or ()
    if pricing.terms.clip_rule.rounding is None and (known.clips.has_parts or any(map(_has_part, billed))):
        yield Assumption("part-seconds-exact", "part seconds are billed exactly: the card does not say how they round")


def _assume_of_lengths(clips: ClipsKnown, kind: Kind) -> Iterator[Assumption]:
    for code, number, what, ends in (
        ("clip-length-unknown", clips.unknown, "unknown", "the host's limits"),
        ("clip-length-disputed", clips.disputed, "disputed", "what facts say"),
    ):
        if number:
            plural = "s" if number > 1 else ""
            bounds = _OF_LENGTHS[kind].format(ends if clips.is_limited else "what the terms cut or cap")
            yield Assumption(code, f"the length of {number} clip{plural} is {what}: {bounds}")


_OF_LENGTHS: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        "exact": "the total is the same for every such length",
        "bounded": "bounded by {}",
        "unbounded": "nothing bounds the total",
    }
)


def rests_on_parts(work: Work, billable: Billable, terms: Terms) -> bool:
    """Whether whole seconds are charged for, and clips that are rounded to such, down or up, would come to others.

    It is asked of every quote: where whole seconds fill the cap in total, as is common, nothing is rounded.
    """
    charged, rule = billable.clips, terms.clip_rule
    if charged is None or rule.rounding is not None:
        return False
    cap = rule.cap_total_s
    if cap is not None and not rule.cuts_s and rule.cap_per_clip_s is None:
        whole = 0
        for span in work.clips:
            if span.low >= cap:
                return False
            whole += int(span.low)
        if whole >= cap:
            return False
    if not any(_has_part(low) or _has_part(high) for low, high in work.clips):
        return False
    return not _has_part(charged.high) and any(
        measure(_in_whole_seconds(work, mode), terms).clips != charged for mode in _ENDS
    )


_ENDS: Final[tuple[RoundingMode, RoundingMode]] = ("down", "up")
"""Between which any other mode lies."""


def _in_whole_seconds(work: Work, mode: RoundingMode) -> Work:
    whole = partial(round_to, DECIMALS, step=ONE, mode=mode)
    return work._replace(
        clips=tuple(Span(whole(low), None if high is None else whole(high)) for low, high in work.clips)
    )


def _has_part(seconds: Decimal | None) -> bool:
    return seconds is not None and seconds != seconds.to_integral_value()
