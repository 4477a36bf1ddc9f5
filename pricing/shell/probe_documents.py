"""What was measured as JSON values: the documents of `probe`, and the member `media` of a report or quote."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Final

from pricing.shell.probing import Probed
from pricing.shell.wire import SCHEMA_VERSION
from wan_rules.media_facts import MediaFacts
from wan_rules.shell.media import Measured
from wan_rules.urls import redact

_DETAILS: Final = ("container", "codec", "rotation_deg")


def probe_document(measured: Measured) -> dict[str, object]:
    """What was measured of one medium."""
    return {"schema_version": SCHEMA_VERSION, "medium": measured.where, **_describe(measured)}


def append_media(document: bytes, probed: tuple[Probed, ...]) -> bytes:
    """The document with a last member `media`, where anything was measured: what holds, and where it came from."""
    if not probed:
        return document
    media = json.dumps(_list(probed), ensure_ascii=False).encode(errors="backslashreplace")
    return document[:-1] + b',"media":%b}' % media


def _list(probed: tuple[Probed, ...]) -> list[dict[str, object]]:
    return [
        {
            "at": one.medium.at,
            "medium": redact(one.medium.url),
            **_describe(one.measured),
            "facts": facts_value(one.facts),
            "from": dict(one.origins),
            "contradictions": [
                {"fact": each.fact, "declared": _value(each.declared), "measured": _value(each.measured)}
                for each in one.contradictions
            ],
        }
        for one in probed
    ]


def _describe(measured: Measured) -> dict[str, object]:
    found = measured.found
    return {
        "facts": facts_value(measured.facts),
        **{name: getattr(found, name, None) for name in _DETAILS},
        "lengths": {length.name: _value(length.seconds) for length in found.lengths} if found else {},
        "length_by": measured.judged.by,
        "notes": list(found.notes) if found else [],
        "unverified": measured.unverified,
        "subjects": _say_subjects(measured),
        "requests": measured.requests,
        "bytes_read": measured.bytes_read,
    }


def _say_subjects(measured: Measured) -> dict[str, object] | None:
    """What was counted, and why not, where subjects were looked for."""
    if measured.looked is None:
        return None
    return {"answer": measured.looked.subjects.answer, "reason": measured.looked.subjects.reason}


def write_facts(probed: tuple[Probed, ...]) -> dict[str, object]:
    """The facts that hold, by the place of each medium, as `--facts` takes them."""
    return {one.medium.at: facts_value(one.facts) for one in probed}


def facts_value(facts: MediaFacts) -> dict[str, object]:
    """The facts that are known, as `--facts` takes them."""
    return facts.model_dump(mode="json", exclude_none=True)


def _value(value: object) -> object:
    return format(value, "f") if isinstance(value, Decimal) else value
