"""What a warning or a fix is worth: the quote beside the one that taking the advice would give. Worked out on demand."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, cast

from pricing.cards import PricingError
from pricing.catalogue import Pricing
from pricing.charges import Charged
from pricing.money import EXACT
from pricing.quotes import Quote, quote
from wan_rules.facts import NO_FACTS, Facts
from wan_rules.hosts.reading import Reading, read
from wan_rules.payloads import JsonObject
from wan_rules.rules.output import DEFAULT_BILLED
from wan_rules.validation import InvalidRequestError, PatchOp, ValidRequest, validate


class PriceEffect(NamedTuple):
    """What a choice costs: `to_total` is the quote's, `from_total` what the alternative would cost.

    `change` says which is which ("1080P rather than 720P"); totals are the most that each can cost, `None` without bound.
    """

    rule: str
    at: str
    change: str
    from_total: Decimal | None
    to_total: Decimal | None
    difference: Decimal | None


def work_out_effects(reading: Reading, quoted: Quote, facts: Facts = NO_FACTS) -> tuple[PriceEffect, ...]:
    """The price effect of each warning that money hangs on, and of each fix that changes the price."""
    return tuple(_effects(reading, quoted, facts))


def _effects(reading: Reading, quoted: Quote, facts: Facts) -> Iterator[PriceEffect]:
    pricing, at = quoted.priced.pricing, quoted.at
    for violation in quoted.valid.report.violations:
        if violation.rule is DEFAULT_BILLED:
            yield from _alternatives(quoted, violation.at, violation.finding.at)
        elif violation.fix is not None:
            mended = _quote_mended(reading, violation.fix, pricing, at, facts)
            if mended is not None and mended.total != quoted.priced.charged.total:
                change = f"as it is rather than mended at {violation.fix.path}"
                yield _effect(violation.rule.id, violation.at, change, mended, quoted.priced.charged)


def _alternatives(quoted: Quote, at: str, path: str) -> Iterator[PriceEffect]:
    """Each other tier of the host that has a price, or the shortest length, against what was left to the default."""
    request, limits = quoted.valid.request, quoted.valid.host.limits
    if path == "resolution":
        for tier in limits.resolutions.value:
            if tier != request.resolution:
                yield from _alternative(quoted, at, f"{request.resolution} rather than {tier}", {"resolution": tier})
        return
    least = limits.duration_s.value.low
    if least != request.duration_s:
        yield from _alternative(quoted, at, f"{request.duration_s} s rather than {least} s", {"duration_s": least})


def _alternative(quoted: Quote, at: str, change: str, changed: dict[str, object]) -> Iterator[PriceEffect]:
    request = quoted.valid.request._replace(**changed)  # type: ignore[arg-type]  # resolution or duration_s
    valid = ValidRequest(quoted.valid._replace(request=request))
    try:
        other = quote(valid, quoted.priced.pricing, quoted.at)
    except PricingError:
        return
    yield _effect(DEFAULT_BILLED.id, at, change, other.priced.charged, quoted.priced.charged)


def _effect(rule: str, at: str, change: str, other: Charged, own: Charged) -> PriceEffect:
    known = other.total is not None and own.total is not None
    difference = EXACT.subtract(cast("Decimal", own.total), cast("Decimal", other.total)) if known else None
    return PriceEffect(rule, at, change, other.total, own.total, difference)


def _quote_mended(reading: Reading, fix: PatchOp, pricing: Pricing, at: datetime, facts: Facts) -> Charged | None:
    payload = apply_fix(reading.payload, fix)
    try:
        return quote(validate(read(payload, reading.host, facts)), pricing, at).priced.charged
    except (InvalidRequestError, PricingError):
        return None


def apply_fix(payload: JsonObject, fix: PatchOp) -> JsonObject:
    """The payload after the fix; the one that was given stays as it is."""
    mended = copy.deepcopy(payload)
    *parents, last = [part.replace("~1", "/").replace("~0", "~") for part in fix.path.split("/")[1:]]
    found: object = mended
    for part in parents:
        found = found[int(part)] if isinstance(found, list) else cast("JsonObject", found)[part]
    holder = cast("JsonObject", found)
    if fix.op == "remove":
        del holder[last]
    else:
        holder[last] = fix.value
    return mended
