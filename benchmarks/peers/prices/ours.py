"""Ours: the payload as the host takes it, and the catalogue beside these files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from benchmarks.peers.asked import Answer, Asked
from pricing import Market, Quote, parse_report, quote, resolve, settle
from pricing.shell.catalogues import load_catalogue
from wan_rules import parse_facts, read, recognise, validate

CATALOGUE = load_catalogue(Path(__file__).parent.parent / "catalogue")
AT = datetime(2026, 11, 22, tzinfo=UTC)


def _quote(asked: Asked) -> Quote:
    host = recognise(asked.payload)
    valid = validate(read(asked.payload, host, parse_facts(asked.facts)))
    return quote(valid, resolve(CATALOGUE, Market(asked.account, asked.environment, host.name), AT), AT)


def price(asked: Asked) -> Answer:
    """The exact amount, or its least and its most."""
    quoted = _quote(asked)
    assert quoted.total is not None
    return quoted.total if quoted.kind == "exact" else (quoted.total_min, quoted.total)


def price_report(asked: Asked, report: bytes) -> Answer:
    """What the job costs after it ran."""
    charge = settle(_quote(asked), parse_report(report)).charge
    assert charge is not None
    return charge
