"""The queries of a backtest: what courses come to at a place of the walk, and which rows are rejected."""

from __future__ import annotations

from typing import NamedTuple

import ibis

from pricing.course_kinds import StageRates
from pricing.shell.bulk.columns import Expression
from pricing.shell.bulk.dated_rates import DatedRates, collect, to_arrow
from pricing.shell.bulk.engines import Engine
from pricing.shell.bulk.rating import Tables, charge_table, join_rates, sum_charges
from pricing.shell.bulk.rejected_rows import spell_usage
from pricing.shell.bulk.schemas import AMOUNT, USAGE, WHERE
from pricing.shell.bulk.surveys import Survey

DONE = "succeeded"
_NO_NUMBER = ibis.null("int64")
_NO_FAULT = ibis.null("string")


class Put(NamedTuple):
    """Dated rates as a table of the engine, and beside each the number of its course."""

    rates: DatedRates
    table: Expression
    numbers: tuple[int, ...]
    survey: Survey

    def over(self, usage: Expression) -> Tables:
        """With usage to be rated."""
        return Tables(usage, self.table, self.rates, self.survey)


def put(engine: Engine, name: str, stage: StageRates, survey: Survey) -> Put:
    """The rates in the engine, under that name."""
    rates = collect(stage.rates)
    return Put(rates, engine.put(name, to_arrow(rates)), stage.numbers, survey)


def sum_flat(known: Put, usage: Expression) -> Expression:
    """How many rows are `rated` by each rate, by its number, and what they come to; others have no number."""
    return sum_charges(known.over(usage))


def sum_counted(known: Put, usage: Expression) -> Expression:
    """The same of rows that count for those after them: no other is looked at."""
    steps, charge = charge_table(known.over(usage))
    rows = steps.table.select("number", total=charge.total.expression)
    return rows.group_by("number").aggregate(rated=rows.total.count(), total=rows.total.sum().cast(AMOUNT))


def find_met(known: Put, usage: Expression) -> Expression:
    """The rows that meet one of the rates, each with its number."""
    met = join_rates(known.over(usage), "inner")
    return met.select(*USAGE, *WHERE, number=met.number.cast("int64"))


def count_met(met: Expression) -> Expression:
    """How many rows of each file meet each rate, by its number, and the first of them."""
    return met.group_by("number", "file").aggregate(rows=met.count(), first=_find_first(met))


def count_unfinished(usage: Expression) -> Expression:
    """How many jobs of each file did not succeed, by how they ended, and the first of each."""
    rows = usage.filter(usage.status != DONE)
    return rows.group_by("status", "file").aggregate(rows=rows.count(), first=_find_first(rows))


def count_bad(bad: Expression) -> Expression:
    """How many rows of each file can't be read, and the first of them."""
    return bad.group_by("file").aggregate(rows=bad.count(), first=_find_first(bad))


def _find_first(rows: Expression) -> Expression:
    """The whole row: of single columns an engine takes the first that is not null."""
    cells = {name: rows[name] for name in (*USAGE, *WHERE)}
    return ibis.struct({**cells, "fault": rows.fault if "fault" in rows.columns else _NO_FAULT}).argmin(rows.row)


def list_rejected(refused: Expression | None, usage: Expression, bad: Expression) -> Expression:
    """All rejected rows in their order, each with the number of its course or its fault, and as it stood."""
    unfinished = usage.filter(usage.status != DONE)
    told = [_spell(unfinished.mutate(number=_NO_NUMBER)), bad.select(*USAGE, *WHERE, "fault", "raw", number=_NO_NUMBER)]
    told += [] if refused is None else [_spell(refused)]
    columns = (*USAGE, *WHERE, "number", "fault")
    # DuckDB has a type of its own for JSON, in which a text that is none has no place: all of it is made text.
    texts = [one.select(*columns, raw=ibis.literal("") + one.raw) for one in told]
    return ibis.union(*texts).order_by(["file", "row"])


def _spell(rows: Expression) -> Expression:
    return rows.mutate(fault=_NO_FAULT, raw=spell_usage(rows))


def order_met(met: Expression) -> Expression:
    """The rows as they stood, in the order in which they count for each other."""
    return met.mutate(raw=spell_usage(met)).order_by(["at", "id", "file", "row"])
