"""JSON Schemas of a reconciliation's documents: the report, its breaks, the manifest, and drift beside them."""

from __future__ import annotations

from typing import Final, get_args

from wire_parts import (
    COUNT,
    DIALECT,
    DIGEST,
    INSTANT,
    SIGNED,
    TEXT,
    VERSION,
    Schema,
    among,
    closed,
    each,
    list_of,
    or_null,
)

from pricing.break_causes import CAUSES
from pricing.breaks import MatchedBy
from pricing.reconciliations import Age, Counts, Status
from pricing.shell.bulk.discrepancies import Where
from pricing.shell.bulk.drift_sums import Tally
from pricing.shell.bulk.fingerprints import INPUTS, OUTPUTS
from wan_rules.request import RESOLUTIONS

_CURRENCY: Final[Schema] = {"type": "string", "pattern": "^[A-Z]{3,8}$"}
_SHA256: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_YES_OR_NO: Final[Schema] = {"type": "boolean"}
_TEXTS: Final = list_of(TEXT)
_SPAN: Final = closed(each("from until", INSTANT))
_PATH: Final[Schema] = {"type": "string", "description": "Where it is relative, it is so to the folder of the report."}
_WORDS: Final[Schema] = {"type": "object", "additionalProperties": TEXT}
_TOLERANCES: Final[Schema] = {"type": "object", "additionalProperties": closed(each("amount percent", SIGNED))}
_COUNTS: Final = closed(
    {
        **dict.fromkeys(Counts._fields, COUNT),
        "matches": closed(dict.fromkeys(get_args(MatchedBy), COUNT), optional=get_args(MatchedBy)),
    }
)
_TOTALS: Final = list_of(
    closed(
        {
            "currency": _CURRENCY,
            **each("expected invoiced", SIGNED),
            "causes": closed(dict.fromkeys(CAUSES, SIGNED)),
            "tolerated": SIGNED,
        }
    )
)
_OPTIONS: Final = closed(
    {
        "invoice": list_of(_PATH),
        "at": INSTANT,
        **each("usage charges", list_of(_PATH)),
        "usage_from": TEXT,
        "zone": or_null(TEXT),
        "catalogue": {"anyOf": [closed({"path": _PATH}), closed({"name": TEXT}), {"type": "null"}]},
        "columns": _WORDS,
        "period": or_null(_SPAN),
        "window_s": COUNT,
        "tolerances": _TOLERANCES,
        "exact": _YES_OR_NO,
        "earlier": or_null(_PATH),
        "engine": TEXT,
        "memory_limit": or_null(TEXT),
        "rejects": or_null(_PATH),
        "ignores_extra": _YES_OR_NO,
        "catalogue_key": or_null(_PATH),
        "keep_for": or_null(TEXT),
        **each("account environment region", or_null(TEXT)),
    }
)
RECONCILIATION: Final = closed(
    {
        "schema_version": VERSION,
        "at": INSTANT,
        "period": or_null(_SPAN),
        "catalogue": TEXT,
        "digest": DIGEST,
        **each("version engine", TEXT),
        "checksums": _YES_OR_NO,
        "tolerances": _TOLERANCES,
        "counts": _COUNTS,
        "totals": _TOTALS,
        "options": _OPTIONS,
    }
)
BREAK: Final = closed(
    {
        "id": TEXT,
        "since": INSTANT,
        "age": among(*get_args(Age)),
        "status": among(*get_args(Status)),
        **each("owner note", or_null(TEXT)),
        "cause": among(*CAUSES),
        "detail": TEXT,
        "currency": _CURRENCY,
        **each("amount expected invoiced", SIGNED),
        "evidence": TEXT,
        "also": _TEXTS,
        "matched_by": among(*get_args(MatchedBy)),
        **each("task_ids invoice_lines", _TEXTS),
        **each("account environment host region", or_null(TEXT)),
        "resolution": or_null(among(*RESOLUTIONS)),
        "at": or_null(INSTANT),
    }
)
BREAKS: Final = closed({"schema_version": VERSION, "breaks": list_of(BREAK)})
_SIGNATURE: Final = closed({"by": TEXT, "at": INSTANT, "note": or_null(TEXT)})


def _files(*roles: str) -> Schema:
    return list_of(closed({"role": among(*roles), "path": _PATH, "bytes": COUNT, "sha256": _SHA256}))


MANIFEST: Final = closed(
    {
        "schema_version": VERSION,
        "signed": _SIGNATURE,
        "program": closed({**each("version python engine", TEXT), "libraries": _WORDS}),
        "catalogue": closed({"name": TEXT, "digest": DIGEST}),
        "options": _OPTIONS,
        "inputs": _files(*INPUTS),
        "outputs": _files(*OUTPUTS),
        "counts": _COUNTS,
        "totals": _TOTALS,
        "standings": closed(
            dict.fromkeys((*get_args(Status), "resolved"), COUNT), optional=(*get_args(Status), "resolved")
        ),
    }
)
_DIFFERENCES: Final = list_of(
    closed({"where": among(*get_args(Where)), "name": TEXT, **each("kept found", or_null(TEXT))})
)
SIGNOFF: Final = closed(
    {
        "schema_version": VERSION,
        "signed": _YES_OR_NO,
        "manifest_sha256": or_null(_SHA256),
        "differences": _DIFFERENCES,
        "left_open": COUNT,
    }
)
VERIFICATION: Final = closed(
    {
        "schema_version": VERSION,
        "verified": _YES_OR_NO,
        "signed": _SIGNATURE,
        "manifest_sha256": _SHA256,
        "differences": _DIFFERENCES,
        **each("missing remarks", _TEXTS),
    }
)
_UNIT_PRICE: Final[Schema] = {"type": ["string", "null"], "pattern": r"^-?[0-9]+\.[0-9]{6}$"}
_VOLUME: Final[Schema] = {
    "jobs": COUNT,
    **each("quoted quoted_s", SIGNED),
    "quoted_unit_price": _UNIT_PRICE,
    **each("invoiced invoiced_s", SIGNED),
    "invoiced_unit_price": _UNIT_PRICE,
    "drift_percent": {"type": ["string", "null"], "pattern": r"^-?[0-9]+\.[0-9]$"},
}
_IS_OVER: Final = or_null(_YES_OR_NO)
DRIFT: Final = closed(
    {
        "schema_version": VERSION,
        "by": among("day", "week", "month"),
        "limit_percent": or_null(SIGNED),
        "rows": closed(dict.fromkeys(Tally._fields, COUNT)),
        "groups": list_of(
            closed(
                {
                    **each("host resolution", TEXT),
                    "currency": _CURRENCY,
                    "is_over": _IS_OVER,
                    "total": closed(_VOLUME),
                    "periods": list_of(
                        closed(
                            {
                                **each("from until", INSTANT),
                                "is_over": _IS_OVER,
                                **_VOLUME,
                                "cumulative": closed(_VOLUME),
                            }
                        )
                    ),
                }
            )
        ),
    }
)


def reconciliation_schemas() -> dict[str, Schema]:
    """Every schema of a reconciliation, by the name of its file."""
    shapes = {
        "reconciliation": ("The file `report.json` in the folder of a reconciliation", RECONCILIATION),
        "break": ("One line that `breaks list --format jsonl` writes", BREAK),
        "breaks": ("What `breaks list --format json` writes", BREAKS),
        "manifest": ("The file `manifest.json` that `signoff` writes", MANIFEST),
        "signoff": ("What `signoff --format json` writes", SIGNOFF),
        "verification": ("What `signoff --verify --format json` writes", VERIFICATION),
        "drift": ("What `drift --format json` writes", DRIFT),
    }
    return {
        name: {"$schema": DIALECT, "$id": f"urn:wan-rules:1:{name}", **schema, "title": title}
        for name, (title, schema) in shapes.items()
    }
