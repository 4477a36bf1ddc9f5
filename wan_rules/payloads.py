"""Payload bytes to plain values, or one clear error: the only place that parses JSON.

What is not JSON, not an object, over the size or depth limit, or ambiguous (a key twice, NaN, half a surrogate pair)
is unusable, and the error says what, where and what to do; what is wrong inside an object is for the rules to say.

    WanRulesError
    ├── UnusableInputError      this module, hosts.recognise, facts
    ├── InvalidRequestError     validation.validate
    ├── OrderNeededError        conversion.convert
    └── RuleFailedError         rule: a plugin's rule that raises
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from io import BytesIO
from itertools import islice
from types import MappingProxyType
from typing import Final

from pydantic_core import from_json, to_json

from wan_rules.messages import Message, Template
from wan_rules.raising import RaisedError

MAX_BYTES: Final = 32 * 1024 * 1024
"""The largest payload read, in bytes: five 4 MB pictures as `data:` URLs fit; a runaway body does not."""

JsonObject = dict[str, object]


class WanRulesError(RaisedError):
    """Anything that this package raises on purpose."""


class UnusableInputError(WanRulesError):
    """Input that no report can be written about; `what` says where it came from, `reason` what is wrong with it."""

    def __init__(self, what: str, reason: str) -> None:
        """Keep both parts, for a shell to place."""
        super().__init__(f"{what}: {reason}")
        self.what = what
        self.reason = reason


class _DuplicateKeyError(ValueError):
    pass


def _unique(pairs: list[tuple[str, object]]) -> JsonObject:
    found = dict(pairs)
    if len(found) != len(pairs):
        key, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        msg = f"the key {key[:80]!r} stands twice in one object: which of the two counts is not defined"
        raise _DuplicateKeyError(msg)
    return found


_SLOW: Final = json.JSONDecoder(object_pairs_hook=_unique)
_EXACT: Final = json.JSONDecoder(parse_float=Decimal)
_MARK: Final = b"\xef\xbb\xbf"


def parse(data: bytes, *, what: str = "payload", max_bytes: int = MAX_BYTES) -> object:
    """The JSON value that `data` (UTF-8) holds. Raises UnusableInputError for anything else."""
    if len(data) > max_bytes:
        raise UnusableInputError(what, f"{len(data):,} bytes: at most {max_bytes:,} are read")
    data = data.removeprefix(_MARK)
    try:
        value = from_json(data, allow_inf_nan=False, cache_strings="keys")
    except ValueError as error:
        raise UnusableInputError(what, f"not JSON: {_explain(data, str(error))}") from None
    if (b"\\" in data and b"\\u" in data) or data.count(b'"') != to_json(value).count(b'"'):
        _refuse_duplicates(data, what)
    return value


def parse_exact(data: bytes, *, what: str = "payload", max_bytes: int = MAX_BYTES) -> object:
    """The same value with every number that has a point or exponent as a Decimal, all its digits kept."""
    parse(data, what=what, max_bytes=max_bytes)  # it says better what is wrong, and refuses what is ambiguous
    try:
        value: object = _EXACT.decode(data.removeprefix(_MARK).decode())
    except InvalidOperation:
        raise UnusableInputError(what, "a number has an exponent that none can hold: write its digits out") from None
    return value


def parse_object(data: bytes, *, what: str = "payload", max_bytes: int = MAX_BYTES) -> JsonObject:
    """The JSON object that `data` holds. Raises UnusableInputError for anything else."""
    value = parse(data, what=what, max_bytes=max_bytes)
    if not isinstance(value, dict):
        raise UnusableInputError(what, say_no_object(value))
    return value


def say_no_object(value: object) -> str:
    """What is said where something else than an object was sent; an array of objects is asked for one of them."""
    said = f"an object is wanted, {name_type(value)} was sent"
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return f"{said}: send one of its objects (at Runware: one task). {_MANY}"
    return said


def _refuse_duplicates(data: bytes, what: str) -> None:
    r"""Nothing, when no object repeats a key.

    The caller's quick test: writing the parsed value again gives as many quotation marks, unless a repeated key was
    dropped (at least two fewer) or one was written as an escape (`\\u0022`), which is why escapes come here at once.
    """
    try:
        _SLOW.decode(data.decode())
    except _DuplicateKeyError as error:
        raise UnusableInputError(what, str(error)) from None


def name_type(value: object) -> str:
    """The JSON name of a value's type, with its article."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list() | tuple():
            return "an array"
        case _:
            return "an object"


TYPES: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "null": Template("type.null", "null").fill(),
        "true or false": Template("type.boolean", "true or false").fill(),
        "a number": Template("type.number", "a number").fill(),
        "a whole number": Template("type.whole-number", "a whole number").fill(),
        "a string": Template("type.string", "a string").fill(),
        "an array": Template("type.array", "an array").fill(),
        "an object": Template("type.object", "an object").fill(),
    }
)
"""The names of types as messages have them."""


# From here on: what is said about bytes that are no JSON. Nothing of this is run for a payload that is.

_MANY: Final = 'The command takes many as lines of {"payload": ...} with --format jsonl'

_FOUND: Final = (
    (b"NaN", "NaN is no JSON number: write null or leave the field out"),
    (b"Infinity", "Infinity is no JSON number: write null or leave the field out"),
    (b"None", "None is no JSON value: write null"),
    (b"undefined", "undefined is no JSON value: write null"),
    (b"True", "True is no JSON value: write true"),
    (b"False", "False is no JSON value: write false"),
    (b"'", "JSON has no single quotes: write keys and strings in double ones"),
)
"""What often stands where the parser misses a value or a key, and what to say then."""

_SAID_OF_WORDS: Final = ("expected value", "key must be a string", "invalid number")
"""How the parser's messages begin where it misses a value or a key."""

_SAID: Final = (
    ("EOF", "it ends too early: the rest is missing"),
    ("trailing characters", f"more follows after the first value: send that alone. {_MANY}"),
    ("recursion limit", "nested too deep: 200 levels are read at most"),
    ("expected value", "no JSON value begins here: write a string in double quotes, a number, true, false or null"),
    ("expected ident", "no word of JSON: write true, false or null, or a string in double quotes"),
    ("invalid number", "JSON writes numbers without leading zeros, and with digits on both sides of a point"),
    ("key must be a string", "a key is wanted, in double quotes"),
    ("trailing comma", "a comma stands before the closing bracket: remove it"),
    ("control character", r"a raw control character in a string: write it as an escape, such as \n or \t"),
    ("invalid escape", r"a backslash with something after it that JSON does not know: write \\ for a backslash"),
    ("number out of range", "a number with more digits than can be read: at most 4,300"),
)
"""How the parser's messages begin, and what they mean; any other is passed on as it is."""


def _explain(data: bytes, said: str) -> str:
    """What is wrong with bytes that the parser refused, where, and what to do about it."""
    if not data.strip(b" \t\r\n\0"):
        return "there is nothing in it: send a JSON object"
    if (encoding := _other_encoding(data)) is not None:
        return f"the text is {encoding}: save it as UTF-8"
    try:
        data.decode()
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":  # that is cut off, and said so below
            byte = data[error.start]
            return f"{_place(data, error.start)}: the byte 0x{byte:02x} is no UTF-8: save the text as UTF-8"
    return _explain_syntax(data, said)


def _other_encoding(data: bytes) -> str | None:
    """UTF-16 or UTF-32, where the whole of the data is that."""
    encoding = json.detect_encoding(data)
    if encoding.startswith("utf-8"):
        return None
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return encoding[: len("utf-16")].upper()


def _explain_syntax(data: bytes, said: str) -> str:
    """What the parser's message means, as it is met by those who send the payload."""
    found = re.fullmatch(r"(.*) at line (\d+) column (\d+)", said)
    if found is None:
        return said
    begins = sum(map(len, islice(BytesIO(data), int(found[2]) - 1)))
    at = min(begins + int(found[3]), len(data.rstrip())) - 1
    if "hex escape" in said and (halves := re.findall(_HALF, data[max(at - 12, 0) : at + 1])):
        at = data.rindex(halves[-1], 0, at + 1)
        return f"{_place(data, at)}: {halves[-1].decode()} is half a character: send it whole or leave it out"
    meant = [words for beginning, words in _SAID if said.startswith(beginning)] or [found[1]]
    if said.startswith(_SAID_OF_WORDS):
        meant = [words for beginning, words in _FOUND if data.startswith(beginning, at)] or meant
    return f"{_place(data, at)}: {meant[0]}"


_HALF: Final = rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
"""One half of a surrogate pair, as an escape; the parser stops at its end, or within the one after it."""


def _place(data: bytes, at: int) -> str:
    """Line and column of a byte, in characters and from 1; the column alone where there is but one line."""
    begins = data.rfind(b"\n", 0, at) + 1
    column = f"column {len(data[begins:at].decode(errors='replace')) + 1}"
    line = data.count(b"\n", 0, at) + 1
    return f"line {line}, {column}" if b"\n" in data.rstrip() else column
