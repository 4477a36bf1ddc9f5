"""What a run ends with: exit codes, and the stable word for each error."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pricing.catalogue import AmbiguousTermsError, NoCardError, UnknownNameError
from pricing.errors import (
    CardError,
    ClashingTermsError,
    MissingOutcomeError,
    MissingUsageError,
    ReportMismatchError,
    UnknownCardError,
)
from pricing.quotes import NoRateError, Quote
from pricing.rating import Reason
from wan_rules.conversion import OrderNeededError
from wan_rules.payloads import UnusableInputError
from wan_rules.validation import Report

DONE, REJECTED, UNUSABLE, UNDETERMINED, NO_RATE = 0, 1, 2, 3, 4
"""Exit codes (docs/reference/cli.md)."""
REJECTION_CODES: Final[Mapping[Reason, int]] = MappingProxyType(
    {
        "unreadable": UNUSABLE,
        "unknown_name": UNUSABLE,
        "ambiguous_terms": UNUSABLE,
        "error": UNUSABLE,
        "no_rate": NO_RATE,
        "missing_outcome": NO_RATE,
        "bounded": UNDETERMINED,
        "not_done": DONE,
    }
)
"""With what a row that is not rated lets the command end; a job that did not succeed has nothing to be rated."""


def verdict_code(report: Report, quoted: Quote | None = None) -> int:
    """The exit code of a report or quote; undetermined counts only under `--strict`, which its caller knows."""
    if report.verdict == "rejected":
        return REJECTED
    if quoted is not None and quoted.priced.charged.kind == "unbounded":
        return UNDETERMINED
    return DONE


def exit_code(error: Exception) -> int:
    """The exit code that an error ends with."""
    if isinstance(error, MissingUsageError):
        return UNDETERMINED
    return NO_RATE if isinstance(error, NoRateError | NoCardError | MissingOutcomeError) else UNUSABLE


ERROR_CODES: Final[tuple[tuple[type[Exception], str], ...]] = (
    (NoRateError, "no_rate"),
    (NoCardError, "no_rate"),
    (MissingOutcomeError, "missing_outcome"),
    (MissingUsageError, "missing_usage"),
    (ReportMismatchError, "report_mismatch"),
    (UnusableInputError, "unusable_input"),
    (UnknownNameError, "unknown_name"),
    (UnknownCardError, "unknown_name"),
    (AmbiguousTermsError, "ambiguous_terms"),
    (ClashingTermsError, "clashing_terms"),
    (CardError, "bad_catalogue"),
    (OrderNeededError, "order_needed"),
)


def error_code(error: Exception) -> str:
    """A stable word for an error, to branch on."""
    return next((code for kind, code in ERROR_CODES if isinstance(error, kind)), "error")


def worst(codes: set[int]) -> int:
    """The exit code of a batch: 2, else 1, else 4, else 3, else 0."""
    return next((code for code in (UNUSABLE, REJECTED, NO_RATE, UNDETERMINED) if code in codes), DONE)
