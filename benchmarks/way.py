"""The way under measure, by public names alone: bytes of a payload to bytes of a quote or of a report."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, cast

from pricing import Catalogue, Market, Quote, quote, resolve
from pricing.shell.catalogues import load_published
from pricing.shell.wire import write_quote, write_report
from wan_rules import Facts, ValidRequest, check, parse_object, read, recognise, validate

AT: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
"""An instant at which the shipped prices are in force."""
MARKET: Final = Market(None, None, "alibaba")
CATALOGUE: Final[Catalogue] = load_published()
NO_FACTS: Final[Facts] = {}


def quote_payload(data: bytes, facts: Facts = NO_FACTS) -> bytes:
    """The quote of a payload: parsed, its host recognised, read, checked by every rule, planned, priced, written."""
    payload = parse_object(data)
    return write_quote(price(accept(payload, facts)))


def accept(payload: dict[str, object], facts: Facts = NO_FACTS) -> ValidRequest:
    """The valid request that a parsed payload holds."""
    return validate(read(payload, recognise(payload), facts))


def price(valid: ValidRequest) -> Quote:
    """The quote alone: the terms in force looked up, the request planned and priced."""
    return quote(valid, resolve(CATALOGUE, MARKET, AT), AT)


def report_payload(data: bytes) -> bytes:
    """The report on a payload, whatever it holds."""
    payload = parse_object(data)
    return write_report(check(read(payload, recognise(payload))))


def answer_line(line: bytes) -> bytes:
    """One line of JSON Lines out for one line in, as the command answers it."""
    request = parse_object(line)
    payload = cast("dict[str, object]", request["payload"])
    return b'{"id":"%b","quote":%b}\n' % (cast("str", request["id"]).encode(), write_quote(price(accept(payload))))
