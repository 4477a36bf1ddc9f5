"""A DuckDB database for one run: in memory, with a folder of its own beside the results to spill into."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from pricing.shell.bulk.memory import check_memory, tell_too_little
from wan_rules.payloads import UnusableInputError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

EXTRA: Final = "wan-rules[tables]"
PERFECT_BITS: Final = 20
"""Groups by keys of two bytes and a few values more are counted in a plain array, which is faster than by a hash."""


@contextmanager
def open_database(memory_limit: str | None = None, beside: Path | None = None) -> Iterator[DuckDBPyConnection]:
    """A database that is gone afterwards, with what it spilled. Raises UnusableInputError."""
    try:
        import duckdb
    except ImportError:
        raise UnusableInputError("reconcile", f"it needs duckdb: pip install '{EXTRA}'") from None
    check_memory(memory_limit)
    with TemporaryDirectory(prefix=".wan-rules-", dir=beside) as spill:
        database = duckdb.connect(config={"temp_directory": spill})
        try:
            database.execute(f"SET preserve_insertion_order = false; SET perfect_ht_threshold = {PERFECT_BITS}")
            database.execute("SET enable_progress_bar = false; SET TimeZone = 'UTC'")
            if memory_limit is not None:
                database.execute(f"SET memory_limit = '{memory_limit}'")
            yield database
        except duckdb.OutOfMemoryException as error:
            raise tell_too_little(memory_limit, error) from None
        except duckdb.OutOfRangeException as error:
            reason = f"amounts come to more than 38 digits hold, 18 of them decimals: {str(error).splitlines()[0]}"
            raise UnusableInputError("reconcile", reason) from None
        finally:
            database.close()
