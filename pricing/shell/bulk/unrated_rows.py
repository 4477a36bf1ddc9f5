"""Usage that was not rated: lines without a task may be about it, where no rated usage has met them.

Only rows that say what was asked for take part: a row that can't be read says neither whose nor when.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pricing.shell.bulk.literals import quote_file
from pricing.shell.bulk.owners import OWNER, write_meeting

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CELLS: Final = dict.fromkeys(("file", "id", "reason", "message", "raw"), "VARCHAR") | {"row": "BIGINT"}
_NONE: Final = f"(SELECT {', '.join(f'NULL::{kind} AS {name}' for name, kind in _CELLS.items())} LIMIT 0)"


def open_unrated(database: DuckDBPyConnection, rejects: Path | None = None) -> None:
    """Makes the view `rejected` of rows that rating wrote in JSON Lines, of those that could be read."""
    source = _NONE
    if rejects is not None:
        source = f"read_json({quote_file(str(rejects))}, format = 'newline_delimited', columns = {_CELLS})"
    columns = "id, file, row, message, raw"
    database.execute(f"CREATE VIEW rejected AS SELECT {columns} FROM {source} WHERE reason <> 'unreadable'")  # noqa: S608 - quoted


def attach_refused(database: DuckDBPyConnection, told: Collection[str]) -> None:
    """Makes the table `refused` of rows whose task a line names without contradicting them, each with a unit of these.

    That is one without rated usage where there is one. `told` are the columns of OWNER that may contradict.
    """
    met = write_meeting("refusals", "named_sets", "file, row, message, raw, s", told)
    database.execute(_ATTACH.format(met=met))


def admit_unrated(database: DuckDBPyConnection, told: Collection[str]) -> bool:
    """Makes the table `unrated` of rows whose task no line names, and adds their tasks to `units`; whether it has any.

    Without a line that names no task, and says when, there is nothing that they could meet. `told` is as above.
    """
    said = database.execute(_COUNT_SAID).fetchall()[0][0]
    met = write_meeting("refusals", "named_invoice", "file, row", told)
    database.execute(_MAKE.format(asked="TRUE" if said else "FALSE", met=met))
    return bool(database.execute("SELECT count(*) FROM unrated").fetchall()[0][0])


_ATTACH: Final = f"""
CREATE VIEW refusals AS SELECT *, {", ".join(f"raw->>'{name}' AS {name}" for name in OWNER)} FROM rejected;
CREATE TABLE refused AS
    SELECT file, row, message, raw, arg_min(u, (u IN (SELECT u FROM row_units), u)) AS u FROM (
        {{met}}
    ) JOIN named USING (s) JOIN joined USING (l) GROUP BY file, row, message, raw;
"""  # noqa: S608 - our own names
_COUNT_SAID: Final = """
SELECT count(*) FROM lines_left WHERE task_id IS NULL AND coalesce("at", begin) IS NOT NULL
"""
_MAKE: Final = f"""
CREATE VIEW named_invoice AS
    SELECT DISTINCT task_id AS id, {", ".join(OWNER)} FROM invoice
    WHERE {{asked}} AND task_id IN (SELECT id FROM rejected);
CREATE TABLE unrated AS
    SELECT (SELECT coalesce(max(u), 0) FROM units) + dense_rank() OVER (ORDER BY id, {", ".join(OWNER)}) AS u,
        file, row, message, raw
    FROM refusals ANTI JOIN (
        {{met}}
    ) USING (file, row) WHERE {{asked}};
INSERT INTO units BY NAME
    SELECT u, TRUE AS is_open, FALSE AS counts, min(make_timestamp(epoch_us((raw->>'at')::TIMESTAMPTZ))) AS "at",
        {", ".join(f"min(raw->>'{name}') AS {name}" for name in (*OWNER, "resolution"))}
    FROM unrated GROUP BY u;
"""  # noqa: S608 - our own names
"""These units have no id, since they have no rows: a task of the same id that was rated is a unit of its own."""
