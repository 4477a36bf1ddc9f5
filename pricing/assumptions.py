"""What a quote takes for granted, said: an assumed region or clip rule, doubtful prices, what nobody told."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from pricing.catalogue import Pricing
from pricing.charges import Charged
from pricing.lines import Consumed
from pricing.rates import Rate
from pricing.terms import Terms


class Assumption(NamedTuple):
    """Something that the quote takes for granted, with a code to filter by."""

    code: str
    message: str


class ClipsKnown(NamedTuple):
    """How many reference clips there are; of how many no length is known, and of how many its ends alone are."""

    clips: int
    unknown: int = 0
    disputed: int = 0


def list_assumptions(pricing: Pricing, charged: Charged, clips: ClipsKnown, consumed: Consumed) -> Iterator[Assumption]:
    """Everything that the charge rests on."""
    yield from _assume(pricing, charged)
    if pricing.terms.counters:
        yield from _assume_of_month(pricing.terms, consumed)
    if clips.clips:
        yield from _assume_of_clips(pricing, clips, charged)


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


def _assume_of_month(terms: Terms, consumed: Consumed) -> Iterator[Assumption]:
    said = [name for name, _ in consumed]
    unknown = [name for name in terms.counters if name not in said]
    if unknown:
        yield Assumption(
            "consumed-before-unknown",
            f"what was used before is not known ({', '.join(unknown)}; calendar months of {terms.zone or 'no zone'}): "
            "bounded over every such amount",
        )


def _assume_of_list_price(rate: Rate, source: str) -> Iterator[Assumption]:
    if rate.confidence == "second-hand":
        yield Assumption(
            "price-second-hand", f"{rate.entry}: the price comes from a reseller or client, not from {source}"
        )
    if rate.note:
        yield Assumption("price-note", f"{rate.entry}: {rate.note}")


def _assume_of_clips(pricing: Pricing, clips: ClipsKnown, charged: Charged) -> Iterator[Assumption]:
    if pricing.assumed_clips:
        yield Assumption("reference-rule-assumed", pricing.assumed_clips)
    if pricing.terms.billed == "unknown":
        yield Assumption(
            "reference-billing-unknown", "whether reference clips are billed is unknown: from nothing to all of it"
        )
    if clips.unknown:
        plural = "s" if clips.unknown > 1 else ""
        yield Assumption(
            "clip-length-unknown",
            f"the length of {clips.unknown} clip{plural} is unknown: bounded by the host's limits",
        )
    if clips.disputed:
        plural = "s" if clips.disputed > 1 else ""
        yield Assumption(
            "clip-length-disputed",
            f"the length of {clips.disputed} clip{plural} is disputed: bounded by what facts say",
        )
    if pricing.terms.clip_rule.rounding is None and any(_has_part(line.quantity.pricing) for line in charged.lines):
        yield Assumption("part-seconds-exact", "part seconds are billed exactly: the card does not say how they round")


def _has_part(seconds: Decimal | None) -> bool:
    return seconds is not None and seconds != seconds.to_integral_value()
