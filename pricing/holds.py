"""What may become of a quote and of the money that it holds: its states, and every move between them.

quoted ──accept──> accepted ──report──> running ──settle──> settled
   │                  ├────────────settle─────────────────────^
   └─────release──────┴──release──> released

`report` is what says that the job may still run, `settle` what says how it ended. `expired` is `quoted` after its time:
it is derived and never stored. The laws: a quote is settled once at most; its hold is freed once; a quote that has
ended stays as it is. A move that was made already is answered again and moves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from pricing.errors import RefusedMoveError


class State(StrEnum):
    """Where a quote stands."""

    QUOTED = "quoted"
    ACCEPTED = "accepted"
    RUNNING = "running"
    SETTLED = "settled"
    RELEASED = "released"
    EXPIRED = "expired"


class Action(StrEnum):
    """What is asked of a quote: `report` is of a job that may still run, `settle` of one that has ended."""

    ACCEPT = "accept"
    REPORT = "report"
    SETTLE = "settle"
    RELEASE = "release"


class Hold(NamedTuple):
    """A quote as it is stored: its state, and until when it may be accepted (exclusive, aware).

    Of a settled one `report` is the digest of the report that settled it, and `charge` what that came to, in words.
    One whose prices are those of a later instant, `begins_at`, can't be accepted before it.
    """

    id: str
    state: State
    expires_at: datetime
    report: str | None = None
    charge: str | None = None
    begins_at: datetime | None = None


class Refusal(NamedTuple):
    """Why a move is not made: a word that stays as it is, the reason, and the nearest remedy."""

    code: str
    reason: str
    remedy: str


MOVES: Final[Mapping[tuple[State, Action], State]] = MappingProxyType(
    {
        (State.QUOTED, Action.ACCEPT): State.ACCEPTED,
        (State.QUOTED, Action.RELEASE): State.RELEASED,
        (State.ACCEPTED, Action.ACCEPT): State.ACCEPTED,
        (State.ACCEPTED, Action.REPORT): State.RUNNING,
        (State.ACCEPTED, Action.SETTLE): State.SETTLED,
        (State.ACCEPTED, Action.RELEASE): State.RELEASED,
        (State.RUNNING, Action.REPORT): State.RUNNING,
        (State.RUNNING, Action.SETTLE): State.SETTLED,
        (State.SETTLED, Action.REPORT): State.SETTLED,  # late: it was under way while the job ended
        (State.RELEASED, Action.RELEASE): State.RELEASED,
        (State.EXPIRED, Action.RELEASE): State.EXPIRED,  # what it held is free already
    }
)
"""Where an action leads. A pair with the same state on both sides moves nothing; one that is missing is refused."""

_EARLY: Final = Refusal(
    "not_yet",
    "promises the prices of {begins_at}",
    "accept it from then on, or quote it as of now",
)
_UNACCEPTED: Final = Refusal("not_accepted", "was never accepted", "accept it first, then settle it")
_EXPIRED: Final = Refusal("quote_expired", "expired at {expires_at}", "ask for a new quote, and accept that")
_RUNNING: Final = Refusal("task_running", "has a job that is running", "settle it with the job's last report")
_SETTLED: Final = Refusal("already_settled", "is settled, at {charge}", "ask for a new quote for another job")
_RELEASED: Final = Refusal("already_released", "was released", "ask for a new quote, and accept that")

REFUSALS: Final[Mapping[tuple[State, Action], Refusal]] = MappingProxyType(
    {
        (State.QUOTED, Action.REPORT): _UNACCEPTED,
        (State.QUOTED, Action.SETTLE): _UNACCEPTED,
        (State.RUNNING, Action.ACCEPT): _RUNNING,
        (State.RUNNING, Action.RELEASE): _RUNNING._replace(
            reason="has a job that is running, which may yet be billed", remedy="settle it once the job has ended"
        ),
        (State.SETTLED, Action.ACCEPT): _SETTLED,
        (State.SETTLED, Action.SETTLE): _SETTLED._replace(
            reason="was settled by another report, at {charge}",
            remedy="send that report for the same answer, and take a difference to reconciliation",
        ),
        (State.SETTLED, Action.RELEASE): _SETTLED._replace(remedy="leave it: its hold is free, but for the charge"),
        (State.RELEASED, Action.ACCEPT): _RELEASED,
        (State.RELEASED, Action.REPORT): _RELEASED._replace(remedy="take what was billed for it to reconciliation"),
        (State.RELEASED, Action.SETTLE): _RELEASED._replace(remedy="take what was billed for it to reconciliation"),
        (State.EXPIRED, Action.ACCEPT): _EXPIRED,
        (State.EXPIRED, Action.REPORT): _EXPIRED._replace(
            reason="was not accepted before it expired at {expires_at}",
            remedy="take what was billed for it to reconciliation",
        ),
        (State.EXPIRED, Action.SETTLE): _EXPIRED._replace(
            reason="was not accepted before it expired at {expires_at}",
            remedy="take what was billed for it to reconciliation",
        ),
    }
)
"""Why each pair that `MOVES` has not is refused; and why a settled quote is not settled by another report."""


def state_at(hold: Hold, at: datetime) -> State:
    """Where the quote stands at the instant `at` (aware): as it is stored, or expired."""
    return State.EXPIRED if hold.state is State.QUOTED and at >= hold.expires_at else hold.state


def move(hold: Hold, action: Action, at: datetime, *, report: str | None = None) -> State:
    """Where the action leads at the instant `at`; the state that it was in where the action was taken already.

    `report` is the digest of the report that settles. Raises RefusedMoveError.
    """
    state = state_at(hold, at)
    refusal = REFUSALS.get((state, action))
    if refusal is None and _is_early(hold, action, at):
        refusal = _EARLY
    if refusal is None:
        return MOVES[state, action]
    if (state, action) == (State.SETTLED, Action.SETTLE) and report is not None and report == hold.report:
        return State.SETTLED
    raise RefusedMoveError(refusal.code, _tell(hold, action, state, refusal), state=state, action=action)


def _is_early(hold: Hold, action: Action, at: datetime) -> bool:
    """Whether a quote would be accepted before the prices that it promises are those that hold."""
    return action is Action.ACCEPT and hold.begins_at is not None and at < hold.begins_at


def list_allowed(state: State) -> tuple[Action, ...]:
    """What moves a quote on from the state; nothing for one that has ended."""
    return tuple(action for action in Action if MOVES.get((state, action), state) is not state)


def _tell(hold: Hold, action: Action, state: State, refusal: Refusal) -> str:
    instants = {"expires_at": hold.expires_at, "begins_at": hold.begins_at or hold.expires_at}
    said = {name: instant.isoformat().replace("+00:00", "Z") for name, instant in instants.items()}
    seen = refusal.reason.format(charge=hold.charge, **said)
    allowed = " or ".join(list_allowed(state)) or "nothing"
    return f"{action} of {hold.id}: it is {state}, where {allowed} is possible. The quote {seen}: {refusal.remedy}"
