"""What is said to people: templates with named values, each told in a language when it is read, and not before.

A template stands in English beside what says it, under an id that never changes. Other languages come from outside, as
a `Translation` that a shell has read; what it lacks is told in English.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from string import Formatter
from types import MappingProxyType
from typing import Final, NamedTuple, Self, TypeAlias


class _Template(NamedTuple):
    id: str
    english: str
    translations: tuple[tuple[str, str], ...]


class Template(_Template):
    """A message before its values, which stand in its text as `{name}` or, as in `str.format`, `{name:,}`, `{name!r}`.

    `translations` are texts by language, for a rule that brings its own; ours stand in the catalogue of the language.
    """

    __slots__ = ()

    def __new__(
        cls,
        id: str,  # noqa: A002 - as rules call theirs
        english: str,
        translations: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    ) -> Self:
        """Keep the parts. Raises ValueError for a translation with other values than the English text."""
        own = dict(translations)
        for language, text in own.items():
            if list_values(text) != list_values(english):
                message = f"{id}: the text in {language!r} has other values in it than the English one"
                raise ValueError(message)
        return super().__new__(cls, id, english, tuple(own.items()))

    def fill(self, **values: Value) -> Message:
        """The message with these values."""
        return _new(Message, (self, values))


class _Message(NamedTuple):
    template: Template
    values: Mapping[str, Value]


class _English:
    """The English text of a message, written when it is asked for and then kept with it.

    As `functools.cached_property`, which takes a lock before Python 3.12 and three times as long.
    """

    def __get__(self, message: Message, _: object) -> str:
        text = message.template.english.format_map(message.values)
        message.__dict__["english"] = text
        return text


class Message(_Message):
    """A template and its values, by name. As a string it is its English text.

    `english` is no part of its worth: messages are equal that have the same template and values.
    """

    english = _English()

    def __str__(self) -> str:
        """The English text."""
        return self.english

    def __format__(self, _: str) -> str:
        """The English text, as a value of another message."""
        return self.english

    def __hash__(self) -> int:
        """The same for equal messages."""
        return hash(self.template.id)

    def __getstate__(self) -> None:
        """Nothing beside the parts is copied."""


class Series(NamedTuple):
    """Values one after another, with the text of a template between each two."""

    parts: tuple[Value, ...]
    between: Template

    def __format__(self, _: str) -> str:
        """The English text."""
        return self.between.english.join(map(str, self.parts))


Value: TypeAlias = str | int | Message | Series
"""What may stand in a message. A Decimal is written first; what is a message or series itself takes no `!r`."""
_new: Final = tuple.__new__


@dataclass(frozen=True, slots=True, eq=False)
class Translation:
    """The texts of one language by the ids of their templates, and what English text each was made from, where said.

    A template with one of those ids and another English text is somebody else's, such as a plugin's: it has none here.
    """

    language: str
    texts: Mapping[str, str] = field(repr=False)
    originals: Mapping[str, str] = field(default_factory=dict, repr=False)


ENGLISH: Final = Translation("en", MappingProxyType({}))


def tell(said: str | Message, translation: Translation = ENGLISH) -> str:
    """The text of a message in that language; a plain string, which has no translation, as it is."""
    if isinstance(said, str):
        return said
    if translation is ENGLISH:
        return said.english
    told = {name: _write_value(value, translation) for name, value in said.values.items()}
    return _find_text(said.template, translation).format_map(told)


def _write_value(value: Value, translation: Translation) -> str | int:
    match value:
        case Message():
            return tell(value, translation)
        case Series(parts, between):
            return _find_text(between, translation).join([str(_write_value(part, translation)) for part in parts])
        case _:
            return value


def _find_text(template: Template, translation: Translation) -> str:
    name, english, own = template
    brought = dict(own).get(translation.language) if own else None  # ours bring none, and there are many
    if brought is None and translation.originals.get(name, english) == english:
        return translation.texts.get(name) or english
    return brought or english


def list_values(text: str) -> frozenset[tuple[str, str | None, str | None]]:
    """The values in a template's text, each with how it is written and quoted.

    Raises ValueError for braces that are not in pairs.
    """
    return frozenset((name, spec, how) for _, name, spec, how in Formatter().parse(text) if name is not None)
