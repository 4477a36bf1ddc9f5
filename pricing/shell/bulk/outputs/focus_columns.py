"""The columns of our FOCUS 1.2 rows, those of charges and those of corrections alike, and how their cells are written.

Columns of FOCUS come first, in the order of their names; what FOCUS has no column for follows with `x_`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from pricing.currencies import MINOR_UNITS
from pricing.money import format_decimal
from pricing.shell.bulk.literals import guard
from wan_rules.hosts import HOSTS

COLUMNS: Final = (
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "ConsumedQuantity",
    "ConsumedUnit",
    "ContractedCost",
    "ContractedUnitPrice",
    "EffectiveCost",
    "InvoiceId",
    "InvoiceIssuerName",
    "ListCost",
    "ListUnitPrice",
    "PricingCategory",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "RegionId",
    "RegionName",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ServiceCategory",
    "ServiceName",
    "ServiceSubcategory",
    "SkuId",
    "SkuMeter",
    "SkuPriceDetails",
    "SkuPriceId",
    "SubAccountId",
    "SubAccountName",
)
OURS: Final = (
    "x_TaskId",
    "x_Environment",
    "x_Host",
    "x_Resolution",
    "x_Ratio",
    "x_Status",
    "x_DurationSeconds",
    "x_References",
    "x_ClipsSeconds",
    "x_BilledClipsSeconds",
    "x_SubmittedAt",
    "x_Adjustment",
    "x_BreakId",
    "x_Cause",
    "x_Detail",
    "x_Evidence",
    "x_TaskIds",
    "x_InvoiceLines",
)
"""The last six are of corrections alone; task ids, invoice lines and seconds of clips are arrays of JSON."""
SERVICE: Final = "Wan 2.7 reference-to-video"
SERVICE_CATEGORY: Final = "AI and Machine Learning"
SERVICE_SUBCATEGORY: Final = "Generative AI"
RESOURCE_TYPE: Final = "Video generation task"
UNNAMED: Final = "unnamed"
"""The one account, or the host, of usage that names none: FOCUS has no row without them."""
TITLES: Final = {name: host.title for name, host in HOSTS.items()}


def is_national(currency: str) -> bool:
    """Whether it is a currency of ISO 4217: FOCUS bills in no other."""
    return currency in MINOR_UNITS


def write_text(text: str | None) -> str:
    """The text as a cell that no spreadsheet computes; nothing where it is not said."""
    return guard(text) if text else ""


def write_number(amount: Decimal) -> str:
    """The amount with all its digits, and at least one decimal, so that each reader takes the column for decimals."""
    text = format_decimal(amount)
    return text if "." in text else f"{text}.0"


def name_provider(host: str | None) -> str:
    """The host's own name, where it is one that is known."""
    return TITLES.get(host, host) if host else UNNAMED
