"""What the published JSON Schemas say of documents, for the tests that write them."""

from __future__ import annotations

import json

from jsonschema import Draft202012Validator, FormatChecker

from tests.conftest import ROOT

SCHEMAS = ROOT / "docs" / "reference" / "schemas"


def faults(document: object, name: str) -> list[str]:
    """What is wrong with a document, by the schema of that name."""
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    return [f"{fault.json_path}: {fault.message[:200]}" for fault in validator.iter_errors(document)]
