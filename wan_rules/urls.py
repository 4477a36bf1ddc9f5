"""URLs fit to be shown: secrets in them, and whole files inside `data:` ones, appear as digest and length only."""

from __future__ import annotations

import hashlib
import re
from typing import Final

LONGEST: Final = 200
"""Characters of a URL that a message shows."""
LONGEST_WORD: Final = 16
"""Characters of a word that is shown as it is."""
_WEB: Final = ("https://", "http://")
_DATA: Final = re.compile(r"\s*data:[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+(?=[;,])", re.IGNORECASE)


def redact(url: str) -> str:
    """The URL without what may be a credential (user info, query, fragment); a `data:` URL without its data."""
    if not url.startswith(_WEB) and ":" in url[:LONGEST] and url[:LONGEST].lstrip()[:5].lower() == "data:":
        kind = _DATA.match(url)
        return f"{kind.group() if kind else 'data:'};sha256={_digest(url)};length={len(url)}"
    if "?" not in url and "@" not in url and "#" not in url:
        return url
    head = url.partition("#")[0].partition("?")[0]
    tail = url[len(head) :]
    scheme, mark, rest = head.rpartition("://")
    authority, slash, path = rest.partition("/")
    user, at, server = authority.rpartition("@")
    if at:
        head = f"{scheme}{mark}sha256={_digest(user)};length={len(user)}@{server}{slash}{path}"
    return f"{head}?sha256={_digest(tail)}&length={len(tail)}" if tail else head


def shorten(url: str) -> str:
    """The redacted URL, cut to what a message can show."""
    shown = redact(url)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}... ({len(url):,} characters)"


def show_word(word: str) -> str:
    """A word that a field should hold, fit for a message: a long one may be a URL in the wrong place."""
    return word if len(word) <= LONGEST_WORD else shorten(word)[:LONGEST]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
