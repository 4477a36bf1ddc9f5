"""What becomes of a quote: accepted, settled or released, each move recorded, and the whole of it as one document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from pricing.errors import ReportMismatchError
from pricing.holds import Action, State, move, state_at
from pricing.job_reports import parse_report
from pricing.money import format_amount
from pricing.reported import Reported, write_report
from pricing.settlement import PENDING, settle
from pricing.shell.plugins import use_plugins
from pricing.shell.service.answers import Answer, Exchange
from pricing.shell.service.asked import refuse_options
from pricing.shell.service.metrics import MOVES
from pricing.shell.service.problems import ProblemError
from pricing.shell.service.quoting import write_instant
from pricing.shell.service.rows import Answer as Kept
from pricing.shell.service.rows import Move, QuoteRow, Settled
from pricing.shell.service.transactions import Transaction
from pricing.shell.settling import read_quote, write_settlement
from pricing.shell.wire import SCHEMA_VERSION
from wan_rules.payloads import UnusableInputError

ID: Final = "quote_id"


class Asked(NamedTuple):
    """What is asked of a quote, with the report that it rests on, and by which key."""

    action: Action
    reported: Reported | None
    by: str | None


def answer_order(exchange: Exchange) -> Answer:
    """Where a quote stands."""
    refuse_options(exchange, frozenset())
    store = exchange.service.store
    row = _own(exchange, store.find_quote(exchange.path[ID], _accounts(exchange)))
    moves = store.list_moves(row.id)[: row.moved]  # one that was made since is not part of what was found
    return Answer(write_order(row, moves))


def answer_accept(exchange: Exchange) -> Answer:
    """Holds the quote's total, once."""
    _refuse_body(exchange)
    return _move(exchange, Action.ACCEPT)


def answer_release(exchange: Exchange) -> Answer:
    """Frees what is held, once; the job must not have been sent."""
    _refuse_body(exchange)
    return _move(exchange, Action.RELEASE)


def answer_settle(exchange: Exchange) -> Answer:
    """Charges what the job came to by the host's report, once; a job that still runs keeps its hold."""
    reported = parse_report(exchange.body, what="body")
    return _move(exchange, Action.REPORT if reported.status in PENDING else Action.SETTLE, reported)


def _refuse_body(exchange: Exchange) -> None:
    if exchange.body.strip() not in {b"", b"{}"}:
        raise UnusableInputError("body", "there is nothing to say here: leave it empty")


def _move(exchange: Exchange, action: Action, reported: Reported | None = None) -> Answer:
    refuse_options(exchange, frozenset())
    has_moved = False

    def work(transaction: Transaction) -> Kept:
        nonlocal has_moved
        row = _own(exchange, transaction.lock_quote(exchange.path[ID], _accounts(exchange)))
        moved = _step(transaction, row, Asked(action, reported, exchange.caller.id if exchange.caller else None))
        has_moved = moved is not row
        return Kept(200, write_order(moved, transaction.list_moves(row.id)))

    answer = exchange.write(work)
    if has_moved and not answer.is_replayed:
        MOVES.labels(action).inc()
    return answer


def _step(transaction: Transaction, row: QuoteRow, asked: Asked) -> QuoteRow:
    """The quote after one move; as it was, where the move repeats the last and its report names no task before others.

    Raises RefusedMoveError, PricingError, TaskTakenError.
    """
    now = datetime.now(UTC)
    digest = None if asked.reported is None else digest_report(asked.reported)
    state = move(row.as_hold(), asked.action, now, report=digest)
    bound = _bind(row, asked.reported)
    names_task = asked.action is Action.REPORT and bound.task != row.task
    if state in {row.state, State.EXPIRED} and not names_task:
        return row
    settled = detail = None
    if asked.reported is not None:
        detail = json.dumps(write_report(asked.reported), ensure_ascii=False)
        settled = None if asked.action is Action.REPORT else _settle(row, asked.reported)._replace(report=digest)
    return transaction.record_move(bound, Move(now, asked.action, row.state, state, asked.by, detail), settled)


def _bind(row: QuoteRow, reported: Reported | None) -> QuoteRow:
    """The quote with the host's task that it is reported with. Raises ReportMismatchError where it had another."""
    if reported is None or reported.task_id is None:
        return row
    task = digest_task(json.loads(row.document)["host"], reported.task_id)
    if row.task not in {None, task}:
        msg = f"{row.id} was reported with another task than {reported.task_id[:64]!r}: send the report of that one"
        raise ReportMismatchError(msg)
    return row._replace(task=task)


def digest_task(host: str, task_id: str) -> str:
    """What tells a host's task from all others, whatever characters its id has."""
    return hashlib.sha256(json.dumps([host, task_id]).encode()).hexdigest()


def _settle(row: QuoteRow, reported: Reported) -> Settled:
    """What a report of a job that has ended makes of a quote. Raises PricingError where it leaves the charge open."""
    quoted = read_quote(json.loads(row.document), models=use_plugins().models)
    settlement = settle(quoted.basis, reported)
    charge = settlement.charge
    if charge is None:
        msg = f"a job that is {reported.status} has no charge"
        raise AssertionError(msg)
    return Settled(write_settlement(settlement, quoted).decode(), format_amount(charge, row.currency))


def digest_report(reported: Reported) -> str:
    """What tells one report from another, however it was written."""
    return hashlib.sha256(json.dumps(write_report(reported), sort_keys=True).encode()).hexdigest()


def _accounts(exchange: Exchange) -> tuple[str, ...]:
    return exchange.caller.accounts if exchange.caller else ()


def _own(exchange: Exchange, row: QuoteRow | None) -> QuoteRow:
    """The quote, where it is the caller's; one of another account is answered as one that never was."""
    caller = exchange.caller
    if row is None or caller is None or row.environment not in caller.environments:
        shown = exchange.path[ID][:64]
        raise ProblemError("not_found", f"no quote {shown!r} of this key's accounts and environments")
    return row


def write_order(row: QuoteRow, moves: Sequence[Move]) -> bytes:
    """The state, what is held and charged, every move, the settlement, and the quote as it was signed."""
    head = {
        "schema_version": SCHEMA_VERSION,
        "id": row.id,
        "state": state_at(row.as_hold(), datetime.now(UTC)),
        "account": row.account,
        "environment": row.environment,
        "issued_at": write_instant(row.issued_at),
        "expires_at": write_instant(row.expires_at),
        "currency": row.currency,
        "hold": row.hold,
        "charge": row.charge,
        "moves": [
            {
                "at": write_instant(one.at),
                "action": one.action,
                "from": one.from_state,
                "to": one.to_state,
                "by": one.key_id,
            }
            for one in moves
        ],
    }
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
    settlement = row.settlement or "null"
    return b'%b,"settlement":%b,"quote":%b}' % (text[:-1].encode(), settlement.encode(), row.document)
