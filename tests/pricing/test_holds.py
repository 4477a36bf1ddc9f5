"""What may become of a quote: every pair of a state and an action, and that no sequence of them charges twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Final

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pricing.errors import PricingError, RefusedMoveError
from pricing.holds import MOVES, REFUSALS, Action, Hold, State, list_allowed, move, state_at

ISSUED: Final = datetime(2026, 11, 15, 12, tzinfo=UTC)
EXPIRES: Final = ISSUED + timedelta(hours=1)
LATER: Final = EXPIRES + timedelta(days=3)
OPEN: Final = frozenset({State.QUOTED, State.ACCEPTED, State.RUNNING})
"""The states that something leads on from."""
STORED: Final = tuple(state for state in State if state is not State.EXPIRED)


def held(state: State = State.QUOTED) -> Hold:
    settled = state is State.SETTLED
    return Hold("q_1", state, EXPIRES, "sha256:one" if settled else None, "0.50 USD" if settled else None)


def refusal(state: State, action: Action, at: datetime = ISSUED, report: str | None = None) -> RefusedMoveError:
    with pytest.raises(RefusedMoveError) as caught:
        move(held(state), action, at, report=report)
    return caught.value


def test_every_pair_leads_somewhere_or_is_refused_with_a_reason() -> None:
    pairs = set(product(State, Action))
    assert MOVES.keys() | REFUSALS.keys() == pairs
    assert not MOVES.keys() & REFUSALS.keys()


def test_a_quote_of_later_prices_is_not_accepted_before_them() -> None:
    later = held()._replace(begins_at=ISSUED + timedelta(minutes=30))
    with pytest.raises(RefusedMoveError, match="promises the prices of 2026-11-15T12:30:00Z") as caught:
        move(later, Action.ACCEPT, ISSUED)
    assert caught.value.code == "not_yet"
    assert move(later, Action.RELEASE, ISSUED) is State.RELEASED
    assert move(later, Action.ACCEPT, ISSUED + timedelta(minutes=30)) is State.ACCEPTED
    running = later._replace(state=State.ACCEPTED)
    assert move(running, Action.SETTLE, ISSUED, report="sha256:one") is State.SETTLED


@pytest.mark.parametrize(
    ("state", "action", "to"),
    [
        (State.QUOTED, Action.ACCEPT, State.ACCEPTED),
        (State.QUOTED, Action.RELEASE, State.RELEASED),
        (State.ACCEPTED, Action.REPORT, State.RUNNING),
        (State.ACCEPTED, Action.SETTLE, State.SETTLED),
        (State.ACCEPTED, Action.RELEASE, State.RELEASED),
        (State.RUNNING, Action.SETTLE, State.SETTLED),
    ],
)
def test_moves(state: State, action: Action, to: State) -> None:
    assert move(held(state), action, ISSUED, report="sha256:one") is to


@pytest.mark.parametrize(
    ("state", "action"),
    [
        (State.ACCEPTED, Action.ACCEPT),
        (State.RUNNING, Action.REPORT),
        (State.SETTLED, Action.SETTLE),
        (State.SETTLED, Action.REPORT),
        (State.RELEASED, Action.RELEASE),
    ],
)
def test_what_was_done_already_moves_nothing(state: State, action: Action) -> None:
    assert move(held(state), action, LATER, report="sha256:one") is state


@pytest.mark.parametrize(
    ("state", "action", "code"),
    [
        (State.QUOTED, Action.SETTLE, "not_accepted"),
        (State.QUOTED, Action.REPORT, "not_accepted"),
        (State.RUNNING, Action.ACCEPT, "task_running"),
        (State.RUNNING, Action.RELEASE, "task_running"),
        (State.SETTLED, Action.ACCEPT, "already_settled"),
        (State.SETTLED, Action.RELEASE, "already_settled"),
        (State.RELEASED, Action.ACCEPT, "already_released"),
        (State.RELEASED, Action.SETTLE, "already_released"),
        (State.RELEASED, Action.REPORT, "already_released"),
    ],
)
def test_what_is_refused_has_a_code(state: State, action: Action, code: str) -> None:
    error = refusal(state, action)
    assert (error.code, error.state, error.action) == (code, state, action)
    assert isinstance(error, PricingError)


def test_a_refusal_says_what_was_seen_what_is_possible_and_a_remedy() -> None:
    assert str(refusal(State.QUOTED, Action.SETTLE)) == (
        "settle of q_1: it is quoted, where accept or release is possible. "
        "The quote was never accepted: accept it first, then settle it"
    )
    assert str(refusal(State.QUOTED, Action.ACCEPT, EXPIRES)) == (
        "accept of q_1: it is expired, where nothing is possible. "
        "The quote expired at 2026-11-15T13:00:00Z: ask for a new quote, and accept that"
    )


@pytest.mark.parametrize("report", [None, "sha256:other"])
def test_a_settled_quote_is_not_settled_by_another_report(report: str | None) -> None:
    error = refusal(State.SETTLED, Action.SETTLE, report=report)
    assert error.code == "already_settled"
    assert "at 0.50 USD" in str(error)
    assert "reconciliation" in str(error)


def test_a_settled_quote_without_a_digest_is_not_settled_by_a_report_without_one() -> None:
    with pytest.raises(RefusedMoveError):
        move(held(State.SETTLED)._replace(report=None), Action.SETTLE, ISSUED)


def test_a_quote_expires_at_its_instant_and_not_before() -> None:
    assert state_at(held(), EXPIRES - timedelta(microseconds=1)) is State.QUOTED
    assert state_at(held(), EXPIRES) is State.EXPIRED
    assert move(held(), Action.RELEASE, EXPIRES) is State.EXPIRED


@pytest.mark.parametrize("state", [state for state in STORED if state is not State.QUOTED])
def test_only_a_quote_that_nobody_accepted_expires(state: State) -> None:
    assert state_at(held(state), LATER) is state


@pytest.mark.parametrize("action", [Action.SETTLE, Action.REPORT, Action.ACCEPT])
def test_an_expired_quote_is_not_taken_up(action: Action) -> None:
    assert refusal(State.QUOTED, action, LATER).code == "quote_expired"


@pytest.mark.parametrize("state", State)
def test_only_what_holds_moves_on(state: State) -> None:
    assert bool(list_allowed(state)) == (state in OPEN)


class Quotes(RuleBasedStateMachine):
    """No sequence of actions, at instants that only grow, settles twice, frees twice or moves what has ended."""

    def __init__(self) -> None:
        super().__init__()
        self.hold, self.now = held(), ISSUED
        self.settled = self.freed = 0

    @rule(minutes=st.integers(0, 90))
    def wait(self, minutes: int) -> None:
        before = state_at(self.hold, self.now)
        self.now += timedelta(minutes=minutes)
        self.count(before, state_at(self.hold, self.now))

    @rule(action=st.sampled_from(Action), report=st.sampled_from(["sha256:one", "sha256:two"]))
    def ask(self, action: Action, report: str) -> None:
        before = state_at(self.hold, self.now)
        try:
            after = move(self.hold, action, self.now, report=report)
        except RefusedMoveError as error:
            assert error.state is before  # noqa: PT017 - it need not be refused
            return
        self.count(before, after)
        if after is not before:
            settled = after is State.SETTLED
            self.hold = self.hold._replace(state=after, report=report if settled else None)
        elif action is Action.SETTLE:
            assert report == self.hold.report

    def count(self, before: State, after: State) -> None:
        if before not in OPEN:
            assert after is before
        self.settled += before is not after is State.SETTLED
        self.freed += before in OPEN and after not in OPEN

    @invariant()
    def once(self) -> None:
        assert self.settled <= 1
        assert self.freed == (state_at(self.hold, self.now) not in OPEN)

    @invariant()
    def expired_is_never_stored(self) -> None:
        assert self.hold.state in STORED


TestQuotes = Quotes.TestCase
