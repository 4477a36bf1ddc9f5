"""The terms that charges name by number, as JSON beside them: each with its card, agreements, entries and packages."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any, Final

from pricing.catalogue import Pricing
from pricing.keys import spell_key
from pricing.lines import key_of
from pricing.metering import Work, itemise, measure
from pricing.money import ONE, format_decimal
from pricing.schemes import Package, Span
from pricing.terms import OUTCOMES, Terms
from wan_rules.payloads import JsonObject, UnusableInputError
from wan_rules.request import ASPECT_RATIOS, RENDERED_AT, RESOLUTIONS, AspectRatio, Resolution
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
        **({"packages": packages, "rendered": _list_rendered(pricing.terms)} if packages else {}),
    }


def _list_rendered(terms: Terms) -> list[str]:
    """How a job ended that is charged as one for the tier that was rendered."""
    return sorted(outcome for outcome, owed in terms.outcomes.items() if owed == "rendered")


def _list_packages(terms: Terms, tier: Resolution) -> Iterator[tuple[str, str | None]]:
    """The meters of a job at that tier that are charged by the package, and how many units one has.

    None where prices that name a ratio, or whether there are clips, have packages of other sizes, or none.
    """
    sizes: dict[str, set[str | None]] = defaultdict(set)
    ratios: tuple[AspectRatio | None, ...] = (None, *ASPECT_RATIOS) if terms.by_ratio else (None,)
    for ratio, clips in product(ratios, (_ONE_CLIP, ()) if terms.by_clips else (_ONE_CLIP,)):
        billable = measure(Work(tier, RENDERED_AT[tier], ONE, STAGES[tier], clips, 1, ratio), terms)
        for quantity in itemise(billable, terms):
            if (rate := terms.rates.get(key_of(quantity, billable))) is not None:
                scheme = rate.contracted.scheme
                sizes[quantity.meter].add(format_decimal(scheme.size) if isinstance(scheme, Package) else None)
    for meter, found in sizes.items():
        if found != {None}:
            yield meter, found.pop() if len(found) == 1 else None


_ONE_CLIP: Final = (Span(ONE, ONE),)


def read_packages(charges: Path) -> Mapping[str, Decimal | None]:
    """How many units a package has, by what `write_package` gives, of charges whose terms lie beside them.

    None for a meter whose charges these alone do not tell apart; nothing where there are no terms. Raises
    UnusableInputError for terms that nobody wrote here.
    """
    beside = charges.with_name(f"{charges.name}.terms.json")
    path = beside if beside.exists() else charges.parent / "_terms.json"
    if not path.exists():
        return {}
    try:
        every: Any = json.loads(path.read_bytes())["terms"]
        return {
            f"{number}/{tier}/{status}/{meter}": None if size is None else Decimal(size)
            for number, one in enumerate(every)
            if "packages" in one
            for tier, status in product(RESOLUTIONS, ("", "succeeded", *OUTCOMES))
            for meter, size in _find_sizes(one, tier, status).items()
        }
    except (OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError):
        raise UnusableInputError(str(path), "no terms as `wan-rules rate` writes them beside charges") from None


def _find_sizes(one: Any, tier: Resolution, status: str) -> Any:  # noqa: ANN401 - as the file has them
    """The packages of a job of that tier that ended so, by meter; without a status, those that any end would have."""
    asked, rendered = (one["packages"].get(name, {}) for name in (tier, RENDERED_AT[tier]))
    if not status and one.get("rendered"):
        return {meter: size if asked.get(meter) == size else None for meter, size in {**asked, **rendered}.items()}
    return rendered if status in one.get("rendered", ()) else asked


def write_package(meter: str) -> str:
    """The SQL of the name that a row of charges has among packages for its line of the meter."""
    return f"concat(terms, '/', resolution, '/', status, '/{meter}')"
