"""What is read of a payload's media, medium by medium, where each stands, and what does not fit."""

from __future__ import annotations

from typing import Final

import pytest

from tests.documents import JsonObject, changed
from wan_rules import read
from wan_rules.hosts import ALIBABA, RUNWARE
from wan_rules.hosts.media_reading import KEPT_MEDIA, ONE_OF, NotKeptError, Places, _recall_places
from wan_rules.hosts.reading import Reading
from wan_rules.messages import Series
from wan_rules.request import DraftReference, Misfit, ReferenceKind, ReferenceOf, Stray, Unreadable
from wan_rules.samples import SAMPLES
from wan_rules.urls import COMMA

GIRL: Final = "https://media.example.com/girl.png"
CLIP: Final = "https://media.example.com/dance.mp4"
DOOR: Final = "https://media.example.com/door.png"
VOICE: Final = "https://media.example.com/voice.mp3"
IMAGE: Final[JsonObject] = {"type": "reference_image", "url": GIRL}
VIDEO: Final[JsonObject] = {"type": "reference_video", "url": CLIP}
FRAME: Final[JsonObject] = {"type": "first_frame", "url": DOOR}
FIELDS: Final = ("type", "url", "reference_voice")
TYPES: Final = ("reference_image", "reference_video", "first_frame")
A_TYPE: Final = ONE_OF.fill(words=Series(TYPES, COMMA))
MEDIA: Final = "/input/media"
NOTHING: Final = Unreadable(None)


def sent_as(
    kind: ReferenceKind | Unreadable, url: str | Unreadable, voice: str | Unreadable | None = None
) -> DraftReference:
    """A medium as it is read."""
    return ReferenceOf(kind, url, voice)


def alibaba(media: object) -> Reading:
    """Alibaba's sample with those media."""
    return read(changed(SAMPLES["alibaba"], {MEDIA: media}, gone=...), ALIBABA)


def runware(inputs: JsonObject) -> Reading:
    """Runware's sample with those inputs."""
    return read({**SAMPLES["runware"], "inputs": inputs}, RUNWARE)


def at_alibaba(*indexes: int) -> Places:
    """The places of media of Alibaba's array."""
    items = [f"{MEDIA}/{index}" for index in indexes]
    return Places(tuple(items), tuple(f"{i}/url" for i in items), tuple(f"{i}/reference_voice" for i in items))


def at_runware(*items: str) -> Places:
    """The places of media of Runware's arrays, which are URLs themselves."""
    places = tuple(f"/inputs/{item}" for item in items)
    return Places(places, places, places)


FIRST: Final = Places(("a", "b"), ("c", "d"), ("e", "f"))


def test_places_come_one_after_another() -> None:
    more = Places(("x",), ("y",), ("z",))
    assert FIRST.then(more) == Places(("a", "b", "x"), ("c", "d", "y"), ("e", "f", "z"))
    assert more.then(FIRST) == Places(("x", "a", "b"), ("y", "c", "d"), ("z", "e", "f"))


def test_places_of_some_are_picked_in_their_order() -> None:
    assert FIRST.pick([1, 0]) == Places(("b", "a"), ("d", "c"), ("f", "e"))
    assert FIRST.pick([1]) == Places(("b",), ("d",), ("f",))
    assert FIRST.pick([]) == Places((), (), ())


def test_places_of_everyday_requests_are_kept_and_of_larger_ones_not() -> None:
    for url_key in ("", "url"):
        kept = _recall_places("/own", KEPT_MEDIA, url_key, "voice")
        assert kept is _recall_places("/own", KEPT_MEDIA, url_key, "voice")
        assert kept.items == tuple(f"/own/{index}" for index in range(KEPT_MEDIA))
        with pytest.raises(NotKeptError):
            _recall_places("/own", KEPT_MEDIA + 1, url_key, "voice")
    assert KEPT_MEDIA == 32


MANY: Final = KEPT_MEDIA + 1


@pytest.mark.parametrize("count", [KEPT_MEDIA, MANY])
def test_of_many_media_each_has_its_place(count: int) -> None:
    objects, urls = alibaba([IMAGE] * count), runware({"referenceVideos": [CLIP] * count})
    assert objects.places == at_alibaba(*range(count))
    assert urls.places == at_runware(*(f"referenceVideos/{index}" for index in range(count)))
    assert urls.draft.references == (sent_as("video", CLIP),) * count


def test_media_are_read_in_their_order_with_their_voices() -> None:
    """Neither a voice that is null nor one without a letter is odd."""
    silent = {**VIDEO, "reference_voice": None}
    found = alibaba([{**VIDEO, "reference_voice": VOICE}, IMAGE, silent, {**IMAGE, "reference_voice": ""}])
    draft = found.draft
    assert draft.references == (
        sent_as("video", CLIP, VOICE),
        sent_as("image", GIRL),
        sent_as("video", CLIP),
        sent_as("image", GIRL, ""),
    )
    assert draft.cast.kinds == ("video", "image", "video", "image")
    assert (draft.first_frames, draft.misfits, draft.strays) == ((), (), ())
    assert found.places == at_alibaba(0, 1, 2, 3)


def test_first_frames_among_the_media_are_no_references_and_come_after_them() -> None:
    found = alibaba([FRAME, IMAGE, {**FRAME, "url": GIRL, "reference_voice": VOICE}, VIDEO])
    draft = found.draft
    assert draft.references == (sent_as("image", GIRL), sent_as("video", CLIP))
    assert draft.first_frames == (sent_as("image", DOOR), sent_as("image", GIRL, VOICE))
    assert (draft.cast.kinds, draft.cast.frames) == (("image", "video"), 2)
    assert (draft.misfits, draft.strays) == ((), ())
    assert found.places == at_alibaba(1, 3, 0, 2)


OF_TYPE: Final = ("/type", A_TYPE, False)
OF_URL: Final = ("/url", "a string", False)
OF_VOICE: Final = ("/reference_voice", "a string", True)
ODD: Final[dict[str, tuple[object, DraftReference, list[tuple[str, object, bool]]]]] = {
    "no-object": (7, sent_as(Unreadable(7), Unreadable(7)), [("", "an object", False)]),
    "null": (None, sent_as(NOTHING, NOTHING), [("", "an object", False)]),
    "empty": ({}, sent_as(NOTHING, NOTHING), [OF_TYPE, OF_URL]),
    "type": ({"type": "film", "url": CLIP}, sent_as(Unreadable("film"), CLIP), [OF_TYPE]),
    "type-an-array": (
        {"type": ["first_frame"], "url": CLIP, "reference_voice": VOICE},
        sent_as(Unreadable(["first_frame"]), CLIP, VOICE),
        [OF_TYPE],
    ),
    "url": ({"type": "reference_video", "url": [CLIP]}, sent_as("video", Unreadable([CLIP])), [OF_URL]),
    "url-beside-a-voice": (
        {"type": "reference_video", "url": 7, "reference_voice": VOICE},
        sent_as("video", Unreadable(7), VOICE),
        [OF_URL],
    ),
    "voice": ({**IMAGE, "reference_voice": 7}, sent_as("image", GIRL, Unreadable(7)), [OF_VOICE]),
    "all": (
        {"type": 1, "url": 2, "reference_voice": False},
        sent_as(Unreadable(1), Unreadable(2), Unreadable(raw=False)),
        [OF_TYPE, OF_URL, OF_VOICE],
    ),
}


@pytest.mark.parametrize("case", ODD)
def test_what_does_not_fit_of_a_medium_is_told_part_by_part(case: str) -> None:
    item, sent, misfits = ODD[case]
    found = alibaba([VIDEO, item, IMAGE])
    assert found.draft.references == (sent_as("video", CLIP), sent, sent_as("image", GIRL))
    assert found.draft.cast.kinds == ("video", sent.kind if isinstance(sent.kind, str) else None, "image")
    raw = [item.get(part[1:]) if isinstance(item, dict) else item for part, _, _ in misfits]
    assert list(found.draft.misfits) == [
        (f"{MEDIA}/1{part}", value, *rest) for (part, *rest), value in zip(misfits, raw, strict=True)
    ]
    assert (found.draft.first_frames, found.draft.strays) == ((), ())
    assert found.places == at_alibaba(0, 1, 2)


def test_the_words_for_a_type_are_told_with_commas() -> None:
    (misfit,) = alibaba([{"type": 5, "url": CLIP}]).draft.misfits
    assert str(misfit.wanted) == "one of reference_image, reference_video, first_frame"


def test_what_does_not_fit_of_a_first_frame_is_told_too() -> None:
    found = alibaba([{"type": "first_frame", "url": 7, "reference_voice": [], "voice": 1}])
    assert found.draft.first_frames == (sent_as("image", Unreadable(7), Unreadable([])),)
    assert found.draft.references == ()
    assert [(one.pointer, one.removable) for one in found.draft.misfits] == [
        (f"{MEDIA}/0/url", False),
        (f"{MEDIA}/0/reference_voice", True),
    ]
    assert found.draft.strays == (Stray(f"{MEDIA}/0/voice", "voice", FIELDS, None, is_bare=True),)


@pytest.mark.parametrize(
    ("key", "pointer", "name"),
    [
        pytest.param("x", f"{MEDIA}/1/x", "x", id="short"),
        pytest.param("a/b~c", f"{MEDIA}/1/a~1b~0c", "a/b~c", id="escaped"),
        pytest.param("x" * 65, f"{MEDIA}/1", "x" * 64, id="long"),
    ],
)
@pytest.mark.parametrize(("value", "is_bare"), [(1, True), (None, True), ("x", True), ([], False), ({"url": 1}, False)])
def test_fields_that_a_medium_does_not_have_are_told(
    key: str, pointer: str, name: str, value: object, *, is_bare: bool
) -> None:
    """The rest of the medium is read."""
    stray = Stray(pointer, name, FIELDS, None, is_bare)
    for item in (IMAGE, {**VIDEO, "reference_voice": VOICE}):
        found = alibaba([IMAGE, {**item, key: value}])
        assert (found.draft.misfits, found.draft.strays) == ((), (stray,))
        assert found.draft.references == alibaba([IMAGE, item]).draft.references


def test_strays_of_several_media_are_all_told() -> None:
    found = alibaba([{**IMAGE, "b": 1, "a": 2}, {**VIDEO, "c": 3}, {**IMAGE, "reference_voice": VOICE}])
    assert [stray.pointer for stray in found.draft.strays] == [f"{MEDIA}/0/b", f"{MEDIA}/0/a", f"{MEDIA}/1/c"]


def test_an_array_that_is_none_is_told_and_one_that_is_not_there_is_not() -> None:
    others: tuple[object, ...] = ({}, "media", 0, False)
    for sent in others:
        found = alibaba(sent)
        assert found.draft.misfits == (Misfit(MEDIA, sent, "an array", removable=False),)
        assert (found.draft.references, found.places) == ((), Places((), (), ()))
    for reading in (alibaba(None), alibaba(...), alibaba([])):
        assert (reading.draft.misfits, reading.draft.references) == ((), ())
        assert reading.places == Places((), (), ())
    (misfit,) = runware({"frameImages": DOOR}).draft.misfits
    assert misfit == Misfit("/inputs/frameImages", DOOR, "an array", removable=False)
