"""Expected charges as rows of FOCUS 1.2, written by DuckDB as they stream by: a row for each line and each adjustment.

The law: the billed costs of a task's rows sum to the total of its charge. A row in credits has no place in FOCUS, whose
billing currency is a national one: such rows are left out, and counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from pricing.currencies import MINOR_UNITS
from pricing.meters import MeterId
from pricing.money import format_decimal
from pricing.shell.bulk.literals import guard_column, quote
from pricing.shell.bulk.outputs.focus_columns import (
    COLUMNS,
    OURS,
    RESOURCE_TYPE,
    SERVICE,
    SERVICE_CATEGORY,
    SERVICE_SUBCATEGORY,
    TITLES,
    UNNAMED,
)
from pricing.shell.bulk.schemas import ADJUSTMENTS, METERS
from pricing.shell.bulk.terms_files import write_package


class Written(NamedTuple):
    """How many rows of charges became rows of FOCUS, and how many were left out, by their currency."""

    charges: int
    left_out: Mapping[str, int]


METER_IDS: Final[Mapping[str, MeterId]] = {
    "output": "output_video_seconds",
    "super_resolution": "super_resolution_seconds",
    "reference": "reference_video_seconds",
    "requests": "requests",
}
UNITS: Final = {"requests": "Requests"}
SECONDS: Final = "Seconds"
WHOLE_UNIT: Final = "Charges"
"""What a line is priced by where no one price makes it, such as on a ladder: by itself, as one."""
_CONSUMED: Final = {
    "output": "duration_s",
    "super_resolution": "duration_s",
    "reference": "coalesce(billed_clips_s, list_sum(clips_s), 0)",
    "requests": "1",
}
_MACROS: Final = (
    "CREATE TEMP MACRO trimmed(x) AS rtrim(x::VARCHAR, '0')",
    "CREATE TEMP MACRO exact(x) AS trimmed(x) || CASE WHEN trimmed(x) LIKE '%.' THEN '0' ELSE '' END",
    f"CREATE TEMP MACRO safe(x) AS {guard_column('x')}",
    "CREATE TEMP MACRO instant(x) AS strftime(x, '%Y-%m-%dT%H:%M:%SZ')",
)


def write_focus_rows(
    connection: Any,  # noqa: ANN401 - DuckDB's connection
    charges: str,
    file: Path,
    packages: Mapping[str, Decimal | None] = MappingProxyType({}),
) -> Written:
    """Writes the charges, a folder, a pattern or one file of Parquet in the columns of CHARGES, into one CSV file.

    Where they also have `..._list_unit_price` for their lines, each line has its list cost; else the list cost of a
    task stands with its first line, and there are no list unit prices. The file is `file` itself: whoever wants it to
    appear at once writes elsewhere first. `packages` are those of `terms_files`: a line is priced by them.
    """
    for macro in _MACROS:
        connection.execute(macro.replace("CREATE TEMP", "CREATE OR REPLACE TEMP"))
    source = f"read_parquet({quote(charges)})"
    has = {name for name, *_ in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}  # noqa: S608 - ours
    national = f"currency IN ({', '.join(map(quote, MINOR_UNITS))})"
    selected = _select(source, national, packages, listed="output_list_unit_price" in has)
    connection.execute(f"COPY ({selected}) TO {quote(str(file))} (FORMAT csv, HEADER true, USE_TMP_FILE false)")
    counted = f"SELECT currency, {national}, count(*) FROM {source} GROUP BY ALL ORDER BY currency"  # noqa: S608 - ours
    found = connection.execute(counted).fetchall()
    left_out = {currency: rows for currency, is_national, rows in found if not is_national}
    return Written(sum(rows for _, is_national, rows in found if is_national), left_out)


def _select(source: str, national: str, packages: Mapping[str, Decimal | None], *, listed: bool) -> str:
    """One row for each line and adjustment, in the columns of FOCUS."""
    lines = _list_lines(packages, listed=listed)
    structs = ", ".join((*lines, *map(_describe_adjustment, ADJUSTMENTS), _FREE))
    cells = _list_cells(listed=listed)
    columns = ",\n".join(f"{cells[name]} AS {name}" for name in (*COLUMNS, *OURS) if name in cells)
    there = f"list_filter([{structs}], line -> line.present)"
    rows = f"SELECT *, unnest({there}) AS line FROM {source} WHERE {national}"  # noqa: S608 - columns of ours
    return f"SELECT {columns} FROM ({rows})"  # noqa: S608 - as above


_KIND: Final = (
    "{{present: {present}, category: {category}, meter: {meter}, billed: ({billed})::DECIMAL(38, 18),"
    " contracted: ({contracted})::DECIMAL(38, 18), listed: ({listed})::DECIMAL(38, 18),"
    " price: ({price})::DECIMAL(24, 12), list_price: ({list_price})::DECIMAL(24, 12),"
    " quantity: ({quantity})::DECIMAL(18, 6), unit: {unit},"
    " consumed: ({consumed})::DECIMAL(18, 6), consumed_unit: {consumed_unit}, adjustment: {adjustment}}}"
)
_NULLS: Final = dict.fromkeys(
    ("meter", "price", "list_price", "quantity", "unit", "consumed", "consumed_unit", "adjustment"), "NULL"
)


def _list_lines(packages: Mapping[str, Decimal | None], *, listed: bool) -> Iterator[str]:
    """A struct for each meter: what is priced by one price has that; a ladder's line is priced by itself."""
    for meter in METERS:
        amount, price, quantity = (f"{meter}_{part}" for part in ("amount", "unit_price", "quantity"))
        unit = UNITS.get(meter, SECONDS)
        has_price = f"{price} IS NOT NULL"
        own = f"coalesce({meter}_list_unit_price, CASE WHEN {has_price} THEN {price} ELSE {amount} END)"
        priced = f"CASE WHEN {has_price} THEN {quantity} ELSE 1 END"
        contracted = f"CASE WHEN {has_price} THEN {quantity} * {price} ELSE {amount} END"
        yield _KIND.format(
            present=f"{amount} IS NOT NULL",
            category="'Usage'",
            meter=f"'{METER_IDS[meter]}'",
            billed=amount,
            contracted=contracted,
            listed=f"{priced} * {own}" if listed else _share_listed(meter, contracted),
            price=f"CASE WHEN {has_price} THEN {price} ELSE {amount} END",
            list_price=own if listed else "NULL",
            quantity=priced,
            unit=f"CASE WHEN {has_price} THEN {_write_unit(METER_IDS[meter], unit, packages)} ELSE '{WHOLE_UNIT}' END",
            consumed=_CONSUMED[meter],
            consumed_unit=f"'{unit}'",
            adjustment="NULL",
        )


def _write_unit(meter: MeterId, unit: str, packages: Mapping[str, Decimal | None]) -> str:
    """The SQL of what a price is of: one unit, or so many where it is of a package; a whole where that is not known."""
    own = {
        key: WHOLE_UNIT if size is None else f"{format_decimal(size)} {unit}"
        for key, size in packages.items()
        if key.endswith(f"/{meter}")
    }
    if not own:
        return quote(unit)
    sizes = ", ".join(f"{quote(key)}: {quote(said)}" for key, said in own.items())
    return f"coalesce(map {{{sizes}}}[{write_package(meter)}], {quote(unit)})"


def _share_listed(meter: str, contracted: str) -> str:
    """The list cost of the task for its first line, less what the others are listed with: their contracted cost."""
    before = METERS[: METERS.index(meter)]
    after = METERS[METERS.index(meter) + 1 :]
    first = " AND ".join(["list_total IS NOT NULL", *(f"{one}_amount IS NULL" for one in before)])
    others = "".join(
        f" - CASE WHEN {one}_unit_price IS NOT NULL THEN {one}_quantity * {one}_unit_price"
        f" ELSE coalesce({one}_amount, 0) END"
        for one in after
    )
    return f"CASE WHEN {first} THEN list_total{others} ELSE {contracted} END"


def _describe_adjustment(kind: str) -> str:
    category = "'Credit'" if kind == "credit" else "'Adjustment'"
    costs = dict.fromkeys(("billed", "contracted", "listed"), kind)
    told = {"present": f"{kind} <> 0", "category": category, "adjustment": f"'{kind}'"}
    return _KIND.format(**{**_NULLS, **costs, **told})


_NO_LINE: Final = " AND ".join(
    (*(f"{meter}_amount IS NULL" for meter in METERS), *(f"{kind} = 0" for kind in ADJUSTMENTS))
)
_FREE: Final = _KIND.format(
    **{
        **_NULLS,
        **dict.fromkeys(("billed", "contracted", "listed", "price", "list_price", "quantity"), "0"),
        "present": _NO_LINE,
        "category": "'Usage'",
        "meter": f"'{METER_IDS['output']}'",
        "unit": f"'{SECONDS}'",
        "consumed": "duration_s",
        "consumed_unit": f"'{SECONDS}'",
    }
)
"""The row of a task that costs nothing, such as a failed one: it was used all the same."""


_AT: Final = '"at"'
_IS_USAGE: Final = "line.category = 'Usage'"
_SKU: Final = "'wan2.7-r2v/' || resolution || '/' || line.meter"
_OF_LINES: Final = {
    "BilledCost": "exact(line.billed)",
    "ChargeCategory": "line.category",
    "ChargeClass": "NULL",
    "ChargeDescription": "coalesce(line.meter, line.adjustment) || ' at ' || resolution || ', ' || status",
    "ChargeFrequency": f"CASE WHEN {_IS_USAGE} THEN 'Usage-Based' ELSE 'One-Time' END",
    "ConsumedQuantity": "exact(line.consumed)",
    "ConsumedUnit": "line.consumed_unit",
    "ContractedCost": "exact(line.contracted)",
    "ContractedUnitPrice": "exact(line.price)",
    "EffectiveCost": "exact(line.billed)",
    "ListCost": "exact(line.listed)",
    "ListUnitPrice": "exact(line.list_price)",
    "PricingCategory": f"CASE WHEN {_IS_USAGE} THEN 'Standard' END",
    "PricingQuantity": "exact(line.quantity)",
    "PricingUnit": "line.unit",
    "SkuId": _SKU,
    "SkuMeter": "line.meter",
    "SkuPriceDetails": f"CASE WHEN {_IS_USAGE} THEN '{{\"x_Resolution\":\"' || resolution || '\"}}' END",
    "SkuPriceId": f"safe(host || coalesce('/' || region, '') || '/') || {_SKU}",
    "x_Adjustment": "line.adjustment",
}
"""What stands in a column, as SQL over one line of a charge."""
_TITLES: Final = ", ".join(f"{quote(name)}: {quote(title)}" for name, title in TITLES.items())
_PROVIDER: Final = f"safe(coalesce(map {{{_TITLES}}}[host], host))"
_OF_TASKS: Final = {
    "BillingAccountId": f"safe(coalesce(account, '{UNNAMED}'))",
    "BillingAccountName": "NULL",
    "BillingCurrency": "currency",
    "BillingPeriodEnd": f"instant(date_trunc('month', {_AT}) + INTERVAL 1 MONTH)",
    "BillingPeriodStart": f"instant(date_trunc('month', {_AT}))",
    "ChargePeriodEnd": f"instant(date_trunc('second', {_AT}) + INTERVAL 1 SECOND)",
    "ChargePeriodStart": f"instant({_AT})",
    "InvoiceId": "NULL",
    **dict.fromkeys(("InvoiceIssuerName", "ProviderName", "PublisherName"), _PROVIDER),
    **dict.fromkeys(("RegionId", "RegionName"), "safe(region)"),
    **dict.fromkeys(("ResourceId", "x_TaskId"), "safe(id)"),
    "ResourceName": "NULL",
    "ResourceType": quote(RESOURCE_TYPE),
    "ServiceCategory": quote(SERVICE_CATEGORY),
    "ServiceName": quote(SERVICE),
    "ServiceSubcategory": quote(SERVICE_SUBCATEGORY),
    **dict.fromkeys(("SubAccountId", "SubAccountName"), "safe(account)"),
    "x_Environment": "safe(environment)",
    "x_Host": "safe(host)",
    "x_Resolution": "resolution",
    "x_Ratio": "ratio",
    "x_Status": "status",
    "x_DurationSeconds": "exact(duration_s)",
    "x_References": '"references"',
    "x_ClipsSeconds": "'[' || array_to_string(list_transform(clips_s, clip -> exact(clip)), ', ') || ']'",
    "x_BilledClipsSeconds": "exact(billed_clips_s)",
    "x_SubmittedAt": f"strftime({_AT}, '%Y-%m-%dT%H:%M:%S.%fZ')",
}
"""The same, as SQL over the charge of a task."""
_OF_CORRECTIONS: Final = dict.fromkeys(OURS[OURS.index("x_BreakId") :], "NULL")


def _list_cells(*, listed: bool) -> Mapping[str, str]:
    """What stands in each column; without list prices there is no column for them."""
    cells = {**_OF_LINES, **_OF_TASKS, **_OF_CORRECTIONS}
    return cells if listed else {name: cell for name, cell in cells.items() if name != "ListUnitPrice"}
