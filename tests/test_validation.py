"""A report's verdict and fixes, and the request that comes out of a payload that no rule refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from tests.documents import changed
from wan_rules import HOSTS, check, read, validate
from wan_rules.facts import NO_FACTS, Facts, parse_facts
from wan_rules.hosts.reading import Reading
from wan_rules.request import ReferenceOf, Request
from wan_rules.samples import SAMPLE_FACTS, SAMPLES
from wan_rules.shell.translations import load_translation
from wan_rules.validation import InvalidRequestError, PatchOp

MEDIA: Final = "https://media.example.com"
KNOWN: Final = parse_facts(SAMPLE_FACTS)
GONE: Final = object()


def reading(changes: dict[str, object], host: str = "alibaba", facts: Facts = NO_FACTS) -> Reading:
    return read(changed(SAMPLES[host], changes, gone=GONE), HOSTS[host], facts)


def test_every_part_of_a_payload_is_in_the_request() -> None:
    sent: dict[str, object] = {"/parameters/prompt_extend": True, "/parameters/watermark": False}
    valid = validate(reading(sent, facts=KNOWN))
    assert valid.request == Request(
        "Image 1 sings while Video 1 dances around Video 2",
        "blurred",
        (
            ReferenceOf("image", f"{MEDIA}/girl.jpg", f"{MEDIA}/girl-voice.mp3"),
            ReferenceOf("video", f"{MEDIA}/dancer.mp4", None),
            ReferenceOf("video", f"{MEDIA}/dog.mp4", None),
        ),
        None,
        None,
        "720P",
        "16:9",
        10,
        True,  # noqa: FBT003 - as it was sent
        False,  # noqa: FBT003 - as it was sent
        42,
    )
    assert [known.medium for known in valid.evidence] == [KNOWN[one.url] for one in valid.request.references]
    assert valid.voice_facts is None


def test_facts_of_the_requests_own_voice_come_along() -> None:
    voice = f"{MEDIA}/girl-voice.mp3"
    valid = validate(reading({"/audio": voice}, "atlas", KNOWN))
    assert (valid.request.voice, valid.voice_facts) == (voice, KNOWN[voice])


def test_a_warning_leaves_the_verdict_to_what_is_known() -> None:
    """A resolution that is left out is said, and takes the host's default."""
    left_out: dict[str, object] = {"/parameters/resolution": GONE}
    told = [check(reading(left_out, facts=facts)) for facts in (NO_FACTS, KNOWN)]
    assert [one.verdict for one in told] == ["undetermined", "accepted"]
    assert [[v.severity for v in one.violations] for one in told] == [["warning"], ["warning"]]
    assert [check(reading({}, facts=facts)).verdict for facts in (NO_FACTS, KNOWN)] == ["undetermined", "accepted"]


@pytest.mark.parametrize(
    ("host", "changes", "fix"),
    [
        pytest.param(
            "alibaba", {"/parameters/duration": 1}, PatchOp("replace", "/parameters/duration", 2), id="number"
        ),
        pytest.param(
            "alibaba", {"/parameters/ratio": "16/9"}, PatchOp("replace", "/parameters/ratio", "16:9"), id="word"
        ),
        pytest.param("fal", {"/resolution": "1080"}, PatchOp("replace", "/resolution", "1080p"), id="hosts-own-word"),
        pytest.param("fal", {"/seed": -1}, PatchOp("remove", "/seed", None), id="removal"),
        pytest.param(
            "alibaba",
            {"/parameters/resolution": GONE},
            PatchOp("add", "/parameters/resolution", "1080P"),
            id="addition",
        ),
        pytest.param("alibaba", {"/parameters/size": 1}, PatchOp("remove", "/parameters/size", None), id="unknown"),
        pytest.param("alibaba", {"/parameters": GONE}, None, id="addition-to-nothing"),
    ],
)
def test_a_fix_is_in_the_payloads_own_place_and_words(
    host: str, changes: dict[str, object], fix: PatchOp | None
) -> None:
    first = check(reading(changes, host, KNOWN)).violations[0]
    assert first.fix == fix


@pytest.mark.parametrize("outer", [5, {}, {"parameters": 5}, None])
def test_nothing_is_added_where_the_objects_around_it_are_not_there(outer: object) -> None:
    """At a host whose fields stand two objects deep."""
    known = HOSTS["alibaba"]
    deep = tuple(s._replace(path=("outer", *s.path)) if s.path == ("parameters",) else s for s in known.sections)
    payload = changed(SAMPLES["alibaba"], {"/parameters": GONE, "/outer": outer}, gone=GONE)
    report = check(read(payload, replace(known, sections=deep), KNOWN))
    left_out = [one for one in report.violations if one.rule.name == "default-billed"]
    assert [(one.at, one.fix) for one in left_out] == [
        ("/outer/parameters/resolution", None),
        ("/outer/parameters/duration", None),
    ]


def test_an_error_tells_the_first_and_counts_the_others_in_any_language() -> None:
    with pytest.raises(InvalidRequestError) as one:
        validate(reading({"/parameters/duration": 1}))
    with pytest.raises(InvalidRequestError) as two:
        validate(reading({"/parameters/duration": 1, "/parameters/seed": -7}))
    (found, *_) = one.value.report.violations
    said = f"{found.rule.id} {found.rule.name}: {found.finding.message}"
    assert (str(one.value), str(two.value)) == (said, f"{said} (and 1 more)")
    chinese = load_translation("zh")
    assert (
        one.value.tell(chinese) == f"{found.rule.id} {found.rule.name}\N{FULLWIDTH COLON}{found.finding.tell(chinese)}"
    )
