"""What is written and read is what the published JSON Schemas say: every example, through the command itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import tomli
from jsonschema import Draft202012Validator, FormatChecker

from pricing.shell.cli import app
from tests.conftest import ROOT

SCHEMAS = ROOT / "docs" / "reference" / "schemas"
EXAMPLES = ROOT / "examples"
BAD = ROOT / "tests" / "catalogues" / "bad"
PUBLISHED = ROOT / "pricing" / "published"
PAYLOADS = sorted(EXAMPLES.glob("*.payload.json"))
CATALOGUE_FILES = sorted([*PUBLISHED.glob("*.toml"), *(EXAMPLES / "catalogue").rglob("*.toml")])
AT = ("--at", "2026-11-15")
NORTHLIGHT = ("--catalogue", str(EXAMPLES / "catalogue"), "--account", "initech", "--environment", "production")

Json: TypeAlias = Any
Run: TypeAlias = Callable[..., list[Json]]


def schema(name: str) -> Json:
    return json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))


def faults(document: Json, name: str) -> list[str]:
    validator = Draft202012Validator(schema(name), format_checker=FormatChecker())
    return [f"{fault.json_path}: {fault.message[:200]}" for fault in validator.iter_errors(document)]


def facts_beside(payload: Path) -> tuple[str, ...]:
    facts = payload.with_name(payload.name.replace(".payload.", ".facts."))
    return ("--facts", str(facts)) if facts.exists() else ()


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """The command, run in this process: the JSON documents that it prints."""

    def documents(*arguments: str) -> list[Json]:
        app([*arguments], standalone_mode=False)
        return [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]

    return documents


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.stem)
def test_a_schema_is_one_and_closed(path: Path) -> None:
    found = schema(path.stem)
    Draft202012Validator.check_schema(found)
    open_objects = [
        part for part in _parts(found) if "properties" in part and part.get("additionalProperties") is not False
    ]
    assert open_objects == []


def _parts(found: Json) -> Iterator[dict[str, Json]]:
    if isinstance(found, dict) and isinstance(found.get("type", ""), str | list):
        yield found
    for item in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
        yield from _parts(item)


@pytest.mark.parametrize("facts", [True, False], ids=["with-facts", "without"])
@pytest.mark.parametrize("payload", PAYLOADS, ids=_name)
class TestEveryExample:
    """Each payload of the examples, through each command."""

    def test_its_report(self, payload: Path, *, facts: bool, run: Run) -> None:
        (document,) = run("check", str(payload), "--format", "json", *(facts_beside(payload) if facts else ()))
        assert faults(document, "report") == []

    @pytest.mark.parametrize("terms", [(), NORTHLIGHT], ids=["list", "catalogue"])
    def test_its_quote_or_what_stands_in_its_place(
        self, payload: Path, *, facts: bool, terms: tuple[str, ...], run: Run
    ) -> None:
        beside = facts_beside(payload) if facts else ()
        (document,) = run("quote", str(payload), "--format", "json", "--effects", *AT, *terms, *beside)
        name = "error" if "error" in document else "report" if "verdict" in document else "quote"
        assert faults(document, name) == []

    @pytest.mark.parametrize("terms", [(), NORTHLIGHT], ids=["list", "catalogue"])
    def test_its_explanation(self, payload: Path, *, facts: bool, terms: tuple[str, ...], run: Run) -> None:
        beside = facts_beside(payload) if facts else ()
        (document,) = run("explain", str(payload), "--format", "json", *AT, *terms, *beside)
        name = "error" if "error" in document else "report" if "verdict" in document else "explanation"
        assert faults(document, name) == []

    def test_its_plan(self, payload: Path, *, facts: bool, run: Run) -> None:
        (document,) = run("plan", str(payload), "--format", "json", *(facts_beside(payload) if facts else ()))
        assert faults(document, "report" if "verdict" in document else "plan") == []

    @pytest.mark.parametrize("host", ["alibaba", "atlas", "fal", "runware"])
    def test_its_conversions(self, payload: Path, *, facts: bool, host: str, run: Run) -> None:
        beside = facts_beside(payload) if facts else ()
        (document,) = run("convert", str(payload), "--to", host, "--order", "images-first", "--format", "json", *beside)
        assert faults(document, "report" if "verdict" in document else "conversion") == []

    def test_its_comparison(self, payload: Path, *, facts: bool, run: Run) -> None:
        beside = facts_beside(payload) if facts else ()
        (document,) = run("compare", str(payload), "--format", "json", *AT, "--rate", "USD/CNY=7.2", *beside)
        assert faults(document, "report" if "verdict" in document else "comparison") == []


@pytest.mark.parametrize("command", ["check", "quote"])
def test_lines_in_and_out(command: str, run: Run) -> None:
    batch = EXAMPLES / "batch.jsonl"
    asked = [json.loads(line) for line in batch.read_text(encoding="utf-8").splitlines()]
    answered = run(command, str(batch), "--format", "jsonl", *(NORTHLIGHT[:2] if command == "quote" else ()))
    assert [fault for line in asked for fault in faults(line, "request-line")] == []
    assert [fault for line in answered for fault in faults(line, "answer-line")] == []
    assert len(answered) == len(asked)


def test_a_bad_line_is_answered_too(tmp_path: Path, run: Run) -> None:
    lines = tmp_path / "bad.jsonl"
    lines.write_text('{"id": 1, "payload": 7}\n{"payload": {"a": 1}}\nnot JSON\n', encoding="utf-8")
    answered = run("quote", str(lines), "--format", "jsonl")
    assert [line.keys() for line in answered] == [{"id", "error"}] * 3
    assert [fault for line in answered for fault in faults(line, "answer-line")] == []


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        pytest.param("exact", "runware-two-seconds", id="exact"),
        pytest.param("bounded", "fal-one-clip", id="bounded"),
    ],
)
def test_the_examples_have_both_kinds_of_quote(kind: str, payload: str, run: Run) -> None:
    (document,) = run("quote", str(EXAMPLES / f"{payload}.payload.json"), "--format", "json", *AT)
    assert document["kind"] == kind


@pytest.mark.parametrize(
    ("market", "code"),
    [
        pytest.param((*AT,), None, id="list"),
        pytest.param((*AT, *NORTHLIGHT), None, id="catalogue"),
        pytest.param(("--at", "2020-01-01"), "no_rate", id="before-any-price"),
        pytest.param((*AT, "--account", "acme"), "unknown_name", id="no-such-account"),
        pytest.param((*AT, "--catalogue", "nowhere"), "bad_catalogue", id="no-such-folder"),
        pytest.param(("--at", "soon"), "unusable_input", id="no-instant"),
    ],
)
@pytest.mark.parametrize("host", ["alibaba", "atlas", "fal", "runware"])
def test_terms_and_errors(host: str, market: tuple[str, ...], code: str | None, run: Run) -> None:
    (document,) = run("cards", "resolve", host, "--format", "json", *market)
    assert faults(document, "error" if code else "terms") == []
    assert document.get("error", {}).get("code") == code


@pytest.mark.parametrize("folder", ["gap", "overlap", "dead-account"])
def test_findings(folder: str, run: Run) -> None:
    (document,) = run("cards", "check", str(BAD / folder), "--format", "json", *AT)
    assert faults(document, "findings") == []
    assert len(document["findings"]) == 1


@pytest.mark.parametrize("folder", [EXAMPLES / "catalogue", BAD / "test-failed", BAD / "untested"], ids=_name)
def test_trials(folder: Path, run: Run) -> None:
    (document,) = run("cards", "test", str(folder), "--format", "json")
    assert faults(document, "trials") == []
    assert document["tests"]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.facts.json")), ids=_name)
def test_facts(path: Path) -> None:
    assert faults(json.loads(path.read_text(encoding="utf-8")), "facts") == []


@pytest.mark.parametrize("path", CATALOGUE_FILES, ids=_name)
def test_cards_agreements_and_catalogues(path: Path) -> None:
    document = json.loads(json.dumps(tomli.loads(path.read_text(encoding="utf-8")), default=_date))
    (name,) = {"card", "agreement", "catalogue", "test"} & document.keys()
    assert faults(document, {"test": "tests"}.get(name, name)) == []


def _date(value: date | datetime) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value.isoformat()


@pytest.mark.parametrize("card", ["fal-list", "northlight-atlas-stages", "northlight-atlas", "alibaba-mainland"])
def test_a_card_that_is_shown(card: str, run: Run) -> None:
    (document,) = run("cards", "show", card, "--format", "json", *NORTHLIGHT[:2])
    assert faults(document, "card") == []


def test_plugins(run: Run) -> None:
    (document,) = run("plugins", "--format", "json")
    assert faults(document, "plugins") == []
    listed = {"kind": "host", "name": "lumen", "distribution": "lumen-plugin", "version": "1.0"}
    both = {"plugins": [{**listed, "added": "Lumen"}], "refused": [{**listed, "reason": "it raises"}]}
    assert faults({**document, **both}, "plugins") == []


@pytest.mark.parametrize(
    "number", ["1_000", "1e3", "+1", "01", ".5", "5.", "٣", "1" * 13, "0." + "1" * 13, "NaN", " 1"]
)
def test_the_schema_refuses_the_numbers_that_the_reader_refuses(number: str) -> None:
    patterns = {part["pattern"] for part in _parts(schema("card")["$defs"]["PerUnit"]["properties"]["price"])}
    assert [pattern for pattern in patterns if re.search(pattern, number)] == []
