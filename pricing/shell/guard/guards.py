"""The guard itself: what every transport asks before it sends, and tells after it was answered.

A transport calls `find` for every request; for one that is known `begin`, which raises what the caller gets instead of
an answer; and then `end`, or `break_off` where no answer came. The guard sends nothing and reads no socket.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import uuid4
from zoneinfo import ZoneInfo

from pricing.shell import wire
from pricing.shell.asked_values import Source
from pricing.shell.guard import deciding
from pricing.shell.guard.answers import Answer, Seen, read_answer
from pricing.shell.guard.decisions import Decision, refused_by
from pricing.shell.guard.endpoints import Bases, Route, find_route, index_bases
from pricing.shell.guard.entries import Counted, Entry, Held, State, Told
from pricing.shell.guard.forking import LOADING
from pricing.shell.guard.ledger import Ledger
from pricing.shell.guard.limits import Limit, Limits, read_limits
from pricing.shell.guard.outcomes import find_outcome
from pricing.shell.guard.packing import unpack
from pricing.shell.guard.places import name_place
from pricing.shell.guard.recognising import Call, names_model, read_calls
from pricing.shell.guard.refusals import CallRefused, refuse
from pricing.shell.guard.settings import Settings
from pricing.shell.guard.tracing import find_tracer
from pricing.shell.guard.watching import Book, is_counted, name_book
from pricing.shell.inputs import open_catalogue, read_facts
from wan_rules.payloads import UnusableInputError

LOG = logging.getLogger("wan_rules.guard")
NOTHING_SENT: Final = "no connection: nothing was sent"
Hook = Callable[[Decision], object]


class Ticket(NamedTuple):
    """A request that went out: what it is, and the rows of its holds with the ids that its caller gave its jobs.

    One that `is_question` asks about jobs, and makes none.
    """

    route: Route
    rows: tuple[tuple[int, str | None], ...] = ()
    is_question: bool = False


class Guard:
    """Safe to share between threads and tasks; processes share what they count by `Settings.state`."""

    def __init__(self, settings: Settings | None = None, *, on_decision: Hook | None = None) -> None:
        """Read the catalogue and open the ledger.

        `on_decision` is called with every decision, before the call is sent or refused, in the caller's thread. What it
        raises is logged (`wan_rules.guard`) and changes nothing. Raises UnusableInputError and CardError.
        """
        self.settings = settings or Settings()
        self._limits = read_all_limits(self.settings)
        self._desk = open_desk(self.settings)
        self._zone = read_zone(self.settings.zone)
        self._bases = read_bases(self.settings.bases)
        # A dry run says what would have been: what would have been refused took no room.
        left_out = refused_by(self.settings.on_unknown) if self.settings.dry_run else frozenset()
        self._ledger = Ledger(self.settings.state, self.settings.zone, left_out=left_out)
        self.run = self.settings.run or uuid4().hex
        self._book = name_book(self.settings.state, self, self.run)
        self._on_decision, self._trace = on_decision, find_tracer()

    @property
    def book(self) -> Book:
        """What it counts in."""
        return self._book

    def find(self, method: str, name: str, port: int | None, path: str) -> Route | None:
        """What a request is; `None` for one that is none of the guard's, which is to be passed on as it is."""
        return find_route(self._bases, method, name_place(name, port), path)

    def begin(self, route: Route, body: bytes) -> Ticket | None:
        """What is to be handed back with the answer; `None` for another model's body. Raises CallRefused."""
        if route.kind == "create" and not names_model(route.host, body):
            return None
        return Ticket(route, is_question=True) if route.kind == "poll" else self._begin_known(route, body)

    def end(self, ticket: Ticket, status: int, body: bytes) -> None:
        """The holds of the jobs that the answer is about are named, settled or released. It raises nothing."""
        try:
            with LOADING:  # what is read here for the first time is set up, too
                answered = tuple(read_answer(ticket.route, Answer(status, body)))
            for seen in answered:
                self._take_in(ticket, seen)
        except Exception:  # the answer is the caller's, whatever the guard makes of it: the hold stays
            LOG.exception("the guard could not take in an answer of %s", ticket.route.host)

    def break_off(self, ticket: Ticket, *, unsent: bool) -> None:
        """No answer came. Where nothing was sent the holds are released; else a job may run, and they stay."""
        if not unsent:
            return
        try:
            for row, _ in ticket.rows:
                self._ledger.close(row, Decimal(0), NOTHING_SENT)
        except Exception:  # the caller has an error of its own to see: the hold stays
            LOG.exception("the guard could not release a hold")

    def list_calls(self) -> tuple[Told, ...]:
        """Every call of this run so far."""
        return self._ledger.list_calls(self.run)

    def close(self) -> None:
        """The ledger is closed."""
        self._ledger.shut()

    def _begin_known(self, route: Route, body: bytes) -> Ticket | None:
        try:
            body = unpack(body)
            calls = read_calls(route, body)
        except UnusableInputError as error:
            return self._begin_unread(route, error)
        if not calls:
            return Ticket(route, is_question=True) if b"getResponse" in body else None
        return self._begin(route, calls)

    def _begin_unread(self, route: Route, error: UnusableInputError) -> Ticket:
        decision = deciding.fail(route.host, self._desk, error)
        self._note(decision)
        return Ticket(route)

    def _begin(self, route: Route, calls: tuple[Call, ...]) -> Ticket:
        at = datetime.now(UTC)
        with LOADING:
            decisions = deciding.join([deciding.decide(call, self._desk, at) for call in calls], self._desk)
        for decision in decisions:
            if not decision.sent:
                self._note(decision)
        try:
            rows = self._hold(calls, decisions)
        except CallRefused:
            raise
        except Exception as error:  # what could not be held has not been let pass
            LOG.exception("the guard could not hold a call to %s", route.host)
            self._note(deciding.fail(route.host, self._desk, error))
            return Ticket(route)
        return Ticket(route, tuple(zip(rows, [call.task for call in calls], strict=True)))

    def _hold(self, calls: tuple[Call, ...], decisions: list[Decision]) -> tuple[int, ...]:
        """The rows of the calls. Raises CallRefused where a limit has no room for one."""
        with LOADING:
            entries = [_write_entry(call, decision) for call, decision in zip(calls, decisions, strict=True)]

        def stop(number: int, limit: Limit) -> Entry:
            decisions[number] = stopped = deciding.stop(decisions[number], limit, self._desk)
            return _write_entry(calls[number], stopped) if stopped.sent else _write_refused(stopped)

        rows = self._ledger.hold(entries, self._limits, self._count(), stop)
        refused = next((decision for decision in decisions if not decision.sent), None)
        if refused is not None:
            self._tell(refused)
            raise refuse(refused)
        for decision in decisions:
            self._tell(decision)
        return rows

    def _note(self, decision: Decision) -> None:
        """Writes down and tells a decision that holds nothing. Raises CallRefused where it is one against the call."""
        try:
            self._ledger.note(_write_refused(decision), self._count())
        except sqlite3.Error:
            LOG.exception("the guard could not write down what it decided")
        self._tell(decision)
        if not decision.sent:
            raise refuse(decision)

    def _count(self) -> Counted:
        return Counted(self.run, datetime.now(self._zone).date().isoformat(), is_in_day=is_counted(self.book))

    def _tell(self, decision: Decision) -> None:
        for hook in (self._trace, self._on_decision):
            try:
                if hook is not None:
                    hook(decision)
            except Exception:  # a hook watches: what it can't do is no reason to send or to refuse
                LOG.exception("on_decision failed; the call goes on as decided")

    def _take_in(self, ticket: Ticket, seen: Seen) -> None:
        for row, task in ticket.rows:
            if seen.task is not None and task is None:
                self._ledger.name_task(row, seen.task)
        if seen.reported is None:
            return
        for held in self._find_held(ticket, seen.task, is_of_this_call=seen.reported.status == "failed"):
            with LOADING:
                outcome = find_outcome(held.quote, seen.reported)
            if outcome is not None:
                self._ledger.close(held.id, outcome.charge, outcome.reason)

    def _find_held(self, ticket: Ticket, task: str | None, *, is_of_this_call: bool) -> tuple[Held, ...]:
        """The holds of the job; those of the call that was answered without an id, and where that call itself failed.

        A call that is refused for an id that was sent before says nothing of the job that has the id.
        """
        if task is not None and not (ticket.rows and is_of_this_call):
            return self._ledger.find_held(ticket.route.host, task)
        rows = [row for row, own in ticket.rows if task is None or own in {None, task}]
        return tuple(found for row in rows if (found := self._ledger.find_row(row)))


def _write_entry(call: Call, decision: Decision) -> Entry:
    quoted = decision.quote
    if quoted is None:
        return Entry(call.host, decision.verdict, "sent", call.task, reason=decision.reason)
    held = quoted.total_min if quoted.total is None else quoted.total
    kept = (quoted.currency, held, wire.write_quote(quoted))
    return Entry(call.host, decision.verdict, "held", call.task, *kept, decision.reason)


def _write_refused(decision: Decision) -> Entry:
    quoted = decision.quote
    state: State = "sent" if decision.sent else "refused"
    entry = Entry(decision.host, decision.verdict, state, reason=decision.reason)
    return entry if quoted is None else entry._replace(currency=quoted.currency, held=quoted.total)


def open_desk(settings: Settings) -> deciding.Desk:
    """What calls are held against. Raises UnusableInputError and CardError."""
    return deciding.Desk(
        open_catalogue(Source(settings.catalogue)),
        settings.account,
        settings.environment,
        settings.region,
        read_facts(settings.facts),
        settings.on_unknown,
        settings.dry_run,
    )


def read_all_limits(settings: Settings) -> Limits:
    """The limits. Raises UnusableInputError."""
    if settings.per_day and settings.state is None:
        raise UnusableInputError("--per-day", "a day outlives a run: name the file that keeps count (--state)")
    asked = {"--per-call": settings.per_call, "--per-day": settings.per_day, "--per-run": settings.per_run}
    return Limits(*(read_limits(texts, what=what) for what, texts in asked.items()))


def read_zone(name: str) -> ZoneInfo:
    """The zone whose days count. Raises UnusableInputError."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        raise UnusableInputError("--zone", f"{name[:64]!r} is no time zone: write UTC or Europe/Berlin") from None


def read_bases(more: Mapping[str, Sequence[str]]) -> Bases:
    """The base URLs that are known. Raises UnusableInputError."""
    try:
        return index_bases(more)
    except ValueError as error:
        raise UnusableInputError("--base", str(error)) from None
