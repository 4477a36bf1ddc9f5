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
from typing import Final, NamedTuple

from pydantic_core import to_json

from pricing.catalogue import Pricing
from pricing.charges import Adjustment, Line
from pricing.effects import PriceEffect
from pricing.formulas import ClipRule
from pricing.metering import Span, Work, total_length
from pricing.money import Rounding, format_amount, format_decimal
from pricing.quotes import Priced, Quote
from pricing.shell.reports import report_members
from pricing.version import __version__
from wan_rules.request import Request
from wan_rules.staging import Plan
from wan_rules.urls import redact
from wan_rules.validation import Report

SCHEMA_VERSION: Final = "1"


def write_report(report: Report) -> bytes:
    """The report: verdict, host, violations with pointers into the payload, and what could not be verified."""
    return b'{"schema_version":"%b",%b}' % (SCHEMA_VERSION.encode(), report_members(report))


def write_plan(plan: Plan) -> bytes:
    """The plan on its own: its stages in order."""
    return b'{"schema_version":"%b",%b}' % (SCHEMA_VERSION.encode(), _plan(plan))


def write_quote(quote: Quote, price_effects: bytes = b"[]") -> bytes:
    """The quote. `price_effects` is the JSON of the effects, where they were worked out."""
    valid, plan, work, priced, at = quote
    texts = _priced(priced)
    consumed, asked = _work(work)
    return b"".join(
        (
            texts.head,
            _as_of(at),
            texts.lines,
            consumed if texts.has_clips else b"",
            texts.lines_on,
            price_effects,
            b",",
            _plan(plan),
            b',"request":',
            _request(valid.request),
            b',"report":{',
            report_members(valid.report),
            b'},"basis":',
            texts.basis,
            asked,
            texts.basis_on,
        )
    )


def write_explanation(quote: Quote, sentences: Iterable[str]) -> bytes:
    """The quote in sentences, and the quote itself; a file name in no encoding is spelt out."""
    said = _join(map(_text, sentences)).encode(errors="backslashreplace")
    return b'{"schema_version":"%b","sentences":%b,"quote":%b}' % (SCHEMA_VERSION.encode(), said, write_quote(quote))


def write_terms(pricing: Pricing) -> bytes:
    """The terms in force for one market, as a quote's basis holds them."""
    account, environment, host, region = pricing.market
    agreement = pricing.agreement.agreement.id if pricing.agreement else None
    return (
        f'{{"schema_version":"{SCHEMA_VERSION}","account":{_or_null(account)},"environment":{_or_null(environment)},'
        f'"host":{_text(host)},"region":{_or_null(region)},"card":{_text(pricing.card.card.id)},'
        f'"agreement":{_or_null(agreement)},"digest":"{pricing.digest}","terms":{_terms(pricing)}}}'
    ).encode()


def write_effects(effects: Iterable[PriceEffect], quote: Quote) -> bytes:
    """The price effects of a quote, for `write_quote`."""
    currency = quote.priced.pricing.terms.currency
    return _join(
        f'{{"rule":"{effect.rule}","at":{_text(effect.at)},"change":{_text(effect.change)},'
        f'"from_total":{_amount(effect.from_total, currency)},"to_total":{_amount(effect.to_total, currency)},'
        f'"difference":{_amount(effect.difference, currency)}}}'
        for effect in effects
    ).encode()


def write_error(code: str, message: str) -> bytes:
    """What stands in place of a result: a code to branch on, and a sentence; half a surrogate is spelt out."""
    error = f'{{"schema_version":"{SCHEMA_VERSION}","error":{{"code":{_text(code)},"message":{_text(message)}}}}}'
    return error.encode(errors="backslashreplace")


@lru_cache(maxsize=256)
def _as_of(at: datetime) -> bytes:
    return f',"as_of":"{at.astimezone(UTC).isoformat().replace("+00:00", "Z")}",'.encode()


def _or_null(value: str | None) -> str:
    return "null" if value is None else _text(value)


def _number(value: Decimal | None) -> str:
    return "null" if value is None else f'"{format_decimal(value)}"'


def _join(parts: Iterable[str]) -> str:
    return f"[{','.join(parts)}]"


_HOLE: Final = "\0"
"""Where a part stands that differs between quotes of the same charge; no JSON text has this character."""


class _Texts(NamedTuple):
    """A charge as JSON, but for the instant, what was consumed on its line for clips (if any), and the clips."""

    head: bytes
    lines: bytes
    lines_on: bytes
    basis: bytes
    basis_on: bytes
    has_clips: bool


@lru_cache(maxsize=8192)
def _priced(priced: Priced) -> _Texts:
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
    before, _, after = f'"lines":{lines},"adjustments":{adjustments},"price_effects":'.partition(_HOLE)
    assumptions = _join(f'{{"code":"{a.code}","message":{_text(a.message)}}}' for a in priced.assumptions)
    basis, basis_on = f'{_basis(pricing)},"work":', f',"consumed_before":{{}},"assumptions":{assumptions}}}}}'
    has_clips = any(line.quantity.meter == "reference_video_seconds" for line in charged.lines)
    return _Texts(head.encode(), before.encode(), after.encode(), basis.encode(), basis_on.encode(), has_clips)


def _amount(value: Decimal | None, currency: str) -> str:
    return "null" if value is None else f'"{format_amount(value, currency)}"'


def _line(line: Line, currency: str) -> str:
    quantity, unit, rate, amount, amount_min, list_amount, list_amount_min = line
    is_of_clips = quantity.meter == "reference_video_seconds"
    consumed = _HOLE if is_of_clips else _consumed(Span(quantity.pricing_min, quantity.pricing))
    return (
        f'{{"meter":"{quantity.meter}","stage":{_or_null(quantity.stage)},"resolution":"{quantity.resolution}",'
        f"{consumed},"
        f'"pricing_quantity":{_number(quantity.pricing)},"pricing_quantity_min":{_number(quantity.pricing_min)},'
        f'"unit":"{unit}","list_unit_price":{_amount(rate.list_unit_price, currency)},'
        f'"contracted_unit_price":{_amount(rate.contracted_unit_price, currency)},'
        f'"amount":{_amount(amount, currency)},"amount_min":{_amount(amount_min, currency)},'
        f'"list_amount":{_amount(list_amount, currency)},"list_amount_min":{_amount(list_amount_min, currency)},'
        f'"entry":{_text(rate.entry)}}}'
    )


def _consumed(used: Span) -> str:
    return f'"consumed_quantity":{_number(used.high)},"consumed_quantity_min":{_number(used.low)}'


def _adjustment(adjustment: Adjustment, currency: str) -> str:
    return (
        f'{{"kind":"{adjustment.kind}","amount":{_amount(adjustment.amount, currency)},'
        f'"amount_min":{_amount(adjustment.amount_min, currency)},"source":{_text(adjustment.source)}}}'
    )


@lru_cache(maxsize=1024)
def _basis(pricing: Pricing) -> str:
    agreement = pricing.agreement.agreement.id if pricing.agreement else None
    return (
        f'{{"version":"{__version__}","catalogue":{_text(pricing.catalogue)},"digest":"{pricing.digest}",'
        f'"card":{_text(pricing.card.card.id)},"agreement":{_or_null(agreement)},"terms":{_terms(pricing)}'
    )


@lru_cache(maxsize=8192)
def _work(work: Work) -> tuple[bytes, bytes]:
    """What was consumed of reference clips, and the work as the basis holds it."""
    stages = '","'.join(work.stages)
    clips = ",".join([f'{{"seconds":{_number(high)},"seconds_min":{_number(low)}}}' for low, high in work.clips])
    text = (
        f'{{"resolution":"{work.resolution}","rendered":"{work.rendered}","seconds":{_number(work.seconds)},'
        f'"stages":["{stages}"],"clips":[{clips}],"references":{work.references}}}'
    )
    return _consumed(total_length(work.clips)).encode(), text.encode()


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
def _plan(plan: Plan) -> bytes:
    stages = _join(
        f'{{"stage":"{stage.name}","model":"{stage.model}","input":"{stage.input}","output":"{stage.output}",'
        f'"width_px":{json.dumps(stage.width_px)},"height_px":{json.dumps(stage.height_px)},"seconds":{stage.seconds},'
        f'"frames":{stage.frames},"expected":{json.dumps(stage.expected)}}}'
        for stage in plan.stages
    )
    return f'"plan":{stages}'.encode()


def _request(request: Request) -> bytes:
    references = [
        {"kind": kind, "url": redact(url), "voice": None if voice is None else redact(voice)}
        for kind, url, voice in request.references
    ]
    document: dict[str, object] = dict(zip(Request._fields, request, strict=True))
    document["references"] = references
    if request.first_frame is not None:
        document["first_frame"] = redact(request.first_frame)
    if request.voice is not None:
        document["voice"] = redact(request.voice)
    return to_json(document)
