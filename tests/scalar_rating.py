"""Rows of usage rated one by one by the scalar engine: what tables and the oracle are held to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from pricing.catalogue import Catalogue, Market, Pricing
from pricing.charges import Charged
from pricing.errors import PricingError
from pricing.rating import check_offered, describe_job, find_pricing, find_reason, rate
from pricing.running import RunningTotals
from pricing.usage import UsageRow
from wan_rules.hosts import HOSTS


class Priced(NamedTuple):
    """What the scalar engine charges, by which terms."""

    pricing: Pricing
    charged: Charged


Told: TypeAlias = Priced | str
"""What a row comes to, or the reason why nothing does."""


def rate_in_order(catalogue: Catalogue, rows: Iterable[UsageRow]) -> Iterator[Told]:
    """What each of the rows comes to, which are in order of time: each counts for those after it in its market."""
    totals: dict[Market, RunningTotals] = {}
    for row in rows:
        try:
            check_offered(row.host, row.resolution, HOSTS)
            pricing = find_pricing(catalogue, row)
            running = totals.setdefault(pricing.market, RunningTotals())
            job = describe_job(row, pricing.terms, running.stand(pricing.terms, row.at))
            charged = rate(job, pricing)
        except PricingError as error:
            yield find_reason(error)
            continue
        running.add(job, pricing.terms, charged)
        yield Priced(pricing, charged)
