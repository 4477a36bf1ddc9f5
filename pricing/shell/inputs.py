"""What a command reads: payloads and facts from files or standard input, instants, the catalogue."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pricing.errors import CardError
from wan_rules.payloads import MAX_BYTES, JsonObject, UnusableInputError, parse, parse_object

if TYPE_CHECKING:
    from pricing.catalogue import Catalogue
    from wan_rules.facts import Facts


def read_bytes(name: str, *, what: str = "payload") -> bytes:
    """The bytes of a file, or of standard input for `-`; at most one more than may be read, so that it is refused."""
    try:
        if name == "-":
            return open_stdin(what).read(MAX_BYTES + 1)
        with Path(name).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnusableInputError(what, f"{name} can't be read: {error.strerror}") from None


def open_stdin(what: str) -> BinaryIO:
    """Standard input, in bytes. Raises UnusableInputError where the command was started without one."""
    if sys.stdin is None:
        raise UnusableInputError(what, "standard input is closed: name a file instead of -")
    return sys.stdin.buffer


def read_payload(name: str) -> JsonObject:
    """The JSON object in a file or on standard input. Raises UnusableInputError."""
    return parse_object(read_bytes(name), what="payload" if name == "-" else name)


def read_facts(name: str | None) -> Facts:
    """The facts in a file; none without one. Raises UnusableInputError."""
    from wan_rules.facts import NO_FACTS, parse_facts

    if name is None:
        return NO_FACTS
    return parse_facts(parse(read_bytes(name, what="facts"), what=name), what=name)


def read_instant(text: str | None, *, what: str = "--at") -> datetime:
    """The instant that picks prices: now, or what was said; a bare date is 00:00 UTC. Raises UnusableInputError."""
    if text is None:
        return datetime.now(UTC)
    try:
        if len(text) == len("2026-01-01"):
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise UnusableInputError(
            what, f"{text[:64]!r} is no date or instant: write 2026-11-01 or 2026-11-01T09:30:00Z"
        ) from None
    if instant.tzinfo is None:
        raise UnusableInputError(what, f"{text!r} has no zone: add Z, or an offset such as +08:00")
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise UnusableInputError(what, f"{text!r} lies outside the calendar in UTC") from None


def open_catalogue(folder: Path | None) -> Catalogue:
    """The catalogue in a folder, or the shipped list prices. Raises CardError."""
    from pricing.shell.catalogues import load_catalogue, load_published

    if folder is None:
        return load_published()
    try:
        return load_catalogue(folder)
    except OSError as error:
        raise CardError(f"can't be read: {error.strerror}", file=str(folder)) from None
