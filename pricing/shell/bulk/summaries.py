"""The document `report.json`: all that a reconciliation came to but its breaks, and the options of its run."""

from __future__ import annotations

import json
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from pricing.break_causes import CAUSES
from pricing.money import format_amount
from pricing.reconciliations import Counts, Reconciliation, Tolerance, Totals
from pricing.shell.bulk.runs import (
    RunOptions,
    Told,
    read_options,
    say_faults,
    write_instant,
    write_options,
    write_tolerances,
)
from wan_rules.payloads import UnusableInputError, parse_object

SCHEMA_VERSION: Final = "1"
SUMMARY: Final = "report.json"
"""Its name in the folder of a report."""


class Summary(NamedTuple):
    """A reconciliation without its standings, and what its run was asked."""

    reconciliation: Reconciliation
    options: RunOptions


class _Document(NamedTuple):
    """What the document holds beside its version and its options, as it is read."""

    at: AwareDatetime
    period: tuple[AwareDatetime, AwareDatetime] | None
    catalogue: str
    digest: str
    version: str
    engine: str
    checksums: bool
    tolerances: dict[str, Tolerance]
    counts: Counts
    totals: tuple[Totals, ...]


def write_summary(reconciliation: Reconciliation, options: RunOptions, folder: Path) -> bytes:
    """The document, for a report in that folder (as it will be named: relative paths are kept relative to it)."""
    period = reconciliation.period
    told = {
        "schema_version": SCHEMA_VERSION,
        "at": write_instant(reconciliation.at),
        "period": period and {"from": write_instant(period[0]), "until": write_instant(period[1])},
        "catalogue": reconciliation.catalogue,
        "digest": reconciliation.digest,
        "version": reconciliation.version,
        "engine": reconciliation.engine,
        "checksums": reconciliation.checksums,
        "tolerances": write_tolerances(reconciliation.tolerances),
        "counts": write_counts(reconciliation.counts),
        "totals": write_totals(reconciliation.totals),
        "options": write_options(options, folder),
    }
    return json.dumps(told, ensure_ascii=False, indent=2).encode() + b"\n"


def write_counts(counts: Counts) -> Told:
    """The counts, each kind of match by its rule."""
    return {**counts._asdict(), "matches": dict(sorted(counts.matches.items()))}


def write_totals(totals: tuple[Totals, ...]) -> list[Told]:
    """The bridge of each currency, each cause by its name."""
    return [
        {
            "currency": one.currency,
            "expected": format_amount(one.expected, one.currency),
            "invoiced": format_amount(one.invoiced, one.currency),
            "causes": {
                cause: format_amount(amount, one.currency) for cause, amount in zip(CAUSES, one.causes, strict=True)
            },
            "tolerated": format_amount(one.tolerated, one.currency),
        }
        for one in totals
    ]


def read_summary(folder: Path) -> Summary:
    """What the document in the folder of a report holds. Raises UnusableInputError."""
    path = folder / SUMMARY
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        reason = f"there is no {SUMMARY}: name the folder of a report, which `wan-rules reconcile` wrote"
        raise UnusableInputError(str(folder), reason) from None
    except OSError as error:
        raise UnusableInputError(str(path), f"it can't be read: {error.strerror}") from None
    told = dict(parse_object(data, what=str(path)))
    if (version := told.pop("schema_version", None)) != SCHEMA_VERSION:
        reason = f'schema_version is {version!r}: this program reads "{SCHEMA_VERSION}"'
        raise UnusableInputError(str(path), reason)
    options = read_options(told.pop("options", None), folder, what=str(path))
    return Summary(_read(_plain(told), str(path)), options)


def _plain(told: Told) -> Told:
    """The document with instants and causes in their order, as the values hold them."""
    if isinstance(period := told.get("period"), dict) and [*period] == ["from", "until"]:
        told["period"] = [*period.values()]
    if isinstance(totals := told.get("totals"), list):
        told["totals"] = [order_causes(one) for one in totals]
    return told


def order_causes(totals: object) -> object:
    """The causes as a list; left as they are, and so refused, where they are other causes than we know."""
    if not isinstance(totals, dict) or not isinstance(causes := totals.get("causes"), dict):
        return totals
    return {**totals, "causes": [causes[cause] for cause in CAUSES] if {*causes} == {*CAUSES} else causes}


@cache
def _adapter() -> TypeAdapter[_Document]:
    return TypeAdapter(_Document)


def _read(told: Told, what: str) -> Reconciliation:
    try:
        read = _adapter().validate_python(told)
    except ValidationError as error:
        raise UnusableInputError(what, say_faults(error, told)) from None
    period = read.period and (read.period[0].astimezone(UTC), read.period[1].astimezone(UTC))
    return Reconciliation(**{**read._asdict(), "at": read.at.astimezone(UTC), "period": period}, standings=())
