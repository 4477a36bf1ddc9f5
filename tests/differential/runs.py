"""One catalogue's rows rated three ways and compared; and the few rows that are left of a difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from pricing import parse_catalogue
from pricing.shell.bulk.engines import DuckDBEngine
from pricing.usage import UsageRow
from tests.differential.catalogues import Drawn, join
from tests.differential.comparing import Answers, find_differences
from tests.differential.tallies import Tally, tally
from tests.differential.ways import Tabled, as_used, by_tables
from tests.oracle.books import Book, Used
from tests.oracle.rating import Rated
from tests.oracle.rating import rate as by_oracle
from tests.scalar_rating import Told, rate_in_order

Oracle = Callable[[Book, Iterable[Used]], Iterator[Rated | str]]


class Difference(NamedTuple):
    """A row of which not all three say the same, and what."""

    row: UsageRow
    said: list[str]


class Bench:
    """The three ways, side by side. A test may put another oracle there."""

    def __init__(self, engine: DuckDBEngine, oracle: Oracle = by_oracle) -> None:
        self.engine, self.oracle = engine, oracle

    def answer(self, drawn: Drawn, rows: Sequence[UsageRow]) -> Iterator[tuple[UsageRow, Answers]]:
        """What each way says of each row."""
        catalogue = parse_catalogue(drawn.files)
        scalar: list[Told] = list(rate_in_order(catalogue, rows))
        tables: dict[str, Tabled | str] = by_tables(catalogue, rows, self.engine)
        is_open = [one == tables[str(row.id)] == "bounded" for row, one in zip(rows, scalar, strict=True)]
        oracle = list(self.oracle(drawn.book, map(as_used, rows, is_open)))
        for row, one, other in zip(rows, scalar, oracle, strict=True):
            yield row, Answers(one, tables[str(row.id)], other)

    def compare(self, drawn: Drawn, rows: Sequence[UsageRow]) -> tuple[Tally, Difference | None]:
        """How the rows spread, and the first difference."""
        found: Tally = Counter()
        first: Difference | None = None
        for row, answers in self.answer(drawn, rows):
            found.update(tally(row, answers))
            said = find_differences(answers)
            if said and first is None:
                first = Difference(row, said)
        return found, first

    def shrink(self, drawn: Drawn, rows: Sequence[UsageRow], difference: Difference) -> tuple[Drawn, list[UsageRow]]:
        """The host's own part of the catalogue, and as few of its rows as still differ, the last of them that row."""
        row = difference.row
        own = {place: terms for place, terms in drawn.book.places.items() if place[0] == row.host}
        kept = [one for one in rows if one.host == row.host]
        kept = kept[: [one.id for one in kept].index(row.id) + 1]
        if own and self._differs(join(own), kept, row):
            drawn = join(own)
        size = len(kept)
        while size:
            at = 0
            while at < len(kept) - 1:
                fewer = [*kept[:at], *kept[min(at + size, len(kept) - 1) :]]
                if self._differs(drawn, fewer, row):
                    kept = fewer
                else:
                    at += size
            size //= 2
        return drawn, kept

    def _differs(self, drawn: Drawn, rows: Sequence[UsageRow], row: UsageRow) -> bool:
        _, first = self.compare(drawn, rows)
        return first is not None and first.row.id == row.id
