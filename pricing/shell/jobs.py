"""One request through the whole way, as every command asks for it: read, check, plan, price; and its JSON text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from pricing.catalogue import Catalogue, Market
from pricing.effects import PriceEffect, work_out_effects
from pricing.errors import PricingError
from pricing.quotes import NOTHING_SAID, Quote, quote
from pricing.resolution import resolve
from pricing.shell import wire
from pricing.shell.codes import REJECTED, UNUSABLE, error_code, exit_code, verdict_code
from pricing.shell.plugins import use_plugins
from wan_rules.facts import Facts
from wan_rules.hosts import read, recognise
from wan_rules.hosts.reading import Reading
from wan_rules.messages import ENGLISH, Translation
from wan_rules.payloads import JsonObject, WanRulesError
from wan_rules.validation import InvalidRequestError, check, validate


class Sale(NamedTuple):
    """On which terms to quote: the catalogue, whose, where, when. `host` and `region` are `None` when not said.

    `translation` is the language that its report is told in.
    """

    catalogue: Catalogue
    account: str | None
    environment: str | None
    region: str | None
    at: datetime
    effects: bool = False
    consumed_before: Mapping[str, Decimal] = NOTHING_SAID
    translation: Translation = ENGLISH


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
        return Answer("report", wire.write_report(error.report, sale.translation), REJECTED)
    except (PricingError, WanRulesError) as error:
        return Answer("error", wire.write_error(error_code(error), str(error)), exit_code(error))
    effects = wire.write_effects(find_effects(reading, quoted, facts, sale), quoted) if sale.effects else b"[]"
    report = quoted.valid.report
    return Answer(
        "quote", wire.write_quote(quoted, effects, sale.translation), verdict_code(report, quoted), report.verdict
    )


def check_json(payload: JsonObject, host: str | None, facts: Facts, translation: Translation = ENGLISH) -> Answer:
    """What stands on the wire for one check: its report, or an error."""
    try:
        report = check(read_request(payload, host, facts))
    except WanRulesError as error:
        return Answer("error", wire.write_error(error_code(error), str(error)), UNUSABLE)
    return Answer("report", wire.write_report(report, translation), verdict_code(report), report.verdict)
