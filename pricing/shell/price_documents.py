"""Histories and price lists as documents of the wire (docs/reference/wire.md), and whose they are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from pricing.catalogue import Catalogue, Market, Pricing
from pricing.errors import PricingError
from pricing.histories import Offer, Row, find_period, list_rows
from pricing.keys import ANY, WITH_CLIPS, WITHOUT_CLIPS
from pricing.money import format_amount
from pricing.periods import Period
from pricing.shell import codes
from pricing.shell.plugins import use_plugins
from pricing.shell.wire import SCHEMA_VERSION, write_terms
from pricing.wordings import describe_price


def name_market(periods: Sequence[Period]) -> Market:
    """The market with the names that the catalogue gave it, where it has terms at any time."""
    return next((one.pricing.market for one in periods if one.pricing), periods[0].market)


def name_customer(offers: Sequence[Offer]) -> tuple[str | None, str | None]:
    """The account and environment that the catalogue took, where any of its terms hold."""
    market = next((offer.pricing.market for offer in offers if offer.pricing), offers[0].market)
    return market.account, market.environment


def history_document(catalogue: Catalogue, periods: Sequence[Period], now: datetime) -> dict[str, object]:
    """What `cards history` writes."""
    present = find_period(periods, now)
    return {
        "schema_version": SCHEMA_VERSION,
        **_catalogue_json(catalogue),
        **name_market(periods)._asdict(),
        "now": _instant(now),
        "periods": [
            {
                "begin": _instant(period.begin),
                "end": period.end and _instant(period.end),
                "is_now": period is present,
                **_pricing_json(catalogue, period.pricing, period.begin),
                "terms": period.pricing and json.loads(write_terms(period.pricing))["terms"],
                "refusal": _refusal_json(period.refusal),
            }
            for period in periods
        ],
    }


def _catalogue_json(catalogue: Catalogue) -> dict[str, object]:
    return {"name": catalogue.head.name, "digest": catalogue.digest}


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _pricing_json(catalogue: Catalogue, pricing: Pricing | None, at: datetime) -> dict[str, object]:
    if pricing is None:
        return {"card": None, "agreements": [], "currency": None, "prices": []}
    return {
        "card": pricing.card.card.id,
        "agreements": [agreement.agreement.id for agreement in pricing.agreements],
        "currency": pricing.terms.currency,
        "prices": [
            _row_json(row, pricing.terms.currency, catalogue) for row in list_rows(pricing, at, use_plugins().hosts)
        ],
    }


def _row_json(row: Row, currency: str, catalogue: Catalogue) -> dict[str, object]:
    listed, contracted = (row.rate.list_unit_price, row.rate.contracted_unit_price) if row.rate else (None, None)
    clips = {WITH_CLIPS: True, WITHOUT_CLIPS: False}.get(row.key.clips)
    is_plain = row.rate is None or row.rate.scheme is None
    return {
        "meter": row.key.meter,
        "resolution": row.key.resolution,
        "ratio": None if row.key.ratio == ANY else row.key.ratio,
        "has_reference_video": clips,
        "list_unit_price": None if listed is None else format_amount(listed, currency),
        "contracted_unit_price": None if contracted is None else format_amount(contracted, currency),
        "charged_by": None if is_plain or row.rate is None else describe_price(row.rate.contracted, currency),
        "entry": row.entry,
        "place": str(catalogue.locate(row.entry)) if row.entry else None,
        "reason": row.reason,
    }


def _refusal_json(refusal: PricingError | None) -> dict[str, str] | None:
    return None if refusal is None else {"code": codes.error_code(refusal), "message": str(refusal)}


def offers_document(catalogue: Catalogue, offers: Sequence[Offer], at: datetime) -> dict[str, object]:
    """What `cards at` writes."""
    account, environment = name_customer(offers)
    return {
        "schema_version": SCHEMA_VERSION,
        **_catalogue_json(catalogue),
        "account": account,
        "environment": environment,
        "as_of": _instant(at),
        "offers": [
            {
                "host": offer.market.host,
                "region": offer.market.region,
                **_pricing_json(catalogue, offer.pricing, at),
                "refusal": _refusal_json(offer.refusal),
            }
            for offer in offers
        ],
    }
