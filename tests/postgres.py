"""A PostgreSQL of one's own, from the programs of this system: for tests and benchmarks, gone with its folder."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg

MISSING: Final = "no PostgreSQL on this machine: `apt-get install postgresql`, or put its initdb on the PATH"
INSTALLED: Final = Path("/usr/lib/postgresql")
SUPERUSER: Final = "tester"
# It refuses to run as root, so that root runs it as somebody with fewer rights.
AS_NOBODY: Final[dict[str, Any]] = (
    {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
)


def find_program(name: str) -> str:
    """Where a program of PostgreSQL is, the newest one first; raises FileNotFoundError that says what to install."""
    folders = sorted(INSTALLED.glob("*/bin"), key=lambda path: -int(path.parent.name.split(".")[0]))
    if (config := shutil.which("pg_config")) is not None:
        asked = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True)
        folders.append(Path(asked.stdout.strip()))
    if (beside := shutil.which("initdb")) is not None:
        folders.append(Path(beside).resolve().parent)
    for folder in folders:
        if (folder / name).exists():
            return str(folder / name)
    raise FileNotFoundError(MISSING)


class PostgreSQL:
    """A server on a socket in its own folder, which waits for the disk at each commit, as any other does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._data = folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        arguments = ["-D", str(self._data), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
        subprocess.run([find_program("initdb"), *arguments], check=True, capture_output=True, cwd=folder, **AS_NOBODY)

    def start(self) -> None:
        """It answers."""
        options = ["-D", str(self._data), "-k", str(self.folder), "-c", "listen_addresses="]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [find_program("postgres"), *options], cwd=self.folder, stdout=log, stderr=log, **AS_NOBODY
            )
        self._wait(self._process)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        for _ in range(600):
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                assert process.poll() is None, (self.folder / "log").read_text()
                time.sleep(0.05)
            else:
                return
        raise TimeoutError((self.folder / "log").read_text())

    def stop(self) -> None:
        """It is gone, in order, and every connection with it."""
        if self._process is not None:
            self._process.send_signal(2)  # a fast shutdown
            self._process.wait(60)
            self._process = None

    def url(self, database: str) -> str:
        """The URL of a database of it."""
        return f"postgresql://{SUPERUSER}@/{database}?host={self.folder}"

    def create(self) -> str:
        """The URL of a new database with nothing in it."""
        name = f"d{secrets.token_hex(6)}"
        self.run(f"CREATE DATABASE {name}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """The database is gone, whoever is connected to it."""
        self.run(f"DROP DATABASE {url.split('/')[3].split('?', maxsplit=1)[0]} WITH (FORCE)")

    def run(self, statement: str) -> None:
        """The statement is done, by the superuser, outside of any transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def run_postgresql() -> Iterator[PostgreSQL]:
    """A server of one's own that has started. Raises FileNotFoundError where there is none to start."""
    find_program("initdb")
    # Not below pytest's own folder, which only its owner may enter; and short, as the name of a socket has to be.
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    if AS_NOBODY:
        shutil.chown(folder, AS_NOBODY["user"], AS_NOBODY["group"])
    server = PostgreSQL(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
