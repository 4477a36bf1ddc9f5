"""What rating a table is asked, and what it comes to: the values that a run begins and ends with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

from pricing.catalogue import Catalogue
from pricing.money import EXACT
from pricing.rating import Reason
from pricing.shell.bulk.engines import Limits
from pricing.shell.bulk.rejections import Told
from pricing.shell.bulk.usage_tables import Reading
from wan_rules.hosts import Hosts


class Task(NamedTuple):
    """What is to be rated, under which catalogue, and where the charges go; without an output they are only summed."""

    names: Sequence[str]
    reading: Reading
    catalogue: Catalogue
    hosts: Hosts
    output: Path | None
    rejects: Path | None = None
    limits: Limits = Limits()


class SumKey(NamedTuple):
    """Whose rows are summed together."""

    account: str | None
    environment: str | None
    host: str
    region: str | None
    resolution: str
    currency: str


SUMMED: Final = SumKey._fields


class Sum(NamedTuple):
    """How many rows, and what they come to."""

    rows: int
    total: Decimal


class Rated(NamedTuple):
    """What a run came to: rated and rejected rows are all `rows`.

    The paths are where charges and rejects lie; there are none of what was not asked for.
    """

    rows: int
    rejected: dict[Reason, Told]
    sums: dict[SumKey, Sum]
    charges: tuple[Path, ...] = ()
    rejects: Path | None = None

    @property
    def rated(self) -> int:
        """How many rows have a charge."""
        return sum(one.rows for one in self.sums.values())


class LostRowsError(Exception):
    """Rows that were neither rated nor rejected: a fault of this program, and no result."""


def sum_by_key(found: Iterable[tuple[SumKey, Sum]]) -> dict[SumKey, Sum]:
    """The sums of each key together, in the order of the keys; those of no row are left out."""
    sums: dict[SumKey, Sum] = {}
    for key, (rows, total) in found:
        if rows:
            before = sums.get(key)
            sums[key] = Sum(before.rows + rows, EXACT.add(before.total, total)) if before else Sum(rows, total)
    return dict(sorted(sums.items(), key=_order))


def _order(found: tuple[SumKey, Sum]) -> tuple[tuple[bool, str], ...]:
    """Names that are not said come last."""
    return tuple((name is None, name or "") for name in found[0])


def prove_all(rated: Rated) -> Rated:
    """The same. Raises LostRowsError where it does not have all rows."""
    rejected: Mapping[Reason, Told] = rated.rejected
    if rated.rated + sum(told.rows for told in rejected.values()) != rated.rows:
        msg = f"{rated.rows} rows went in, {rated.rated} are rated and {rejected} rejected: this is a fault of ours"
        raise LostRowsError(msg)
    return rated
