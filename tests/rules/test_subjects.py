"""Who counted the subjects decides how severe the finding is, never whether there is one; and boxes are told."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.documents import JsonObject
from tests.strategies import examples
from wan_rules import HOSTS, UnusableInputError, Violation, check, parse_facts, read
from wan_rules.samples import SAMPLE_FACTS, SAMPLES

URL: Final = "https://media.example.com/girl.jpg"
PERSON: Final = {"kind": "person", "confidence": "0.93", "left_px": 11, "top_px": 20, "right_px": 368, "bottom_px": 507}


def found(host: str, known: JsonObject) -> list[Violation]:
    facts = {**SAMPLE_FACTS, URL: {**SAMPLE_FACTS[URL], **known}}
    report = check(read(SAMPLES[host], HOSTS[host], parse_facts(facts)))
    return [violation for violation in report.violations if violation.rule.id == "WAN208"]


def seen(count: int, *, trusted: bool = False) -> JsonObject:
    return {"subjects": count, "detected": {"seen": [PERSON] * count, "trusted": trusted}}


@pytest.mark.parametrize("host", HOSTS)
@examples(50)
@given(count=st.integers(0, 12), trusted=st.booleans())
def test_a_detector_finds_what_a_declared_count_would(host: str, count: int, *, trusted: bool) -> None:
    declared, detected = found(host, {"subjects": count}), found(host, seen(count, trusted=trusted))
    assert [one.finding.observed for one in detected] == [one.finding.observed for one in declared]
    severe = [one.severity for one in declared]
    assert [one.severity for one in detected] == (severe if trusted else ["warning"] * len(severe))


def test_two_people_are_told_with_their_places() -> None:
    (violation,) = found("alibaba", seen(2))
    assert violation.finding.message.endswith(
        "A detector counted: person (0.93) from 11,20 to 368,507 px; person (0.93) from 11,20 to 368,507 px."
    )


def test_of_a_crowd_four_are_told() -> None:
    (violation,) = found("alibaba", seen(7))
    assert violation.finding.message.count("person") == 4
    assert violation.finding.message.endswith("; and 3 more.")


def test_a_detector_that_sees_nothing_says_what_it_cannot_see() -> None:
    (violation,) = found("alibaba", seen(0, trusted=True))
    assert violation.severity == "warning"
    assert violation.finding.message.endswith("it saw none of the kinds that it knows, and knows no logos or products.")


def test_what_a_detector_doubts_is_no_count() -> None:
    facts = {**SAMPLE_FACTS, URL: {**SAMPLE_FACTS[URL], "detected": {"seen": [PERSON]}, "subjects": None}}
    report = check(read(SAMPLES["alibaba"], HOSTS["alibaba"], parse_facts(facts)))
    assert (report.verdict, [rule.id for one in report.unverified for rule in one.rules]) == (
        "undetermined",
        ["WAN208"],
    )


@pytest.mark.parametrize(
    ("detected", "said"),
    [
        pytest.param({}, "detected > seen: it is missing", id="nothing-seen"),
        pytest.param({"seen": [{**PERSON, "confidence": "93 %"}]}, "'93 %' has another form than", id="confidence"),
        pytest.param({"seen": [{**PERSON, "confidence": 0.93}]}, "a string, in quotation marks, is wanted", id="float"),
        pytest.param({"seen": [{**PERSON, "left_px": -1}]}, "left_px: 0 or more is wanted, not -1", id="outside"),
        pytest.param({"seen": [PERSON] * 101}, "too long: leave 100 or fewer in it", id="crowd"),
        pytest.param({"seen": [], "trust": True}, "an unknown key: did you mean 'trusted'?", id="misspelt"),
    ],
)
def test_a_detection_of_another_form_is_refused(detected: JsonObject, said: str) -> None:
    with pytest.raises(UnusableInputError) as caught:
        parse_facts({URL: {"subjects": 1, "detected": detected}})
    assert said in str(caught.value)


SEVERAL: Final = "{} subjects in one reference: one each. Crop to one, or give each a reference of its own."
PLACE: Final = "person (0.93) from 11,20 to 368,507 px"


@pytest.mark.parametrize("count", [2, 9])
def test_several_subjects_are_told_with_what_to_do(count: int) -> None:
    (violation,) = found("alibaba", {"subjects": count})
    assert violation.finding.message == SEVERAL.format(count)


def test_no_subject_is_told_with_what_to_do() -> None:
    none = "0 subjects in one reference: one each. Show the subject, or leave it out."
    (violation,) = found("alibaba", {"subjects": 0})
    assert violation.finding.message == none
    (violation,) = found("alibaba", seen(0))
    assert violation.finding.message.startswith(f"{none} A detector counted: it saw none")


@pytest.mark.parametrize(
    ("count", "end"),
    [(3, "."), (4, "."), (5, "; and 1 more."), (6, "; and 2 more.")],
    ids=["three", "four", "five", "six"],
)
def test_what_a_detector_counted_stands_after_what_to_do(count: int, end: str) -> None:
    """Four are told one by one."""
    (violation,) = found("alibaba", seen(count))
    places = "; ".join([PLACE] * min(count, 4))
    assert violation.finding.message == f"{SEVERAL.format(count)} A detector counted: {places}{end}"
