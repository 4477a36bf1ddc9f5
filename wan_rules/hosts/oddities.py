"""What a payload holds that its host has no use for: values of a wrong type, fields of a wrong name."""

from __future__ import annotations

from wan_rules.hosts.host import Host, Section, known_keys
from wan_rules.messages import Message
from wan_rules.payloads import JsonObject
from wan_rules.request import Misfit, Stray, Unreadable


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
                place, is_bare = f"{section.pointer}/{escape(key)}", not isinstance(found[key], list | dict)
                self.strays.append(Stray(place, key, names, section.outdated.get(key), is_bare))


def escape(key: str) -> str:
    """A key as one part of a JSON Pointer."""
    return key.replace("~", "~0").replace("/", "~1")
