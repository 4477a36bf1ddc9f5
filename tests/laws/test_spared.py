"""A rule that is spared would have found nothing: a report says of a medium what each rule, asked alone, says."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import examples
from wan_rules import HOSTS, Detection, MediaFacts, check, read
from wan_rules.limits import Limits
from wan_rules.rule import MediumRule
from wan_rules.rules import MEDIUM_RULES
from wan_rules.samples import SAMPLES

URL: Final = "https://media.example.com/one.bin"
VOICE: Final = "https://media.example.com/voice.mp3"


def near(*ends: int) -> st.SearchStrategy[int]:
    """At each end, or one beside it, or anything at all."""
    return st.sampled_from([n for end in ends for n in (end - 1, end, end + 1) if n > 0]) | st.integers(1, 10**9)


def facts_about(limits: Limits) -> st.SearchStrategy[MediaFacts]:
    formats = (*limits.image_formats.value, *limits.video_formats.value, *limits.voice_formats.value, "MP4", "gif")
    lengths = near(*limits.voice_seconds.value, 30).map(lambda n: Decimal(n * 1000 % 40000 + n % 2).scaleb(-3))
    return st.builds(
        MediaFacts,
        kind=st.sampled_from(["image", "video", "voice"]),
        format=st.sampled_from(formats),
        bytes=near(limits.image_bytes.value, limits.video_bytes.value, limits.voice_bytes.value) | st.just(0),
        width_px=near(*limits.image_side_px.value, *limits.video_side_px.value),
        height_px=near(*limits.image_side_px.value, *limits.video_side_px.value),
        duration_s=lengths,
        has_alpha=st.booleans(),
        subjects=st.integers(0, 3),
        detected=st.none() | st.builds(Detection, seen=st.just(()), trusted=st.booleans()),
    )


def rules_over(kind: str, known: MediaFacts) -> list[MediumRule]:
    """The rules that a medium sent as `kind` is to be asked: of another kind it is asked no more than what it is."""
    over = ("medium", "reference", kind) if known.kind == kind else ("medium", "reference")
    return [rule for rule in MEDIUM_RULES if rule.over in over]


@pytest.mark.parametrize("kind", ["image", "video"])
@examples(300)
@given(data=st.data())
def test_of_a_reference(kind: str, data: st.DataObject) -> None:
    host = HOSTS["alibaba"]
    known = data.draw(facts_about(host.limits))
    medium = {"type": f"reference_{kind}", "url": URL}
    reading = read({**SAMPLES["alibaba"], "input": {"prompt": "Image 1", "media": [medium]}}, host, {URL: known})
    (reference,) = reading.draft.references
    expected = {rule.id for rule in rules_over(kind, known) if rule.check(reference, known, host.limits)}
    told = {violation.rule.id for violation in check(reading).violations if isinstance(violation.rule, MediumRule)}
    assert told == expected


@examples(300)
@given(data=st.data())
def test_of_a_voice(data: st.DataObject) -> None:
    host = HOSTS["alibaba"]
    known = data.draw(facts_about(host.limits))
    medium = {"type": "reference_image", "url": URL, "reference_voice": VOICE}
    reading = read({**SAMPLES["alibaba"], "input": {"prompt": "Image 1", "media": [medium]}}, host, {VOICE: known})
    (reference,) = reading.draft.references
    rules = [rule for rule in MEDIUM_RULES if rule.over == "voice"]
    expected = {rule.id for rule in rules if rule.check(reference, known, host.limits)}
    told = {violation.rule.id for violation in check(reading).violations if isinstance(violation.rule, MediumRule)}
    assert told == expected


def test_a_clip_that_is_an_image_has_one_fault() -> None:
    host = HOSTS["alibaba"]
    known = MediaFacts(kind="image", format="png", bytes=10, width_px=100, height_px=100, has_alpha=True, subjects=1)
    medium = {"type": "reference_video", "url": URL}
    report = check(read({**SAMPLES["alibaba"], "input": {"prompt": "Video 1", "media": [medium]}}, host, {URL: known}))
    assert [violation.rule.id for violation in report.violations] == ["WAN302"]
    assert report.unverified == ()
