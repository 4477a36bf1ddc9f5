"""What a command reads: payloads and facts from files or standard input, instants, the catalogue."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO, Final

from pricing.errors import CardError
from pricing.shell.asked_values import Source
from pricing.shell.plugins import use_plugins
from wan_rules.payloads import MAX_BYTES, JsonObject, UnusableInputError, parse, parse_object

if TYPE_CHECKING:
    from decimal import Decimal

    from pricing.catalogue import Catalogue
    from pricing.shell.sources.loading import Conditions
    from pricing.shell.sources.source import Keep, Key
    from wan_rules.facts import Facts

KEY_VARIABLE: Final = "WAN_RULES_CATALOGUE_KEY"
"""Names a file of public keys for every command that `--catalogue-key` does not name one for."""
_AGE: Final = re.compile(r"([0-9]{1,5})([smhd])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def read_bytes(name: str, *, what: str = "payload") -> bytes:
    """The bytes of a file, or of standard input for `-`; at most one more than may be read, so that it is refused."""
    try:
        if name == "-":
            return open_stdin(what).read(MAX_BYTES + 1)
        with Path(name).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnusableInputError(what, say_unread(name, error)) from None


def say_unread(name: str, error: OSError) -> str:
    """Why a file can't be read, and what to do about it."""
    return f"{name} can't be read: {error.strerror}{_REMEDIES.get(error.errno or 0, '')}"


_REMEDIES: Final[Mapping[int, str]] = MappingProxyType(
    {
        errno.ENOENT: ". Name a file that is there, or - for standard input",
        errno.EISDIR: ". Name a file in it",
        errno.EACCES: ". Whoever runs this may not read it: change that, or who runs it",
    }
)


def open_stdin(what: str) -> BinaryIO:
    """Standard input, in bytes. Raises UnusableInputError where the command was started without one."""
    if sys.stdin is None:
        raise UnusableInputError(what, "standard input is closed: name a file instead of -")
    return sys.stdin.buffer


def read_payload(name: str, *, what: str = "payload") -> JsonObject:
    """The JSON object in a file or on standard input. Raises UnusableInputError."""
    return parse_object(read_bytes(name, what=what), what=what if name == "-" else name)


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


def read_totals(texts: Iterable[str], *, what: str = "--consumed-before") -> Mapping[str, Decimal]:
    """What was used in the month before, by name, from texts as NAME=AMOUNT. Raises UnusableInputError."""
    from pricing.shell.named_amounts import read_amounts

    return read_amounts(texts, what=what, form="NAME=AMOUNT, such as spend=80.50")


def open_catalogue(asked: Source | Path | None) -> Catalogue:
    """The catalogue at a source, or the shipped list prices. Says on stderr where a kept copy stands in.

    Raises CardError.
    """
    from pricing.shell import catalogues

    source = asked if isinstance(asked, Source) else Source(None if asked is None else str(asked))
    if source.name is None:
        _refuse_conditions(source)
        return catalogues.load_published()
    if _is_plain_folder(source):
        return catalogues.load_catalogue(Path(source.name), use_plugins())
    return _load(source.name, source)


def _is_plain_folder(source: Source) -> bool:
    """Whether it is a folder of which nothing is asked: the most common, and it needs none of what others do."""
    name = source.name or ""
    if any((source.key is not None, source.keep_for is not None, KEY_VARIABLE in os.environ)):
        return False
    return "#" not in name and ":" not in name and name != "published" and os.path.isdir(name)  # noqa: PTH112 - it never raises


def _load(name: str, source: Source) -> Catalogue:
    from pricing.shell.printing import complain
    from pricing.shell.sources.loading import load
    from pricing.shell.sources.source import UnreachableError

    try:
        catalogue = load(name, read_conditions(source))
    except CardError as error:
        told = use_plugins().say_refused("source", name.partition(":")[0])
        if isinstance(error, UnreachableError) and source.keep_for is None:
            told += ". Ask again; --keep-for keeps a copy for such times"
        raise (_tell(error, told) if told else error) from None
    if catalogue.note:
        complain(f"wan-rules: {catalogue.note}")
    return catalogue


def _tell(error: CardError, more: str) -> CardError:
    return CardError(f"{error.reason}{more}", file=error.file, line=error.line, key=error.key)


def _refuse_conditions(source: Source) -> None:
    """What is said of a source means nothing without one. Raises UnusableInputError."""
    for option, value in (("--catalogue-key", source.key), ("--keep-for", source.keep_for)):
        if value is not None:
            raise UnusableInputError(option, "it says how a source is taken: name one with --catalogue")


def read_conditions(source: Source) -> Conditions:
    """The keys and the age of a copy. Raises UnusableInputError, and CardError for a file without a key."""
    from pricing.shell.sources.loading import Conditions
    from pricing.shell.sources.schemes import OPENERS

    plugins = use_plugins()
    openers = MappingProxyType({**plugins.sources, **OPENERS})
    return Conditions(_read_keys(source.key), _read_keep(source.keep_for), openers, plugins=plugins)


def _read_keep(keep_for: str | None) -> Keep | None:
    if keep_for is None:
        return None
    from pricing.shell.sources.kept import default_folder
    from pricing.shell.sources.source import Keep

    return Keep(read_age(keep_for), default_folder())


def _read_keys(named: str | None) -> tuple[Key, ...]:
    """The keys in the file that was named, else in that of the environment."""
    name = os.environ.get(KEY_VARIABLE) if named is None else named
    if name is None:
        return ()
    from pricing.shell.sources.signatures import read_keys

    return read_keys(_read_key(name, KEY_VARIABLE if named is None else "--catalogue-key"), name)


def _read_key(name: str, option: str) -> str:
    if not name:
        raise UnusableInputError(option, "it is empty: name a file of public keys, or take it away")
    return read_bytes(name, what=option).decode(errors="replace")


def require_text(text: str, *, what: str) -> str:
    """The text of an argument. Raises UnusableInputError for bytes that are no text, which nothing can keep or sign."""
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise UnusableInputError(what, f"{text[:64]!r} is no text in UTF-8: write whole characters")
    return text


def read_age(text: str, *, what: str = "--keep-for") -> timedelta:
    """The time in `24h`: a whole number of s, m, h or d. Raises UnusableInputError."""
    found = _AGE.fullmatch(text)
    if found is None:
        raise UnusableInputError(what, f"{text[:64]!r} is no length of time: write 90s, 30m, 24h or 7d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
