"""Rejected rows as JSON Lines: where each stands, why it is not rated, and the row itself where it can't be read."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from pricing.rating import Reason
from wan_rules.payloads import JsonObject


class Reject(NamedTuple):
    """One row that is not rated."""

    file: str
    row: int
    reason: Reason
    message: str
    raw: str | None = None


class Told(NamedTuple):
    """How many rows were rejected for a reason, and the first of them."""

    rows: int
    first: Reject


def write_rejects(rejects: Iterable[Reject], path: Path) -> None:
    """Each as a line."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for reject in rejects:
            file.write(json.dumps(reject._asdict(), ensure_ascii=False) + "\n")


def join_rejects(paths: Iterable[Path], path: Path) -> None:
    """All files as one."""
    with path.open("wb") as file:
        for one in paths:
            with one.open("rb") as source:
                shutil.copyfileobj(source, file)


def count_rejects(paths: Iterable[Path]) -> dict[Reason, Told]:
    """How many lines of the files there are for each reason, with the first."""
    counted: Counter[Reason] = Counter()
    first: dict[Reason, Reject] = {}
    for path in paths:
        with path.open(encoding="utf-8") as file:
            for line in file:
                document: JsonObject = json.loads(line)
                reject = Reject(**document)  # type: ignore[arg-type]  # as it was written above
                counted[reject.reason] += 1
                first.setdefault(reject.reason, reject)
    return {reason: Told(rows, first[reason]) for reason, rows in counted.most_common()}
