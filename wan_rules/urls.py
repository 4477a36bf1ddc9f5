"""URLs, and what stands in place of one: what is wrong with one that can be told without asking, and how it is shown.

Shown, secrets in them and whole files inside `data:` ones appear as digest and length only.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from wan_rules.messages import Message, Series, Template

MediaForm: TypeAlias = Literal["uuid", "base64"]
"""What a host takes for a file beside URLs: the id of one that it stores, or the file itself."""
LOOKED_AT: Final = 4096
"""Characters of a URL that are looked at; a `data:` URL may have millions."""
LONGEST_SCHEME: Final = 8
"""Characters of the longest scheme, `https://`."""
LONGEST: Final = 200
"""Characters of a URL that a message shows."""
MOST_NESTED: Final = 64
"""URLs within one another's paths that are looked at; what follows is shown as a query is."""
LONGEST_WORD: Final = 16
"""Characters of a word that is shown as it is."""
is_plain: Final = re.compile(r"[a-z]+://[A-Za-z0-9][!-~]{0,4000}").fullmatch
"""Whether a URL is of the common kind, in which nothing is wrong but its scheme perhaps."""
_WEB: Final = ("https://", "http://")
_AUTHORITY_END: Final = re.compile(r"[/?#]")
_HEAD: Final = re.compile(r"[^/?#@:]*:/+|\s*/+")
"""What stands before a server's name, with fewer or more slashes than there should be."""
_TAILS: Final = ("?", "#")
_NEXT: Final = re.compile(r"[?#]|:/+|//+")
"""Where a path ends, or another URL in it has its server's name."""
COMMA: Final = Template("list.comma", ", ")
NO_SCHEME: Final = Template("url.no-scheme", "a URL begins with {schemes}. Upload the file.")
NO_DATA: Final = Template("url.no-data", "it holds no data. Write data:<type>;base64,<data>.").fill()
NO_BASE64: Final = Template("url.no-base64", "it names no type, or no base64. Write data:<type>;base64,<data>.").fill()
NO_SERVER: Final = Template("url.no-server", "it names no server. Write the whole URL.").fill()
BLANK: Final = Template("url.blank", "there is a blank in it. Take it away, or write %20.").fill()
_is_uuid: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE).fullmatch
_is_base64: Final = re.compile(r"[A-Za-z0-9+/]{256,}={0,2}").fullmatch
_is_base64_head: Final = re.compile(r"data:[^\s/;,]+/[^\s/;,]+(?:;[^\s;,]+)*;base64", re.IGNORECASE).fullmatch
_DATA: Final = re.compile(r"\s*data:[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+(?=[;,])", re.IGNORECASE)


def is_bare(text: str) -> bool:
    """Whether the text may be a whole file in base64, without the head of a `data:` URL: less is taken for a word."""
    return _is_base64(text[:LOOKED_AT]) is not None


_FORMS: Final[Mapping[MediaForm, Callable[[str], object]]] = MappingProxyType({"uuid": _is_uuid, "base64": is_bare})


def is_of_form(text: str, forms: tuple[MediaForm, ...]) -> bool:
    """Whether the text is what a host takes in place of a URL."""
    return any(_FORMS[form](text) for form in forms)


def find_fault(url: str, schemes: tuple[str, ...]) -> Message | None:
    """Why a host that fetches those schemes can't fetch the URL, and the remedy; `None` where nothing can be seen."""
    start = url[:LONGEST_SCHEME].lower()
    if not start.startswith(schemes):
        return _name_schemes(schemes)
    if start.startswith("data:"):
        return _find_data_fault(url)
    rest = url[url.index(":") + 3 : LOOKED_AT]
    if not rest or rest[0] in "/?#" or rest[0].isspace():
        return NO_SERVER
    if any(character.isspace() for character in rest):
        return BLANK
    return None


def _find_data_fault(url: str) -> Message | None:
    head, comma, _ = url[:LOOKED_AT].partition(",")
    if not comma or len(url) == len(head) + 1:
        return NO_DATA
    return None if _is_base64_head(head) else NO_BASE64


@lru_cache(maxsize=64)
def _name_schemes(schemes: tuple[str, ...]) -> Message:
    """One message for each host, since what is told of it is kept with it."""
    return NO_SCHEME.fill(schemes=Series(schemes, COMMA))


def redact(url: str) -> str:
    """The URL without what may be a credential (user info, query, fragment); a file in itself without its data."""
    if not url.startswith(_WEB) and is_bare(url):
        return f"sha256={_digest(url)};length={len(url)}"
    if not url.startswith(_WEB) and ":" in url[:LONGEST] and url[:LONGEST].lstrip()[:5].lower() == "data:":
        kind = _DATA.match(url)
        return f"{kind.group() if kind else 'data:'};sha256={_digest(url)};length={len(url)}"
    if "?" not in url and "@" not in url and "#" not in url:
        return url
    return "".join(_redact_each(url))


def _redact_each(url: str) -> Iterator[str]:
    """The parts of what is shown, up to the query. A path may hold another URL: a proxy's does."""
    start, last = _HEAD.match(url), url.rfind("@")
    at = start.end() if start else 0
    yield url[:at]
    for _ in range(MOST_NESTED):
        end = _find_user_end(url, at, last)
        if end > at:
            yield f"sha256={_digest(url[at:end])};length={end - at}"
            at = end
        found = _NEXT.search(url, at)
        if found is None:
            yield url[at:]
            return
        if found.group() in _TAILS:
            yield url[at : found.start()]
            at = found.start()
            break
        yield url[at : found.end()]
        at = found.end()
    yield f"?sha256={_digest(url[at:])}&length={len(url) - at}"


def _find_user_end(url: str, start: int, last: int) -> int:
    """Where the user and password end that stand before a server's name; before `start` where no @ is before the path.

    A password that holds / ? or # as it is ends the server's name too early: what stands there for a port is no number.
    Then it is the `last` @ of all.
    """
    end = _AUTHORITY_END.search(url, start)
    authority = url[start : end.start() if end else len(url)]
    at = authority.rfind("@")
    port = authority.rpartition("]")[2].partition(":")[2]
    if at < 0 and port and not port.isdecimal():
        return last
    return start + at


def shorten(url: str) -> str:
    """The redacted URL, cut to what a message can show."""
    shown = redact(url)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}... ({len(url):,} characters)"


def show_word(word: str) -> str:
    """A word that a field should hold, fit for a message: a long one may be a URL in the wrong place."""
    return word if len(word) <= LONGEST_WORD else shorten(word)[:LONGEST]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]
