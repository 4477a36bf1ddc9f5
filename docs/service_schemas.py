"""JSON Schemas of what the service alone writes and reads: signed quotes, orders, batches, problems, and the rest."""

from __future__ import annotations

from typing import Final

from settlement_schemas import REPORTED, SETTLEMENT
from wire_parts import (
    AMOUNT,
    DEFS,
    DIGEST,
    HOST,
    INSTANT,
    RULE,
    TEXT,
    VERSION,
    Schema,
    among,
    closed,
    each,
    list_of,
    or_null,
    ref,
)
from wire_schemas import COMPARISON, EXPLANATION, PLAN, PRICE_LIST, QUOTE, REPORT, REQUEST_LINE

from pricing.holds import Action, State
from pricing.shell.service.problems import TITLES

ID: Final[Schema] = {"type": "string", "pattern": "^q_[0-9a-f]{32}$"}
_OPTIONAL: Final[Schema] = {"type": "string"}
_PROPERTIES: Final[dict[str, object]] = dict(QUOTE["properties"])  # type: ignore[call-overload]
_QUOTE: Final = {name: schema for name, schema in _PROPERTIES.items() if name != "media"}
"""What binds says nothing of how its facts were measured: they stand in its basis."""
SIGNED: Final = closed(
    {
        "schema_version": VERSION,
        "id": ID,
        "issuer": TEXT,
        **each("issued_at expires_at", INSTANT),
        **_QUOTE,
        "signature": {
            "type": "string",
            "pattern": r"^[A-Za-z0-9_-]+\.\.[A-Za-z0-9_-]+$",
            "description": "A JWS (RFC 7515) by Ed25519, its payload detached: the canonical JSON (RFC 8785) of this "
            "document without `signature`. `kid` in its header names the key in /.well-known/jwks.json.",
        },
    }
)
_MOVE: Final = closed(
    {
        "at": INSTANT,
        "action": among(*Action),
        **each("from to", among(*(state for state in State if state is not State.EXPIRED))),
        "by": or_null(TEXT),
    }
)
ORDER: Final = closed(
    {
        "schema_version": VERSION,
        "id": ID,
        "state": among(*State),
        **each("account environment", TEXT),
        **each("issued_at expires_at", INSTANT),
        "currency": TEXT,
        "hold": AMOUNT,
        "charge": or_null(AMOUNT),
        "moves": list_of(_MOVE),
        "settlement": or_null({"anyOf": [ref("settlement")]}),
        "quote": ref("signed_quote"),
    }
)
PROBLEM: Final[Schema] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "pattern": "^urn:wan-rules:problem:[a-z_]+$"},
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "code": among(*TITLES),
        "report": ref("report"),
        "reason": {**TEXT, "description": "Of a refused move: why, as a word that stays as it is."},
        "digest": DIGEST,
    },
    "additionalProperties": False,
}
_RESULT: Final[Schema] = {
    "anyOf": [
        closed(
            {"id": {"type": ["string", "integer"]}, "status": {"const": 201}, "quote": ref("signed_quote")},
            optional=("id",),
        ),
        closed(
            {"id": {"type": ["string", "integer"]}, "status": {"type": "integer"}, "problem": ref("problem")},
            optional=("id",),
        ),
    ]
}
BATCH: Final = closed({"schema_version": VERSION, "results": list_of(_RESULT)})
RULES: Final = closed(
    {
        "schema_version": VERSION,
        "rules": list_of(
            closed({"id": RULE, "name": TEXT, "severity": among("error", "warning"), **each("demands source", TEXT)})
        ),
    }
)
CATALOGUE: Final = closed(
    {
        "schema_version": VERSION,
        "name": TEXT,
        "digest": DIGEST,
        "note": or_null(TEXT),
        **each("accounts environments", list_of(TEXT)),
    }
)
RELOADED: Final = closed({"schema_version": VERSION, "digest": DIGEST, "changed": {"type": "boolean"}})
KEYS: Final = closed(
    {"keys": list_of(closed({"kty": {"const": "OKP"}, "crv": {"const": "Ed25519"}, **each("x kid use alg", TEXT)}))}
)
STATUS: Final = closed({"status": TEXT})
_LINE: Final[dict[str, object]] = dict(REQUEST_LINE["properties"])  # type: ignore[call-overload]
_BESIDE: Final = tuple(name for name in _LINE if name not in {"payload", "id"})
ENVELOPE: Final = closed({name: schema for name, schema in _LINE.items() if name != "id"}, optional=_BESIDE)
PAYLOAD: Final[Schema] = {
    "type": "object",
    "description": "What would be sent to Alibaba, Atlas, fal or Runware, as it would be sent. What is wrong inside it "
    "is for the rules to say.",
}

COMPONENTS: Final[dict[str, Schema]] = {
    **DEFS,
    "report": REPORT,
    "plan": PLAN,
    "quote": QUOTE,
    "explanation": EXPLANATION,
    "comparison": COMPARISON,
    "price_list": PRICE_LIST,
    "settlement": SETTLEMENT,
    "reported": REPORTED,
    "signed_quote": SIGNED,
    "order": ORDER,
    "problem": PROBLEM,
    "batch": BATCH,
    "rules": RULES,
    "catalogue_in_use": CATALOGUE,
    "reloaded": RELOADED,
    "keys": KEYS,
    "status": STATUS,
    "payload": PAYLOAD,
    "envelope": ENVELOPE,
    "host": HOST,
}
