"""What errors say."""

from __future__ import annotations

from pricing import MissingOutcomeError


def test_an_outcome_without_a_price_says_where_to_add_one_and_to_quote_again() -> None:
    error = MissingOutcomeError("canceled")
    said = (
        "terms do not say what a job that ended as 'canceled' costs. Ask the host, and say it in [[unfinished]] on the "
        'card (canceled = "free", "full" or "rendered") or in a term of kind "unfinished" of an agreement'
    )
    again = "and quote again as of the same instant: this quote keeps the terms that it has"
    assert (error.outcome, error.said, str(error)) == ("canceled", said, f"the quote's {said}, {again}")
