"""What a price is for: a meter, and what else of a request it may name; and how that is told and spelt."""

from __future__ import annotations

from typing import Final, NamedTuple

ANY: Final = "any"
"""What stands in a key for a dimension that is not named."""
WITH_CLIPS: Final = "with-clips"
WITHOUT_CLIPS: Final = "without-clips"


class EntryKey(NamedTuple):
    """What a price is for: a meter (or `minimum`) at a tier, a ratio, with or without clips; `any` is not named."""

    meter: str
    resolution: str = ANY
    ratio: str = ANY
    clips: str = ANY

    @property
    def names(self) -> int:
        """How many dimensions it names."""
        return sum(name != ANY for name in self[1:])

    def covers(self, other: EntryKey) -> bool:
        """Whether whatever the other one fits, this one fits too."""
        return self.meter == other.meter and all(
            own in (ANY, name) for own, name in zip(self[1:], other[1:], strict=True)
        )

    def meet(self, other: EntryKey) -> EntryKey | None:
        """What both fit: all that either names; `None` where they name different things."""
        pairs = list(zip(self[1:], other[1:], strict=True))
        if self.meter != other.meter or any(own != name and ANY not in (own, name) for own, name in pairs):
            return None
        return EntryKey(self.meter, *(name if own == ANY else own for own, name in pairs))

    def widen(self) -> set[EntryKey]:
        """The keys of the same meter and tier that name one less: what those that name none say, they say too."""
        return {self._replace(ratio=ANY), self._replace(clips=ANY)} - {self}


def name_key(key: EntryKey) -> str:
    """The key as people read it."""
    return f"{key.meter} at {name_names(key)}" if key.names else key.meter


def name_names(key: EntryKey) -> str:
    """What the key names beside its meter, as people read it."""
    return ", ".join(name.replace("-clips", " clips") for name in key[1:] if name != ANY) or "any tier"


def spell_key(key: EntryKey) -> str:
    """The key as ids and counters spell it: meter and tier, then what else it names."""
    return "/".join((key.meter, key.resolution, *(name for name in key[2:] if name != ANY)))


def spell_counter(key: EntryKey) -> str:
    """The name of the running total of what the key covers: its meter, then what else it names."""
    return "/".join((key.meter, *(name for name in key[1:] if name != ANY)))
