"""Who appears in a request as it is read, what is known of each medium, and which facts are about none."""

from __future__ import annotations

from typing import Any, Final

import pytest

from wan_rules import HOSTS, parse_facts, read
from wan_rules.hosts.reading import EVIDENCE_MEDIA, Reading, find_idle_facts
from wan_rules.media_facts import MediaFacts
from wan_rules.request import Draft, Evidence
from wan_rules.samples import SAMPLES

GIRL: Final = "https://media.example.com/girl.png"
CLIP: Final = "https://media.example.com/dance.mp4"
DOOR: Final = "https://media.example.com/door.png"
VOICE: Final = "https://media.example.com/voice.mp3"
MEDIA: Final = "/input/media"
IMAGE: Final = {"type": "reference_image", "url": GIRL}
ONE, TWO, THREE, FOUR = (MediaFacts(bytes=number) for number in range(1, 5))


def alibaba(media: object, facts: dict[str, MediaFacts] | None = None, prompt: object = "Image 1 waves") -> Reading:
    """What is read of those media, by Alibaba, with those facts."""
    return read({"input": {"prompt": prompt, "media": media}}, HOSTS["alibaba"], facts or {})


def atlas(facts: dict[str, MediaFacts] | None = None, **fields: object) -> Draft:
    """What is read of Atlas' sample with those fields."""
    return read({**SAMPLES["atlas"], **fields}, HOSTS["atlas"], facts or {}).draft


def bytes_of(*evidence: Evidence) -> list[tuple[int | None, int | None]]:
    """The sizes that tell one fact from another: of each medium, and of its voice."""
    return [(one.medium.bytes if one.medium else None, one.voice.bytes if one.voice else None) for one in evidence]


def test_facts_at_a_place_go_before_those_of_the_url() -> None:
    """Of the medium as a whole first, then at its URL's place, then of whatever is there."""
    spoken = [{**IMAGE, "reference_voice": VOICE}] * 2
    at = f"{MEDIA}/0"
    facts = {at: ONE, f"{at}/url": TWO, GIRL: THREE, f"{at}/reference_voice": FOUR, VOICE: TWO}
    assert bytes_of(*alibaba(spoken, facts).draft.evidence) == [(1, 4), (3, 2)]
    del facts[at], facts[f"{at}/reference_voice"]
    assert bytes_of(*alibaba(spoken, facts).draft.evidence) == [(2, 2), (3, 2)]
    del facts[f"{at}/url"], facts[VOICE]
    assert bytes_of(*alibaba(spoken, facts).draft.evidence) == [(3, None), (3, None)]
    assert bytes_of(*alibaba(spoken, {"/other": ONE}).draft.evidence) == [(None, None), (None, None)]


def test_a_medium_without_a_voice_has_no_facts_of_one() -> None:
    (known,) = alibaba([IMAGE], {f"{MEDIA}/0/reference_voice": ONE}).draft.evidence
    assert known == Evidence(None, None)


def test_of_what_is_unreadable_facts_are_found_by_place_and_of_an_unreadable_voice_none() -> None:
    media = [{"type": "reference_image", "url": [GIRL], "reference_voice": [VOICE]}, {**IMAGE, "url": 7}, 5]
    facts = {f"{MEDIA}/0/url": ONE, f"{MEDIA}/0/reference_voice": TWO, f"{MEDIA}/2": THREE, GIRL: FOUR}
    assert bytes_of(*alibaba(media, facts).draft.evidence) == [(1, None), (None, None), (3, None)]


def test_facts_of_first_frames_come_after_those_of_references() -> None:
    found = alibaba([{"type": "first_frame", "url": DOOR}, IMAGE], {DOOR: ONE, GIRL: TWO})
    assert bytes_of(*found.draft.evidence) == [(2, None), (1, None)]


def test_without_facts_nothing_is_looked_up() -> None:
    assert alibaba([IMAGE]).draft.evidence == ()
    assert (atlas(audio=VOICE).evidence, atlas(audio=VOICE).voice_facts) == ((), None)


@pytest.mark.parametrize(("count", "known"), [(63, 63), (64, 64), (65, 64)])
def test_of_many_media_the_first_are_looked_at(count: int, known: int) -> None:
    assert alibaba([IMAGE] * count, {GIRL: ONE}).draft.evidence == (Evidence(ONE, None),) * known
    assert EVIDENCE_MEDIA == 64


@pytest.mark.parametrize(
    ("voice", "facts", "known"),
    [
        (VOICE, {"/audio": ONE, VOICE: TWO}, ONE),
        (VOICE, {VOICE: TWO}, TWO),
        (VOICE, {GIRL: ONE}, None),
        (VOICE, {"": ONE}, None),
        (None, {"/audio": ONE}, None),
        ([VOICE], {"/audio": ONE}, None),
    ],
)
def test_the_voice_of_a_request_has_facts_by_place_and_by_url(
    voice: object, facts: dict[str, MediaFacts], known: MediaFacts | None
) -> None:
    assert atlas(facts, audio=voice).voice_facts == known


NOT_LISTS: Final[tuple[object, ...]] = ({}, "x", 5)


def test_whether_there_are_references_is_not_known_where_a_list_is_unreadable() -> None:
    for media in NOT_LISTS:
        assert not alibaba(media).draft.cast.readable
    assert not read({"input": 5}, HOSTS["alibaba"]).draft.cast.readable
    assert not atlas(images=5).cast.readable
    assert atlas(images=5, videos=[CLIP]).cast.readable
    assert atlas(images=[], prompt=5).cast.readable
    assert alibaba([5]).draft.cast.readable
    assert alibaba([]).draft.cast.readable
    assert alibaba([{"type": "first_frame", "url": DOOR}, IMAGE]).draft.cast.readable


@pytest.mark.parametrize(
    ("prompt", "has_prompt", "labels"),
    [
        ("Image 1 waves", True, ("Image 1",)),
        ("x", True, ()),
        (" x\n", True, ()),
        ("", False, ()),
        (" \t\n\u3000", False, ()),
        (None, False, ()),
        (["Image 1"], True, ()),
        (f"{'x' * 4992} Image 1 Image 2", True, ("Image 1",)),
        (f"{'x' * 4993} Image 1", True, ()),
    ],
    ids=["label", "letter", "letter-between-blanks", "empty", "blank", "none", "unreadable", "at-the-end", "cut-off"],
)
def test_a_prompt_is_looked_into_as_far_as_the_host_reads_it(
    prompt: object, *, has_prompt: bool, labels: tuple[str, ...]
) -> None:
    """Alibaba reads 5,000 characters. One that is unreadable is there, and says nothing."""
    cast = alibaba([IMAGE], prompt=prompt).draft.cast
    assert (cast.has_prompt, cast.labels) == (has_prompt, labels)


def test_the_order_of_both_kinds_in_two_arrays_is_an_assumption() -> None:
    assert atlas(images=[GIRL], videos=[CLIP]).cast.mixed_order
    assert not atlas(images=[GIRL, DOOR], videos=[]).cast.mixed_order
    assert not alibaba([IMAGE, {"type": "reference_video", "url": CLIP}]).draft.cast.mixed_order


def test_the_cast_counts_who_appears_and_the_output_what_its_limits_depend_on() -> None:
    frames = {"referenceVideos": [CLIP], "frameImages": [DOOR, GIRL]}
    draft = read({**SAMPLES["runware"], "inputs": frames}, HOSTS["runware"]).draft
    assert draft.cast[:5] == ("alibaba:wan@2.7", ("video",), 2, True, False)
    assert (draft.output.has_video, draft.output.frames) == (True, 2)
    assert atlas(audio=VOICE).cast.has_voice
    assert atlas(audio=[VOICE]).cast.has_voice
    assert not atlas(images=[CLIP]).output.has_video


@pytest.mark.parametrize(
    ("host", "fields", "used"),
    [
        ("atlas", {"images": [GIRL], "audio": VOICE}, ["/images/0", "/audio", GIRL, VOICE]),
        ("atlas", {"images": [[GIRL]], "audio": {"a": VOICE}}, ["/images/0", "/audio"]),
        ("atlas", {"images": []}, ["/audio"]),
        (
            "runware",
            {"inputs": {"referenceImages": [GIRL], "frameImages": [DOOR]}},
            ["/inputs/frameImages/0", "/inputs/referenceImages/0", GIRL, DOOR],
        ),
        (
            "alibaba",
            {
                "input": {
                    "media": [{**IMAGE, "reference_voice": VOICE}, {"type": "first_frame", "url": DOOR}, {"url": CLIP}]
                }
            },
            [f"{MEDIA}/{i}{part}" for i in range(3) for part in ("", "/url", "/reference_voice")]
            + [GIRL, DOOR, CLIP, VOICE],
        ),
    ],
    ids=["both", "unreadable", "no-media", "first-frame", "objects"],
)
def test_facts_about_nothing_in_the_payload_are_idle(host: str, fields: dict[str, Any], used: list[str]) -> None:
    """They are named in the order in which they came; a place counts though nothing may stand at it."""
    keys = ["/nowhere", "/images/0", "/images/1", "/inputs/frameImages/0", "/inputs/referenceImages/0", "/audio", ""]
    keys += [GIRL, DOOR, CLIP, VOICE, MEDIA, f"{MEDIA}/3"]
    keys += [f"{MEDIA}/{i}{part}" for i in range(3) for part in ("", "/url", "/reference_voice")]
    facts = parse_facts({key: {"bytes": 1} for key in keys})
    idle = find_idle_facts(read({**SAMPLES[host], **fields}, HOSTS[host], facts), facts)
    assert idle == tuple(key for key in keys if key not in used)
