"""Which voices are looked at, where, and what is said of those that are none."""

from __future__ import annotations

from typing import Final

import pytest

from tests.documents import JsonObject, changed
from wan_rules import HOSTS, Rule, check, read
from wan_rules.rule import Finding, Fix
from wan_rules.rules.voice import FIRST_FRAME_VOICE, VOICE_NOT_TAKEN, VOICE_SCHEME
from wan_rules.samples import SAMPLES

MEDIA: Final = "https://media.example.com"
VOICE: Final = f"{MEDIA}/girl-voice.mp3"


def find(rule: Rule, host: str, changes: JsonObject) -> list[Finding]:
    report = check(read(changed(SAMPLES[host], changes), HOSTS[host]))
    return [violation.finding for violation in report.violations if violation.rule is rule]


def frame(voice: object) -> JsonObject:
    return {"type": "first_frame", "url": f"{MEDIA}/door.jpg", "reference_voice": voice}


def test_the_voices_of_two_first_frames_are_told() -> None:
    """There is one first frame at most; a second is told by another rule too."""
    found = find(FIRST_FRAME_VOICE, "alibaba", {"/input/media": [frame(VOICE), frame(None), frame(VOICE)]})
    assert [finding.at for finding in found] == ["first_frames/0/voice"]
    found = find(FIRST_FRAME_VOICE, "alibaba", {"/input/media": [frame(None), frame(VOICE), frame(VOICE)]})
    assert [(finding.at, finding.observed, finding.fix) for finding in found] == [
        ("first_frames/1/voice", VOICE, Fix("remove", "first_frames/1/voice"))
    ]
    (told,) = [finding.message for finding in found]
    assert told == "A first frame takes no voice. Move it to the reference that speaks."


def test_a_voice_of_a_wrong_type_is_mended_by_the_rule_on_types_alone() -> None:
    (finding,) = find(FIRST_FRAME_VOICE, "alibaba", {"/input/media/-": frame(7)})
    assert (finding.observed, finding.fix) == (None, None)
    (finding,) = find(VOICE_NOT_TAKEN, "fal", {"/reference_voice": 7})
    assert finding.observed is None


def test_each_reference_s_voice_has_to_be_where_the_host_can_fetch_it() -> None:
    voices = {0: "girl.mp3", 1: VOICE, 2: f"ftp://{MEDIA[8:]}/dog.mp3"}
    changes: JsonObject = {f"/input/media/{index}/reference_voice": voice for index, voice in voices.items()}
    assert [(finding.at, finding.observed) for finding in find(VOICE_SCHEME, "alibaba", changes)] == [
        ("references/0/voice", "girl.mp3"),
        ("references/2/voice", "ftp://media.example.com/dog.mp3"),
    ]


@pytest.mark.parametrize(
    ("voice", "told"),
    [
        (VOICE, []),
        ("ftp://media.example.com/a.mp3", ["a URL begins with http://, https://, oss://, data:. Upload the file."]),
        (f"{MEDIA}/a voice.mp3", ["there is a blank in it. Take it away, or write %20."]),
    ],
)
def test_the_voice_of_a_request_has_to_be_where_the_host_can_fetch_it(voice: str, told: list[str]) -> None:
    found = find(VOICE_SCHEME, "atlas", {"/audio": voice})
    assert [finding.message for finding in found] == [
        f"'{voice}' can't be fetched by the host: {fault}" for fault in told
    ]


def test_a_voice_that_is_not_taken_is_not_fetched_either() -> None:
    changes: JsonObject = {"/reference_voice": "voice.mp3"}
    assert find(VOICE_SCHEME, "fal", changes) == []
    (finding,) = find(VOICE_NOT_TAKEN, "fal", changes)
    assert (finding.at, finding.observed) == ("voice", "voice.mp3")
