"""Why a row of usage is not rated, in words of the terms alone."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pricing.errors import MissingOutcomeError, NoOnePriceError, UnwieldyPriceError
from pricing.jobs import Job, charge_job
from pricing.metering import Work
from pricing.rating import rate, say_reason
from pricing.schemes import Span
from tests.oracle import Row
from tests.tables import resolved, terms_of


def test_a_row_has_no_quote_to_speak_of() -> None:
    error = MissingOutcomeError("failed")
    assert say_reason(error).startswith("the terms do not say what a job that ended as 'failed' costs. Ask the host")
    assert "quote" not in say_reason(error)
    assert "quote" in str(error)
    assert say_reason(UnwieldyPriceError("too long")) == "too long"


def test_what_the_card_leaves_open_comes_before_what_the_row_does_not_say() -> None:
    """The row could say what was spent before, and would still have no one price."""
    commitment: Row = {"kind": "commitment", "amount": "5", "overage_percent": "10"}
    terms = terms_of({"720P": "0.1"}, rule={"billed": "unknown"}, agreement=[commitment])
    clips = (Span(Decimal(8), Decimal(8)),)
    job = Job(Work("720P", "720P", Decimal(5), ("render",), clips, 1))
    with pytest.raises(NoOnePriceError) as caught:
        rate(job, resolved(terms, "2026-03-01"))
    assert str(caught.value) == "made-up does not say whether clips are billed: no one price"


def test_of_clips_that_may_be_billed_any_part_may_be() -> None:
    """10 s at 0.1: no clip costs nothing, and 5 s of clips neither, by the band from 12 s on; but 2 s of them do."""
    terms = terms_of({}, rule={"billed": "unknown"})
    terms["entries"].append(
        {"from": "2026-01-01", "meter": "output_video_seconds", "model": "volume", "bands": "12:0.1 20:free :0.2"}
    )
    for seconds, most in ((2, 12 * Decimal("0.1")), (5, 12 * Decimal("0.1"))):
        clips = (Span(Decimal(seconds), Decimal(seconds)),)
        job = Job(Work("720P", "720P", Decimal(10), ("render",), clips, 1), (("output_video_seconds", Decimal(0)),))
        held = resolved(terms, "2026-03-01")
        with pytest.raises(NoOnePriceError):
            rate(job, held)
        charged = charge_job(job, held.terms)
        assert (charged.total_min, charged.total) == (10 * Decimal("0.1"), most)
