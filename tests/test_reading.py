"""What is read of a payload beside its media: values, words, defaults, sizes, counts, and where each part stands."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from enum import IntEnum, StrEnum
from typing import Final, cast

import pytest

from tests.documents import changed
from wan_rules import HOSTS, read
from wan_rules.hosts import ALIBABA, ATLAS, FAL
from wan_rules.hosts.host import Host, Section, UrlArray
from wan_rules.hosts.model import FRAME_SIZES
from wan_rules.hosts.reading import ONE_RESULT, Reading
from wan_rules.media_facts import MediaFacts
from wan_rules.payloads import JsonObject
from wan_rules.request import Cast, Draft, Misfit, Output, ReferenceOf, Unreadable
from wan_rules.samples import SAMPLES

A: Final = "https://media.example.com/a.png"
GONE: Final = ...
"""Instead of a value: the field is not there."""


def reading(host: str, **changes: object) -> Reading:
    """The host's sample as it is read; `parameters__ratio` is a field of an object, its value GONE takes it away."""
    at = {f"/{name.replace('__', '/')}": value for name, value in changes.items()}
    return read(changed(SAMPLES[host], at, gone=GONE), HOSTS[host])


def test_everything_of_a_payload_is_read_into_its_part() -> None:
    found = reading("alibaba", input__media=[], parameters__prompt_extend=True)
    assert found.draft == (
        Cast("wan2.7-r2v", (), 0, True, False, True, False, ("Image 1", "Video 1", "Video 2")),  # noqa: FBT003
        Output("720P", "16:9", 10, frozenset(), has_video=False, frames=0),
        "Image 1 sings while Video 1 dances around Video 2",
        "blurred",
        (),
        (),
        None,
        True,
        False,
        42,
        (),
        None,
        (),
        (),
    )
    assert (found.host, found.payload["model"]) == (ALIBABA, "wan2.7-r2v")


def test_what_was_left_out_takes_the_hosts_default_and_is_named() -> None:
    parts = ("resolution", "ratio", "duration_s", "prompt_extend", "watermark", "seed")
    draft = reading("alibaba", parameters=GONE).draft
    assert [*draft.output[:3], draft.prompt_extend, draft.watermark, draft.seed] == [
        "1080P",
        "16:9",
        5,
        True,
        False,
        None,
    ]
    assert draft.output.defaulted == set(parts) - {"seed"}
    assert draft.misfits == ()
    one = reading("alibaba", parameters__ratio=None).draft
    assert (one.output, one.misfits) == (Output("720P", "16:9", 10, frozenset({"ratio"}), has_video=True, frames=0), ())
    sized = reading("runware", width=GONE, height=GONE, duration=GONE, model=GONE).draft
    assert sized.output == Output(None, None, 5, frozenset({"duration_s"}), has_video=False, frames=0)
    assert (sized.cast.model, sized.prompt_extend, sized.watermark, sized.misfits) == (None, None, None, ())


def test_a_hosts_words_become_ours_and_others_are_unreadable() -> None:
    """Only a word that the host does not know is: that is no value of a wrong type."""
    draft = reading("fal", resolution="1080p", duration="7").draft
    assert (draft.output.resolution, draft.output.duration_s) == ("1080P", 7)
    odd = reading("fal", resolution="1080P", aspect_ratio="").draft
    assert odd.output[:2] == (Unreadable("1080P"), Unreadable(""))
    assert (odd.output.defaulted, odd.misfits) == (frozenset(), ())


WRONG: Final[dict[str, tuple[str, str, object, str, bool]]] = {
    "model": ("alibaba", "/model", 7, "a string", False),
    "prompt": ("alibaba", "/input/prompt", ["x"], "a string", False),
    "negative-prompt": ("runware", "/negativePrompt", {}, "a string", True),
    "voice": ("atlas", "/audio", 1.5, "a string", True),
    "resolution": ("alibaba", "/parameters/resolution", 720, "a string", False),
    "ratio": ("alibaba", "/parameters/ratio", ["16:9"], "a string", True),
    "seconds": ("atlas", "/duration", "5", "a whole number", False),
    "true-seconds": ("atlas", "/duration", True, "a whole number", False),
    "part-of-a-second": ("fal", "/duration", 5.0, "a whole number", False),
    "word-for-seconds": ("fal", "/duration", "five", "a whole number", False),
    "seconds-in-an-array": ("fal", "/duration", ["5"], "a whole number", False),
    "word-for-a-seed": ("fal", "/seed", "5", "a whole number", True),
    "extend": ("alibaba", "/parameters/prompt_extend", 1, "true or false", True),
    "watermark": ("alibaba", "/parameters/watermark", "false", "true or false", True),
}
SLOTS: Final[dict[str, Callable[[Draft], object]]] = {
    "model": lambda draft: draft.cast.model,
    "prompt": lambda draft: draft.prompt,
    "negative-prompt": lambda draft: draft.negative_prompt,
    "voice": lambda draft: draft.voice,
    "resolution": lambda draft: draft.output.resolution,
    "ratio": lambda draft: draft.output.ratio,
    "word-for-a-seed": lambda draft: draft.seed,
    "extend": lambda draft: draft.prompt_extend,
    "watermark": lambda draft: draft.watermark,
}


@pytest.mark.parametrize("case", WRONG)
def test_a_value_of_another_type_is_told_and_stands_as_unreadable(case: str) -> None:
    """It takes no default; what is required or sets the cost is not taken out to mend it."""
    host, pointer, raw, wanted, removable = WRONG[case]
    draft = read(changed(SAMPLES[host], {pointer: raw}), HOSTS[host]).draft
    assert draft.misfits == (Misfit(pointer, raw, wanted, removable),)
    assert (SLOTS[case](draft) if case in SLOTS else draft.output.duration_s) == Unreadable(raw)
    assert draft.output.defaulted == read(SAMPLES[host], HOSTS[host]).draft.output.defaulted


def test_types_that_fit_are_remembered_and_others_are_not() -> None:
    """Of a payload in which they are seen again no field is looked at one by one."""
    host = replace(FAL)
    (table,) = host.tables
    read(changed(SAMPLES["fal"], {"/duration": "5"}), host)
    assert table.fitting == set()
    nothing = type(None)
    for _ in range(2):
        assert read(SAMPLES["fal"], host).draft.misfits == ()
        assert table.fitting == {(str, nothing, str, str, int, nothing, nothing)}
    read(changed(SAMPLES["fal"], {"/seed": 1}), host)
    assert (str, nothing, str, str, int, int, nothing) in table.fitting


SIZES: Final[dict[str, tuple[object, object, object, object]]] = {
    "known": (1248, 1632, "1080P", "3:4"),
    "turned": (1632, 1248, "1080P", "4:3"),
    "unknown": (1920, 1081, Unreadable(("1920", "1081")), Unreadable(None)),
    "no-width": (GONE, 1080, Unreadable(("null", "1080")), Unreadable(None)),
    "no-height": (1920, GONE, Unreadable(("1920", "null")), Unreadable(None)),
    "fraction": (1920.0, 1080, Unreadable(("a number", "1080")), Unreadable(None)),
    "other-fraction": (1920, 1080.0, Unreadable(("1920", "a number")), Unreadable(None)),
    "words": ("1920", "wide", Unreadable(("1920", "wide")), Unreadable(None)),
    "others": ([1920], {}, Unreadable(("an array", "an object")), Unreadable(None)),
    "true": (True, 1080, Unreadable(("true or false", "1080")), Unreadable(None)),
}


@pytest.mark.parametrize("case", SIZES)
def test_a_size_is_a_tier_and_a_ratio_or_unreadable_as_it_can_be_shown(case: str) -> None:
    """It is told by a rule of its own, and not as a value of another type."""
    width, height, resolution, ratio = SIZES[case]
    draft = reading("runware", width=width, height=height).draft
    assert draft.output == Output(resolution, ratio, 2, frozenset(), has_video=False, frames=0)  # type: ignore[arg-type]
    assert draft.misfits == ()


@pytest.mark.parametrize(
    ("width", "height", "resolution", "ratio"),
    [
        (1920, 1080, "1080P", "16:9"),  # and of 1080P-SR
        (1440, 1440, "1080P", "1:1"),  # and of 1080P-SR
        (1656, 1248, Unreadable(("1656", "1248")), Unreadable(None)),  # of 1080P-SR alone
        (2560, 1440, Unreadable(("2560", "1440")), Unreadable(None)),  # of 1440P-SR alone
    ],
)
def test_a_size_is_of_a_tier_that_the_host_takes(width: int, height: int, resolution: object, ratio: object) -> None:
    """By the model's own table some sizes are those of a super-resolution tier as well."""
    host = replace(HOSTS["runware"], frame_sizes=FRAME_SIZES)
    found = read({**SAMPLES["runware"], "width": width, "height": height}, host).draft.output
    assert (found.resolution, found.ratio) == (resolution, ratio)


@pytest.mark.parametrize("count", [0, 2, True, 1.0, "1", [1]])
def test_a_count_of_other_than_one_is_told(count: object) -> None:
    (misfit,) = reading("runware", numberResults=count).draft.misfits
    assert misfit == Misfit("/numberResults", count, ONE_RESULT, removable=False)
    assert type(misfit.raw) is type(count)
    assert str(ONE_RESULT) == "1 (one result a request)"


@pytest.mark.parametrize("count", [1, None, GONE])
def test_a_count_of_one_is_nothing_to_tell(count: object) -> None:
    changes = {} if count is GONE else {"numberResults": count}
    draft = reading("runware", **changes).draft
    assert (draft.misfits, draft.strays) == ((), ())


@pytest.mark.parametrize(
    ("host", "name", "value", "misfits"),
    [
        ("alibaba", "input", None, [Misfit("/input", None, "an object", removable=False)]),
        ("alibaba", "input", GONE, [Misfit("/input", None, "an object", removable=False)]),
        ("alibaba", "input", [], [Misfit("/input", [], "an object", removable=False)]),
        ("alibaba", "parameters", 0, [Misfit("/parameters", 0, "an object", removable=False)]),
        ("alibaba", "parameters", None, []),
        ("alibaba", "parameters", {}, []),
        ("runware", "inputs", "", [Misfit("/inputs", "", "an object", removable=False)]),
        ("runware", "inputs", GONE, []),
    ],
)
def test_an_object_that_is_none_is_told_and_holds_nothing(
    host: str, name: str, value: object, misfits: list[Misfit]
) -> None:
    """One that is not there is told where it must be."""
    draft = reading(host, **{name: value}).draft
    assert list(draft.misfits) == misfits
    if name == "parameters":
        assert draft.output[:3] == ("1080P", "16:9", 5)
    else:
        assert (draft.references, draft.negative_prompt, draft.strays) == ((), None, ())


def nested(*, required: bool = False) -> Host:
    """Atlas with an array of images two objects deep."""
    inner = Section(("outer", "inner"), media=(UrlArray("pictures", "image"),), required=required)
    outer = Section(("outer",), passed=("more",))
    return replace(ATLAS, sections=(*ATLAS.sections, outer, inner))


def test_an_object_within_another_is_entered_step_by_step() -> None:
    draft = read({"outer": {"inner": {"pictures": [A], "x": 1}, "more": 1}}, nested()).draft
    assert draft.references == (ReferenceOf("image", A, None),)
    assert [stray.pointer for stray in draft.strays] == ["/outer/inner/x"]
    assert read({"outer": {}}, nested()).draft.misfits == ()
    missing = read({}, nested(required=True)).draft
    assert missing.misfits == (Misfit("/outer/inner", None, "an object", removable=False),)
    both = read({"outer": 5}, nested()).draft.misfits
    assert both == tuple(Misfit(at, 5, "an object", removable=False) for at in ("/outer", "/outer/inner"))


def test_fields_of_no_host_are_told_of_each_object() -> None:
    found = reading("alibaba", x=1, input__y=[1], parameters__z=None)
    assert [(stray.pointer, stray.is_bare) for stray in found.draft.strays] == [
        ("/x", True),
        ("/input/y", False),
        ("/parameters/z", True),
    ]


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ("prompt", "/input/prompt"),
        ("duration_s", "/parameters/duration"),
        ("references", "/input/media"),
        ("references/0/url", "/input/media/1/url"),
        ("references/1/voice", "/input/media/3/reference_voice"),
        ("references/1", "/input/media/3/url"),
        ("first_frames/0/url", "/input/media/0/url"),
        ("first_frames/1/voice", "/input/media/2/reference_voice"),
        ("", ""),
        ("/input/media/0", "/input/media/0"),
        ("/", "/"),
        ("voice", ""),
        ("first_frames", ""),
    ],
)
def test_a_part_of_a_request_is_pointed_at_in_the_payload(path: str, pointer: str) -> None:
    """A pointer stays as it is; what has no place in the payload is the whole of it."""
    image, frame = ({"type": kind, "url": A} for kind in ("reference_image", "first_frame"))
    assert reading("alibaba", input__media=[frame, image, frame, image]).pointer(path) == pointer


class Tier(StrEnum):
    LOW = "720P"


class Kind(StrEnum):
    FRAME = "first_frame"


class Side(IntEnum):
    WIDE = 1280
    HIGH = 720


class Length(IntEnum):
    LONG = 7


class Number(float):
    pass


def test_what_json_writes_as_its_own_is_read_so() -> None:
    media = [{"type": "reference_image", "url": A}, {"type": Kind.FRAME, "url": A}]
    plain = reading("alibaba", input__media=[media[0], {**media[1], "type": "first_frame"}])
    made = reading("alibaba", input__media=tuple(map(OrderedDict, media)), parameters__resolution=Tier.LOW)
    assert made.draft == plain.draft
    assert [type(part) for part in made.draft.output[:3]] == [str, str, int]
    ordered = {"input": OrderedDict(cast("dict[str, object]", SAMPLES["alibaba"]["input"]))}
    assert read({**SAMPLES["alibaba"], **ordered}, ALIBABA).draft == reading("alibaba").draft
    found = reading("alibaba", parameters__duration=Length.LONG, parameters__seed=Length.LONG).draft
    assert (found.output.duration_s, found.seed, found.misfits) == (7, 7, ())
    assert {type(found.output.duration_s), type(found.seed)} == {int}


def test_facts_go_with_a_payload_that_was_made_in_python() -> None:
    facts = {A: MediaFacts(kind="image", bytes=10)}
    media = ({"type": "reference_image", "url": A},)
    made = {**SAMPLES["alibaba"], "input": {**cast("JsonObject", SAMPLES["alibaba"]["input"]), "media": media}}
    assert [one.medium for one in read(made, ALIBABA, facts).draft.evidence] == [facts[A]]


def test_sides_may_be_members_of_an_enumeration() -> None:
    assert reading("runware", width=Side.WIDE, height=Side.HIGH).draft.output[:2] == ("720P", "16:9")


@pytest.mark.parametrize("key", [1, None, 1.5, ("a",)], ids=repr)
def test_a_key_that_is_no_text_is_a_field_that_no_host_has(key: object) -> None:
    """`read` raises nothing: not for what Python takes for a key, and JSON does not, either."""
    odd = cast("JsonObject", {key: 1})
    media = reading("alibaba", input__media=[{"type": "reference_image", "url": A, **odd}]).draft
    top = read({**SAMPLES["alibaba"], **odd}, ALIBABA).draft
    assert [(stray.pointer, stray.name) for stray in media.strays] == [("/input/media/0", str(key))]
    assert [(stray.pointer, stray.name) for stray in top.strays] == [("", str(key))]


@pytest.mark.parametrize("value", [b"x", {1}, Number(5), object()], ids=["bytes", "set", "number", "object"])
def test_what_is_no_whole_number_in_json_either_stays_unreadable(value: object) -> None:
    assert isinstance(reading("alibaba", parameters__duration=value).draft.output.duration_s, Unreadable)


def test_what_stands_deeper_than_any_host_looks_is_left_alone() -> None:
    deep: object = ()
    for _ in range(10_000):
        deep = [deep]
    assert [misfit.pointer for misfit in reading("alibaba", parameters__seed=deep).draft.misfits] == [
        "/parameters/seed"
    ]
