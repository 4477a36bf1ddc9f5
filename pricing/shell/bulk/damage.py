"""Damage within files of Parquet, which shows only when their pages are read: a footer can be whole all the same.

And a disk that is full, which shows only while something is written.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from pricing.errors import PricingError
from pricing.shell.bulk.literals import quote_file
from pricing.shell.bulk.sources import FORMATS, list_sources
from wan_rules.payloads import UnusableInputError, WanRulesError

_FULL: Final = os.strerror(errno.ENOSPC)


@contextmanager
def naming_damage(what: str, names: Sequence[str]) -> Iterator[None]:
    """Whatever an engine says of damaged pages within, as UnusableInputError that names the first damaged file.

    So is a disk that is full: a run that writes parts goes on from them. What fails and no file is the cause of is
    raised as it came. The files are looked at only then.
    """
    try:
        yield
    except (WanRulesError, PricingError):
        raise
    except Exception as error:
        if _FULL in str(error):
            told = str(error).partition("\n")[0][:160]
            raise UnusableInputError(what, f"the disk is full: make room, and start again ({told})") from None
        found = _find_damaged(names)
        if found is None:
            raise
        file, why = found
        reason = f"{file} can't be read to its end: it is damaged ({why}). Write or fetch it again"
        raise UnusableInputError(what, reason) from None


def _find_damaged(names: Sequence[str]) -> tuple[str, str] | None:
    """The first file that can't be read whole, and what DuckDB says of it."""
    import duckdb

    with duckdb.connect() as connection:
        for source in list_sources(names, tuple({*FORMATS.values()})):
            if source.format != "parquet":
                continue
            try:
                connection.execute(f"SELECT count(hash(t)) FROM read_parquet({quote_file(source.name)}) t")  # noqa: S608 - quoted
            except duckdb.Error as error:
                return source.name, str(error).partition("\n")[0][:160]
    return None
