"""In which words each aspect of a job is told that came out other than quoted, and which job it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import pytest

from pricing import MissingUsageError, Settlement
from pricing.departures import walk
from pricing.jobs import Job
from pricing.reported import Reported
from pricing.schemes import Span
from tests.quoting import alibaba, atlas, image, lengths, quoted
from tests.settling import CENTS, LADDER, MONTH, held, settled, unfinished
from tests.terms import terms_of

D = Decimal
OUTCOMES: Final = unfinished(canceled="full", failed_upscaling="rendered", moderated="free")
SR: Final = atlas(resolution="1080P-SR")
CLIPS: Final = lengths("3", "8")


def words(found: Settlement) -> list[tuple[str, str, str]]:
    return [(each.what, each.quoted, each.reported) for each in found.differences]


@pytest.mark.parametrize(
    ("reported", "told"),
    [
        pytest.param({"resolution": "1080P"}, ("resolution", "1080P-SR", "1080P"), id="tier"),
        pytest.param({"ratio": "9:16"}, ("ratio", "16:9", "9:16"), id="ratio"),
        pytest.param({"output_video_seconds": "4.50"}, ("output_video_seconds", "5", "4.5"), id="seconds"),
        pytest.param({"reference_video_seconds": [3, "4.50"]}, ("reference_video_seconds", "11", "7.5"), id="lengths"),
        pytest.param({"reference_video_seconds": 9}, ("reference_video_seconds", "11", "9"), id="all-lengths"),
        pytest.param({"billed_reference_video_seconds": 5}, ("reference_video_seconds", "11", "5"), id="billed"),
    ],
)
def test_what_was_quoted_stands_beside_what_was_reported(
    reported: Mapping[str, object], told: tuple[str, str, str]
) -> None:
    quote = held(atlas(resolution="1080P-SR", clips=2), facts=CLIPS)
    assert words(settled(quote, "succeeded", **reported)) == [told]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        pytest.param("canceled", "canceled, charged in full", id="full"),
        pytest.param("failed_upscaling", "failed_upscaling, charged for the render alone", id="rendered"),
        pytest.param("moderated", "moderated, free", id="free"),
    ],
)
def test_how_a_job_ended_is_told_with_what_that_costs(status: str, said: str) -> None:
    assert words(settled(held(SR, more=OUTCOMES), status)) == [("status", "succeeded", said)]


@pytest.mark.parametrize("reported", [{"reference_video_seconds": 8}, {"billed_reference_video_seconds": 8}])
def test_of_clips_whose_length_was_not_known_both_ends_are_told(reported: Mapping[str, object]) -> None:
    assert words(settled(held(atlas(clips=1)), "succeeded", **reported)) == [("reference_video_seconds", "1..30", "8")]


def test_what_comes_out_as_quoted_is_no_difference() -> None:
    quote = held(atlas(clips=2), facts=CLIPS)
    as_quoted = {"resolution": "720P", "ratio": "16:9", "output_video_seconds": "5.0"}
    assert words(settled(quote, reference_video_seconds=[3, 8], **as_quoted)) == []
    assert words(settled(quote, billed_reference_video_seconds=11, **as_quoted)) == []
    assert words(settled(held(), billed_reference_video_seconds=0)) == []


def test_the_ratio_that_a_first_frame_decided_was_never_quoted() -> None:
    payload = alibaba(("reference_image", image()), ("first_frame", image(2)))
    assert words(settled(quoted("alibaba", payload, CENTS), ratio="9:16")) == []


@pytest.mark.parametrize("rule", [{"cuts_s": "5 2.5"}, {"cap_per_clip_s": "5"}])
def test_of_a_single_clip_the_sum_is_its_length(rule: dict[str, str]) -> None:
    """8 s of clip, of which 5 are billed."""
    quote = held(atlas(clips=1), terms=terms_of({"720P": "0.10"}, rule=rule))
    assert settled(quote, reference_video_seconds=8).charge == (5 + 5) * D("0.10")


def test_a_sum_stands_with_the_first_clip_and_all_else_of_the_work_stays() -> None:
    quote = held(atlas(clips=2), facts=CLIPS)
    (step,) = walk(Job(quote.work), quote.priced.pricing.terms, Reported("succeeded", clips_s=D(9)))
    assert step.job == Job(quote.work._replace(clips=(Span(D(9), D(9)), Span(D(0), D(0)))))


def test_of_the_month_what_the_terms_count_and_the_quote_was_not_told_is_taken() -> None:
    """What is left of the credit was told already, and what was spent counts for nothing here."""
    terms = terms_of({"1080P": "0.16"}, agreement=[{"kind": "credit", "name": "gift", "amount": "5"}])
    quote = held(terms=terms, more=LADDER, before={"credit/gift": D(1)})
    before = (("credit/gift", D(2)), (MONTH, D("98.0")), ("spend", D(7)))
    (step,) = walk(
        Job(quote.work, (("credit/gift", D(1)),)),
        quote.priced.pricing.terms,
        Reported("succeeded", consumed_before=before),
    )
    assert step[:4] == ("quantity", "consumed_before", "not known", f"{MONTH} 98")
    assert step.job == Job(quote.work, (("credit/gift", D(1)), (MONTH, D(98))))


def test_totals_of_the_month_are_told_one_by_one_and_kept_in_the_order_of_their_names() -> None:
    terms = terms_of({"1080P": "0.16"}, agreement=[{"kind": "credit", "name": "gift", "amount": "5"}])
    quote = held(terms=terms, more=LADDER)
    before = ((MONTH, D(98)), ("credit/gift", D("2.50")))
    (step,) = walk(Job(quote.work), quote.priced.pricing.terms, Reported("succeeded", consumed_before=before))
    assert step.reported == f"{MONTH} 98, credit/gift 2.5"
    assert step.job.consumed == (("credit/gift", D("2.5")), (MONTH, D(98)))


def test_nothing_more_is_told_of_a_job_that_is_free() -> None:
    quote = held(atlas(clips=1), more=OUTCOMES)
    for clips in ({"billed_reference_video_seconds": 3}, {"reference_video_seconds": 3}):
        assert words(settled(quote, "moderated", **clips)) == [("status", "succeeded", "moderated, free")]


def test_of_a_sum_that_is_not_enough_it_is_said_what_for() -> None:
    quote = held(atlas(clips=2), terms=terms_of({"720P": "0.10"}, rule={"cap_per_clip_s": "5"}))
    with pytest.raises(MissingUsageError, match=r", in what each clip comes to\. Add to it: "):
        settled(quote, reference_video_seconds=9)
