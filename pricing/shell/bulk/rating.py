"""Rating a table of usage: joined with its dated rates and charged by expressions; each row is rated or refused."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import reduce
from typing import Final, Literal, NamedTuple

import ibis

from pricing.money import ZERO
from pricing.rate_groups import Group
from pricing.shell.bulk.charging import (
    MOST_COUNTED,
    MOST_SECONDS,
    NOTHING,
    Asked,
    Charge,
    Steps,
    charge_rows,
    count_used,
    find_used,
    total_rows,
)
from pricing.shell.bulk.columns import COLUMNS, Column, Expression, column
from pricing.shell.bulk.dated_rates import FREE, DatedRates
from pricing.shell.bulk.rate_columns import restore
from pricing.shell.bulk.schemas import ADJUSTMENTS, AMOUNT, CHARGES, METERS, USAGE, WHERE
from pricing.shell.bulk.surveys import Survey, group_keys

_VARIANTS: Final = frozenset({"status", "clips"})
RATE: Final = "rate_"
"""What the keys of the table of rates begin with, beside those of usage."""
PLACES: Final = 6
MOST_REFERENCES: Final = Decimal(9_999)


_UNSUMMED: Final = (
    *(f"{RATE}{name}" for name in (*Group._fields, "begin", "end")),
    *(f"{meter}_{what}" for meter in METERS for what in ("list_price", "list_way", "list_is_one")),
    *("terms", "refusal", "market", "month", "currency", "listed"),
)
"""Columns of rates that sums do not look at."""


class Tables(NamedTuple):
    """Usage, the dated rates for it as a table and as options, and what the survey found."""

    usage: Expression
    rate_table: Expression
    rates: DatedRates
    survey: Survey


def join_rates(tables: Tables, how: Literal["left", "inner"] = "left") -> Expression:
    """Each row of usage once, beside the dated rate that it meets; by an inner join those alone that meet one."""
    usage, survey = tables.usage, tables.survey
    renamed = tables.rate_table.rename({f"{RATE}{name}": name for name in (*Group._fields, "begin", "end")})
    keys = group_keys(usage, by_ratio="ratio" in survey.varying)
    keys |= {name: usage[name] for name in ("account", "environment", "host", "resolution") if name in survey.said}
    varying = [name for name in Group._fields if name in survey.varying]
    same = [keys[name] == renamed[f"{RATE}{name}"] for name in varying if name not in _VARIANTS - tables.rates.keys]
    dated = [usage.at >= renamed[f"{RATE}begin"], usage.at < renamed[f"{RATE}end"]]
    return restore(usage.join(renamed, [*same, *dated], how=how), tables.rates.layout)


def keep_met(tables: Tables) -> Expression:
    """The rows that meet one of these rates, and that it rates; others meet another table's, or are refused."""
    joined = join_rates(tables)
    met = joined.filter(joined.number.notnull())
    if not tables.rates.ended:
        return met
    end = _find_end(met, tables.rates)
    return met.mutate(is_free=(end == FREE).fill_null(ibis.literal(value=False))).filter((end == FREE) | end.isnull())


def _find_end(rows: Expression, rates: DatedRates) -> Expression:
    """Whether a row's job is free, or the number of its refusal; null where it is charged."""
    done = (rows.status == "succeeded", ibis.null("int32"))  # first, since hardly any job is asked for more then
    return ibis.cases(done, *((rows.status == status, rows[f"end_{status}"]) for status in sorted(rates.ended)))


def charge_table(tables: Tables) -> tuple[Steps, Charge]:
    """The rows of usage that meet these rates, and the charge of each."""
    return _charge(Steps(keep_met(tables), tables.rates), tables)


def _charge(steps: Steps, tables: Tables) -> tuple[Steps, Charge]:
    used = find_used(steps, describe_asked(steps, tables.survey))
    before = _run_totals(steps, used)
    return steps, charge_rows(steps, used, before)


def select_refused(tables: Tables) -> Expression:
    """The rows that meet a refusal, be it of all jobs or of those that ended so, each with the number of it."""
    usage, rates = tables.usage, tables.rates
    if all(row["refusal"] is None for row in rates.rows):  # then it is a matter of how jobs ended
        usage = usage.filter(usage.status.isin(sorted(rates.refused_ends)))
    met = join_rates(tables._replace(usage=usage), "inner")
    refusal = met.refusal
    if rates.ended:
        refusal = ibis.coalesce(refusal, _find_end(met, rates))
    refused = met.mutate(refusal=refusal).filter(lambda rows: rows.refusal.fill_null(FREE) != FREE)
    return refused.select(*USAGE, *WHERE, "refusal")


def sum_charges(tables: Tables) -> Expression:
    """What rows come to by the number of their rate: how many are `rated`, and their total.

    Rows that meet no rate have no number, and what they come to means nothing. None is left out before the sums: to
    pick rows out first takes twice as long. Only for rates without running totals.
    """
    usage, rates = tables.usage.drop("id", *WHERE), tables.rates
    joined = join_rates(tables._replace(usage=usage))
    joined = joined.drop(*(name for name in _UNSUMMED if name in joined.columns))  # each costs its share of compiling
    end = _find_end(joined, rates) if rates.ended else ibis.null("int32")
    steps = Steps(joined.mutate(end=end), rates)
    total = total_rows(steps, find_used(steps, describe_asked(steps, tables.survey)))
    rows = steps.table.select("number", "end", total=total.expression)
    nothing, none = ibis.literal(ZERO, rows.total.type()), ibis.null(rows.total.type())
    charged = ibis.cases((rows.end.isnull(), rows.total), (rows.end == FREE, nothing), else_=none)
    return rows.group_by("number").aggregate(rated=charged.count(), total=charged.sum().cast(AMOUNT))


def describe_asked(steps: Steps, survey: Survey) -> Asked:
    """What the rows say, in columns whose bounds the survey knows; a clip is looked at only where there is one."""
    table = steps.table
    clips = [column(table.clips_s[place], ZERO, MOST_SECONDS, PLACES) for place in range(survey.most_clips)]
    references = table.references.cast("decimal(4, 0)").fill_null(ibis.literal(ZERO, "decimal(4, 0)"))
    return Asked(
        column(table.duration_s, ZERO, survey.most_seconds, PLACES),
        clips,
        table.clips_s.length(),
        column(references, ZERO, MOST_REFERENCES, 0),
        column(table.billed_clips_s, ZERO, survey.most_billed, PLACES) if survey.most_billed is not None else None,
    )


def _run_totals(steps: Steps, used: Mapping[str, Column]) -> dict[str, Column]:
    """Where each running total stands before each row: what earlier rows of its market and month have added to it."""
    table, found = steps.table, {}
    window = ibis.window(
        group_by=[table.market, table.month],
        order_by=[table["at"], table.id, table.file, table.row],
        preceding=None,
        following=0,
    )
    for place, name in enumerate(steps.rates.counters):
        counted = [
            COLUMNS.where(
                steps.table[f"{prefix}_price"].notnull(), count_used(steps.table, prefix, place, own), NOTHING
            )
            for prefix, own in used.items()
        ]
        own = steps.keep(f"counted_{place}", reduce(COLUMNS.add, counted, NOTHING))
        sofar = own.expression.sum().over(window).cast(f"decimal(24, {PLACES})")
        before = (sofar - own.expression).cast(f"decimal(24, {PLACES})")
        found[name] = steps.keep(f"before_{place}", column(before, ZERO, MOST_COUNTED, PLACES))
    return found


def select_charges(steps: Steps, charge: Charge) -> Expression:
    """The columns of charges, in their order and types."""
    rows, rates = steps.table, steps.rates
    cells: dict[str, Expression] = {name: rows[name] for name in USAGE}
    cells["currency"] = name_currency(rows, rates)
    for meter in METERS:
        line = charge.lines.get(meter)
        if line:
            parts = (line.quantity.expression, line.unit_price, line.amount.expression)
            names = (f"{meter}_quantity", f"{meter}_unit_price", f"{meter}_amount")
            there = _is_there(rows, meter)
            cells |= {
                name: ibis.ifelse(there, part, ibis.null(part.type())) for name, part in zip(names, parts, strict=True)
            }
    for kind in ADJUSTMENTS:
        if kind in charge.adjustments:
            cells[kind] = charge.adjustments[kind].expression
    cells |= {"total": charge.total.expression, "list_total": charge.listed.expression, "terms": rows.terms}
    zero = ibis.literal(ZERO, AMOUNT)
    shown = {
        name: cells[name].cast(kind) if name in cells else zero if name in ADJUSTMENTS else ibis.null(kind)
        for name, kind in CHARGES.items()
    }
    return rows.select(**shown)


def _is_there(rows: Expression, meter: str) -> Expression:
    """Whether a row has that line: it has a price, and the job is not free; of clips, there are some."""
    there = rows[f"{meter}_price"].notnull()
    if "is_free" in rows.columns:
        there &= ~rows.is_free
    if meter == "reference":
        there &= ((rows.clips_s.length() > 0) | (rows.billed_clips_s > 0)).fill_null(ibis.literal(value=False))
    return there


def name_currency(rows: Expression, rates: DatedRates) -> Expression:
    """The currency of each row by its name."""
    names = rates.currencies.options
    if len(names) < 2:  # noqa: PLR2004 - one or none has no number to tell apart
        return ibis.literal(names[0] if names else "")
    return ibis.cases(*((rows.currency == place, name) for place, name in enumerate(names)))
