"""One operation of a JSON Patch on a JSON text as somebody typed it: the rest keeps its spaces, lines and order."""

from __future__ import annotations

import json
from typing import Final, NamedTuple

from pricing.shell.service.page.json_places import Slot, locate
from wan_rules.payloads import UnusableInputError
from wan_rules.validation import PatchOp

_WHAT: Final = "patch"
_BLANKS: Final = " \t\r\n"


class _Family(NamedTuple):
    """A member and what stands beside it in the same object or array, in order."""

    slot: Slot
    before: Slot | None
    after: Slot | None
    around: Slot


def apply(text: str, patch: PatchOp) -> str:
    """The text with the patch applied. Raises UnusableInputError where there is no such place in it (any more)."""
    places = locate(text)
    there = places.get(patch.path)
    if patch.op == "remove":
        if there is None or not patch.path:
            raise _no_place(patch)
        return _remove(text, _find_family(places, patch.path))
    if there is not None:
        return text[: there.start] + json.dumps(patch.value, ensure_ascii=False) + text[there.end :]
    if patch.op == "replace":
        raise _no_place(patch)
    return _add(text, places, patch)


def _no_place(patch: PatchOp) -> UnusableInputError:
    return UnusableInputError(_WHAT, f"{patch.path[:64]!r} is no place of the payload as it is now: check it again")


def _list_children(places: dict[str, Slot], parent: str) -> list[Slot]:
    """The members of an object or array, in the order in which they stand."""
    depth = parent.count("/") + 1
    inner = [slot for at, slot in places.items() if at.startswith(f"{parent}/") and at.count("/") == depth]
    return sorted(inner)


def _find_family(places: dict[str, Slot], path: str) -> _Family:
    parent = path.rpartition("/")[0]
    children, slot = _list_children(places, parent), places[path]
    index = children.index(slot)
    before = children[index - 1] if index else None
    after = children[index + 1] if index + 1 < len(children) else None
    return _Family(slot, before, after, places[parent])


def _remove(text: str, family: _Family) -> str:
    """Without the member and one comma: the next one takes its place, or the one before ends the list."""
    slot, before, after, around = family
    if after is not None:
        return text[: slot.begin] + text[after.begin :]
    if before is not None:
        return text[: before.end] + text[slot.end :]
    return text[: around.start + 1] + text[around.end - 1 :]


def _add(text: str, places: dict[str, Slot], patch: PatchOp) -> str:
    """With a new member at the end of its object, set apart as the last one is."""
    parent, _, name = patch.path.rpartition("/")
    around = places.get(parent)
    if around is None or text[around.start] != "{":
        raise _no_place(patch)
    key = name.replace("~1", "/").replace("~0", "~")
    member = f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(patch.value, ensure_ascii=False)}"
    children = _list_children(places, parent)
    if not children:
        return f"{text[: around.start + 1]}{member}{text[around.end - 1 :]}"
    last = children[-1]
    ahead = text[: last.begin]
    apart = ahead[len(ahead.rstrip(_BLANKS)) :]
    return f"{text[: last.end]},{apart}{member}{text[last.end :]}"
