"""A source as people write it, to the scheme that opens it, the name that its opener is given, and its pins."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, NamedTuple

from pricing.shell.sources.source import Openers, SourceError, is_unclear

PUBLISHED: Final = "published"
"""The word for the shipped list prices."""
OTHERS: Final = "*"
"""The key of what opens each `scheme://` that has no opener of its own."""
_PINNED: Final = re.compile(r"(.*)#((?:sha256|digest)=[^#]*)", re.DOTALL)
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]+):(.*)", re.DOTALL)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class Pins(NamedTuple):
    """What a source has to be: the SHA-256 of its bytes, the digest of its catalogue. `None` pins nothing."""

    sha256: str | None = None
    digest: str | None = None


class Named(NamedTuple):
    """A source: the key of its opener, the name for that opener, and the pins."""

    scheme: str
    name: str
    pins: Pins


def read_source(text: str, openers: Openers) -> Named:
    """The source that `text` names. What lies in the working folder under that very name comes before any scheme.

    Raises SourceError.
    """
    source, pins = _cut_pins(text)
    if not source:
        raise SourceError(text, "an empty name: name a folder, a file or a URL")
    return Named(*_choose(source, openers), pins)


def _cut_pins(text: str) -> tuple[str, Pins]:
    found = _PINNED.fullmatch(text)
    if found is None:
        return text, Pins()
    source, pinned = found.groups()
    pins: dict[str, str] = {}
    for pin in pinned.split("&"):
        key, _, value = pin.partition("=")
        value = value.lower().removeprefix("sha256:")
        if key not in Pins._fields or key in pins or not _DIGEST.fullmatch(value):
            raise SourceError(source, "a pin is #sha256= or #digest=sha256: and 64 hexadecimal digits, each once")
        pins[key] = value if key == "sha256" else f"sha256:{value}"
    return source, Pins(**pins)


def _choose(source: str, openers: Openers) -> tuple[str, str]:
    """The scheme and the name. Raises SourceError for what is no name, or is two things."""
    if source == PUBLISHED:
        return _choose_published(source)
    found = _SCHEME.fullmatch(source)
    if found is not None and found[2].startswith("//"):
        return _choose_url(source, found[1], openers)
    if "://" in source:
        raise SourceError(source, "a scheme is written in small letters, as in https://")
    if _lies_here(source):
        return "file", source
    if found is not None and found[1] in openers:
        return found[1], found[2]
    return ("git" if ":" in source else "file"), source


def _lies_here(name: str) -> bool:
    """Whether something lies there; where that can't be looked at, whoever opens it says why."""
    try:
        return Path(name).exists()
    except OSError:
        return True


def _choose_published(word: str) -> tuple[str, str]:
    if Path(word).is_dir():
        reason = "the shipped list and a folder here: write published: for the list, ./published for the folder"
        raise SourceError(word, reason)
    return PUBLISHED, ""


def _choose_url(url: str, scheme: str, openers: Openers) -> tuple[str, str]:
    if is_unclear(url):
        raise SourceError(url, "an @ after the first / or ?: write %40 there, or %2F for a / in a password")
    if "#" in url:
        raise SourceError(url, "after # stands a pin, #sha256=... or #digest=sha256:..., and nothing else")
    return (scheme if scheme in openers else OTHERS), url
