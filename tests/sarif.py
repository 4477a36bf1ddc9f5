"""What a SARIF 2.1.0 log of ours holds, as a JSON Schema of our own: the parts of the standard that we write.

It is narrower than the standard: each key is one that the standard has, with its type, and nothing else is there.
"""

from __future__ import annotations

from typing import Final

from jsonschema import Draft202012Validator

_TEXT: Final = {"type": "string", "minLength": 1}
_LEVEL: Final = {"enum": ["error", "warning"]}


def _closed(properties: dict[str, object], *optional: str) -> dict[str, object]:
    required = [key for key in properties if key not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _each(items: object) -> dict[str, object]:
    return {"type": "array", "items": items}


_MESSAGE: Final = _closed({"text": _TEXT})
_RULE: Final = _closed(
    {
        "id": {"type": "string", "pattern": "^CAT[0-9]{3}$"},
        "name": _TEXT,
        "shortDescription": _MESSAGE,
        "fullDescription": _MESSAGE,
        "help": _closed({"text": _TEXT, "markdown": _TEXT}),
        "defaultConfiguration": _closed({"level": _LEVEL}),
    }
)
_PHYSICAL: Final = _closed(
    {
        "artifactLocation": _closed({"uri": {"type": "string", "pattern": "^[A-Za-z0-9_.~:/%-]+$"}}),
        "region": _closed({"startLine": {"type": "integer", "minimum": 1}}),
    },
    "region",
)
_LOCATION: Final = _closed(
    {"physicalLocation": _PHYSICAL, "logicalLocations": _each(_closed({"fullyQualifiedName": _TEXT}))},
    "physicalLocation",
)
_RESULT: Final = _closed(
    {
        "ruleId": _TEXT,
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": _LEVEL,
        "message": _MESSAGE,
        "locations": {**_each(_LOCATION), "minItems": 1},
        "suppressions": _each(_closed({"kind": {"const": "inSource"}, "justification": _TEXT})),
    }
)
_DRIVER: Final = _closed({"name": {"const": "wan-rules"}, "semanticVersion": _TEXT, "rules": _each(_RULE)})
_RUN: Final = _closed(
    {
        "tool": _closed({"driver": _DRIVER}),
        "columnKind": {"const": "unicodeCodePoints"},
        "results": _each(_RESULT),
    }
)
_LOG: Final = _closed(
    {
        "$schema": {"type": "string", "pattern": "^https://.*/sarif-schema-2\\.1\\.0\\.json$"},
        "version": {"const": "2.1.0"},
        "runs": {**_each(_RUN), "minItems": 1, "maxItems": 1},
    }
)


def sarif_faults(log: object) -> list[str]:
    """What is not as it has to be; the rule of each result is the one that its index says, too."""
    faults = [f"{fault.json_path}: {fault.message}" for fault in Draft202012Validator(_LOG).iter_errors(log)]
    if not faults and isinstance(log, dict):
        run = log["runs"][0]
        ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        faults += ["two rules of one id"] * (len(set(ids)) != len(ids))
        faults += [result["ruleId"] for result in run["results"] if ids[result["ruleIndex"]] != result["ruleId"]]
    return faults
