"""The rules asked of a reading: those over the request, then those over each medium whose facts are known.

Most requests break no rule, so a rule is only called where it may find something: answers to what few requests differ
in are kept, and a fact that lies plainly within its limit spares the rule.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from operator import contains, itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from wan_rules.hosts.reading import EVIDENCE_MEDIA, Reading
from wan_rules.request import Cast, DraftReference, Evidence, MediaFacts, MediaKind, Output, ReferenceKind, ReferenceOf
from wan_rules.rule import Among, AsSent, Finding, MediumRule, Over, Rule, Within
from wan_rules.rules import CAST_RULES, MEDIUM_RULES, OUTPUT_RULES, REQUEST_RULES, TEXT_RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping

    from wan_rules.hosts.host import Host
    from wan_rules.hosts.media_reading import Places

KEPT: Final = 8192
"""Casts and outputs whose answers are kept: equal ones break the same rules, and few are ever sent."""

Found: TypeAlias = tuple[Rule, Finding]
Picker: TypeAlias = "Callable[[Mapping[str, object]], tuple[object, ...]]"


@dataclass(frozen=True, slots=True, eq=False)
class RuleGroup:
    """Medium rules that are asked together, in order, of media sent as `kind`; one object for each such group."""

    kind: MediaKind | None
    rules: tuple[MediumRule, ...]
    needs: tuple[str, ...] = field(init=False)
    pick: Picker = field(init=False)

    def __post_init__(self) -> None:
        """Gather the facts that the rules need, each once, and what picks them."""
        needs = tuple(dict.fromkeys(fact for rule in self.rules for fact in rule.needs))
        object.__setattr__(self, "needs", needs)
        object.__setattr__(self, "pick", _pick(needs))


def _pick(names: tuple[str, ...]) -> Picker:
    """A function that takes those values out of a mapping, in that order, and the first again: one is no tuple."""
    return itemgetter(*names, names[0]) if names else _pick_nothing


def _pick_nothing(_known: Mapping[str, object]) -> tuple[object, ...]:
    return ()


@lru_cache(maxsize=4096)
def _group(kind: MediaKind | None, rules: tuple[MediumRule, ...]) -> RuleGroup:
    return RuleGroup(kind, rules)


class Unverified(NamedTuple):
    """Rules that could not be asked at one place, since a fact that they need is not known."""

    at: str
    group: RuleGroup

    @property
    def rules(self) -> tuple[MediumRule, ...]:
        """The rules, in the order of a report."""
        return self.group.rules


def ask_request_rules(reading: Reading) -> list[Found]:
    """What the rules find that look at the request as a whole, in no particular order."""
    draft, host = reading.draft, reading.host
    try:
        found = [*_ask_cast_rules(draft.cast, host), *_ask_output_rules(draft.output, host)]
    except TypeError:  # an unreadable value that can't be kept, such as a list
        found = [*_ask_cast_rules.__wrapped__(draft.cast, host), *_ask_output_rules.__wrapped__(draft.output, host)]
    limits = host.limits
    for rule in REQUEST_RULES if draft.misfits or draft.strays else TEXT_RULES:
        findings = rule.check(draft, limits)
        if findings:
            found += [(rule, finding) for finding in findings]
    return found


@lru_cache(maxsize=KEPT)
def _ask_cast_rules(cast: Cast, host: Host) -> tuple[Found, ...]:
    return tuple((rule, finding) for rule in CAST_RULES for finding in rule.check(cast, host.limits))


@lru_cache(maxsize=KEPT)
def _ask_output_rules(output: Output, host: Host) -> tuple[Found, ...]:
    return tuple((rule, finding) for rule in OUTPUT_RULES for finding in rule.check(output, host.limits))


def _rules_over(kind: MediaKind | None, *overs: Over) -> RuleGroup:
    return _group(kind, tuple(rule for rule in MEDIUM_RULES if rule.over in overs))


_OVER_REFERENCE: Final[Mapping[str | None, RuleGroup]] = MappingProxyType(
    {
        "image": _rules_over("image", "medium", "reference", "image"),
        "video": _rules_over("video", "medium", "reference", "video"),
        None: _rules_over(None, "medium", "reference"),
    }
)
_OVER_FRAME: Final = _rules_over("image", "medium", "image")
_OVER_VOICE: Final = _rules_over("voice", "voice")
_NO_EVIDENCE: Final = Evidence(None, None)
_NO_EVIDENCES: Final = (_NO_EVIDENCE,) * EVIDENCE_MEDIA
_FRAMES_ASKED: Final = 2
"""First frames that are looked at: there is never more than one that is taken."""


def ask_medium_rules(reading: Reading, found: list[Found]) -> tuple[Unverified, ...]:
    """What the rules that could not be asked lack; what the others found goes into `found`."""
    draft = reading.draft
    if not draft.evidence and draft.voice is None and not draft.first_frames:
        voices = tuple([voice is not None for _, _, voice in draft.references[:EVIDENCE_MEDIA]])
        return _nothing_known(draft.cast.kinds[:EVIDENCE_MEDIA], voices, reading.places)
    asker = _Asker(reading.host, [])
    references, kinds, places = draft.references[:EVIDENCE_MEDIA], draft.cast.kinds, reading.places
    evidence = draft.evidence or _NO_EVIDENCES
    for index, medium in enumerate(references):
        facts, voice_facts = evidence[index]
        findings = asker.ask(_OVER_REFERENCE[kinds[index]], medium, facts, places.urls[index])
        if medium.voice is not None:
            findings += asker.ask(_OVER_VOICE, medium, voice_facts, places.voices[index])
        found += _under(f"references/{index}/", findings) if findings else ()
    first = len(draft.references)
    for index, frame in enumerate(draft.first_frames[:_FRAMES_ASKED]):
        facts = draft.evidence[first + index].medium if len(draft.evidence) > first + index else None
        found += _under(f"first_frames/{index}/", asker.ask(_OVER_FRAME, frame, facts, places.urls[first + index]))
    if draft.voice is not None and reading.host.limits.voices.value == "request":
        spoken: DraftReference = ReferenceOf("image", "", draft.voice)
        found += asker.ask(_OVER_VOICE, spoken, draft.voice_facts, reading.pointer("voice"))
    return tuple(asker.unverified)


def _under(path: str, findings: Iterable[Found]) -> list[Found]:
    """What was found of one medium, with canonical paths from the top."""
    return [(rule, finding._replace(at=f"{path}{finding.at}".rstrip("/"))) for rule, finding in findings]


@lru_cache(maxsize=KEPT)
def _nothing_known(
    kinds: tuple[ReferenceKind | None, ...],
    voices: tuple[bool, ...],
    places: Places,
) -> tuple[Unverified, ...]:
    """What is unverified where no fact about any reference is known, the case of every first run."""
    unverified = []
    for index, (kind, has_voice) in enumerate(zip(kinds, voices, strict=True)):
        unverified.append(Unverified(places.urls[index], _OVER_REFERENCE[kind]))
        if has_voice:
            unverified.append(Unverified(places.voices[index], _OVER_VOICE))
    return tuple(unverified)


class _Asker(NamedTuple):
    """Asks medium rules of one host, and gathers what could not be verified."""

    host: Host
    unverified: list[Unverified]

    def ask(self, group: RuleGroup, medium: DraftReference, facts: MediaFacts | None, place: str) -> list[Found]:
        """What the rules find of one medium, or its voice, that stands at that place of the payload."""
        host, unverified = self
        if facts is None:
            unverified.append(Unverified(place, group))
            return []
        known: dict[str, object] = facts.__dict__
        if known["kind"] != group.kind:
            group = _group_otherwise(group, facts.kind)
        if None in group.pick(known):
            lacking, group = _split(group, tuple([fact for fact in group.needs if known[fact] is None]))
            unverified.append(Unverified(place, lacking))
        suspects = _suspect(_spare(group, host), known)
        return [(rule, finding) for rule in suspects for finding in rule.check(medium, facts, host.limits)]


@lru_cache(maxsize=64)
def _group_otherwise(group: RuleGroup, kind: MediaKind | None) -> RuleGroup:
    """The rules for a medium that is of another kind than it was sent as: that is its one fault.

    Where its kind is not known they are the same, and so are those over a voice, which no rule asks for its kind.
    """
    if kind is None or group.kind == "voice":
        return group
    return _group(group.kind, tuple(rule for rule in group.rules if rule.over in ("medium", "reference")))


@lru_cache(maxsize=4096)
def _split(group: RuleGroup, unknown: tuple[str, ...]) -> tuple[RuleGroup, RuleGroup]:
    """The rules that need one of the unknown facts, and the others."""
    lacking = tuple(rule for rule in group.rules if not set(unknown).isdisjoint(rule.needs))
    return _group(group.kind, lacking), _group(group.kind, tuple(rule for rule in group.rules if rule not in lacking))


class _Length(NamedTuple):
    """Lengths in seconds between two ends, both included; as `range` is for whole numbers."""

    low: Decimal
    high: Decimal

    def __contains__(self, value: object) -> bool:
        return isinstance(value, Decimal) and self.low <= value <= self.high


class _Spared(NamedTuple):
    """What spares rules: facts, each with the values that are plainly allowed and its rule; then the others."""

    pick: Picker
    facts: tuple[str, ...]
    allowed: tuple[Container[object], ...]
    rules: tuple[MediumRule, ...]
    others: tuple[MediumRule, ...]


@lru_cache(maxsize=4096)
def _spare(group: RuleGroup, host: Host) -> _Spared:
    rows = [(*row, rule) for rule in group.rules for plain in rule.plain if (row := _allow(plain, group, host))]
    facts, allowed, rules = zip(*rows, strict=True) if rows else ((), (), ())
    return _Spared(_pick(facts), facts, allowed, rules, tuple(rule for rule in group.rules if not rule.plain))


def _allow(plain: Within | Among | AsSent, group: RuleGroup, host: Host) -> tuple[str, Container[object]] | None:
    """The fact that it is about, and what is plainly allowed; nothing where the host has no such limit."""
    if isinstance(plain, AsSent):
        return "kind", frozenset([group.kind])
    if isinstance(plain, Among):
        return plain.fact, frozenset(plain.values(host.limits))
    limit = plain.ends(host.limits)
    if limit is None:
        return None
    low, high = limit
    allowed = _Length(Decimal(low), Decimal(high)) if plain.fact == "duration_s" else range(low, high + 1)
    return plain.fact, allowed


def _suspect(spared: _Spared, known: Mapping[str, object]) -> Iterable[MediumRule]:
    """The rules that may find something in these facts, all of which are known."""
    pick, facts, allowed, rules, others = spared
    if all(map(contains, allowed, pick(known))):
        return others
    rows = zip(facts, allowed, rules, strict=True)
    return [*dict.fromkeys(rule for fact, values, rule in rows if known[fact] not in values), *others]
