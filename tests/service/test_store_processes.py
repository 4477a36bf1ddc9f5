"""Processes that begin at once at a database with nothing in it: one makes the tables, the others wait for it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.served import COMMAND

PROCESSES = 4


def test_processes_that_begin_at_once_make_the_tables_once(tmp_path: Path, store_url: str) -> None:
    environment = {**os.environ, "WAN_RULES_DATABASE": store_url}
    begun = [
        subprocess.Popen(
            [COMMAND, "keys", "list"],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        for _ in range(PROCESSES)
    ]
    told = [process.communicate(timeout=60)[0] for process in begun]
    assert [process.returncode for process in begun] == [0] * PROCESSES, told
