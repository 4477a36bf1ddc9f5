"""The JSON Schema of what `cards test --format json` writes."""

from __future__ import annotations

from typing import Final

from wire_parts import COUNT, DIALECT, DIGEST, TEXT, VERSION, Schema, closed, list_of, or_null

_LINE: Final = or_null({"type": "integer", "minimum": 1})
_DIFFERENCE: Final = closed({"key": TEXT, "line": _LINE, "expected": TEXT, "got": TEXT})
_TRIAL: Final = closed(
    {"name": TEXT, "file": TEXT, "line": _LINE, "passed": {"type": "boolean"}, "differences": list_of(_DIFFERENCE)}
)
_UNTESTED: Final = closed({"file": TEXT, "line": _LINE, "key": TEXT, "name": TEXT})
_COVERAGE: Final = closed({"parts": COUNT, "tested": COUNT, "untested": list_of(_UNTESTED)})
_TRIALS: Final = closed({"schema_version": VERSION, "digest": DIGEST, "tests": list_of(_TRIAL), "coverage": _COVERAGE})


def trial_schemas() -> dict[str, Schema]:
    """The schema, by the name of its file."""
    head = {"$schema": DIALECT, "$id": "urn:wan-rules:1:trials", "title": "What `cards test --format json` writes"}
    return {"trials": head | _TRIALS}
