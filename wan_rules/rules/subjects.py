"""The rule on what a reference shows: one subject, whoever counted.

A count that somebody declared is believed. A detector's is a warning, unless the facts say that it is trusted.
"""

from __future__ import annotations

from typing import Final

from wan_rules.limits import Limits, Severity
from wan_rules.request import Detection, DraftReference, MediaFacts, Sighting
from wan_rules.rule import Among, Example, Finding, Findings, MediumRule

SHOWN: Final = 4
"""Sightings that a message lists one by one."""

_GIRL: Final = "https://media.example.com/girl.jpg"


def _one_subject(_reference: DraftReference, facts: MediaFacts, limits: Limits) -> Findings:
    """Each reference holds one subject, a person, an animal or an object: of two, the model mixes or picks."""
    count, detected = facts.subjects or 0, facts.detected
    if count == limits.subjects.value:
        return ()
    many = count > limits.subjects.value
    severity: Severity = "error" if many and (detected is None or detected.trusted) else "warning"
    said = f"{count} subjects in one reference: one each. "
    remedy = "Crop to one, or give each a reference of its own." if many else "Show the subject, or leave it out."
    return (
        Finding(
            at="",
            observed=count,
            limit=limits.subjects.value,
            unit="subjects",
            message=said + remedy + ("" if detected is None else _tell(detected)),
            severity=severity,
        ),
    )


def _tell(detected: Detection) -> str:
    """Who counted, and what was seen where."""
    if not detected.seen:
        return " A detector counted: it saw none of the kinds that it knows, and knows no logos or products."
    shown = "; ".join(map(_place, detected.seen[:SHOWN]))
    more = f"; and {len(detected.seen) - SHOWN} more" if len(detected.seen) > SHOWN else ""
    return f" A detector counted: {shown}{more}."


def _place(sighting: Sighting) -> str:
    box = f"{sighting.left_px},{sighting.top_px} to {sighting.right_px},{sighting.bottom_px} px"
    return f"{sighting.kind} ({sighting.confidence}) from {box}"


def _detected(*, trusted: bool) -> dict[str, object]:
    """Facts of an example: two people, as a detector counts them."""
    left = {"kind": "person", "confidence": "0.93", "left_px": 11, "top_px": 20, "right_px": 368, "bottom_px": 507}
    right = {"kind": "person", "confidence": "0.71", "left_px": 402, "top_px": 64, "right_px": 640, "bottom_px": 502}
    return {"subjects": 2, "detected": {"seen": [left, right], "trusted": trusted}}


ONE_SUBJECT: Final = MediumRule(
    id="WAN208",
    name="one-subject",
    family="references",
    severity="error",
    source="docs/explanation/references.md#one-subject-each",
    over="reference",
    needs=("subjects",),
    plain=(Among("subjects", lambda limits: (limits.subjects.value,)),),
    check=_one_subject,
    passes=(Example({}, facts={_GIRL: {"subjects": 1}}),),
    fails=(
        Example({}, facts={_GIRL: {"subjects": 2}}),
        Example({}, facts={"https://media.example.com/dancer.mp4": {"subjects": 0}}),
        Example({}, facts={_GIRL: _detected(trusted=False)}),
        Example({}, facts={_GIRL: _detected(trusted=True)}),
    ),
)

RULES: Final = (ONE_SUBJECT,)
