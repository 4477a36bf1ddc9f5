"""What a check of a catalogue is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, NamedTuple, TypeAlias

from pricing.catalogue import Market
from pricing.lints.survey import Spot, Survey
from pricing.money import EXACT

Severity: TypeAlias = Literal["error", "warning"]
NAMED: Final = 3
"""Markets or accounts that a message names before it counts the rest."""


class Fault(NamedTuple):
    """One thing that a check found: where it stands, and in words what is wrong and how to mend it."""

    place: Spot
    message: str


class Lint(NamedTuple):
    """A fault with the check that found it. `line` is counted from 1; `key` is the path in the file.

    `part` is the id of the card or agreement, or `catalogue`. `acknowledged` is why it is meant, where it is.
    """

    id: str
    name: str
    severity: Severity
    part: str
    file: str
    line: int | None
    key: str
    message: str
    acknowledged: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Check:
    """One demand on a catalogue. The docstring of `find` is its sentence; ids are never used again."""

    id: str
    name: str
    severity: Severity
    source: str
    find: Callable[[Survey], Iterable[Fault]]


def describe(check: Check) -> str:
    """The check's sentence: what it demands and why."""
    return check.find.__doc__ or ""


def count_some(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def name_markets(markets: Iterable[Market]) -> str:
    """The markets as people read them, each once, the first few by name."""
    return count_some([" / ".join(filter(None, market)) for market in dict.fromkeys(markets)])


def differs(one: Decimal, other: Decimal, factor: Decimal) -> bool:
    """Whether the larger of two prices is more than so many times the smaller; nothing is compared with free."""
    small, large = sorted((one, other))
    return bool(small) and large > EXACT.multiply(factor, small)
