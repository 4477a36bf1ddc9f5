"""Room for the name of a credit, where a quote said the code of a currency."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0003"
down_revision: Final = "0002"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """SQLite holds a text of any length in the column that there is, and could not change it without a new table."""
    if op.get_context().dialect.name == "postgresql":
        op.alter_column("quotes", "currency", type_=sa.String(64))
