"""A test that expects what came out passes; any other total fails it; what is tested is what changes a price."""

from __future__ import annotations

import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pricing import Catalogue, Market, parse_catalogue
from pricing.coverage import list_samples
from pricing.expectations import Refusal, renew
from pricing.money import format_decimal
from pricing.parts import find_used, narrow, take_inventory
from pricing.trials import Occasion, Trial, occasion_of, price_request
from tests.oracle import Terms
from tests.strategies import examples
from tests.terms import ACCOUNT, ASKED_ON, ENVIRONMENT, TIERS, all_terms, catalogue_files, instant
from tests.trying import trials_of, written_test
from wan_rules import HOSTS, ValidRequest

SAMPLES = list_samples(HOSTS["atlas"])
REQUESTS = st.builds(
    'resolution = "{}", duration_s = {}, images = {}, clips_s = {}, clips = {}'.format,
    st.sampled_from(TIERS),
    st.integers(2, 10),
    st.integers(1, 2),
    st.lists(st.sampled_from(("1", "2.5", "7.123456", "30")), max_size=2).map(json.dumps),
    st.integers(0, 1),
)


def toml(value: object) -> str:
    """A value in TOML, which has JSON's strings and arrays, and tables with = for :."""
    if isinstance(value, dict):
        return f"{{ {inside(value)} }}"
    return f"[{', '.join(map(toml, value))}]" if isinstance(value, list) else json.dumps(value)


def inside(table: dict[str, object]) -> str:
    return ", ".join(f"{key} = {toml(item)}" for key, item in table.items())


def asked(terms: Terms, request: str, expect: str | None, on: str) -> tuple[Catalogue, Trial]:
    """A catalogue of those terms with that one test, and the test, run."""
    who = f'account = "{ACCOUNT}"\nenvironment = "{ENVIRONMENT}"\nhost = "atlas"\nat = {on}\n'
    tests = f'schema_version = "1"\n{written_test(request, expect, who=who)}'
    catalogue = parse_catalogue({**catalogue_files(terms), "tests.toml": tests})
    (trial,) = trials_of(catalogue)
    return catalogue, trial


@examples(100)
@given(all_terms(), REQUESTS, st.sampled_from(ASKED_ON))
def test_what_came_out_can_be_expected(terms: Terms, request: str, on: str) -> None:
    _, trial = asked(terms, request, None, on)
    expect = renew(trial.test.test.expect, trial.outcome)
    _, again = asked(terms, request, inside(expect), on)
    assert again.differences == ()


@examples(100)
@given(all_terms(), REQUESTS, st.sampled_from(ASKED_ON), st.decimals("0.0001", 9, places=4))
def test_any_other_total_fails(terms: Terms, request: str, on: str, more: Decimal) -> None:
    _, trial = asked(terms, request, None, on)
    if not isinstance(trial.outcome, Refusal) and trial.outcome.total is not None:
        _, again = asked(terms, request, f'total = "{format_decimal(trial.outcome.total + more)}"', on)
        assert [found.key for found in again.differences] == ["total"]


@examples(100)
@given(all_terms(), st.sampled_from(SAMPLES), st.sampled_from((*ASKED_ON, "2025-12-31")))
def test_what_is_near_prices_as_the_whole(terms: Terms, sample: ValidRequest, on: str) -> None:
    catalogue = parse_catalogue(catalogue_files(terms))
    occasion = Occasion(Market(ACCOUNT, ENVIRONMENT, "atlas"), instant(on), {})
    near = narrow(take_inventory(catalogue), occasion.market, occasion.at)
    one, other = (price_request(sample, each, occasion) for each in (catalogue, near))
    if isinstance(one, Refusal) or isinstance(other, Refusal):
        assert isinstance(one, Refusal)
        assert isinstance(other, Refusal)
        assert one.code == other.code
    else:
        assert one.priced.charged == other.priced.charged


@examples(100)
@given(all_terms(), REQUESTS, st.sampled_from(ASKED_ON))
def test_every_entry_that_a_quote_names_is_tested_by_it(terms: Terms, request: str, on: str) -> None:
    """Whether a sample request would show the entry too, which costs hundreds of quotes, need not be asked then."""
    catalogue, trial = asked(terms, request, None, on)
    if trial.valid is None or isinstance(trial.outcome, Refusal):
        return
    inventory = take_inventory(catalogue)
    used = find_used(inventory.known, inventory, occasion_of(trial.test.test), [trial.valid])
    assert {part.name for part in used} >= {line.rate.entry for line in trial.outcome.lines if not line.rate.is_own}
