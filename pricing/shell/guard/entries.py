"""A call as the ledger writes it down, and what is read of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, NamedTuple

State = Literal["refused", "sent", "held", "open", "settled", "released"]
"""`sent` has no price. `open` has ended, and what it costs is not said: its hold stays. `released` cost nothing."""


class Entry(NamedTuple):
    """A call as it is written down. `held` is the most that it may cost; `None` where nobody knows."""

    host: str
    verdict: str
    state: State
    task: str | None = None
    currency: str | None = None
    held: Decimal | None = None
    quote: bytes | None = None
    reason: str = ""


class Held(NamedTuple):
    """A hold that is not settled: its row, and the quote that it is settled by."""

    id: int
    quote: bytes


class Told(NamedTuple):
    """One call of a run: why it was refused, or would have been, and how its job ended."""

    host: str
    verdict: str
    state: State
    currency: str | None
    held: Decimal | None
    charge: Decimal | None
    reason: str = ""
    outcome: str = ""


class Counted(NamedTuple):
    """As whose a call counts: of which run, and of which day.

    Where `is_in_day` a guard above has counted it for the day in the same file, and it counts for the run alone.
    """

    run: str
    day: str
    is_in_day: bool = False
