"""Converting a request keeps what both hosts can carry, says what they can't, and swaps nobody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.documents import JsonObject
from tests.strategies import HOST_NAMES, Ask, Case, Medium, asks, examples, render, valid
from wan_rules import HOSTS, InvalidRequestError, Request, check, read, validate
from wan_rules.conversion import ORDERS, Converted, Order, OrderNeededError, convert

BOTH: Final = tuple((source, target) for source in HOST_NAMES for target in HOST_NAMES)
IDS: Final = [f"{source}-to-{target}" for source, target in BOTH]
TWO_ARRAYS: Final = ("atlas", "fal", "runware")
LABEL: Final = re.compile(r"(character|Image|Video|图片?|视频) ?([0-9]+)")
KINDS: Final = {"Image": "image", "图": "image", "图片": "image", "Video": "video", "视频": "video"}


def sent(payload: JsonObject, host: str) -> list[tuple[str, str]]:
    """Kind and URL of each reference in the payload, images first where there are two arrays."""
    if host == "alibaba":
        media = cast("list[dict[str, str]]", cast("JsonObject", payload["input"])["media"])
        return [(m["type"].removeprefix("reference_"), m["url"]) for m in media if m["type"] != "first_frame"]
    holder, images, videos = {
        "atlas": (payload, "images", "videos"),
        "fal": (payload, "reference_image_urls", "reference_video_urls"),
        "runware": (payload.get("inputs", {}), "referenceImages", "referenceVideos"),
    }[host]
    arrays = cast("dict[str, list[str]]", holder)
    return [("image", url) for url in arrays.get(images, [])] + [("video", url) for url in arrays.get(videos, [])]


def named(prompt: str, references: Sequence[tuple[str, str]], host: str, order: Order) -> list[str | None]:
    """The URL that each label of the prompt names, in order; `None` for nobody."""
    counted = list(references)
    if host in TWO_ARRAYS and order == "videos-first":
        counted.sort(key=lambda reference: reference[0], reverse=True)
    found: list[str | None] = []
    for word, number in LABEL.findall(prompt):
        urls = [url for kind, url in counted if KINDS.get(word, kind) == kind]
        found.append(urls[int(number) - 1] if 1 <= int(number) <= len(urls) else None)
    return found


def prompt_of(payload: JsonObject, host: str) -> str:
    holder = cast("JsonObject", payload["input"]) if host == "alibaba" else payload
    return cast("str", holder["positivePrompt" if host == "runware" else "prompt"])


@st.composite
def crowds(draw: st.DrawFn, source: str) -> Ask:
    """A request with up to five references of both kinds, and a prompt with any labels, some of them of nobody."""
    ask = draw(asks((source,), images=1, clips=1))
    words = [
        "character1",
        "character2",
        "character 3",
        "Image 1",
        "image2",
        "Video 1",
        "Video 2",
        "图1",
        "视频 2",
        "图片3",
    ]
    prompt = " and ".join(draw(st.lists(st.sampled_from(words), min_size=1, max_size=6)))
    return replace(ask, prompt=f"They: {prompt} dance", resolution="720P", ratio="1:1", duration=5)


def only_labels_of_somebody(ask: Ask, order: Order) -> Ask:
    """The same request without the labels of nobody: a `characterN` of nobody is an error."""
    references = [(medium.kind, medium.url) for medium in ask.references]
    labels = [match.group() for match in LABEL.finditer(ask.prompt or "")]
    kept = [label for label in labels if named(label, references, ask.host, order) != [None]]
    return replace(ask, prompt=" and ".join(("They", *kept)))


@examples(20)
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("source", "target"), BOTH, ids=IDS)
@given(data=st.data())
def test_nobody_is_swapped(source: str, target: str, order: Order, data: st.DataObject) -> None:
    ask = only_labels_of_somebody(data.draw(crowds(source)), order)
    case, request = render(ask), valid(ask).request
    converted = convert(request, HOSTS[source], HOSTS[target], order=order)
    before = named(request.prompt, sent(case.payload, source), source, order)
    after = named(prompt_of(converted.payload, target), sent(converted.payload, target), target, order)
    assert None not in before
    assert after == before
    assert sorted(sent(converted.payload, target)) == sorted(sent(case.payload, source))


@examples(20)
@pytest.mark.parametrize(("source", "target"), BOTH, ids=IDS)
@given(data=st.data())
def test_an_order_is_asked_for_exactly_when_it_matters(source: str, target: str, data: st.DataObject) -> None:
    """Where none is asked for, either order gives the same payload."""
    ask = only_labels_of_somebody(data.draw(crowds(source)), "images-first")
    request = valid(ask).request
    counts_all = "character" in request.prompt
    from_two = source in TWO_ARRAYS and (counts_all or target in ("alibaba", "atlas"))
    if from_two or target == "atlas":
        with pytest.raises(OrderNeededError) as caught:
            convert(request, HOSTS[source], HOSTS[target])
        assert str(caught.value).startswith(HOSTS[source if from_two else target].title)
        assert str(caught.value).endswith("Say it: --order images-first or --order videos-first")
        return
    converted = convert(request, HOSTS[source], HOSTS[target])
    for order in ORDERS:
        other = convert(request, HOSTS[source], HOSTS[target], order=order)
        assert prompt_of(other.payload, target) == prompt_of(converted.payload, target)
        assert sent(other.payload, target) == sent(converted.payload, target)


@examples(10)
@pytest.mark.parametrize("kind", ["image", "video"])
@pytest.mark.parametrize(("source", "target"), BOTH, ids=IDS)
@given(data=st.data())
def test_one_kind_alone_needs_no_order(source: str, target: str, kind: str, data: st.DataObject) -> None:
    ask = data.draw(asks((source,), images=2 if kind == "image" else 0, clips=2 if kind == "video" else 0, most=2))
    ask = replace(ask, prompt="character1 and character2", resolution="720P", ratio="1:1", duration=5)
    request = valid(ask).request
    converted = convert(request, HOSTS[source], HOSTS[target])
    urls = [url for _, url in sent(converted.payload, target)]
    assert urls == [medium.url for medium in ask.references]
    word = "character" if target == "atlas" else f"{kind.capitalize()} "
    assert prompt_of(converted.payload, target) == f"{word}1 and {word}2"


# What each host has a place for, by hand; fal and runware take neither voice nor flag, nor anyone a first frame.
CARRIED: Final = {
    "alibaba": frozenset({"first_frame", "prompt_extend", "watermark"}),
    "atlas": frozenset({"voice", "prompt_extend"}),
    "fal": frozenset[str](),
    "runware": frozenset[str](),
}
EVERYWHERE: Final = ("negative_prompt", "duration_s", "seed")


def carried(request: Request, source: str, target: str) -> dict[str, object]:
    """What both hosts have a place for; a seed of -1 only where it means something, no ratio beside a frame kept."""
    names = [*EVERYWHERE, *(CARRIED[source] & CARRIED[target])]
    found = {name: getattr(request, name) for name in names}
    if request.seed == -1 and target != "atlas":
        del found["seed"]
    if not request.resolution.endswith("-SR") or target == "atlas":
        found["resolution"] = request.resolution
        if request.first_frame is None or target != "alibaba":
            found["ratio"] = request.ratio
    return {name: value for name, value in found.items() if value is not None}


@examples(40)
@pytest.mark.parametrize(("source", "target"), BOTH, ids=IDS)
@given(data=st.data(), order=st.sampled_from(ORDERS))
def test_there_and_back_keeps_what_both_can_carry(source: str, target: str, data: st.DataObject, order: Order) -> None:
    ask = data.draw(asks((source,)))
    ask = replace(ask, prompt="They dance", duration=min(int(ask.duration or 5), 10))
    request = valid(ask).request
    converted = convert(request, HOSTS[source], HOSTS[target], order=order)
    try:
        there = validate(read(converted.payload, HOSTS[target])).request
    except InvalidRequestError:
        assert target == "runware"
        assert "resolution" in {lost.path for lost in converted.lost}
        return
    expected = carried(request, source, target)
    assert {name: getattr(there, name) for name in expected} == expected
    back = convert(there, HOSTS[target], HOSTS[source], order=order)
    again = validate(read(back.payload, HOSTS[source])).request
    assert {name: getattr(again, name) for name in expected} == expected
    assert sorted((r.kind, r.url) for r in again.references) == sorted((r.kind, r.url) for r in request.references)
    assert _lost(converted) == _missing(request, source, target)


def _lost(converted: Converted) -> set[str]:
    return {item.path.partition("/")[0] for item in converted.lost}


def _missing(request: Request, source: str, target: str) -> set[str]:
    """What a conversion has to say is lost: said by the request, not by the source's own default, and not carried."""
    missing = {"resolution", "ratio"} if request.resolution.endswith("-SR") and target == "runware" else set[str]()
    missing |= {"resolution"} if request.resolution.endswith("-SR") and target != "atlas" else set()
    if request.seed == -1 and target != "atlas":
        missing.add("seed")
    if request.first_frame is not None and target != "alibaba":
        missing.add("first_frame")
    defaults = {"prompt_extend": True, "watermark": False} if source == "alibaba" else {}
    for name in ("prompt_extend", "watermark"):
        value = getattr(request, name)
        if value is not None and value != defaults.get(name) and name not in CARRIED[target]:
            missing.add(name)
    return missing | _missing_voices(request, target)


def _missing_voices(request: Request, target: str) -> set[str]:
    alone = len(request.references) == 1
    missing = set()
    if request.voice is not None and target != "atlas" and not (target == "alibaba" and alone):
        missing.add("voice")
    if any(r.voice for r in request.references) and target != "alibaba" and not (target == "atlas" and alone):
        missing.add("references")
    return missing


def two(host: str, *, images: int = 1, clips: int = 1, **fields: object) -> Ask:
    media = [Medium("image", f"https://media.example.com/{n}.png", {}) for n in range(images)]
    media += [Medium("video", f"https://media.example.com/{n}.mp4", {}) for n in range(clips)]
    model = {"alibaba": "wan2.7-r2v", "atlas": "alibaba/wan-2.7/reference-to-video", "fal": None}.get(
        host, "alibaba:wan@2.7"
    )
    ask = Ask(host, model, "They dance", None, tuple(media), None, None, "720P", "16:9", 5, None)
    return replace(ask, **fields)  # type: ignore[arg-type]  # the names are those of Ask's own fields


def converted(ask: Ask, target: str, order: Order | None = None) -> Converted:
    return convert(valid(ask).request, HOSTS[ask.host], HOSTS[target], order=order)


def test_a_voice_moves_with_the_only_reference() -> None:
    voice = "https://media.example.com/v.mp3"
    ask = two("alibaba", clips=0)
    alone = replace(ask, media=(replace(ask.media[0], voice=voice),))
    there = converted(alone, "atlas")
    assert (there.payload["audio"], there.lost) == (voice, ())
    back = converted(two("atlas", clips=0, voice=voice), "alibaba")
    assert back.lost == ()
    assert cast("JsonObject", back.payload["input"])["media"] == [
        {"type": "reference_image", "url": "https://media.example.com/0.png", "reference_voice": voice}
    ]


def test_a_voice_among_several_is_lost() -> None:
    voice = "https://media.example.com/v.mp3"
    ask = two("alibaba", images=2, clips=0)
    there = converted(replace(ask, media=(ask.media[0], replace(ask.media[1], voice=voice))), "atlas")
    assert "audio" not in there.payload
    assert [(lost.path, lost.value, lost.reason) for lost in there.lost] == [
        ("references/1/voice", voice, "Atlas Cloud takes no voice of a reference")
    ]
    back = converted(two("atlas", images=2, clips=0, voice=voice), "alibaba")
    assert [(lost.path, lost.value, lost.reason) for lost in back.lost] == [
        ("voice", voice, "Alibaba Cloud Model Studio takes no voice for the request as a whole")
    ]


@examples(20)
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("target", HOST_NAMES)
@given(data=st.data())
def test_a_lost_voice_is_named_as_the_request_counts(target: str, order: Order, data: st.DataObject) -> None:
    """Whatever the order in which the target counts: `references/N/voice` is the Nth of the request, each once."""
    request = valid(replace(data.draw(asks(("alibaba",))), prompt="They dance")).request
    found = convert(request, HOSTS["alibaba"], HOSTS[target], order=order)
    lost = {item.path: item.value for item in found.lost if item.path.startswith("references")}
    voices = {f"references/{index}/voice": r.voice for index, r in enumerate(request.references) if r.voice}
    moved = target == "atlas" and len(request.references) == 1
    assert lost == ({} if moved or target == "alibaba" else voices)


def test_a_lost_voice_of_the_same_clip_twice_is_said_of_each() -> None:
    """Clip, image, clip again; Atlas counts the image first."""
    voice = "https://media.example.com/v.mp3"
    image, clip = two("alibaba").media
    spoken = replace(clip, voice=voice)
    there = converted(two("alibaba", media=(spoken, image, spoken)), "atlas", "images-first")
    assert [(lost.path, lost.value) for lost in there.lost] == [
        ("references/0/voice", voice),
        ("references/2/voice", voice),
    ]


@pytest.mark.parametrize("target", ["alibaba", "fal", "runware"])
def test_a_random_seed_of_atlas_is_lost_elsewhere(target: str) -> None:
    found = converted(two("atlas", clips=0, seed=-1), target)
    assert [(lost.path, lost.value) for lost in found.lost] == [("seed", -1)]
    assert "seed" not in str(found.payload)
    assert converted(two("atlas", clips=0, seed=0), target).lost == ()


def test_labels_of_nobody_are_listed_and_left() -> None:
    ask = two("alibaba", prompt="Image 1 meets Image 2, Video 1 and 视频7")
    found = converted(ask, "atlas", "images-first")
    assert prompt_of(found.payload, "atlas") == "character1 meets Image 2, character2 and 视频7"
    assert found.labels == (("Image 1", "character1"), ("Video 1", "character2"))
    assert [(lost.path, lost.value, lost.reason) for lost in found.lost] == [
        ("prompt", "Image 2", "it names no reference, and is left as it is"),
        ("prompt", "视频7", "it names no reference, and is left as it is"),
    ]


@pytest.mark.parametrize(
    ("order", "prompt"),
    [("images-first", "Image 1 and Video 1"), ("videos-first", "Video 1 and Image 1")],
)
def test_the_order_says_whom_atlas_meant(order: Order, prompt: str) -> None:
    found = converted(two("atlas", prompt="character1 and character2"), "fal", order)
    assert prompt_of(found.payload, "fal") == prompt


def test_the_same_reference_twice_keeps_its_turn() -> None:
    ask = two("alibaba", images=2, clips=1, prompt="Image 2, Image 1, Video 1")
    same = replace(ask.media[1], url=ask.media[0].url)
    found = converted(replace(ask, media=(ask.media[2], ask.media[0], same)), "atlas", "images-first")
    assert prompt_of(found.payload, "atlas") == "character2, character1, character3"


@examples(10)
@pytest.mark.parametrize(("source", "target"), BOTH, ids=IDS)
@given(labels=st.integers(0, 300), more=st.integers(0, 4097))
def test_the_end_that_a_target_cuts_off_is_said(source: str, target: str, labels: int, more: int) -> None:
    """What `check` warns of in the new payload; fal refuses it."""
    prompt = "图1 " * labels + "x" * more + " 图1"
    ask = two(source, clips=0, prompt=prompt)
    found = converted(ask, target)
    end = prompt_of(found.payload, target)[5000:]
    assert [(lost.path, lost.value) for lost in found.lost] == ([("prompt", end)] if end and target != "fal" else [])
    report = check(read(found.payload, HOSTS[target]))
    assert ("WAN102" in {violation.rule.id for violation in report.violations}) == bool(end)


def test_new_labels_push_the_end_over_the_limit() -> None:
    """101 labels of 2 characters become 101 of 10, with a blank where letters follow: the last one is cut off."""
    prompt = "图1" * 100 + "x" * 4797 + " 图1"
    found = converted(two("alibaba", clips=0, prompt=prompt), "atlas")
    text = prompt_of(found.payload, "atlas")
    reason = f"Atlas Cloud cuts off the last {len(text) - 5000} characters without a word"
    assert [(lost.path, lost.reason) for lost in found.lost] == [("prompt", reason)]
    assert str(found.lost[0].value).endswith(" character1")
    one = converted(two("atlas", clips=0, prompt="x" * 5001), "alibaba").lost
    assert one[0][1:] == (
        "x",
        "Alibaba Cloud Model Studio cuts off the last 1 character without a word",
    )


@pytest.mark.parametrize("prompt", ["图1图2跳舞", "Let图1 dance with图2"])
def test_a_rewritten_label_is_still_one(prompt: str) -> None:
    ask = two("alibaba", images=2, clips=0, prompt=prompt)
    found = converted(ask, "atlas")
    again = validate(read(found.payload, HOSTS["atlas"]))
    assert len(read(found.payload, HOSTS["atlas"]).draft.cast.labels) == 2
    assert again.report.violations == ()


def test_a_look_alike_is_no_label() -> None:
    prompt = "Plan C 1, part I 2 and 片3; Image 1 waves"
    found = converted(two("alibaba", clips=0, prompt=prompt), "atlas")
    assert prompt_of(found.payload, "atlas") == "Plan C 1, part I 2 and 片3; character1 waves"
    assert (found.labels, found.lost) == ((("Image 1", "character1"),), ())


def test_a_case_is_rendered_as_it_reads() -> None:
    """The tests' own reading of payloads agrees with the code's."""
    for host in HOST_NAMES:
        case: Case = render(two(host))
        references = valid(two(host)).request.references
        assert sent(case.payload, host) == [(reference.kind, reference.url) for reference in references]
