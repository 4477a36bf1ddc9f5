"""The terms of a market as JSON text: what a quote's basis holds, and `cards resolve` shows."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring as _text
from typing import assert_never

from pydantic_core import to_json

from pricing.adjustments import Adjuster
from pricing.catalogue import Pricing
from pricing.clips import ClipRule
from pricing.conditions import Allowed
from pricing.extensions import Extension
from pricing.keys import ANY, WITH_CLIPS, EntryKey
from pricing.money import Rounding, format_amount, format_decimal
from pricing.rates import Rate
from pricing.schemes import Ladder, Package, Scheme
from pricing.terms import Worth


@lru_cache(maxsize=1024)
def terms_json(pricing: Pricing) -> str:
    """All that a charge depends on, as one JSON object."""
    terms = pricing.terms
    currency = terms.currency
    return (
        f'{{"currency":"{currency}","super_resolution":"{terms.super_resolution}",'
        f'"rates":{join(_rate(key, rate, currency) for key, rate in terms.rates.items())},'
        f'"reference_video":{_clip_rule(terms.clip_rule, terms.billed, terms.priced_as)},'
        f'"rounding":{_rounding(terms.rounding)},"rounding_from":{or_null(terms.rounding_from)},'
        f'"adjusters":{join(_adjuster(adjuster, currency) for adjuster in terms.adjusters)},'
        f'"allowances":{join(map(_allowance, terms.allowances))},'
        f'"outcomes":{to_json(dict(terms.outcomes)).decode()},'
        f'"counters":{join(map(_text, terms.counters))},"zone":{or_null(terms.zone)},"worth":{_worth(terms.worth)}}}'
    )


def or_null(value: str | None) -> str:
    """The text, or null."""
    return "null" if value is None else _text(value)


def number_or_null(value: Decimal | None) -> str:
    """The number as a string, or null."""
    return "null" if value is None else f'"{format_decimal(value)}"'


def amount_or_null(value: Decimal | None, currency: str) -> str:
    """The amount as a string, or null."""
    return "null" if value is None else f'"{format_amount(value, currency)}"'


def join(parts: Iterable[str]) -> str:
    """An array of what is JSON already."""
    return f"[{','.join(parts)}]"


def _rate(key: EntryKey, rate: Rate, currency: str) -> str:
    clips = "null" if key.clips == ANY else "true" if key.clips == WITH_CLIPS else "false"
    steps = join(f'{{"source":{_text(step.source)},"said":{_text(step.said)}}}' for step in rate.steps)
    return (
        f'{{"meter":"{key.meter}","resolution":"{key.resolution}","ratio":{or_null(_named(key.ratio))},'
        f'"has_reference_video":{clips},"list_unit_price":{amount_or_null(rate.list_unit_price, currency)},'
        f'"contracted_unit_price":{amount_or_null(rate.contracted_unit_price, currency)},"entry":{_text(rate.entry)},'
        f'"steps":{steps},"note":{or_null(rate.note)},"confidence":{or_null(rate.confidence)},'
        f'"is_own":{"true" if rate.is_own else "false"},'
        f'"list_scheme":{_scheme(rate.list_scheme, currency)},"scheme":{_scheme(rate.scheme, currency)}}}'
    )


def _named(name: str) -> str | None:
    return None if name == ANY else name


def _scheme(scheme: Scheme | None, currency: str) -> str:
    match scheme:
        case None:
            return "null"
        case Package(size):
            return f'{{"model":"package","size":{number_or_null(size)}}}'
        case Ladder(model, by, counter, bands):
            texts = join(
                f'{{"up_to":{number_or_null(b.up_to)},"unit_price":{amount_or_null(b.unit_price, currency)}}}'
                for b in bands
            )
            return f'{{"model":"{model}","by":"{by}","counter":{_text(counter)},"bands":{texts}}}'
        case Extension(model, parameters):
            said = to_json(parameters).decode()
            name, version = _text(model.name), _text(model.version)
            return f'{{"model":"plugin","plugin":{name},"version":{version},"parameters":{said}}}'
        case _:
            assert_never(scheme)


def _adjuster(adjuster: Adjuster, currency: str) -> str:
    return (
        f'{{"kind":"{adjuster.kind}","per":"{adjuster.per}","amount":{amount_or_null(adjuster.amount, currency)},'
        f'"source":{_text(adjuster.source)},"counter":{or_null(adjuster.counter)},"rate":{number_or_null(adjuster.rate)}}}'
    )


def _allowance(allowed: Allowed) -> str:
    return (
        f'{{"meter":"{allowed.key.meter}","resolution":"{allowed.key.resolution}","units":{number_or_null(allowed.units)},'
        f'"counter":{_text(allowed.counter)},"source":{_text(allowed.source)}}}'
    )


def _worth(worth: Worth | None) -> str:
    if worth is None:
        return "null"
    return f'{{"currency":"{worth.currency}","value":{number_or_null(worth.value)},"source":{_text(worth.source)}}}'


def _clip_rule(rule: ClipRule, billed: str, priced_as: str) -> str:
    step = rule.rounding
    rounding = (
        "null"
        if step is None
        else f'{{"step":{number_or_null(step.step)},"mode":"{step.mode}","place":"{step.place}"}}'
    )
    return (
        f'{{"billed":"{billed}","priced_as":"{priced_as}","cap_per_clip_s":{number_or_null(rule.cap_per_clip_s)},'
        f'"cap_total_s":{number_or_null(rule.cap_total_s)},"cuts_s":{join(map(number_or_null, rule.cuts_s))},'
        f'"cuts_by":"{rule.cuts_by}","minimum_s":{number_or_null(rule.minimum_s)},"rounding":{rounding}}}'
    )


def _rounding(rounding: Rounding | None) -> str:
    if rounding is None:
        return "null"
    return f'{{"quantum":{number_or_null(rounding.quantum)},"mode":"{rounding.mode}","place":"{rounding.place}"}}'
