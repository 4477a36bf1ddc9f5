"""The columns of FOCUS 1.2 as a table: what each holds, whether it has to be there, and which values it takes.

Written after the published specification, version 1.2: https://focus.finops.org/focus-specification/v1-2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal["text", "decimal", "price", "instant", "currency", "object"]
AI_SUBCATEGORIES: Final = (
    "AI Platforms",
    "Bots",
    "Generative AI",
    "Machine Learning",
    "Natural Language Processing",
    "Other (AI and Machine Learning)",
)
CATEGORIES: Final = (
    "AI and Machine Learning",
    "Analytics",
    "Business Applications",
    "Compute",
    "Databases",
    "Developer Tools",
    "Multicloud",
    "Identity",
    "Integration",
    "Internet of Things",
    "Management and Governance",
    "Media",
    "Migration",
    "Mobile",
    "Networking",
    "Security",
    "Storage",
    "Web",
    "Other",
)
PRICE_PROPERTIES: Final = (
    "CoreCount",
    "DiskMaxIops",
    "DiskSpace",
    "DiskType",
    "GpuCount",
    "InstanceType",
    "InstanceSeries",
    "MemorySize",
    "NetworkMaxIops",
    "NetworkMaxThroughput",
    "OperatingSystem",
    "Redundancy",
    "StorageClass",
)


class Column(NamedTuple):
    """What a column may hold; `always` says that each file has it, `filled` that each row has a value there."""

    kind: Kind = "text"
    always: bool = False
    filled: bool = False
    allowed: tuple[str, ...] = ()


_HELD: Final = Column(always=True, filled=True)
_COST: Final = Column("decimal", always=True, filled=True)
_MOMENT: Final = Column("instant", always=True, filled=True)
COLUMNS: Final[Mapping[str, Column]] = {
    "AvailabilityZone": Column(),
    "BilledCost": _COST,
    "BillingAccountId": _HELD,
    "BillingAccountName": Column(always=True),
    "BillingAccountType": Column(filled=True),
    "BillingCurrency": Column("currency", always=True, filled=True),
    "BillingPeriodEnd": _MOMENT,
    "BillingPeriodStart": _MOMENT,
    "CapacityReservationId": Column(),
    "CapacityReservationStatus": Column(allowed=("Used", "Unused")),
    "ChargeCategory": _HELD._replace(allowed=("Usage", "Purchase", "Tax", "Credit", "Adjustment")),
    "ChargeClass": Column(always=True, allowed=("Correction",)),
    "ChargeDescription": Column(always=True),
    "ChargeFrequency": Column(filled=True, allowed=("One-Time", "Recurring", "Usage-Based")),
    "ChargePeriodEnd": _MOMENT,
    "ChargePeriodStart": _MOMENT,
    "CommitmentDiscountCategory": Column(allowed=("Spend", "Usage")),
    "CommitmentDiscountId": Column(),
    "CommitmentDiscountName": Column(),
    "CommitmentDiscountQuantity": Column("decimal"),
    "CommitmentDiscountStatus": Column(allowed=("Used", "Unused")),
    "CommitmentDiscountType": Column(),
    "CommitmentDiscountUnit": Column(),
    "ConsumedQuantity": Column("decimal"),
    "ConsumedUnit": Column(),
    "ContractedCost": _COST,
    "ContractedUnitPrice": Column("price"),
    "EffectiveCost": _COST,
    "InvoiceId": Column(),
    "InvoiceIssuerName": _HELD,
    "ListCost": _COST,
    "ListUnitPrice": Column("price"),
    "PricingCategory": Column(allowed=("Standard", "Dynamic", "Committed", "Other")),
    "PricingCurrency": Column(filled=True),
    "PricingCurrencyContractedUnitPrice": Column("price"),
    "PricingCurrencyEffectiveCost": Column("decimal", filled=True),
    "PricingCurrencyListUnitPrice": Column("price"),
    "PricingQuantity": Column("decimal", always=True),
    "PricingUnit": Column(always=True),
    "ProviderName": _HELD,
    "PublisherName": _HELD,
    "RegionId": Column(),
    "RegionName": Column(),
    "ResourceId": Column(),
    "ResourceName": Column(),
    "ResourceType": Column(),
    "ServiceCategory": _HELD._replace(allowed=CATEGORIES),
    "ServiceName": _HELD,
    "ServiceSubcategory": Column(filled=True),
    "SkuId": Column(),
    "SkuMeter": Column(),
    "SkuPriceDetails": Column("object"),
    "SkuPriceId": Column(),
    "SubAccountId": Column(),
    "SubAccountName": Column(),
    "SubAccountType": Column(),
    "Tags": Column("object"),
}
