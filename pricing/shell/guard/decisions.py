"""What the guard decided of one call, as a hook and the exceptions carry it."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from pricing.money import format_amounts
from pricing.quotes import Quote
from pricing.shell.guard.limits import Limit
from pricing.shell.guard.settings import OnUnknown
from wan_rules.validation import Report

Verdict = Literal["allowed", "rejected", "over_budget", "unbounded", "unpriced", "failed"]
"""`failed`: something else went wrong while it was checked or priced, or its payload can't be read."""

UNKNOWNS: Final[frozenset[Verdict]] = frozenset({"unbounded", "unpriced", "failed"})
"""What may pass all the same, where that is configured: what it costs is not known."""


def refused_by(on_unknown: OnUnknown) -> frozenset[Verdict]:
    """The verdicts by which a call is refused, where it is no dry run."""
    known: frozenset[Verdict] = frozenset({"rejected", "over_budget"})
    return known | UNKNOWNS if on_unknown == "refuse" else known


class Decision(NamedTuple):
    """`sent` says whether the call goes out; `reason` why not, or why it would not have been without `dry_run`.

    `quote` is there where the call has a price, `report` where it could be checked, `limit` where one would be passed.
    """

    verdict: Verdict
    sent: bool
    host: str
    reason: str = ""
    quote: Quote | None = None
    report: Report | None = None
    limit: Limit | None = None

    def __str__(self) -> str:
        """As it is told."""
        told = f"{self.host}: {self.verdict.replace('_', ' ')}"
        if self.quote is not None:
            quote = self.quote
            told += f" at {format_amounts(quote.total_min, quote.total, quote.currency, to=' to ')} {quote.currency}"
        return f"{told}: {self.reason}" if self.reason else told
