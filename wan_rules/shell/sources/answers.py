"""What a server's answer claims, checked against what it was asked: which part, of how much, of which version."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from wan_rules.shell.found import UnreadableError
from wan_rules.shell.sources.exchanges import Head

_parse_part: Final = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})", re.ASCII | re.IGNORECASE).fullmatch
_is_tag: Final = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{0,256}"').fullmatch
_is_date: Final = re.compile(r"[A-Za-z0-9:, +-]{1,64}").fullmatch
_REMEDIES: Final = {
    401: "No credentials are ever sent: sign its URL, or state its facts.",
    403: "No credentials are ever sent: sign its URL, or state its facts.",
    404: "Mend its URL.",
    410: "Mend its URL.",
    416: "It may be empty.",
}


class Version(NamedTuple):
    """What tells one content of a URL from the next: its server's tag, and the time of its last change."""

    tag: str | None
    modified: str | None

    @property
    def is_strong(self) -> bool:
        """Whether the tag stands for the same bytes, not only for the same meaning."""
        return self.tag is not None and not self.tag.startswith("W/")

    def differs(self, other: Version) -> bool:
        """Whether both say something, and not the same."""
        return any(one is not None and two is not None and one != two for one, two in zip(self, other, strict=True))

    def identify(self, size: int | None) -> str | None:
        """A text for this content of the URL; `None` where the server says nothing that could change with it."""
        if self.tag is None and (self.modified is None or size is None):
            return None
        return f"{self.tag or ''} {self.modified or ''} {'' if size is None else size}"


def read_version(head: Head) -> Version:
    """What the head says of it; what has no such form is not said."""
    tag, modified = head.say("etag"), head.say("last-modified")
    return Version(tag if tag and _is_tag(tag) else None, modified if modified and _is_date(modified) else None)


def refuse_status(head: Head, host: str) -> UnreadableError:
    """The error for a status that brings no file."""
    return UnreadableError(
        f"{host} answers {head.phrase}. {_REMEDIES.get(head.status, 'Try again, or state its facts.')}"
    )


def require_plain(head: Head, host: str) -> None:
    """Nothing, where the body is the file itself. Raises UnreadableError for one that would have to be unpacked."""
    coding = (head.say("content-encoding") or "identity").lower()
    if coding != "identity":
        seen = f"packed ({coding[:40]})" if coding.isascii() and coding.isprintable() else "packed"
        raise UnreadableError(f"{host} sends it {seen}, which was not asked for. Let it send the file as it is.")


def read_total(head: Head, asked: tuple[int, int], host: str) -> int:
    """The size of the whole file, if the answer is the part that was asked for, from its first byte to behind its last.

    Raises UnreadableError for any other part, or one of unknown size.
    """
    parts = _parse_part(head.say("content-range") or "")
    first, last, total = map(int, parts.groups()) if parts else (-1, -1, -1)
    start, end = asked
    if first != start or last != min(end, total) - 1:
        raise UnreadableError(
            f"{host} was asked for the bytes {start:,} to {end - 1:,} of it, and its answer is of another part. "
            "Lay it on another server, or state its facts."
        )
    length = head.say("content-length")
    if length is not None and int(length) != last - first + 1:
        raise UnreadableError(f"{host} says two lengths for one part of it. Lay it on another server.")
    return total
