"""What the page says of a report: each violation at its line, each missing fact with what to call it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Final

import pytest

from pricing.shell.catalogues import load_published
from pricing.shell.jobs import Sale
from pricing.shell.service.page.asking import Answer, Question, answer
from pricing.shell.service.page.report_view import ReportView, draw_marks, draw_spots, show_report
from pricing.shell.service.page.samples import STARTS
from wan_rules.validation import PatchOp

AT: Final = datetime(2026, 11, 15, tzinfo=UTC)
MISTAKES: Final = STARTS["mistakes"]


def ask(payload: str, facts: str = "", host: str | None = None) -> Answer:
    return answer(Question(payload, host, facts), lambda: Sale(load_published(), None, None, None, AT))


def show(payload: str, facts: str = "") -> ReportView:
    view = show_report(ask(payload, facts))
    assert view is not None
    return view


def test_each_violation_names_its_line_and_what_mends_it() -> None:
    view = show(MISTAKES.payload, MISTAKES.facts)
    lines = MISTAKES.payload.split("\n")
    found = {remark.name: (lines[remark.mark.line - 1].strip(), remark.fix) for remark in view.remarks}
    assert view.verdict == "rejected"
    assert view.counted == "3 errors, 1 warning"
    assert found == {
        "field-unknown": ('"negativ_prompt": "blurred",', None),
        "resolution": ('"resolution": "1080p",', 'Set resolution to "1080P"'),
        "duration": ('"duration": 12,', "Set duration to 10"),
        "seed": ('"seed": -1', "Remove seed"),
    }


def test_a_patch_goes_to_the_page_and_comes_back() -> None:
    patches = [PatchOp(**json.loads(remark.patch)) for remark in show(MISTAKES.payload).remarks if remark.patch]
    assert PatchOp("replace", "/parameters/duration", 10) in patches


def test_places_are_counted_as_a_browser_counts() -> None:
    payload = MISTAKES.payload.replace("sings", "sings \N{MUSICAL SYMBOL G CLEF}")
    (remark,) = [one for one in show(payload).remarks if one.name == "duration"]
    as_browser = payload.encode("utf-16-le")
    assert as_browser[2 * remark.start : 2 * remark.end].decode("utf-16-le") == '"duration": 12'


def test_the_layer_repeats_the_lines_that_it_marks() -> None:
    found = ask(MISTAKES.payload)
    pieces = list(draw_marks(show_report(found), found))
    drawn = "".join(piece.text for piece in pieces).split("\n")
    marked = {number for number, line in enumerate(drawn) if line}
    assert [drawn[number] for number in marked] == [MISTAKES.payload.split("\n")[number] for number in marked]
    assert sum(len(piece.remarks) for piece in pieces) == 4


def test_clips_are_asked_for_first_and_by_their_length_first() -> None:
    first = show(STARTS["unknown"].payload).missing[0]
    assert first.url == first.key == "https://media.example.com/dancer.mp4"
    assert first.needs[0].name == "duration_s"


def test_a_medium_within_the_payload_is_called_by_its_place() -> None:
    payload = STARTS["unknown"].payload.replace("https://media.example.com/dancer.mp4", "data:video/mp4;base64,AAAA")
    assert next(one.key for one in show(payload).missing) == "/input/media/1/url"


@pytest.mark.parametrize(
    ("payload", "line"),
    [
        pytest.param('{\n  "a": 1,\n  "b": ,\n}', 3, id="a-line"),
        pytest.param("{a: 1}", 1, id="a-column-alone"),
        pytest.param("", None, id="nothing"),
        pytest.param('{"a": 1, "a": 2}', None, id="a-key-twice"),
        pytest.param("[]", None, id="no-object"),
    ],
)
def test_what_is_no_payload_is_told_with_its_line(payload: str, line: int | None) -> None:
    found = ask(payload)
    assert found.fault is not None
    assert (found.fault.what, found.fault.line) == ("payload", line)
    drawn = "".join(piece.text for piece in draw_marks(None, found))
    assert drawn == ("" if line is None else "\n" * (line - 1) + payload.split("\n")[line - 1])


def test_facts_that_can_not_be_read_are_told_before_anything_else() -> None:
    found = ask(STARTS["fal"].payload, '{"https://a.example/x": {"bytes": "many"}}')
    assert found.fault is not None
    assert found.fault.what == "facts"
    assert found.report is None


def test_facts_about_no_medium_are_said() -> None:
    assert ask(STARTS["fal"].payload, '{"https://a.example/x": {"bytes": 1}}').idle == ("https://a.example/x",)


def test_an_unknown_payload_is_told_in_the_words_of_the_page() -> None:
    fault = ask('{"a": 1}').fault
    assert fault is not None
    assert fault.reason.endswith("Name the host above.")


def test_each_line_with_something_wrong_opens_at_its_number() -> None:
    found = ask(MISTAKES.payload.replace('"duration": 12,\n    ', '"duration": 12, '), MISTAKES.facts)
    view = show_report(found)
    assert view is not None
    spots = list(draw_spots(view, found))
    assert [(spot.line, spot.severity, spot.counted) for spot in spots] == [
        (5, "warning", "1 warning"),
        (19, "error", "1 error"),
        (21, "error", "2 errors"),
    ]
    assert [remark for spot in spots for remark in spot.remarks] == list(view.remarks)
    assert [sum(spot.down for spot in spots[: place + 1]) for place in range(3)] == [spot.line - 1 for spot in spots]


def test_a_text_that_is_no_json_has_one_such_line() -> None:
    assert [(spot.down, spot.line) for spot in draw_spots(None, ask('{\n  "a": 1,\n  "b": ,\n}'))] == [(2, 3)]
    assert list(draw_spots(None, ask(""))) == []
