"""What jobs cost after they ran, each amount worked out by hand as quantity * price."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Final

import pytest

from pricing import (
    MissingOutcomeError,
    MissingUsageError,
    NoRateError,
    ReportMismatchError,
    parse_report,
    read_basis,
    read_report,
    settle,
)
from pricing.shell.wire import write_quote
from tests.conftest import ROOT
from tests.oracle import Row
from tests.quoting import alibaba, atlas, clip, image, lengths, per_unit, quoted, unlimited
from tests.settling import CENTS, FROM, LADDER, MONTH, held, settled, told, unfinished
from tests.terms import terms_of

D = Decimal
ALL_FREE: Final = unfinished(failed="free", failed_upscaling="free", canceled="free", moderated="free")
STAGES: Final = terms_of({"720P": "0.10"}, rule={"priced_as": "render"}, super_resolution="stages")
STAGES["entries"].append(per_unit("super_resolution_seconds", "1080P-SR", "0.03"))
SR: Final = atlas(resolution="1080P-SR", duration=8)
CAPPED: Final = terms_of({"any": "0.10"}, rule={"cap_total_s": "5"})
OTHERS: Final = terms_of({"1080P": "0.16"})


# A job that succeeded


def test_a_job_that_ran_as_quoted_takes_the_hold() -> None:
    found = settled(held(), resolution="720P", ratio="16:9", output_video_seconds=5, reference_video_seconds=0)
    assert (found.kind, found.hold, found.charge) == ("settled", 5 * D("0.10"), 5 * D("0.10"))
    assert (found.release, found.top_up) == (D(0), D(0))
    assert not found.differences


def test_a_job_of_which_nothing_is_said_but_that_it_succeeded_is_charged_as_quoted() -> None:
    assert settled(held()).charge == 5 * D("0.10")


@pytest.mark.parametrize(
    ("seconds", "release", "top_up"),
    [
        pytest.param("4", "0.10", "0", id="shorter"),
        pytest.param("4.9", "0.01", "0", id="a-little-shorter"),
        pytest.param("6", "0", "0.10", id="longer"),
        pytest.param("0", "0.50", "0", id="nothing-came-out"),
    ],
)
def test_other_seconds_are_a_difference_of_quantity(seconds: str, release: str, top_up: str) -> None:
    found = settled(held(), output_video_seconds=seconds)
    assert (found.charge, found.release, found.top_up) == (D(seconds) * D("0.10"), D(release), D(top_up))
    assert told(found) == [("quantity", "output_video_seconds", (D(seconds) - 5) * D("0.10"))]


@pytest.mark.parametrize(
    ("asked", "delivered", "price"),
    [
        pytest.param("1080P", "720P", "0.10", id="lower"),
        pytest.param("720P", "1440P-SR", "0.20", id="higher"),
        pytest.param("1080P", "1080P-SR", "0.14", id="upscaled-instead"),
    ],
)
def test_another_tier_is_charged_at_its_own_price(asked: str, delivered: str, price: str) -> None:
    quote = held(atlas(resolution=asked))
    found = settled(quote, resolution=delivered)
    assert found.charge == 5 * D(price)
    assert told(found) == [("tier", "resolution", 5 * D(price) - (quote.total or 0))]
    assert (found.differences[0].quoted, found.differences[0].reported) == (asked, delivered)


def test_a_tier_delivered_by_stages_is_charged_by_them() -> None:
    """8 s of render at 0.10 and 8 s of upscaling at 0.03; the render alone was delivered."""
    found = settled(held(SR, terms=STAGES), resolution="720P")
    assert (found.hold, found.charge) == (8 * D("0.10") + 8 * D("0.03"), 8 * D("0.10"))
    assert found.work.stages == ("render",)


def test_a_tier_without_a_price_is_never_charged_at_anothers() -> None:
    terms = terms_of({"720P": "0.10"})
    with pytest.raises(
        NoRateError, match="needs a price for output_video_seconds at 1080P, and the quote's terms"
    ) as caught:
        settled(held(terms=terms), resolution="1080P")
    assert "quote again under a catalogue" in str(caught.value)


def test_another_ratio_is_said_and_costs_what_its_price_says() -> None:
    assert told(settled(held(), ratio="9:16")) == [("tier", "ratio", D(0))]
    more = f'\n[[entry]]\n{FROM}meter = "output_video_seconds"\nresolution = "720P"\nratio = "9:16"\nprice = "0.12"\n'
    assert told(settled(held(more=more), ratio="9:16")) == [("tier", "ratio", 5 * D("0.12") - 5 * D("0.10"))]


def test_a_price_that_lacks_half_way_alone_is_no_lack() -> None:
    """1080P is priced in 9:16 alone: another tier and another ratio are priced together, and not one by one."""
    more = f'\n[[entry]]\n{FROM}meter = "output_video_seconds"\nresolution = "1080P"\nratio = "9:16"\nprice = "0.20"\n'
    quote = held(terms=terms_of({"720P": "0.10"}), more=more)
    found = settled(quote, resolution="1080P", ratio="9:16", output_video_seconds=4)
    added = 5 * D("0.20") - 5 * D("0.10")
    assert told(found)[:2] == [("tier", "resolution", D(0)), ("tier", "ratio", added)]
    assert found.charge == 4 * D("0.20")
    with pytest.raises(NoRateError, match="at 1080P, 16:9"):
        settled(quote, resolution="1080P", output_video_seconds=4)


def test_the_causes_stand_in_one_order_and_each_starts_from_the_one_before() -> None:
    """5 s + 8 s of clip at 0.16; 720P; 4 s; 3 s of clip; billed at 0.12 a second."""
    quote = held(atlas(resolution="1080P", clips=1), facts=lengths("8"))
    billed = {"amount": "0.84", "currency": "USD"}
    found = settled(
        quote, resolution="720P", output_video_seconds=4, reference_video_seconds=3, ratio="1:1", billed=billed
    )
    assert told(found) == [
        ("tier", "resolution", 13 * D("0.10") - 13 * D("0.16")),
        ("tier", "ratio", D(0)),
        ("quantity", "output_video_seconds", -1 * D("0.10")),
        ("quantity", "reference_video_seconds", -5 * D("0.10")),
        ("rate", "billed", 7 * D("0.12") - 7 * D("0.10")),
    ]
    assert (found.charge, found.release) == (7 * D("0.10"), 13 * D("0.16") - 7 * D("0.10"))


# Reference clips: consumed against billed seconds


def test_consumed_seconds_go_through_the_caps_and_billed_ones_do_not() -> None:
    quote = held(atlas(clips=1), terms=CAPPED)
    assert (quote.total_min, quote.total) == (6 * D("0.10"), 10 * D("0.10"))
    assert settled(quote, reference_video_seconds=8).charge == (5 + 5) * D("0.10")
    assert settled(quote, billed_reference_video_seconds=5).charge == (5 + 5) * D("0.10")
    above = settled(quote, billed_reference_video_seconds=8)
    assert (above.charge, above.top_up) == ((5 + 8) * D("0.10"), 3 * D("0.10"))
    assert told(above) == [("quantity", "reference_video_seconds", 3 * D("0.10"))]


def test_what_was_consumed_stays_beside_what_was_billed() -> None:
    found = settled(held(atlas(clips=1), terms=CAPPED, facts=lengths("8")), billed_reference_video_seconds="4.5")
    assert found.work.clips[0].low == 8
    assert found.charged is not None
    assert found.charged.lines[1].quantity.pricing == D("4.5")


def test_each_clip_is_cut_by_its_own_length() -> None:
    """Two clips, cut to 2.5 s each: 2.5 + 1."""
    quote = held(atlas(clips=2), terms=terms_of({"any": "0.10"}, rule={"cuts_s": "5 2.5"}))
    assert settled(quote, reference_video_seconds=[8, 1]).charge == (5 + D("2.5") + 1) * D("0.10")
    with pytest.raises(MissingUsageError, match="the length of each clip in the order of the references"):
        settled(quote, reference_video_seconds=9)


def test_the_sum_of_the_clips_is_enough_where_no_term_looks_at_each() -> None:
    assert settled(held(atlas(clips=2), terms=CAPPED), reference_video_seconds="4.25").charge == D("9.25") * D("0.10")


def test_clips_that_the_terms_do_not_bill_stay_free_and_the_difference_is_said() -> None:
    quote = held(atlas(clips=1), terms=terms_of({"any": "0.10"}, rule={"billed": "no"}), facts=lengths("8"))
    assert told(settled(quote, billed_reference_video_seconds=8)) == [("quantity", "reference_video_seconds", D(0))]
    assert settled(quote, billed_reference_video_seconds=0).differences == ()


def test_where_it_is_not_known_whether_clips_are_billed_the_host_says_so() -> None:
    quote = held(atlas(clips=1), terms=terms_of({"any": "0.10"}, rule={"billed": "unknown"}), facts=lengths("8"))
    assert settled(quote, billed_reference_video_seconds=0).charge == 5 * D("0.10")
    assert settled(quote, billed_reference_video_seconds=8).charge == 13 * D("0.10")
    with pytest.raises(
        MissingUsageError, match=r"at 0\.50 to 1\.30 USD\. Add to it: billed_reference_video_seconds \("
    ):
        settled(quote, reference_video_seconds=8)


def test_an_unbounded_quote_holds_nothing() -> None:
    quote = quoted(unlimited("atlas"), atlas(clips=1), CENTS)
    found = settled(quote, reference_video_seconds=40)
    assert (found.hold, found.charge, found.top_up) == (D(0), 45 * D("0.10"), 45 * D("0.10"))
    assert told(found) == [("quantity", "reference_video_seconds", 45 * D("0.10"))]


@pytest.mark.parametrize("billed", [None, {"amount": "1.3", "currency": "USD"}])
def test_what_the_report_leaves_open_is_never_guessed(billed: object) -> None:
    with pytest.raises(
        MissingUsageError, match=r"at 0\.60 to 3\.50 USD\. Add to it: reference_video_seconds \("
    ) as caught:
        settled(held(atlas(clips=1)), billed=billed)
    assert len(caught.value.needs) == 1


# The month before the job


def test_a_month_that_the_quote_was_not_told_comes_with_the_report() -> None:
    """After 98 s, 2 s cost 0.20 and 3 s cost 0.10 each."""
    quote = held(terms=OTHERS, more=LADDER)
    assert (quote.total_min, quote.total) == (5 * D("0.10"), 5 * D("0.20"))
    found = settled(quote, consumed_before={MONTH: 98})
    assert found.charge == 2 * D("0.20") + 3 * D("0.10")
    assert told(found) == [("quantity", "consumed_before", found.charge - 5 * D("0.20"))]


def test_what_the_quote_was_told_of_the_month_stays() -> None:
    quote = held(terms=OTHERS, more=LADDER, before={MONTH: D(0)})
    assert settled(quote, consumed_before={MONTH: 98}).charge == 5 * D("0.20")


def test_a_month_that_nobody_tells_leaves_the_charge_open() -> None:
    with pytest.raises(MissingUsageError, match=r"consumed_before with output_video_seconds/720P \("):
        settled(held(terms=OTHERS, more=LADDER), consumed_before={"spend": 98})


# Jobs that did not succeed


@pytest.mark.parametrize("status", ["failed", "canceled", "moderated"])
@pytest.mark.parametrize(("owed", "seconds"), [pytest.param("free", 0, id="free"), pytest.param("full", 5, id="full")])
def test_a_job_that_did_not_succeed_costs_what_its_outcome_says(status: str, owed: str, seconds: int) -> None:
    found = settled(held(more=unfinished(**{status: owed})), status)
    assert found.charge == seconds * D("0.10")
    assert told(found) == [("status", "status", (seconds - 5) * D("0.10"))]


def test_a_free_job_has_no_lines_and_no_least_charge() -> None:
    agreed: list[Row] = [{"kind": "minimum", "amount": "3"}]
    found = settled(held(terms=terms_of({"any": "0.10"}, agreement=agreed), more=ALL_FREE), "failed")
    assert (found.hold, found.charge, found.release) == (D(3), D(0), D(3))
    assert found.charged is not None
    assert not found.charged.lines
    assert not found.charged.adjustments


@pytest.mark.parametrize(
    ("owed", "charge"),
    [
        pytest.param("free", D(0), id="free"),
        pytest.param("full", 8 * D("0.14"), id="full"),
        pytest.param("rendered", 8 * D("0.10"), id="rendered"),
    ],
)
def test_a_job_that_failed_in_its_upscaling(owed: str, charge: Decimal) -> None:
    """8 s at 1080P-SR, priced by the tier: 0.14 a second, and 0.10 for a job of the rendered tier."""
    quote = held(SR, more=unfinished(failed="free", failed_upscaling=owed))
    stages = [{"stage": "render", "status": "succeeded"}, {"stage": "upscale", "status": "failed"}]
    found = settled(quote, "failed", stages=stages)
    assert (found.hold, found.charge) == (8 * D("0.14"), charge)
    assert told(found) == [("status", "status", charge - 8 * D("0.14"))]
    assert found == settled(quote, "failed_upscaling")


def test_what_a_job_by_stages_costs_that_failed_in_its_upscaling() -> None:
    found = settled(held(SR, terms=STAGES, more=unfinished(failed_upscaling="rendered")), "failed_upscaling")
    assert (found.hold, found.charge) == (8 * D("0.10") + 8 * D("0.03"), 8 * D("0.10"))


def test_a_failed_job_is_charged_by_what_was_asked_not_by_what_came_of_it() -> None:
    quote = held(atlas(clips=1), more=unfinished(moderated="full"))
    came_of_it = {"output_video_seconds": 0, "resolution": "1080P", "ratio": "1:1"}
    found = settled(quote, "moderated", reference_video_seconds=3, **came_of_it)
    assert found.charge == (5 + 3) * D("0.10")
    assert [each.what for each in found.differences] == ["status", "reference_video_seconds"]


def test_a_host_that_bills_a_free_job_is_told_so() -> None:
    found = settled(held(more=ALL_FREE), "failed", billed={"amount": "0.50", "currency": "USD"})
    assert (found.charge, found.release) == (D(0), D("0.50"))
    assert told(found) == [("status", "status", D("-0.50")), ("status", "billed", D("0.50"))]


@pytest.mark.parametrize("outcome", ["failed", "canceled", "moderated", "failed_upscaling"])
def test_an_outcome_that_the_terms_do_not_say_is_an_error_and_names_what_to_add(outcome: str) -> None:
    others = {key: "free" for key in ("failed", "canceled", "moderated", "failed_upscaling") if key != outcome}
    with pytest.raises(MissingOutcomeError, match=rf"\[\[unfinished\]\] on the card \({outcome} = ") as caught:
        settled(held(SR, more=unfinished(**others)), outcome)
    assert caught.value.outcome == outcome


def test_the_code_of_a_host_is_said() -> None:
    found = settled(held(more=ALL_FREE), "failed", code="InvalidParameter")
    assert found.differences[0].reported == "failed (InvalidParameter), free"


@pytest.mark.parametrize("status", ["running", "unknown"])
def test_of_a_job_that_may_still_run_the_hold_stays(status: str) -> None:
    found = settled(held(), status, output_video_seconds=1)
    assert (found.kind, found.charge, found.hold) == ("pending", None, 5 * D("0.10"))
    assert (found.currency, found.work) == ("USD", held().work)
    assert (found.release, found.top_up) == (D(0), D(0))
    assert not found.differences


# What the host bills


def test_what_a_host_bills_beyond_the_terms_is_said_and_not_charged() -> None:
    found = settled(held(), billed={"amount": D("0.6"), "currency": "USD"})
    assert (found.charge, told(found)) == (D("0.50"), [("rate", "billed", D("0.10"))])
    assert found.currency == "USD"
    assert [(each.quoted, each.reported) for each in found.differences] == [("0.50", "0.60")]
    assert settled(held(), billed={"amount": D("0.50"), "currency": "USD"}).differences == ()


def test_two_currencies_are_never_compared() -> None:
    with pytest.raises(ReportMismatchError, match="billed is in CNY, and the quote in USD"):
        settled(held(), billed={"amount": "0.50", "currency": "CNY"})


# Reports of another job


@pytest.mark.parametrize(
    ("report", "message"),
    [
        pytest.param({"billed_reference_video_seconds": 5}, "5 s of clips, and the quote's job has none", id="billed"),
        pytest.param({"reference_video_seconds": 5}, "5 s of clips, and the quote's job has none", id="consumed"),
        pytest.param({"reference_video_seconds": [5]}, "the lengths of 1 clips, the quote 0", id="lengths"),
        pytest.param({"status": "failed_upscaling"}, "the quote's job has none: it renders 720P", id="no-upscaling"),
    ],
)
def test_a_report_that_can_not_be_of_this_quote_is_refused(report: dict[str, object], message: str) -> None:
    with pytest.raises(ReportMismatchError, match=message):
        settle(held(more=ALL_FREE), read_report({"status": "succeeded"} | report))


# Again, and from the document


def test_the_same_report_twice_changes_nothing() -> None:
    quote = held(atlas(clips=1), terms=CAPPED)
    first = settled(quote, reference_video_seconds=3)
    assert settle(quote, read_report({"status": "succeeded", "reference_video_seconds": "3.0"}), first) is first


def test_another_report_says_what_it_adds_to_the_charge_before() -> None:
    quote = held(atlas(clips=1), terms=CAPPED)
    first = settled(quote, reference_video_seconds=3)
    other = read_report({"status": "succeeded", "reference_video_seconds": 4})
    second = settle(quote, other, first)
    assert (second.charge, second.resettled) == (9 * D("0.10"), (8 * D("0.10"), 1 * D("0.10")))
    assert second._replace(resettled=None) == settle(quote, other)
    assert settle(quote, other, second) is second


def test_a_quote_and_its_document_settle_one_job_of_a_clip_whose_length_is_disputed() -> None:
    """5 s and a clip of 3 s to 5 s, which the host says had 4 s, and later 5 s."""
    facts = {clip(1): {"duration_min_s": "3", "duration_max_s": "5"}}
    quote = held(atlas(clips=1), facts=facts)
    basis = read_basis(json.loads(write_quote(quote))["basis"])
    first = settled(quote, reference_video_seconds=["4"])
    assert first == settle(basis, first.reported)
    assert first.charge == 9 * D("0.10")
    later = read_report({"status": "succeeded", "reference_video_seconds": ["5"]})
    assert settle(basis, later, first).resettled == (9 * D("0.10"), 1 * D("0.10"))


@pytest.mark.parametrize("status", ["running", "unknown"])
def test_a_job_that_was_settled_does_not_run_again(status: str) -> None:
    """Polls may arrive out of order, and a host forgets a task after a day."""
    first = settled(held())
    assert settle(held(), read_report({"status": status}), first) is first


def test_what_was_pending_is_settled_without_more_ado() -> None:
    found = settle(held(), read_report({"status": "succeeded"}), settled(held(), "running"))
    assert found == settled(held())


def test_an_earlier_settlement_of_another_quote_is_refused() -> None:
    with pytest.raises(ReportMismatchError, match="the earlier settlement is not of this quote"):
        settle(held(), read_report({"status": "succeeded"}), settled(held(atlas(duration=6))))


def test_a_basis_settles_as_its_quote_does() -> None:
    quote = held(atlas(clips=2), terms=CAPPED, more=ALL_FREE)
    basis = read_basis(json.loads(write_quote(quote))["basis"])
    for report in ({"status": "succeeded", "reference_video_seconds": 3}, {"status": "failed"}):
        assert settle(basis, read_report(report)) == settle(quote, read_report(report))


# Alibaba's own results


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        pytest.param("alibaba-five-references", 5 + 10, id="the-official-example"),
        pytest.param("alibaba-floats", 5 + 5, id="floats"),
    ],
)
def test_alibabas_own_results(name: str, seconds: int) -> None:
    payload = alibaba(("reference_video", clip()), ("reference_image", image()), duration=10)
    quote = quoted("alibaba", payload, terms_of({"any": "0.6"}, rule={"cap_total_s": "5"}))
    result = (ROOT / "examples" / f"{name}.result.json").read_bytes()
    assert settle(quote, parse_report(result)).charge == seconds * D("0.6")


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param({"cap_per_clip_s": "5"}, id="cap-of-each"),
        pytest.param({"cuts_s": "5 2.5"}, id="cuts"),
        pytest.param({"round_to_s": "1", "round_place": "clip"}, id="rounded-each"),
    ],
)
def test_a_sum_is_enough_of_clips_that_are_not_billed(rule: Row) -> None:
    """Whatever each of them comes to: nothing of it is charged."""
    free, billed = (
        held(atlas(clips=2), terms=terms_of({"720P": "0.10"}, rule={"billed": said} | rule), facts=lengths("3", "8"))
        for said in ("no", "yes")
    )
    assert settled(free, reference_video_seconds=12).charge == 5 * D("0.10")
    with pytest.raises(MissingUsageError):
        settled(billed, reference_video_seconds=12)
