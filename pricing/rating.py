"""Rating: what one row of usage comes to under the terms of its market; exactly, or not at all with the reason.

The tables of `shell/bulk` do the same for millions of rows at once, and have to agree with this digit for digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Literal, Protocol, TypeAlias

from pricing.adjustments import SPEND
from pricing.catalogue import (
    AmbiguousTermsError,
    Catalogue,
    Market,
    NoCardError,
    Pricing,
    UnknownNameError,
    suggest,
)
from pricing.charges import Charged
from pricing.errors import MissingOutcomeError, NoOnePriceError, PricingError, UnwieldyPriceError
from pricing.jobs import Job, charge_job, end_job
from pricing.lines import Consumed, MissingRateError
from pricing.money import EXACT, format_decimal
from pricing.quotes import NoRateError, tell_no_rate
from pricing.resolution import resolve
from pricing.terms import Terms
from pricing.usage import UsageRow, describe_work
from wan_rules.hosts import Hosts
from wan_rules.request import Resolution

Reason: TypeAlias = Literal[
    "unreadable", "not_done", "unknown_name", "ambiguous_terms", "no_rate", "missing_outcome", "bounded", "error"
]
"""Why a row is not rated: it can't be read; its job did not succeed; no such market or tier; terms that compete; no
price; no word on what such an end costs; no one price, since the card leaves open whether clips are billed, or the row
what was used before; anything else, which the message tells."""
_REASONS: Final[Mapping[type[PricingError], Reason]] = MappingProxyType(
    {
        UnknownNameError: "unknown_name",
        AmbiguousTermsError: "ambiguous_terms",
        NoCardError: "no_rate",
        NoRateError: "no_rate",
        MissingOutcomeError: "missing_outcome",
        NoOnePriceError: "bounded",
    }
)


def find_reason(error: PricingError) -> Reason:
    """The word for an error by which a row is not rated."""
    return _REASONS.get(type(error), "error")


def say_reason(error: PricingError) -> str:
    """Why a row is not rated, in words for which there is no quote."""
    return f"the {error.said}" if isinstance(error, MissingOutcomeError) else str(error)


def check_offered(host: str, resolution: Resolution, hosts: Hosts) -> None:
    """Raises UnknownNameError where there is no such host, or it has no such tier."""
    known = hosts.get(host)
    if known is None:
        msg = f"host {host!r} is not known: {suggest(host, [*hosts])}"
        raise UnknownNameError(msg)
    if resolution not in known.limits.resolutions.value:
        msg = f"{known.title} has no {resolution}: there are {', '.join(known.limits.resolutions.value)}"
        raise UnknownNameError(msg)


def find_pricing(catalogue: Catalogue, row: UsageRow, at: datetime | None = None) -> Pricing:
    """The terms of the row's market, as of its own instant or of `at`.

    Raises UnknownNameError, AmbiguousTermsError or NoCardError.

    """
    return resolve(catalogue, find_market(catalogue, row), at or row.at)


class Named(Protocol):
    """Whatever names a market."""

    @property
    def account(self) -> str | None:
        """Whose terms."""

    @property
    def environment(self) -> str | None:
        """Which environment's terms."""

    @property
    def host(self) -> str:
        """Where."""

    @property
    def region(self) -> str | None:
        """In which of its regions."""


def find_market(catalogue: Catalogue, named: Named) -> Market:
    """The market to look up: a catalogue without accounts or environments holds for whoever is named."""
    head = catalogue.head
    account = named.account if head.accounts else None
    environment = named.environment if head.environments else None
    return Market(account, environment, named.host, named.region)


def describe_job(row: UsageRow, terms: Terms, consumed: Consumed = ()) -> Job:
    """What is charged for of the row. Raises MissingOutcomeError where the terms do not say what such an end costs."""
    job = Job(describe_work(row), consumed, row.billed_clips_s)
    return job if row.status == "succeeded" else end_job(job, row.status, terms)


MAX_DECIMALS: Final = 18
"""Of an amount in a table of charges. Price times quantity has no more; an overage of that, or a ladder, may have."""
_LEAST: Final = Decimal(1).scaleb(-MAX_DECIMALS)


def rate(job: Job, pricing: Pricing) -> Charged:
    """The exact charge of the job.

    Raises NoRateError, NoOnePriceError where the terms leave it open, or UnwieldyPriceError for too many decimals.
    """
    try:
        charged = charge_job(job, pricing.terms)
    except MissingRateError as error:
        raise tell_no_rate(pricing, error) from None
    if charged.kind == "exact":
        if SPEND in pricing.terms.counters:
            _check_digits(charged, pricing)
        return charged
    card, said = pricing.card.card.id, [name for name, _ in job.consumed]
    missing = [name for name in pricing.terms.counters if name not in said]
    if missing and pricing.terms.billed != "unknown":
        wanted = f"{card} has prices that look at the month: say {', '.join(missing)} in the row's consumed_before"
        raise NoOnePriceError(wanted)
    msg = f"{card} does not say whether clips are billed: no one price"
    raise NoOnePriceError(msg)


def _check_digits(charged: Charged, pricing: Pricing) -> None:
    """Raises UnwieldyPriceError for an amount with more decimals than tables of charges have."""
    lines = [amount for line in charged.lines for amount in (line.amount, line.list_amount)]
    for amount in (*lines, *(one.amount for one in charged.adjustments)):
        if amount is not None and EXACT.remainder(amount, _LEAST):
            said = (
                f"{pricing.card.card.id}: an amount of {format_decimal(amount)} has more than {MAX_DECIMALS} decimals"
            )
            msg = f"{said}, which no table of charges holds. Let the card round each line"
            raise UnwieldyPriceError(msg)
