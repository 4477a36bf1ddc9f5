"""The corrections that a reconciliation asks for, as rows of FOCUS 1.2: one for each difference that is not accepted.

The law: in a billing currency, what the invoice charges and these rows come to what was expected, the differences that
are accepted, and what is tolerated. So the rows join what a host reports of its bill in the same columns.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Final

from pricing.break_bridges import name_cause
from pricing.break_tallies import list_present
from pricing.money import EXACT
from pricing.months import find_month
from pricing.reconciliations import Reconciliation, Standing
from pricing.shell.bulk.outputs.focus_columns import (
    COLUMNS,
    OURS,
    RESOURCE_TYPE,
    SERVICE,
    SERVICE_CATEGORY,
    SERVICE_SUBCATEGORY,
    UNNAMED,
    is_national,
    name_provider,
    write_number,
    write_text,
)
from pricing.shell.text import plain

SECOND: Final = timedelta(seconds=1)
_NEVER: Final = datetime(9999, 12, 1, tzinfo=UTC)
"""From here on an instant says that there is none, and no month follows its own."""


def list_claims(told: Reconciliation) -> tuple[tuple[Standing, ...], tuple[Standing, ...]]:
    """The differences that are to be corrected, and those among them in credits, of which FOCUS has no rows."""
    claims = [standing for standing in list_present(told) if standing.status != "accepted"]
    said = tuple(one for one in claims if is_national(one.found.part.currency))
    return said, tuple(one for one in claims if not is_national(one.found.part.currency))


def write_corrections(told: Reconciliation) -> str:
    """The whole file, as CSV with its heads."""
    written = StringIO()
    writer = csv.DictWriter(written, (*COLUMNS, *OURS), restval="", lineterminator="\n")
    writer.writeheader()
    for standing in list_claims(told)[0]:
        writer.writerow(dict(_list_cells(told, standing)))
    return written.getvalue()


def _list_cells(told: Reconciliation, standing: Standing) -> Iterator[tuple[str, str]]:
    found = standing.found
    cost = write_number(EXACT.minus(found.part.amount))
    yield from dict.fromkeys(("BilledCost", "ContractedCost", "EffectiveCost", "ListCost"), cost).items()
    yield "BillingCurrency", found.part.currency
    yield from _list_periods(told, standing)
    yield from _FIXED.items()
    said = {**_describe_place(standing), **_describe_break(standing)}
    yield from ((name, write_text(plain(text) if text else None)) for name, text in said.items())


_FIXED: Final = {
    "ChargeCategory": "Usage",
    "ChargeClass": "Correction",
    "ChargeFrequency": "One-Time",
    "ServiceCategory": SERVICE_CATEGORY,
    "ServiceName": SERVICE,
    "ServiceSubcategory": SERVICE_SUBCATEGORY,
}


def _describe_place(standing: Standing) -> Mapping[str, str | None]:
    subject = standing.found.subject
    provider = name_provider(subject.host)
    return {
        "BillingAccountId": subject.account or UNNAMED,
        "InvoiceIssuerName": provider,
        "ProviderName": provider,
        "PublisherName": provider,
        "RegionId": subject.region,
        "RegionName": subject.region,
        "SubAccountId": subject.account,
        "SubAccountName": subject.account,
        "x_Environment": subject.environment,
        "x_Host": subject.host,
        "x_Resolution": subject.resolution,
    }


def _describe_break(standing: Standing) -> Mapping[str, str | None]:
    found = standing.found
    part, tasks = found.part, found.subject.task_ids
    task = tasks[0] if len(tasks) == 1 else None
    return {
        "ChargeDescription": f"{name_cause(part.cause)}: {part.detail}",
        "ResourceId": task,
        "ResourceType": RESOURCE_TYPE if task else None,
        "x_TaskId": task,
        "x_BreakId": found.id,
        "x_Cause": part.cause,
        "x_Detail": part.detail,
        "x_Evidence": part.evidence,
        "x_TaskIds": json.dumps(tasks),
        "x_InvoiceLines": json.dumps(found.subject.invoice_lines),
    }


def _list_periods(told: Reconciliation, standing: Standing) -> Iterator[tuple[str, str]]:
    """The invoice's period, or where none is stated the month; in it the second of the request, where it is said."""
    at = standing.found.subject.at
    known = at if at and at < _NEVER else None
    billing = told.period or find_month(known or told.at, "UTC")
    begin = known.replace(microsecond=0) if known else None
    charged = (begin, begin + SECOND) if begin else billing
    for name, (start, end) in (("Billing", billing), ("Charge", charged)):
        yield f"{name}PeriodStart", _write_instant(start)
        yield f"{name}PeriodEnd", _write_instant(end)
    if at:
        yield "x_SubmittedAt", at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _write_instant(at: datetime) -> str:
    moment = at.astimezone(UTC)
    return f"{moment.year:04}-{moment:%m-%dT%H:%M:%SZ}"
