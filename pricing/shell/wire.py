"""Reports, plans and quotes as JSON text: the wire's shapes (docs/reference/wire.md) are known to no other shell.

Parts of them are written by `reports`, `charge_wire` and `term_wire`, whose texts stand in these documents.
Written piece by piece rather than through a tree of dictionaries, since quoting is mostly writing: a part that many
quotes share (the terms of a market, the charge of equal work) is written once and kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring as _text
from typing import Final, NamedTuple

from pydantic_core import to_json

from pricing.catalogue import Pricing
from pricing.charges import Charged
from pricing.effects import PriceEffect
from pricing.lines import Consumed
from pricing.metering import Work, total_length
from pricing.quotes import Priced, Quote
from pricing.shell.charge_wire import HOLE, charge_json, consumed_json, money_json
from pricing.shell.reports import report_members
from pricing.shell.term_wire import amount_or_null, join, number_or_null, or_null, terms_json
from pricing.version import __version__
from wan_rules.messages import ENGLISH, Translation
from wan_rules.request import Request
from wan_rules.staging import Plan
from wan_rules.urls import redact
from wan_rules.validation import Report

SCHEMA_VERSION: Final = "1"


def write_report(report: Report, translation: Translation = ENGLISH) -> bytes:
    """The report: verdict, host, violations with pointers into the payload, and what could not be verified."""
    return b'{"schema_version":"%b",%b}' % (SCHEMA_VERSION.encode(), report_members(report, translation))


def write_plan(plan: Plan) -> bytes:
    """The plan on its own: its stages in order."""
    return b'{"schema_version":"%b",%b}' % (SCHEMA_VERSION.encode(), _plan(plan))


def write_quote(quote: Quote, price_effects: bytes = b"[]", translation: Translation = ENGLISH) -> bytes:
    """The quote. `price_effects` is the JSON of the effects, where they were worked out; its report in a language."""
    valid, plan, work, priced, at, consumed_before = quote
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
            report_members(valid.report, translation),
            b'},"basis":',
            texts.basis,
            asked,
            _said(consumed_before),
            texts.basis_on,
        )
    )


def forget_texts() -> None:
    """Keeps no text of a charge or of terms any longer: after a new catalogue none comes again."""
    for kept in (_priced, _basis, terms_json):
        kept.cache_clear()


def write_charge(charged: Charged, work: Work, currency: str) -> bytes:
    """The lines and adjustments of a charge, as a quote has them."""
    members = charge_json(charged, currency).replace(HOLE, consumed_json(total_length(work.clips)))
    return f"{{{members}}}".encode()


def write_explanation(quote: Quote, sentences: Iterable[str], translation: Translation = ENGLISH) -> bytes:
    """The quote in sentences, and the quote itself; a file name in no encoding is spelt out."""
    said = join(map(_text, sentences)).encode(errors="backslashreplace")
    return b'{"schema_version":"%b","sentences":%b,"quote":%b}' % (
        SCHEMA_VERSION.encode(),
        said,
        write_quote(quote, translation=translation),
    )


def write_terms(pricing: Pricing) -> bytes:
    """The terms in force for one market, as a quote's basis holds them."""
    account, environment, host, region = pricing.market
    return (
        f'{{"schema_version":"{SCHEMA_VERSION}","account":{or_null(account)},"environment":{or_null(environment)},'
        f'"host":{_text(host)},"region":{or_null(region)},"card":{_text(pricing.card.card.id)},'
        f'"agreements":{_layers(pricing)},"digest":"{pricing.digest}","terms":{terms_json(pricing)}}}'
    ).encode()


def write_effects(effects: Iterable[PriceEffect], quote: Quote) -> bytes:
    """The price effects of a quote, for `write_quote`."""
    currency = quote.priced.pricing.terms.currency
    return join(
        f'{{"rule":"{effect.rule}","at":{_text(effect.at)},"change":{_text(effect.change)},'
        f'"from_total":{amount_or_null(effect.from_total, currency)},'
        f'"to_total":{amount_or_null(effect.to_total, currency)},'
        f'"difference":{amount_or_null(effect.difference, currency)}}}'
        for effect in effects
    ).encode()


def write_error(code: str, message: str) -> bytes:
    """What stands in place of a result: a code to branch on, and a sentence; half a surrogate is spelt out."""
    error = f'{{"schema_version":"{SCHEMA_VERSION}","error":{{"code":{_text(code)},"message":{_text(message)}}}}}'
    return error.encode(errors="backslashreplace")


@lru_cache(maxsize=256)
def _as_of(at: datetime) -> bytes:
    return f',"as_of":"{at.astimezone(UTC).isoformat().replace("+00:00", "Z")}",'.encode()


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
        f'"total":{amount_or_null(charged.total, currency)},"total_min":{amount_or_null(charged.total_min, currency)},'
        f'"list_total":{amount_or_null(charged.list_total, currency)},'
        f'"list_total_min":{amount_or_null(charged.list_total_min, currency)},'
        f'"contracted_total":{amount_or_null(charged.contracted_total, currency)},'
        f'"money":{money_json(charged, pricing.terms.worth)},"account":{or_null(account)},'
        f'"environment":{or_null(environment)},"host":{_text(host)},"region":{or_null(region)}'
    )
    before, _, after = f'{charge_json(charged, currency)},"price_effects":'.partition(HOLE)
    assumptions = join(f'{{"code":"{a.code}","message":{_text(a.message)}}}' for a in priced.assumptions)
    basis, basis_on = f'{_basis(pricing)},"work":', f',"assumptions":{assumptions}}}}}'
    has_clips = any(line.quantity.meter == "reference_video_seconds" for line in charged.lines)
    return _Texts(head.encode(), before.encode(), after.encode(), basis.encode(), basis_on.encode(), has_clips)


@lru_cache(maxsize=1024)
def _said(consumed_before: Consumed) -> bytes:
    """What was used in the month before, as far as it was said and counts."""
    totals = ",".join(f"{_text(name)}:{number_or_null(value)}" for name, value in consumed_before)
    return f',"consumed_before":{{{totals}}}'.encode()


@lru_cache(maxsize=1024)
def _basis(pricing: Pricing) -> str:
    return (
        f'{{"version":"{__version__}","catalogue":{_text(pricing.catalogue)},"digest":"{pricing.digest}",'
        f'"card":{_text(pricing.card.card.id)},"agreements":{_layers(pricing)},"terms":{terms_json(pricing)}'
    )


def _layers(pricing: Pricing) -> str:
    """The agreements over the card, the most general first."""
    return join(_text(agreement.agreement.id) for agreement in pricing.agreements)


@lru_cache(maxsize=8192)
def _work(work: Work) -> tuple[bytes, bytes]:
    """What was consumed of reference clips, and the work as the basis holds it."""
    stages = '","'.join(work.stages)
    clips = ",".join(
        [f'{{"seconds":{number_or_null(high)},"seconds_min":{number_or_null(low)}}}' for low, high in work.clips]
    )
    text = (
        f'{{"resolution":"{work.resolution}","rendered":"{work.rendered}","seconds":{number_or_null(work.seconds)},'
        f'"stages":["{stages}"],"clips":[{clips}],"references":{work.references},"ratio":{or_null(work.ratio)}}}'
    )
    return consumed_json(total_length(work.clips)).encode(), text.encode()


@lru_cache(maxsize=4096)
def _plan(plan: Plan) -> bytes:
    stages = join(
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
