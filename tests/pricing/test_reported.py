"""What hosts report of jobs: both shapes, every spelling of a number, and what is refused, with its place."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing import Money, Reported, parse_report, read_report
from pricing.reported import write_report
from tests.documents import JsonObject, changed
from tests.strategies import JSON_VALUES, RATIOS, TIERS, examples
from wan_rules import UnusableInputError

USAGE: Final[JsonObject] = {
    "duration": 15,
    "input_video_duration": 5,
    "output_video_duration": 10,
    "video_count": 1,
    "SR": 720,
    "ratio": "16:9",
}
RESULT: Final[JsonObject] = {
    "request_id": "r",
    "output": {"task_id": "t", "task_status": "SUCCEEDED", "video_url": "https://media.example.com/out.mp4?key=k"},
    "usage": USAGE,
}
NEUTRAL: Final[JsonObject] = {"status": "succeeded", "task_id": "t"}
GONE: Final = object()


def read_text(text: str) -> Reported:
    return parse_report(text.encode())


# Alibaba's task result


def test_a_result_of_alibaba_is_read_to_the_last_key() -> None:
    found = read_text(json.dumps(RESULT))
    assert found == Reported(
        "succeeded",
        resolution="720P",
        ratio="16:9",
        output_s=Decimal(10),
        billed_clips_s=Decimal(5),
        task_id="t",
    )


@pytest.mark.parametrize("ten", ["10", "10.0", "1e1", "10.000000", '"10"', '"10.0"'])
def test_ten_is_ten_however_it_is_written(ten: str) -> None:
    text = json.dumps(RESULT).replace('"output_video_duration": 10', f'"output_video_duration": {ten}')
    assert read_text(text) == read_text(json.dumps(RESULT))


def test_a_number_with_a_point_keeps_every_digit() -> None:
    """As a binary float, 0.1 + 0.2 would not be 0.3."""
    usage = '{"duration": 0.3, "input_video_duration": 0.1, "output_video_duration": 0.2, "SR": 1080.0}'
    found = read_text(f'{{"output": {{"task_status": "SUCCEEDED"}}, "usage": {usage}}}')
    assert (found.output_s, found.billed_clips_s, found.resolution) == (Decimal("0.2"), Decimal("0.1"), "1080P")


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("PENDING", "running"),
        ("RUNNING", "running"),
        ("SUCCEEDED", "succeeded"),
        ("FAILED", "failed"),
        ("CANCELED", "canceled"),
        ("UNKNOWN", "unknown"),
    ],
)
def test_every_state_of_a_task_has_its_word(state: str, status: str) -> None:
    assert read_report({"output": {"task_status": state}}) == Reported(status)  # type: ignore[arg-type]  # a row's word


@pytest.mark.parametrize("code", ["InvalidParameter", "DataInspectionFailed", "SomethingNew"])
def test_a_failed_task_says_its_code_and_no_code_is_taken_for_moderation(code: str) -> None:
    found = read_report({"output": {"task_status": "FAILED", "code": code, "message": "Field required: input.media"}})
    assert (found.status, found.code) == ("failed", code)


@pytest.mark.parametrize(
    ("code", "kept"), [pytest.param("", None, id="empty"), pytest.param("x" * 501, "x" * 500, id="endless")]
)
def test_a_code_keeps_no_job_from_being_settled(code: str, kept: str | None) -> None:
    found = read_report({"output": {"task_status": "FAILED", "code": code}})
    assert found.code == kept
    assert read_report(write_report(found)) == found


@pytest.mark.parametrize(
    ("usage", "output", "clips"),
    [
        pytest.param({"duration": 15, "input_video_duration": 5}, 10, 5, id="output-left-out"),
        pytest.param({"duration": 15, "output_video_duration": 10}, 10, 5, id="input-left-out"),
        pytest.param({"output_video_duration": 10}, 10, None, id="output-alone"),
        pytest.param({"input_video_duration": 5}, None, 5, id="input-alone"),
        pytest.param({"duration": 0}, None, None, id="nothing-used"),
        pytest.param({}, None, None, id="empty"),
    ],
)
def test_of_the_total_and_its_parts_any_two_give_the_third(
    usage: JsonObject, output: int | None, clips: int | None
) -> None:
    found = read_report({"output": {"task_status": "SUCCEEDED"}, "usage": usage})
    assert (found.output_s, found.billed_clips_s) == (output, clips)


def test_a_ratio_that_no_price_knows_is_none() -> None:
    """With a first frame the video has the frame's shape, whatever that is."""
    assert read_report(changed(RESULT, {"/usage/ratio": "853:1280"})).ratio is None


# The neutral shape


def test_the_neutral_shape_is_read_to_the_last_key() -> None:
    found = read_text(
        '{"status": "succeeded", "resolution": "1440P-SR", "ratio": "9:16", "output_video_seconds": 7.5,'
        ' "reference_video_seconds": [8, "2.25"], "stages": [{"stage": "render", "status": "succeeded"},'
        ' {"stage": "upscale", "status": "succeeded"}], "consumed_before": {"spend": "20", "credit/gift": 3},'
        ' "billed": {"amount": 1.50, "currency": "USD"}, "task_id": "t", "code": null}'
    )
    assert found == Reported(
        "succeeded",
        resolution="1440P-SR",
        ratio="9:16",
        output_s=Decimal("7.5"),
        clips_s=(Decimal(8), Decimal("2.25")),
        consumed_before=(("credit/gift", Decimal(3)), ("spend", Decimal(20))),
        billed=Money(Decimal("1.5"), "USD"),
        task_id="t",
    )


def test_running_totals_and_what_was_billed_have_the_digits_of_products() -> None:
    found = read_text(
        '{"status": "succeeded", "consumed_before": {"spend": "8.123456789012345", "gift": 0.1234567890123},'
        ' "billed": {"amount": "0.2502227842425", "currency": "USD"}}'
    )
    assert found.consumed_before == (("gift", Decimal("0.1234567890123")), ("spend", Decimal("8.123456789012345")))
    assert found.billed == Money(Decimal("0.2502227842425"), "USD")
    assert read_report(write_report(found)) == found


@pytest.mark.parametrize(
    ("render", "upscale", "status"),
    [
        pytest.param("succeeded", "failed", "failed_upscaling", id="upscaling-failed"),
        pytest.param("failed", "canceled", "failed", id="render-failed"),
        pytest.param("failed", "failed", "failed", id="both-failed"),
        pytest.param("succeeded", "succeeded", "failed", id="failed-after-both"),
    ],
)
def test_the_stages_say_where_a_job_failed(render: str, upscale: str, status: str) -> None:
    stages = [{"stage": "upscale", "status": upscale}, {"stage": "render", "status": render}]
    assert read_report({"status": "failed", "stages": stages}).status == status


# What is refused


@pytest.mark.parametrize(
    ("base", "pointer", "value", "message"),
    [
        pytest.param(RESULT, "/output/task_status", GONE, "/output/task_status: it is missing: write", id="no-state"),
        pytest.param(RESULT, "/output/task_status", "DONE", "/output/task_status: 'PENDING', ", id="unknown-state"),
        pytest.param(RESULT, "/output", [], "/output: an object of keys and values", id="output-an-array"),
        pytest.param(RESULT, "/usage", 15, "/usage: an object of keys and values is wanted, not 15", id="usage-15"),
        pytest.param(RESULT, "/usage/SR", 1440, "/usage/SR: 1440 is no tier of this model: 720 or 1080", id="tier"),
        pytest.param(RESULT, "/usage/duration", 16, "/usage: duration is 16, input_video_duration 5", id="no-sum"),
        pytest.param(
            RESULT, "/usage/input_video_duration", -5, "/usage/input_video_duration: -5 is below 0", id="minus"
        ),
        pytest.param(RESULT, "/usage/duration", True, "/usage/duration: a number like 10, 10.0", id="true"),
        pytest.param(RESULT, "/usage/duration", "ten", "/usage/duration: 'ten' is no number", id="word"),
        pytest.param(RESULT, "/usage/duration", 15000, "/usage/duration: 15000 s is over an hour", id="milliseconds"),
        pytest.param(RESULT, "/usage/duration", 10**5000, "/usage/duration: a number of over 40 digits", id="huge"),
        pytest.param(RESULT, "/usage/duration", 15.0, "15.0 is a binary float: let parse_report", id="float"),
        pytest.param(RESULT, "/usage/video_count", 2, "usage.video_count is 2: a job", id="two-videos"),
        pytest.param(NEUTRAL, "/status", "done", "/status: 'succeeded', 'failed', ", id="no-such-status"),
        pytest.param(NEUTRAL, "/status", GONE, "/status: it is missing: write 'succeeded'", id="no-status"),
        pytest.param(
            NEUTRAL, "/resolutoin", "720P", "/resolutoin: an unknown key: did you mean 'resolution'", id="slip"
        ),
        pytest.param(NEUTRAL, "/resolution", "720", "/resolution: '720P', ", id="no-such-tier"),
        pytest.param(NEUTRAL, "/reference_video_seconds", [1, "x"], "/reference_video_seconds: 'x' is no", id="clip-x"),
        pytest.param(NEUTRAL, "/billed", {"amount": 1}, "/billed/currency: it is missing", id="no-currency"),
        pytest.param(
            NEUTRAL, "/billed", {"amount": 1, "currency": "usd$"}, "/billed/currency: 'usd$' is no", id="usd$"
        ),
        pytest.param(NEUTRAL, "/consumed_before", {"spend": -1}, "/consumed_before/spend: -1 is below 0", id="month"),
        pytest.param(NEUTRAL, "/stages", [{"stage": "dream"}], "/stages/0/stage: 'render' or 'upscale'", id="stage"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(base: JsonObject, pointer: str, value: object, message: str) -> None:
    with pytest.raises(UnusableInputError) as caught:
        read_report(changed(base, {pointer: value}, gone=GONE))
    assert message in caught.value.reason


@pytest.mark.parametrize(
    ("more", "message"),
    [
        pytest.param(
            {"reference_video_seconds": 8, "billed_reference_video_seconds": 5},
            "reference_video_seconds or billed_reference_video_seconds",
            id="both-ways",
        ),
        pytest.param(
            {"stages": [{"stage": "render", "status": "failed"}]},
            "the job is 'succeeded' and its stage render is 'failed'",
            id="against-its-stage",
        ),
        pytest.param(
            {"status": "failed_upscaling", "stages": [{"stage": "upscale", "status": "succeeded"}]},
            "the job is 'failed_upscaling' and its stage upscale is 'succeeded'",
            id="upscaled-all-the-same",
        ),
        pytest.param(
            {"stages": [{"stage": "render", "status": "succeeded"}] * 2},
            "stages: render stands there 2 times",
            id="a-stage-twice",
        ),
    ],
)
def test_what_contradicts_itself_is_refused(more: JsonObject, message: str) -> None:
    with pytest.raises(UnusableInputError) as caught:
        read_report(NEUTRAL | more)
    assert message in caught.value.reason


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("5.0333333333", "more than 6 decimals"),
        ("1e400", "has too many digits"),
        ("1e-400", "has too many digits"),
        ("1e-999999999999", "has too many digits"),
        ("0e-300000000", "has too many digits"),
        ("0.0000000000001", "has too many digits"),
        ("1e99999999999999999999", "has an exponent that none can hold"),
        ("-0.5", "is below 0"),
        ("NaN", "no JSON number"),
    ],
)
def test_no_number_is_rounded_or_stretched(number: str, message: str) -> None:
    with pytest.raises(UnusableInputError) as caught:
        read_text(f'{{"status": "succeeded", "output_video_seconds": {number}}}')
    assert message in str(caught.value)


def test_a_decimal_that_is_no_number_is_refused() -> None:
    with pytest.raises(UnusableInputError, match="NaN is no number that can be charged for"):
        read_report(NEUTRAL | {"output_video_seconds": Decimal("NaN")})


@pytest.mark.parametrize(("number", "seconds"), [("5.000000000000000", "5"), ("-0.0", "0"), ("3600", "3600")])
def test_what_only_looks_long_is_read(number: str, seconds: str) -> None:
    found = read_text(f'{{"status": "succeeded", "output_video_seconds": {number}}}')
    assert str(found.output_s) == seconds


@pytest.mark.parametrize(
    "text", ["", "[]", "5", '{"status": "failed", "status": "succeeded"}', '{"status"', "\ufeff{}"]
)
def test_what_is_no_report_at_all_is_unusable(text: str) -> None:
    with pytest.raises(UnusableInputError, match=r"^report: "):
        read_text(text)


def test_what_is_too_large_is_not_read() -> None:
    with pytest.raises(UnusableInputError, match="at most 33,554,432 are read"):
        parse_report(b" " * (32 * 1024 * 1024 + 1))


@examples(60)
@given(st.dictionaries(st.sampled_from((*write_report(Reported("failed")), "output", "usage", "x")), JSON_VALUES))
def test_whatever_is_sent_is_read_or_refused(document: JsonObject) -> None:
    try:
        found = parse_report(json.dumps(document).encode())
    except UnusableInputError as error:
        assert error.reason  # noqa: PT017 - either is right
    else:
        assert read_report(write_report(found)) == found


_SECONDS: Final = st.decimals(0, 3600, places=6)
_AMOUNTS: Final = st.decimals(0, 10**9, places=12)


@examples(60)
@given(
    st.builds(
        Reported,
        billed_clips_s=st.none(),
        status=st.sampled_from(("succeeded", "failed", "failed_upscaling", "canceled", "moderated", "unknown")),
        code=st.none() | st.just("InvalidParameter"),
        resolution=st.none() | st.sampled_from(TIERS["atlas"]),
        ratio=st.none() | st.sampled_from(RATIOS),
        output_s=st.none() | _SECONDS,
        clips_s=st.none() | _SECONDS | st.lists(_SECONDS, max_size=5).map(tuple),
        consumed_before=st.dictionaries(st.sampled_from(("credit/a", "spend")), _AMOUNTS).map(
            lambda totals: tuple(sorted(totals.items()))
        ),
        billed=st.none() | st.builds(Money, _AMOUNTS, st.sampled_from(("USD", "CNY", "credits"))),
        task_id=st.none() | st.just("t"),
    )
)
def test_a_report_that_is_written_reads_back(reported: Reported) -> None:
    as_billed = reported._replace(clips_s=None, billed_clips_s=reported.output_s)
    for each in (reported, as_billed):
        assert parse_report(json.dumps(write_report(each)).encode()) == each


def refusal_of(document: object) -> str:
    with pytest.raises(UnusableInputError) as caught:
        read_report(document)
    return str(caught.value)


def test_a_part_that_is_not_said_is_told_as_such() -> None:
    assert refusal_of(RESULT | {"usage": {"duration": 15}}) == (
        "report: /usage: duration is 15, input_video_duration not said, output_video_duration not said: the first is "
        "the sum of the others, of which at least one is wanted"
    )


def test_a_part_may_be_all_of_the_total() -> None:
    found = read_report(RESULT | {"usage": {"duration": 10, "output_video_duration": 10}})
    assert (found.output_s, found.billed_clips_s) == (Decimal(10), Decimal(0))


def test_what_is_wrong_with_the_whole_has_no_place() -> None:
    assert refusal_of(RESULT | {"usage": {"video_count": 2}}) == (
        "report: usage.video_count is 2: a job of this model renders one video"
    )


def test_a_report_that_is_no_object_says_whose_and_what_it_is() -> None:
    with pytest.raises(UnusableInputError) as caught:
        parse_report(b"[]", what="webhook")
    assert str(caught.value) == "webhook: an object is wanted, an array was sent"
