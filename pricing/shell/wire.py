"""Reports, plans and quotes as JSON text: the only place that knows the wire's shapes (docs/reference/wire.md).

Written piece by piece rather than through a tree of dictionaries, since quoting is mostly writing: a part that many
quotes share (the terms of a market, the charge of equal work) is written once and kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring as _text
from typing import Final

from pricing.catalogue import Pricing
from pricing.charges import Adjustment, Line
from pricing.effects import PriceEffect
from pricing.formulas import ClipRule
from pricing.money import Rounding, format_amount, format_decimal
from pricing.quotes import Priced, Quote
from pricing.version import __version__
from wan_rules.limits import Range
from wan_rules.payloads import name_type
from wan_rules.request import Request
from wan_rules.staging import Plan
from wan_rules.urls import redact, show_word
from wan_rules.validation import PatchOp, Report, Unverified, Violation

SCHEMA_VERSION: Final = "1"
LONGEST_NUMBER: Final = 64
"""Digits of an observed number that a report repeats."""
EXACT_INTEGERS: Final = 2**53
"""From here on a JSON reader may lose digits of a number, and it is written as a string."""


def write_report(report: Report) -> str:
    """The report: verdict, host, violations with pointers into the payload, and what could not be verified."""
    return f'{{"schema_version":"{SCHEMA_VERSION}",{_report(report)}}}'


def write_plan(plan: Plan) -> str:
    """The plan on its own: its stages in order."""
    return f'{{"schema_version":"{SCHEMA_VERSION}","plan":{_plan(plan)}}}'


def write_quote(quote: Quote, price_effects: str = "[]") -> str:
    """The quote. `price_effects` is the JSON text of the effects, where they were worked out."""
    head, lines, basis = _priced(quote.priced)
    return (
        f'{head},"as_of":"{_instant(quote.at)}",{lines},"price_effects":{price_effects},"plan":{_plan(quote.plan)},'
        f'"request":{_request(quote.valid.request)},"report":{{{_report(quote.valid.report)}}},"basis":{basis}}}'
    )


def write_terms(pricing: Pricing) -> str:
    """The terms in force for one market, as a quote's basis holds them."""
    account, environment, host, region = pricing.market
    agreement = pricing.agreement.agreement.id if pricing.agreement else None
    return (
        f'{{"schema_version":"{SCHEMA_VERSION}","account":{_or_null(account)},"environment":{_or_null(environment)},'
        f'"host":{_text(host)},"region":{_or_null(region)},"card":{_text(pricing.card.card.id)},'
        f'"agreement":{_or_null(agreement)},"digest":"{pricing.digest}","terms":{_terms(pricing)}}}'
    )


def write_effects(effects: Iterable[PriceEffect], quote: Quote) -> str:
    """The price effects of a quote, for `write_quote`."""
    currency = quote.priced.pricing.terms.currency
    return _join(
        f'{{"rule":"{effect.rule}","at":{_text(effect.at)},"change":{_text(effect.change)},'
        f'"from_total":{_amount(effect.from_total, currency)},"to_total":{_amount(effect.to_total, currency)},'
        f'"difference":{_amount(effect.difference, currency)}}}'
        for effect in effects
    )


def write_error(code: str, message: str) -> str:
    """What stands in place of a result: a code to branch on, and a sentence."""
    return f'{{"schema_version":"{SCHEMA_VERSION}","error":{{"code":{_text(code)},"message":{_text(message)}}}}}'


@lru_cache(maxsize=256)
def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _or_null(value: str | None) -> str:
    return "null" if value is None else _text(value)


def _number(value: Decimal | None) -> str:
    return "null" if value is None else f'"{format_decimal(value)}"'


def _join(parts: Iterable[str]) -> str:
    return f"[{','.join(parts)}]"


@lru_cache(maxsize=8192)
def _priced(priced: Priced) -> tuple[str, str, str]:
    """What comes before the instant; lines and adjustments; the basis. The same for equal work under the same terms."""
    pricing, charged = priced.pricing, priced.charged
    currency = pricing.terms.currency
    account, environment, host, region = pricing.market
    head = (
        f'{{"schema_version":"{SCHEMA_VERSION}","kind":"{charged.kind}","currency":"{currency}","tax":"excluded",'
        f'"total":{_amount(charged.total, currency)},"total_min":{_amount(charged.total_min, currency)},'
        f'"list_total":{_amount(charged.list_total, currency)},'
        f'"list_total_min":{_amount(charged.list_total_min, currency)},'
        f'"contracted_total":{_amount(charged.contracted_total, currency)},"account":{_or_null(account)},'
        f'"environment":{_or_null(environment)},"host":{_text(host)},"region":{_or_null(region)}'
    )
    lines = _join(_line(line, currency) for line in charged.lines)
    adjustments = _join(_adjustment(adjustment, currency) for adjustment in charged.adjustments)
    return head, f'"lines":{lines},"adjustments":{adjustments}', _basis(priced)


def _amount(value: Decimal | None, currency: str) -> str:
    return "null" if value is None else f'"{format_amount(value, currency)}"'


def _line(line: Line, currency: str) -> str:
    quantity, unit, rate, amount, amount_min, list_amount, list_amount_min = line
    return (
        f'{{"meter":"{quantity.meter}","stage":{_or_null(quantity.stage)},"resolution":"{quantity.resolution}",'
        f'"consumed_quantity":{_number(quantity.consumed)},"consumed_quantity_min":{_number(quantity.consumed_min)},'
        f'"pricing_quantity":{_number(quantity.pricing)},"pricing_quantity_min":{_number(quantity.pricing_min)},'
        f'"unit":"{unit}","list_unit_price":{_amount(rate.list_unit_price, currency)},'
        f'"contracted_unit_price":{_amount(rate.contracted_unit_price, currency)},'
        f'"amount":{_amount(amount, currency)},"amount_min":{_amount(amount_min, currency)},'
        f'"list_amount":{_amount(list_amount, currency)},"list_amount_min":{_amount(list_amount_min, currency)},'
        f'"entry":{_text(rate.entry)}}}'
    )


def _adjustment(adjustment: Adjustment, currency: str) -> str:
    return (
        f'{{"kind":"{adjustment.kind}","amount":{_amount(adjustment.amount, currency)},'
        f'"amount_min":{_amount(adjustment.amount_min, currency)},"source":{_text(adjustment.source)}}}'
    )


def _basis(priced: Priced) -> str:
    work = priced.work
    assumptions = _join([f'{{"code":"{a.code}","message":{_text(a.message)}}}' for a in priced.assumptions])
    clips = _join([f'{{"seconds":{_number(clip.high)},"seconds_min":{_number(clip.low)}}}' for clip in work.clips])
    stages = '","'.join(work.stages)
    return (
        f'{_basis_head(priced.pricing)},"work":{{"resolution":"{work.resolution}","rendered":"{work.rendered}",'
        f'"seconds":{_number(work.seconds)},"stages":["{stages}"],"clips":{clips},"references":{work.references}}},'
        f'"consumed_before":{{}},"assumptions":{assumptions}}}'
    )


@lru_cache(maxsize=1024)
def _basis_head(pricing: Pricing) -> str:
    agreement = pricing.agreement.agreement.id if pricing.agreement else None
    return (
        f'{{"version":"{__version__}","catalogue":{_text(pricing.catalogue)},"digest":"{pricing.digest}",'
        f'"card":{_text(pricing.card.card.id)},"agreement":{_or_null(agreement)},"terms":{_terms(pricing)}'
    )


@lru_cache(maxsize=1024)
def _terms(pricing: Pricing) -> str:
    terms = pricing.terms
    rates = _join(
        f'{{"meter":"{meter}","resolution":"{resolution}",'
        f'"list_unit_price":{_amount(rate.list_unit_price, terms.currency)},'
        f'"contracted_unit_price":{_amount(rate.contracted_unit_price, terms.currency)},"entry":{_text(rate.entry)},'
        f'"steps":{json.dumps(rate.steps)},"note":{_or_null(rate.note)},"confidence":{_or_null(rate.confidence)}}}'
        for (meter, resolution), rate in terms.rates.items()
    )
    return (
        f'{{"currency":"{terms.currency}","super_resolution":"{terms.super_resolution}","rates":{rates},'
        f'"reference_video":{_clip_rule(terms.clip_rule, terms.billed, terms.priced_as)},'
        f'"minimum":{_number(terms.minimum)},"minimum_from":{_or_null(terms.minimum_from)},'
        f'"rounding":{_rounding(terms.rounding)},"rounding_from":{_or_null(terms.rounding_from)}}}'
    )


def _clip_rule(rule: ClipRule, billed: str, priced_as: str) -> str:
    step = rule.rounding
    rounding = (
        "null" if step is None else f'{{"step":{_number(step.step)},"mode":"{step.mode}","place":"{step.place}"}}'
    )
    return (
        f'{{"billed":"{billed}","priced_as":"{priced_as}","cap_per_clip_s":{_number(rule.cap_per_clip_s)},'
        f'"cap_total_s":{_number(rule.cap_total_s)},"cuts_s":{_join(map(_number, rule.cuts_s))},'
        f'"cuts_by":"{rule.cuts_by}","minimum_s":{_number(rule.minimum_s)},"rounding":{rounding}}}'
    )


def _rounding(rounding: Rounding | None) -> str:
    if rounding is None:
        return "null"
    return f'{{"quantum":{_number(rounding.quantum)},"mode":"{rounding.mode}","place":"{rounding.place}"}}'


@lru_cache(maxsize=4096)
def _plan(plan: Plan) -> str:
    return _join(
        f'{{"stage":"{stage.name}","model":"{stage.model}","input":"{stage.input}","output":"{stage.output}",'
        f'"width_px":{json.dumps(stage.width_px)},"height_px":{json.dumps(stage.height_px)},"seconds":{stage.seconds},'
        f'"frames":{stage.frames},"expected":{json.dumps(stage.expected)}}}'
        for stage in plan.stages
    )


_FLAGS: Final = {None: "null", True: "true", False: "false"}


def _request(request: Request) -> str:
    references = ",".join(
        [
            f'{{"kind":"{kind}","url":{_text(redact(url))},"voice":{_url_or_null(voice)}}}'
            for kind, url, voice in request.references
        ]
    )
    seed = "null" if request.seed is None else request.seed
    return (
        f'{{"prompt":{_text(request.prompt)},"negative_prompt":{_or_null(request.negative_prompt)},'
        f'"references":[{references}],"first_frame":{_url_or_null(request.first_frame)},"voice":{_url_or_null(request.voice)},'
        f'"resolution":"{request.resolution}","ratio":"{request.ratio}","duration_s":{request.duration_s},'
        f'"prompt_extend":{_FLAGS[request.prompt_extend]},"watermark":{_FLAGS[request.watermark]},"seed":{seed}}}'
    )


def _url_or_null(url: str | None) -> str:
    return "null" if url is None else _text(redact(url))


def _report(report: Report) -> str:
    violations = ",".join([_violation(violation) for violation in report.violations])
    unverified = ",".join([_unverified(unverified) for unverified in report.unverified])
    head = f'"verdict":"{report.verdict}","host":"{report.host.name}"'
    return f'{head},"violations":[{violations}],"unverified":[{unverified}]'


def _violation(violation: Violation) -> str:
    rule, severity, at, finding, fix = violation
    return (
        f'{{"rule":"{rule.id}","name":"{rule.name}","severity":"{severity}","at":{_text(at)},'
        f'"observed":{_value(finding.observed)},"limit":{_limit(finding.limit)},"unit":{_or_null(finding.unit)},'
        f'"message":{_text(finding.message)},"fix":{_fix(fix)}}}'
    )


def _fix(fix: PatchOp | None) -> str:
    if fix is None:
        return "null"
    value = "" if fix.op == "remove" else f',"value":{_value(fix.value)}'
    return f'[{{"op":"{fix.op}","path":{_text(fix.path)}{value}}}]'


@lru_cache(maxsize=4096)
def _unverified(unverified: Unverified) -> str:
    at = _text(unverified.at)
    return ",".join(
        f'{{"rule":"{rule.id}","name":"{rule.name}","at":{at},"needs":{json.dumps(rule.needs)}}}'
        for rule in unverified.rules
    )


@lru_cache(maxsize=1024, typed=True)
def _limit(value: object) -> str:
    """What is allowed: few values, said again and again."""
    return _value(value)


def _value(value: object) -> str:
    """What was seen or is allowed, as JSON: numbers with a point as strings, long texts cut, whole objects by name."""
    match value:
        case None | bool():
            text = _FLAGS[value]
        case int() if abs(value) < EXACT_INTEGERS:
            text = str(value)
        case str():
            text = _text(show_word(value))
        case Decimal():
            text = _number(value)
        case int() | float():
            text = f'"{str(value)[:LONGEST_NUMBER]}"'
        case Range():
            text = f'{{"min":{value.low},"max":{value.high}}}'
        case tuple() | list() if all(isinstance(item, str) for item in value):
            text = _join(_value(item) for item in value[:64])
        case _:
            text = _text(name_type(value))
    return text
