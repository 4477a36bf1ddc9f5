"""A reconciliation: usage rated, the invoice read, both matched, what differs attributed, and all of it summed.

The law: in each currency expected, breaks and tolerated sum to invoiced, or there is no report. No two breaks have one
id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pricing.ageing import bridge, find_age
from pricing.attribution import Attributed, Attributor, Context
from pricing.breaks import Break, MatchedBy
from pricing.catalogue import Catalogue
from pricing.invoices import Matched
from pricing.money import EXACT, ZERO
from pricing.namings import tell_apart
from pricing.reconciliations import Counts, Reconciliation
from pricing.shell.bulk import charge_tables
from pricing.shell.bulk.damage import naming_damage
from pricing.shell.bulk.databases import open_database
from pricing.shell.bulk.expected_rows import Expectations
from pricing.shell.bulk.groups import Group, read_groups
from pricing.shell.bulk.invoices import InvoiceAsked, open_invoice, write_rejects
from pricing.shell.bulk.matching import RULES, Found, How, match
from pricing.shell.bulk.near_words import tell_near_currencies, tell_near_ids
from pricing.shell.bulk.registers import REGISTER, read_register
from pricing.shell.bulk.runs import RunOptions
from pricing.shell.bulk.sums import Counted
from pricing.shell.bulk.unrated_rows import open_unrated
from pricing.shell.progress import Steps
from pricing.version import __version__

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class Explained(NamedTuple):
    """What attribution made of all groups: its breaks, sums by currency, and how many groups came to which end."""

    breaks: list[Break]
    expected: dict[str, Decimal]
    tolerated: dict[str, Decimal]
    matches: Counter[MatchedBy]
    agreeing: int
    within: int


class Read(NamedTuple):
    """How many rows of usage there were and were not rated, and lines of the invoice."""

    rated: charge_tables.Rated
    lines: Counted
    found: Found


class Work(NamedTuple):
    """Where a run works: its tables, a folder for what lies on disk meanwhile, and a line that says its step."""

    database: DuckDBPyConnection
    folder: Path
    steps: Steps


def compute(options: RunOptions, catalogue: Catalogue, folder: Path, rejects: Path | None = None) -> Reconciliation:
    """The reconciliation that the options ask for; `folder` is for what lies on disk meanwhile.

    Usage that is not rated lies there in the end, as USAGE_REJECTS.

    Raises UnusableInputError and PricingError.
    """
    files = (*options.usage, *options.charges, *options.invoice)
    with (
        naming_damage("reconcile", files),
        Steps() as steps,
        open_database(options.memory_limit, folder) as database,
    ):
        read = _read(Work(database, folder, steps), options, catalogue)
        if rejects is not None:
            write_rejects(database, rejects)
        context = Context(catalogue, options.tolerances, options.period)
        steps.begin("attributing", database.execute("SELECT count(*) FROM handed").fetchall()[0][0])
        groups = read_groups(database)
        explained = _explain(groups, Expectations(database, catalogue), context, steps)
        engine = f"duckdb {database.sql('SELECT version()').fetchall()[0][0].removeprefix('v')}"
    totals = bridge(
        _add(_subtract(read.found.expected.sums, read.found.handed.sums), explained.expected),
        read.found.invoiced.sums,
        _add(read.found.tolerated, explained.tolerated),
        explained.breaks,
    )
    breaks = sorted(tell_apart(explained.breaks), key=_order)
    earlier = read_register(Path(options.earlier) / REGISTER) if options.earlier else ()
    return Reconciliation(
        at=options.at,
        period=options.period,
        catalogue=options.catalogue or "published",
        digest=catalogue.digest,
        version=__version__,
        engine=engine,
        checksums=not options.exact,
        tolerances=dict(options.tolerances),
        counts=_count(read, explained),
        totals=totals,
        standings=find_age(breaks, earlier, options.at),
    )


def _order(found: Break) -> tuple[str, Decimal, str]:
    """Breaks by currency, those of the most money first."""
    return found.part.currency, found.part.amount.copy_abs().copy_negate(), found.id


def _read(work: Work, options: RunOptions, catalogue: Catalogue) -> Read:
    database, folder, steps = work
    steps.begin("reading charges" if options.charges else "rating usage")
    if options.charges:
        rated = charge_tables.list_charges(options.charges)
    else:
        rated = charge_tables.rate_usage(options, catalogue, folder)
    charge_tables.open_charges(database, rated)
    open_unrated(database, rated.rejects)
    steps.begin("reading the invoice")
    asked = InvoiceAsked(options.invoice, options.columns, folder, options.ignores_extra)
    lines = open_invoice(database, asked)
    steps.begin("matching")
    allowances = {currency: tolerance.amount for currency, tolerance in options.tolerances.items()}
    how = How(options.period, timedelta(seconds=options.window_s), options.exact, allowances)
    found = match(database, how, lines)
    for note in (*tell_near_ids(database), *tell_near_currencies(found.invoiced.sums, found.expected.sums)):
        steps.note(note)
    return Read(rated, lines, found)


def _explain(groups: Iterable[Group], expectations: Expectations, context: Context, steps: Steps) -> Explained:
    """Attributes each group in its turn."""
    attributor = Attributor(context)
    explained = Explained([], {}, {}, Counter(), 0, 0)
    for number, group in enumerate(groups):
        steps.tell(number)
        expected = tuple(map(expectations.expect, group.charges))
        matched = Matched(expected, group.lines, group.matched_by, group.unrated)
        explained = _take(explained, attributor.attribute(matched), group.matched_by)
    return explained


def _take(explained: Explained, attributed: Attributed, rule: MatchedBy) -> Explained:
    explained.matches[rule] += 1
    explained.breaks.extend(attributed.breaks)
    is_within = bool(attributed.tolerated) and not attributed.breaks
    return explained._replace(
        expected=_add(explained.expected, attributed.expected),
        tolerated=_add(explained.tolerated, attributed.tolerated),
        agreeing=explained.agreeing + (not attributed.breaks and not attributed.tolerated),
        within=explained.within + is_within,
    )


def _count(read: Read, explained: Explained) -> Counts:
    found, lines = read.found, read.lines
    rules = (found.agreeing, found.within, explained.matches)
    return Counts(
        usage_rows=found.rows + read.rated.rejected,
        rated=found.rows,
        rejected=read.rated.rejected,
        invoice_lines=lines.lines,
        lines_rejected=lines.rejected,
        matches={rule: sum(counts.get(rule, 0) for counts in rules) for rule in RULES},
        agreeing=sum(found.agreeing.values()) + explained.agreeing + found.free,
        tolerated=sum(found.within.values()) + explained.within,
        breaks=len(explained.breaks),
    )


def _add(one: Mapping[str, Decimal], other: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {
        currency: EXACT.add(one.get(currency, ZERO), other.get(currency, ZERO)) for currency in sorted({*one, *other})
    }


def _subtract(one: Mapping[str, Decimal], other: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return _add(one, {currency: EXACT.minus(amount) for currency, amount in other.items()})
