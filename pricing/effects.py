"""What a warning or a fix is worth: the quote beside the one that taking the advice would give, on demand."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, NamedTuple, cast

from pricing.charges import Charged
from pricing.errors import PricingError
from pricing.money import EXACT
from pricing.quotes import Quote, quote
from wan_rules.facts import NO_FACTS, Facts
from wan_rules.hosts.reading import Reading, read
from wan_rules.payloads import JsonObject
from wan_rules.rules.output import DEFAULT_BILLED
from wan_rules.rules.references import REFERENCE_REPEATED
from wan_rules.validation import CheckedRequest, InvalidRequestError, PatchOp, ValidRequest, Violation, validate

TWICE: Final = 2


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
        elif violation.rule is REFERENCE_REPEATED:
            yield from _without_repetition(quoted, violation)
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
                other = quoted.valid._replace(request=request._replace(resolution=tier))
                yield from _alternative(quoted, violation, f"{request.resolution} rather than {tier}", other)
        return
    least = limits.duration_s.value.low
    if least != request.duration_s:
        other = quoted.valid._replace(request=request._replace(duration_s=least))
        yield from _alternative(quoted, violation, f"{request.duration_s} s rather than {least} s", other)


def _without_repetition(quoted: Quote, violation: Violation) -> Iterator[PriceEffect]:
    """The clip one time less, where that changes the price; what the prompt calls the others is of no matter to it."""
    references = quoted.valid.request.references
    index = int(violation.finding.at.split("/")[1])
    kind, url, _ = references[index]
    times = sum(other.kind == "video" and other.url == url for other in references)
    if kind != "video" or times < TWICE:
        return
    change = "the clip twice rather than once" if times == TWICE else f"the clip {times} times rather than {times - 1}"
    for effect in _alternative(quoted, violation, change, _leave_out(quoted.valid, index)):
        if effect.from_total != effect.to_total:
            yield effect


def _leave_out(checked: CheckedRequest, index: int) -> CheckedRequest:
    """The request without one of its references, and without what is known of that one."""
    references, evidence = checked.request.references, checked.evidence
    request = checked.request._replace(references=references[:index] + references[index + 1 :])
    return checked._replace(request=request, evidence=evidence[:index] + evidence[index + 1 :])


def _alternative(quoted: Quote, violation: Violation, change: str, other: CheckedRequest) -> Iterator[PriceEffect]:
    try:
        alternative = quote(ValidRequest(other), quoted.priced.pricing, quoted.at, dict(quoted.consumed_before))
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
        valid = validate(read(payload, reading.host, facts))
        mended = quote(valid, quoted.priced.pricing, quoted.at, dict(quoted.consumed_before))
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
