"""What a payload holds that no other host gets, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pytest

from wan_rules import HOSTS, check, read, validate
from wan_rules.conversion import Converted, Order, convert, left_behind
from wan_rules.hosts.host import Host, UrlArray
from wan_rules.hosts.writing import Lost
from wan_rules.samples import SAMPLES

OTHERWISE: Final = "another host names its model otherwise"


def left(host: str | Host, **more: object) -> tuple[Lost, ...]:
    """What is left behind of the host's sample with those fields in it."""
    known = HOSTS[host] if isinstance(host, str) else host
    payload: dict[str, Any] = {**SAMPLES[known.name], **more}
    return left_behind(read(payload, known))


@pytest.mark.parametrize("host", HOSTS)
def test_nothing_of_a_sample_is_left_behind(host: str) -> None:
    assert left(host) == ()


@pytest.mark.parametrize("host", ["alibaba", "atlas", "runware"])
def test_a_model_of_another_name_is_left_behind(host: str) -> None:
    assert left(host, model="mine") == (Lost("model", "mine", OTHERWISE),)


def test_fields_that_one_host_alone_has_are_left_behind_with_their_values() -> None:
    assert left("fal", multi_shots="yes") == (Lost("/multi_shots", "yes", "fal alone has this field"),)
    assert left("runware", outputType="URL", numberResults=2) == (
        Lost("/outputType", "URL", "Runware alone has this field"),
        Lost("/numberResults", 2, "Runware alone has this field"),
    )


def test_what_is_no_field_at_all_is_left_behind_last() -> None:
    assert left("atlas", odd=7, model="mine") == (
        Lost("model", "mine", OTHERWISE),
        Lost("/odd", "odd", "it is no field of Atlas Cloud"),
    )


def _with_passed(*path: str) -> Host:
    """Alibaba with a field `extra` there that no other host has."""
    first, *others = HOSTS["alibaba"].sections
    passed = first._replace(path=path, fields=(), media=(), passed=("extra",), required=False)
    return replace(HOSTS["alibaba"], sections=(first, *others, passed))


def test_fields_within_others_are_left_behind_with_their_place() -> None:
    said = "Alibaba Cloud Model Studio alone has this field"
    host = _with_passed("outer", "inner")
    assert left(host, outer={"inner": {"extra": 1}})[:1] == (Lost("/outer/inner/extra", 1, said),)
    without: tuple[object, ...] = ({"inner": {}}, {"inner": 5}, {}, 5)
    for nothing in without:
        assert said not in [lost.reason for lost in left(host, outer=nothing)]


def converted(source: str, target: str, order: Order | None = None, **changes: object) -> Converted:
    """The source's sample with those fields in it, as the target takes it."""
    request = validate(read({**SAMPLES[source], **changes}, HOSTS[source])).request
    return convert(request, HOSTS[source], HOSTS[target], order=order)


@pytest.mark.parametrize(
    ("order", "types"),
    [
        ("images-first", ["reference_image", "reference_video"]),
        ("videos-first", ["reference_video", "reference_image"]),
    ],
)
def test_two_arrays_become_one_in_the_order_that_was_said(order: Order, types: list[str]) -> None:
    payload: dict[str, Any] = converted("fal", "alibaba", order).payload
    assert [medium["type"] for medium in payload["input"]["media"]] == types


def test_a_label_that_names_its_reference_is_left_as_it_is_spelt() -> None:
    found = converted("runware", "fal", positivePrompt="图1 waves")
    assert (found.payload["prompt"], found.labels) == ("图1 waves", ())


@pytest.mark.parametrize(
    ("more", "told"), [(0, []), (1, ["1 character"]), (2, ["2 characters"]), (1001, ["1,001 characters"])]
)
def test_what_the_target_cuts_off_is_counted(more: int, told: list[str]) -> None:
    """Atlas takes 5,000 characters, and drops the rest."""
    prompt = "character1 waves to character2".ljust(HOSTS["atlas"].limits.prompt_chars.value + more, ".")
    lost = [one.reason for one in converted("atlas", "atlas", prompt=prompt).lost if one.path == "prompt"]
    assert lost == [f"Atlas Cloud cuts off the last {count} without a word" for count in told]


PICTURES: Final = replace(
    HOSTS["atlas"], sections=(HOSTS["atlas"].sections[0]._replace(media=(UrlArray("images", "image"),)),)
)
"""Atlas Cloud as if it took no clips."""
NOT_TAKEN: Final = "Atlas Cloud does not take the reference that it names"


@pytest.mark.parametrize("order", [None, "images-first", "videos-first"])
@pytest.mark.parametrize(
    ("prompt", "rewritten", "lost"),
    [
        pytest.param("Image 1 meets Image 2", "character1 meets character2", [], id="the-pictures"),
        pytest.param("Video 1 meets Image 1", "Video 1 meets character1", ["Video 1"], id="the-clip"),
        pytest.param("视频1 meets 图2", "Video 1 meets character2", ["视频1"], id="the-clip-in-chinese"),
        pytest.param("character1 meets character3", "Video 1 meets character2", ["character1"], id="of-all"),
    ],
)
def test_who_is_taken_keeps_its_label_where_another_is_not(
    order: Order | None, prompt: str, rewritten: str, lost: list[str]
) -> None:
    """A clip before two pictures, to a host without clips: its label falls to nobody, and theirs to them alone."""
    media = [
        {"type": f"reference_{kind}", "url": f"https://media.example.com/{name}"}
        for kind, name in (("video", "dance.mp4"), ("image", "a.png"), ("image", "b.png"))
    ]
    payload = {**SAMPLES["alibaba"], "input": {"prompt": prompt, "media": media}}
    request = validate(read(payload, HOSTS["alibaba"])).request
    found = convert(request, HOSTS["alibaba"], PICTURES, order=order)
    assert (found.payload["prompt"], found.payload["images"]) == (rewritten, [media[1]["url"], media[2]["url"]])
    assert [one.value for one in found.lost if one.path == "prompt" and one.reason == NOT_TAKEN] == lost
    assert "references/0/url" in [one.path for one in found.lost]
    assert check(read(found.payload, PICTURES)).verdict == "undetermined"
