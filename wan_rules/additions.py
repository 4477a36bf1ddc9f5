"""What plugins add to the rules and hosts: proved before it is taken, and guarded while it runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import wraps
from itertools import product
from types import MappingProxyType
from typing import Final, NamedTuple, ParamSpec, TypeVar, assert_never, cast, get_args

from wan_rules.hosts import HOSTS, Host, Hosts
from wan_rules.messages import Message
from wan_rules.request import RENDERED_AT, AspectRatio, Resolution
from wan_rules.rule import (
    CastRule,
    Fact,
    Family,
    Finding,
    Findings,
    Fix,
    MediumRule,
    OutputRule,
    Over,
    RequestRule,
    Rule,
    RuleFailedError,
)

P = ParamSpec("P")
R = TypeVar("R", CastRule, OutputRule, RequestRule, MediumRule)

NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""Of hosts and rules."""
RULE_ID: Final = re.compile(r"(?!WAN)[A-Z][A-Z0-9]{1,11}[0-9]{3}")
"""Of a plugin's rule: its own letters and three digits."""
_SEVERITIES: Final = ("error", "warning")


class AddedRule(NamedTuple):
    """A rule that a plugin adds at those hosts, or at every one."""

    rule: Rule
    hosts: tuple[str, ...] | None = None


def find_host_fault(name: str, host: object) -> str | None:
    """Why a plugin's host can't be taken; `None` where it can."""
    if not isinstance(host, Host):
        return f"it is of type {type(host).__name__}: a wan_rules.Host is wanted"
    if host.name != name:
        return f"the host is called {host.name!r}: its entry point has to be called so too"
    if not NAME.fullmatch(name):
        return f"{name!r} is no name of a host: small letters, digits and single hyphens"
    if host.added_rules:
        return "it brings rules of its own: add them as entry points of wan_rules.rules"
    clashes = (find_clash(host, other) for other in HOSTS.values())
    return _find_size_fault(host) or next(_word_faults(host), None) or next(filter(None, clashes), None)


def _word_faults(host: Host) -> Iterator[str]:
    """Where its fields and defaults say other than its limits: no rule would object to a tier that it does not take."""
    limits = host.limits
    taken: list[tuple[str, tuple[str, ...]]] = [
        ("resolution", limits.resolutions.value),
        ("ratio", limits.ratios.value),
    ]
    for slot, values in taken:
        said = {*host.spelling.get(slot, {}), *(value for name, value in host.defaults.items() if name == slot)}
        if strange := sorted(map(str, said.difference(values))):
            yield f"a word or default of its {slot} means {strange[0]}: its limits take {', '.join(values)} alone"
    if wordless := [tier for tier in limits.resolutions.value if tier not in limits.tier_words.value]:
        yield f"its limits have no word for {wordless[0]}: tier_words has one for each tier that it takes"


def _find_size_fault(host: Host) -> str | None:
    if missing := next(_find_unsized(host), None):
        return f"it has no frame size for {missing[0]} at {missing[1]}: each tier and ratio that it takes needs one"
    if twins := next(_find_twins(host), None):
        return f"{twins} have one size in pixels, by which it is asked for them: it can take one of them alone"
    return None


def _find_unsized(host: Host) -> Iterator[tuple[Resolution, AspectRatio]]:
    """The tiers and ratios that a plan may ask a size of, and that have none; of a tier also what it is rendered at."""
    tiers = dict.fromkeys(each for tier in host.limits.resolutions.value for each in (tier, RENDERED_AT[tier]))
    yield from (size for size in product(tiers, host.limits.ratios.value) if size not in host.frame_sizes)


def _find_twins(host: Host) -> Iterator[str]:
    """Two tiers, with their ratios, that no size in pixels tells apart, of a host that is asked for sizes."""
    seen: dict[tuple[int, int], str] = {}
    if any(section.size for section in host.sections):
        for tier, ratio in product(host.limits.resolutions.value, host.limits.ratios.value):
            size, named = host.frame_sizes[tier, ratio], f"{tier} at {ratio}"
            if (other := seen.setdefault(size, named)) != named:
                yield f"{other} and {named}"


def find_clash(host: Host, other: Host) -> str | None:
    """Why payloads of the two could not be told apart; `None` where they can."""
    if host.name == other.name:
        return f"the name {host.name!r} is taken by {other.title}"
    if models := set(host.limits.models.value).intersection(other.limits.models.value):
        return f"the model {min(models)!r} is that of {other.title}: payloads are told apart by it"
    if keys := host.distinctive & other.known.get((), frozenset()) or other.distinctive & host.distinctive:
        return f"the field {min(keys)!r} is called distinctive, and {other.title} has it too"
    return None


def find_rule_fault(name: str, added: object) -> str | None:
    """Why a plugin's rule can't be taken; `None` where it can."""
    rule = added.rule if isinstance(added, AddedRule) else added
    if not isinstance(rule, Rule):
        return f"it is of type {type(rule).__name__}: a rule of wan_rules.rule, or an AddedRule with one, is wanted"
    hosts: object = added.hosts if isinstance(added, AddedRule) else None
    if hosts is not None and not (isinstance(hosts, tuple) and all(isinstance(host, str) for host in hosts)):
        return "its hosts are no tuple of names: leave them out for every host"
    return next(_rule_faults(name, rule), None)


def _rule_faults(name: str, rule: Rule) -> Iterator[str]:
    if rule.id != name:
        yield f"the rule's id is {rule.id!r}: its entry point has to be called so too"
    if not RULE_ID.fullmatch(rule.id):
        yield f"{rule.id!r} is no id for it: capital letters of your own (not WAN) and three digits, such as ACME101"
    if not NAME.fullmatch(str(rule.name)):
        yield f"{rule.name!r} is no name of a rule: small letters, digits and single hyphens"
    words: list[tuple[str, str, tuple[str, ...]]] = [
        ("family", rule.family, get_args(Family)),
        ("severity", rule.severity, _SEVERITIES),
    ]
    if isinstance(rule, MediumRule):
        words += [("over", rule.over, get_args(Over)), *(("fact", need, get_args(Fact)) for need in rule.needs)]
    yield from (
        f"{seen!r} is no {what}: {', '.join(known)} are known" for what, seen, known in words if seen not in known
    )
    check: object = rule.check
    if not callable(check):
        yield "its check is no function"


def extend_hosts(hosts: Iterable[Host], rules: Iterable[AddedRule]) -> Hosts:
    """The built-in hosts and those, each with the rules that are added at it, guarded."""
    guarded = [AddedRule(_guard(added.rule), added.hosts) for added in rules]
    known = {**HOSTS, **{host.name: host for host in hosts}}
    return MappingProxyType({name: _extend(host, guarded) for name, host in known.items()})


def _extend(host: Host, rules: Iterable[AddedRule]) -> Host:
    """The host with its rules; itself where there are none, so that what was looked up for it stays."""
    own = tuple(added.rule for added in rules if added.hosts is None or host.name in added.hosts)
    return replace(host, added_rules=own) if own else host


def _guard(rule: Rule) -> Rule:
    """The rule, whose check raises nothing but RuleFailedError and finds nothing but findings."""
    match rule:
        case CastRule():
            return _guarded(rule)
        case OutputRule():
            return _guarded(rule)
        case RequestRule():
            return _guarded(rule)
        case MediumRule():
            return _guarded(rule)
        case _:
            assert_never(rule)


def _guarded(rule: R) -> R:
    return replace(rule, check=_watch(rule.id, rule.check))


def _watch(rule: str, check: Callable[P, Findings]) -> Callable[P, Findings]:
    @wraps(check)
    def watched(*args: P.args, **kwargs: P.kwargs) -> Findings:
        try:
            found: object = check(*args, **kwargs)
            are_findings = isinstance(found, tuple) and all(map(_is_finding, found))
        except Exception as error:
            raise RuleFailedError(rule, f"it raised {type(error).__name__}: {error}") from error
        if not are_findings:
            raise RuleFailedError(rule, "it gave something else than a tuple of findings")
        return cast("Findings", found)

    return watched


_TYPES: Final[Mapping[str, type | tuple[type, ...]]] = MappingProxyType(
    {"at": str, "said": (str, Message), "unit": (str, type(None)), "fix": (Fix, type(None))}
)


def _is_finding(found: object) -> bool:
    return (
        isinstance(found, Finding)
        and all(isinstance(getattr(found, part), kind) for part, kind in _TYPES.items())
        and found.severity in (None, *_SEVERITIES)
        and isinstance(found.message, str)  # told once, since a message that lacks a value fails then
    )
