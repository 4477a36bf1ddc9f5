"""JSON Schemas of a settlement, and of what a host reports of a job in the neutral shape."""

from __future__ import annotations

from typing import Final, get_args

from wire_parts import (
    AMOUNT,
    DIGEST,
    HOST,
    INSTANT,
    SIGNED,
    STAGE,
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

from pricing.departures import Cause
from pricing.meters import METERS
from pricing.money import AMOUNT_PATTERN
from pricing.reported import Status
from wan_rules.decimals import DECIMAL_PATTERN
from wan_rules.request import ASPECT_RATIOS

_NUMBER: Final[Schema] = {
    "type": ["number", "string", "null"],
    "minimum": 0,
    "pattern": DECIMAL_PATTERN,
    "description": '10, 10.0 and "10" are one number.',
}
_TOTAL: Final[Schema] = {**_NUMBER, "type": ["number", "string"], "pattern": AMOUNT_PATTERN}
_LENGTHS: Final[Schema] = {"type": "array", "items": {**_NUMBER, "type": ["number", "string"]}}
_STATUSES: Final = get_args(Status)
REPORTED: Final = closed(
    {
        "status": among(*_STATUSES),
        "code": or_null(TEXT),
        "resolution": or_null(TIER),
        "ratio": or_null(among(*ASPECT_RATIOS)),
        "output_video_seconds": _NUMBER,
        "reference_video_seconds": {"anyOf": [_NUMBER, _LENGTHS]},
        "billed_reference_video_seconds": _NUMBER,
        "stages": or_null(
            list_of(closed({"stage": STAGE, "status": among(*(s for s in _STATUSES if s != "failed_upscaling"))}))
        ),
        "consumed_before": or_null({"type": "object", "additionalProperties": _TOTAL}),
        "billed": or_null(closed({"amount": _TOTAL, "currency": TEXT})),
        "task_id": or_null(TEXT),
    },
    optional=(
        *("code", "resolution", "ratio", "output_video_seconds", "reference_video_seconds", "stages", "task_id"),
        *("billed_reference_video_seconds", "consumed_before", "billed"),
    ),
)
SETTLEMENT: Final = closed(
    {
        "schema_version": VERSION,
        "kind": among("settled", "pending"),
        "currency": TEXT,
        "tax": {"const": "excluded"},
        "hold": AMOUNT,
        "charge": or_null(AMOUNT),
        **each("release top_up", AMOUNT),
        "billed": or_null(AMOUNT),
        "resettled": or_null(closed({"charge_before": AMOUNT, "difference": SIGNED})),
        "differences": list_of(
            closed(
                {
                    "cause": among(*get_args(Cause)),
                    "what": among("status", "resolution", "ratio", *METERS, "consumed_before", "billed"),
                    **each("quoted reported", TEXT),
                    "amount": SIGNED,
                }
            )
        ),
        "lines": list_of(ref("line")),
        "adjustments": list_of(ref("adjustment")),
        "report": ref("reported"),
        "quote": closed(
            {
                "kind": among("exact", "bounded", "unbounded"),
                "total": or_null(AMOUNT),
                "total_min": AMOUNT,
                **each("account environment region", or_null(TEXT)),
                "host": HOST,
                "as_of": INSTANT,
                "digest": DIGEST,
            }
        ),
    }
)
