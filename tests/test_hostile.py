"""Whatever is sent, there is a report or one clear error, never a traceback, and never more than a moment's work."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.shell.wire import write_report
from tests.documents import JsonObject, changed, pointers
from tests.strategies import HOST_NAMES, JSON_VALUES, MB, examples
from wan_rules import (
    HOSTS,
    Report,
    UnusableInputError,
    check,
    find_host,
    parse_facts,
    parse_object,
    read,
    recognise,
)
from wan_rules.hosts.oddities import show_key
from wan_rules.payloads import _explain_syntax
from wan_rules.samples import SAMPLE_FACTS, SAMPLES

GUARD_S: Final = 5
"""Of the processor: a report takes under a second; the guard is wider, for slow machines."""
LONGEST_REPORT: Final = 1_000_000
"""Bytes of a report, whatever was sent."""
FACTS: Final = parse_facts(SAMPLE_FACTS)


def report_on(data: bytes, host: str | None = None) -> Report:
    """Bytes to a report that can be written as JSON, in time. Raises UnusableInputError and nothing else."""
    begun = time.process_time()
    try:
        payload = parse_object(data)
        report = check(read(payload, find_host(host) if host else recognise(payload), FACTS))
        written = json.loads(write_report(report))
    finally:
        assert time.process_time() - begun < GUARD_S
    assert written["verdict"] == report.verdict
    assert len(written["violations"]) == len(report.violations)
    for violation in written["violations"]:
        assert_points_into(payload, violation["at"])
    written["violations"] = []
    assert len(json.dumps(written)) < 1_000_000
    return report


def assert_points_into(payload: JsonObject, pointer: str) -> None:
    """Every part of the pointer but the last is there: the last may be what is missing."""
    found: object = payload
    for raw in pointer.split("/")[1:-1]:
        part = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(found, list):
            found = found[int(part)]
        elif isinstance(found, dict):
            if part not in found:
                return  # a whole object is missing
            found = found[part]
        else:
            pytest.fail(f"{pointer} leads through {found!r}")


def sample(host: str) -> JsonObject:
    return SAMPLES[host]


def as_bytes(payload: object) -> bytes:
    return json.dumps(payload).encode()


UNUSABLE: Final[dict[str, bytes]] = {
    "nothing": b"",
    "blank": b"  \n",
    "words": b"hello",
    "cut-off": b'{"prompt": "a',
    "two-values": b"{} {}",
    "comment": b'{"prompt": "a" /* b */}',
    "trailing-comma": b'{"prompt": "a",}',
    "single-quotes": b"{'prompt': 'a'}",
    "array": b"[]",
    "array-of-requests": b'[{"prompt": "a"}]',
    "string": b'"prompt"',
    "number": b"5",
    "null": b"null",
    "nan": b'{"duration": NaN}',
    "infinity": b'{"duration": Infinity}',
    "minus-infinity": b'{"duration": -Infinity}',
    "not-utf-8": b'{"prompt": "\xff\xfe"}',
    "utf-16": '{"prompt": "a"}'.encode("utf-16"),
    "lone-surrogate": b'{"prompt": "\\ud800"}',
    "lone-low-surrogate": b'{"prompt": "a\\udc00b"}',
    "surrogates-in-the-wrong-order": b'{"prompt": "\\udc00\\ud800"}',
    "raw-surrogate": b'{"prompt": "\xed\xa0\x80"}',
    "lone-surrogate-in-a-key": b'{"\\ud800": 1}',
    "raw-control-character": b'{"prompt": "a\x00b"}',
    "repeated-key": b'{"prompt": "a", "prompt": "b"}',
    "repeated-equal": b'{"prompt": "a", "prompt": "a"}',
    "repeated-nested": b'{"input": {"media": [{"url": "a", "type": "b", "url": "c"}]}}',
    "repeated-by-escape": b'{"prompt": "a", "\\u0070rompt": "b"}',
    "repeated-with-escaped-quotes": b'{"a\\"": 1, "a\\"": 2}',
    "repeated-with-quotes-in-values": b'{"prompt": "\\"\\"", "duration": 1, "duration": 2}',
    "repeated-after-escapes": b'{"prompt": "\\u0022 \\u0022", "seed": "x", "seed": "y"}',
    "repeated-numbers": b'{"duration": 1, "duration": 1}',
    "repeated-in-an-unknown-field": b'{"prompt": "a", "x": [[{"k": 0, "k": 0}]]}',
    "repeated-empty-key": b'{"": 1, "": 2}',
    "deep-arrays": b'{"prompt":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep-objects": b'{"prompt":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
    "deep-and-cut-off": b"[" * 100_000,
    "too-many-bytes": b'{"prompt": "' + b"x" * (40 * 1024 * 1024) + b'"}',
}


@pytest.mark.parametrize("data", UNUSABLE.values(), ids=UNUSABLE)
@pytest.mark.parametrize("host", [None, "fal"], ids=["recognised", "named"])
def test_what_nobody_can_report_on_is_one_error(data: bytes, host: str | None) -> None:
    with pytest.raises(UnusableInputError) as caught:
        report_on(data, host)
    assert caught.value.what == "payload"
    assert 0 < len(str(caught.value)) < 500


NO_NUMBER: Final = "is no JSON number: write null or leave the field out"
NO_VALUE: Final = "no JSON value begins here: write a string in double quotes, a number, true, false or null"
NOTHING: Final = "there is nothing in it: send a JSON object"
NO_UTF_8: Final = "is no UTF-8: save the text as UTF-8"
CUT_OFF: Final = "it ends too early: the rest is missing"
ONE_ALONE: Final = "more follows after the first value: send that alone. The command takes many as lines of"
TOO_DEEP: Final = "nested too deep: 200 levels are read at most"
HALF: Final = "is half a character: send it whole or leave it out"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"", NOTHING, id="nothing"),
        pytest.param(b" \r\n\t\n", NOTHING, id="blank"),
        pytest.param(b"\xef\xbb\xbf", NOTHING, id="byte-order-mark"),
        pytest.param(b"\0" * 512, NOTHING, id="zero-bytes"),
        pytest.param(b'{"a": NaN}', f"column 7: NaN {NO_NUMBER}", id="nan"),
        pytest.param(b'{"a": NaN}\n', f"column 7: NaN {NO_NUMBER}", id="one-line"),
        pytest.param(b'{"a":\n NaN}', f"line 2, column 2: NaN {NO_NUMBER}", id="of-two-lines"),
        pytest.param(b'{"a": NaN,\n"b": 1}', f"line 1, column 7: NaN {NO_NUMBER}", id="first-of-two-lines"),
        pytest.param(b'{\r\n"a": NaN\r\n}', f"line 2, column 6: NaN {NO_NUMBER}", id="carriage-returns"),
        pytest.param('{"图": "界🎬", "b": NaN}'.encode(), f"column 18: NaN {NO_NUMBER}", id="in-characters"),
        pytest.param(b"[1, Infinity]", f"column 5: Infinity {NO_NUMBER}", id="infinity"),
        pytest.param(b"[-Infinity]", f"column 3: Infinity {NO_NUMBER}", id="minus-infinity"),
        pytest.param(b"[None]", "column 2: None is no JSON value: write null", id="none"),
        pytest.param(b"[True]", "column 2: True is no JSON value: write true", id="true"),
        pytest.param(b"{'a': 1}", "column 2: JSON has no single quotes: write keys and strings in", id="single-quotes"),
        pytest.param(b"hello", f"column 1: {NO_VALUE}", id="words"),
        pytest.param(b"\0\0\0 ftypisom\0\0\2\0", f"column 1: {NO_VALUE}", id="film"),
        pytest.param(b"nul", CUT_OFF, id="cut-off-word"),
        pytest.param(b"[nan]", "no word of JSON: write true, false or null", id="wrong-word"),
        pytest.param(b"{a: 1}", "column 2: a key is wanted, in double quotes", id="bare-key"),
        pytest.param(b"[1,]", "column 4: a comma stands before the closing bracket: remove it", id="trailing-comma"),
        pytest.param(b"[01]", "column 3: JSON writes numbers without leading zeros", id="leading-zero"),
        pytest.param(b"[" + b"1" * 5000 + b"]", "a number with more digits than can be read", id="digits"),
        pytest.param(b'["a\tb"]', "column 4: a raw control character in a string", id="control-character"),
        pytest.param(b'["it\\\'s"]', "a backslash with something after it that JSON does not know", id="escape"),
        pytest.param(b"[1 2]", "column 4: expected `,` or `]`", id="as-the-parser-says"),
        pytest.param(b'{"a": "b', f"column 8: {CUT_OFF}", id="cut-off"),
        pytest.param(b'{"a": [1,\n', f"column 9: {CUT_OFF}", id="cut-off-line"),
        pytest.param(b'{"a": "\xc3', f"column 8: {CUT_OFF}", id="cut-off-character"),
        pytest.param(b"{} {}", f"column 4: {ONE_ALONE}", id="two-values"),
        pytest.param(b"{}\n{}\n", f"line 2, column 1: {ONE_ALONE}", id="two-lines"),
        pytest.param(b"[" * 300, f"column 202: {TOO_DEEP}", id="deep"),
        pytest.param('{"a": "é"}'.encode("latin-1"), f"column 8: the byte 0xe9 {NO_UTF_8}", id="latin-1"),
        pytest.param(b'{\n"\xff": 1}', f"line 2, column 2: the byte 0xff {NO_UTF_8}", id="not-utf-8"),
        pytest.param(b"\x89PNG\r\n", f"the byte 0x89 {NO_UTF_8}", id="picture"),
        pytest.param('"\ud800"'.encode("utf-8", "surrogatepass"), f"the byte 0xed {NO_UTF_8}", id="raw-surrogate"),
        pytest.param('{"a": 1}'.encode("utf-16"), "the text is UTF-16: save it as UTF-8", id="utf-16"),
        pytest.param('{"a": 1}'.encode("utf-16-le"), "the text is UTF-16: save it as UTF-8", id="utf-16-unmarked"),
        pytest.param('{"a": 1}'.encode("utf-32-be"), "the text is UTF-32: save it as UTF-8", id="utf-32"),
        pytest.param(rb'["\ud83d"]', rf"column 3: \ud83d {HALF}", id="high-half"),
        pytest.param(rb'["\uDE00"]', rf"column 3: \uDE00 {HALF}", id="low-half"),
        pytest.param(rb'["\ud83d\u0041"]', rf"column 3: \ud83d {HALF}", id="half-before-another"),
        pytest.param(rb'["\ud83d\ude00\ude00"]', rf"column 15: \ude00 {HALF}", id="half-after-a-pair"),
        pytest.param(rb'{"a": 1, "\ud800": 1}', rf"column 11: \ud800 {HALF}", id="half-in-a-key"),
    ],
)
def test_what_is_no_json_is_told_in_plain_words(data: bytes, said: str) -> None:
    with pytest.raises(UnusableInputError) as caught:
        parse_object(data)
    assert caught.value.reason.startswith("not JSON: ")
    assert said in caught.value.reason


def test_words_that_a_later_parser_may_use_are_passed_on() -> None:
    assert _explain_syntax(b"{", "an object is not closed") == "an object is not closed"
    assert _explain_syntax(b"{", "an object is not closed at line 1 column 1") == "column 1: an object is not closed"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"[{}]", "an object is wanted, an array was sent: send one of its objects (at Runware: one task)."),
        (b'[7, {"taskType": "videoInference"}]', "an array was sent: send one of its objects (at Runware: one task)."),
        (b"[]", "an object is wanted, an array was sent"),
        (b"[[{}], 7]", "an object is wanted, an array was sent"),
        (b"7", "an object is wanted, a number was sent"),
    ],
    ids=["object", "objects", "empty", "others", "number"],
)
def test_an_array_of_requests_is_asked_for_one_of_them(data: bytes, said: str) -> None:
    with pytest.raises(UnusableInputError) as caught:
        parse_object(data)
    assert said in caught.value.reason
    assert ("--format jsonl" in caught.value.reason) is ("send one" in said)


@pytest.mark.parametrize("data", [b"\n" * (30 * MB) + b"x", b'"' + rb"\ud83d\ude00" * (2 * MB) + rb"\ud83d x"])
def test_much_that_is_no_json_is_told_in_time(data: bytes) -> None:
    with pytest.raises(UnusableInputError):
        report_on(data)


@pytest.mark.parametrize(
    "text", ["1e999", "-1e999", "1" * 5000, "-" + "9" * 5000, "1" * 4300, "1e400", "0.1" + "0" * 5000]
)
@pytest.mark.parametrize("host", HOST_NAMES)
@pytest.mark.parametrize("key", ["duration", "seed"])
def test_a_monstrous_number_is_refused(host: str, key: str, text: str) -> None:
    """One is no number of seconds: refused by a rule, or unusable where no number can hold it."""
    pointer = f"/parameters/{key}" if host == "alibaba" else f"/{key}"
    data = as_bytes(changed(sample(host), {pointer: "@"})).replace(b'"@"', text.encode())
    try:
        report = report_on(data, host)
    except UnusableInputError:
        return
    assert report.verdict == "rejected"


@pytest.mark.parametrize("number", [10**5000, -(10**5000)], ids=["above", "below"])
@pytest.mark.parametrize("host", HOST_NAMES)
def test_a_number_that_python_itself_does_not_write_is_reported_on(host: str, number: int) -> None:
    for pointer in pointers(sample(host)):
        report = check(read(changed(sample(host), {pointer: number}), find_host(host), FACTS))
        assert len(write_report(report)) < LONGEST_REPORT
        assert all(len(violation.finding.message) < 1_000 for violation in report.violations)


def _alibaba(count: int, change: Callable[[int], JsonObject]) -> JsonObject:
    return changed(sample("alibaba"), {"/input/media": [change(i) for i in range(count)]})


def _reference(i: int, **more: object) -> JsonObject:
    return {"type": "reference_image", "url": f"https://media.example.com/{i}.png", **more}


MONSTROUS: Final[dict[str, Callable[[], tuple[str, object]]]] = {
    "prompt-of-10-mb": lambda: ("alibaba", changed(sample("alibaba"), {"/input/prompt": "x" * 10_000_000})),
    "prompt-of-10-mb-at-fal": lambda: ("fal", changed(sample("fal"), {"/prompt": "界" * 3_000_000})),
    "prompt-of-labels": lambda: ("fal", changed(sample("fal"), {"/prompt": "Image 1 character9 " * 500_000})),
    "prompt-of-digits": lambda: ("atlas", changed(sample("atlas"), {"/prompt": "character" + "1" * 5_000_000})),
    "prompt-of-beginnings": lambda: ("atlas", changed(sample("atlas"), {"/prompt": "character " * 500_000})),
    "negative-prompt-of-10-mb": lambda: ("runware", changed(sample("runware"), {"/negativePrompt": "x" * 10_000_000})),
    "10000-references": lambda: ("alibaba", _alibaba(10_000, _reference)),
    "10000-equal-references": lambda: ("alibaba", _alibaba(10_000, lambda _i: _reference(0))),
    "10000-voices": lambda: ("alibaba", _alibaba(10_000, lambda i: _reference(i, reference_voice="v.mp3"))),
    "10000-first-frames": lambda: ("alibaba", _alibaba(10_000, lambda i: _reference(i) | {"type": "first_frame"})),
    "10000-unreadable-references": lambda: ("alibaba", _alibaba(10_000, lambda i: {"type": i, "url": i, "x": i})),
    "10000-clips": lambda: (
        "fal",
        changed(
            sample("fal"), {"/reference_video_urls": [f"https://media.example.com/{i}.mp4" for i in range(10_000)]}
        ),
    ),
    "10000-numbers-as-images": lambda: ("atlas", changed(sample("atlas"), {"/images": list(range(10_000))})),
    "10000-unknown-fields": lambda: ("fal", {**sample("fal"), **{f"resolutoin{i}": i for i in range(10_000)}}),
    "unknown-field-of-1-mb": lambda: ("fal", {**sample("fal"), "x" * 1_000_000: 1}),
    "outdated-fields-everywhere": lambda: ("alibaba", {**sample("alibaba"), "size": "1280*720", "shot_type": 1}),
    "url-of-10-mb": lambda: (
        "atlas",
        changed(sample("atlas"), {"/images/0": "data:image/png;base64," + "A" * 10_000_000}),
    ),
    "url-of-10-mb-without-scheme": lambda: ("atlas", changed(sample("atlas"), {"/images/0": "A" * 10_000_000})),
    "tier-of-1-mb": lambda: ("atlas", changed(sample("atlas"), {"/resolution": "1080P-" * 200_000})),
    "ratio-of-1-mb": lambda: ("fal", changed(sample("fal"), {"/aspect_ratio": "16:9" * 250_000})),
    "ratio-of-blanks": lambda: ("fal", changed(sample("fal"), {"/aspect_ratio": " " * 1_000_000})),
    "model-of-1-mb": lambda: ("runware", changed(sample("runware"), {"/model": "x" * 1_000_000})),
    "object-as-prompt": lambda: ("fal", changed(sample("fal"), {"/prompt": {"text": ["a"] * 10_000}})),
    "urls-of-arrays": lambda: ("fal", changed(sample("fal"), {"/reference_image_urls": [["https://a.example/b.png"]]})),
    "urls-of-objects": lambda: ("fal", changed(sample("fal"), {"/reference_video_urls": [{"url": "a"}, {"url": "a"}]})),
    "widths-of-objects": lambda: ("runware", changed(sample("runware"), {"/width": {}, "/height": []})),
}


@pytest.mark.parametrize("make", MONSTROUS.values(), ids=MONSTROUS)
def test_a_monstrous_payload_is_reported_on(make: Callable[[], tuple[str, object]]) -> None:
    host, payload = make()
    report = report_on(as_bytes(payload), host)
    assert report.violations or report.unverified
    assert len(write_report(report)) < LONGEST_REPORT


@pytest.mark.parametrize(
    ("host", "holder"),
    [("fal", ""), ("alibaba", "/parameters"), ("alibaba", "/input/media/0")],
    ids=["top", "inside", "medium"],
)
@pytest.mark.parametrize(
    "key", ["x" * 3_000_000, f"https://me:{'s3cret' * 4}@media.example.com/a.png"], ids=["long", "secret"]
)
def test_a_key_that_is_not_shown_is_placed_in_its_object(host: str, holder: str, key: str) -> None:
    """Its own pointer would repeat it, and a part of that would name another place."""
    payload = changed(sample(host), {f"{holder}/{key.replace('/', '~1')}": 1})
    (found,) = [each for each in report_on(as_bytes(payload), host).violations if each.rule.name == "field-unknown"]
    assert found.at == holder
    assert found.finding.observed == show_key(key)
    assert len(str(found.finding)) < 2_000
    assert "s3cret" not in str(found.finding)


@pytest.mark.parametrize("key", ["a" * 64, "a/b~c", "", "résolution"])
def test_a_key_that_is_shown_has_its_own_pointer(key: str) -> None:
    payload = {**sample("fal"), key: 1}
    (found,) = [each for each in report_on(as_bytes(payload), "fal").violations if each.rule.name == "field-unknown"]
    assert found.at == f"/{key.replace('~', '~0').replace('/', '~1')}"
    assert found.finding.observed == key


def test_what_fits_no_host_is_not_repeated_at_length() -> None:
    with pytest.raises(UnusableInputError) as caught:
        recognise({"x" * 1_000_000: 1, f"https://me:{'s3cret' * 4}@media.example.com/a.png": 2})
    assert len(str(caught.value)) < 1_000
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("host", HOST_NAMES)
def test_a_byte_order_mark_is_passed_over(host: str) -> None:
    assert report_on(b"\xef\xbb\xbf" + as_bytes(sample(host))).verdict == "accepted"


@pytest.mark.parametrize("host", HOST_NAMES)
def test_whole_surrogate_pairs_and_escapes_are_text(host: str) -> None:
    key = {"alibaba": "/input/prompt", "runware": "/positivePrompt"}.get(host, "/prompt")
    data = as_bytes(changed(sample(host), {key: '🎬 "quoted" \\ \u0000 \u2028'}))
    assert b"\\ud83c" in data
    assert report_on(data).verdict == "accepted"


@examples(150)
@pytest.mark.parametrize("host", HOST_NAMES)
@given(data=st.data())
def test_any_value_at_any_place_is_reported_on(host: str, data: st.DataObject) -> None:
    payload = sample(host)
    for _ in range(data.draw(st.integers(1, 3))):
        pointer = data.draw(st.sampled_from(sorted(pointers(payload))))
        payload = changed(payload, {pointer: data.draw(JSON_VALUES)}, gone=object())
    report_on(as_bytes(payload), host)


@examples(60)
@pytest.mark.parametrize("host", HOST_NAMES)
@given(payload=st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=9), JSON_VALUES, max_size=5))
def test_any_object_is_reported_on(host: str, payload: JsonObject) -> None:
    assert report_on(as_bytes(payload), host).verdict == "rejected"


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_reported_on_or_unusable(data: bytes) -> None:
    try:
        report_on(data, "alibaba")
    except UnusableInputError as error:
        assert str(error)  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize("host", HOST_NAMES)
def test_samples_are_recognised(host: str) -> None:
    assert recognise(parse_object(as_bytes(sample(host)))) is HOSTS[host]


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param({}, id="empty"),
        pytest.param({"foo": 1, "bar": 2}, id="foreign"),
        pytest.param({"model": ["wan2.7-r2v"]}, id="model-in-an-array"),
        pytest.param({"model": {}}, id="model-of-nothing"),
        pytest.param({"images": [], "reference_image_urls": []}, id="of-two-hosts"),
    ],
)
def test_what_fits_no_one_host_is_an_error_that_says_what_was_looked_for(payload: JsonObject) -> None:
    with pytest.raises(UnusableInputError, match="Looked for") as caught:
        recognise(payload)
    assert all(name in str(caught.value) for name in HOST_NAMES)


def test_an_unknown_host_is_an_error_that_lists_the_known() -> None:
    with pytest.raises(UnusableInputError, match="alibaba, atlas, fal, runware"):
        find_host("replicate")
