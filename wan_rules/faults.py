"""What pydantic finds wrong in a document, in our words: what was seen, what is wanted, and the nearest remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from types import MappingProxyType, UnionType
from typing import TYPE_CHECKING, Annotated, Final, Literal, NamedTuple, Union, get_args, get_origin

from wan_rules.payloads import name_type
from wan_rules.urls import show_word

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

SHOWN: Final = 40
"""Characters of a value that a message shows."""


class Fault(NamedTuple):
    """One place of a document that is wrong: the path to it there, and what pydantic says of it."""

    path: tuple[str | int, ...]
    details: ErrorDetails

    def place(self, mark: str) -> str:
        """The path as people read it, with `mark` between its parts."""
        return mark.join(show_word(_printable(str(part))) for part in self.path) if self.path else "the whole"


def sort_faults(error: ValidationError, document: object) -> list[Fault]:
    """One fault for each place, unknown keys first: a misspelt key is unknown, and missing by its right name too."""
    found: dict[tuple[str | int, ...], Fault] = {}
    for details in sorted(error.errors(include_url=False), key=lambda each: each["type"] != "extra_forbidden"):
        path = tuple(_path(details, document))
        found.setdefault(path, Fault(path, details))
    return list(found.values())


def _path(details: ErrorDetails, here: object) -> Iterator[str | int]:
    """Where it is in the document: pydantic's own path also holds the members of unions that it tried."""
    for part in details["loc"]:
        match here:
            case Mapping() if part in here:
                here = here[part]
            case list() | tuple() if isinstance(part, int):
                here = here[part]
            case _:
                continue
        yield part
    if details["type"] == "missing":
        yield details["loc"][-1]


def tell(fault: Fault, form: object) -> str:
    """What is wrong there, for a document that `form` reads: a model, or a type with models in it.

    Rare types of fault, which none of our models has, are told as pydantic tells them.
    """
    details = fault.details
    if told := _TOLD.get(details["type"]):
        return told(details, form)
    sentence = _SENTENCES.get(details["type"])
    if sentence is None:
        return details["msg"]
    return sentence.format_map({**details.get("ctx", {}), "seen": show(details["input"])})


def tell_first(error: ValidationError, document: object, form: object) -> str:
    """The first fault of a document that `form` read: where it is, and what is wrong there."""
    fault = sort_faults(error, document)[0]
    return f"{fault.place('.')}: {tell(fault, form)}"


def show(value: object) -> str:
    """The value as a message shows it: cut, and without what may be a secret; an array or object by its type."""
    match value:
        case str():
            text = repr(show_word(_printable(value)))
        case bool():
            text = str(value).lower()
        case int() if abs(value) >= 10**SHOWN:
            text = f"a number of over {SHOWN} digits"  # Python refuses to write the longest
        case int() | float() | Decimal() | date() | time():
            text = str(value)
        case _:
            text = name_type(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."


def _printable(text: str) -> str:
    """The text with half surrogate pairs, which no encoding has, as escapes."""
    return text.encode(errors="backslashreplace").decode()


def _either(words: Sequence[object]) -> str:
    shown = [show(word) for word in words]
    return " or ".join([", ".join(shown[:-1]), shown[-1]] if shown[1:] else shown)


def _nearest(seen: object, known: Sequence[object]) -> str:
    """The question whether the nearest known word was meant; empty where none is near."""
    from difflib import get_close_matches  # noqa: PLC0415 - most runs have no fault to tell

    names = {name.casefold(): name for name in known if isinstance(name, str)}
    close = get_close_matches(seen[:SHOWN].casefold(), names, n=1) if isinstance(seen, str) else ()
    return f": did you mean {names[close[0]]!r}?" if close else ""


def _members(form: object) -> Iterator[object]:
    """The types of a union; what annotates them comes along, and holds nothing."""
    if get_origin(form) in {Annotated, Union, UnionType}:
        for member in get_args(form):
            yield from _members(member)
    else:
        yield form


def _fields(form: object) -> Mapping[str, object]:
    """The types of a model's fields by the names that a document has for them."""
    fields = getattr(form, "model_fields", {})
    return {field.alias or name: field.annotation for name, field in fields.items()}


def _inside(form: object, part: str | int) -> tuple[object, ...]:
    """What may stand at a part of pydantic's path; the form itself where the part is a union's choice of it."""
    fields = _fields(form)
    if isinstance(part, str) and part in fields:
        return (fields[part],)
    if fields:
        return (form,) if any(part in get_args(field) for field in fields.values()) else ()
    return (form,) if get_origin(form) is Literal else get_args(form)


def _forms(form: object, path: Sequence[str | int]) -> list[object]:
    forms = list(_members(form))
    for part in path:
        forms = [member for each in forms for inner in _inside(each, part) for member in _members(inner)]
    return forms


def _words(forms: Sequence[object]) -> list[object]:
    return list(dict.fromkeys(word for form in forms if get_origin(form) is Literal for word in get_args(form)))


def _missing(details: ErrorDetails, form: object) -> str:
    forms = _forms(form, details["loc"])
    if words := _words(forms):
        return f"it is missing: write {_either(words)}"
    return f"it is missing: add it, {'null where there is none' if type(None) in forms else 'nothing stands in for it'}"


def _unknown(details: ErrorDetails, form: object) -> str:
    *path, key = details["loc"]
    known = [name for each in _forms(form, path) for name in _fields(each)]
    return f"an unknown key{_nearest(key, known) or ': there are ' + ', '.join(known)}"


def _word(details: ErrorDetails, form: object) -> str:
    forms, seen = _forms(form, details["loc"]), details["input"]
    words = _words(forms)
    remedy = _nearest(seen, words) or (": else leave it out" if type(None) in forms else "")
    return f"{_either(words) or details['ctx']['expected']} is wanted, not {show(seen)}{remedy}"


def _tag(details: ErrorDetails, form: object) -> str:
    key = details["ctx"]["discriminator"].strip("'")
    words = _words(_forms(form, (*details["loc"], key)))
    if details["type"] == "union_tag_not_found":
        return f"{key} is missing: write {_either(words)}"
    seen = details["input"][key]
    return f"{key} is {_either(words)}, not {show(seen)}{_nearest(seen, words)}"


def _own(details: ErrorDetails, _form: object) -> str:
    return str(details["ctx"]["error"])


_TOLD: Final[Mapping[str, Callable[[ErrorDetails, object], str]]] = MappingProxyType(
    {
        "missing": _missing,
        "extra_forbidden": _unknown,
        "literal_error": _word,
        "enum": _word,
        "union_tag_invalid": _tag,
        "union_tag_not_found": _tag,
        "value_error": _own,
    }
)
_SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        kind: sentence
        for kinds, sentence in (
            ("string_type invalid_key", "a string, in quotation marks, is wanted, not {seen}"),
            ("string_unicode", "{seen} has half a character in it: write the whole"),
            ("string_too_short", "{seen} is too short: write {min_length} or more characters"),
            ("string_too_long", "{seen} is too long: write {max_length} or fewer characters"),
            ("string_pattern_mismatch", "{seen} has another form than {pattern}"),
            ("bool_type bool_parsing", "true or false, without quotation marks, is wanted, not {seen}"),
            ("int_type int_parsing int_from_float", "a whole number like 7 is wanted, not {seen}"),
            ("greater_than", "more than {gt} is wanted, not {seen}"),
            ("greater_than_equal", "{ge} or more is wanted, not {seen}"),
            ("less_than", "less than {lt} is wanted, not {seen}"),
            ("less_than_equal", "{le} or less is wanted, not {seen}"),
            ("list_type tuple_type", "an array, in [ ], is wanted, not {seen}"),
            ("too_short", "an array of {actual_length} is too short: put {min_length} or more into it"),
            ("too_long", "an array of {actual_length} is too long: leave {max_length} or fewer in it"),
            ("dict_type model_type model_attributes_type", "an object of keys and values is wanted, not {seen}"),
            ("date_type date_parsing date_from_datetime_parsing", "a date like 2026-01-31 is wanted, not {seen}"),
            ("date_from_datetime_inexact", "a date like 2026-01-31, without a time, is wanted, not {seen}"),
            (
                "datetime_type datetime_parsing datetime_from_date_parsing timezone_aware",
                "an instant with its zone, like 2026-01-31T12:00:00Z, is wanted, not {seen}",
            ),
        )
        for kind in kinds.split()
    }
)
