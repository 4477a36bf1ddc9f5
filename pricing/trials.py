"""A test of a catalogue, run: the quote or refusal that it comes to, and where that differs from what it expects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from pricing.catalogue import AmbiguousTermsError, Catalogue, Market, NoCardError, Place, UnknownNameError, suggest
from pricing.catalogue_tests import CatalogueTest, PlacedTest, RefusalCode, RequestAsked
from pricing.errors import PricingError
from pricing.expectations import Difference, Outcome, Refusal, compare
from pricing.quotes import NoRateError, Quote, quote
from pricing.resolution import resolve
from pricing.trial_requests import write_request
from wan_rules.hosts import HOSTS, Hosts
from wan_rules.hosts.host import Host
from wan_rules.hosts.reading import read
from wan_rules.validation import InvalidRequestError, ValidRequest, validate

_CODES: Final[tuple[tuple[type[Exception], RefusalCode], ...]] = (
    (InvalidRequestError, "rejected"),
    (NoRateError, "no_rate"),
    (NoCardError, "no_rate"),
    (UnknownNameError, "unknown_name"),
    (AmbiguousTermsError, "ambiguous_terms"),
)


class Occasion(NamedTuple):
    """Whose terms, when, and how much of each counter was consumed before."""

    market: Market
    at: datetime
    consumed_before: Mapping[str, Decimal]


class Trial(NamedTuple):
    """A test with what came out, and the differences: none where it passed. `valid` is `None` where it was rejected."""

    test: PlacedTest
    valid: ValidRequest | None
    outcome: Outcome
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        """Whether all that the test names is as it says."""
        return not self.differences

    @property
    def place(self) -> Place:
        """Where to look: the first thing that differs, else the test itself."""
        return self.place_of(self.differences[0]) if self.differences else self.test.place()

    def place_of(self, difference: Difference) -> Place:
        """Where the test says what it expects."""
        return self.test.place("expect", *difference.path)


def try_tests(tests: Sequence[PlacedTest], catalogue: Catalogue, *, hosts: Hosts = HOSTS) -> tuple[Trial, ...]:
    """Each test, run, in order; `hosts` has the host of each."""
    return tuple(_try(placed, catalogue, hosts) for placed in tests)


def _try(placed: PlacedTest, catalogue: Catalogue, hosts: Hosts) -> Trial:
    test = placed.test
    checked = check_request(test.request, hosts[test.host])
    valid = None if isinstance(checked, Refusal) else checked
    outcome = checked if isinstance(checked, Refusal) else price_request(checked, catalogue, occasion_of(test))
    return Trial(placed, valid, outcome, tuple(compare(test.expect, outcome)))


def occasion_of(test: CatalogueTest) -> Occasion:
    """What the test says beside its request."""
    market = Market(test.account, test.environment, test.host, test.region)
    return Occasion(market, test.at, test.consumed_before)


def check_request(asked: RequestAsked, host: Host) -> ValidRequest | Refusal:
    """The request as the host's own reader has it, or why the host would not take it."""
    written = write_request(asked, host)
    if written.refusals:
        return Refusal("rejected", "; ".join(written.refusals))
    try:
        return validate(read(written.payload, host, written.facts))
    except InvalidRequestError as error:
        return _refusal(error)


def price_request(valid: ValidRequest, catalogue: Catalogue, occasion: Occasion) -> Outcome:
    """The quote under the terms that the catalogue has for the occasion, or why there is none."""
    try:
        return _quote(valid, catalogue, occasion)
    except PricingError as error:
        return _refusal(error)


def _quote(valid: ValidRequest, catalogue: Catalogue, occasion: Occasion) -> Quote:
    """The one place where what was consumed before meets a quote. Raises PricingError for one that does not count."""
    pricing = resolve(catalogue, occasion.market, occasion.at)
    for name in occasion.consumed_before:
        if name not in pricing.terms.counters:
            near = suggest(name, pricing.terms.counters) if pricing.terms.counters else "no running total counts"
            msg = f"consumed_before: no price here looks at {name!r} ({near}). Leave it out"
            raise PricingError(msg)
    return quote(valid, pricing, occasion.at, occasion.consumed_before)


def _refusal(error: Exception) -> Refusal:
    code: RefusalCode = next((code for kind, code in _CODES if isinstance(error, kind)), "error")
    return Refusal(code, str(error))
