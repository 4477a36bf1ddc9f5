"""What a hold comes to by what was seen of its job, by the same engine that `settle` uses."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from pricing.errors import MissingUsageError, PricingError
from pricing.reported import Reported
from pricing.settlement import PENDING, settle
from pricing.shell.plugins import use_plugins
from pricing.shell.settling import read_quote
from wan_rules.payloads import parse_object


class Outcome(NamedTuple):
    """What a job that has ended is charged; `None` where the quote's terms leave that open, and why."""

    charge: Decimal | None
    reason: str = ""


def find_outcome(quote: bytes, reported: Reported) -> Outcome | None:
    """The outcome of the quoted job; `None` while it may still run, or nobody knows how it stands.

    A host that says what it bills, where the terms alone leave that open, is taken at its word.
    """
    if reported.status in PENDING:
        return None
    quoted = read_quote(parse_object(quote), models=use_plugins().models)
    try:
        settlement = settle(quoted.basis, reported)
    except MissingUsageError as error:
        billed = reported.billed
        if billed is not None and billed.currency == quoted.basis.terms.currency:
            return Outcome(billed.amount, "as the host bills it")
        return Outcome(None, str(error))
    except PricingError as error:
        return Outcome(None, str(error))
    code = f"{reported.status}: {reported.code}" if reported.code else reported.status
    return Outcome(settlement.charge, code)
