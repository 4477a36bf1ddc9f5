"""One request through the whole way, as every command asks for it: read, check, plan, price; and its JSON text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from pricing.catalogue import AmbiguousTermsError, Catalogue, Market, NoCardError, UnknownNameError
from pricing.effects import PriceEffect, work_out_effects
from pricing.errors import (
    CardError,
    ClashingTermsError,
    MissingOutcomeError,
    MissingUsageError,
    PricingError,
    ReportMismatchError,
    UnknownCardError,
)
from pricing.quotes import NOTHING_SAID, NoRateError, Quote, quote
from pricing.resolution import resolve
from pricing.shell import wire
from pricing.shell.plugins import use_plugins
from wan_rules.conversion import OrderNeededError
from wan_rules.facts import Facts
from wan_rules.hosts import read, recognise
from wan_rules.hosts.reading import Reading
from wan_rules.payloads import JsonObject, UnusableInputError, WanRulesError
from wan_rules.validation import InvalidRequestError, Report, check, validate

DONE, REJECTED, UNUSABLE, UNDETERMINED, NO_RATE = 0, 1, 2, 3, 4
"""Exit codes (docs/reference/cli.md)."""


class Sale(NamedTuple):
    """On which terms to quote: the catalogue, whose, where, when. `host` and `region` are `None` when not said."""

    catalogue: Catalogue
    account: str | None
    environment: str | None
    region: str | None
    at: datetime
    effects: bool = False
    consumed_before: Mapping[str, Decimal] = NOTHING_SAID


class Answer(NamedTuple):
    """What answers one request: `quote`, `report` or `error`, its JSON, its exit code, and the verdict if any."""

    kind: str
    document: bytes
    code: int
    verdict: str = ""


def read_request(payload: JsonObject, host: str | None, facts: Facts) -> Reading:
    """The payload as its host reads it. Raises UnusableInputError where the host can't be told."""
    plugins = use_plugins()
    return read(payload, recognise(payload, plugins.hosts) if host is None else plugins.find_host(host), facts)


def quote_reading(reading: Reading, sale: Sale) -> Quote:
    """The quote. Raises InvalidRequestError or PricingError."""
    valid = validate(reading)
    market = Market(sale.account, sale.environment, reading.host.name, sale.region)
    return quote(valid, resolve(sale.catalogue, market, sale.at), sale.at, sale.consumed_before)


def find_effects(reading: Reading, quoted: Quote, facts: Facts, sale: Sale) -> tuple[PriceEffect, ...]:
    """The price effects, where they were asked for."""
    return work_out_effects(reading, quoted, facts) if sale.effects else ()


def quote_json(payload: JsonObject, host: str | None, facts: Facts, sale: Sale) -> Answer:
    """What stands on the wire for one request: its quote, the report that refuses it, or an error."""
    try:
        reading = read_request(payload, host, facts)
        quoted = quote_reading(reading, sale)
    except InvalidRequestError as error:
        return Answer("report", wire.write_report(error.report), REJECTED)
    except (PricingError, WanRulesError) as error:
        return Answer("error", wire.write_error(error_code(error), str(error)), exit_code(error))
    effects = wire.write_effects(find_effects(reading, quoted, facts, sale), quoted) if sale.effects else b"[]"
    report = quoted.valid.report
    return Answer("quote", wire.write_quote(quoted, effects), verdict_code(report, quoted), report.verdict)


def check_json(payload: JsonObject, host: str | None, facts: Facts) -> Answer:
    """What stands on the wire for one check: its report, or an error."""
    try:
        report = check(read_request(payload, host, facts))
    except WanRulesError as error:
        return Answer("error", wire.write_error(error_code(error), str(error)), UNUSABLE)
    return Answer("report", wire.write_report(report), verdict_code(report), report.verdict)


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
