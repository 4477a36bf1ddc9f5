"""Everything that is wrong with a reading, at once: `check` reports, `validate` hands on only what no rule refuses.

`check` never raises; `validate` raises InvalidRequestError with the whole report. Canonical paths become pointers into
the payload here, and only here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, NewType, TypeAlias, cast

from wan_rules.hosts.host import Host
from wan_rules.hosts.reading import EVIDENCE_MEDIA, Reading
from wan_rules.limits import Severity
from wan_rules.payloads import JsonObject, WanRulesError
from wan_rules.request import DraftReference, Evidence, MediaFacts, Reference, Request
from wan_rules.rule import Finding, Fix, MediumRule, Over, RequestRule, Rule
from wan_rules.rules import MEDIUM_RULES, REQUEST_RULES, RULES

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
    found = list(_ask_request_rules(reading))
    unverified = _ask_medium_rules(reading, found)
    violations = tuple(_place(rule, finding, reading) for rule, finding in sorted(found, key=_report_order)) if found else ()
    return Report(_judge(violations, unverified), reading.host, violations, unverified)


def validate(reading: Reading) -> ValidRequest:
    """The strict request, when no rule refuses it. Raises InvalidRequestError with the report otherwise."""
    report = check(reading)
    if report.verdict == "rejected":
        raise InvalidRequestError(report)
    draft = reading.draft
    request = Request(
        cast("str", draft.prompt),
        cast("str | None", draft.negative_prompt),
        tuple(map(Reference._make, draft.references)),  # type: ignore[arg-type]  # FIELD_TYPE left nothing unreadable
        cast("str", draft.first_frames[0].url) if draft.first_frames else None,
        *draft[5:12],  # type: ignore[arg-type]  # the scalar fields, from voice to seed, stand in the same order
    )
    return ValidRequest(CheckedRequest(reading.host, request, draft.evidence, report))


def _judge(violations: tuple[Violation, ...], unverified: tuple[Unverified, ...]) -> Verdict:
    for violation in violations:
        if violation.severity == "error":
            return "rejected"
    return "undetermined" if unverified else "accepted"


_ORDER: Final[Mapping[Rule, int]] = MappingProxyType({rule: index for index, rule in enumerate(RULES)})


def _report_order(found: tuple[Rule, Finding]) -> int:
    return _ORDER[found[0]]


def _ask_request_rules(reading: Reading) -> Iterator[tuple[RequestRule, Finding]]:
    draft, limits = reading.draft, reading.host.limits
    for rule in REQUEST_RULES:
        for finding in rule.check(draft, limits):
            yield rule, finding


def _rules_over(*overs: Over) -> tuple[MediumRule, ...]:
    return tuple(rule for rule in MEDIUM_RULES if rule.over in overs)


_OVER: Final[Mapping[tuple[str, bool], tuple[MediumRule, ...]]] = MappingProxyType(
    {
        ("image", True): _rules_over("medium", "reference", "image"),
        ("video", True): _rules_over("medium", "reference", "video"),
        ("image", False): _rules_over("medium", "image"),
    }
)
_OVER_ANY: Final = _rules_over("medium")
_OVER_VOICE: Final = _rules_over("voice")
_UNKNOWN: Final = Evidence(None, None)
_NOTHING_KNOWN: Final = MediaFacts()


def _ask_medium_rules(reading: Reading, found: list[tuple[Rule, Finding]]) -> tuple[Unverified, ...]:
    """What the rules that could not be asked lack; what the others found goes into `found`."""
    draft = reading.draft
    count = len(draft.references)
    unverified: list[Unverified] = []
    for index, medium in enumerate((draft.references + draft.first_frames)[:EVIDENCE_MEDIA]):
        evidence = draft.evidence[index] if draft.evidence else _UNKNOWN
        asked = _Asked(reading, medium, f"references/{index}" if index < count else f"first_frames/{index - count}")
        is_reference = index < count
        rules = _OVER.get((medium.kind, is_reference), _OVER_ANY) if isinstance(medium.kind, str) else _OVER_ANY
        _ask(rules, asked, evidence.medium, reading.places[index], found, unverified)
        if isinstance(medium.voice, str) and is_reference:
            _ask(_OVER_VOICE, asked, evidence.voice, reading.voice_places[index], found, unverified)
    if isinstance(draft.voice, str) and reading.host.limits.voices.value == "request":
        asked = _Asked(reading, DraftReference("image", "", draft.voice), "")
        _ask(_OVER_VOICE, asked, draft.voice_facts, reading.pointer("voice"), found, unverified)
    return tuple(unverified)


class _Asked(NamedTuple):
    reading: Reading
    medium: DraftReference
    path: str


@lru_cache(maxsize=64)
def _split(rules: tuple[MediumRule, ...]) -> tuple[tuple[MediumRule, ...], tuple[MediumRule, ...]]:
    """Those that need no fact, and those that do."""
    return tuple(r for r in rules if not r.needs), tuple(r for r in rules if r.needs)


def _ask(  # noqa: PLR0913 - one step of one loop, with the two lists that it fills
    rules: tuple[MediumRule, ...],
    asked: _Asked,
    facts: MediaFacts | None,
    place: str,
    found: list[tuple[Rule, Finding]],
    unverified: list[Unverified],
) -> None:
    limits = asked.reading.host.limits
    if facts is None:
        rules, lacking = _split(rules)
        facts = _NOTHING_KNOWN
    else:
        lacking = tuple(rule for rule in rules if any(getattr(facts, fact) is None for fact in rule.needs))
    if lacking:
        unverified.append(Unverified(place, lacking))
    for rule in rules:
        if rule not in lacking:
            for finding in rule.check(asked.medium, facts, limits):
                path = f"{asked.path}/{finding.at}".strip("/")
                found.append((rule, finding._replace(at=path)))


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
