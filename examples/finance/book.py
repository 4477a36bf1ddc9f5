"""The usage, what it comes to, and the invoice that is being written of it, with all that was made wrong in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Final, NamedTuple, TypeAlias

from invoice import Billed, bill, bill_day, hide_task
from jobs import BEGIN, END, SEED, shuffle
from ledger import Rated

from pricing import Catalogue

AGGREGATED: Final = (END - timedelta(days=28), END - timedelta(days=14))
"""When acme's tasks in staging are billed by the day and tier."""
HIDDEN: Final = {"globex": 40, "initech": 30}
"""How many lines name no task."""
APART: Final = timedelta(minutes=45)
"""No two rows of an account that no line names lie nearer: a line without a task can be about one row only."""

Suits: TypeAlias = Callable[[Rated], object]


class Planted(NamedTuple):
    """One break that has to be found: what was made wrong, and the money of it in one currency."""

    cause: str
    detail: str
    currency: str
    amount: Decimal
    tasks: tuple[str, ...]
    lines: tuple[Billed, ...]


@dataclass
class Book:
    """`lines` are those of each task; `loose` are about days, or about nothing. `taken` tasks stay as they are."""

    catalogue: Catalogue
    rated: list[Rated]
    lines: dict[str, list[Billed]]
    loose: list[Billed] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    planted: list[Planted] = field(default_factory=list)
    chance: Random = field(default_factory=lambda: Random(f"{SEED}: defects"))  # noqa: S311 - no secrets

    def list_candidates(self, account: str, suits: Suits) -> Iterator[Rated]:
        """Rows of the account within the period that nothing was done to yet, in no order."""
        own = [one for one in self.rated if one.row.account == account and BEGIN <= one.row.at < END]
        for one in shuffle(self.chance, own):
            if one.task not in self.taken and suits(one):
                yield one

    def list_all(self) -> list[Billed]:
        """Every line, in order of accounts and instants; copies beside what they copy."""
        lines = [*(line for own in self.lines.values() for line in own), *self.loose]
        return sorted(lines, key=lambda line: (line.row.row.account or "", line.at or line.begin or BEGIN))

    def list_unnamed(self, account: str) -> list[Rated]:
        """The rows of the account that no line names by their task."""
        named = {line.task_id for line in self.list_all()}
        return [one for one in self.rated if one.row.account == account and one.task not in named]

    def is_apart(self, rated: Rated) -> bool:
        """Whether no other row of the account that no line names is near."""
        others = (one for one in self.list_unnamed(rated.row.account or "") if one is not rated)
        return all(abs(one.row.at - rated.row.at) >= APART for one in others)


def open_book(catalogue: Catalogue, rated: list[Rated]) -> Book:
    """The invoice as it should be: each task, in staging for some days each day and tier, some without a task."""
    book = Book(catalogue, rated, {one.task: bill(one) if one.row.at < END else [] for one in rated})
    for rows in group_days(book):
        for row in rows:
            book.lines[row.task] = []
            book.taken.add(row.task)
        day = bill_day(rows)
        if day.amount:
            book.loose.append(day)
    for account, count in HIDDEN.items():
        candidates = book.list_candidates(account, lambda one: len(book.lines[one.task]) == 1 and book.is_apart(one))
        for _, one in zip(range(count), candidates, strict=False):
            book.taken.add(one.task)
            hide_task(book.lines[one.task], 20 + int(book.chance.random() * 75))
    return book


def group_days(book: Book) -> Iterator[list[Rated]]:
    """The rows that are billed by the day, of each day and tier together."""
    groups: dict[tuple[object, ...], list[Rated]] = {}
    for one in book.rated:
        row = one.row
        if row.environment == "staging" and AGGREGATED[0] <= row.at < AGGREGATED[1]:
            groups.setdefault((row.at.date(), row.resolution), []).append(one)
    yield from groups.values()
