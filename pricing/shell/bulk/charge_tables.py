"""The table of charges that an invoice is held against: usage rated for this run, or charges that were rated before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from pricing.catalogue import Catalogue
from pricing.shell.bulk.engines import Limits
from pricing.shell.bulk.faults import FaultyFilesError, FileFault
from pricing.shell.bulk.literals import quote_file
from pricing.shell.bulk.omissions import USAGE_REJECTS
from pricing.shell.bulk.runs import RunOptions
from pricing.shell.bulk.schemas import CHARGES, USAGE
from pricing.shell.bulk.sources import Shape, list_sources
from pricing.shell.plugins import use_plugins

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COLUMNS: Final = (*USAGE, "currency", "total")
"""What of a table of charges is looked at."""
_TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "string": ("VARCHAR",),
    "timestamp(6)": ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE"),
    "int32": ("INTEGER", "SMALLINT", "TINYINT", "BIGINT"),
}
_PLACES: Final = 18


class Rated(NamedTuple):
    """Files of charges, how many rows of usage were not rated, and the file of those, if there are any."""

    paths: tuple[str, ...]
    rejected: int
    rejects: Path | None = None


def rate_usage(options: RunOptions, catalogue: Catalogue, folder: Path) -> Rated:
    """The charges of the usage that the options name, as they lie in the folder then, with the rows that have none."""
    from pricing.shell.bulk.rated_usage import rate_usage as rate_into
    from pricing.shell.bulk.rating_tasks import Task
    from pricing.shell.bulk.task_results import Origin
    from pricing.shell.bulk.usage_tables import Reading

    shape: Shape = options.usage_from  # type: ignore[assignment]  # the option knows no other
    origin = Origin(options.account, options.environment, options.region)
    reading = Reading(options.zone, options.ignores_extra, shape, origin)
    limits = Limits(options.memory_limit)
    charges, rejects = folder / "charges.parquet", folder / USAGE_REJECTS
    hosts = use_plugins().hosts
    rated = rate_into(Task(options.usage, reading, catalogue, hosts, charges, rejects, limits), charges)
    return Rated(tuple(path.as_posix() for path in rated.charges), rated.rows - rated.rated, rated.rejects)


def open_charges(database: DuckDBPyConnection, rated: Rated) -> None:
    """Makes the view `charges` of all files. Raises FaultyFilesError with all that is wrong with their columns."""
    faults: list[FileFault] = []
    selects: list[str] = []
    for path in rated.paths:
        types = _describe(database, path)
        faults += _check(path, types)
        own = ", ".join(_write_column(name) for name in COLUMNS)
        selects.append(f"SELECT {own} FROM read_parquet({quote_file(path)})")  # noqa: S608 - quoted
    if faults:
        raise FaultyFilesError("charges", faults)
    database.execute(f"CREATE VIEW charges AS {' UNION ALL '.join(selects)}")


def list_charges(names: Sequence[str]) -> Rated:
    """The files of charges that are named."""
    return Rated(tuple(source.name for source in list_sources(names, ("parquet",), what="charges")), 0)


def _describe(database: DuckDBPyConnection, path: str) -> dict[str, str]:
    import duckdb

    try:
        found = database.execute(f"DESCRIBE FROM read_parquet({quote_file(path)})").fetchall()
    except duckdb.Error as error:
        why = str(error).partition("\n")[0][:160]
        fault = FileFault(path, "", "no Parquet file, or not the whole of one", f"rate the usage again ({why})")
        raise FaultyFilesError("charges", [fault]) from None
    return {name: str(kind) for name, kind, *_ in found}


def _check(path: str, types: Mapping[str, str]) -> Iterator[FileFault]:
    for name in COLUMNS:
        kind = types.get(name)
        if kind is None:
            yield FileFault(path, name, "there is no such column", "name charges as `wan-rules rate` writes them")
        elif not _fits(kind, CHARGES[name]):
            yield FileFault(path, name, f"it is {kind}", f"{CHARGES[name].upper()} is wanted")


def _fits(kind: str, wanted: str) -> bool:
    if wanted.startswith(("decimal", "array")):
        is_list, places = kind.endswith("[]"), kind.rstrip(")[]").partition(",")[2]
        return kind.startswith("DECIMAL") and is_list == wanted.startswith("array") and int(places) <= _PLACES
    return kind in _TYPES[wanted]


def _write_column(name: str) -> str:
    if name == "at":
        return 'make_timestamp(epoch_us("at")) AS "at"'
    return "total::DECIMAL(38, 18) AS total" if name == "total" else f'"{name}"'
