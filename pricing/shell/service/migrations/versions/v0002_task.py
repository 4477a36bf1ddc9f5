"""The host's task that a quote was reported with, which is one quote's alone."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0002"
down_revision: Final = "0001"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Quotes of before have none: their reports were not held to one."""
    op.add_column("quotes", sa.Column("task", sa.String(64)))
    op.create_index("ix_quotes_account_task", "quotes", ["account", "task"], unique=True)
