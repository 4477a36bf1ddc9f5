"""The tables of the store, brought to this version by Alembic; of processes that start at once, one does it."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from pricing.shell.service.store_faults import StoreDownError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pricing.shell.service.engines import Engines

LOCK: Final = 0x77616E72756C6573
"""The advisory lock of PostgreSQL that migrations are made under: a number of our own."""
VERSIONS: Final = "store_version"
"""Alembic's table, by a name that says whose version it is."""

_ALEMBIC: Final = Lock()
"""Alembic's context is one for a process: two stores of one process take turns."""


def upgrade(engines: Engines) -> None:
    """The tables are of this version, in one transaction. SQLite's has the file alone, and PostgreSQL's the lock.

    Raises StoreDownError where they are of a later one, and where a file of SQLite is another program's.
    """
    # A migration may rightly take longer than a write, and so may waiting for one.
    with _ALEMBIC, engines.begin(patient=True) as connection:
        if engines.is_postgresql:
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK})
        config = _configure()
        config.attributes["connection"] = connection
        heads = _list_heads(connection)
        _refuse_newer(heads, config, engines.place)
        if not heads and not engines.is_postgresql:
            _refuse_others(connection, engines.place)
        command.upgrade(config, "head")


def _refuse_newer(heads: set[str], config: Config, place: str) -> None:
    """Nothing, where this version knows how the tables came to be. Raises StoreDownError."""
    known = {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}
    if unknown := sorted(heads - known):
        reason = f"its tables are of a later version ({unknown[0][:64]}): run that one, or restore what was before it"
        raise StoreDownError(place, reason)


def _refuse_others(connection: Connection, place: str) -> None:
    """Nothing, where the file is empty. Raises StoreDownError: PostgreSQL's database may be shared, a file is not."""
    if there := sorted({*inspect(connection).get_table_names()} - {VERSIONS}):
        reason = f"it is another program's, with the table {there[0][:64]!r}: name a file of its own"
        raise StoreDownError(place, reason)


def is_current(connection: Connection) -> bool:
    """Whether every version has been made, and none that is unknown here."""
    return _list_heads(connection) == set(ScriptDirectory.from_config(_configure()).get_heads())


def _list_heads(connection: Connection) -> set[str]:
    """The versions that the tables are of, as they say; none where there are no tables of ours."""
    return set(MigrationContext.configure(connection, opts={"version_table": VERSIONS}).get_current_heads())


def _configure() -> Config:
    config = Config()
    config.set_main_option("script_location", "pricing.shell.service:migrations")
    config.set_main_option("path_separator", "os")
    return config
