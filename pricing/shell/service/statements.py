"""The statements of the store, each built once: SQLAlchemy keeps what it compiled of them, for either database."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    Insert,
    bindparam,
    func,
    insert,
    literal,
    null,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from pricing.shell.service.rows import KeyRow, Move, QuoteRow
from pricing.shell.service.tables import ANSWERS, API_KEYS, MOVES, QUOTES, SHARED, WINDOWS

FIND_QUOTE: Final = select(*(QUOTES.c[name] for name in QuoteRow._fields)).where(
    QUOTES.c.id == bindparam("quote_id"), QUOTES.c.account.in_(bindparam("accounts", expanding=True))
)
LOCK_QUOTE: Final = FIND_QUOTE.with_for_update()
"""SQLite knows no locks of rows and needs none: who writes has it alone."""

ADD_QUOTE: Final = insert(QUOTES)

ADD_MOVE: Final = insert(MOVES)
MOVE_QUOTE: Final = (
    update(QUOTES)
    .where(QUOTES.c.id == bindparam("quote_id"), QUOTES.c.moved == bindparam("seen"))
    .values(
        {name: bindparam(name) for name in ("state", "charge", "settlement", "report", "task")}
        | {"moved": QUOTES.c.moved + 1}
    )
)
LIST_MOVES: Final = (
    select(*(MOVES.c[name] for name in Move._fields))
    .where(MOVES.c.quote_id == bindparam("quote_id"))
    .order_by(MOVES.c.number)
)

FIND_ANSWER: Final = (
    select(
        ANSWERS.c.request,
        ANSWERS.c.status,
        func.coalesce(ANSWERS.c.body, QUOTES.c.document).label("body"),
        ANSWERS.c.quote_id,
    )
    .select_from(ANSWERS.outerjoin(QUOTES, ANSWERS.c.quote_id == QUOTES.c.id))
    .where(ANSWERS.c.caller == bindparam("caller"), ANSWERS.c.key == bindparam("key"))
)
KEEP_ANSWER: Final = (
    update(ANSWERS)
    .where(ANSWERS.c.caller == bindparam("owner"), ANSWERS.c.key == bindparam("claimed"))
    .values({name: bindparam(name) for name in ("status", "body", "quote_id")})
)
PURGE: Final = (
    WINDOWS.delete().where(WINDOWS.c.window_start < bindparam("before_s")),
    ANSWERS.delete().where(ANSWERS.c.at < bindparam("before")),
)

FIND_KEY: Final = select(*(API_KEYS.c[name] for name in KeyRow._fields)).where(API_KEYS.c.id == bindparam("key_id"))
LIST_KEYS: Final = select(*(API_KEYS.c[name] for name in KeyRow._fields)).order_by(API_KEYS.c.created_at, API_KEYS.c.id)
ADD_KEY: Final = insert(API_KEYS)
REVOKE_KEY: Final = (
    update(API_KEYS)
    .where(API_KEYS.c.id == bindparam("key_id"), API_KEYS.c.revoked_at.is_(null()))
    .values(revoked_at=bindparam("at"))
)
READ_SHARED: Final = select(SHARED.c.name, SHARED.c.value)
PING: Final = select(literal(1))


def _claim(dialect: Any) -> ReturningInsert[Any]:  # noqa: ANN401 - one module for each dialect, with the same names
    """The claim on a key; it waits for whoever claims the same one, and gives no row where that one has it."""
    return dialect.insert(ANSWERS).on_conflict_do_nothing().returning(ANSWERS.c.key)  # type: ignore[no-any-return]


def _bump(dialect: Any) -> ReturningInsert[Any]:  # noqa: ANN401 - as above
    return (  # type: ignore[no-any-return]
        dialect.insert(SHARED)
        .values(name=bindparam("name"), value=1)
        .on_conflict_do_update(index_elements=["name"], set_={"value": SHARED.c.value + 1})
        .returning(SHARED.c.value)
    )


def _lease(dialect: Any) -> ReturningInsert[Any]:  # noqa: ANN401 - as above
    """What has been asked for in the window with this one: nothing more is counted once the limit is reached."""
    wanted = dialect.insert(WINDOWS).values(
        caller=bindparam("caller"), window_start=bindparam("window_start"), taken=bindparam("wanted")
    )
    return (  # type: ignore[no-any-return]
        wanted.on_conflict_do_update(
            index_elements=["caller", "window_start"],
            set_={"taken": WINDOWS.c.taken + wanted.excluded.taken},
            where=WINDOWS.c.taken < bindparam("most"),
        ).returning(WINDOWS.c.taken)
    )


CLAIM: Final = {"postgresql": _claim(postgresql), "sqlite": _claim(sqlite)}
BUMP: Final = {"postgresql": _bump(postgresql), "sqlite": _bump(sqlite)}
LEASE: Final = {"postgresql": _lease(postgresql), "sqlite": _lease(sqlite)}


def _claim_and_add() -> Insert:
    """A quote and its answer where the key is free, and neither where it is not, in one statement.

    Who claims a key that another one is claiming waits for that one's end, as in `CLAIM`. PostgreSQL alone has it.
    """
    columns = {column.name: bindparam(f"answer_{column.name}", type_=column.type) for column in ANSWERS.columns}
    claimed = (
        postgresql.insert(ANSWERS).values(columns).on_conflict_do_nothing().returning(ANSWERS.c.key).cte("claimed")
    )
    row = select(*(bindparam(column.name, type_=column.type) for column in QUOTES.columns)).select_from(claimed)
    names = [column.name for column in QUOTES.columns]
    return insert(QUOTES).from_select(names, row).execution_options(preserve_rowcount=True)


CLAIM_AND_ADD: Final = _claim_and_add()
