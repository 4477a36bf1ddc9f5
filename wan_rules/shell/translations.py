"""The languages that messages are told in: which there are, which one somebody means, and the catalogue of each.

A catalogue is a file of gettext, `messages/<language>.po`: for each message its id (`msgctxt`), its English text
(`msgid`) and its text in that language (`msgstr`). English itself stands in the code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from wan_rules.messages import ENGLISH, Translation
from wan_rules.payloads import UnusableInputError

LANGUAGES: Final[Mapping[str, str]] = MappingProxyType({"en": "English", "zh": "简体中文"})
"""Each language that there is, by its tag, with the name that it has for itself."""
LONGEST_HEADER: Final = 1000
"""Characters of an Accept-Language header that are looked at; browsers send up to a hundred."""
MOST_RANGES: Final = 32
"""Languages in such a header that are looked at."""
LONGEST_TAG: Final = 35
"""Characters of a language's tag, as RFC 5646 advises to allow for."""
_TAG: Final = re.compile(r"[A-Za-z]{1,8}(?:[-_][A-Za-z0-9]{1,8})*")
_RANGE: Final = re.compile(
    r"[ \t]*(?P<tag>\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)[ \t]*"
    r"(?:;[ \t]*[Qq][ \t]*=[ \t]*(?P<quality>0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)[ \t]*)?"
)
_ENTRY: Final = re.compile(r'(msgctxt|msgid|msgstr)\s+(".*")|(".*")')


def match_language(tag: str) -> str | None:
    """The language that we have for a tag, which may name a region or script (`zh-CN`, `en_GB`); `None` for no other.

    Raises nothing. Chinese of every region is told in Simplified Chinese: the only one there is.
    """
    if len(tag) > LONGEST_TAG or not _TAG.fullmatch(tag):
        return None
    language = re.split("[-_]", tag, maxsplit=1)[0].lower()
    return language if language in LANGUAGES else None


def choose_translation(header: str) -> Translation:
    """The translation that an Accept-Language header (RFC 9110) prefers; English where none. Raises nothing.

    Of languages with the same weight the first one counts, and what is no language range is passed over.
    """
    return load_translation(_choose(header[:LONGEST_HEADER]))


def find_translation(tag: str | None, *, what: str = "--lang") -> Translation:
    """The translation that somebody named; English where none. Raises UnusableInputError for one that there is not."""
    if tag is None:
        return ENGLISH
    language = match_language(tag)
    if language is None:
        there = ", ".join(f"{name} ({own})" for name, own in LANGUAGES.items())
        raise UnusableInputError(what, f"{tag[:LONGEST_TAG]!r} is no language that messages are told in: {there} are")
    return load_translation(language)


@lru_cache(maxsize=256)
def _choose(header: str) -> str:
    weights: dict[str, int] = {}
    others = 0
    for text in header.split(",")[:MOST_RANGES]:
        found = _RANGE.fullmatch(text)
        if found is None:
            continue
        weight = _weigh(found["quality"])
        if found["tag"] == "*":
            others = max(others, weight)
        elif (language := match_language(found["tag"])) is not None:
            weights[language] = max(weights.get(language, 0), weight)
    ranked = [*weights.items(), *((language, others) for language in LANGUAGES if language not in weights)]
    best, weight = max(ranked, key=lambda pair: pair[1])
    return best if weight else ENGLISH.language


def _weigh(quality: str | None) -> int:
    """A quality in thousandths."""
    if quality is None:
        return 1000
    whole, _, part = quality.partition(".")
    return int(whole) * 1000 + int(part.ljust(3, "0"))


@cache
def load_translation(language: str) -> Translation:
    """The translation into one of LANGUAGES; its catalogue is read once."""
    if language == ENGLISH.language:
        return ENGLISH
    text = (files("wan_rules.shell") / "messages" / f"{language}.po").read_text(encoding="utf-8")
    entries = [*read_entries(text)]
    texts = {name: told for name, _, told in entries}
    return Translation(language, MappingProxyType(texts), MappingProxyType({name: said for name, said, _ in entries}))


def read_entries(text: str) -> Iterator[tuple[str, str, str]]:
    """Id, English text and text of every message of a catalogue. Raises ValueError for a line of no such.

    Contexts, single forms and continued lines are read: plural forms our catalogues have none of.
    """
    for block in text.split("\n\n"):
        parts: dict[str, str] = {}
        key = ""
        for line in block.splitlines():
            if not line or line.startswith("#"):
                continue
            found = _ENTRY.fullmatch(line)
            if found is None:
                message = f"{line[:80]!r} is no line of a catalogue"
                raise ValueError(message)
            key = found[1] or key
            parts[key] = parts.get(key, "") + json.loads(found[2] or found[3])
        if "msgctxt" in parts:
            yield parts["msgctxt"], parts["msgid"], parts["msgstr"]
