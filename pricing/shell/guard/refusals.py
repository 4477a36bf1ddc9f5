"""What a caller gets instead of an answer, before a byte was sent.

CallRefused         any of them; `decision` holds all that is known
├── CallRejected    a rule refuses the payload: `report` lists everything that is wrong with it
├── OverBudget      a limit would be passed: `quote` and `limit`
├── Unbounded       nothing bounds what it costs: `quote`
├── Unpriced        no rate is in force for it
└── GuardFailed     it could not be read, checked, priced or held: `__cause__` is why

None of them is an exception of an HTTP client, so that no client takes one for a broken connection and sends it again.
"""

# ruff: noqa: N818 - each is named after what happened to the call
from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pricing.quotes import Quote
from pricing.shell.guard.decisions import Decision, Verdict
from pricing.shell.guard.limits import Limit
from wan_rules.validation import Report


class CallRefused(Exception):
    """The guard did not let a call pass."""

    def __init__(self, decision: Decision) -> None:
        """Keep what was decided."""
        super().__init__(f"not sent to {decision}")
        self.decision = decision

    def __reduce__(self) -> tuple[object, ...]:
        """Its class and what was decided, so that a pool of processes hands it on."""
        return type(self), (self.decision,)


class CallRejected(CallRefused):
    """The host would refuse it, or the product's own rules do."""

    @property
    def report(self) -> Report:
        """Everything that is wrong with the payload."""
        if self.decision.report is None:
            raise AttributeError("report")
        return self.decision.report


class OverBudget(CallRefused):
    """It may cost more than a limit leaves."""

    @property
    def quote(self) -> Quote:
        """What it may cost."""
        if self.decision.quote is None:
            raise AttributeError("quote")
        return self.decision.quote

    @property
    def limit(self) -> Limit:
        """The limit that would be passed, and how much of it is used."""
        if self.decision.limit is None:
            raise AttributeError("limit")
        return self.decision.limit


class Unbounded(CallRefused):
    """Nothing bounds what it may cost."""


class Unpriced(CallRefused):
    """No rate is in force for it."""


class GuardFailed(CallRefused):
    """The guard could not tell: it refuses then, unless it was told otherwise."""


_KINDS: Final[Mapping[Verdict, type[CallRefused]]] = MappingProxyType(
    {
        "rejected": CallRejected,
        "over_budget": OverBudget,
        "unbounded": Unbounded,
        "unpriced": Unpriced,
        "failed": GuardFailed,
    }
)


def refuse(decision: Decision) -> CallRefused:
    """The exception for a decision against a call."""
    return _KINDS[decision.verdict](decision)
