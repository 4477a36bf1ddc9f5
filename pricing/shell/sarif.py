"""Findings as SARIF 2.1.0, as code hosts read it: each shows at its line of a pull request."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from pricing.linting import Check, Lint
from pricing.lints.lint import describe
from pricing.version import __version__

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
VERSION: Final = "2.1.0"
UNREADABLE: Final = ("CAT001", "unreadable")
"""The rule of a catalogue that can't be read: what it breaks has no check of its own."""
_UNREADABLE_TEXT: Final = "Every file of a catalogue can be read, and every name in it is known."


def write_sarif(found: Sequence[Lint], checks: Sequence[Check], folder: Path) -> dict[str, Any]:
    """The SARIF log of what these checks found, with paths as seen from `folder` where they lie below it."""
    rules = [_unreadable_rule(), *map(_rule, checks)]
    places = {rule["id"]: index for index, rule in enumerate(rules)}
    driver = {"name": "wan-rules", "semanticVersion": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, places[one.id], folder) for one in found],
    }
    return {"$schema": SCHEMA, "version": VERSION, "runs": [run]}


def _unreadable_rule() -> dict[str, Any]:
    return _rule_of(*UNREADABLE, "error", [_UNREADABLE_TEXT])


def _rule(check: Check) -> dict[str, Any]:
    paragraphs = [" ".join(paragraph.split()) for paragraph in describe(check).strip().split("\n\n")]
    return _rule_of(check.id, check.name, check.severity, paragraphs)


def _rule_of(name: str, word: str, level: str, paragraphs: Sequence[str]) -> dict[str, Any]:
    return {
        "id": name,
        "name": word,
        "shortDescription": {"text": paragraphs[0]},
        "fullDescription": {"text": " ".join(paragraphs)},
        "help": {"text": "\n\n".join(paragraphs), "markdown": "\n\n".join(paragraphs)},
        "defaultConfiguration": {"level": level},
    }


def _result(one: Lint, rule: int, folder: Path) -> dict[str, Any]:
    return {
        "ruleId": one.id,
        "ruleIndex": rule,
        "level": one.severity,
        "message": {"text": one.message},
        "locations": [_location(one, folder)],
        "suppressions": [{"kind": "inSource", "justification": one.acknowledged}] if one.acknowledged else [],
    }


def _location(one: Lint, folder: Path) -> dict[str, Any]:
    """Where it stands: in a file, or, where there is no such file (the shipped prices), by name alone."""
    name = f"{one.file}#{one.key}" if one.key else one.file
    logical = {"logicalLocations": [{"fullyQualifiedName": name}]}
    if not Path(one.file).is_file():
        return logical
    region = {"region": {"startLine": one.line}} if one.line else {}
    return {"physicalLocation": {"artifactLocation": {"uri": spell_path(Path(one.file), folder)}, **region}, **logical}


def spell_path(path: Path, folder: Path) -> str:
    """The path as a URI: relative to the folder where it lies below it."""
    whole = path.resolve()
    below = folder.resolve()
    return quote(whole.relative_to(below).as_posix()) if whole.is_relative_to(below) else whole.as_uri()
