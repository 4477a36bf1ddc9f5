"""An agreement says each thing once, except percentages, which apply one after the other."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pricing import CardError
from pricing.agreements import parse_agreement
from pricing.contracts import Step
from pricing.entries import EntryKey
from tests.oracle import Row
from tests.quoting import ON
from tests.terms import agreement_toml, resolved, terms_of

OWN: Row = {"kind": "override", "meter": "requests", "resolution": "720P", "price": "0.1"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param([OWN, OWN | {"price": "0.2"}], "override for requests at 720P", id="override"),
        pytest.param(
            [{"kind": "override", "meter": "requests", "free": "true"}, OWN | {"resolution": "any"}],
            "override for requests",
            id="override-of-any-tier",
        ),
        pytest.param(
            [{"kind": "minimum", "amount": "1"}, {"kind": "minimum", "amount": "2"}],
            "minimum for a request",
            id="minimum",
        ),
    ],
)
def test_which_of_two_counts_is_not_guessed(rows: list[Row], said: str) -> None:
    text = agreement_toml([{"kind": "discount", "percent": "10"}, *rows])
    with pytest.raises(CardError) as caught:
        parse_agreement(text, file="acme.toml")
    error = caught.value
    assert error.reason == f"a second {said}: which one counts?"
    last = max(number for number, line in enumerate(text.splitlines(), start=1) if line == "[[term]]")
    assert (error.file, error.line, error.key) == ("acme.toml", last, "term.2")


def test_the_same_price_at_two_tiers_is_said_twice() -> None:
    agreement = parse_agreement(agreement_toml([OWN, OWN | {"resolution": "1080P"}, OWN | {"resolution": "any"}]))
    assert len(agreement.term) == 3


def test_percentages_apply_one_after_the_other() -> None:
    """10 percent off, then 50 percent off what is left."""
    rows: list[Row] = [{"kind": "discount", "percent": "10"}, {"kind": "discount", "percent": "50"}]
    rate = resolved(terms_of({"720P": "0.2"}, agreement=rows), ON).terms.rates[EntryKey("output_video_seconds", "720P")]
    assert rate.contracted_unit_price == Decimal("0.2") * Decimal("0.9") * Decimal("0.5")
    assert rate.steps == (
        Step("acme-terms:term/0", "discount 10 percent: 0.18"),
        Step("acme-terms:term/1", "discount 50 percent: 0.09"),
    )
