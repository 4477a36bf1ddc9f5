"""Whole cases: a payload and its facts in, the numbers that a person worked out by hand, out of both doors."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest

from pricing import Market, NoCardError, NoRateError, quote, resolve
from pricing.shell.catalogues import load_published
from pricing.shell.wire import write_quote
from tests.conftest import ROOT
from tests.shell.runner import run
from wan_rules import parse_facts, parse_object, read, recognise, validate

CASES: Final = sorted(path.parent for path in (ROOT / "tests" / "golden").glob("*/payload.json"))
NO_RATE: Final = {"error": "no rate"}
NO_RATE_EXIT: Final = 4


def _load(case: Path, name: str) -> dict[str, object]:
    path = case / f"{name}.json"
    return parse_object(path.read_bytes()) if path.exists() else {}


def differences(expected: object, seen: object, at: str = "") -> list[str]:
    """Where what was seen is not as expected; keys that are not expected may be there."""
    if isinstance(expected, dict) and isinstance(seen, dict):
        return [line for key, value in expected.items() for line in differences(value, seen.get(key), f"{at}/{key}")]
    if isinstance(expected, list) and isinstance(seen, list) and len(expected) == len(seen):
        return [
            line for i, pair in enumerate(zip(expected, seen, strict=True)) for line in differences(*pair, f"{at}/{i}")
        ]
    return [] if expected == seen else [f"{at}: {expected!r} expected, {seen!r} seen"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_library_quotes_it(case: Path) -> None:
    payload, options, expected = (_load(case, name) for name in ("payload", "options", "quote"))
    host = recognise(payload)
    valid = validate(read(payload, host, parse_facts(_load(case, "facts"))))
    region = options.get("region")
    market = Market(None, None, host.name, str(region) if region else None)
    at = datetime.fromisoformat(str(options["at"]))
    if expected == NO_RATE:
        with pytest.raises((NoRateError, NoCardError)):
            quote(valid, resolve(load_published(), market, at), at)
    else:
        seen = json.loads(write_quote(quote(valid, resolve(load_published(), market, at), at)))
        assert differences(expected, seen) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_command_line_quotes_it(case: Path) -> None:
    facts = ("--facts", str(case / "facts.json")) if (case / "facts.json").exists() else ()
    options = [f"--{name}={value}" for name, value in _load(case, "options").items()]
    done = run("quote", str(case / "payload.json"), "--format", "json", *facts, *options)
    expected = _load(case, "quote")
    if expected == NO_RATE:
        assert done.code == NO_RATE_EXIT, done.err
    else:
        assert (done.code, done.err) == (0, "")
        assert differences(expected, done.document) == []


def test_the_cases_are_found() -> None:
    assert len(CASES) == 16


def test_differences_are_found() -> None:
    expected = {"total": "1.00", "lines": [{"amount": "1.00"}]}
    assert differences(expected, {"total": "1.00", "lines": [{"amount": "1.00", "unit": "second"}]}) == []
    assert differences(expected, {"total": "1", "lines": []}) == [
        "/total: '1.00' expected, '1' seen",
        "/lines: [{'amount': '1.00'}] expected, [] seen",
    ]
