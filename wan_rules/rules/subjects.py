"""The rule on what a reference shows: one subject, whoever counted.

A count that somebody declared is believed. A detector's is a warning, unless the facts say that it is trusted.
"""

from __future__ import annotations

from typing import Final

from wan_rules.limits import Limits, Severity
from wan_rules.media_facts import Detection, MediaFacts, Sighting
from wan_rules.messages import Message, Series, Template
from wan_rules.request import DraftReference
from wan_rules.rule import Among, Example, Finding, Findings, MediumRule

SHOWN: Final = 4
"""Sightings that a message lists one by one."""

SEVERAL: Final = Template(
    "WAN208.several",
    "{count} subjects in one reference: one each. Crop to one, or give each a reference of its own.",
)
NONE: Final = Template("WAN208.none", "{count} subjects in one reference: one each. Show the subject, or leave it out.")
COUNTED: Final = Template("WAN208.counted", "{said} A detector counted: {seen}.")
COUNTED_MORE: Final = Template("WAN208.counted-more", "{said} A detector counted: {seen}; and {more} more.")
SAW_NOTHING: Final = Template(
    "WAN208.saw-nothing",
    "{said} A detector counted: it saw none of the kinds that it knows, and knows no logos or products.",
)
SIGHTING: Final = Template("WAN208.sighting", "{kind} ({confidence}) from {left},{top} to {right},{bottom} px")
SEMICOLON: Final = Template("list.semicolon", "; ")

_GIRL: Final = "https://media.example.com/girl.jpg"
_PEOPLE: Final = (
    {"kind": "person", "confidence": "0.93", "left_px": 11, "top_px": 20, "right_px": 368, "bottom_px": 507},
    {"kind": "person", "confidence": "0.71", "left_px": 402, "top_px": 64, "right_px": 640, "bottom_px": 502},
)
"""Two people, as a detector tells them."""


def _one_subject(_reference: DraftReference, facts: MediaFacts, limits: Limits) -> Findings:
    """Each reference holds one subject, a person, an animal or an object: of two, the model mixes or picks."""
    count, detected = facts.subjects or 0, facts.detected
    if count == limits.subjects.value:
        return ()
    many = count > limits.subjects.value
    severity: Severity = "error" if many and (detected is None or detected.trusted) else "warning"
    said = SEVERAL.fill(count=count) if many else NONE.fill(count=count)
    return (
        Finding(
            at="",
            observed=count,
            limit=limits.subjects.value,
            unit="subjects",
            message=said if detected is None else _tell(said, detected),
            severity=severity,
        ),
    )


def _tell(said: Message, detected: Detection) -> Message:
    """Who counted, and what was seen where, after what follows from it."""
    if not detected.seen:
        return SAW_NOTHING.fill(said=said)
    seen, more = Series(tuple(map(_place, detected.seen[:SHOWN])), SEMICOLON), len(detected.seen) - SHOWN
    return COUNTED_MORE.fill(said=said, seen=seen, more=more) if more > 0 else COUNTED.fill(said=said, seen=seen)


def _place(sighting: Sighting) -> Message:
    return SIGHTING.fill(
        kind=sighting.kind,
        confidence=sighting.confidence,
        left=sighting.left_px,
        top=sighting.top_px,
        right=sighting.right_px,
        bottom=sighting.bottom_px,
    )


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
        Example({}, facts={_GIRL: {"subjects": 2, "detected": {"seen": _PEOPLE, "trusted": False}}}),
        Example({}, facts={_GIRL: {"subjects": 2, "detected": {"seen": _PEOPLE, "trusted": True}}}),
    ),
)

RULES: Final = (ONE_SUBJECT,)
