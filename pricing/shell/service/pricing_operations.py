"""What costs nothing and is kept nowhere: check, plan, estimate, compare, explain."""

from __future__ import annotations

import json
from typing import Final

from pricing.explanations import explain
from pricing.shell import jobs, wire
from pricing.shell.comparing import AxesAsked, compare_request, parse_rates, write_comparison
from pricing.shell.probe_documents import append_media
from pricing.shell.service.answers import Answer, Exchange
from pricing.shell.service.asked import read_body, read_measured, read_reading, read_request
from pricing.shell.service.measuring import PROBE
from wan_rules.payloads import UnusableInputError
from wan_rules.staging import plan
from wan_rules.validation import check, validate

EFFECTS: Final = "effects"
AXES: Final = ("hosts", "tiers", "durations", "rate")


def answer_check(exchange: Exchange) -> Answer:
    """The report: what is wrong with a payload, and how it is mended. A rejected one is answered with 200 too."""
    record, probed = read_measured(exchange, read_body(exchange, PROBE))
    reading, _ = read_reading(record)
    return Answer(append_media(wire.write_report(check(reading), exchange.translation), probed))


def answer_plan(exchange: Exchange) -> Answer:
    """The stages that a payload runs."""
    reading, _ = read_reading(read_body(exchange))
    return Answer(wire.write_plan(plan(validate(reading))))


def answer_estimate(exchange: Exchange) -> Answer:
    """What a payload costs, on the terms of whoever asks: no id, no promise, and nothing is written."""
    effects = read_switch(exchange, EFFECTS)
    record, probed = read_measured(exchange, read_body(exchange, EFFECTS, PROBE))
    asked = read_request(exchange, record, effects=effects)
    quoted = asked.quote()
    if not effects:
        return Answer(append_media(wire.write_quote(quoted, translation=exchange.translation), probed))
    worked_out = jobs.find_effects(asked.reading, quoted, asked.facts, asked.sale)
    told = wire.write_quote(quoted, wire.write_effects(worked_out, quoted), exchange.translation)
    return Answer(append_media(told, probed))


def answer_comparison(exchange: Exchange) -> Answer:
    """The same request at every host, tier and length."""
    options = exchange.options
    asked = read_request(exchange, read_body(exchange, *AXES))
    rates = tuple(text for text in options.get("rate", "").split(",") if text)
    axes = AxesAsked(options.get("hosts"), options.get("tiers"), options.get("durations"), rates)
    compared = compare_request(validate(asked.reading), axes, asked.sale)
    document = write_comparison(compared, parse_rates(rates))
    return Answer(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())


def answer_explanation(exchange: Exchange) -> Answer:
    """An estimate in sentences; of the files that prices stand in it tells the names, not the folders."""
    asked = read_request(exchange, read_body(exchange))
    quoted = asked.quote()
    sentences = explain(quoted, asked.sale.catalogue.locate, exchange.translation)
    return Answer(wire.write_explanation(quoted, sentences, exchange.translation))


def read_switch(exchange: Exchange, name: str) -> bool:
    """Whether an option of the query says true. Raises UnusableInputError for any other word than true or false."""
    word = exchange.options.get(name, "false")
    if word not in {"true", "false"}:
        raise UnusableInputError("query", f"{name}: true or false is wanted, not {word[:64]!r}")
    return word == "true"
