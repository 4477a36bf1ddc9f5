"""Whether each loaded plugin is what it says, and all that hold as one value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations
from types import MappingProxyType
from typing import Final, TypeAlias

from pricing.extensions import ChargeModel, Models, RefusedModel
from pricing.plugin_checks import find_model_fault
from pricing.shell.plugin_scan import Kind
from pricing.shell.plugin_set import Plugins, Refused, Taken
from pricing.shell.sources.schemes import OPENERS
from pricing.shell.sources.source import Asked, File, Folder, Opened, Opener, Openers, SourceError, Unchanged
from wan_rules.additions import AddedRule, extend_hosts, find_clash, find_host_fault, find_rule_fault
from wan_rules.hosts import HOSTS, Host, read
from wan_rules.rule import Rule
from wan_rules.validation import check

Fault: TypeAlias = tuple[Taken, str]

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]+")


def gather(loaded: Iterable[Taken], unfit: Iterable[Refused]) -> Plugins:
    """What holds of the loaded ones, guarded; and all that was refused."""
    taken, refused = list(loaded), list(unfit)
    for find in (_find_faults, _find_clashes, _find_homeless):
        faults = list(find(taken))
        refused += [Refused(*one[:4], reason) for one, reason in faults]
        taken = [_settle(one) for one in taken if not any(one is other for other, _ in faults)]
    hosts = [one.added for one in taken if isinstance(one.added, Host)]
    return Plugins(
        hosts=extend_hosts(hosts, (one.added for one in taken if isinstance(one.added, AddedRule))),
        sources=_join_sources(taken),
        models=_join_models(taken, refused),
        taken=tuple(taken),
        refused=tuple(sorted(refused)),
    )


def _find_faults(taken: Iterable[Taken]) -> Iterator[Fault]:
    """What is not of the right type, not well named, or takes a built-in's name."""
    for one in taken:
        try:
            fault = _PROOFS[one.kind](one.name, one.added)
        except Exception as error:  # noqa: BLE001 - whatever a stranger's value raises when it is looked at
            fault = f"it raised {type(error).__name__} when it was looked at: {error}"
        if fault:
            yield one, fault


def _prove_host(name: str, host: object) -> str | None:
    fault = find_host_fault(name, host)
    if fault is None and isinstance(host, Host):
        check(read({}, host))  # a table with a hole raises here, and not in the middle of a batch
    return fault


def _prove_source(name: str, opener: object) -> str | None:
    if not isinstance(opener, Opener) or not callable(opener.open):
        return f"it is of type {type(opener).__name__}: a pricing.shell.sources.Opener with a function is wanted"
    if not _SCHEME.fullmatch(name):
        return f"{name!r} is no scheme: two characters or more, small letters first"
    return f"the scheme {name!r} is taken by a built-in one" if name in OPENERS else None


_PROOFS: Final[Mapping[Kind, Callable[[str, object], str | None]]] = MappingProxyType(
    {"host": _prove_host, "rule": find_rule_fault, "source": _prove_source, "charge model": find_model_fault}
)


def _find_clashes(taken: Iterable[Taken]) -> Iterator[Fault]:
    """Hosts of two plugins whose payloads could not be told apart: neither comes first."""
    hosts = [(one, one.added) for one in taken if isinstance(one.added, Host)]
    for (one, host), (other, rival) in combinations(hosts, 2):
        for whose, fault in ((one, find_clash(host, rival)), (other, find_clash(rival, host))):
            if fault:
                yield whose, fault


def _find_homeless(taken: Iterable[Taken]) -> Iterator[Fault]:
    """Rules for a host that is not there."""
    taken = list(taken)
    known = {*HOSTS, *(one.name for one in taken if one.kind == "host")}
    for one in taken:
        if isinstance(one.added, AddedRule) and (strange := sorted(set(one.added.hosts or ()) - known)):
            yield one, f"it is for the host {strange[0]!r}, which is not known"


def _settle(one: Taken) -> Taken:
    """A rule alone is one for every host."""
    return one._replace(added=AddedRule(one.added)) if isinstance(one.added, Rule) else one


def _join_models(taken: Iterable[Taken], refused: Iterable[Refused]) -> Models:
    missed = {one.name: RefusedModel(one.name, str(one)) for one in refused if one.kind == "charge model"}
    return MappingProxyType({**missed, **{one.name: one.added for one in taken if isinstance(one.added, ChargeModel)}})


def _join_sources(taken: Iterable[Taken]) -> Openers:
    return MappingProxyType({one.name: _guard(one.name, one.added) for one in taken if isinstance(one.added, Opener)})


def _guard(scheme: str, opener: Opener) -> Opener:
    """The opener, which raises nothing but SourceError and gives nothing but what an opener gives."""

    def watched(asked: Asked) -> Opened:
        try:
            opened: object = opener.open(asked)
        except SourceError:
            raise
        except Exception as error:
            reason = f"the plugin that opens it raised {type(error).__name__}: {error}"
            raise SourceError(f"{scheme}:{asked.name}", reason) from error
        if not isinstance(opened, Folder | File | Unchanged):
            reason = f"the plugin that opens it gave {type(opened).__name__}, which is no File, Folder or Unchanged"
            raise SourceError(f"{scheme}:{asked.name}", reason)
        return opened

    return Opener(watched, opener.remote)
