"""Payload bytes to plain values, or one clear error: the only place that parses JSON.

What is not JSON, not an object, over the size or depth limit, or ambiguous (a key twice, NaN, half a surrogate pair)
is unusable; what is wrong inside an object is for the rules to say.

    WanRulesError
    ├── UnusableInputError      this module, hosts.recognise, facts
    └── InvalidRequestError     validation.validate
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Final

from pydantic_core import from_json, to_json

MAX_BYTES: Final = 32 * 1024 * 1024
"""The largest payload read, in bytes: five 4 MB pictures as `data:` URLs fit; a runaway body does not."""

JsonObject = dict[str, object]


class WanRulesError(Exception):
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


def parse(data: bytes, *, what: str = "payload", max_bytes: int = MAX_BYTES) -> object:
    """The JSON value that `data` (UTF-8) holds. Raises UnusableInputError for anything else."""
    if len(data) > max_bytes:
        raise UnusableInputError(what, f"{len(data):,} bytes: at most {max_bytes:,} are read")
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        value = from_json(data, allow_inf_nan=False, cache_strings="keys")
    except ValueError as error:
        raise UnusableInputError(what, f"not JSON: {error}") from None
    if (b"\\" in data and b"\\u" in data) or data.count(b'"') != to_json(value).count(b'"'):
        _refuse_duplicates(data, what)
    return value


def parse_object(data: bytes, *, what: str = "payload", max_bytes: int = MAX_BYTES) -> JsonObject:
    """The JSON object that `data` holds. Raises UnusableInputError for anything else."""
    value = parse(data, what=what, max_bytes=max_bytes)
    if not isinstance(value, dict):
        raise UnusableInputError(what, f"an object is wanted, {name_type(value)} was sent")
    return value


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
