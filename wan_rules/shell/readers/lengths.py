"""Lengths in seconds from the numbers that files have: exact fractions, rounded once, and none that nobody can mean."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final

from wan_rules.shell.found import Length, LengthName
from wan_rules.shell.readers.reading import Reading

LONGEST_S: Final = 1_000_000
"""Eleven days: who claims more is not believed at all."""
_MICRO: Final = 1_000_000
_SAYERS: Final[dict[LengthName, str]] = {
    "movie": "the movie's header claims",
    "track": "the picture track's header claims",
    "edit": "the edit list claims",
    "samples": "the samples claim",
    "index": "the segment index claims",
    "container": "the header claims",
}


def exact_seconds(seconds: Fraction) -> Decimal:
    """The seconds, rounded half up to the microsecond, without trailing zeros. They aren't negative."""
    micros = (2 * seconds.numerator * _MICRO + seconds.denominator) // (2 * seconds.denominator)
    whole, part = divmod(micros, _MICRO)
    return Decimal(f"{whole}.{part:06d}".rstrip("0").rstrip("."))


def over(ticks: int, per_second: int) -> Fraction | None:
    """So many ticks in seconds; `None` where a second has no ticks."""
    return Fraction(ticks, per_second) if per_second > 0 else None


def believe(reading: Reading, name: LengthName, seconds: Fraction | None) -> tuple[Length, ...]:
    """The one length that `name` claims, or none and a note where it can't be meant. `None` says nothing."""
    if seconds is None:
        return ()
    if seconds > LONGEST_S:
        reading.note(f"{_SAYERS[name]} more than {LONGEST_S:,} seconds, which isn't believed")
        return ()
    rounded = exact_seconds(seconds) if seconds > 0 else Decimal(0)
    if not rounded:
        reading.note(f"{_SAYERS[name]} no time at all, which isn't believed")
        return ()
    return (Length(name, rounded),)


def frame_length(seconds: Fraction | None) -> Decimal | None:
    """How long a frame lasts, as `Found` says it; `None` where that is no time, or more than can be meant."""
    if seconds is None or not 0 < seconds <= LONGEST_S:
        return None
    return exact_seconds(seconds) or None
