"""What a Wan 2.7 reference-to-video request costs, from dated cards and agreements. Pure but for `pricing.shell`.

The way of the data: `parse_catalogue` -> `resolve(catalogue, market, at)` -> `quote(valid, pricing, at)`,
and after the job `parse_report` -> `settle(quote, reported)`.

Names are imported when they are first asked for, so that the command line's `--help` does not wait for pydantic.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pricing.adjustments import Adjustment
    from pricing.assembly import parse_catalogue
    from pricing.assumptions import Assumption
    from pricing.basis import Basis, BasisError, read_basis, recompute
    from pricing.card_parsing import parse_card
    from pricing.cards import RateCard
    from pricing.catalogue import AmbiguousTermsError, Catalogue, Market, NoCardError, Pricing, UnknownNameError
    from pricing.charges import Charged, charge_work
    from pricing.departures import Cause
    from pricing.errors import (
        CardError,
        ClashingTermsError,
        MissingOutcomeError,
        MissingUsageError,
        PluginError,
        PricingError,
        ReportMismatchError,
        UnwieldyPriceError,
    )
    from pricing.extensions import ChargeModel
    from pricing.job_reports import parse_report, read_report
    from pricing.lines import Line, MissingRateError
    from pricing.money import Money, format_amount
    from pricing.months import Due, close_month
    from pricing.plugin_checks import Sample, check_charge_model
    from pricing.quotes import NoRateError, Quote, quote
    from pricing.reported import Reported
    from pricing.resolution import resolve
    from pricing.settlement import Difference, Resettled, Settlement, settle

__all__ = [
    "Adjustment",
    "AmbiguousTermsError",
    "Assumption",
    "Basis",
    "BasisError",
    "CardError",
    "Catalogue",
    "Cause",
    "ChargeModel",
    "Charged",
    "ClashingTermsError",
    "Difference",
    "Due",
    "Line",
    "Market",
    "MissingOutcomeError",
    "MissingRateError",
    "MissingUsageError",
    "Money",
    "NoCardError",
    "NoRateError",
    "PluginError",
    "Pricing",
    "PricingError",
    "Quote",
    "RateCard",
    "ReportMismatchError",
    "Reported",
    "Resettled",
    "Sample",
    "Settlement",
    "UnknownNameError",
    "UnwieldyPriceError",
    "charge_work",
    "check_charge_model",
    "close_month",
    "format_amount",
    "parse_card",
    "parse_catalogue",
    "parse_report",
    "quote",
    "read_basis",
    "read_report",
    "recompute",
    "resolve",
    "settle",
]

_HOMES = {
    "Basis": "pricing.basis",
    "BasisError": "pricing.basis",
    "read_basis": "pricing.basis",
    "recompute": "pricing.basis",
    "Cause": "pricing.departures",
    "CardError": "pricing.errors",
    "MissingOutcomeError": "pricing.errors",
    "MissingUsageError": "pricing.errors",
    "ReportMismatchError": "pricing.errors",
    "PluginError": "pricing.errors",
    "PricingError": "pricing.errors",
    "ChargeModel": "pricing.extensions",
    "Sample": "pricing.plugin_checks",
    "check_charge_model": "pricing.plugin_checks",
    "RateCard": "pricing.cards",
    "parse_card": "pricing.card_parsing",
    "AmbiguousTermsError": "pricing.catalogue",
    "Catalogue": "pricing.catalogue",
    "Market": "pricing.catalogue",
    "NoCardError": "pricing.catalogue",
    "Pricing": "pricing.catalogue",
    "UnknownNameError": "pricing.catalogue",
    "parse_catalogue": "pricing.assembly",
    "resolve": "pricing.resolution",
    "Adjustment": "pricing.adjustments",
    "Charged": "pricing.charges",
    "Line": "pricing.lines",
    "MissingRateError": "pricing.lines",
    "charge_work": "pricing.charges",
    "ClashingTermsError": "pricing.errors",
    "UnwieldyPriceError": "pricing.errors",
    "Money": "pricing.money",
    "format_amount": "pricing.money",
    "Due": "pricing.months",
    "close_month": "pricing.months",
    "Assumption": "pricing.assumptions",
    "NoRateError": "pricing.quotes",
    "Quote": "pricing.quotes",
    "quote": "pricing.quotes",
    "parse_report": "pricing.job_reports",
    "read_report": "pricing.job_reports",
    "Reported": "pricing.reported",
    "Difference": "pricing.settlement",
    "Resettled": "pricing.settlement",
    "Settlement": "pricing.settlement",
    "settle": "pricing.settlement",
}


def __getattr__(name: str) -> object:
    """The public name from the module that it lives in. Raises AttributeError for any other."""
    home = _HOMES.get(name)
    if home is None:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    value: object = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
