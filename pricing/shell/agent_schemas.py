"""What a model is told of each tool: when to call it, what it takes, what its answer means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeAlias

from pricing.shell.comparing import LENGTHS_MAX
from wan_rules.request import RESOLUTIONS

Schema: TypeAlias = dict[str, object]

INSTRUCTIONS: Final = (
    "Before you send a Wan 2.7 reference-to-video request to alibaba, atlas, fal or runware, ask here: whether "
    "the host would take it (check), what it would cost (quote), what the alternatives cost (compare), and why "
    "(explain). No tool sends, reserves or changes anything, and no media are fetched. Prices are those of one "
    "account and environment, fixed when this server was started. Amounts are decimal strings in the currency "
    "named beside them, before tax; amounts in different currencies can't be compared. A total is for one "
    "request."
)

_SAID: Final = (
    " Reads the request and answers at once; nothing is sent to the host, nothing is reserved, no media are fetched."
)
_REJECTED: Final = (
    " For a request that the host would refuse the answer is its report with the verdict 'rejected' and no price: "
    "apply the fixes and ask again."
)

DESCRIPTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "check": (
            "Say whether the host would accept a Wan 2.7 reference-to-video request, and everything that is wrong "
            "with it. Call it before sending. The verdict is 'accepted'; 'rejected': at least one violation of "
            "severity 'error', which the host would refuse; or 'undetermined': nothing is known to be wrong, but "
            "some rules could not be checked since facts about the media are missing: 'unverified' names each "
            "place and the facts it needs, which can be given in `facts`. Each violation has a JSON Pointer `at` "
            "into the payload, what was observed, the limit, and often a `fix`: a JSON Patch of one operation to "
            "apply to the payload." + _SAID
        ),
        "quote": (
            "Say what one request would cost, before tax, with the terms of the account that this server answers "
            "for. Call it before every paid request. `kind` is 'exact': `total` is what it costs; 'bounded': it "
            "costs at least `total_min` and at most `total` (budget for `total`; usually the length of a "
            "reference clip is not known: give its `duration_s` in `facts`); 'unbounded': `total` is null and "
            "nothing says how much it could cost, so do not send it. `total` and all amounts are decimal strings "
            "in `currency`. A price that does not exist is the error 'no_rate', never zero." + _REJECTED + _SAID
        ),
        "compare": (
            "Set one request side by side at several hosts, resolution tiers and lengths: what each option would "
            "cost, and which are refused and why. Call it to find a cheaper or possible way. Options with a price "
            "come first, cheapest first within each currency (`total` at most, `total_min` at least); amounts in "
            "different currencies are not comparable. `lost` says what of the request another host can't carry. "
            "Options that are refused have `refused_by` and `refusals`." + _REJECTED + _SAID
        ),
        "explain": (
            "Tell a quote in sentences: why each line of the price is there, from which price list or agreement "
            "it comes, what was capped, discounted, rounded or assumed. Call it when somebody asks why a request "
            "costs what it does. The answer has the `sentences` and the whole `quote`." + _REJECTED + _SAID
        ),
    }
)

_FACTS: Final[Schema] = {
    "type": "object",
    "description": (
        "What you know about the media, keyed by the medium's URL exactly as in the payload, or by JSON Pointer "
        "into the payload. Give only what you know for certain: an unknown fact is left out, never guessed."
    ),
    "additionalProperties": {
        "type": "object",
        "properties": {
            "kind": {"type": "string", "enum": ["image", "video", "voice"]},
            "format": {"type": "string", "description": "As in the file's name: png, jpg, mp4, wav, mp3."},
            "bytes": {"type": "integer", "minimum": 0, "description": "Size of the file."},
            "width_px": {"type": "integer", "minimum": 1, "description": "Of the upright picture, in pixels."},
            "height_px": {"type": "integer", "minimum": 1, "description": "Of the upright picture, in pixels."},
            "duration_s": {
                "type": "string",
                "pattern": "^[0-9]+(\\.[0-9]{1,6})?$",
                "description": "Length of a clip or voice in seconds, as a decimal string: '7.25'.",
            },
            "has_alpha": {"type": "boolean", "description": "Whether a picture has transparency."},
            "subjects": {
                "type": "integer",
                "minimum": 0,
                "description": "How many persons, animals or objects it shows.",
            },
        },
        "additionalProperties": False,
    },
}

_AT: Final[Schema] = {
    "type": "string",
    "description": (
        "The instant whose prices count, as '2026-11-01' (00:00 UTC) or RFC 3339 with a zone, "
        "'2026-11-01T09:30:00Z'. Left out: now."
    ),
}

_BEFORE: Final[Schema] = {
    "type": "object",
    "description": (
        "What this account has used earlier in the calendar month, where its prices depend on that (the quote's "
        "assumptions then name it): decimal strings by name, such as {'output_video_seconds': '1200'}. Leave it "
        "out if you do not know it."
    ),
    "additionalProperties": {"type": "string"},
}


def write_input_schema(name: str, hosts: Sequence[str]) -> Schema:
    """The schema of a tool's arguments; `hosts` are the hosts that are known here."""
    properties: Schema = {"payload": _payload(hosts), "host": _host(hosts), "facts": _FACTS}
    if name != "check":
        properties |= {"at": _AT, "consumed_before": _BEFORE}
    if name == "compare":
        properties |= _axes(hosts)
    return {"type": "object", "properties": properties, "required": ["payload"], "additionalProperties": False}


def _payload(hosts: Sequence[str]) -> Schema:
    return {
        "type": "object",
        "description": (
            f"The request body exactly as it would be sent to the host ({', '.join(hosts)}), as a JSON object, in that "
            "host's own shape. Pass it whole and unchanged."
        ),
    }


def _host(hosts: Sequence[str]) -> Schema:
    return {
        "type": "string",
        "enum": list(hosts),
        "description": "Whose shape the payload has. Left out: it is recognised by the payload.",
    }


def _axes(hosts: Sequence[str]) -> Schema:
    return {
        "hosts": {
            "type": "array",
            "items": {"type": "string", "enum": list(hosts)},
            "description": "Which hosts to compare. Left out: all of them.",
        },
        "tiers": {
            "type": "array",
            "items": {"type": "string", "enum": list(RESOLUTIONS)},
            "description": "Which resolution tiers to compare; SR is upscaled from 720P. Left out: all four.",
        },
        "durations": {
            "type": "array",
            "items": {"type": "integer", "minimum": 1, "maximum": 999},
            "maxItems": LENGTHS_MAX,
            "description": "Which lengths of the video to compare, in whole seconds. Left out: the payload's own.",
        },
    }
