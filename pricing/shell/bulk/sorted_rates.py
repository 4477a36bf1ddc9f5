"""Dated rates by how the rows that meet them are charged: each alone, by running totals, in order, or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pricing.rate_tables import DatedRate
from pricing.running import looks_at_money
from pricing.terms import Terms


class Sorted(NamedTuple):
    """Rates by how the rows that meet them are charged.

    `flat` ones each for itself, `counted` ones by running totals of units, `folded` ones one after the other, since
    they look at money; `refused` ones not at all.
    """

    flat: list[DatedRate]
    counted: list[DatedRate]
    folded: list[DatedRate]
    refused: list[DatedRate]


def sort_rates(rates: Iterable[DatedRate]) -> Sorted:
    """Each rate in one of the four."""
    rates = list(rates)
    folded = {rate.pricing.market for rate in rates if rate.pricing and _needs_fold(rate, rate.pricing.terms)}
    found = Sorted([], [], [], [])
    for rate in rates:
        if rate.pricing is None:
            found.refused.append(rate)
        elif rate.is_open or rate.pricing.market in folded:
            found.folded.append(rate)
        elif rate.month:
            found.counted.append(rate)
        else:
            found.flat.append(rate)
    return found


def _needs_fold(rate: DatedRate, terms: Terms) -> bool:
    """Whether what jobs of a market cost depends on what those before came to, or is a plugin's to say."""
    is_told = rate.is_open and bool(rate.month)
    return is_told or looks_at_money(terms)
