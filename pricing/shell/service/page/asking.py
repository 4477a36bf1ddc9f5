"""One request as the page asks for it: read, checked, priced and compared, each as far as the one before allows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from pricing.agreed import list_regions
from pricing.catalogue import Market
from pricing.comparison import Axes, Occasion, Option, compare
from pricing.effects import PriceEffect, work_out_effects
from pricing.errors import PricingError
from pricing.quotes import Quote
from pricing.resolution import resolve
from pricing.shell import jobs
from pricing.shell.plugins import use_plugins
from pricing.shell.service.page.month import Month, read_month
from wan_rules.facts import NO_FACTS, Facts, parse_facts
from wan_rules.hosts.reading import Reading, find_idle_facts
from wan_rules.payloads import UnusableInputError, WanRulesError, parse, parse_object
from wan_rules.request import RESOLUTIONS
from wan_rules.urls import shorten
from wan_rules.validation import Report, ValidRequest, check, validate

COMPARED_BYTES_MAX: Final = 64 * 1024
"""Of a payload that is set beside all its alternatives: each of them writes and reads it again."""


class Question(NamedTuple):
    """What was typed; `host` is `None` where it is to be recognised. `consumed` are texts by running total."""

    text: str
    host: str | None
    facts: str
    consumed: Mapping[str, str] = MappingProxyType({})


class Fault(NamedTuple):
    """Why there is no answer: of what (`payload`, `facts`, `month`, `price`), and on which line of it, if on one."""

    what: str
    reason: str
    line: int | None = None


class Answer(NamedTuple):
    """All that can be said of a question. What is `None` could not be found out; `fault` says why."""

    question: Question
    facts: Facts = NO_FACTS
    reading: Reading | None = None
    report: Report | None = None
    valid: ValidRequest | None = None
    sale: jobs.Sale | None = None
    month: Month | None = None
    quote: Quote | None = None
    effects: tuple[PriceEffect, ...] = ()
    options: tuple[Option, ...] = ()
    fault: Fault | None = None
    idle: tuple[str, ...] = ()


def answer(question: Question, find_sale: Callable[[], jobs.Sale]) -> Answer:
    """The answer. Raises what `find_sale` raises, where it is asked; everything else is told in the answer."""
    found = _read(question)
    reading = found.reading
    if reading is None:
        return found
    try:
        report = check(reading)
    except WanRulesError as error:
        return found._replace(fault=Fault("payload", str(error)))
    found = found._replace(report=report)
    return found if report.verdict == "rejected" else _price(found, reading, find_sale())


def _read(question: Question) -> Answer:
    found = Answer(question)
    try:
        found = found._replace(facts=read_facts(question.facts))
    except UnusableInputError as error:
        return found._replace(fault=Fault("facts", error.reason, find_line(error.reason)))
    try:
        payload = parse_object(question.text.encode(errors="surrogatepass"))
        reading = jobs.read_request(payload, question.host, found.facts)
    except UnusableInputError as error:
        return found._replace(fault=Fault("payload", _tell(error.reason), find_line(error.reason)))
    idle = tuple(shorten(key) for key in find_idle_facts(reading, found.facts))
    return found._replace(reading=reading, idle=idle)


def _tell(reason: str) -> str:
    """The reason in the page's own terms: it has a list where the command line has an option."""
    return reason.replace("Name the host (--host).", "Name the host above.")


def find_line(reason: str) -> int | None:
    """The line that a message names; the first one where it names a column alone."""
    named = re.search(r"\bline (\d+), column", reason)
    if named:
        return int(named[1])
    return 1 if "column " in reason else None


def read_facts(text: str) -> Facts:
    """The facts that were typed; none for an empty text. Raises UnusableInputError."""
    if not text.strip():
        return NO_FACTS
    return parse_facts(parse(text.encode(errors="surrogatepass"), what="facts"))


def _price(found: Answer, reading: Reading, sale: jobs.Sale) -> Answer:
    valid = validate(reading)
    region = sale.region
    if not list_regions(sale.catalogue, Market(sale.account, sale.environment, reading.host.name, None)):
        sale = sale._replace(region=None)
    found = _look_at_month(found._replace(valid=valid, sale=sale), reading, sale)
    if found.month is not None:
        if found.month.faults:
            return found
        sale = sale._replace(consumed_before=found.month.said)
        found = _quote(found._replace(sale=sale), reading, sale)
    if len(found.question.text) > COMPARED_BYTES_MAX:
        return found
    return found._replace(options=compare_all(valid, sale._replace(region=region)))


def _look_at_month(found: Answer, reading: Reading, sale: jobs.Sale) -> Answer:
    """With the month so far as the terms look at it; a fault where there are no terms, or it can't be read."""
    market = Market(sale.account, sale.environment, reading.host.name, sale.region)
    try:
        terms = resolve(sale.catalogue, market, sale.at).terms
    except PricingError as error:
        return found._replace(fault=Fault("price", str(error)))
    month = read_month(terms, found.question.consumed)
    reasons = [Fault("month", str(error)) for error in month.faults.values()]
    return found._replace(month=month, fault=next(iter(reasons), None))


def _quote(found: Answer, reading: Reading, sale: jobs.Sale) -> Answer:
    try:
        quoted = jobs.quote_reading(reading, sale)
    except PricingError as error:
        return found._replace(fault=Fault("price", str(error)))
    return found._replace(quote=quoted, effects=work_out_effects(reading, quoted, found.facts))


def compare_all(valid: ValidRequest, sale: jobs.Sale) -> tuple[Option, ...]:
    """The request at every host, tier and length that any host has."""
    hosts = list(use_plugins().hosts.values())
    market = Market(sale.account, sale.environment, valid.host.name, sale.region)
    axes = Axes(hosts, RESOLUTIONS, _durations([host.limits.duration_s.value for host in hosts]))
    return compare(valid, axes, Occasion(sale.catalogue, market, sale.at, sale.consumed_before, sale.translation))


def _durations(ranges: Sequence[tuple[int, int]]) -> Sequence[int]:
    return range(min(low for low, _ in ranges), max(high for _, high in ranges) + 1)
