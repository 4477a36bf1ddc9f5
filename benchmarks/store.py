"""How fast new quotes are stored, beside what PostgreSQL's own `pgbench` inserts: `python -m benchmarks.store`.

Both wait for the disk at each commit, with one client, on a server of their own.
"""

from __future__ import annotations

import re
import secrets
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from pricing.holds import State
from pricing.shell.service.rows import Answer, Once, QuoteRow
from pricing.shell.service.store import Store, open_store
from pricing.shell.service.transactions import Transaction
from tests.postgres import SUPERUSER, find_program, run_postgresql

SIZE: Final = 6_000
"""Bytes of a quote's document, which do not compress better than a real one's half."""
WRITES: Final = 2_000
SECONDS: Final = 5
NOW: Final = datetime.now(UTC)
INSERT: Final = """\\set r random(1, 1000000000000000)
INSERT INTO quotes
    (id, account, environment, state, issued_at, expires_at, as_of, currency, hold, key_id, moved, document)
VALUES (md5(:r::text), 'acme', 'production', 'quoted', '{at}', '{at}', '{at}', 'USD', '1.10', 'key_1', 0, :document);
"""


def _document() -> str:
    return '{"quote":"' + secrets.token_hex(SIZE // 2 - 6) + '"}'


def store_quotes(store: Store, *, once: bool) -> float:
    """How many new quotes a second are stored, one after the other."""
    document = _document().encode()

    def work(transaction: Transaction) -> Answer:
        name = f"q_{secrets.token_hex(16)}"
        times = (NOW, NOW + timedelta(hours=1), NOW)
        row = QuoteRow(name, "acme", "production", State.QUOTED, *times, "USD", "1.10", document, "key_1")
        transaction.add_quote(row)
        return Answer(201, document, name)

    def write() -> None:
        written = store.write(work, Once("acme", secrets.token_hex(12), "0" * 64) if once else None)
        assert not written.replayed

    for _ in range(50):
        write()
    began = time.perf_counter()
    for _ in range(WRITES):
        write()
    return WRITES / (time.perf_counter() - began)


def insert_rows(folder: Path, database: str) -> float:
    """How many rows like a quote's `pgbench` inserts in a second."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(INSERT.format(at="2026-11-15T12:00:00.000000Z"))
        script.flush()
        options = ["-n", "-M", "prepared", "-c", "1", "-T", str(SECONDS), "-D", f"document={_document()}"]
        command = [find_program("pgbench"), *options, "-f", script.name, "-h", str(folder), "-U", SUPERUSER, database]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"tps = ([\d.]+)", said)
    assert found is not None, said
    return float(found[1])


def main() -> int:
    """Print the table."""
    with run_postgresql() as server:
        url = server.create()
        store = open_store(url)
        store.upgrade()
        database = url.split("/", 4)[3].partition("?")[0]
        rows = {
            "pgbench: a row of the same size": insert_rows(server.folder, database),
            "PostgreSQL: a new quote": store_quotes(store, once=False),
            "PostgreSQL: a new quote and its key": store_quotes(store, once=True),
            "pgbench: again": insert_rows(server.folder, database),
        }
        store.close()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/quotes.db")
        store.upgrade()
        rows["SQLite: a new quote"] = store_quotes(store, once=False)
        rows["SQLite: a new quote and its key"] = store_quotes(store, once=True)
        store.close()
    for name, rate in rows.items():
        print(f"{name:38} {rate:8,.0f} a second  {1e6 / rate:6,.0f} us")
    return 0


if __name__ == "__main__":
    sys.exit(main())
