"""What a Wan 2.7 reference-to-video request costs, from dated cards and agreements. Pure but for `pricing.shell`.

The way of the data: `parse_catalogue` -> `resolve(catalogue, market, at)` -> `quote(valid, pricing, at)`.
"""

from pricing.basis import BasisError, recompute
from pricing.cards import CardError, PricingError, RateCard, parse_card
from pricing.catalogue import (
    AmbiguousTermsError,
    Catalogue,
    Market,
    NoCardError,
    Pricing,
    UnknownNameError,
    parse_catalogue,
    resolve,
)
from pricing.charges import Adjustment, Charged, Line, charge_work
from pricing.money import CurrencyError, Money, format_amount
from pricing.quotes import Assumption, NoRateError, Quote, quote

__all__ = [
    "Adjustment",
    "AmbiguousTermsError",
    "Assumption",
    "BasisError",
    "CardError",
    "Catalogue",
    "Charged",
    "CurrencyError",
    "Line",
    "Market",
    "Money",
    "NoCardError",
    "NoRateError",
    "Pricing",
    "PricingError",
    "Quote",
    "RateCard",
    "UnknownNameError",
    "charge_work",
    "format_amount",
    "parse_card",
    "parse_catalogue",
    "quote",
    "recompute",
    "resolve",
]
