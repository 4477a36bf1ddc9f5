"""The tables of the store, alike on SQLite and PostgreSQL: money and documents are text, instants are text in UTC.

No column is a SQL decimal or float: SQLite has no decimals, and gives back another amount than it was given. Whoever
changes a table adds a version to `migrations/versions/`; a test compares the two.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.types import TypeEngine

METADATA: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(column_0_label)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An instant as RFC 3339 text in UTC, with microseconds always, so that the order of texts is the order of time."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = String(27)
    cache_ok: bool | None = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """The text. Raises ValueError for an instant without a zone."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"{value.isoformat()} has no zone"
            raise ValueError(msg)
        return value.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """The instant, aware, in UTC."""
        del dialect
        return None if value is None else datetime.fromisoformat(value)


class Names(TypeDecorator[tuple[str, ...]]):
    """A row of names as a JSON array."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = Text()
    cache_ok: bool | None = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        """The array."""
        del dialect
        return None if value is None else json.dumps(value, ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        """The names, in their order."""
        del dialect
        return None if value is None else tuple(json.loads(value))


QUOTES: Final = Table(
    "quotes",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("account", Text, nullable=False),
    Column("environment", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("as_of", Instant, nullable=False),
    Column("currency", String(8).with_variant(String(64), "postgresql"), nullable=False),  # or a credit's name
    Column("hold", Text),
    Column("charge", Text),
    Column("document", Text, nullable=False),
    Column("settlement", Text),
    Column("report", Text),  # the digest of what settled it
    Column("key_id", String(64)),
    Column("moved", Integer, nullable=False),  # how many moves there are: the last one's number
    Column("task", String(64)),  # the digest of the host's task that its reports are of
    Index("ix_quotes_account_task", "account", "task", unique=True),
)

MOVES: Final = Table(
    "moves",
    METADATA,
    Column("quote_id", String(64), ForeignKey("quotes.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("action", String(16), nullable=False),
    Column("from_state", String(16), nullable=False),
    Column("to_state", String(16), nullable=False),
    Column("key_id", String(64)),
    Column("detail", Text),
    PrimaryKeyConstraint("quote_id", "number"),
)

ANSWERS: Final = Table(
    "answers",
    METADATA,
    Column("caller", Text, nullable=False),
    Column("key", String(200), nullable=False),
    Column("request", String(80), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text),  # NULL: it is the document of the quote
    Column("quote_id", String(64), ForeignKey("quotes.id")),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("caller", "key"),
    Index("ix_answers_at", "at"),  # what is old is deleted
)

API_KEYS: Final = Table(
    "api_keys",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("hash", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("accounts", Names, nullable=False),
    Column("environments", Names, nullable=False),
    Column("scopes", Names, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("expires_at", Instant),
)

SHARED: Final = Table(
    "shared",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

WINDOWS: Final = Table(
    "windows",
    METADATA,
    Column("caller", Text, nullable=False),
    Column("window_start", BigInteger, nullable=False),
    Column("taken", BigInteger, nullable=False),
    PrimaryKeyConstraint("caller", "window_start"),
)
