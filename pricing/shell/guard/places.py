"""One spelling for each place that a URL may name: clients spell host names and paths in different ways.

Imports nothing heavy: every request of a guarded program is looked up by it.
"""

from __future__ import annotations

import posixpath
import re
from typing import Final
from urllib.parse import unquote

_SLASHES: Final = re.compile("/{2,}")
_IDEOGRAPHIC_STOP: Final = "\u3002"
_is_peculiar: Final = re.compile(r"[^a-z0-9.-]|xn--|\.\Z").search
"""Whether a host name may have another spelling: hardly any has."""


def name_place(name: str, port: int | None) -> str:
    """A host name in its one spelling, with its port, where that is not the usual one."""
    spelt = _spell(name) if _is_peculiar(name) else name
    return spelt if port in {None, 80, 443} else f"{spelt}:{port}"


def _spell(name: str) -> str:
    """The name in small letters, without the dot of the root; an IPv6 address at its shortest, others in Unicode."""
    if ":" in name:
        return _shorten(name)
    from unicodedata import normalize

    plain = normalize("NFKC", name).replace(_IDEOGRAPHIC_STOP, ".").lower()
    return ".".join(map(_read_label, plain.removesuffix(".").split(".")))


def _shorten(address: str) -> str:
    from ipaddress import IPv6Address

    try:
        return str(IPv6Address(address.replace("%25", "%")))
    except ValueError:
        return address


def _read_label(label: str) -> str:
    """A label in Unicode, where it is spelt for the name servers."""
    if not label.startswith("xn--"):
        return label
    try:
        return label[len("xn--") :].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def spell_base_path(path: str) -> str:
    """The path of a base URL as the paths of its requests begin; nothing of the root."""
    return posixpath.normpath("/" + unquote(path).lstrip("/")).rstrip("/")


def spell_path(path: str) -> str:
    """The path of a request with its escapes read, one slash for several, and no `..`: as many servers read it.

    Clients resolve dots themselves, but for those that are escaped.
    """
    if "%" in path:
        path = unquote(path)
    if "//" in path:
        path = _SLASHES.sub("/", path)
    return posixpath.normpath(path) if "/." in path else path
