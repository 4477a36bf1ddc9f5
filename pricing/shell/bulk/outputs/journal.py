"""The journal of a reconciliation: plain text in double entry, as hledger and Ledger read it, exact to the last digit.

The invoice is booked as payable against what was expected; what lies between waits in a clearing account, which the
entries of the causes empty again. The last posting of each currency asserts that: the bridge sums, or the file is
refused by whoever reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from pricing.break_bridges import name_cause
from pricing.break_causes import CAUSES, Cause
from pricing.break_tallies import NONE, Tally, tally_causes
from pricing.money import EXACT, format_amount
from pricing.reconciliations import Reconciliation, Totals
from pricing.shell.bulk.outputs.texts import format_instant, format_period
from pricing.shell.text import count, plain

EXPECTED: Final = "expenses:wan:expected"
TOLERATED: Final = "expenses:wan:tolerated"
ACCEPTED: Final = "expenses:wan:accepted"
DISPUTED: Final = "assets:wan:disputed"
UNBILLED: Final = "liabilities:wan:unbilled"
PAYABLE: Final = "liabilities:wan:payable"
CLEARING: Final = "equity:wan:reconciliation"
_NO_COMMODITY: Final = str.maketrans({'"': "'", ";": ","})
"""What would end a name in quotes."""


class Posting(NamedTuple):
    """So much of a currency on an account; `proves_empty` asserts that nothing of it is left there."""

    account: str
    amount: Decimal
    proves_empty: bool = False


def write_journal(told: Reconciliation) -> str:
    """The whole journal."""
    entries = [entry for own in told.totals for entry in _write_entries(told, own)]
    return "\n".join(("\n".join(_write_head(told)), *entries))


def _write_head(told: Reconciliation) -> Iterator[str]:
    yield f"; Invoice against usage, {format_period(told.period)}, reconciled {format_instant(told.at)}"
    yield f"; Catalogue {plain(told.catalogue)}, digest {plain(told.digest)}, wan-rules {plain(told.version)}"
    yield f"; {DISPUTED}: asked too much and not accepted. {UNBILLED}: asked too little and not accepted."
    yield f"; {CLEARING} is empty at the end, in each currency."
    yield ""


def _write_entries(told: Reconciliation, own: Totals) -> Iterator[str]:
    tallies = tally_causes(told)
    entries = list(_list_entries(own, {cause: tallies.get((own.currency, cause), NONE) for cause in CAUSES}))
    day = _find_day(told)
    for number, (title, postings) in enumerate(entries, start=1):
        last = postings[-1]._replace(proves_empty=number == len(entries))
        lines = (f"{day} {title}", *(_write_posting(one, own.currency) for one in (*postings[:-1], last)))
        yield "\n".join((*lines, ""))


def _find_day(told: Reconciliation) -> str:
    """The last day of the invoice's period, or that of the reconciliation where none is stated."""
    last = told.period[1] - timedelta(microseconds=1) if told.period else told.at
    return last.astimezone(UTC).date().isoformat()


def _list_entries(own: Totals, tallies: dict[Cause, Tally]) -> Iterator[tuple[str, Sequence[Posting]]]:
    """What is said of each entry, and its postings, the last of which is the clearing account's."""
    between = EXACT.subtract(own.invoiced, own.expected)
    yield (
        "Invoice, beside what was expected",
        (
            Posting(EXPECTED, own.expected),
            Posting(PAYABLE, EXACT.minus(own.invoiced)),
            Posting(CLEARING, between),
        ),
    )
    for cause, tally in tallies.items():
        if tally.breaks:
            yield f"{name_cause(cause).capitalize()}: {count(tally.breaks, 'difference')}", _split(cause, tally)
    yield (
        "Differences within the tolerance",
        (Posting(TOLERATED, own.tolerated), Posting(CLEARING, EXACT.minus(own.tolerated))),
    )


def _split(cause: Cause, tally: Tally) -> Sequence[Posting]:
    """What a cause comes to: what is claimed back, what is still to be billed, and what is accepted."""
    parts = (
        Posting(f"{DISPUTED}:{cause}", EXACT.subtract(tally.over, tally.accepted_over)),
        Posting(f"{UNBILLED}:{cause}", EXACT.subtract(tally.under, tally.accepted_under)),
        Posting(f"{ACCEPTED}:{cause}", tally.accepted),
    )
    return (*(part for part in parts if part.amount), Posting(CLEARING, EXACT.minus(tally.amount)))


def _write_posting(posting: Posting, currency: str) -> str:
    commodity = quote_commodity(currency)
    empty = f" = 0 {commodity}" if posting.proves_empty else ""
    return f"    {posting.account}  {format_amount(posting.amount, currency)} {commodity}{empty}"


def quote_commodity(currency: str) -> str:
    """The currency as journals name it: in quotes, unless it is of capital letters alone."""
    if currency.isascii() and currency.isalpha() and currency.isupper():
        return currency
    return f'"{plain(currency).translate(_NO_COMMODITY)}"'
