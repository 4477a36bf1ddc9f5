"""The backups of `docs/how-to/run-the-service.md`, taken while quotes are written, and restored as it says."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any, Final

import pytest

from tests import guide
from tests.asked import CATALOGUE
from tests.deployed import ask
from tests.postgres import PostgreSQL
from tests.writing import check_kept, writing

SQLITE: Final = "VACUUM INTO"
OTHER: Final = 'sqlite3 wan-rules-state/quotes.db ".backup'
STATE: Final = "wan-rules-state"


def back_up(folder: Path, script: str, url: str, key: str, **environment: str) -> list[Any]:
    """The quotes that were answered before a backup began, which others were written during."""
    with writing(url, key) as writers:
        for _ in range(10):
            before = writers.await_more(30)
            guide.type_in(folder, script, **environment)
            if len(writers.quotes) > len(before):  # as good as always: a quote takes a few milliseconds
                writers.await_more(10)  # nobody was held up for good
                return before
            shutil.rmtree(folder / "backup", ignore_errors=True)
    raise AssertionError("nothing was written while the backup was taken")


@pytest.mark.parametrize("how", ["vacuum", "backup"])
def test_a_backup_of_sqlite_is_taken_while_quotes_are_written_and_restored(tmp_path: Path, how: str) -> None:
    script = guide.find_block("sh", SQLITE)
    if how == "backup":
        script = guide.fill(
            script, {guide.find_command(f'sqlite3 {STATE}/quotes.db "VACUUM'): guide.find_command(OTHER)}
        )
    with guide.serving(tmp_path, f"wan-rules serve --catalogue {CATALOGUE}") as url:
        key = guide.make_key(tmp_path)
        before = back_up(tmp_path, script, url, key)
    kept = tmp_path / "backup"
    assert {path.name: path.stat().st_mode & 0o777 for path in kept.iterdir()} == {
        "quotes.db": 0o600,
        "signing-keys.json": 0o600,
    }
    assert kept.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(tmp_path / STATE)
    kept.rename(tmp_path / STATE)
    with guide.serving(tmp_path, "wan-rules serve") as url:  # without the catalogue: each quote has its terms
        check_kept(url, key, before)
    with sqlite3.connect(tmp_path / STATE / "quotes.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_backup_of_sqlite_is_not_laid_over_another(tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    with pytest.raises(AssertionError, match="backup"):
        guide.type_in(tmp_path, guide.find_block("sh", SQLITE))


def test_a_dump_of_postgresql_is_taken_while_quotes_are_written_and_restored(
    tmp_path: Path, postgresql: PostgreSQL, postgresql_url: str
) -> None:
    shutil.copytree(CATALOGUE, tmp_path / "prices")
    said = {"postgresql://wan_rules@db.internal/quotes": postgresql_url}
    script = guide.fill(guide.find_block("sh", "--workers 4"), said)
    environment = {"WAN_RULES_DATABASE": postgresql_url}
    with guide.serving(tmp_path, script) as url:
        key = guide.make_key(tmp_path, **environment)
        before = back_up(tmp_path, guide.find_block("sh", "pg_dump"), url, key, **environment)
    assert not list((tmp_path / STATE).glob("*.db"))
    restored = postgresql.url("restored")
    places = {"postgresql://wan_rules@db.internal/restored": restored}
    guide.type_in(tmp_path, guide.fill(guide.find_block("sh", "pg_restore"), places), **environment)
    try:
        with guide.serving(tmp_path, "wan-rules serve", WAN_RULES_DATABASE=restored) as url:
            check_kept(url, key, before)
            assert ask(f"{url}/readyz") == b'{"status":"ready"}'
    finally:
        postgresql.drop(restored)
