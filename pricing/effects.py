"""What a warning or a fix is worth: the quote beside the one that taking the advice would give, on demand."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple, cast

from pricing.cards import PricingError
from pricing.charges import Charged
from pricing.money import EXACT
from pricing.quotes import Quote, quote
from wan_rules.facts import NO_FACTS, Facts
from wan_rules.hosts.reading import Reading, read
from wan_rules.payloads import JsonObject
from wan_rules.request import Request
from wan_rules.rules.output import DEFAULT_BILLED
from wan_rules.validation import InvalidRequestError, PatchOp, ValidRequest, Violation, validate


class PriceEffect(NamedTuple):
    """What a choice costs: `to_total` is the quote's, `from_total` what the alternative would cost.

    `change` says which is which ("1080P rather than 720P"); totals are the most that each can
    cost, `None` without bound.
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
    own = quoted.priced.charged
    for violation in quoted.valid.report.violations:
        if violation.rule is DEFAULT_BILLED:
            yield from _alternatives(quoted, violation)
        elif violation.fix is not None:
            mended = _charge_mended(reading, violation.fix, quoted, facts)
            if mended is not None and mended.total != own.total:
                yield _effect(violation, f"as it is rather than mended at {violation.fix.path}", mended, own)


def _alternatives(quoted: Quote, violation: Violation) -> Iterator[PriceEffect]:
    """Each other tier of the host that has a price, or the shortest length, against what was left to the default."""
    request, limits = quoted.valid.request, quoted.valid.host.limits
    if violation.finding.at == "resolution":
        for tier in limits.resolutions.value:
            if tier != request.resolution:
                other = request._replace(resolution=tier)
                yield from _alternative(quoted, violation, f"{request.resolution} rather than {tier}", other)
        return
    least = limits.duration_s.value.low
    if least != request.duration_s:
        other = request._replace(duration_s=least)
        yield from _alternative(quoted, violation, f"{request.duration_s} s rather than {least} s", other)


def _alternative(quoted: Quote, violation: Violation, change: str, other: Request) -> Iterator[PriceEffect]:
    valid = ValidRequest(quoted.valid._replace(request=other))
    try:
        alternative = quote(valid, quoted.priced.pricing, quoted.at)
    except PricingError:
        return
    yield _effect(violation, change, alternative.priced.charged, quoted.priced.charged)


def _effect(violation: Violation, change: str, other: Charged, own: Charged) -> PriceEffect:
    difference = None
    if own.total is not None and other.total is not None:
        difference = EXACT.subtract(own.total, other.total)
    return PriceEffect(violation.rule.id, violation.at, change, other.total, own.total, difference)


def _charge_mended(reading: Reading, fix: PatchOp, quoted: Quote, facts: Facts) -> Charged | None:
    payload = apply_fix(reading.payload, fix)
    try:
        mended = quote(validate(read(payload, reading.host, facts)), quoted.priced.pricing, quoted.at)
    except (InvalidRequestError, PricingError):
        return None
    return mended.priced.charged


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
