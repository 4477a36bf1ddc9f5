"""A DuckDB database for one run: in memory, with a folder of its own beside the results to spill into."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from wan_rules.payloads import UnusableInputError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

EXTRA: Final = "wan-rules[tables]"
PERFECT_BITS: Final = 20
"""Groups by keys of two bytes and a few values more are counted in a plain array, which is faster than by a hash."""
_MEMORY: Final = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?\s?([KMGT]i?B|%)", re.IGNORECASE)


@contextmanager
def open_database(memory_limit: str | None = None, beside: Path | None = None) -> Iterator[DuckDBPyConnection]:
    """A database that is gone afterwards, with what it spilled. Raises UnusableInputError."""
    try:
        import duckdb
    except ImportError:
        raise UnusableInputError("reconcile", f"it needs duckdb: pip install '{EXTRA}'") from None
    if memory_limit is not None and not _MEMORY.fullmatch(memory_limit):
        raise UnusableInputError("--memory-limit", f"{memory_limit[:64]!r} is no amount of memory: write 1GB or 800MB")
    with TemporaryDirectory(prefix=".wan-rules-", dir=beside) as spill:
        database = duckdb.connect(config={"temp_directory": spill})
        try:
            database.execute(f"SET preserve_insertion_order = false; SET perfect_ht_threshold = {PERFECT_BITS}")
            database.execute("SET enable_progress_bar = false")
            if memory_limit is not None:
                database.execute(f"SET memory_limit = '{memory_limit}'")
            yield database
        except duckdb.OutOfMemoryException as error:
            reason = f"{memory_limit or 'the memory'} is too little: name more ({str(error).splitlines()[0]})"
            raise UnusableInputError("--memory-limit", reason) from None
        finally:
            database.close()


def quote(text: str) -> str:
    """The text as SQL writes one."""
    return "'" + text.replace("'", "''") + "'"
