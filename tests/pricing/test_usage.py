"""A row of usage, read strictly: what is taken, what is refused and in what words; numbers as they are written."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter

from pricing.schemes import Span
from pricing.usage import MAX_ROW_BYTES, UsageRow, describe_work, list_consumed, parse_record, parse_row
from tests.backtesting import ROW, row
from wan_rules import UnusableInputError

SCHEMA = TypeAdapter(UsageRow).json_schema()


def refusal(line: bytes | dict[str, Any]) -> str:
    with pytest.raises(UnusableInputError) as caught:
        parse_row(json.dumps(line).encode() if isinstance(line, dict) else line)
    return caught.value.reason


def raw(key: str, text: str) -> bytes:
    """The row with one value as JSON text of its own."""
    return json.dumps({**ROW, key: "@"}).replace('"@"', text).encode()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ('"10"', "10"),
        ('"7.2"', "7.2"),
        ("10", "10"),
        ("10.0", "10.0"),
        ("7.2", "7.2"),
        ("0.000001", "0.000001"),
        ("999999999999.999999", "999999999999.999999"),
        ("1e1", "10"),
        ("0", "0"),
    ],
)
def test_seconds(text: str, seconds: str) -> None:
    taken = parse_row(raw("duration_s", text))
    assert str(taken.duration_s) == seconds
    assert parse_row(raw("clips_s", f"[{text}]")).clips_s == (Decimal(seconds),)
    assert Draft202012Validator(SCHEMA).is_valid(json.loads(raw("duration_s", text)))


@pytest.mark.parametrize(
    "text",
    [
        "-1", "1e12", "1000000000000", "0.0000001", "1e999999", "1e-999999", "true", "null", '"1e1"', '" 1"', '"01"',
        '"1_0"', '"\\u0663"', '""', "[1]", "1e99999999999999999999999", "7.20000000000000000001",
        "1e-999999999999", "1e999999999999", "0e-300000000", "0e300000000",
    ],
)  # fmt: skip
def test_no_seconds(text: str) -> None:
    assert "duration_s" in refusal(raw("duration_s", text)) or "not JSON" in refusal(raw("duration_s", text))


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1.", ".5", "01", "1e", "+1"])
def test_no_json(text: str) -> None:
    assert refusal(raw("duration_s", text)).startswith("not JSON")


@given(st.integers(0, 10**18 - 1))
def test_no_digit_is_lost(micro: int) -> None:
    whole, part = divmod(micro, 10**6)
    assert parse_row(raw("duration_s", f"{whole}.{part:06}")).duration_s.scaleb(6) == micro


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-02", datetime(2026, 11, 2, tzinfo=UTC)),
        ("2026-11-02T08:00:00Z", datetime(2026, 11, 2, 8, tzinfo=UTC)),
        ("2026-11-02T08:00:00.25+08:00", datetime(2026, 11, 2, 0, 0, 0, 250_000, tzinfo=UTC)),
        ("0001-01-02", datetime(1, 1, 2, tzinfo=UTC)),
        ("9999-11-29T23:59:59.999999Z", datetime(9999, 11, 29, 23, 59, 59, 999_999, tzinfo=UTC)),
    ],
)
def test_instants(text: str, instant: datetime) -> None:
    assert row(at=text).at == instant


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2026-11-02T08:00:00", "an instant with its zone is wanted"),
        ("2026-W45-1", "an instant with its zone is wanted"),
        ("2026-02-30", "out of range"),
        ("2026-11-02T25:00:00Z", "hour must be in 0..23"),
        ("0001-01-01T00:00:00+08:00", "outside the calendar"),
        ("0001-01-01T23:59:59.999999Z", "outside the calendar"),
        ("0001-01-01", "outside the calendar"),
        ("9999-11-30", "outside the calendar"),
        ("9999-12-31T23:59:59Z", "outside the calendar"),
        (1793606400, "an instant with its zone is wanted"),
        (None, "an instant with its zone is wanted"),
    ],
)
def test_no_instants(value: object, said: str) -> None:
    told = refusal({**ROW, "at": value})
    assert told.startswith("at: ")
    assert said in told


@pytest.mark.parametrize(
    ("more", "said"),
    [
        pytest.param({"acount": "acme"}, "acount: an unknown key: did you mean 'account'?", id="misspelt"),
        pytest.param({"resolution": "1080p-sr"}, "did you mean '1080P-SR'?", id="tier"),
        pytest.param({"status": "SUCCEEDED"}, "did you mean 'succeeded'?", id="status"),
        pytest.param({"ratio": "2:1"}, "ratio: ", id="ratio"),
        pytest.param({"id": 1.5}, "id: ", id="id-with-a-point"),
        pytest.param({"id": True}, "id: ", id="id-of-no-number"),
        pytest.param({"id": ""}, "id: ", id="no-id"),
        pytest.param({"references": 2.0}, "references: ", id="references-with-a-point"),
        pytest.param({"clips_s": "7.2"}, "clips_s: ", id="clips"),
        pytest.param({"clips_s": ["7.2", "x"], "references": 2}, "clips_s > 1: ", id="one-clip"),
        pytest.param({"clips_s": [1] * 101, "references": 101}, "clips_s: ", id="many-clips"),
        pytest.param({"clips_s": [1, 2]}, "2 clips among 1 references", id="clips-are-references"),
        pytest.param({"account": ""}, "account: ", id="account"),
    ],
)
def test_refused(more: dict[str, object], said: str) -> None:
    assert said in refusal({**ROW, **more})


@pytest.mark.parametrize(
    ("more", "said"),
    [
        pytest.param({"clips_s": None}, "clips_s or billed_clips_s is wanted", id="no-clips"),
        pytest.param({"billed_clips_s": "5"}, "clips_s or billed_clips_s is wanted", id="both"),
        pytest.param({"references": None}, "references is wanted beside clips_s", id="no-references"),
    ],
)
def test_clips_are_said_in_one_way(more: dict[str, object], said: str) -> None:
    assert said in refusal({**ROW, **more})


def test_clips_that_were_billed_stand_as_one() -> None:
    taken = parse_row(json.dumps({**ROW, "clips_s": None, "references": None, "billed_clips_s": "4.5"}).encode())
    work = describe_work(taken)
    assert (work.clips, work.references) == ((Span(Decimal("4.5"), Decimal("4.5")),), 1)


@pytest.mark.parametrize("key", ["id", "at", "host", "resolution", "duration_s", "status"])
def test_nothing_stands_in(key: str) -> None:
    assert f"{key}: it is missing" in refusal({name: value for name, value in ROW.items() if name != key})


def test_several_faults_are_counted() -> None:
    told = refusal({**ROW, "a": 1, "b": 2, "c": 3, "d": 4})
    assert told.endswith("(and 1 more)")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param(b"[]", "an object is wanted, an array was sent", id="array"),
        pytest.param(b"{", "not JSON: ", id="cut-off"),
        pytest.param(b"{} {}", "not JSON: ", id="two"),
        pytest.param(b'{"id": 1, "id": 2}', "the key 'id' stands twice", id="twice"),
        pytest.param(b'{"id": "\xff"}', "is no UTF-8", id="bytes"),
        pytest.param(b"[" * 5_000, "nested too deep", id="deep"),
        pytest.param(b'{"id": "' + b"x" * MAX_ROW_BYTES + b'"}', "over 65,536 bytes", id="long"),
        pytest.param(b'{"a": 1e99999999999999999999}', "not JSON", id="no-number"),
        pytest.param(rb'{"id": "\ud800"}', r"column 9: \ud800 is half a character", id="half-a-character"),
        pytest.param(rb'{"\uDFFF": 1}', r"column 3: \uDFFF is half a character", id="half-in-a-key"),
    ],
)
def test_no_record(line: bytes, said: str) -> None:
    with pytest.raises(UnusableInputError) as caught:
        parse_record(line, what="row")
    assert said in caught.value.reason


def test_a_whole_character_may_be_two_escapes() -> None:
    assert parse_record(rb'{"id": "\ud83c\udfac"}', what="row") == {"id": "\U0001f3ac"}


def test_a_mark_of_bytes_is_no_fault() -> None:
    assert parse_row(b"\xef\xbb\xbf" + json.dumps(ROW).encode()).id == "job-1"


def test_work() -> None:
    work = describe_work(row(resolution="1440P-SR", clips_s=["2.5", 4], references=3))
    assert (work.rendered, work.stages, work.references) == ("720P", ("render", "upscale"), 3)
    assert work.seconds == 10
    assert work.clips == (Span(Decimal("2.5"), Decimal("2.5")), Span(Decimal(4), Decimal(4)))
    assert describe_work(row()).stages == ("render",)


@given(st.dictionaries(st.sampled_from([*ROW, "x"]), st.none() | st.booleans() | st.integers() | st.text(max_size=9)))
def test_anything_is_taken_or_refused(more: dict[str, object]) -> None:
    try:
        taken = parse_row(json.dumps({**ROW, **more}).encode())
    except UnusableInputError:
        return
    assert Draft202012Validator(SCHEMA).is_valid({**ROW, **more})
    assert taken.duration_s >= 0


@pytest.mark.parametrize("text", ['"1e1"', "-1"])
def test_what_seconds_are_is_said(text: str) -> None:
    said = 'duration_s: seconds are a number, or a string such as "7.2", of six decimals at most, not '
    assert refusal(raw("duration_s", text)) == said + text.replace('"', "'")


@pytest.mark.usefixtures("in_tokyo")
def test_no_instant_depends_on_the_zone_of_the_machine() -> None:
    for text in ("2026-11-02", "2026-11-02T00:00:00Z", "2026-11-02T08:00:00+08:00"):
        found = row(at=text).at
        assert found == datetime(2026, 11, 2, tzinfo=UTC)
        assert found.tzinfo is UTC


def test_a_line_of_the_greatest_length_is_read() -> None:
    text = "x" * (MAX_ROW_BYTES - len('{"id": ""}'))
    longest = json.dumps({"id": text}).encode()
    assert len(longest) == MAX_ROW_BYTES
    assert parse_record(longest, what="row") == {"id": text}
    with pytest.raises(UnusableInputError, match="over 65,536 bytes"):
        parse_record(longest + b" ", what="row")


def test_no_blank_but_jsons_stands_beside_a_row() -> None:
    assert parse_record(b"\r\n\t {} \n", what="row") == {}
    with pytest.raises(UnusableInputError, match="not JSON"):
        parse_record("\u00a0{}".encode(), what="row")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"{" + b" " * MAX_ROW_BYTES + b"}", id="long"),
        pytest.param(b"{", id="cut-off"),
        pytest.param(b'{"a": 1e99999999999999999999}', id="no-number"),
        pytest.param(rb'{"id": "\ud800"}', id="half-a-character"),
        pytest.param(b"[]", id="array"),
        pytest.param(b"{}", id="no-row"),
    ],
)
def test_a_refusal_says_which_line_it_is_of(line: bytes) -> None:
    with pytest.raises(UnusableInputError) as caught:
        parse_row(line, what="usage.jsonl:7")
    assert caught.value.what == "usage.jsonl:7"


UNKNOWN = "an unknown key: there are " + ", ".join(UsageRow.model_fields)


@pytest.mark.parametrize(
    ("keys", "more"),
    [
        pytest.param("b", "", id="one"),
        pytest.param("bcx", "", id="as-many-as-are-told"),
        pytest.param("bcxyzw", " (and 3 more)", id="more-than-that"),
    ],
)
def test_three_faults_are_told_and_the_others_counted(keys: str, more: str) -> None:
    told = "; ".join(f"{key}: {UNKNOWN}" for key in keys[:3])
    assert refusal({**ROW, **dict.fromkeys(keys, 1)}) == told + more


def test_running_totals_are_listed_by_name() -> None:
    assert list_consumed(row()) == ()
    taken = row(consumed_before={"spend": "7.50", "requests": "2"})
    assert list_consumed(taken) == (("requests", Decimal(2)), ("spend", Decimal("7.50")))


def test_a_running_total_has_the_digits_that_a_quote_takes() -> None:
    """A price of 12 decimals times a rate of 12 has 24."""
    spent = "8.123456789012345678901234"
    assert list_consumed(row(consumed_before={"spend": spent})) == (("spend", Decimal(spent)),)


def test_an_escape_decides_nothing_about_the_rest_of_its_line() -> None:
    deep = b"[" * 250 + b"]" * 250
    for text, said in ((b'"x"', "x"), (rb'"\n"', "\n")):
        taken = parse_record(b'{"id": ' + text + b', "deep": ' + deep + b"}", what="row")
        assert taken["id"] == said
