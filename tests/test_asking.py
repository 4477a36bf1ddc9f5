"""Answers are kept for the next request, and nothing that the caller sent stays with them."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import pytest

from pricing.shell.wire import write_report
from tests.documents import JsonObject, changed
from tests.test_additions import rule
from wan_rules import HOSTS, check, read
from wan_rules.facts import parse_facts
from wan_rules.hosts.host import Host
from wan_rules.hosts.media_reading import KEPT_MEDIA
from wan_rules.request import ReferenceOf
from wan_rules.rule import CastRule, Finding, MediumRule, OutputRule, Rule
from wan_rules.samples import SAMPLE_FACTS, SAMPLES
from wan_rules.validation import Report

WORD: Final = 200_000
"""Letters of a word that nobody sends by accident."""
MANY: Final = 10_000
"""References of such a request."""
ROUNDS: Final = 5
KEPT_BYTES: Final = WORD // 2
"""What may stay behind after all rounds: less than one of the words."""
ITEM: Final = {"type": "reference_image", "url": "https://media.example.com/a.png"}
CLIP: Final = {"type": "reference_video", "url": "https://media.example.com/a.mp4"}


def _word(number: int) -> str:
    return f"{number}{'x' * WORD}"


LARGE: Final[dict[str, tuple[str, Callable[[int], JsonObject]]]] = {
    "model": ("alibaba", lambda n: {"/model": _word(n)}),
    "resolution": ("alibaba", lambda n: {"/parameters/resolution": _word(n)}),
    "resolution-in-an-array": ("alibaba", lambda n: {"/parameters/resolution": [_word(n)]}),
    "ratio": ("atlas", lambda n: {"/ratio": _word(n)}),
    "duration": ("fal", lambda n: {"/duration": _word(n)}),
    "width": ("runware", lambda n: {"/width": _word(n)}),
    "type": ("alibaba", lambda n: {"/input/media/0/type": _word(n)}),
    "field": ("alibaba", lambda n: {f"/parameters/{_word(n)}": 1}),
    "labels": ("alibaba", lambda n: {"/input/prompt": f"图{n + 1}" * 2500}),
    "media": ("alibaba", lambda n: {"/input/media": [ITEM] * (MANY + n)}),
    "kinds": ("alibaba", lambda n: {"/input/media": [CLIP if (i + 1) % (n + 2) else ITEM for i in range(64)]}),
    "urls": ("atlas", lambda n: {"/images": [ITEM["url"]] * (MANY + n)}),
    "frames": ("runware", lambda n: {"/inputs/frameImages": [ITEM["url"]] * (MANY + n)}),
}


def _ask(name: str, number: int) -> None:
    host, change = LARGE[name]
    write_report(check(read(changed(SAMPLES[host], change(number)), HOSTS[host])))


@pytest.mark.parametrize("name", LARGE)
def test_nothing_of_a_large_payload_is_kept(name: str) -> None:
    _ask(name, 0)  # what is made once for everybody stays
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(1, ROUNDS + 1):
            _ask(name, number)
        gc.collect()
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < KEPT_BYTES


class Listener:
    """A rule that keeps what it was asked with, and a host that has it."""

    def __init__(self, host: str, kind: type[Any], **said: object) -> None:
        self.asked: list[Any] = []
        self.rule: Rule = rule(self.listen, kind, **said)
        self.host: Host = replace(HOSTS[host], added_rules=(self.rule,))

    def listen(self, *given: object) -> tuple[Finding, ...]:
        """Finds nothing."""
        self.asked.append(given[0])
        return ()


def asked(host: str, kind: type[Any], changes: Mapping[str, object]) -> int:
    """How often a rule is asked when one payload comes twice."""
    listener = Listener(host, kind)
    for _ in range(2):
        check(read(changed(SAMPLES[host], changes), listener.host))
    return len(listener.asked)


LONG: Final = "x" * 64
"""As long as a word may be that is kept."""
ONCE: Final[dict[str, tuple[str, type[Any], JsonObject]]] = {
    "cast": ("alibaba", CastRule, {}),
    "model": ("alibaba", CastRule, {"/model": LONG}),
    "kinds": ("alibaba", CastRule, {"/input/media": [ITEM] * 32}),
    "labels": ("alibaba", CastRule, {"/input/prompt": "Image 1 " * 32}),
    "output": ("alibaba", OutputRule, {}),
    "resolution": ("alibaba", OutputRule, {"/parameters/resolution": LONG}),
    "no-resolution": ("alibaba", OutputRule, {"/parameters/resolution": None}),
    "ratio": ("alibaba", OutputRule, {"/parameters/ratio": LONG}),
    "duration": ("alibaba", OutputRule, {"/parameters/duration": 2**63}),
    "no-duration": ("runware", OutputRule, {"/duration": None}),
    "fraction": ("alibaba", OutputRule, {"/parameters/duration": 5.5}),
    "size": ("runware", OutputRule, {"/width": 2, "/height": 3}),
    "size-in-words": ("runware", OutputRule, {"/width": LONG, "/height": LONG}),
}
TWICE: Final[dict[str, tuple[str, type[Any], JsonObject]]] = {
    "model": ("alibaba", CastRule, {"/model": f"{LONG}x"}),
    "kinds": ("alibaba", CastRule, {"/input/media": [ITEM] * 33}),
    "labels": ("alibaba", CastRule, {"/input/prompt": "Image 1 " * 33}),
    "resolution": ("alibaba", OutputRule, {"/parameters/resolution": f"{LONG}x"}),
    "ratio": ("alibaba", OutputRule, {"/parameters/ratio": f"{LONG}x"}),
    "duration": ("alibaba", OutputRule, {"/parameters/duration": 2**64}),
    "size-in-words": ("runware", OutputRule, {"/width": LONG, "/height": f"{LONG}x"}),
    "array": ("alibaba", OutputRule, {"/parameters/resolution": ["720P"]}),
}


@pytest.mark.parametrize("case", ONCE)
def test_what_is_asked_of_a_short_payload_is_kept(case: str) -> None:
    host, kind, changes = ONCE[case]
    assert asked(host, kind, changes) == 1


@pytest.mark.parametrize("case", TWICE)
def test_what_is_asked_of_a_longer_one_is_asked_each_time(case: str) -> None:
    host, kind, changes = TWICE[case]
    assert asked(host, kind, changes) == 2


@pytest.mark.parametrize(("count", "kept"), [(KEPT_MEDIA, True), (KEPT_MEDIA + 1, False)])
def test_what_is_unverified_of_few_media_is_one_object(count: int, *, kept: bool) -> None:
    payload = changed(SAMPLES["alibaba"], {"/input/media": [ITEM] * count})
    first, second = (check(read(payload, HOSTS["alibaba"])).unverified for _ in range(2))
    assert (first is second) is kept
    assert first == second
    assert len(first) == count


def places(report: Report) -> list[str]:
    return [one.at for one in report.unverified]


def test_without_facts_every_medium_voice_and_first_frame_is_unverified() -> None:
    assert places(check(read(SAMPLES["alibaba"], HOSTS["alibaba"]))) == [
        "/input/media/0/url",
        "/input/media/0/reference_voice",
        "/input/media/1/url",
        "/input/media/2/url",
    ]
    frame = {"/inputs/frameImages": ["https://media.example.com/door.jpg"]}
    assert places(check(read(changed(SAMPLES["runware"], frame), HOSTS["runware"]))) == [
        "/inputs/referenceImages/0",
        "/inputs/frameImages/0",
    ]
    spoken = changed(SAMPLES["atlas"], {"/audio": "https://media.example.com/girl-voice.mp3"})
    assert places(check(read(spoken, HOSTS["atlas"]))) == ["/images/0", "/images/1", "/audio"]


def test_a_voice_that_the_host_does_not_take_there_is_not_looked_at() -> None:
    """It is refused as such."""
    assert HOSTS["fal"].limits.voices.value == "none"
    spoken = changed(SAMPLES["fal"], {"/reference_voice": "https://media.example.com/girl-voice.mp3"})
    assert "/reference_voice" not in places(check(read(spoken, HOSTS["fal"])))


def test_a_rule_over_voices_is_asked_with_whose_it_is() -> None:
    """Of a reference's voice that reference; of the request's own an image without a place."""
    voice = "https://media.example.com/girl-voice.mp3"
    facts = parse_facts(SAMPLE_FACTS)
    own = Listener("alibaba", MediumRule, over="voice")
    check(read(SAMPLES["alibaba"], own.host, facts))
    assert own.asked == [ReferenceOf("image", "https://media.example.com/girl.jpg", voice)]
    whole = Listener("atlas", MediumRule, over="voice")
    check(read(changed(SAMPLES["atlas"], {"/audio": voice}), whole.host, facts))
    assert whole.asked == [ReferenceOf("image", "", voice)]


def test_a_plugins_rule_over_media_is_asked_of_each_and_unverified_without_facts() -> None:
    listener = Listener("alibaba", MediumRule, over="reference", needs=("bytes",))
    check(read(SAMPLES["alibaba"], listener.host, parse_facts(SAMPLE_FACTS)))
    assert [medium.url.rpartition("/")[2] for medium in listener.asked] == ["girl.jpg", "dancer.mp4", "dog.mp4"]
    unknown = check(read(SAMPLES["alibaba"], listener.host)).unverified
    assert [listener.rule in one.rules for one in unknown] == [True, False, True, True]


FRAMES: Final = [f"https://media.example.com/{name}" for name in ("door.jpg", "b.png", "a.png")]


def with_frames(host: Host, *small: str, unknown: str = "") -> Report:
    """Three first frames beside a reference: those that are small have sides that no host takes."""
    payload = changed(SAMPLES["runware"], {"/inputs/frameImages": FRAMES})
    facts = {url: {**SAMPLE_FACTS[url], **({"width_px": 10} if url in small else {})} for url in FRAMES}
    return check(read(payload, host, parse_facts({url: known for url, known in facts.items() if url != unknown})))


def test_facts_of_first_frames_are_their_own() -> None:
    """Two are looked at, though a host takes one; what is found of each stands at its place."""
    listener = Listener("runware", MediumRule, over="image")
    for number, url in enumerate(FRAMES[:2]):
        found = with_frames(listener.host, url).violations
        assert [one.at for one in found if one.rule.name == "image-sides"] == [f"/inputs/frameImages/{number}"]
        assert places(with_frames(HOSTS["runware"], unknown=url)) == [f"/inputs/frameImages/{number}"]
    assert [medium.url for medium in listener.asked] == [FRAMES[2], *FRAMES[:2]] * 2


def test_a_first_frame_behind_more_references_than_are_looked_at_is_unverified() -> None:
    """Facts are looked up of the first 64 media."""
    media: JsonObject = {"/inputs/referenceImages": [FRAMES[2]] * 64, "/inputs/frameImages": FRAMES[:2]}
    report = check(read(changed(SAMPLES["runware"], media), HOSTS["runware"], parse_facts(SAMPLE_FACTS)))
    assert places(report) == ["/inputs/frameImages/0", "/inputs/frameImages/1"]
