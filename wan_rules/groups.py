"""Medium rules that are asked together, which of them lack a fact, and which few may find something in the others.

Most media break no rule: a fact that lies plainly within its limit spares the rule that looks at it.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from operator import contains, itemgetter
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

from wan_rules.hosts.host import Host
from wan_rules.media_facts import MediaKind
from wan_rules.rule import Among, AsSent, MediumRule, Over, Rule, Within
from wan_rules.rules import MEDIUM_RULES

Picker: TypeAlias = Callable[[Mapping[str, object]], tuple[object, ...]]


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

    def __reduce__(self) -> tuple[object, ...]:
        """What makes it again, or finds the one that is there."""
        return _group, (self.kind, self.rules)


def _pick(names: tuple[str, ...]) -> Picker:
    """A function that takes those values out of a mapping, in that order, and the first again: one is no tuple."""
    return itemgetter(*names, names[0]) if names else _pick_nothing


def _pick_nothing(_known: Mapping[str, object]) -> tuple[object, ...]:
    return ()


@lru_cache(maxsize=4096)
def _group(kind: MediaKind | None, rules: tuple[MediumRule, ...]) -> RuleGroup:
    return RuleGroup(kind, rules)


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """The rules over a reference of each kind, a first frame, and a voice."""

    references: Mapping[str | None, RuleGroup]
    frame: RuleGroup
    voice: RuleGroup


@lru_cache(maxsize=64)
def group_rules(added: tuple[Rule, ...]) -> Groups:
    """The built-in rules in their groups, those that a host's plugins add after them."""
    rules = (*MEDIUM_RULES, *(rule for rule in added if isinstance(rule, MediumRule)))

    def over(kind: MediaKind | None, *overs: Over) -> RuleGroup:
        return _group(kind, tuple(rule for rule in rules if rule.over in overs))

    references: dict[str | None, RuleGroup] = {
        "image": over("image", "medium", "reference", "image"),
        "video": over("video", "medium", "reference", "video"),
        None: over(None, "medium", "reference"),
    }
    return Groups(MappingProxyType(references), over("image", "medium", "image"), over("voice", "voice"))


BUILT_IN: Final = group_rules(())


@lru_cache(maxsize=64)
def regroup(group: RuleGroup, kind: MediaKind | None) -> RuleGroup:
    """The rules for a medium that is of another kind than it was sent as: that is its one fault.

    Where its kind is not known they are the same, and so are those over a voice, which no rule asks for its kind.
    """
    if kind is None or group.kind == "voice":
        return group
    return _group(group.kind, tuple(rule for rule in group.rules if rule.over in ("medium", "reference")))


@lru_cache(maxsize=4096)
def split(group: RuleGroup, unknown: tuple[str, ...]) -> tuple[RuleGroup, RuleGroup]:
    """The rules that need one of the unknown facts, and the others."""
    lacking = tuple(rule for rule in group.rules if not set(unknown).isdisjoint(rule.needs))
    return _group(group.kind, lacking), _group(group.kind, tuple(rule for rule in group.rules if rule not in lacking))


class _Length(NamedTuple):
    """Lengths in seconds between two ends, both included; as `range` is for whole numbers."""

    low: Decimal
    high: Decimal

    def __contains__(self, value: object) -> bool:
        return isinstance(value, Decimal) and self.low <= value <= self.high


class Spared(NamedTuple):
    """What spares rules: facts, each with the values that are plainly allowed and its rule; then the others."""

    pick: Picker
    facts: tuple[str, ...]
    allowed: tuple[Container[object], ...]
    rules: tuple[MediumRule, ...]
    others: tuple[MediumRule, ...]


@lru_cache(maxsize=4096)
def spare(group: RuleGroup, host: Host) -> Spared:
    """What spares rules of the group at that host."""
    rows = [(*row, rule) for rule in group.rules for plain in rule.plain if (row := _allow(plain, group, host))]
    facts, allowed, rules = zip(*rows, strict=True) if rows else ((), (), ())
    return Spared(_pick(facts), facts, allowed, rules, tuple(rule for rule in group.rules if not rule.plain))


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


def suspect(spared: Spared, known: Mapping[str, object]) -> Iterable[MediumRule]:
    """The rules that may find something in these facts, all of which are known."""
    pick, facts, allowed, rules, others = spared
    if all(map(contains, allowed, pick(known))):
        return others
    rows = zip(facts, allowed, rules, strict=True)
    return [*dict.fromkeys(rule for fact, values, rule in rows if known[fact] not in values), *others]
