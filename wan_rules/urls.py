"""URLs fit to be shown: secrets in them, and whole files inside `data:` ones, appear as digest and length only."""

from __future__ import annotations

import hashlib
from typing import Final

LONGEST: Final = 200
"""Characters of a URL that a message shows."""


def redact(url: str) -> str:
    """The URL without what may be a credential (user info, query, fragment); a `data:` URL without its data."""
    if url[:5].lower() == "data:":
        head = url[:64].partition(",")[0].partition(";")[0]
        return f"{head};sha256={_digest(url)};length={len(url)}"
    if not ("?" in url or "@" in url or "#" in url):
        return url
    head = url.partition("#")[0].partition("?")[0]
    tail = url[len(head) :]
    scheme, mark, rest = head.partition("://")
    authority, slash, path = rest.partition("/")
    user, at, server = authority.rpartition("@")
    if at:
        head = f"{scheme}{mark}sha256={_digest(user)};length={len(user)}@{server}{slash}{path}"
    return f"{head}?sha256={_digest(tail)}&length={len(tail)}" if tail else head


def shorten(url: str) -> str:
    """The redacted URL, cut to what a message can show."""
    shown = redact(url)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}... ({len(url):,} characters)"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
