"""The rows of a piece of usage as tables: all of them with what is wrong, or the good or the bad ones alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import ibis

from pricing.shell.bulk.checks import Checked
from pricing.shell.bulk.column_readings import Expression

_NO = ibis.literal(value=False)


class Rows(NamedTuple):
    """`raw` is each row as it stood, as text; of good ones nobody asks."""

    table: Expression
    checked: Checked
    where: Mapping[str, Expression]
    raw: Expression

    def all(self) -> Expression:
        """The columns of schemas.USAGE and schemas.WHERE, `fault` (null for a good row) and `raw` (the same).

        A bad row has what could be read of it.
        """
        fault = self.checked.fault
        raw = ibis.ifelse(fault.notnull(), self.raw, None)
        return self.table.select(**self.checked.readable, **self.where, fault=fault, raw=raw)

    def good(self) -> Expression:
        """The columns of schemas.USAGE and schemas.WHERE; faster than to pick them out of all."""
        return self.table.filter(self.checked.holds).select(**self.checked.columns, **self.where)

    def trusted(self) -> Expression:
        """The same where it is known that all rows are good: none is looked at again, a third of the work."""
        return self.table.select(**self.checked.columns, **self.where)

    def unnamed(self) -> Expression:
        """The rows that are good, if what the columns of checks.KEYS say holds: these are not looked at."""
        return self.table.filter(self.checked.rest).select(**self.checked.columns, **self.where)

    def bad(self) -> Expression:
        """All columns."""
        columns = {**self.checked.readable, **self.where, "fault": self.checked.told, "raw": self.raw}
        return self.table.filter(~self.checked.holds.fill_null(_NO)).select(**columns)
