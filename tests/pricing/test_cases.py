"""A row of usage as a case: what its charge depends on, and what it comes to by another way to rate it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

import pytest

from pricing import Catalogue, Market, Pricing, resolve
from pricing.cases import Alternative, Case, Rerater, Version, compose, describe_case, find_version, order_case
from pricing.charges import charge_work
from pricing.invoices import expect
from pricing.jobs import Job
from pricing.metering import Work
from pricing.outcomes import describe
from pricing.schemes import Span
from pricing.terms import Terms
from pricing.usage import describe_work
from tests.backtesting import Prices, catalogue, row
from tests.tables import instant

ACME: Final = Market("acme", "production", "atlas")
FIRST, TURN = instant("2026-01-01"), instant("2027-01-01")


def resolved(found: Catalogue, at: datetime) -> Pricing:
    return resolve(found, ACME, at)


@pytest.mark.parametrize(
    ("at", "since", "until"),
    [
        pytest.param(datetime(2026, 6, 1, tzinfo=UTC), FIRST, TURN, id="between"),
        pytest.param(FIRST, FIRST, TURN, id="as-it-begins"),
        pytest.param(datetime(2027, 6, 1, tzinfo=UTC), TURN, None, id="after-the-last"),
        pytest.param(datetime(2025, 6, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC), FIRST, id="before-the-first"),
    ],
)
def test_a_version_lies_between_two_changes(at: datetime, since: datetime, until: datetime | None) -> None:
    found = catalogue(Prices(later="0.15"))
    pricing = resolved(found, TURN)
    assert find_version(found, pricing, at) == Version(pricing, since, until)


def test_a_case_has_what_the_host_billed() -> None:
    found = catalogue(Prices())
    used = row(clips_s=None, billed_clips_s="5")
    expected = expect(found, used)
    version = Version(expected.pricing, FIRST, None)
    job = Job(describe_work(used), (), Decimal(5))
    assert describe_case(expected, version) == Case(version, job, "succeeded")


def case_of(clips: Sequence[Span] = (), *, prices: Prices | None = None, billed: Decimal | None = None) -> Case:
    pricing = resolved(catalogue(prices or Prices()), FIRST)
    work = Work("720P", "720P", Decimal(10), ("render",), tuple(clips), len(clips), "9:16" if billed else None)
    return Case(Version(pricing, FIRST, None), Job(work, (("spend", Decimal(3)),), billed), "succeeded")


def test_cases_are_ordered_by_whose_terms_since_when_and_what_was_done() -> None:
    """A name or ratio that is not said comes first, and a clip without a longest length counts with its shortest."""
    names, spent = ("acme", "production", "atlas", ""), (("spend", Decimal(3)),)
    clips = (Span(Decimal(1), None), Span(Decimal(1), Decimal(2)))
    lengths = ((Decimal(1), Decimal(1)), (Decimal(1), Decimal(2)))
    tier = ("720P", "", Decimal(10), 2)
    assert order_case(case_of(clips)) == (names, FIRST, "succeeded", tier, lengths, (), spent)
    tall = ("720P", "9:16", Decimal(10), 0)
    assert order_case(case_of(billed=Decimal(5))) == (names, FIRST, "succeeded", tall, (), (Decimal(5),), spent)


def _same(terms: Terms) -> Terms:
    return terms


def _free(job: Job) -> Job:
    return job._replace(is_free=True)


PLAIN: Final = Alternative("unknown", "one", "as it is")
OTHER: Final = Alternative("unknown", "other", "otherwise")


def test_two_alternatives_at_once_change_what_either_does_in_the_name_of_the_second() -> None:
    version = case_of().version
    one = PLAIN._replace(
        version=version, without=frozenset({"a"}), edits_terms=(_same,), edits_job=(_free,), is_abroad=True
    )
    two = OTHER._replace(without=frozenset({"b"}), owed="rendered", edits_terms=(_same,), edits_job=(_free,))
    both = Alternative(
        "unknown",
        "other",
        "otherwise",
        version,
        frozenset({"a", "b"}),
        "rendered",
        (_same, _same),
        (_free, _free),
        is_abroad=True,
    )
    assert compose(one, two) == both
    assert compose(two, one) == both._replace(detail="one", said="as it is")
    assert compose(PLAIN, OTHER) == OTHER


def test_two_alternatives_that_replace_the_same_do_not_go_together() -> None:
    version = case_of().version
    assert compose(PLAIN._replace(version=version), OTHER._replace(version=version)) is None
    assert compose(PLAIN._replace(owed="free"), OTHER._replace(owed="full")) is None


def test_a_case_by_its_own_terms_comes_to_what_they_charge_at_its_tier() -> None:
    case = case_of()
    terms = case.version.pricing.terms
    assert Rerater().rerate(case, PLAIN) == describe(charge_work(case.job.work, terms), "USD", "720P")


def test_what_has_no_one_price_is_no_outcome() -> None:
    clips = (Span(Decimal(8), Decimal(8)),)
    assert Rerater().rerate(case_of(clips, prices=Prices(billed="unknown")), PLAIN) is None


def test_an_amount_with_more_decimals_than_any_table_has_is_no_outcome() -> None:
    """Seconds have six of them: a price of twelve leaves 18, and one of thirteen, as an alternative makes it, 19."""
    case = case_of()
    work = case.job.work._replace(seconds=Decimal("7.123457"))
    terms = case.version.pricing.terms

    def priced_at(price: str) -> Alternative:
        rates = {key: rate._replace(contracted_unit_price=Decimal(price)) for key, rate in terms.rates.items()}
        return PLAIN._replace(edits_terms=(lambda own: own._replace(rates=rates),))

    long = case._replace(job=case.job._replace(work=work))
    assert Rerater().rerate(long, priced_at("0.123456789013")) is not None
    assert Rerater().rerate(long, priced_at("0.1234567890123")) is None
