"""Everything that is wrong with a reading, at once: `check` reports, `validate` hands on only what no rule refuses.

`check` never raises; `validate` raises InvalidRequestError with the whole report. Canonical paths become pointers into
the payload here, and only here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, NewType, Protocol, TypeAlias, cast

from wan_rules.hosts.host import Host
from wan_rules.hosts.reading import EVIDENCE_MEDIA, Reading
from wan_rules.limits import Severity
from wan_rules.payloads import JsonObject, WanRulesError
from wan_rules.request import (
    AspectRatio,
    DraftReference,
    Evidence,
    MediaFacts,
    Reference,
    Request,
    Resolution,
    Shape,
)
from wan_rules.rule import Finding, Fix, MediumRule, Over, Rule
from wan_rules.rules import MEDIUM_RULES, REQUEST_RULES, RULES, SHAPE_RULES, TEXT_RULES

KEPT_SHAPES: Final = 8192
"""Shapes of requests whose answers are kept: the same shape breaks the same rules, and few are ever sent."""

Verdict: TypeAlias = Literal["accepted", "rejected", "undetermined"]


class PatchOp(NamedTuple):
    """One operation of a JSON Patch (RFC 6902) on the payload as it was sent."""

    op: Literal["add", "replace", "remove"]
    path: str
    value: str | int | bool | None


class Violation(NamedTuple):
    """One finding of one rule, at a JSON Pointer into the payload as the caller sent it."""

    rule: Rule
    severity: Severity
    at: str
    finding: Finding
    fix: PatchOp | None


class Unverified(NamedTuple):
    """Rules that could not be asked at one place, since a fact that they need is not known."""

    at: str
    rules: tuple[MediumRule, ...]


class Report(NamedTuple):
    """What the rules say of one payload: violations in the order of the rules, then what nobody could check.

    `rejected` outranks `undetermined`, which outranks `accepted`; warnings do not change the verdict.
    """

    verdict: Verdict
    host: Host
    violations: tuple[Violation, ...]
    unverified: tuple[Unverified, ...]


class CheckedRequest(NamedTuple):
    """A request that no rule refuses, with its host, its evidence (parallel to its references) and its report."""

    host: Host
    request: Request
    evidence: tuple[Evidence, ...]
    report: Report


ValidRequest = NewType("ValidRequest", CheckedRequest)
"""A CheckedRequest that came out of `validate`; the rest of the flow takes nothing else."""


class InvalidRequestError(WanRulesError):
    """A request that a rule refuses; `report` holds all that is wrong with it."""

    def __init__(self, report: Report) -> None:
        """Say how many errors there are, and the first of them."""
        errors = [v for v in report.violations if v.severity == "error"]
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        super().__init__(f"{errors[0].rule.id} {errors[0].rule.name}: {errors[0].finding.message}{more}")
        self.report = report


def check(reading: Reading) -> Report:
    """Every violation and every rule that lacks its fact. Never raises."""
    found: list[_Found] = [*_ask_request_rules(reading)]
    unverified = _ask_medium_rules(reading, found)
    if not found:
        return Report("undetermined" if unverified else "accepted", reading.host, (), unverified)
    violations = tuple(_place(rule, finding, reading) for rule, finding in sorted(found, key=_report_order))
    rejected = any(violation.severity == "error" for violation in violations)
    verdict: Verdict = "rejected" if rejected else "undetermined" if unverified else "accepted"
    return Report(verdict, reading.host, violations, unverified)


def validate(reading: Reading) -> ValidRequest:
    """The strict request, when no rule refuses it. Raises InvalidRequestError with the report otherwise."""
    report = check(reading)
    if report.verdict == "rejected":
        raise InvalidRequestError(report)
    draft = reading.draft
    # FIELD_TYPE and its like left nothing unreadable here.
    known = cast("_Readable", draft)
    shape = cast("_ReadableShape", draft.shape)
    request = Request(
        known.prompt,
        known.negative_prompt,
        tuple([Reference(*reference) for reference in known.references]),
        known.first_frames[0].url if known.first_frames else None,
        known.voice,
        shape.resolution,
        shape.ratio,
        shape.duration_s,
        known.prompt_extend,
        known.watermark,
        known.seed,
    )
    return ValidRequest(CheckedRequest(reading.host, request, draft.evidence, report))


class _Readable(Protocol):
    prompt: str
    negative_prompt: str | None
    references: tuple[Reference, ...]
    first_frames: tuple[Reference, ...]
    voice: str | None
    prompt_extend: bool | None
    watermark: bool | None
    seed: int | None


class _ReadableShape(Protocol):
    resolution: Resolution
    ratio: AspectRatio
    duration_s: int


_Found: TypeAlias = tuple[Rule, Finding]
_ORDER: Final[Mapping[Rule, int]] = MappingProxyType({rule: index for index, rule in enumerate(RULES)})


def _report_order(found: _Found) -> int:
    return _ORDER[found[0]]


def _ask_request_rules(reading: Reading) -> list[_Found]:
    _, _, draft, _, _ = reading
    limits = reading.host.limits
    try:
        found = [*_ask_shape_rules(draft.shape, reading.host)]
    except TypeError:  # an unreadable value that can't be kept, such as a list
        found = [*_ask_shape_rules.__wrapped__(draft.shape, reading.host)]
    rules = REQUEST_RULES if draft.misfits or draft.strays else TEXT_RULES
    for rule in rules:
        findings = rule.check(draft, limits)
        if findings:
            found += [(rule, finding) for finding in findings]
    return found


@lru_cache(maxsize=KEPT_SHAPES)
def _ask_shape_rules(shape: Shape, host: Host) -> tuple[_Found, ...]:
    return tuple((rule, finding) for rule in SHAPE_RULES for finding in rule.check(shape, host.limits))


class _Rules(NamedTuple):
    """The rules over one kind of medium: those that need no fact, those that do, and the facts they need together."""

    free: tuple[MediumRule, ...]
    needy: tuple[MediumRule, ...]
    needs: frozenset[str]


def _rules_over(*overs: Over) -> _Rules:
    rules = [rule for rule in MEDIUM_RULES if rule.over in overs]
    needy = tuple(rule for rule in rules if rule.needs)
    return _Rules(tuple(r for r in rules if not r.needs), needy, frozenset(n for rule in needy for n in rule.needs))


_OVER_REFERENCE: Final[Mapping[str, _Rules]] = MappingProxyType(
    {"image": _rules_over("medium", "reference", "image"), "video": _rules_over("medium", "reference", "video")}
)
_OVER_FRAME: Final = _rules_over("medium", "image")
_OVER_ANY: Final = _rules_over("medium")
_OVER_VOICE: Final = _rules_over("voice")
_NOTHING_KNOWN: Final = MediaFacts()
_NO_EVIDENCE: Final = Evidence(None, None)


class _MediumAsked(NamedTuple):
    """One medium, or its voice: the rules over it, where it stands in our words and in the payload, what is known."""

    rules: _Rules
    medium: DraftReference
    path: str
    place: str
    facts: MediaFacts | None


def _ask_medium_rules(reading: Reading, found: list[_Found]) -> tuple[Unverified, ...]:
    """What the rules that could not be asked lack; what the others found goes into `found`."""
    unverified: list[Unverified] = []
    limits = reading.host.limits
    for rules, medium, path, place, facts in _media_asked(reading):
        asked = rules.free
        if facts is None:
            unverified.append(Unverified(place, rules.needy))
        elif facts.unknown.isdisjoint(rules.needs):
            asked += rules.needy
        else:
            lacking = tuple([rule for rule in rules.needy if not facts.unknown.isdisjoint(rule.needs)])
            unverified.append(Unverified(place, lacking))
            asked += tuple([rule for rule in rules.needy if rule not in lacking])
        for rule in asked:
            findings = rule.check(medium, facts or _NOTHING_KNOWN, limits)
            if findings:
                found += [(rule, finding._replace(at=f"{path}/{finding.at}".strip("/"))) for finding in findings]
    return tuple(unverified)


def _media_asked(reading: Reading) -> list[_MediumAsked]:
    """Every medium and voice that is looked at, in the order of the payload; first frames and a common voice last."""
    _, _, draft, places, voice_places = reading
    evidence = draft.evidence
    asked = []
    for index, medium in enumerate(draft.references[:EVIDENCE_MEDIA]):
        kind, _, voice = medium
        rules = _OVER_REFERENCE[kind] if isinstance(kind, str) else _OVER_ANY
        facts, voice_facts = evidence[index] if evidence else _NO_EVIDENCE
        path = _PATHS[index]
        asked.append(_MediumAsked(rules, medium, path, places[index], facts))
        if isinstance(voice, str):
            asked.append(_MediumAsked(_OVER_VOICE, medium, path, voice_places[index], voice_facts))
    if draft.first_frames:
        asked += _frames_asked(reading)
    if isinstance(draft.voice, str) and reading.host.limits.voices.value == "request":
        spoken = DraftReference("image", "", draft.voice)
        asked.append(_MediumAsked(_OVER_VOICE, spoken, "", reading.pointer("voice"), draft.voice_facts))
    return asked


_PATHS: Final = tuple(f"references/{index}" for index in range(EVIDENCE_MEDIA))


def _frames_asked(reading: Reading) -> list[_MediumAsked]:
    _, _, draft, places, _ = reading
    first = len(draft.references)
    asked = []
    for index, frame in enumerate(draft.first_frames[:2]):
        evidence = draft.evidence[first + index] if len(draft.evidence) > first + index else _NO_EVIDENCE
        place = places[first + index]
        asked.append(_MediumAsked(_OVER_FRAME, frame, f"first_frames/{index}", place, evidence.medium))
    return asked


def _place(rule: Rule, finding: Finding, reading: Reading) -> Violation:
    severity = finding.severity or rule.severity
    return Violation(rule, severity, reading.pointer(finding.at), finding, _patch(finding.fix, reading))


def _patch(fix: Fix | None, reading: Reading) -> PatchOp | None:
    """The fix in the payload's own place and words; none where the object that it would go into is not there."""
    if fix is None:
        return None
    path = reading.pointer(fix.path)
    if not path or (fix.op == "add" and not _has_parent(reading.payload, path)):
        return None
    return PatchOp(fix.op, path, reading.host.spell(fix.path, fix.value))


def _has_parent(payload: JsonObject, path: str) -> bool:
    found: object = payload
    for part in path.split("/")[1:-1]:
        found = found.get(part) if isinstance(found, dict) else None
    return isinstance(found, dict)
