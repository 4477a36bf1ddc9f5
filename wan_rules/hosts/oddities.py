"""What a payload holds that its host has no use for: values of a wrong type, fields of a wrong name."""

from __future__ import annotations

from typing import Final

from wan_rules.hosts.host import Host, Section, known_keys
from wan_rules.messages import Message
from wan_rules.payloads import JsonObject
from wan_rules.request import Misfit, Stray, Unreadable
from wan_rules.urls import show_word

KEY_SHOWN: Final = 64
"""Characters of a key that a message shows: no host has a longer one."""


class Oddities:
    """What is gathered of one payload, while it is read, for the rules on fields."""

    __slots__ = ("misfits", "strays")

    def __init__(self) -> None:
        """Nothing so far, which is how most payloads end."""
        self.misfits: list[Misfit] = []
        self.strays: list[Stray] = []

    def misfit(self, pointer: str, raw: object, wanted: str | Message, *, removable: bool = False) -> Unreadable:
        """Notes a value of the wrong type, and gives what stands for it in the draft."""
        self.misfits.append(Misfit(pointer, raw, wanted, removable))
        return Unreadable(raw)

    def note_strays(self, found: JsonObject, section: Section, host: Host) -> None:
        """Notes the fields of an object that are none of its host's."""
        known, names = host.known[section.path], known_keys(section, host)
        for key in found:
            if key not in known:
                place, is_bare = point_at(section.pointer, key), not isinstance(found[key], list | dict)
                self.strays.append(Stray(place, show_key(key), names, section.outdated.get(key), is_bare))


def point_at(holder: str, key: str) -> str:
    """The JSON Pointer of an object's key; of the object itself, where the key is not shown as it is.

    Such a key is too long, or may hold a secret. A pointer that is cut would name another place, or none.
    """
    if show_key(key) != key:
        return holder
    return f"{holder}/{escape(key)}"


def escape(key: str) -> str:
    """A key as one part of a JSON Pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def show_key(key: object) -> str:
    """A key, fit for a message: cut, and without what may be a secret. Objects made in Python have numbers for keys."""
    return show_word(str(key))[:KEY_SHOWN]
