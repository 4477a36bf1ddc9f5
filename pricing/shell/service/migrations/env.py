"""What Alembic runs: the versions on the connection that it was given, inside its transaction."""

from __future__ import annotations

from alembic import context

from pricing.shell.service.migrating import VERSIONS
from pricing.shell.service.tables import METADATA

if hasattr(context, "config"):  # Alembic runs it; who merely imports every module does not
    context.configure(
        connection=context.config.attributes["connection"], target_metadata=METADATA, version_table=VERSIONS
    )
    context.run_migrations()
