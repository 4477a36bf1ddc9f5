"""A charge as JSON text, part by part: lines with their shares, adjustments, and what credits are worth in money."""

from __future__ import annotations

from decimal import Decimal
from json.encoder import encode_basestring as _text
from typing import Final

from pricing.adjustments import Adjustment
from pricing.charges import Charged, find_worth
from pricing.lines import Line
from pricing.schemes import Ladder, Scheme, Share, Span
from pricing.shell.term_wire import amount_or_null, join, number_or_null, or_null
from pricing.terms import Worth

HOLE: Final = "\0"
"""Where a part stands that differs between quotes of the same charge; no JSON text has this character."""


def charge_json(charged: Charged, currency: str) -> str:
    """The members `lines` and `adjustments`, with HOLE for what was consumed on the line for clips, if there is one."""
    lines = join(_line(line, currency) for line in charged.lines)
    adjustments = join(_adjustment(adjustment, currency) for adjustment in charged.adjustments)
    return f'"lines":{lines},"adjustments":{adjustments}'


def _line(line: Line, currency: str) -> str:
    quantity, unit, rate, amount, amount_min, list_amount, list_amount_min, shares = line
    is_of_clips = quantity.meter == "reference_video_seconds"
    consumed = HOLE if is_of_clips else consumed_json(quantity.used or Span(quantity.pricing_min, quantity.pricing))
    listed = _one_price(rate.list_unit_price, rate.list_scheme)
    paid = _one_price(rate.contracted_unit_price, rate.scheme)
    return (
        f'{{"meter":"{quantity.meter}","stage":{or_null(quantity.stage)},"resolution":"{quantity.resolution}",'
        f"{consumed},"
        f'"pricing_quantity":{number_or_null(quantity.pricing)},"pricing_quantity_min":{number_or_null(quantity.pricing_min)},'
        f'"unit":"{unit}","list_unit_price":{amount_or_null(listed, currency)},'
        f'"contracted_unit_price":{amount_or_null(paid, currency)},'
        f'"amount":{amount_or_null(amount, currency)},"amount_min":{amount_or_null(amount_min, currency)},'
        f'"list_amount":{amount_or_null(list_amount, currency)},'
        f'"list_amount_min":{amount_or_null(list_amount_min, currency)},'
        f'"entry":{_text(rate.entry)},"shares":{join(_share(share, currency) for share in shares)}}}'
    )


def _one_price(price: Decimal | None, scheme: Scheme | None) -> Decimal | None:
    """The price of a unit or package; a ladder has no one price, and its shares have theirs."""
    return None if isinstance(scheme, Ladder) else price


def _share(share: Share, currency: str) -> str:
    return (
        f'{{"quantity":{number_or_null(share.quantity)},"unit_price":{amount_or_null(share.unit_price, currency)},'
        f'"amount":{amount_or_null(share.amount, currency)}}}'
    )


def consumed_json(used: Span) -> str:
    """The members that say how much was consumed: what HOLE stands for."""
    return f'"consumed_quantity":{number_or_null(used.high)},"consumed_quantity_min":{number_or_null(used.low)}'


def _adjustment(adjustment: Adjustment, currency: str) -> str:
    return (
        f'{{"kind":"{adjustment.kind}","amount":{amount_or_null(adjustment.amount, currency)},'
        f'"amount_min":{amount_or_null(adjustment.amount_min, currency)},"source":{_text(adjustment.source)}}}'
    )


def money_json(charged: Charged, worth: Worth | None) -> str:
    """What totals in credits are worth in money; null where they are money themselves."""
    if worth is None:
        return "null"
    least, most = find_worth(charged, worth)
    return (
        f'{{"currency":"{worth.currency}","unit_value":{number_or_null(worth.value)},'
        f'"total":{amount_or_null(most, worth.currency)},"total_min":{amount_or_null(least, worth.currency)}}}'
    )
