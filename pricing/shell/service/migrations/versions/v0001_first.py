"""Quotes, their moves, kept answers, keys of the API, what processes share, and windows of rates."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0001"
down_revision: Final = None
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """The first tables."""
    _make_quotes()
    _make_answers()
    _make_keys()
    _make_shared()


def _make_quotes() -> None:
    op.create_table(
        "quotes",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("environment", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("issued_at", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.Column("as_of", sa.String(27), nullable=False),
        sa.Column("currency", sa.String(8), nullable=False),
        sa.Column("hold", sa.Text),
        sa.Column("charge", sa.Text),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("settlement", sa.Text),
        sa.Column("report", sa.Text),
        sa.Column("key_id", sa.String(64)),
        sa.Column("moved", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quotes"),
    )
    op.create_table(
        "moves",
        sa.Column("quote_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("from_state", sa.String(16), nullable=False),
        sa.Column("to_state", sa.String(16), nullable=False),
        sa.Column("key_id", sa.String(64)),
        sa.Column("detail", sa.Text),
        sa.PrimaryKeyConstraint("quote_id", "number", name="pk_moves"),
        sa.ForeignKeyConstraint(["quote_id"], ["quotes.id"], name="fk_moves_quote_id"),
    )


def _make_answers() -> None:
    op.create_table(
        "answers",
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("request", sa.String(80), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("body", sa.Text),
        sa.Column("quote_id", sa.String(64)),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name="pk_answers"),
        sa.ForeignKeyConstraint(["quote_id"], ["quotes.id"], name="fk_answers_quote_id"),
    )
    op.create_index("ix_answers_at", "answers", ["at"])


def _make_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("accounts", sa.Text, nullable=False),
        sa.Column("environments", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("revoked_at", sa.String(27)),
        sa.Column("expires_at", sa.String(27)),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
    )


def _make_shared() -> None:
    op.create_table(
        "shared",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_shared"),
    )
    op.create_table(
        "windows",
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("window_start", sa.BigInteger, nullable=False),
        sa.Column("taken", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("caller", "window_start", name="pk_windows"),
    )
