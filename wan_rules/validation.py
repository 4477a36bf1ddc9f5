"""Everything that is wrong with a reading, at once: `check` reports, `validate` hands on only what no rule refuses.

`check` never raises; `validate` raises InvalidRequestError with the whole report. Canonical paths become pointers into
the payload here, and only here.
"""

from __future__ import annotations

import copyreg
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, NewType, Protocol, TypeAlias, cast

from wan_rules.asking import Unverified, ask_medium_rules, ask_request_rules
from wan_rules.groups import RuleGroup
from wan_rules.hosts.host import Host
from wan_rules.hosts.reading import Reading
from wan_rules.limits import Severity
from wan_rules.messages import ENGLISH, Message, Template, Translation, tell
from wan_rules.payloads import JsonObject, WanRulesError
from wan_rules.request import AspectRatio, Evidence, MediaFacts, Reference, Request, Resolution
from wan_rules.rule import CastRule, Finding, Fix, MediumRule, OutputRule, RequestRule, Rule, RuleFailedError
from wan_rules.rules import RULES

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


class Report(NamedTuple):
    """What the rules say of one payload: violations in the order of the rules, then what nobody could check.

    `rejected` outranks `undetermined`, which outranks `accepted`; warnings do not change the verdict.
    """

    verdict: Verdict
    host: Host
    violations: tuple[Violation, ...]
    unverified: tuple[Unverified, ...]


class CheckedRequest(NamedTuple):
    """A request that no rule refuses, with its host, what is known of its media, and its report.

    `evidence` runs parallel to the references and, where there is one, the first frame after them; it is empty where no
    facts were given. `voice_facts` are those of the request's own voice.
    """

    host: Host
    request: Request
    evidence: tuple[Evidence, ...]
    report: Report
    voice_facts: MediaFacts | None


ValidRequest = NewType("ValidRequest", CheckedRequest)
"""A CheckedRequest that came out of `validate`; the rest of the flow takes nothing else."""


ONE: Final = Template("request.one-error", "{rule} {name}: {message}")
FIRST_OF: Final = Template("request.first-error", "{rule} {name}: {message} (and {more} more)")


def _name(rule: Rule, finding: Finding) -> dict[str, str | Message]:
    return {"rule": rule.id, "name": rule.name, "message": finding.said}


class InvalidRequestError(WanRulesError):
    """A request that a rule refuses; `report` holds all that is wrong with it."""

    def __init__(self, report: Report) -> None:
        """Say how many errors there are, and the first of them."""
        self._errors = [violation for violation in report.violations if violation.severity == "error"]
        super().__init__(self.tell())
        self.report = report

    def tell(self, translation: Translation = ENGLISH) -> str:
        """What the error says, in a language."""
        (rule, _, _, finding, _), *others = self._errors
        said = FIRST_OF.fill(more=len(others), **_name(rule, finding)) if others else ONE.fill(**_name(rule, finding))
        return tell(said, translation)


def check(reading: Reading) -> Report:
    """Every violation and every rule that lacks its fact. Raises nothing but a plugin's RuleFailedError."""
    found = ask_request_rules(reading)
    unverified = ask_medium_rules(reading, found)
    if not found:
        return Report("undetermined" if unverified else "accepted", reading.host, (), unverified)
    order = _order(reading.host.added_rules)
    found.sort(key=lambda pair: order[pair[0]])
    violations = tuple([_place(rule, finding, reading) for rule, finding in found])
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
    output = cast("_ReadableOutput", draft.output)
    request = Request(
        known.prompt,
        known.negative_prompt,
        known.references,
        known.first_frames[0].url if known.first_frames else None,
        known.voice,
        output.resolution,
        output.ratio,
        output.duration_s,
        known.prompt_extend,
        known.watermark,
        known.seed,
    )
    return ValidRequest(CheckedRequest(reading.host, request, draft.evidence, report, draft.voice_facts))


class _Readable(Protocol):
    prompt: str
    negative_prompt: str | None
    references: tuple[Reference, ...]
    first_frames: tuple[Reference, ...]
    voice: str | None
    prompt_extend: bool | None
    watermark: bool | None
    seed: int | None


class _ReadableOutput(Protocol):
    resolution: Resolution
    ratio: AspectRatio
    duration_s: int


@lru_cache(maxsize=64)
def _order(added: tuple[Rule, ...]) -> Mapping[Rule, int]:
    """Where each rule stands in a report: those that plugins add come last."""
    return MappingProxyType({rule: index for index, rule in enumerate((*RULES, *added))})


def _place(rule: Rule, finding: Finding, reading: Reading) -> Violation:
    at, _, _, _, _, fix, severity = finding
    try:
        pointer, patch = reading.pointer(at), None if fix is None else _patch(fix, reading)
    except (LookupError, ValueError) as error:
        raise RuleFailedError(rule.id, f"its finding is at {at[:64]!r}, which is no place of the request") from error
    return Violation(rule, severity or rule.severity, pointer, finding, patch)


def _patch(fix: Fix, reading: Reading) -> PatchOp | None:
    """The fix in the payload's own place and words; none where the object that it would go into is not there."""
    op, slot, value = fix
    path, host = reading.pointer(slot), reading.host
    if slot in SIZE_SLOTS and not host.has_field(slot):
        return None
    if not path or (op == "add" and not _has_parent(reading.payload, path)):
        return None
    return PatchOp(op, path, host.spell(slot, value))


def _has_parent(payload: JsonObject, path: str) -> bool:
    found: object = payload
    for part in path.split("/")[1:-1]:
        found = found.get(part) if isinstance(found, dict) else None
    return isinstance(found, dict)


_IDS: Final[Mapping[object, str]] = MappingProxyType({rule: rule.id for rule in RULES})
_PROTOCOL: Final = 4


def _find_rule(name: str) -> Rule:
    return next(rule for rule in RULES if rule.id == name)


def _reduce(rule: object) -> tuple[Callable[[str], Rule], tuple[str]]:
    """A rule of ours goes to another process with a report, or is copied, by its id, and is the same one there."""
    if rule in _IDS:
        return _find_rule, (_IDS[rule],)
    return cast("tuple[Callable[[str], Rule], tuple[str]]", rule.__reduce_ex__(_PROTOCOL))


for _kind in (CastRule, OutputRule, RequestRule, MediumRule):
    copyreg.pickle(_kind, _reduce)

__all__ = [
    "CheckedRequest",
    "InvalidRequestError",
    "PatchOp",
    "Report",
    "RuleGroup",
    "Unverified",
    "ValidRequest",
    "Verdict",
    "Violation",
    "check",
    "validate",
]
