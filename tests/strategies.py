"""Requests that a host takes, made by Hypothesis, and the payloads and facts that say them.

The limits stand here a second time, by hand, from the hosts' pages: what the tests hold the tables of the code to.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from typing import Final, Literal, NamedTuple

from hypothesis import settings
from hypothesis import strategies as st

from tests.documents import JsonObject
from tests.draws import one_of
from wan_rules import HOSTS, Reading, ValidRequest, parse_facts, read, validate

MB: Final = 1024 * 1024
HOST_NAMES: Final = ("alibaba", "atlas", "fal", "runware")
RATIOS: Final = ("16:9", "9:16", "1:1", "4:3", "3:4")
TIERS: Final = {
    "alibaba": ("720P", "1080P"),
    "atlas": ("720P", "1080P", "1080P-SR", "1440P-SR"),
    "fal": ("720P", "1080P"),
    "runware": ("720P", "1080P"),
}
MODELS: Final = {
    "alibaba": ("wan2.7-r2v", "wan2.7-r2v-2026-06-12"),
    "atlas": ("alibaba/wan-2.7/reference-to-video",),
    "fal": (),
    "runware": ("alibaba:wan@2.7",),
}
RUNWARE_SIZES: Final = {
    ("720P", "16:9"): (1280, 720),
    ("720P", "9:16"): (720, 1280),
    ("720P", "1:1"): (960, 960),
    ("720P", "4:3"): (1088, 832),
    ("720P", "3:4"): (832, 1088),
    ("1080P", "16:9"): (1920, 1080),
    ("1080P", "9:16"): (1080, 1920),
    ("1080P", "1:1"): (1440, 1440),
    ("1080P", "4:3"): (1632, 1248),
    ("1080P", "3:4"): (1248, 1632),
}
LONGEST_S: Final = {"alibaba": (15, 10), "atlas": (10, 10), "fal": (10, 10), "runware": (10, 10)}
"""The longest output without and with a reference clip."""
LEAST_SEED: Final = {"alibaba": 0, "atlas": -1, "fal": 0, "runware": 0}
MOST_SEED: Final = 2147483647
CLIP_SECONDS: Final = (1, 30)
"""The shortest and the longest reference clip, at every host."""


def examples(percent: int) -> settings:
    """So many percent of the examples that the profile in force asks for: `just long` looks longer everywhere."""
    return settings(max_examples=max(1, settings().max_examples * percent // 100))


Kind = Literal["image", "video", "first_frame"]


@dataclass(frozen=True, slots=True)
class Medium:
    """A reference or first frame with its facts, and its voice with those of the voice."""

    kind: Kind
    url: str
    facts: JsonObject
    voice: str | None = None
    voice_facts: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of a host, in no host's shape; `None` is left out. `voice` is the request's own."""

    host: str
    model: str | None
    prompt: str | None
    negative_prompt: str | None
    media: tuple[Medium, ...]
    voice: str | None
    voice_facts: JsonObject | None
    resolution: str | None
    ratio: str | None
    duration: int | str | None
    seed: int | None
    flags: JsonObject = field(default_factory=dict)
    size: tuple[object, object] | None = None

    @property
    def references(self) -> tuple[Medium, ...]:
        return tuple(medium for medium in self.media if medium.kind != "first_frame")

    @property
    def clips(self) -> tuple[Medium, ...]:
        return tuple(medium for medium in self.media if medium.kind == "video")


class Case(NamedTuple):
    """What a caller sends: a payload, and the facts by URL."""

    host: str
    payload: JsonObject
    facts: dict[str, JsonObject]


def reading(case: Case) -> Reading:
    return read(case.payload, HOSTS[case.host], parse_facts(case.facts))


def valid(ask: Ask) -> ValidRequest:
    return validate(reading(render(ask)))


def render(ask: Ask) -> Case:
    """The payload in the shape of the host, and the facts."""
    facts = {medium.url: medium.facts for medium in ask.media}
    facts |= {m.voice: m.voice_facts for m in ask.media if m.voice is not None and m.voice_facts is not None}
    if ask.voice is not None and ask.voice_facts is not None:
        facts[ask.voice] = ask.voice_facts
    shapes = {"alibaba": _alibaba, "atlas": _atlas, "fal": _fal, "runware": _runware}
    return Case(ask.host, shapes[ask.host](ask), facts)


def _said(**fields: object) -> JsonObject:
    return {key: value for key, value in fields.items() if value is not None}


def _urls(ask: Ask, kind: Kind) -> list[str] | None:
    return [medium.url for medium in ask.media if medium.kind == kind] or None


def _alibaba(ask: Ask) -> JsonObject:
    words = {"image": "reference_image", "video": "reference_video", "first_frame": "first_frame"}
    media = [_said(type=words[m.kind], url=m.url, reference_voice=m.voice) for m in ask.media]
    parameters = _said(resolution=ask.resolution, ratio=ask.ratio, duration=ask.duration, seed=ask.seed) | ask.flags
    asked = _said(prompt=ask.prompt, negative_prompt=ask.negative_prompt, media=media)
    return _said(model=ask.model, input=asked, parameters=parameters or None)


def _atlas(ask: Ask) -> JsonObject:
    fields = _said(
        model=ask.model,
        prompt=ask.prompt,
        negative_prompt=ask.negative_prompt,
        images=_urls(ask, "image"),
        videos=_urls(ask, "video"),
        audio=ask.voice,
        resolution=ask.resolution,
        ratio=ask.ratio,
        duration=ask.duration,
        seed=ask.seed,
    )
    return fields | ask.flags


def _fal(ask: Ask) -> JsonObject:
    return _said(
        prompt=ask.prompt,
        negative_prompt=ask.negative_prompt,
        reference_image_urls=_urls(ask, "image"),
        reference_video_urls=_urls(ask, "video"),
        aspect_ratio=ask.ratio,
        resolution=ask.resolution and ask.resolution.lower(),
        duration=ask.duration,
        seed=ask.seed,
    )


def _runware(ask: Ask) -> JsonObject:
    tier = (ask.resolution or "", ask.ratio or "")
    width, height = ask.size or RUNWARE_SIZES.get(tier) or (None, None)
    inputs = _said(
        referenceImages=_urls(ask, "image"),
        referenceVideos=_urls(ask, "video"),
        frameImages=_urls(ask, "first_frame"),
    )
    return _said(
        taskType="videoInference",
        model=ask.model,
        positivePrompt=ask.prompt,
        negativePrompt=ask.negative_prompt,
        inputs=inputs,
        width=width,
        height=height,
        duration=ask.duration,
        seed=ask.seed,
    )


# What Hypothesis draws.


@cache
def seconds(low: int, high: int) -> st.SearchStrategy[str]:
    """A length in seconds with up to six decimals, both ends included, as facts write it."""
    whole = st.integers(low, high).map(str)
    part = st.integers(low * 10**6, high * 10**6).map(lambda n: format(Decimal(n).scaleb(-6).normalize(), "f"))
    return whole | part


@cache
def _up_to(most: int) -> st.SearchStrategy[int]:
    return st.sampled_from((1, most)) | st.integers(1, most)


@cache
def _side(most: int) -> st.SearchStrategy[int]:
    return st.sampled_from((240, most)) | st.integers(240, most)


@cache
@st.composite
def _sides(draw: st.DrawFn, most: int) -> tuple[int, int]:
    one = draw(_side(most))
    other = draw(st.integers(max(240, -(-one // 8)), min(most, one * 8)))
    return (one, other) if draw(st.booleans()) else (other, one)


@cache
@st.composite
def image_facts(draw: st.DrawFn) -> JsonObject:
    width, height = draw(_sides(8000))
    return {
        "kind": "image",
        "format": draw(one_of("jpeg", "jpg", "png", "bmp", "webp", "JPEG")),
        "bytes": draw(_up_to(20 * MB)),
        "width_px": width,
        "height_px": height,
        "has_alpha": False,
        "subjects": 1,
    }


@cache
@st.composite
def clip_facts(draw: st.DrawFn) -> JsonObject:
    width, height = draw(_sides(4096))
    return {
        "kind": "video",
        "format": draw(one_of("mp4", "mov", "MP4")),
        "bytes": draw(_up_to(100 * MB)),
        "width_px": width,
        "height_px": height,
        "duration_s": draw(seconds(*CLIP_SECONDS)),
        "subjects": 1,
    }


@cache
@st.composite
def voice_facts(draw: st.DrawFn) -> JsonObject:
    return {
        "kind": "voice",
        "format": draw(one_of("wav", "mp3", "WAV")),
        "bytes": draw(_up_to(15 * MB)),
        "duration_s": draw(seconds(1, 10)),
    }


# What every host fetches: oss:// is Alibaba's own, and Runware takes none.
_PLACES: Final = (
    "https://media.example.com/{}",
    "http://media.example.com/{}?k=1",
    "data:a/b;base64,{}",
)


@cache
@st.composite
def _medium(draw: st.DrawFn, kind: Kind, number: int, *, voiced: bool) -> Medium:
    url = draw(one_of(*_PLACES)).format(f"{kind}{number}")
    facts = draw(clip_facts() if kind == "video" else image_facts())
    if not voiced:
        return Medium(kind, url, facts)
    return Medium(kind, url, facts, f"https://media.example.com/voice{number}.mp3", draw(voice_facts()))


_LETTERS: Final = st.characters(codec="utf-8")
_NEGATIVE_PROMPTS: Final = st.none() | st.text(_LETTERS, max_size=20) | st.just("界" * 500)


@cache
def _lengths(longest: int) -> st.SearchStrategy[int | None]:
    return st.none() | st.integers(2, longest)


@cache
def _or_none(names: tuple[str, ...]) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(names)


@cache
def _seeds(host: str) -> st.SearchStrategy[int | None]:
    return st.none() | st.sampled_from((LEAST_SEED[host], MOST_SEED)) | st.integers(0, MOST_SEED)


# No digits: the labels in a prompt are those that are put there.
_WORDS: Final = st.text(st.characters(codec="utf-8", exclude_characters="0123456789"), min_size=1, max_size=40)


@cache
@st.composite
def _prompt(draw: st.DrawFn, host: str, kinds: tuple[Kind, ...]) -> str:
    labels = [f"{kind.capitalize()} {list(kinds[: i + 1]).count(kind)}" for i, kind in enumerate(kinds)]
    if host == "atlas":
        labels = [f"character{i + 1}" for i in range(len(kinds))]
    named = [label for label in labels if draw(st.integers(0, 4))]
    text = " ".join((draw(_WORDS), *named, "dance"))
    return text.ljust(5000, draw(one_of(*"界🎬x"))) if draw(st.integers(0, 9)) == 9 else text


_REFERENCE_KINDS: Final[tuple[Kind, ...]] = ("image", "video")


@cache
@st.composite
def asks(
    draw: st.DrawFn,
    hosts: tuple[str, ...] = HOST_NAMES,
    *,
    images: int = 0,
    clips: int = 0,
    voice: bool = False,
    first_frame: bool = False,
    most: int = 5,
) -> Ask:
    """A request within every limit of one of the hosts, with at least so many images and clips among its references."""
    host = draw(one_of(*hosts))
    kinds: list[Kind] = [*itertools.repeat(_REFERENCE_KINDS[0], images), *itertools.repeat(_REFERENCE_KINDS[1], clips)]
    rest = draw(st.lists(one_of(*_REFERENCE_KINDS), min_size=not kinds, max_size=most - len(kinds)))
    kinds = draw(st.permutations([*kinds, *rest]))
    if host != "alibaba":
        kinds.sort()  # two arrays: images, then clips
    with_voice = [host == "alibaba" and draw(st.booleans()) for _ in kinds]
    if voice and host == "alibaba":
        with_voice[0] = True
    media = [draw(_medium(kind, i, voiced=with_voice[i])) for i, kind in enumerate(kinds)]
    if host == "alibaba" and (first_frame or draw(st.integers(0, 4)) == 4):
        media.insert(draw(st.integers(0, len(media))), draw(_medium("first_frame", 9, voiced=False)))
    own_voice = host == "atlas" and (voice or draw(st.booleans()))
    longest = LONGEST_S[host]["video" in kinds]
    duration: int | str | None = draw(_lengths(longest))
    if host == "fal" and duration is not None and draw(st.booleans()):
        duration = str(duration)
    needs_size = host == "runware"
    flags: JsonObject = {}
    for flag in {"alibaba": ("prompt_extend", "watermark"), "atlas": ("prompt_extend",)}.get(host, ()):
        if draw(st.booleans()):
            flags[flag] = draw(st.booleans())
    return Ask(
        host=host,
        model=draw(one_of(*MODELS[host])) if MODELS[host] else None,
        prompt=draw(_prompt(host, tuple(kinds))),
        negative_prompt=draw(_NEGATIVE_PROMPTS),
        media=tuple(media),
        voice="https://media.example.com/voice.wav" if own_voice else None,
        voice_facts=draw(voice_facts()) if own_voice else None,
        resolution=draw(one_of(*TIERS[host]) if needs_size else _or_none(TIERS[host])),
        ratio=draw(one_of(*RATIOS) if needs_size else _or_none(RATIOS)),
        duration=duration,
        seed=draw(_seeds(host)),
        flags=flags,
    )


def with_length(ask: Ask, url: str, length: str | None) -> Ask:
    """The same request, that clip so many seconds long; `None` for unknown."""
    media = tuple(
        replace(m, facts={**m.facts, "duration_s": length}) if m.url == url else m  # a null fact is one not known
        for m in ask.media
    )
    return replace(ask, media=media)


def with_ends(ask: Ask, url: str, low: Decimal, high: Decimal) -> Ask:
    """The same request, of that clip known alone that it lasts from `low` to `high` seconds."""
    ends = {"duration_s": None, "duration_min_s": format(low, "f"), "duration_max_s": format(high, "f")}
    media = tuple(replace(m, facts={**m.facts, **ends}) if m.url == url else m for m in ask.media)
    return replace(ask, media=media)


def with_duration(ask: Ask, duration: int) -> Ask:
    """The same request, its output so many seconds long."""
    return replace(ask, duration=duration)


JSON_SCALARS: Final[st.SearchStrategy[object]] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from((0, -1, 2**31, 2**63, 10**40, -(10**4000)))
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(_LETTERS, max_size=30)
    | st.sampled_from(
        ("", "1080p", "2K", "16x9", "character9 Image 1", "x" * 3000, "data:,A", "https://u:p@h/?q#f", "a/b~c")
    )
)
_KEYS: Final = st.text(_LETTERS, max_size=8) | st.sampled_from(("url", "type", "size", "prompt", "a/b", "~", ""))
JSON_VALUES: Final[st.SearchStrategy[object]] = st.recursive(
    JSON_SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=8,
)
