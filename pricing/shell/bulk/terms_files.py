"""The terms that charges name by number, as JSON beside them: each with its card, agreements and entries."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pricing.catalogue import Pricing
from pricing.keys import spell_key
from wan_rules.payloads import JsonObject


def write_terms(pricings: Sequence[Pricing], path: Path) -> None:
    """A list, in which the place is the number."""
    document = {"schema_version": "1", "terms": [_describe(pricing) for pricing in pricings]}
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _describe(pricing: Pricing) -> JsonObject:
    account, environment, host, region = pricing.market
    return {
        "account": account,
        "environment": environment,
        "host": host,
        "region": region,
        "catalogue": pricing.catalogue,
        "catalogue_digest": pricing.digest,
        "card": pricing.card.card.id,
        "agreements": [agreement.agreement.id for agreement in pricing.agreements],
        "entries": {spell_key(key): rate.source for key, rate in sorted(pricing.terms.rates.items())},
    }
