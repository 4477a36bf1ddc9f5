"""What a host has no place for, by name, value and reason; and what becomes of the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from tests.test_writing import CLIP, CLIPS, DOOR, FRAMES, FULL, GIRL, IMAGES, PLAIN, REQUEST, VOICE, host
from wan_rules import Request
from wan_rules.hosts import ALIBABA, ATLAS, FAL, RUNWARE
from wan_rules.hosts.host import Host
from wan_rules.hosts.writing import write

LOST: Final[dict[str, tuple[Host, Request, list[tuple[str, object, str]]]]] = {
    "alibaba": (
        ALIBABA,
        FULL,
        [
            ("voice", VOICE, "Alibaba Cloud Model Studio takes no voice for the request as a whole"),
            (
                "resolution",
                "1440P-SR",
                "Alibaba Cloud Model Studio has no 1440P-SR; left out, its default 1080P is rendered and billed",
            ),
            ("seed", -1, "Alibaba Cloud Model Studio takes a seed of 0..2147483647"),
        ],
    ),
    "atlas": (
        ATLAS,
        FULL._replace(seed=-2),
        [
            ("watermark", False, "Atlas Cloud has no such field"),
            ("seed", -2, "Atlas Cloud takes a seed of -1..2147483647"),
            ("references/0/voice", VOICE, "Atlas Cloud takes no voice of a reference"),
            ("first_frame", DOOR, "Atlas Cloud takes no first frame beside references"),
        ],
    ),
    "fal": (
        FAL,
        FULL._replace(seed=2**31),
        [
            ("voice", VOICE, "fal takes no voice for the request as a whole"),
            ("resolution", "1440P-SR", "fal has no 1440P-SR; left out, its default 1080P is rendered and billed"),
            ("prompt_extend", True, "fal has no such field"),
            ("watermark", False, "fal has no such field"),
            ("seed", 2**31, "fal takes a seed of 0..2147483647"),
            ("references/0/voice", VOICE, "fal takes no voice of a reference"),
            ("first_frame", DOOR, "fal takes no first frame beside references"),
        ],
    ),
    "runware": (
        RUNWARE,
        FULL._replace(watermark=None),
        [
            ("voice", VOICE, "Runware takes no voice for the request as a whole"),
            ("resolution", "1440P-SR", "Runware has no 1440P-SR"),
            ("ratio", "4:3", "Runware has no 4:3 at 1440P-SR"),
            ("prompt_extend", True, "Runware has no such field"),
            ("seed", -1, "Runware takes a seed of 0..2147483647"),
            ("references/0/voice", VOICE, "Runware takes no voice of a reference"),
            ("first_frame", DOOR, "Runware takes no first frame beside references"),
        ],
    ),
    "no-images": (
        host(CLIPS, FRAMES),
        REQUEST,
        [("references/0/url", GIRL, "Atlas Cloud takes no images")],
    ),
    "no-clips": (
        host(IMAGES, FRAMES),
        REQUEST,
        [("references/1/url", CLIP, "Atlas Cloud takes no clips")],
    ),
}


@pytest.mark.parametrize("case", LOST)
def test_what_a_host_has_no_place_for_is_said_with_its_value_and_why(case: str) -> None:
    target, request, lost = LOST[case]
    assert list(write(request, target).lost) == lost


@pytest.mark.parametrize("seed", [-1, 0, 2**31 - 1])
def test_a_seed_at_either_end_is_written(seed: int) -> None:
    assert write(PLAIN._replace(seed=seed), ATLAS).payload["seed"] == seed
    lost = write(PLAIN._replace(seed=seed), FAL).lost
    assert [one.path for one in lost] == (["seed"] if seed < 0 else [])


def test_a_seed_that_is_left_to_chance_is_not_lost() -> None:
    payload, lost = write(PLAIN._replace(seed=None), FAL)
    assert "seed" not in payload
    assert lost == ()


def test_what_is_lost_is_not_in_the_payload_and_the_rest_is() -> None:
    assert write(FULL, RUNWARE).payload == {
        "taskType": "videoInference",
        "model": "alibaba:wan@2.7",
        "positivePrompt": "They dance",
        "negativePrompt": "blurred",
        "duration": 7,
        "inputs": {"referenceImages": [GIRL], "referenceVideos": [CLIP]},
    }
    assert write(FULL, FAL).payload == {
        "prompt": "They dance",
        "negative_prompt": "blurred",
        "aspect_ratio": "4:3",
        "duration": 7,
        "reference_image_urls": [GIRL],
        "reference_video_urls": [CLIP],
    }


def test_what_comes_after_a_field_that_can_t_be_written_is() -> None:
    """Whichever field it is: here the voice, the tier and the seed come first."""
    section = FAL.sections[0]
    target = replace(FAL, sections=(section._replace(fields=section.fields[::-1]),))
    found, other = write(FULL, target), write(FULL, FAL)
    assert found == other
    assert {"prompt", "duration", "aspect_ratio", "negative_prompt"} < found.payload.keys()


def test_a_number_of_seconds_that_a_host_has_no_word_for_is_written_as_it_is() -> None:
    """It sets the cost, and the host's own rules refuse it."""
    assert write(PLAIN._replace(duration_s=15), FAL) == ({**write(PLAIN, FAL).payload, "duration": 15}, ())
