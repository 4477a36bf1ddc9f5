"""The store behind PgBouncer, which gives each transaction another connection to the server."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import text

from pricing.holds import Action
from pricing.shell.service.engines import WAIT_S
from pricing.shell.service.rows import Answer
from pricing.shell.service.store import Store, open_store
from tests import guide
from tests.ports import free_port
from tests.postgres import AS_NOBODY, PostgreSQL
from tests.stored import at_once, issue, moving, once, quote_row

MISSING: Final = "no PgBouncer on this machine: `apt-get install pgbouncer`"
CONFIGURATION: Final = """
[databases]
* = host={folder} user=wan_rules
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 3
{setting}
"""
TIMES: Final = 12
"""Far more often than it takes until a statement would be prepared."""


@pytest.fixture
def pooled(postgresql: PostgreSQL, postgresql_url: str) -> Iterator[Store]:
    """A store that reaches its database through a pooler."""
    program = shutil.which("pgbouncer", path=guide.surroundings()["PATH"])
    assert program is not None, MISSING
    said = [one for one in guide.list_spans() if one.startswith(("ALTER ROLE", "ignore_startup"))]
    setting, *limits = sorted(said, reverse=True)
    port, file = free_port(), postgresql.folder / "pgbouncer.ini"
    file.write_text(CONFIGURATION.format(folder=postgresql.folder, port=port, setting=setting))
    for statement in ("CREATE ROLE wan_rules SUPERUSER LOGIN", *limits):
        postgresql.run(statement)
    with subprocess.Popen(
        [program, "-q", str(file)], cwd=postgresql.folder, stderr=subprocess.DEVNULL, **AS_NOBODY
    ) as process:
        _wait(port, process)
        store = open_store(f"postgresql://wan_rules@127.0.0.1:{port}/{_name(postgresql_url)}")
        store.upgrade()
        yield store
        store.close()
        process.terminate()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        else:
            return


def _name(url: str) -> str:
    return Path(url.partition("?")[0]).name


def test_what_is_answered_is_kept_whichever_connection_it_went_through(pooled: Store) -> None:
    def work(number: int) -> None:
        for turn in range(TIMES):
            row = quote_row()
            assert issue(pooled, once(f"{number}-{turn}"), row) == Answer(201, row.document, row.id)
            assert pooled.write(moving(row.id, Action.ACCEPT)).answer.status == 200
            found = pooled.find_quote(row.id, row.account)
            assert (found and found.state, len(pooled.list_moves(row.id))) == ("accepted", 1)

    assert at_once(work, 8) == [None] * 8
    with pooled.engine.connect() as connection:
        assert connection.execute(text("SHOW lock_timeout")).scalar_one() == f"{WAIT_S}s"


def test_without_a_pooler_statements_are_prepared(postgresql_url: str) -> None:
    store = open_store(postgresql_url)
    with store.engine.connect() as connection:
        for _ in range(TIMES):
            connection.execute(text("SELECT 1"))
        assert connection.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar_one() > 0
    store.close()
