"""Media that stand in several arrays, of URLs or of objects: in which order they are read, first frames apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.test_media_reading import CLIP, DOOR, GIRL, VOICE, at_runware, runware, sent_as
from wan_rules import HOSTS, read
from wan_rules.hosts.host import MediaArray, Section, UrlArray
from wan_rules.request import Misfit, ReferenceKind, Unreadable


def test_arrays_of_urls_come_one_after_another_and_first_frames_last() -> None:
    found = runware({"frameImages": [DOOR], "referenceVideos": [CLIP, CLIP], "referenceImages": [GIRL]})
    draft = found.draft
    assert draft.references == (sent_as("image", GIRL), *[sent_as("video", CLIP)] * 2)
    assert draft.first_frames == (sent_as("image", DOOR),)
    assert (draft.cast.kinds, draft.cast.frames, draft.misfits) == (("image", "video", "video"), 1, ())
    assert found.places == at_runware("referenceImages/0", "referenceVideos/0", "referenceVideos/1", "frameImages/0")


@pytest.mark.parametrize("array", ["referenceImages", "referenceVideos", "frameImages"])
def test_a_url_that_is_none_is_told_and_keeps_its_place(array: str) -> None:
    found = runware({array: [DOOR, 7, None]})
    kind: ReferenceKind = "video" if array == "referenceVideos" else "image"
    assert found.draft.references + found.draft.first_frames == (
        sent_as(kind, DOOR),
        sent_as(kind, Unreadable(7)),
        sent_as(kind, Unreadable(None)),
    )
    assert found.draft.misfits == (
        Misfit(f"/inputs/{array}/1", 7, "a string", removable=False),
        Misfit(f"/inputs/{array}/2", None, "a string", removable=False),
    )
    assert found.places == at_runware(*(f"{array}/{index}" for index in range(3)))


def test_a_host_with_arrays_of_both_forms_is_read_array_by_array() -> None:
    """Each array adds what it holds behind what was read before, first frames apart."""
    objects = ("kind", "at", "voice", {"image": "image", "frame": "first_frame"})
    arrays = (
        MediaArray("one", *objects),  # type: ignore[arg-type] # a tuple for a NamedTuple's parts
        UrlArray("frames", "first_frame"),
        UrlArray("clips", "video"),
        MediaArray("two", *objects),  # type: ignore[arg-type]
        UrlArray("more", "first_frame"),
    )
    host = replace(HOSTS["atlas"], sections=(Section(("media",), media=arrays),))
    image, frame = {"kind": "image", "at": GIRL, "voice": VOICE}, {"kind": "frame", "at": DOOR}
    media = {"one": [frame, image], "frames": [DOOR], "clips": [CLIP], "two": [image, frame], "more": [GIRL]}
    found = read({"media": media}, host)
    assert found.draft.references == (
        sent_as("image", GIRL, VOICE),
        sent_as("video", CLIP),
        sent_as("image", GIRL, VOICE),
    )
    assert [url for _, url, _ in found.draft.first_frames] == [DOOR, DOOR, DOOR, GIRL]
    assert found.places.urls == (
        "/media/one/1/at",
        "/media/clips/0",
        "/media/two/0/at",
        "/media/one/0/at",
        "/media/frames/0",
        "/media/two/1/at",
        "/media/more/0",
    )
    assert found.places.voices[::3] == ("/media/one/1/voice", "/media/one/0/voice", "/media/more/0")
    assert found.draft.misfits == ()
