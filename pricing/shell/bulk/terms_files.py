"""The terms that charges name by number, as JSON beside them: each with its card, agreements, entries and packages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from pricing.catalogue import Pricing
from pricing.keys import spell_key
from pricing.lines import key_of
from pricing.metering import Work, itemise, measure
from pricing.money import ONE, format_decimal
from pricing.schemes import Package, Span
from pricing.terms import Terms
from wan_rules.payloads import JsonObject, UnusableInputError
from wan_rules.request import RENDERED_AT, RESOLUTIONS, Resolution
from wan_rules.staging import STAGES


def write_terms(pricings: Sequence[Pricing], path: Path) -> None:
    """A list, in which the place is the number."""
    document = {"schema_version": "1", "terms": [_describe(pricing) for pricing in pricings]}
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _describe(pricing: Pricing) -> JsonObject:
    account, environment, host, region = pricing.market
    packages = {tier: sizes for tier in RESOLUTIONS if (sizes := dict(_list_packages(pricing.terms, tier)))}
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
        **({"packages": packages} if packages else {}),
    }


def _list_packages(terms: Terms, tier: Resolution) -> Iterator[tuple[str, str]]:
    """The meters of a job at that tier that are charged by the package, and how many units one has."""
    work = Work(tier, RENDERED_AT[tier], ONE, STAGES[tier], (Span(ONE, ONE),), 1, None)
    billable = measure(work, terms)
    for quantity in itemise(billable, terms):
        rate = terms.rates.get(key_of(quantity, billable))
        if rate is not None and isinstance(scheme := rate.contracted.scheme, Package):
            yield quantity.meter, format_decimal(scheme.size)


def read_packages(charges: Path) -> Mapping[str, Decimal]:
    """How many units a package has, by `number of the terms/tier/meter`, of charges whose terms lie beside them.

    Nothing where they do not. Raises UnusableInputError for terms that nobody wrote here.
    """
    beside = charges.with_name(f"{charges.name}.terms.json")
    path = beside if beside.exists() else charges.parent / "_terms.json"
    if not path.exists():
        return {}
    try:
        every: Any = json.loads(path.read_bytes())["terms"]
        return {
            f"{number}/{tier}/{meter}": Decimal(size)
            for number, one in enumerate(every)
            for tier, sizes in one.get("packages", {}).items()
            for meter, size in sizes.items()
        }
    except (OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError):
        raise UnusableInputError(str(path), "no terms as `wan-rules rate` writes them beside charges") from None
