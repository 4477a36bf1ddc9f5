"""The rules asked of a reading: those over the request, then those over each medium whose facts are known.

Most requests break no rule, so a rule is only called where it may find something: answers to what few requests differ
in are kept, and a fact that lies plainly within its limit spares the rule.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from wan_rules.groups import BUILT_IN, Groups, RuleGroup, group_rules, regroup, spare, split, suspect
from wan_rules.hosts.media_reading import KEPT_MEDIA, NotKeptError
from wan_rules.hosts.reading import EVIDENCE_MEDIA, Reading
from wan_rules.media_facts import MediaFacts
from wan_rules.request import Cast, DraftReference, Evidence, Output, ReferenceKind, ReferenceOf
from wan_rules.rule import CastRule, Finding, MediumRule, OutputRule, RequestRule, Rule
from wan_rules.rules import CAST_RULES, OUTPUT_RULES, REQUEST_RULES, TEXT_RULES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wan_rules.hosts.host import Host
    from wan_rules.hosts.media_reading import Places

KEPT: Final = 8192
"""Casts and outputs whose answers are kept: equal ones break the same rules, and few are ever sent."""
KEPT_CHARS: Final = 64
"""Characters of a word, or bits of a number, in what is kept."""
KEPT_LABELS: Final = 32
"""Labels in the prompt of a cast that is kept; each is short."""

Found: TypeAlias = tuple[Rule, Finding]


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
        found = [*_recall_cast_rules(draft.cast, host), *_recall_output_rules(draft.output, host)]
    except (NotKeptError, TypeError):  # too large to be kept, or an unreadable value that can't be, such as a list
        found = [*_ask_cast_rules(draft.cast, host), *_ask_output_rules(draft.output, host)]
    limits = host.limits
    rules = REQUEST_RULES if draft.misfits or draft.strays else TEXT_RULES
    if host.added_rules:
        rules += tuple(rule for rule in host.added_rules if isinstance(rule, RequestRule))
    for rule in rules:
        findings = rule.check(draft, limits)
        if findings:
            found += [(rule, finding) for finding in findings]
    return found


@lru_cache(maxsize=KEPT)
def _recall_cast_rules(cast: Cast, host: Host) -> tuple[Found, ...]:
    if len(cast.kinds) > KEPT_MEDIA or len(cast.labels) > KEPT_LABELS or not _is_short(cast.model):
        raise NotKeptError
    return _ask_cast_rules(cast, host)


@lru_cache(maxsize=KEPT)
def _recall_output_rules(output: Output, host: Host) -> tuple[Found, ...]:
    if not (_is_short(output.resolution) and _is_short(output.ratio) and _is_short(output.duration_s)):
        raise NotKeptError
    return _ask_output_rules(output, host)


def _is_short(value: object) -> bool:
    """Whether a value is as short as any that makes sense there: what is unreadable is kept as it was sent."""
    if isinstance(value, str):
        return len(value) <= KEPT_CHARS
    if isinstance(value, int):
        return value.bit_length() <= KEPT_CHARS
    if isinstance(value, tuple):  # what is unreadable, or a width and a height
        return all(map(_is_short, value))
    return value is None or isinstance(value, float)


def _ask_cast_rules(cast: Cast, host: Host) -> tuple[Found, ...]:
    rules = (*CAST_RULES, *(rule for rule in host.added_rules if isinstance(rule, CastRule)))
    return tuple((rule, finding) for rule in rules for finding in rule.check(cast, host.limits))


def _ask_output_rules(output: Output, host: Host) -> tuple[Found, ...]:
    rules = (*OUTPUT_RULES, *(rule for rule in host.added_rules if isinstance(rule, OutputRule)))
    return tuple((rule, finding) for rule in rules for finding in rule.check(output, host.limits))


_NO_EVIDENCE: Final = Evidence(None, None)
_NO_EVIDENCES: Final = (_NO_EVIDENCE,) * EVIDENCE_MEDIA
_FRAMES_ASKED: Final = 2
"""First frames that are looked at: there is never more than one that is taken."""


def ask_medium_rules(reading: Reading, found: list[Found]) -> tuple[Unverified, ...]:
    """What the rules that could not be asked lack; what the others found goes into `found`."""
    draft, host = reading.draft, reading.host
    groups = group_rules(host.added_rules) if host.added_rules else BUILT_IN
    if not draft.evidence and draft.voice is None and not draft.first_frames:
        voices = tuple([voice is not None for _, _, voice in draft.references[:EVIDENCE_MEDIA]])
        kinds, places = draft.cast.kinds[:EVIDENCE_MEDIA], reading.places
        try:
            return _recall_unknown(kinds, voices, places, groups)
        except NotKeptError:
            return _nothing_known(kinds, voices, places, groups)
    asker = _Asker(host, [])
    references, kinds, places = draft.references[:EVIDENCE_MEDIA], draft.cast.kinds, reading.places
    evidence = draft.evidence or _NO_EVIDENCES
    for index, medium in enumerate(references):
        facts, voice_facts = evidence[index]
        findings = asker.ask(groups.references[kinds[index]], medium, facts, places.urls[index])
        if medium.voice is not None:
            findings += asker.ask(groups.voice, medium, voice_facts, places.voices[index])
        found += _under(f"references/{index}/", findings) if findings else ()
    first = len(draft.references)
    for index, frame in enumerate(draft.first_frames[:_FRAMES_ASKED]):
        facts = draft.evidence[first + index].medium if len(draft.evidence) > first + index else None
        found += _under(f"first_frames/{index}/", asker.ask(groups.frame, frame, facts, places.urls[first + index]))
    if draft.voice is not None and host.limits.voices.value == "request":
        spoken: DraftReference = ReferenceOf("image", "", draft.voice)
        found += asker.ask(groups.voice, spoken, draft.voice_facts, reading.pointer("voice"))
    return tuple(asker.unverified)


def _under(path: str, findings: Iterable[Found]) -> list[Found]:
    """What was found of one medium, with canonical paths from the top."""
    return [(rule, finding._replace(at=f"{path}{finding.at}".rstrip("/"))) for rule, finding in findings]


@lru_cache(maxsize=KEPT)
def _recall_unknown(
    kinds: tuple[ReferenceKind | None, ...],
    voices: tuple[bool, ...],
    places: Places,
    groups: Groups,
) -> tuple[Unverified, ...]:
    if len(places.items) > KEPT_MEDIA:
        raise NotKeptError
    return _nothing_known(kinds, voices, places, groups)


def _nothing_known(
    kinds: tuple[ReferenceKind | None, ...],
    voices: tuple[bool, ...],
    places: Places,
    groups: Groups,
) -> tuple[Unverified, ...]:
    """What is unverified where no fact about any reference is known, the case of every first run."""
    unverified = []
    for index, (kind, has_voice) in enumerate(zip(kinds, voices, strict=True)):
        unverified.append(Unverified(places.urls[index], groups.references[kind]))
        if has_voice:
            unverified.append(Unverified(places.voices[index], groups.voice))
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
            group = regroup(group, facts.kind)
        if None in group.pick(known):
            lacking, group = split(group, tuple([fact for fact in group.needs if known[fact] is None]))
            unverified.append(Unverified(place, lacking))
        suspects = suspect(spare(group, host), known)
        return [(rule, finding) for rule in suspects for finding in rule.check(medium, facts, host.limits)]
