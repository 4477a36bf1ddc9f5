"""What a case of a failure class is: questions with their right answers, worked out by hand from the hosts' facts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal, NamedTuple, TypeAlias

from benchmarks.peers.asked import Asked, JsonObject, Span

REFUSED: Final = "refused"
"""The right answer where any amount would be wrong."""
Right: TypeAlias = Decimal | Span | Literal["refused"]


class Quoted(NamedTuple):
    """What a request costs, asked before it runs."""

    asked: Asked
    right: Right


class Reported(NamedTuple):
    """What a job costs by the host's report of it, in Alibaba's own words."""

    asked: Asked
    usage: JsonObject
    right: Right


class Checked(NamedTuple):
    """Whether a payload is taken by its host. Facts are by URL."""

    payload: JsonObject
    facts: Mapping[str, JsonObject]
    right: bool


class Used(NamedTuple):
    """A job at Alibaba that ran: whose, at which tier, seconds of output, seconds of each clip, as texts."""

    task: str
    tier: str
    seconds: str
    clips: tuple[str, ...] = ()
    account: str = "acme"
    environment: str = "production"


class Reconciled(NamedTuple):
    """Jobs, what was invoiced for them in USD by task, and the tasks about which the two differ."""

    used: tuple[Used, ...]
    invoiced: Mapping[str, str]
    right: frozenset[str]


Question: TypeAlias = Quoted | Reported | Checked | Reconciled


class Failure(NamedTuple):
    """One of the eleven ways in which estimators go wrong: its number in the facts, its name, what is asked and why."""

    number: int
    title: str
    asks: str
    questions: tuple[Question, ...]


def describe_right(right: Right) -> str:
    """The right answer in words."""
    if isinstance(right, tuple):
        return f"{right[0]} to {right[1]}"
    return str(right)
