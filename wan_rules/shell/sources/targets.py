"""The text of a URL, to the server and the path that are asked: read in one way only, or refused.

Where two programs may read a URL differently, a check by one is no check for the other. So a spelling that has more
than one reading (2130706433, 0x7f.1, 127.1, full-width digits, a backslash, an escaped host) is refused, not mended.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from typing import Final, NamedTuple
from urllib.parse import quote, urljoin

from wan_rules.shell.found import UnreadableError
from wan_rules.shell.sources.addresses import read_address
from wan_rules.shell.sources.policy import PORT_MAX, USUAL_PORTS, Policy

LONGEST: Final = 4096
"""Characters of a URL that is fetched."""
_VISIBLE: Final = "".join(map(chr, range(0x21, 0x7F)))
_parse: Final = re.compile(
    r"(https?)://([^/?#]*)([^?#]*)(\?[^#]*)?(?:#.*)?", re.IGNORECASE | re.DOTALL | re.ASCII
).fullmatch
_parse_server: Final = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+?)\.?(?::([0-9]{1,5}))?", re.ASCII).fullmatch
_parse_scheme: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,20}):", re.ASCII).match
_is_name: Final = re.compile(r"(?=.{1,253}$)(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}", re.ASCII).fullmatch
_ends_in_number: Final = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)", re.ASCII).fullmatch
_PORTS: Final = {"http": 80, "https": 443}
_OWN: Final = ("alt", "arpa", "corp", "home", "internal", "intranet", "invalid", "lan", "local", "localhost", "onion")
"""Last words of names that are no public server's: special uses, and what networks call their own."""


class Target(NamedTuple):
    """A server and what it is asked for, all visible ASCII. `host` is in lower case, an IPv6 address in brackets."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def server(self) -> str:
        """As the Host header names it: the port only where it is not the scheme's own."""
        return self.host if self.port == _PORTS[self.scheme] else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The URL, without fragment."""
        return f"{self.scheme}://{self.server}{self.path}"


def read_target(url: str, policy: Policy) -> Target:
    """What the URL asks of which server. Raises UnreadableError; nothing that may be a password is in the message."""
    _refuse_letters(url)
    parts = _parse(url)
    if parts is None:
        scheme = _parse_scheme(url)
        seen = f"{scheme.group(1).lower()}: is no scheme that is fetched" if scheme else "it has no scheme"
        raise UnreadableError(f"{seen}: http, https and data are. Write https://server/path.")
    scheme_text, authority, path, query = parts.groups(default="")
    host, port = _read_server(authority)
    target = Target(scheme_text.lower(), host, port or _PORTS[scheme_text.lower()], _escape(path or "/", query))
    _refuse_unusual(target, policy)
    return target


def follow(target: Target, location: str | None, policy: Policy) -> Target:
    """Where a redirect leads, read as strictly as the URL it came from. Raises UnreadableError."""
    if location is None:
        raise UnreadableError(f"{target.host} redirects and does not say where to. Name the file's own URL.")
    _refuse_letters(location)
    try:
        url = urljoin(target.url, location)
    except ValueError:
        raise UnreadableError(f"{target.host} redirects to what is no URL. Name the file's own URL.") from None
    new = read_target(url, policy)
    if (target.scheme, new.scheme) == ("https", "http"):
        raise UnreadableError(f"{target.host} redirects from https to http, to {new.host}. Name an https URL.")
    return new


def _refuse_letters(url: str) -> None:
    if len(url) > LONGEST:
        raise UnreadableError(f"its URL has {len(url):,} characters, at most {LONGEST:,} are taken. Shorten it.")
    if any(letter <= " " or letter == "\x7f" for letter in url):
        raise UnreadableError("there is a blank or a control character in its URL. Take it away, or write %20.")
    if "\\" in url:
        raise UnreadableError("there is a \\ in its URL, which programs read differently. Write / or %5C.")
    if any("\ud800" <= letter <= "\udfff" for letter in url):
        raise UnreadableError("there is half a character in its URL. Write it anew.")


def _read_server(authority: str) -> tuple[str, int | None]:
    """The host in its one form, and the port that is said."""
    if "@" in authority:
        raise UnreadableError("its URL holds a user or password, and none is ever sent. Take it away, or sign the URL.")
    if not authority.isascii():
        raise UnreadableError("its server's name is not ASCII, and look-alikes exist. Write its xn-- form.")
    if "%" in authority:
        raise UnreadableError("there is a % in its server's name (an escape or a zone). Write the name itself.")
    parts = _parse_server(authority.lower())
    if parts is None:
        raise UnreadableError("its URL names no server in a form that is read. Write https://server/path.")
    host, port = parts.groups()
    if port is not None and not 0 < int(port) <= PORT_MAX:
        raise UnreadableError(f"{port} is no port: they go from 1 to {PORT_MAX}. Mend its URL.")
    return _read_host(host), None if port is None else int(port)


def _read_host(host: str) -> str:
    if host.startswith("["):
        address = read_address(host[1:-1])
        if not isinstance(address, IPv6Address):
            raise UnreadableError(f"{host} is no IPv6 address. Name the server.")
        return f"[{address}]"
    if _ends_in_number(host) and read_address(host) is None:
        raise UnreadableError(f"{host[:80]} is an address in a form that programs read differently. Name the server.")
    if _is_name(host):
        return host
    raise UnreadableError(f"{host[:80]} is no server's name. Write https://server/path.")


def _refuse_unusual(target: Target, policy: Policy) -> None:
    """Raises UnreadableError for a port or a name that is none of a public server, unless it is allowed."""
    if policy.allows(target.host, target.port):
        return
    if target.port not in USUAL_PORTS:
        raise UnreadableError(
            f"port {target.port} of {target.host} is not asked, only 80 and 443 are. "
            f"Allow {target.host}:{target.port} by name if it is meant."
        )
    last = target.host.rpartition(".")[2]
    if last in _OWN or not ("." in target.host or ":" in target.host):
        raise UnreadableError(
            f"{target.host} is a name within a network, and only public servers are asked. "
            f"Allow {target.server} by name if it is meant."
        )


def _escape(path: str, query: str) -> str:
    """Path and query with each letter beyond ASCII written as its bytes; what is escaped already stays so."""
    return quote(path + query, safe=_VISIBLE)
