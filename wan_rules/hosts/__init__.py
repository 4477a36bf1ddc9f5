"""The hosts that are known, and which of them a payload is for."""

from __future__ import annotations

import copyreg
from collections.abc import Callable, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Final, cast

from wan_rules.faults import show
from wan_rules.hosts.alibaba import ALIBABA
from wan_rules.hosts.atlas import ATLAS
from wan_rules.hosts.fal import FAL
from wan_rules.hosts.host import Host
from wan_rules.hosts.reading import Reading, read
from wan_rules.hosts.runware import RUNWARE
from wan_rules.payloads import JsonObject, UnusableInputError

Hosts = Mapping[str, Host]
FIELDS_SHOWN: Final = 12
"""Fields of a payload of no known host that its error names."""

HOSTS: Final[Hosts] = MappingProxyType({host.name: host for host in (ALIBABA, ATLAS, FAL, RUNWARE)})


def recognise(payload: JsonObject, hosts: Hosts = HOSTS) -> Host:
    """The host that a payload is for, by the model that it names, else by the fields that only one host has.

    Raises UnusableInputError that says what was looked for, where no host or more than one fits.
    """
    model = payload.get("model")
    by_model = [host for host in hosts.values() if model in host.limits.models.value]
    if len(by_model) == 1:
        return by_model[0]
    fitting = [host for host in hosts.values() if not host.distinctive.isdisjoint(payload)]
    if len(fitting) == 1:
        return fitting[0]
    looked_for = "; ".join(
        f"{host.name}: {', '.join((*host.limits.models.value[:1], *sorted(host.distinctive)))}"
        for host in hosts.values()
    )
    found = ", ".join(sorted(map(show, islice(payload, FIELDS_SHOWN)))) or "nothing"
    what = f"fits {' and '.join(host.name for host in fitting)}" if fitting else "fits no known host"
    raise UnusableInputError("payload", f"it {what}: found {found}. Looked for {looked_for}. Name the host (--host).")


def find_host(name: str, hosts: Hosts = HOSTS) -> Host:
    """The host of that name. Raises UnusableInputError that lists the names there are."""
    host = hosts.get(name)
    if host is None:
        raise UnusableInputError("host", f"{name[:64]!r} is not known: {', '.join(hosts)} are")
    return host


def _reduce(host: Host) -> tuple[Callable[[str], Host], tuple[str]]:
    """A host of ours goes to another process, or is copied, by its name, and is the same one there."""
    if HOSTS.get(host.name) is host:
        return find_host, (host.name,)
    return cast("tuple[Callable[[str], Host], tuple[str]]", host.__reduce_ex__(_PROTOCOL))


_PROTOCOL: Final = 4
copyreg.pickle(Host, _reduce)

__all__ = ["ALIBABA", "ATLAS", "FAL", "HOSTS", "RUNWARE", "Host", "Hosts", "Reading", "find_host", "read", "recognise"]
