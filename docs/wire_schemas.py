"""JSON Schemas of what the command writes and reads: reports, plans, quotes, terms, errors, lines, and the rest.

Written by hand, since the wire's shapes are written by hand too (`pricing/shell/wire.py`); tests/test_schemas.py holds
the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from media_schemas import MEDIUM, PROBE
from settlement_schemas import REPORTED, SETTLEMENT
from wire_parts import (
    AMOUNT,
    COUNT,
    DEFS,
    DIALECT,
    DIGEST,
    HOST,
    INSTANT,
    RUNNING,
    TEXT,
    TIER,
    VERSION,
    Schema,
    among,
    closed,
    each,
    list_of,
    or_null,
    ref,
)

from pricing.aspects import TERM_NAMES
from pricing.meters import METERS
from pricing.shell.codes import ERROR_CODES

_REPORT: Final[Schema] = {
    "verdict": among("accepted", "rejected", "undetermined"),
    "host": HOST,
    "violations": list_of(ref("violation")),
    "unverified": list_of(ref("unverified")),
}
_FAULT: Final = closed({"code": among(*dict.fromkeys(code for _, code in ERROR_CODES)), "message": TEXT})
_MARKET: Final[Schema] = {**each("account environment", or_null(TEXT)), "host": HOST, "region": or_null(TEXT)}

_MEDIA: Final[Schema] = {"media": {**list_of(ref("medium")), "description": "With `--probe` alone."}}
REPORT: Final = closed({"schema_version": VERSION, **_REPORT, **_MEDIA}, optional=("media",))
PLAN: Final = closed({"schema_version": VERSION, "plan": {**list_of(ref("stage")), "minItems": 1}})
ERROR: Final = closed({"schema_version": VERSION, "error": _FAULT})
QUOTE: Final = closed(
    {
        "schema_version": VERSION,
        "kind": among("exact", "bounded", "unbounded"),
        "currency": {"type": "string", "pattern": "^([A-Z]{3}|[a-z0-9][a-z0-9._-]{0,63})$"},
        "tax": {"const": "excluded"},
        "total": or_null(AMOUNT),
        "total_min": AMOUNT,
        **each("list_total list_total_min contracted_total", or_null(AMOUNT)),
        "money": or_null(
            closed({"currency": TEXT, "unit_value": AMOUNT, "total": or_null(AMOUNT), "total_min": AMOUNT})
        ),
        **_MARKET,
        "as_of": INSTANT,
        "lines": {**list_of(ref("line")), "minItems": 1},
        "adjustments": list_of(ref("adjustment")),
        "price_effects": list_of(ref("price_effect")),
        "plan": {**list_of(ref("stage")), "minItems": 1},
        "request": ref("request"),
        "report": closed(_REPORT),
        "basis": ref("basis"),
        **_MEDIA,
    },
    optional=("media",),
)
EXPLANATION: Final = closed(
    {"schema_version": VERSION, "sentences": {**list_of(TEXT), "minItems": 1}, "quote": ref("quote")}
)
TERMS: Final = closed(
    {
        "schema_version": VERSION,
        **_MARKET,
        "card": TEXT,
        "agreements": list_of(TEXT),
        "digest": DIGEST,
        "terms": ref("terms"),
    }
)
CONVERSION: Final = closed(
    {
        "schema_version": VERSION,
        "payload": {"type": "object"},
        "lost": list_of(closed(each("path value reason", TEXT))),
        "labels": list_of(closed(each("from to", TEXT))),
        "refused": list_of(TEXT),
    }
)
_OPTION: Final = closed(
    {
        "host": HOST,
        "resolution": TIER,
        "duration_s": COUNT,
        "currency": or_null(TEXT),
        "kind": or_null(among("exact", "bounded", "unbounded")),
        **each("total total_min", or_null(AMOUNT)),
        "refused_by": or_null(among("host", "prices", "market")),
        **each("refusals lost assumptions converted", list_of(TEXT)),
    },
    optional=("converted",),
)
CARD_LIST: Final = closed(
    {
        "schema_version": VERSION,
        "name": TEXT,
        "digest": DIGEST,
        "items": list_of(closed({"kind": among("card", "agreement"), **each("id for what file", TEXT)})),
    }
)
_REFUSAL: Final = or_null(_FAULT)
_PRICES: Final[Schema] = {
    **each("card currency", or_null(TEXT)),
    "agreements": list_of(TEXT),
    "prices": list_of(ref("price")),
    "refusal": _REFUSAL,
}
HISTORY: Final = closed(
    {
        "schema_version": VERSION,
        "name": TEXT,
        "digest": DIGEST,
        **_MARKET,
        "now": INSTANT,
        "periods": {
            **list_of(
                closed(
                    {
                        "begin": INSTANT,
                        "end": or_null(INSTANT),
                        "is_now": {"type": "boolean"},
                        **_PRICES,
                        "terms": {"anyOf": [ref("terms"), {"type": "null"}]},
                    }
                )
            ),
            "minItems": 1,
        },
    }
)
PRICE_LIST: Final = closed(
    {
        "schema_version": VERSION,
        "name": TEXT,
        "digest": DIGEST,
        **each("account environment", or_null(TEXT)),
        "as_of": INSTANT,
        "offers": {**list_of(closed({"host": HOST, "region": or_null(TEXT), **_PRICES})), "minItems": 1},
    }
)
_SIDE: Final = closed(
    {"words": TEXT, "price": or_null(AMOUNT), "currency": or_null(TEXT), "where": list_of(TEXT)},
)
DIFFERENCE: Final = closed(
    {
        "schema_version": VERSION,
        **each("old new", DIGEST),
        "changes": list_of(
            closed(
                {
                    **_MARKET,
                    "begin": INSTANT,
                    "end": or_null(INSTANT),
                    "what": among(*METERS, *TERM_NAMES),
                    "resolution": or_null(TIER),
                    **each("from to", or_null(_SIDE)),
                    "percent": {"type": ["string", "null"], "pattern": r"^-?[0-9]+\.[0-9]$"},
                }
            )
        ),
    }
)
_FINDING: Final = closed(
    {
        "id": {"type": "string", "pattern": "^CAT[0-9]{3}$"},
        "name": TEXT,
        "severity": among("error", "warning"),
        **each("part file", TEXT),
        "line": or_null(COUNT),
        **each("key message", TEXT),
        "acknowledged": or_null(TEXT),
    }
)
FINDINGS: Final = closed({"schema_version": VERSION, "digest": DIGEST, "findings": list_of(_FINDING)})
COMPARISON: Final = closed({"schema_version": VERSION, "options": list_of(_OPTION)})
_PLUGIN: Final[Schema] = each("kind name distribution version", TEXT)
PLUGINS: Final = closed(
    {
        "schema_version": VERSION,
        "api": COUNT,
        "on": {"type": "boolean"},
        "plugins": list_of(closed({**_PLUGIN, "added": TEXT})),
        "refused": list_of(closed({**_PLUGIN, "reason": TEXT})),
    }
)
REQUEST_LINE: Final = closed(
    {
        "id": {"type": ["string", "integer"]},
        "payload": {"type": "object"},
        "host": or_null(HOST),
        "facts": {"type": "object", "description": "As facts.json says."},
        "consumed_before": or_null({"type": "object", "additionalProperties": RUNNING}),
        **each("account environment region", or_null(TEXT)),
        "at": or_null(TEXT),
    },
    optional=("id", "host", "facts", "account", "environment", "region", "at", "consumed_before"),
)


def _answer(what: str, schema: Schema) -> Schema:
    return closed({"id": {"type": ["string", "integer"]}, what: schema})


ANSWER_LINE: Final[Schema] = {
    "oneOf": [_answer("quote", ref("quote")), _answer("report", ref("report")), _answer("error", _FAULT)]
}
_TITLES: Final[Mapping[str, tuple[str, Schema]]] = {
    "report": ("What `check --format json` writes, and any command about a rejected request", REPORT),
    "plan": ("What `plan --format json` writes", PLAN),
    "probe": ("What `probe --format json` and `--format jsonl` write", PROBE),
    "quote": ("What `quote --format json` writes", QUOTE),
    "explanation": ("What `explain --format json` writes", EXPLANATION),
    "error": ("What stands in place of a result that there is none of", ERROR),
    "terms": ("What `cards resolve --format json` writes", TERMS),
    "conversion": ("What `convert --format json` writes", CONVERSION),
    "comparison": ("What `compare --format json` writes", COMPARISON),
    "card-list": ("What `cards list --format json` writes", CARD_LIST),
    "history": ("What `cards history --format json` writes", HISTORY),
    "price-list": ("What `cards at --format json` writes", PRICE_LIST),
    "difference": ("What `cards diff --format json` writes", DIFFERENCE),
    "settlement": ("What `settle --format json` writes", SETTLEMENT),
    "reported": ("What a host reports of a job, in the neutral shape that `settle` reads", REPORTED),
    "findings": ("What `cards check --format json` writes", FINDINGS),
    "plugins": ("What `plugins --format json` writes", PLUGINS),
    "request-line": ("One line that `--format jsonl` reads", REQUEST_LINE),
    "answer-line": ("One line that `--format jsonl` writes", ANSWER_LINE),
}


def _used(schema: object, known: Mapping[str, Schema]) -> set[str]:
    """The names of the shared parts that a schema needs, theirs included."""
    if isinstance(schema, list):
        return {name for item in schema for name in _used(item, known)}
    if not isinstance(schema, dict):
        return set()
    name = str(schema.get("$ref", "")).removeprefix("#/$defs/")
    inner = {found for item in schema.values() for found in _used(item, known)}
    return inner | ({name} | _used(known[name], known) if name else set())


def document(name: str, title: str, schema: Schema, known: Mapping[str, Schema]) -> Schema:
    """A schema that stands on its own."""
    used = sorted(_used(schema, known))
    shared: Schema = {"$defs": {key: known[key] for key in used}} if used else {}
    return {"$schema": DIALECT, "$id": f"urn:wan-rules:1:{name}", "title": title, **schema, **shared}


def wire_schemas() -> dict[str, Schema]:
    """Every schema of the wire, by the name of its file."""
    known = {**DEFS, "medium": MEDIUM, "quote": QUOTE, "report": REPORT, "reported": REPORTED}
    return {name: document(name, title, schema, known) for name, (title, schema) in _TITLES.items()}
