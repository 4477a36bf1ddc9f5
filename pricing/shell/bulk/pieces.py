"""What of usage is rated at once, and restarted at: small files that are alike together, a large one in spans."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from pricing.shell.bulk.sources import Source

PIECE_ROWS: Final = 2_000_000


class Piece(NamedTuple):
    """Files that one query reads, or a span of the rows of a single one, from 1 and with the last."""

    sources: tuple[Source, ...]
    span: tuple[int, int] | None = None


class Sized(NamedTuple):
    """A file with about how many rows each of its groups has; `alike` is the same for files that one query reads."""

    source: Source
    alike: Hashable
    group_rows: Sequence[int]

    @property
    def rows(self) -> int:
        """Of all groups."""
        return sum(self.group_rows)


def cut(files: Iterable[Sized], rows: int = PIECE_ROWS) -> Iterator[Piece]:
    """The files in order: neighbours that are alike together, until they have so many rows; large ones in spans.

    A span is of whole groups, and has at least so many rows.
    """
    gathered: list[Sized] = []
    for file in files:
        spans = _list_spans(file, rows)
        if gathered and (spans or file.alike != gathered[0].alike or sum(one.rows for one in gathered) >= rows):
            yield _join(gathered)
            gathered = []
        if spans:
            yield from (Piece((file.source,), span) for span in spans)
        else:
            gathered.append(file)
    if gathered:
        yield _join(gathered)


def _join(files: Sequence[Sized]) -> Piece:
    return Piece(tuple(file.source for file in files))


def _list_spans(file: Sized, rows: int) -> list[tuple[int, int]]:
    """None where the file is one piece."""
    ends = [0]
    for end in accumulate(file.group_rows):
        if end - ends[-1] >= rows:
            ends.append(end)
    if len(ends) < 2 or ends == [0, file.rows]:  # noqa: PLR2004 - two ends make a span
        return []
    ends[-1] = file.rows
    return [(first + 1, last) for first, last in pairwise(ends)]
