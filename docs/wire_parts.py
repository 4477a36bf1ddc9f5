"""The parts that the documents of the wire are made of. Every object is closed: a key that is not here is a fault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias, get_args

from pricing.adjustments import ORDER
from pricing.fields import NAME_PATTERN
from pricing.meters import METERS
from pricing.money import AMOUNT_PATTERN, CHARGE_PATTERN, RoundingMode
from pricing.terms import OUTCOMES
from wan_rules.hosts import HOSTS
from wan_rules.request import ASPECT_RATIOS, RESOLUTIONS
from wan_rules.rule import Fact

Schema: TypeAlias = dict[str, object]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
SIGNED_PATTERN: Final = CHARGE_PATTERN.replace("^", "^-?", 1)
"""Differences and adjustments may be negative."""


def closed(properties: Mapping[str, object], *, optional: tuple[str, ...] = ()) -> Schema:
    """An object with these keys and no other, all of them there unless optional."""
    required = [key for key in properties if key not in optional]
    return {"type": "object", "additionalProperties": False, "required": required, "properties": dict(properties)}


def ref(name: str) -> Schema:
    """A part by its name in `DEFS`."""
    return {"$ref": f"#/$defs/{name}"}


def list_of(item: object) -> Schema:
    """An array of such items."""
    return {"type": "array", "items": item}


def or_null(schema: Schema) -> Schema:
    """The same, or null."""
    if isinstance(schema.get("type"), str) and "enum" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def among(*words: str) -> Schema:
    """One of these words."""
    return {"type": "string", "enum": list(words)}


def each(names: str, schema: object) -> Schema:
    """The same schema for each of the names, which spaces part."""
    return dict.fromkeys(names.split(), schema)


TEXT: Final[Schema] = {"type": "string"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
AMOUNT: Final[Schema] = {"type": "string", "pattern": CHARGE_PATTERN}
RUNNING: Final[Schema] = {"type": "string", "pattern": AMOUNT_PATTERN}
SIGNED: Final[Schema] = {"type": "string", "pattern": SIGNED_PATTERN}
POINTER: Final[Schema] = {"type": "string", "pattern": "^(/.*)?$"}
INSTANT: Final[Schema] = {"type": "string", "format": "date-time", "pattern": "Z$"}
DIGEST: Final[Schema] = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
RULE: Final[Schema] = {
    "type": "string",
    "pattern": "^[A-Z][A-Z0-9]{1,11}[0-9]{3}$",
    "description": "WAN and three digits; a plugin's rule begins with letters of its own.",
}
VERSION: Final[Schema] = {"const": "1"}
TIER: Final = among(*RESOLUTIONS)
HOST: Final[Schema] = {
    "type": "string",
    "pattern": NAME_PATTERN,
    "description": f"One of {', '.join(HOSTS)}, or a host that a plugin adds.",
}
METER: Final = among(*METERS)
STAGE: Final = among("render", "upscale")
MODE: Final = among(*get_args(RoundingMode))

_PATCH: Final = closed(
    {"op": among("add", "replace", "remove"), "path": POINTER, "value": {"type": ["string", "integer", "boolean"]}},
    optional=("value",),
)
_RANGE: Final = closed(each("min max", {"type": "integer"}))
_SEEN: Final[Schema] = {
    "anyOf": [{"type": ["null", "boolean", "integer", "string"]}, list_of(TEXT), _RANGE],
    "description": "Numbers with a point are strings, a range is an object; other objects are named by their type.",
}

DEFS: Final[dict[str, Schema]] = {
    "violation": closed(
        {
            "rule": RULE,
            "name": TEXT,
            "severity": among("error", "warning"),
            "at": POINTER,
            "observed": _SEEN,
            "limit": _SEEN,
            "unit": or_null(TEXT),
            "message": TEXT,
            "fix": or_null({**list_of(_PATCH), "minItems": 1}),
        }
    ),
    "unverified": closed({"rule": RULE, "name": TEXT, "at": POINTER, "needs": list_of(among(*get_args(Fact)))}),
    "stage": closed(
        {
            "stage": STAGE,
            "model": TEXT,
            "input": TEXT,
            "output": TIER,
            **each("width_px height_px", {"type": ["integer", "null"], "minimum": 1}),
            "seconds": COUNT,
            "frames": COUNT,
            "expected": {"type": "boolean"},
        }
    ),
    "line": closed(
        {
            "meter": METER,
            "stage": or_null(STAGE),
            "resolution": TIER,
            "consumed_quantity": or_null(AMOUNT),
            "consumed_quantity_min": AMOUNT,
            "pricing_quantity": or_null(AMOUNT),
            "pricing_quantity_min": AMOUNT,
            "unit": {
                "type": "string",
                "pattern": f"^({'|'.join(sorted({m.unit for m in METERS.values()}))}|[0-9.]+ [a-z]+)$",
            },
            **each("list_unit_price contracted_unit_price", or_null(AMOUNT)),
            "amount": or_null(AMOUNT),
            "amount_min": AMOUNT,
            **each("list_amount list_amount_min", or_null(AMOUNT)),
            "entry": TEXT,
            "shares": list_of(closed(each("quantity unit_price amount", AMOUNT))),
        }
    ),
    "adjustment": closed(
        {"kind": among(*ORDER, "rounding"), "amount": or_null(SIGNED), "amount_min": SIGNED, "source": TEXT}
    ),
    "price_effect": closed(
        {
            "rule": RULE,
            "at": POINTER,
            "change": TEXT,
            **each("from_total to_total", or_null(AMOUNT)),
            "difference": or_null(SIGNED),
        }
    ),
    "request": closed(
        {
            "prompt": TEXT,
            "negative_prompt": or_null(TEXT),
            "references": list_of(closed({"kind": among("image", "video"), "url": TEXT, "voice": or_null(TEXT)})),
            **each("first_frame voice", or_null(TEXT)),
            "resolution": TIER,
            "ratio": among(*ASPECT_RATIOS),
            "duration_s": COUNT,
            **each("prompt_extend watermark", {"type": ["boolean", "null"]}),
            "seed": {"type": ["integer", "null"]},
        }
    ),
    "reference_video": closed(
        {
            "billed": among("yes", "no", "unknown"),
            "priced_as": among("output", "render", "own"),
            **each("cap_per_clip_s cap_total_s", or_null(AMOUNT)),
            "cuts_s": list_of(AMOUNT),
            "cuts_by": among("videos", "references"),
            "minimum_s": or_null(AMOUNT),
            "rounding": or_null(closed({"step": AMOUNT, "mode": MODE, "place": among("clip", "total")})),
        }
    ),
    "rate": closed(
        {
            "meter": METER,
            "resolution": TIER,
            "list_unit_price": or_null(AMOUNT),
            "ratio": or_null(among(*ASPECT_RATIOS)),
            "has_reference_video": {"type": ["boolean", "null"]},
            "contracted_unit_price": AMOUNT,
            "entry": TEXT,
            "steps": list_of(closed(each("source said", TEXT))),
            **each("note confidence", or_null(TEXT)),
            "is_own": {"type": "boolean"},
            **each("list_scheme scheme", or_null(ref("scheme"))),
        }
    ),
    "scheme": {
        "anyOf": [
            closed({"model": {"const": "package"}, "size": AMOUNT}),
            closed(
                {
                    "model": among("graduated", "volume"),
                    "by": among("units", "spend"),
                    "counter": TEXT,
                    "bands": {**list_of(closed({"up_to": or_null(AMOUNT), "unit_price": AMOUNT})), "minItems": 1},
                }
            ),
            closed({"model": {"const": "plugin"}, **each("plugin version", TEXT), "parameters": {"type": "object"}}),
        ]
    },
    "adjuster": closed(
        {
            "kind": among(*ORDER),
            "per": among("request", "month"),
            "amount": AMOUNT,
            "source": TEXT,
            "counter": or_null(TEXT),
            "rate": AMOUNT,
        }
    ),
    "allowance": closed(
        {"meter": METER, "resolution": among(*RESOLUTIONS, "any"), "units": AMOUNT, **each("counter source", TEXT)}
    ),
    "price": closed(
        {
            "meter": METER,
            "resolution": TIER,
            "ratio": or_null(among(*ASPECT_RATIOS)),
            "has_reference_video": {"type": ["boolean", "null"]},
            **each("list_unit_price contracted_unit_price", or_null(AMOUNT)),
            **each("charged_by entry place reason", or_null(TEXT)),
        }
    ),
    "terms": closed(
        {
            "currency": TEXT,
            "super_resolution": among("tier", "stages"),
            "rates": list_of(ref("rate")),
            "reference_video": ref("reference_video"),
            "rounding": or_null(closed({"quantum": AMOUNT, "mode": MODE, "place": among("line", "quote")})),
            "rounding_from": or_null(TEXT),
            "adjusters": list_of(ref("adjuster")),
            "allowances": list_of(ref("allowance")),
            "outcomes": {
                "type": "object",
                "propertyNames": among(*OUTCOMES),
                "additionalProperties": among("free", "full", "rendered"),
            },
            "counters": list_of(TEXT),
            "zone": or_null(TEXT),
            "worth": or_null(closed({"currency": TEXT, "value": AMOUNT, "source": TEXT})),
        }
    ),
    "work": closed(
        {
            **each("resolution rendered", TIER),
            "seconds": AMOUNT,
            "stages": list_of(STAGE),
            "clips": list_of(closed({"seconds": or_null(AMOUNT), "seconds_min": AMOUNT})),
            "references": COUNT,
            "ratio": or_null(among(*ASPECT_RATIOS)),
        }
    ),
    "basis": closed(
        {
            **each("version catalogue", TEXT),
            "digest": DIGEST,
            "card": TEXT,
            "agreements": list_of(TEXT),
            "terms": ref("terms"),
            "work": ref("work"),
            "consumed_before": {"type": "object", "additionalProperties": RUNNING},
            "assumptions": list_of(closed(each("code message", TEXT))),
        }
    ),
}
