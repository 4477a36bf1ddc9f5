"""What the sheets of the workbook hold, as plain rows of typed cells: ids as text, amounts as exact numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple, TypeAlias

from pricing.break_bridges import name_cause
from pricing.break_causes import CAUSES
from pricing.break_tallies import NONE, rank, tally_causes, tell_verdict
from pricing.money import format_amount, format_decimal
from pricing.reconciliations import Reconciliation, Standing
from pricing.shell.bulk.outputs.texts import format_instant, format_period


class Amount(NamedTuple):
    """An amount, of which a workbook shows the nearest number it can hold, and beside it the text, which is exact."""

    amount: Decimal
    currency: str


Value: TypeAlias = str | int | datetime | Amount | None
Row: TypeAlias = Sequence[Value]


class Column(NamedTuple):
    """The head of a column and how many characters wide it is; one of amounts gets a second one for the exact text."""

    head: str
    width: int
    is_amount: bool = False
    wraps: bool = False


FACTS: Final = (Column("What", 28), Column("Value", 100, wraps=True))
BRIDGE: Final = (
    Column("Currency", 12),
    Column("Step", 22),
    Column("Differences", 12),
    Column("Asked too much", 16, is_amount=True),
    Column("Asked too little", 16, is_amount=True),
    Column("Amount", 16, is_amount=True),
)
BREAKS: Final = (
    Column("Id", 20),
    Column("Age", 10),
    Column("Since (UTC)", 20),
    Column("Status", 10),
    Column("Owner", 14),
    Column("Note", 24),
    Column("Cause", 20),
    Column("Detail", 30),
    Column("Currency", 12),
    Column("Amount", 16, is_amount=True),
    Column("Expected of the match", 16, is_amount=True),
    Column("Invoiced of the match", 16, is_amount=True),
    Column("Evidence", 50),
    Column("Would explain it too", 30),
    Column("Matched by", 14),
    Column("Task ids", 30),
    Column("Invoice lines", 30),
    Column("Account", 16),
    Column("Environment", 14),
    Column("Host", 14),
    Column("Region", 14),
    Column("Resolution", 12),
    Column("At (UTC)", 20),
)


def list_summary(told: Reconciliation) -> Iterator[Row]:
    """The verdict, and what it rests on."""
    yield "Verdict", tell_verdict(told)
    yield "Period of the invoice", format_period(told.period)
    for rule, groups in told.counts.matches.items():
        yield f"Groups matched by {name_cause(rule)}", groups
    yield "Groups that agree", told.counts.agreeing
    yield "Groups within the tolerance", told.counts.tolerated
    yield "Compared by checksum", "yes" if told.checksums else "no"
    for currency, own in told.tolerances.items():
        allowed = f"{format_amount(own.amount, currency)} {currency} or {format_decimal(own.percent)} % of the expected"
        yield f"Tolerance in {currency}", allowed


def list_inputs(told: Reconciliation) -> Iterator[Row]:
    """What went in, and what read it."""
    counts = told.counts
    yield "Catalogue", told.catalogue
    yield "Digest of the catalogue", told.digest
    yield "Rows of usage", counts.usage_rows
    yield "Rows rated", counts.rated
    yield "Rows rejected", counts.rejected
    yield "Invoice lines", counts.invoice_lines
    yield "Invoice lines rejected", counts.lines_rejected
    yield "Reconciled", format_instant(told.at)
    yield "Version of wan-rules", told.version
    yield "Engine", told.engine


def list_bridges(told: Reconciliation) -> Iterator[Row]:
    """The steps from expected to invoiced, currency by currency, every cause among them."""
    tallies = tally_causes(told)
    for own in told.totals:
        in_own = [Amount(amount, own.currency) for amount in (own.expected, own.tolerated, own.invoiced)]
        yield own.currency, "expected", None, None, None, in_own[0]
        for cause, amount in zip(CAUSES, own.causes, strict=True):
            tally = tallies.get((own.currency, cause), NONE)
            sums = (Amount(each, own.currency) for each in (tally.over, tally.under, amount))
            yield own.currency, name_cause(cause), tally.breaks, *sums
        yield own.currency, "tolerated", None, None, None, in_own[1]
        yield own.currency, "invoiced", None, None, None, in_own[2]


def list_breaks(told: Reconciliation) -> Iterator[Row]:
    """All breaks, currency by currency, the largest amounts first."""
    for standings in rank(told.standings).values():
        yield from map(_list_break, standings)


def _list_break(standing: Standing) -> Row:
    found = standing.found
    part, subject = found.part, found.subject
    amounts = (Amount(each, part.currency) for each in (part.amount, found.expected, found.invoiced))
    return (
        found.id,
        standing.age,
        standing.since,
        standing.status,
        standing.owner,
        standing.note,
        name_cause(part.cause),
        part.detail,
        part.currency,
        *amounts,
        part.evidence,
        "; ".join(part.also),
        name_cause(subject.matched_by),
        ", ".join(subject.task_ids),
        ", ".join(subject.invoice_lines),
        subject.account,
        subject.environment,
        subject.host,
        subject.region,
        subject.resolution,
        subject.at,
    )
