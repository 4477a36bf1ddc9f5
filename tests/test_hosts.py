"""What is derived of a host's table: where each part of a request stands, what may stand there, and how it is spelt."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from wan_rules.hosts import ALIBABA, ATLAS, FAL, RUNWARE, find_host, recognise
from wan_rules.hosts.host import Host, Section
from wan_rules.hosts.model import _by_tier_and_ratio
from wan_rules.hosts.oddities import Oddities
from wan_rules.limits import Limit, inherit
from wan_rules.payloads import JsonObject, UnusableInputError
from wan_rules.request import ASPECT_RATIOS, Misfit, Unreadable

RUNWARE_KEYS: Final = (
    "model positivePrompt negativePrompt duration seed width height inputs taskType taskUUID outputType outputFormat "
    "outputQuality deliveryMethod includeCost webhookURL uploadEndpoint ttl settings numberResults"
)


def test_a_section_is_pointed_at_by_its_path() -> None:
    assert [Section(path).pointer for path in ((), ("input",), ("outer", "inner"))] == ["", "/input", "/outer/inner"]


@pytest.mark.parametrize(("host", "ordered"), [(ALIBABA, True), (ATLAS, False), (FAL, False), (RUNWARE, False)])
def test_one_array_says_in_which_order_images_and_videos_come(host: Host, *, ordered: bool) -> None:
    assert replace(host).ordered is ordered


def test_each_object_knows_its_fields_and_the_objects_within_it() -> None:
    assert replace(RUNWARE).known == {
        (): frozenset(RUNWARE_KEYS.split()),
        ("inputs",): frozenset({"referenceImages", "referenceVideos", "frameImages"}),
    }
    nested = replace(ALIBABA, sections=(*ALIBABA.sections, Section(("input", "deep")), Section(("other", "deep"))))
    assert nested.known[()] == {"model", "input", "parameters"}
    assert nested.known["input",] == {"prompt", "negative_prompt", "media", "deep"}
    assert nested.known["parameters",] == ALIBABA.known["parameters",]


def test_each_part_of_a_request_has_its_place() -> None:
    """Of a size the width stands for both; of media the first array does."""
    assert replace(RUNWARE).pointers == {
        "model": "/model",
        "prompt": "/positivePrompt",
        "negative_prompt": "/negativePrompt",
        "duration_s": "/duration",
        "seed": "/seed",
        "resolution": "/width",
        "ratio": "/width",
        "references": "/inputs/referenceImages",
    }


def test_our_values_are_spelt_as_the_host_does_and_numbers_as_they_are() -> None:
    own = replace(FAL)
    assert [own.spell("resolution", "720P"), own.spell("ratio", "16:9")] == ["720p", "16:9"]
    assert [own.spell("duration_s", 5), own.spell("model", "mine"), own.spell("watermark", None)] == [5, "mine", None]


def test_sizes_of_a_tier_are_in_the_order_of_the_ratios() -> None:
    sizes = tuple((number, 2 * number) for number in range(1, 6))
    found = _by_tier_and_ratio({"720P": sizes})
    assert list(ASPECT_RATIOS) == ["16:9", "9:16", "1:1", "4:3", "3:4"]
    assert found == {("720P", ratio): size for ratio, size in zip(ASPECT_RATIOS, sizes, strict=True)}


def test_a_value_of_another_type_is_kept_as_it_was_sent() -> None:
    odd = Oddities()
    assert odd.misfit("/duration", "five", "a whole number", removable=True) == Unreadable("five")
    assert odd.misfits == [Misfit("/duration", "five", "a whole number", True)]  # noqa: FBT003 - a part of a tuple


def test_what_a_host_does_not_state_is_the_models_and_says_so() -> None:
    own: Limit[object] = Limit(3, "images", "https://example.com", "published")
    limits = inherit(ALIBABA.limits, images_max=own)
    assert limits.images_max == own
    assert limits.videos_max == ALIBABA.limits.videos_max._replace(inherited=True)
    assert (limits.images_max.inherited, limits.videos_max.inherited) == (False, True)


def test_the_model_says_whose_a_payload_is_before_its_fields_do() -> None:
    assert recognise({"model": "wan2.7-r2v", "images": []}) is ALIBABA
    assert recognise({"model": "mine", "images": []}) is ATLAS


@pytest.mark.parametrize(
    ("payload", "seen"),
    [
        ({}, "fits no known host: found nothing"),
        ({"images": [], "aspect_ratio": "1:1"}, "fits atlas and fal: found 'aspect_ratio', 'images'"),
        (
            {f"f{number:02}": 0 for number in range(13)},
            f"fits no known host: found {', '.join(repr(f'f{number:02}') for number in range(12))}",
        ),
    ],
    ids=["empty", "two", "many"],
)
def test_a_payload_of_no_one_host_is_told_what_was_looked_for(payload: JsonObject, seen: str) -> None:
    """At most twelve of its fields are named, and of each host its first model and what it alone has."""
    with pytest.raises(UnusableInputError) as caught:
        recognise(payload)
    assert str(caught.value) == (
        f"payload: it {seen}. Looked for alibaba: wan2.7-r2v, input, parameters; "
        "atlas: alibaba/wan-2.7/reference-to-video, audio, images, videos; "
        "fal: aspect_ratio, reference_image_urls, reference_video_urls; "
        "runware: alibaba:wan@2.7, inputs, positivePrompt, taskType. Name the host (--host)."
    )


def test_a_host_of_no_known_name_is_told_those_there_are() -> None:
    with pytest.raises(UnusableInputError) as caught:
        find_host("x" * 65)
    assert str(caught.value) == f"host: '{'x' * 64}' is not known: alibaba, atlas, fal, runware are"
