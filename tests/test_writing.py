"""What hosts of other shapes than the built-in ones are written, and that nothing is lost in silence at any."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pytest

from wan_rules import Request, read, validate
from wan_rules.conversion import convert
from wan_rules.hosts import ALIBABA, ATLAS, FAL, RUNWARE
from wan_rules.hosts.host import Host, MediaArray, Section, UrlArray
from wan_rules.hosts.model import FRAME_SIZES
from wan_rules.hosts.writing import write
from wan_rules.limits import Limit
from wan_rules.request import ReferenceOf

GIRL: Final = "https://media.example.com/girl.png"
CLIP: Final = "https://media.example.com/dance.mp4"
DOOR: Final = "https://media.example.com/door.png"
VOICE: Final = "https://media.example.com/voice.mp3"
REQUEST: Final = Request(
    prompt="They dance",
    negative_prompt=None,
    references=(ReferenceOf("image", GIRL, None), ReferenceOf("video", CLIP, None)),
    first_frame=DOOR,
    voice=None,
    resolution="720P",
    ratio="9:16",
    duration_s=5,
    prompt_extend=None,
    watermark=None,
    seed=None,
)
IMAGES, CLIPS = UrlArray("pictures", "image"), UrlArray("clips", "video")
FRAMES: Final = UrlArray("frames", "first_frame")


def host(*media: MediaArray | UrlArray, frames: int = 1, **limits: Any) -> Host:  # noqa: ANN401 - limits of any kind
    """Atlas with other arrays."""
    section = ATLAS.sections[0]
    own = replace(ATLAS.limits, first_frames_max=Limit(frames, "first frames", "", "published"), **limits)
    return replace(ATLAS, sections=(section._replace(media=()), Section(("media",), media=media)), limits=own)


def media_of(target: Host, request: Request = REQUEST) -> tuple[object, list[tuple[str, object]]]:
    written = write(request, target)
    return written.payload.get("media"), [(lost.path, lost.value) for lost in written.lost]


@pytest.mark.parametrize("target", [ATLAS, FAL, RUNWARE], ids=lambda each: str(each.name))
def test_a_ratio_is_kept_where_the_first_frame_is_not(target: Host) -> None:
    """Elsewhere the first frame decides the shape, and the ratio is moot."""
    converted = convert(REQUEST, ALIBABA, target, order="images-first")
    again = validate(read(converted.payload, target)).request
    assert (again.first_frame, again.ratio) == (None, "9:16")
    assert [lost.path for lost in converted.lost] == ["first_frame"]
    assert "'ratio'" not in str(convert(REQUEST, ALIBABA, ALIBABA).payload)


def test_a_first_frame_goes_into_an_array_of_urls() -> None:
    target = host(IMAGES, CLIPS, FRAMES)
    assert media_of(target) == ({"pictures": [GIRL], "clips": [CLIP], "frames": [DOOR]}, [])
    again = validate(read(write(REQUEST, target).payload, target)).request
    assert again.first_frame == DOOR
    assert again.references == REQUEST.references


@pytest.mark.parametrize(
    ("target", "media"),
    [
        (host(IMAGES, CLIPS, FRAMES, frames=0), {"pictures": [GIRL], "clips": [CLIP]}),
        (host(IMAGES, CLIPS), {"pictures": [GIRL], "clips": [CLIP]}),
    ],
    ids=["none-taken", "no-array"],
)
def test_a_first_frame_without_a_place_is_lost(target: Host, media: object) -> None:
    assert media_of(target) == (media, [("first_frame", DOOR)])


def test_a_kind_without_an_array_is_lost() -> None:
    assert media_of(host(IMAGES, FRAMES)) == (
        {"pictures": [GIRL], "frames": [DOOR]},
        [("references/1/url", CLIP)],
    )
    assert media_of(host(CLIPS, FRAMES)) == ({"clips": [CLIP], "frames": [DOOR]}, [("references/0/url", GIRL)])
    objects = MediaArray("items", "type", "url", "voice", {"clip": "video"})
    assert media_of(host(objects)) == (
        {"items": [{"type": "clip", "url": CLIP}]},
        [("references/0/url", GIRL), ("first_frame", DOOR)],
    )


def test_a_medium_is_written_once() -> None:
    """Into the first array that takes its kind."""
    assert media_of(host(IMAGES, CLIPS, FRAMES, UrlArray("more", "image")))[0] == {
        "pictures": [GIRL],
        "clips": [CLIP],
        "frames": [DOOR],
    }


def test_a_voice_without_a_place_is_lost() -> None:
    """Of a reference that goes into an array of bare URLs, whatever the host's limit says."""
    target = host(IMAGES, CLIPS, FRAMES, voices=Limit("reference", "where a voice stands", "", "published"))
    spoken = REQUEST._replace(references=(ReferenceOf("image", GIRL, VOICE),))
    assert media_of(target, spoken)[1] == [("references/0/voice", VOICE)]


FULL: Final = Request(
    prompt="They dance",
    negative_prompt="blurred",
    references=(ReferenceOf("video", CLIP, VOICE), ReferenceOf("image", GIRL, None)),
    first_frame=DOOR,
    voice=VOICE,
    resolution="1440P-SR",
    ratio="4:3",
    duration_s=7,
    prompt_extend=True,
    watermark=False,
    seed=-1,
)
"""With something in every part."""
PLAIN: Final = REQUEST._replace(references=(ReferenceOf("image", GIRL, None),), first_frame=None, ratio="3:4", seed=0)
"""What every host has a place for, and nothing else."""


@pytest.mark.parametrize(
    ("target", "payload"),
    [
        (
            ALIBABA,
            {
                "model": "wan2.7-r2v",
                "input": {"prompt": "They dance", "media": [{"type": "reference_image", "url": GIRL}]},
                "parameters": {"resolution": "720P", "ratio": "3:4", "duration": 5, "seed": 0},
            },
        ),
        (
            ATLAS,
            {
                "model": "alibaba/wan-2.7/reference-to-video",
                "prompt": "They dance",
                "images": [GIRL],
                "resolution": "720P",
                "ratio": "3:4",
                "duration": 5,
                "seed": 0,
            },
        ),
        (
            FAL,
            {
                "prompt": "They dance",
                "reference_image_urls": [GIRL],
                "aspect_ratio": "3:4",
                "resolution": "720p",
                "duration": 5,
                "seed": 0,
            },
        ),
        (
            RUNWARE,
            {
                "taskType": "videoInference",
                "model": "alibaba:wan@2.7",
                "positivePrompt": "They dance",
                "duration": 5,
                "seed": 0,
                "width": 832,
                "height": 1088,
                "inputs": {"referenceImages": [GIRL]},
            },
        ),
    ],
    ids=lambda each: each.name if isinstance(each, Host) else "",
)
def test_a_plain_request_is_written_whole(target: Host, payload: object) -> None:
    """What is `None` in it is not written."""
    assert write(PLAIN, target) == (payload, ())


def test_media_are_written_in_their_order_with_voices_and_the_first_frame_last() -> None:
    payload, lost = write(FULL._replace(resolution="720P", voice=None, seed=3), ALIBABA)
    assert payload == {
        "model": "wan2.7-r2v",
        "input": {
            "prompt": "They dance",
            "negative_prompt": "blurred",
            "media": [
                {"type": "reference_video", "url": CLIP, "reference_voice": VOICE},
                {"type": "reference_image", "url": GIRL},
                {"type": "first_frame", "url": DOOR},
            ],
        },
        "parameters": {"resolution": "720P", "duration": 7, "prompt_extend": True, "watermark": False, "seed": 3},
    }
    assert lost == ()


def test_a_section_with_nothing_in_it_is_not_written_and_an_array_of_objects_is() -> None:
    bare = PLAIN._replace(references=())
    assert "inputs" not in write(bare, RUNWARE).payload
    assert "images" not in write(bare, ATLAS).payload
    payload: Any = write(bare, ALIBABA).payload
    assert payload["input"]["media"] == []


def test_objects_within_objects_are_entered() -> None:
    inner, other = Section(("outer", "inner"), media=(IMAGES,)), Section(("outer", "other"), media=(CLIPS,))
    target = replace(host(), sections=(ATLAS.sections[0]._replace(media=()), inner, other))
    assert write(REQUEST, target).payload["outer"] == {"inner": {"pictures": [GIRL]}, "other": {"clips": [CLIP]}}


def test_the_host_is_left_as_it_was() -> None:
    """The next request is written into an object of its own."""
    first, second = write(FULL, RUNWARE).payload, write(PLAIN, RUNWARE).payload
    assert first["inputs"] is not second["inputs"]
    assert dict(RUNWARE.constants) == {"taskType": "videoInference", "model": "alibaba:wan@2.7"}


def test_a_voice_stays_where_the_host_takes_one_of_each_reference() -> None:
    """Whether the medium's array has objects and the host's limit says so, both."""
    objects = MediaArray("items", "kind", "at", "sound", {"i": "image", "v": "video", "f": "first_frame"})
    spoken = FULL._replace(voice=None, watermark=None)
    taken = Limit("reference", "where a voice stands", "", "published")
    items = [{"kind": "v", "at": CLIP, "sound": VOICE}, {"kind": "i", "at": GIRL}, {"kind": "f", "at": DOOR}]
    assert media_of(host(objects, voices=taken), spoken) == ({"items": items}, [])
    assert media_of(host(objects), spoken)[1] == [("references/0/voice", VOICE)]


def test_a_tier_that_the_host_has_not_is_lost_though_another_has_its_size() -> None:
    """1920 x 1080 is 1080P there: it is no way to ask for 1080P-SR."""
    target = replace(RUNWARE, frame_sizes=FRAME_SIZES)
    written = write(REQUEST._replace(resolution="1080P-SR", ratio="16:9", first_frame=None), target)
    assert {"width", "height"}.isdisjoint(written.payload)
    assert {lost.path for lost in written.lost} == {"resolution", "ratio"}
    native = write(REQUEST._replace(resolution="1080P", ratio="16:9", first_frame=None), target)
    assert (native.payload["width"], native.payload["height"], native.lost) == (1920, 1080, ())
