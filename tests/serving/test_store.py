"""Quotes and answers under their keys: whole or not at all, and once. tests/service/ runs this on PostgreSQL too."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from pricing.errors import RefusedMoveError
from pricing.holds import Action, State, move
from pricing.shell.service.rows import Answer, Move, Settled, Written
from pricing.shell.service.store import Store
from pricing.shell.service.store_faults import AlreadyThereError, ReusedKeyError, StoreBusyError, TaskTakenError
from pricing.shell.service.tables import ANSWERS, MOVES, QUOTES
from pricing.shell.service.transactions import Transaction
from tests.stored import AT, THREADS, adding, at_once, issue, moving, once, quote_row

SETTLED = Settled('{"charge":"0.90"}', "0.90", "sha256:one")


def count(store: Store) -> tuple[int, int, int]:
    """How many quotes, moves and answers there are."""
    with store.engine.connect() as connection:
        one, two, three = (connection.scalar(select(func.count()).select_from(t)) for t in (QUOTES, MOVES, ANSWERS))
        return one or 0, two or 0, three or 0


# Quotes


def test_a_quote_comes_back_as_it_was_to_the_byte(store: Store) -> None:
    row = quote_row()
    assert issue(store, row=row) == Answer(201, row.document, row.id)
    assert store.find_quote(row.id, "acme") == row


def test_a_quote_of_now_is_accepted_by_whose_clock_is_behind() -> None:
    row = quote_row()
    before = row.issued_at - timedelta(seconds=1)
    assert move(row.as_hold(), Action.ACCEPT, before) is State.ACCEPTED
    later = row._replace(as_of=row.issued_at + timedelta(microseconds=1))
    with pytest.raises(RefusedMoveError, match="promises the prices of"):
        move(later.as_hold(), Action.ACCEPT, row.issued_at)


def test_an_unbounded_quote_holds_nothing(store: Store) -> None:
    row = quote_row()._replace(hold=None, key_id=None)
    issue(store, row=row)
    assert store.find_quote(row.id, "acme") == row


def test_a_quote_in_a_credit_by_the_longest_name_is_kept(store: Store) -> None:
    """PostgreSQL had room for eight characters of it, and no quote in such a credit was ever given."""
    row = quote_row()._replace(currency="lumen-credits".ljust(64, "x"))
    issue(store, row=row)
    assert store.find_quote(row.id, "acme") == row


def test_a_quote_is_of_its_account_alone(store: Store) -> None:
    row = quote_row()
    issue(store, row=row)
    assert store.find_quote(row.id, "globex") is None
    assert store.find_quote(row.id, {"globex", "acme"}) == row
    assert store.find_quote(row.id, ()) is None
    assert store.find_quote(f"{row.id}0", "acme") is None
    found = store.write(lambda transaction: Answer(404, str(transaction.lock_quote(row.id, "globex")).encode()))
    assert found.answer.body == b"None"


@pytest.mark.parametrize("name", ["q_\0", "q_\ud800", "q_图", ""])
def test_what_can_be_no_id_is_not_found(store: Store, name: str) -> None:
    assert store.find_quote(name, "acme") is None
    assert store.find_key(name) is None
    assert store.write(lambda tx: Answer(404, str(tx.lock_quote(name, "acme")).encode())).answer.body == b"None"


def test_quotes_of_one_write_are_kept_together_or_not_at_all(store: Store) -> None:
    rows = [quote_row() for _ in range(3)]

    def work(transaction: Transaction) -> Answer:
        for row in rows:
            transaction.add_quote(row)
        return Answer(200, b"[]")

    assert store.write(work, once("three")).answer == Answer(200, b"[]")
    assert count(store) == (3, 0, 1)
    rows = [quote_row(), rows[0]]
    with pytest.raises(AlreadyThereError):
        store.write(work, once("again"))
    assert count(store) == (3, 0, 1)


def test_work_that_writes_nothing_is_answered(store: Store) -> None:
    assert store.write(lambda _: Answer(200, b"nothing")) == Written(Answer(200, b"nothing"), replayed=False)
    assert count(store) == (0, 0, 0)


def test_a_quote_added_by_the_same_work_is_there_to_lock(store: Store) -> None:
    row = quote_row()

    def work(transaction: Transaction) -> Answer:
        transaction.add_quote(row)
        found = transaction.lock_quote(row.id, "acme")
        return Answer(201, b"" if found is None else found.document, row.id)

    assert store.write(work, once("both")).answer.body == row.document
    assert store.write(work, once("both")) == Written(Answer(201, row.document, row.id), replayed=True)


# Moves


def test_moves_are_kept_with_the_quote(store: Store) -> None:
    row = quote_row()
    issue(store, row=row)
    store.write(moving(row.id, Action.ACCEPT))
    store.write(moving(row.id, Action.REPORT, Settled('{"status":"running"}'), AT + timedelta(minutes=1)))
    store.write(moving(row.id, Action.SETTLE, SETTLED, AT + timedelta(days=1)))
    settled = row._replace(charge="0.90", settlement=SETTLED.settlement, report="sha256:one")
    assert store.find_quote(row.id, "acme") == settled._replace(state=State.SETTLED, moved=3)
    moves = store.list_moves(row.id)
    assert moves[0] == Move(AT, Action.ACCEPT, State.QUOTED, State.ACCEPTED, "key_1", None)
    assert [(move.from_state, move.to_state) for move in moves[1:]] == [
        (State.ACCEPTED, State.RUNNING),
        (State.RUNNING, State.SETTLED),
    ]


def test_a_move_that_is_refused_leaves_nothing(store: Store) -> None:
    row = quote_row()
    issue(store, row=row)
    with pytest.raises(RefusedMoveError, match="accept it first"):
        store.write(moving(row.id, Action.SETTLE, SETTLED), once("settle"))
    assert count(store) == (1, 0, 0)


def test_a_quote_that_was_read_before_it_moved_is_not_moved(store: Store) -> None:
    row = quote_row()
    issue(store, row=row)
    store.write(moving(row.id, Action.ACCEPT))

    def work(transaction: Transaction) -> Answer:
        transaction.record_move(row, Move(AT, Action.RELEASE, State.QUOTED, State.RELEASED))
        return Answer(200, b"")

    with pytest.raises(StoreBusyError):
        store.write(work)
    assert count(store) == (1, 1, 0)


# Once


def test_of_quotes_that_take_one_task_at_once_one_has_it(store: Store) -> None:
    rows = [quote_row() for _ in range(THREADS)]
    for row in rows:
        issue(store, row=row)
        store.write(moving(row.id, Action.ACCEPT))

    def take(number: int) -> Written:
        def work(transaction: Transaction) -> Answer:
            row = transaction.lock_quote(rows[number].id, "acme")
            assert row is not None
            transaction.record_move(row._replace(task="one"), Move(AT, Action.REPORT, row.state, State.RUNNING))
            return Answer(200, b"")

        return store.write(work)

    got = at_once(take)
    refused = [one for one in got if isinstance(one, TaskTakenError)]
    assert (len(got), len(refused)) == (THREADS, THREADS - 1)
    found = [store.find_quote(row.id, "acme") for row in rows]
    assert sorted((str(row.state), row.task) for row in found if row) == [
        *[("accepted", None)] * (THREADS - 1),
        ("running", "one"),
    ]


def test_the_same_request_has_the_same_answer(store: Store) -> None:
    first = store.write(adding(quote_row()), once("k"))
    again = store.write(adding(quote_row()), once("k"))
    assert (first.replayed, again.replayed) == (False, True)
    assert first.answer == again.answer == store.find_answer(once("k"))
    assert count(store) == (1, 0, 1)


def test_a_quote_is_not_kept_twice(store: Store) -> None:
    issue(store, once("k"))
    with store.engine.connect() as connection:
        assert connection.scalar(select(ANSWERS.c.body)) is None


def test_what_is_said_of_a_quote_later_is_kept_as_it_was(store: Store) -> None:
    row = quote_row()
    issue(store, row=row)
    first = store.write(moving(row.id, Action.ACCEPT), once("accept"))
    store.write(moving(row.id, Action.RELEASE))
    assert store.write(moving(row.id, Action.ACCEPT), once("accept")) == Written(first.answer, replayed=True)


def test_another_request_under_the_key_is_refused(store: Store) -> None:
    row = quote_row()
    issue(store, once("k"), row)
    with pytest.raises(ReusedKeyError, match="new key"):
        issue(store, once("k", b"other"))
    with pytest.raises(ReusedKeyError):
        store.write(moving(row.id, Action.ACCEPT), once("k", b"other"))
    with pytest.raises(ReusedKeyError):
        store.find_answer(once("k", b"other"))
    assert count(store) == (1, 0, 1)


def test_a_key_is_of_its_account(store: Store) -> None:
    issue(store, once("k"))
    other = store.write(adding(quote_row("globex")), once("k", account="globex"))
    assert not other.replayed
    assert count(store) == (2, 0, 2)


@pytest.mark.parametrize("opened", [False, True], ids=["unopened", "opened"])
def test_what_fails_frees_its_key(store: Store, *, opened: bool) -> None:
    def work(transaction: Transaction) -> Answer:
        transaction.add_quote(quote_row())
        if opened:
            transaction.list_moves("q_none")
        msg = "no rate"
        raise LookupError(msg)

    with pytest.raises(LookupError):
        store.write(work, once("k"))
    assert count(store) == (0, 0, 0)
    assert not store.write(adding(quote_row()), once("k")).replayed


def test_an_answer_stands_though_the_same_work_fails_today(store: Store) -> None:
    first = issue(store, once("k"))

    def fail(_: Transaction) -> Answer:
        raise LookupError

    assert store.write(fail, once("k")) == Written(first, replayed=True)
    with pytest.raises(ReusedKeyError):
        store.write(fail, once("k", b"other"))


# Many at once


def test_many_that_settle_one_quote_charge_it_once(store: Store) -> None:
    row = quote_row()
    issue(store, row=row)
    store.write(moving(row.id, Action.ACCEPT))
    reports = [Settled(f'{{"charge":"0.{n:02}"}}', f"0.{n:02}", f"sha256:{n}") for n in range(THREADS)]
    found = at_once(lambda n: store.write(moving(row.id, Action.SETTLE, reports[n])).answer.body)
    refused = [one for one in found if isinstance(one, RefusedMoveError)]
    (charged,) = (one for one in found if isinstance(one, bytes))
    assert len(refused) == THREADS - 1
    after = store.find_quote(row.id, "acme")
    assert after is not None
    assert charged.startswith(f"settled {after.charge} ".encode())
    assert [move.action for move in store.list_moves(row.id)] == [Action.ACCEPT, Action.SETTLE]


def test_many_with_one_report_are_all_answered_and_charge_once(store: Store) -> None:
    row = quote_row()
    issue(store, row=row)
    store.write(moving(row.id, Action.ACCEPT))
    found = at_once(lambda _: store.write(moving(row.id, Action.SETTLE, SETTLED)).answer.body)
    assert found == [b"settled 0.90 ['accept', 'settle']"] * THREADS


def test_many_with_one_key_make_one_quote_and_have_the_same_bytes(store: Store) -> None:
    found = at_once(lambda _: store.write(adding(quote_row()), once("k")))
    answers = [one.answer for one in found if isinstance(one, Written)]
    assert len(answers) == THREADS
    assert len(set(answers)) == 1
    assert sum(not one.replayed for one in found if isinstance(one, Written)) == 1
    assert count(store) == (1, 0, 1)


def test_many_with_one_key_move_a_quote_once(store: Store) -> None:
    row = quote_row()
    issue(store, row=row)
    found = at_once(lambda _: store.write(moving(row.id, Action.ACCEPT), once("k")))
    assert sorted(one.replayed for one in found if isinstance(one, Written)) == [False] + [True] * (THREADS - 1)
    assert count(store) == (1, 1, 1)


def test_many_quotes_at_once_are_all_kept(store: Store) -> None:
    found = at_once(lambda n: [issue(store, once(f"{n}.{i}")).status for i in range(4)])
    assert found == [[201] * 4] * THREADS
    assert count(store) == (4 * THREADS, 0, 4 * THREADS)
