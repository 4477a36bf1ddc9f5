"""What lines without an id of their own are called: by their file and row, the same wherever a command is run."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path


def name_files(paths: Sequence[str]) -> list[str]:
    """The end of each path that tells it from the others; the name alone where that is enough.

    Ids of lines, and of breaks through them, hold for reports that are compared or verified from another folder.
    """
    parts = [Path(os.path.realpath(path)).parts for path in paths]
    for length in range(1, max(map(len, parts), default=0) + 1):
        ends = ["/".join(one[-length:]) for one in parts]
        if len({*ends}) == len(ends):
            return ends
    return [*paths]
