"""What a rule is: one named object with its check, its source and its own good and bad cases.

A rule looks at who appears (`CastRule`), at the video that is asked for (`OutputRule`), at the request with its texts
(`RequestRule`), or at one medium and its facts (`MediumRule`), and says what it finds there in canonical paths. A
medium rule names the facts that it `needs`; without them it is not asked, and stays unverified.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, Self, TypeAlias

from wan_rules.limits import Limits, Severity
from wan_rules.media_facts import MediaFacts
from wan_rules.messages import ENGLISH, Message, Translation, tell
from wan_rules.payloads import WanRulesError
from wan_rules.request import Cast, Draft, DraftReference, Output

Family: TypeAlias = Literal["fields", "prompt", "references", "media", "voice", "output"]
Over: TypeAlias = Literal["medium", "reference", "image", "video", "voice"]
"""What a medium rule looks at: every medium, every reference (first frames are none), images, clips, or voices."""

Fact: TypeAlias = Literal["kind", "format", "bytes", "width_px", "height_px", "duration_s", "has_alpha", "subjects"]


class Fix(NamedTuple):
    """A mechanical repair: put `value` (in our words) at `path`, or take the field away. Nothing else depends on it."""

    op: Literal["add", "replace", "remove"]
    path: str
    value: str | int | bool | None = None


class _Finding(NamedTuple):
    at: str
    observed: object
    limit: object
    said: str | Message
    unit: str | None
    fix: Fix | None
    severity: Severity | None


class Finding(_Finding):
    """One thing that a rule found: where, what was seen, what is allowed, and the nearest remedy in its message.

    `at` is a canonical path (`references/0/url`), or a pointer into the payload when it begins with a slash.
    `severity` overrides the rule's own where the host decides. `said` is the message as the rule gave it: one of a
    template, which can be told in other languages, or a plain string, which is shown as it is.
    """

    __slots__ = ()

    def __new__(  # noqa: PLR0913, PLR0917 - as many as a finding has parts, most of them by name
        cls,
        at: str,
        observed: object,
        limit: object,
        message: str | Message,
        unit: str | None = None,
        fix: Fix | None = None,
        severity: Severity | None = None,
    ) -> Self:
        """Keep the parts."""
        return tuple.__new__(cls, (at, observed, limit, message, unit, fix, severity))

    def __repr__(self) -> str:
        """Where it is, and what is said, which tells no secret; what was seen may hold one."""
        return f"Finding(at={self.at!r}, said={self.said!r})"

    @property
    def message(self) -> str:
        """The message in English."""
        return tell(self.said)

    def tell(self, translation: Translation = ENGLISH) -> str:
        """The message in a language."""
        return tell(self.said, translation)


Findings: TypeAlias = tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A case of a rule: the valid sample payload of `host`, changed at some pointers, with facts changed likewise.

    `changes` maps a pointer to its new value, or to `GONE`; `facts` maps a URL of the sample to facts that differ;
    `limits` gives the host another limit, for a rule that none of today's hosts can break.
    """

    changes: Mapping[str, object]
    host: str = "alibaba"
    facts: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)


GONE: Final = object()
"""In an example's changes: the field is left out."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Named:
    """What every rule says of itself. Ids are never used again; `source` is a page of these docs."""

    id: str
    name: str
    family: Family
    severity: Severity
    source: str
    passes: tuple[Example, ...]
    fails: tuple[Example, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CastRule(_Named):
    """A rule over who appears: asked once for each cast, since its answer is the same every time."""

    check: Callable[[Cast, Limits], Findings]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OutputRule(_Named):
    """A rule over the video that is asked for: asked once for each, like a cast rule."""

    check: Callable[[Output, Limits], Findings]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RequestRule(_Named):
    """A rule over the request as a whole."""

    check: Callable[[Draft, Limits], Findings]


class Within(NamedTuple):
    """A number that is plainly allowed: the fact lies between both ends; `None` where the host has no such limit."""

    fact: Fact
    ends: Callable[[Limits], tuple[int, int] | None]


class Among(NamedTuple):
    """A value that is plainly allowed: the fact is one of these."""

    fact: Fact
    values: Callable[[Limits], Iterable[object]]


class AsSent(NamedTuple):
    """A medium that is plainly allowed: it is of the kind that it was sent as."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MediumRule(_Named):
    """A rule over the facts of one medium; paths in its findings are relative to it (`""`, `url`, `voice`).

    Where every one of `plain` holds the rule would find nothing, and is not asked; with none it always is.
    """

    over: Over
    check: Callable[[DraftReference, MediaFacts, Limits], Findings]
    needs: tuple[Fact, ...]
    plain: tuple[Within | Among | AsSent, ...] = ()


class RuleFailedError(WanRulesError):
    """A rule that a plugin adds and that failed: without its answer nobody knows whether the request is fine."""

    def __init__(self, rule: str, reason: str) -> None:
        """Keep the rule's id and the reason."""
        super().__init__(f"rule {rule} of a plugin failed: {reason}. Mend the plugin, or run without it")
        self.rule, self.reason = rule, reason


Rule: TypeAlias = CastRule | OutputRule | RequestRule | MediumRule


def describe(rule: Rule) -> str:
    """The rule's sentence: what it demands and why."""
    return rule.check.__doc__ or ""
