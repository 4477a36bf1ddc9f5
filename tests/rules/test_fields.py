"""What is said of fields that do not fit: the remedy, in every language, and how many are told one by one."""

from __future__ import annotations

from typing import Final

import pytest

from tests.documents import JsonObject, changed
from wan_rules import HOSTS, Rule, Translation, check, read
from wan_rules.rule import Finding, Fix
from wan_rules.rules.fields import FIELD_OUTDATED, FIELD_TYPE, FIELD_UNKNOWN, MODEL
from wan_rules.samples import SAMPLES

SHOWN: Final = 64
"""Fields that are told one by one."""
QUESTION: Final = "Is this a payload of this host at all?"


def find(rule: Rule, host: str, changes: JsonObject) -> list[Finding]:
    report = check(read(changed(SAMPLES[host], changes), HOSTS[host]))
    return [violation.finding for violation in report.violations if violation.rule is rule]


@pytest.mark.parametrize(
    ("pointer", "value", "told"),
    [
        ("/parameters/duration", "5", "a string stands where a whole number is wanted. Write a whole number."),
        (
            "/parameters/prompt_extend",
            "true",
            "a string stands where true or false is wanted. Write true or false, or leave the field out.",
        ),
        ("/input", None, "null stands where an object is wanted. Add it."),
        ("/input/media/0/url", None, "null stands where a string is wanted. Add it."),
        ("/input/media/0/reference_voice", 7, "a number stands where a string is wanted. Write a string, or leave the"),
    ],
)
def test_a_value_of_a_wrong_type_is_told_with_the_remedy(pointer: str, value: object, told: str) -> None:
    (finding,) = find(FIELD_TYPE, "alibaba", {pointer: value})
    assert finding.message.startswith(told)


def test_a_type_is_told_in_the_reader_s_language() -> None:
    chinese = Translation(
        "zh",
        {"WAN001.other-type": "{seen}/{wanted}", "type.string": "字符串", "type.whole-number": "整数"},
    )
    (finding,) = find(FIELD_TYPE, "alibaba", {"/parameters/duration": "5"})
    assert finding.tell(chinese) == "字符串/整数"


def test_of_words_that_a_host_knows_all_are_told() -> None:
    """What is allowed is plain text, as a report is; the message can be told in other languages."""
    wanted = "one of reference_image, reference_video, first_frame"
    (finding,) = find(FIELD_TYPE, "alibaba", {"/input/media/0/type": "picture"})
    assert finding.limit == wanted
    assert finding.message == f"a string stands where {wanted} is wanted. Write {wanted}."


@pytest.mark.parametrize("more", [0, 1, 1000])
def test_of_many_values_of_a_wrong_type_sixty_four_are_told(more: int) -> None:
    found = find(FIELD_TYPE, "alibaba", {"/input/media": [7] * (SHOWN + more)})
    assert [finding.at for finding in found[:SHOWN]] == [f"/input/media/{index}" for index in range(SHOWN)]
    told = f"{more:,} more values of a wrong type are not told one by one. {QUESTION}"
    assert [_tell(finding) for finding in found[SHOWN:]] == (
        [("", SHOWN + more, SHOWN, "fields", told)] if more else []
    )


@pytest.mark.parametrize("more", [0, 1, 1000])
def test_of_many_unknown_fields_sixty_four_are_told(more: int) -> None:
    """One of another version is not among them."""
    keys = [f"/parameters/{'y' * 5}{index}" for index in range(SHOWN + more)]
    found = find(FIELD_UNKNOWN, "alibaba", {"/parameters/size": "1280*720", **dict.fromkeys(keys, 1)})
    assert [finding.at for finding in found[:SHOWN]] == keys[:SHOWN]
    told = f"{more:,} more unknown fields are not told one by one. {QUESTION}"
    assert [_tell(finding) for finding in found[SHOWN:]] == (
        [("", SHOWN + more, SHOWN, "fields", told)] if more else []
    )


def _tell(finding: Finding) -> tuple[object, ...]:
    return finding.at, finding.observed, finding.limit, finding.unit, finding.message


@pytest.mark.parametrize(
    ("key", "remedy"),
    [
        ("resolutoin", "Did you mean 'resolution'?"),
        ("ratoi", "Did you mean 'ratio'?"),
        ("yyyyy", "Leave it out, or it is ignored or changes what is billed."),
    ],
)
def test_an_unknown_field_is_told_with_the_one_that_was_meant(key: str, remedy: str) -> None:
    (finding,) = find(FIELD_UNKNOWN, "alibaba", {f"/parameters/{key}": 1})
    assert finding.message == f"'{key}' is not a field of this host's request. {remedy}"


@pytest.mark.parametrize("value", [{}, [], {"width": 1280}])
def test_a_field_of_another_version_that_holds_more_than_a_value_is_not_taken_out(value: object) -> None:
    (finding,) = find(FIELD_OUTDATED, "alibaba", {"/parameters/size": value})
    assert finding.fix is None
    (finding,) = find(FIELD_OUTDATED, "alibaba", {"/parameters/size": "1280*720"})
    assert finding.fix == Fix("remove", "/parameters/size")


@pytest.mark.parametrize(
    ("model", "begins"), [(None, "No model is named"), ("wan2.6-r2v", "'wan2.6-r2v' is another model")]
)
def test_another_model_is_told_with_those_that_are_known(model: str | None, begins: str) -> None:
    (finding,) = find(MODEL, "alibaba", {"/model": model})
    assert finding.message == (
        f"{begins}: these rules and prices are for 'wan2.7-r2v'. Write 'wan2.7-r2v' or 'wan2.7-r2v-2026-06-12'."
    )


def test_a_model_of_a_wrong_type_is_told_by_the_rule_on_types_alone() -> None:
    assert find(MODEL, "alibaba", {"/model": 7}) == []


def test_a_model_that_is_missing_is_told_otherwise_than_another() -> None:
    (missing,) = find(MODEL, "alibaba", {"/model": None})
    (other,) = find(MODEL, "alibaba", {"/model": "wan2.6-r2v"})
    assert (missing.observed, other.observed) == (None, "wan2.6-r2v")
    assert missing.message != other.message
