"""What a row of usage has to hold, over the columns of a table: one definition for DuckDB and for Spark.

`pricing.usage.UsageRow` says the same of a single row; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

import ibis

from pricing.shell.bulk.column_readings import (
    ANY_ENGINE,
    Clocks,
    Column,
    Expression,
    Form,
    Read,
    join_faults,
    read_column,
)
from pricing.shell.bulk.schemas import USAGE

TYPED: Final[Mapping[str, Form]] = MappingProxyType(
    {
        "at": "utc",
        "duration_s": "seconds",
        "clips_s": "seconds",
        "billed_clips_s": "seconds",
        "references": "integer",
    }
)
"""The forms of a table in exactly the types of schemas.USAGE; all others are text."""
KEYS: Final = ("account", "environment", "host", "region", "resolution", "status")
"""Names that rows share: many rows hold few of them, so that they are judged by groups."""
_DOUBTFUL: Final = ("at", "duration_s", "billed_clips_s")
"""Instants beyond any calendar, which not every program survives, and seconds that were rounded to be looked at."""
_ONE_OF_TWO: Final = (
    "clips_s or billed_clips_s is wanted: how long the clips are (an empty list for none), or what of them was billed"
)
_TOTALS: Final = "consumed_before: running totals are counted from the rows: leave the column empty"


class Checked(NamedTuple):
    """The columns of schemas.USAGE, whether all holds of a row (null counts as false), and what is said if not.

    `columns` are what a good row holds; `readable` has nulls in place of what a bad row only seems to hold. `rest` is
    whether all holds but what the columns of KEYS say.
    """

    columns: Mapping[str, Expression]
    readable: Mapping[str, Expression]
    holds: Expression
    told: Expression
    rest: Expression

    @property
    def fault(self) -> Expression:
        """Null for a good row, else all that is wrong with it; messages are made for bad rows alone."""
        return ibis.ifelse(self.holds, ibis.null("string"), self.told)


def check_rows(table: Expression, forms: Mapping[str, Form], clocks: Clocks) -> Checked:
    """The table in our types; `forms` has those columns that the file has."""
    raw = {name: table[name] if forms.get(name, "absent") != "absent" else _absent(name) for name in USAGE}
    reads = {name: read_column(Column(name, raw[name], forms.get(name, "absent")), clocks) for name in USAGE}
    checks = [(read.holds, read.told) for read in reads.values()]
    together = [*_check_clips(raw, reads)]
    if "consumed_before" in forms:
        together.append(_check_totals(table["consumed_before"]))
    checks += together
    holds = ibis.and_(*[holds for holds, _ in checks])
    rest = ibis.and_(*[reads[name].holds for name in USAGE if name not in KEYS], *[one for one, _ in together])
    values = {name: read.value for name, read in reads.items()}
    readable = {name: ibis.ifelse(reads[name].holds, values[name], None) for name in _DOUBTFUL}
    return Checked(values, {**values, **readable}, holds, join_faults(checks), rest)


def check_keys(table: Expression) -> Expression:
    """Whether all holds of what the columns of KEYS say; of a table of groups as of one of rows."""
    return ibis.and_(*[read_column(Column(name, table[name], "text"), ANY_ENGINE).holds for name in KEYS])


def _absent(name: str) -> Expression:
    return ibis.null(USAGE[name])


def _check_clips(raw: Mapping[str, Expression], reads: Mapping[str, Read]) -> Iterator[tuple[Expression, Expression]]:
    """What UsageRow asks of the three together, where each of them can be read."""
    clips, billed = raw["clips_s"], raw["billed_clips_s"]
    yield clips.isnull() != billed.isnull(), ibis.literal(_ONE_OF_TWO)
    said = ibis.literal("references is wanted beside clips_s: how many images and clips there were")
    yield clips.isnull() | raw["references"].notnull(), said
    count, references = clips.length(), reads["references"].value
    told = (
        count.cast("string") + " clips among " + references.cast("string") + " references: references counts clips too"
    )
    yield clips.isnull() | references.isnull() | (count <= references), told


def _check_totals(raw: Expression) -> tuple[Expression, Expression]:
    holds = raw.isnull()
    if raw.type().is_string():
        holds |= raw.isin(["", "{}"])
    return holds, ibis.literal(_TOTALS)
