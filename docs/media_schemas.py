"""JSON Schemas of what was measured: what `probe` writes, and the `media` of a report or quote with `--probe`."""

from __future__ import annotations

from typing import Final, get_args

from wire_parts import COUNT, POINTER, TEXT, VERSION, Schema, among, closed, each, list_of, or_null

from pricing.shell.probing import FACTS
from wan_rules.decimals import DURATION_PATTERN
from wan_rules.media_facts import MediaFacts
from wan_rules.shell.found import Container, LengthName
from wan_rules.shell.subjects import Answer

_SECONDS: Final[Schema] = {"type": "string", "pattern": DURATION_PATTERN}
_KNOWN: Final[Schema] = {"type": "object", "description": "As facts.json says of one medium."}
_MEASURED: Final[Schema] = {
    "medium": {"type": "string", "description": "A path or URL, without what may be secret."},
    "facts": _KNOWN,
    "container": or_null(among(*get_args(Container))),
    "codec": or_null(TEXT),
    "rotation_deg": {"type": ["integer", "null"]},
    "lengths": closed(dict.fromkeys(get_args(LengthName), _SECONDS), optional=get_args(LengthName)),
    "length_by": or_null(among(*get_args(LengthName))),
    "notes": list_of(TEXT),
    "unverified": or_null(TEXT),
    "subjects": or_null(closed({"answer": among(*get_args(Answer)), "reason": TEXT})),
    **each("requests bytes_read", COUNT),
}
_VALUE: Final[Schema] = {"type": ["string", "integer", "boolean"]}
MEDIUM: Final = closed(
    {
        "at": POINTER,
        **_MEASURED,
        "from": {
            "type": "object",
            "propertyNames": among(*MediaFacts.model_fields),
            "additionalProperties": among("declared", "measured"),
        },
        "contradictions": list_of(
            closed({"fact": among(*FACTS, "duration_s"), "declared": _VALUE, "measured": _VALUE})
        ),
    }
)
PROBE: Final[Schema] = {
    "anyOf": [
        closed({"schema_version": VERSION, **_MEASURED}),
        list_of(closed({"schema_version": VERSION, **_MEASURED})),
    ],
    "description": "An array with `--format json`, a line for each medium with `--format jsonl`.",
}
