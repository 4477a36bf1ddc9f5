"""What fetching may do: the hosts that are allowed by name, and the limits for one medium."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple, TypeAlias

from wan_rules.payloads import UnusableInputError

USUAL_PORTS: Final = frozenset({80, 443})
PORT_MAX: Final = 65535

LookUp: TypeAlias = Callable[[str, int], Sequence[str]]
"""The addresses of a server's name, as text, for a port. Raises OSError where there are none."""

_parse_allowed: Final = re.compile(r"(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?").fullmatch


def look_up(name: str, port: int) -> list[str]:
    """The addresses that the system knows for the name, of IPv4 and IPv6, each once."""
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Policy(NamedTuple):
    """Where a remote medium may lie, and what reading of it may cost.

    `allow` holds `host` or `host:port` (an IPv6 address in brackets), in lower case: such a host is asked whatever its
    address. `bytes_max` counts all that servers send, their heads too; `seconds` are for everything together, from
    looking up the name to the last byte; `requests_max` counts redirects too.
    """

    allow: frozenset[str] = frozenset()
    bytes_max: int = 4 * 1024 * 1024
    seconds: float = 5.0
    requests_max: int = 16
    redirects_max: int = 5
    look_up: LookUp = look_up

    def allows(self, host: str, port: int) -> bool:
        """Whether the host is allowed by name on that port; named without a port, it is on the usual ones."""
        return f"{host}:{port}" in self.allow or (host in self.allow and port in USUAL_PORTS)


def read_allowed(names: Iterable[str]) -> frozenset[str]:
    """The hosts that someone allows, as `Policy.allow` wants them. Raises UnusableInputError for what is no host."""
    allowed = frozenset(name.lower() for name in names)
    for name in sorted(allowed):
        found = _parse_allowed(name)
        if found is None or not 0 < int(found[1] or 1) <= PORT_MAX:
            raise UnusableInputError("allowed hosts", f"{name[:80]!r} is no host: write host, host:port or [IPv6]:port")
    return allowed
