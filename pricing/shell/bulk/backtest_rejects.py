"""Rows of tables that a backtest does not rate: counted by reason and side, and written where a file is named."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from pricing.backtests import Rejected, Sides, reject_unfinished, restate
from pricing.course_sums import Turned, TurnedRows
from pricing.courses import Walked
from pricing.shell.bulk.folds import read_usage
from pricing.shell.rejects import Place, Rejects

Cells: TypeAlias = dict[str, Any]


class Rejections:
    """Takes rejected rows of several files, in any order; the file of all of them is written row by row."""

    def __init__(self, sides: Sides, files: Mapping[str, int], rejects: Rejects) -> None:
        """`files` has the number of each file by its name."""
        self._sides, self._files, self._rejects = sides, files, rejects
        self.turned = TurnedRows()

    def count(self, rows: int, first: Cells, said: Walked | Rejected | None = None) -> None:
        """So many rows like the first of them, which its course refuses, whose job failed, or that can't be read."""
        at = (self._files[first["file"]], first["row"])
        self.turned.add(Turned(self._explain(first, said), rows, at, first["id"]))

    @property
    def are_wanted(self) -> bool:
        """Whether a file of them is named."""
        return self._rejects.is_wanted

    def write(self, cells: Cells, said: Walked | Rejected | None) -> None:
        """Writes a row that was counted."""
        self._write(cells, self._explain(cells, said))

    def take(self, cells: Cells, rejected: Rejected) -> None:
        """Counts and writes one row, as it was rated."""
        self.turned.add(Turned(rejected, 1, (self._files[cells["file"]], cells["row"]), cells["id"]))
        self._write(cells, rejected)

    def _explain(self, cells: Cells, said: Walked | Rejected | None) -> Rejected:
        if isinstance(said, Rejected):
            return restate(said, read_usage(cells), self._sides)
        if cells["fault"] is None:
            return reject_unfinished(cells["status"])
        return Rejected("unreadable", None, cells["fault"])

    def _write(self, cells: Cells, rejected: Rejected) -> None:
        self._rejects.write(Place(cells["row"], cells["id"], cells["file"]), _spell(cells["raw"]), rejected)


def _spell(raw: str) -> bytes:
    """A row as JSON: the object that it is, or its text."""
    try:
        is_object = isinstance(json.loads(raw), dict)
    except (ValueError, RecursionError):
        is_object = False
    return raw.strip().encode() if is_object else json.dumps(raw).encode()
