"""The media of a payload: references and first frames, with the place of each, from one array or from several."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from wan_rules.hosts.host import WANTED, MediaArray, Section, UrlArray
from wan_rules.hosts.oddities import Oddities, point_at, show_key
from wan_rules.messages import Series, Template
from wan_rules.payloads import JsonObject
from wan_rules.request import DraftReference, ReferenceKind, ReferenceOf, Stray, Unreadable
from wan_rules.urls import COMMA

ONE_OF: Final = Template("fields.one-of", "one of {words}")
_WITHOUT_VOICE, _WITH_VOICE = 2, 3
"""Parts of a medium in which everything fits: its type and URL, and its voice."""


class Places(NamedTuple):
    """Where media stand in the payload, as pointers, in parallel: each item, its URL, its voice."""

    items: tuple[str, ...]
    urls: tuple[str, ...]
    voices: tuple[str, ...]

    def then(self, other: Places) -> Places:
        """These and after them those."""
        return Places(self.items + other.items, self.urls + other.urls, self.voices + other.voices)

    def pick(self, indexes: list[int]) -> Places:
        """Those of some media alone."""
        items, urls, voices = [tuple([column[index] for index in indexes]) for column in self]
        return Places(items, urls, voices)


NOWHERE: Final = Places((), (), ())
KEPT_MEDIA: Final = 32
"""Media of a request of which something is kept for the next one: everyday requests have no more."""


class NotKeptError(Exception):
    """What is asked for is larger than what is kept: whoever asks makes it, and lets it go with the request.

    A function that keeps its answers raises it, since only what it returns is kept: the everyday way pays nothing.
    """


@lru_cache(maxsize=512)
def _recall_places(array: str, count: int, url_key: str, voice_key: str) -> Places:
    if count > KEPT_MEDIA:
        raise NotKeptError
    return _places(array, count, url_key, voice_key)


def _places(array: str, count: int, url_key: str, voice_key: str) -> Places:
    """Where each of so many media of one array stands; with no keys the items are URLs themselves."""
    items = tuple(f"{array}/{index}" for index in range(count))
    if not url_key:
        return Places(items, items, items)
    return Places(items, tuple(f"{i}/{url_key}" for i in items), tuple(f"{i}/{voice_key}" for i in items))


class MediaReader:
    """What is gathered of one payload's media; it lives no longer than the reading."""

    __slots__ = ("frame_places", "frames", "kinds", "oddities", "places", "references")

    def __init__(self, oddities: Oddities) -> None:
        """No media so far."""
        self.oddities = oddities
        self.references: list[DraftReference] = []
        self.kinds: list[ReferenceKind | None] = []
        self.places = NOWHERE
        self.frames: list[DraftReference] = []
        self.frame_places = NOWHERE

    def read(self, found: JsonObject, section: Section, media: MediaArray | UrlArray) -> None:
        """Adds the media of one array, where it is there."""
        items = found.get(media.key)
        if items is None:
            return
        if type(items) is not list:
            self.oddities.misfit(f"{section.pointer}/{media.key}", items, WANTED[list])
        elif isinstance(media, MediaArray):
            self._read_items(items, f"{section.pointer}/{media.key}", media)
        else:
            self._read_urls(items, f"{section.pointer}/{media.key}", media)

    def _read_items(self, items: list[object], array: str, media: MediaArray) -> None:
        _, type_key, url_key, voice_key, types = media
        references, kinds, is_frame = self.references, self.kinds, []
        for index, item in enumerate(items):
            if type(item) is dict:
                word, url, voice = item.get(type_key), item.get(url_key), item.get(voice_key)
                kind = types.get(word) if type(word) is str else None
                if kind == "first_frame":
                    is_frame.append(index)
                    self.frames.append(self._read_strange_item(item, f"{array}/{index}", media))
                    continue
                parts = _WITHOUT_VOICE if voice is None else _WITH_VOICE
                if kind and type(url) is str and len(item) == parts and (voice is None or type(voice) is str):
                    references.append(ReferenceOf(kind, url, voice))
                    kinds.append(kind)
                    continue
            strange = self._read_strange_item(item, f"{array}/{index}", media)
            references.append(strange)
            kinds.append(strange.kind if isinstance(strange.kind, str) else None)
        try:
            places = _recall_places(array, len(items), url_key, voice_key)
        except NotKeptError:
            places = _places(array, len(items), url_key, voice_key)
        if is_frame:
            self.frame_places = self.frame_places.then(places.pick(is_frame))
            places = places.pick([index for index in range(len(items)) if index not in is_frame])
        self.places = self.places.then(places) if self.places.items else places

    def _read_strange_item(self, item: object, pointer: str, media: MediaArray) -> DraftReference:
        """A first frame, or a medium of which some part does not fit."""
        misfit = self.oddities.misfit
        if type(item) is not dict:
            unreadable = misfit(pointer, item, WANTED[dict])
            return ReferenceOf(unreadable, unreadable, None)
        word, url, voice = item.get(media.type_key), item.get(media.url_key), item.get(media.voice_key)
        kind = media.types.get(word) if type(word) is str else None
        sent: ReferenceKind | Unreadable
        if kind is None:
            sent = misfit(f"{pointer}/{media.type_key}", word, ONE_OF.fill(words=Series(tuple(media.types), COMMA)))
        else:
            sent = "image" if kind == "first_frame" else kind
        if type(url) is not str:
            url = misfit(f"{pointer}/{media.url_key}", url, WANTED[str])
        if voice is not None and type(voice) is not str:
            voice = misfit(f"{pointer}/{media.voice_key}", voice, WANTED[str], removable=True)
        known = (media.type_key, media.url_key, media.voice_key)
        self.oddities.strays += [
            Stray(point_at(pointer, key), show_key(key), known, None, is_bare=not isinstance(value, list | dict))
            for key, value in item.items()
            if key not in known
        ]
        return ReferenceOf(sent, url, voice)

    def _read_urls(self, items: list[object], array: str, media: UrlArray) -> None:
        try:
            places = _recall_places(array, len(items), "", "")
        except NotKeptError:
            places = _places(array, len(items), "", "")
        kind: ReferenceKind = "image" if media.kind == "first_frame" else media.kind
        found: list[DraftReference] = [
            ReferenceOf(kind, url if type(url) is str else self.oddities.misfit(place, url, WANTED[str]), None)
            for url, place in zip(items, places.items, strict=True)
        ]
        if media.kind == "first_frame":
            self.frames += found
            self.frame_places = self.frame_places.then(places)
        else:
            self.references += found
            self.kinds += [kind] * len(found)
            self.places = self.places.then(places)
