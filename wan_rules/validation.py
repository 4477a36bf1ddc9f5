"""Everything that is wrong with a reading, at once: `check` reports, `validate` hands on only what no rule refuses.

`check` never raises; `validate` raises InvalidRequestError with the whole report. Canonical paths become pointers into
the payload here, and only here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
    ReferenceKind,
    ReferenceOf,
    Request,
    Resolution,
    Shape,
)
from wan_rules.rule import Finding, Fix, MediumRule, Over, Rule
from wan_rules.rules import MEDIUM_RULES, REQUEST_RULES, RULES, SHAPE_RULES, TEXT_RULES

KEPT_SHAPES: Final = 8192
"""Shapes of requests whose answers are kept: the same shape breaks the same rules, and few are ever sent."""

Verdict: TypeAlias = Literal["accepted", "rejected", "undetermined"]


SIZE_SLOTS: Final = frozenset({"resolution", "ratio"})
"""What some hosts ask for in pixels, where no single field can be mended."""


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


@dataclass(frozen=True, slots=True, eq=False)
class RuleGroup:
    """Medium rules that are asked together, in order, and the facts that they need; one object for each such group."""

    rules: tuple[MediumRule, ...]
    needs: frozenset[str]


@lru_cache(maxsize=4096)
def _group(rules: tuple[MediumRule, ...]) -> RuleGroup:
    return RuleGroup(rules, frozenset(fact for rule in rules for fact in rule.needs))


class Unverified(NamedTuple):
    """Rules that could not be asked at one place, since a fact that they need is not known."""

    at: str
    group: RuleGroup

    @property
    def rules(self) -> tuple[MediumRule, ...]:
        """The rules, in the order of a report."""
        return self.group.rules


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
        known.references,
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


def _rules_over(*overs: Over) -> RuleGroup:
    return _group(tuple(rule for rule in MEDIUM_RULES if rule.over in overs))


_OVER_REFERENCE: Final[Mapping[str | None, RuleGroup]] = MappingProxyType(
    {
        "image": _rules_over("medium", "reference", "image"),
        "video": _rules_over("medium", "reference", "video"),
        None: _rules_over("medium", "reference"),
    }
)
_OVER_FRAME: Final = _rules_over("medium", "image")
_OVER_VOICE: Final = _rules_over("voice")


class _MediumAsked(NamedTuple):
    """One medium, or its voice: the rules over it, where it stands in our words and in the payload, what is known."""

    group: RuleGroup
    medium: DraftReference
    path: str
    place: str
    facts: MediaFacts | None


def _ask_medium_rules(reading: Reading, found: list[_Found]) -> tuple[Unverified, ...]:
    """What the rules that could not be asked lack; what the others found goes into `found`."""
    draft = reading.draft
    if not draft.evidence and draft.voice is None and not draft.first_frames:
        voices = tuple([voice is not None for _, _, voice in draft.references[:EVIDENCE_MEDIA]])
        return _nothing_known(draft.shape.kinds[:EVIDENCE_MEDIA], voices, reading.places, reading.voice_places)
    unverified: list[Unverified] = []
    for asked in _media_asked(reading):
        facts, group = asked.facts, asked.group
        if facts is None:
            unverified.append(Unverified(asked.place, group))
            continue
        rules, unknown = group.rules, facts.unknown
        if not unknown.isdisjoint(group.needs):
            lacking = tuple([rule for rule in rules if not unknown.isdisjoint(rule.needs)])
            unverified.append(Unverified(asked.place, _group(lacking)))
            rules = tuple([rule for rule in rules if rule not in lacking])
        for rule in rules:
            findings = rule.check(asked.medium, facts, reading.host.limits)
            if findings:
                path = asked.path
                found += [(rule, finding._replace(at=f"{path}/{finding.at}".strip("/"))) for finding in findings]
    return tuple(unverified)


@lru_cache(maxsize=KEPT_SHAPES)
def _nothing_known(
    kinds: tuple[ReferenceKind | None, ...],
    voices: tuple[bool, ...],
    places: tuple[str, ...],
    voice_places: tuple[str, ...],
) -> tuple[Unverified, ...]:
    """What is unverified where no fact about any reference is known, the case of every first run."""
    unverified = []
    for index, (kind, has_voice) in enumerate(zip(kinds, voices, strict=True)):
        unverified.append(Unverified(places[index], _OVER_REFERENCE[kind]))
        if has_voice:
            unverified.append(Unverified(voice_places[index], _OVER_VOICE))
    return tuple(unverified)


def _media_asked(reading: Reading) -> Iterator[_MediumAsked]:
    """Every medium and voice that is looked at, in the order of the payload; first frames and a common voice last."""
    _, _, draft, places, voice_places = reading
    evidence = draft.evidence
    for index, medium in enumerate(draft.references[:EVIDENCE_MEDIA]):
        facts, voice_facts = evidence[index] if evidence else _NO_EVIDENCE
        group, path = _OVER_REFERENCE[draft.shape.kinds[index]], f"references/{index}"
        yield _MediumAsked(group, medium, path, places[index], facts)
        if medium.voice is not None:
            yield _MediumAsked(_OVER_VOICE, medium, path, voice_places[index], voice_facts)
    first = len(draft.references)
    for index, frame in enumerate(draft.first_frames[:2]):
        facts = evidence[first + index].medium if len(evidence) > first + index else None
        yield _MediumAsked(_OVER_FRAME, frame, f"first_frames/{index}", places[first + index], facts)
    if draft.voice is not None and reading.host.limits.voices.value == "request":
        spoken: DraftReference = ReferenceOf("image", "", draft.voice)
        yield _MediumAsked(_OVER_VOICE, spoken, "", reading.pointer("voice"), draft.voice_facts)


_NO_EVIDENCE: Final = Evidence(None, None)


def _place(rule: Rule, finding: Finding, reading: Reading) -> Violation:
    severity = finding.severity or rule.severity
    return Violation(rule, severity, reading.pointer(finding.at), finding, _patch(finding.fix, reading))


def _patch(fix: Fix | None, reading: Reading) -> PatchOp | None:
    """The fix in the payload's own place and words; none where the object that it would go into is not there."""
    if fix is None:
        return None
    path = reading.pointer(fix.path)
    if fix.path in SIZE_SLOTS and not reading.host.has_field(fix.path):
        return None
    if not path or (fix.op == "add" and not _has_parent(reading.payload, path)):
        return None
    return PatchOp(fix.op, path, reading.host.spell(fix.path, fix.value))


def _has_parent(payload: JsonObject, path: str) -> bool:
    found: object = payload
    for part in path.split("/")[1:-1]:
        found = found.get(part) if isinstance(found, dict) else None
    return isinstance(found, dict)
