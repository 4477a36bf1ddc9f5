"""Plain JSON documents: changed at a pointer, turned over, walked."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import cast

JsonObject = dict[str, object]


def changed(document: Mapping[str, object], changes: Mapping[str, object], *, gone: object = None) -> JsonObject:
    """A copy of the document with the values at those JSON Pointers put in; `gone` takes the key away, `-` appends."""
    found = copy.deepcopy(dict(document))
    for pointer, value in changes.items():
        _put(found, [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]], value, gone)
    return found


def _put(document: JsonObject, parts: list[str], value: object, gone: object) -> None:
    at: object = document
    for part in parts[:-1]:
        at = at[int(part)] if isinstance(at, list) else cast("JsonObject", at).setdefault(part, {})
    last = parts[-1]
    if isinstance(at, list):
        if last == "-" or int(last) == len(at):
            at.append(value)
        else:
            at[int(last)] = value
    elif value is gone:
        del cast("JsonObject", at)[last]
    else:
        cast("JsonObject", at)[last] = value


def pointers(value: object, pointer: str = "") -> Iterator[str]:
    """The pointer of every node below the top."""
    items: Iterator[tuple[object, object]] = iter(())
    if isinstance(value, dict):
        items = iter(value.items())
    elif isinstance(value, list):
        items = iter(enumerate(value))
    for key, item in items:
        here = f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
        yield here
        yield from pointers(item, here)


def turned(value: object) -> object:
    """The same JSON value with the keys of every object in the opposite order."""
    if isinstance(value, dict):
        return {key: turned(value[key]) for key in reversed(value)}
    if isinstance(value, list):
        return [turned(item) for item in value]
    return value
