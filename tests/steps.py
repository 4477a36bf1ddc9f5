"""One step over a single limit: each takes a request that a host accepts, and breaks exactly one demand of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias, TypedDict

from tests.documents import JsonObject
from tests.strategies import HOST_NAMES, LEAST_SEED, LONGEST_S, MB, Ask, Kind, Medium

Change: TypeAlias = Callable[[Ask], Ask]

VOICED: Final = ("alibaba", "atlas")
NAMED_MODEL: Final = ("alibaba", "atlas", "runware")
BY_RATIO: Final = ("alibaba", "atlas", "fal")
ALIBABA: Final = ("alibaba",)


class Needs(TypedDict, total=False):
    """What a request must have for a step, as `strategies.asks` takes it."""

    images: int
    clips: int
    voice: bool
    first_frame: bool


@dataclass(frozen=True, slots=True)
class Step:
    """The step's name, the rule that it breaks, and at which hosts; `needs` is what the request must have for it."""

    name: str
    rule: str
    change: Change
    hosts: tuple[str, ...] = HOST_NAMES
    needs: Needs = field(default_factory=Needs)


def _image(number: int) -> Medium:
    facts: JsonObject = {"kind": "image", "format": "png", "bytes": 1, "width_px": 500, "height_px": 500}
    return Medium("image", f"https://media.example.com/more{number}.png", facts | {"has_alpha": False, "subjects": 1})


def _frame(number: int) -> Medium:
    return replace(_image(number), kind="first_frame")


def _on(kind: Kind, change: Callable[[Medium], Medium]) -> Change:
    """A change of the first medium of a kind."""

    def apply(ask: Ask) -> Ask:
        index = next(i for i, medium in enumerate(ask.media) if medium.kind == kind)
        return replace(ask, media=(*ask.media[:index], change(ask.media[index]), *ask.media[index + 1 :]))

    return apply


def _facts(medium_kind: Kind, /, **facts: object) -> Change:
    return _on(medium_kind, lambda medium: replace(medium, facts={**medium.facts, **facts}))


def _url(kind: Kind, url: str) -> Change:
    return _on(kind, lambda medium: replace(medium, url=url))


def _voice(url: str | None = None, **facts: object) -> Change:
    """A change of the request's own voice, or of the first that a reference has."""

    def apply(ask: Ask) -> Ask:
        if ask.voice is not None:
            return replace(ask, voice=url or ask.voice, voice_facts={**(ask.voice_facts or {}), **facts})
        index = next(i for i, medium in enumerate(ask.media) if medium.voice is not None)
        medium = ask.media[index]
        voiced = replace(medium, voice=url or medium.voice, voice_facts={**(medium.voice_facts or {}), **facts})
        return replace(ask, media=(*ask.media[:index], voiced, *ask.media[index + 1 :]))

    return apply


def _with(**fields: object) -> Change:
    return lambda ask: replace(ask, **fields)  # type: ignore[arg-type]  # the names are those of Ask's own fields


def _too_many(ask: Ask) -> Ask:
    more = tuple(_image(i) for i in range(6 - len(ask.references)))
    kept = tuple(sorted((*ask.media, *more), key=lambda medium: medium.kind))
    return replace(ask, prompt="They dance", media=kept)


def _none_left(ask: Ask) -> Ask:
    return replace(ask, prompt="They dance", media=(), voice=None)


def _frame_alone(ask: Ask) -> Ask:
    return replace(ask, prompt="They dance", media=(_frame(0),))


def _one_frame(ask: Ask) -> Ask:
    return replace(ask, media=(*ask.media, _frame(0)))


def _two_frames(ask: Ask) -> Ask:
    return replace(ask, media=(*(m for m in ask.media if m.kind != "first_frame"), _frame(0), _frame(1)))


def _frame_speaks(ask: Ask) -> Ask:
    facts: JsonObject = {"kind": "voice", "format": "mp3", "bytes": 1, "duration_s": "5"}
    frame = replace(_frame(0), voice="https://media.example.com/v.mp3", voice_facts=facts)
    return replace(ask, media=(*(m for m in ask.media if m.kind != "first_frame"), frame))


def _nobody(ask: Ask) -> Ask:
    return replace(ask, prompt=f"character1 meets character{len(ask.references) + 1}")


def _too_short(ask: Ask) -> Ask:
    return replace(ask, duration=1)


def _too_long(ask: Ask) -> Ask:
    return replace(ask, duration=LONGEST_S[ask.host][bool(ask.clips)] + 1)


def _low_seed(ask: Ask) -> Ask:
    return replace(ask, seed=LEAST_SEED[ask.host] - 1)


IMAGE: Final[Needs] = {"images": 1}
CLIP: Final[Needs] = {"clips": 1}
VOICE: Final[Needs] = {"voice": True}
FRAME: Final[Needs] = {"first_frame": True}

STEPS: Final = (
    Step("other-model", "WAN004", _with(model="wan2.6-r2v"), NAMED_MODEL),
    Step("no-model", "WAN004", _with(model=None), NAMED_MODEL),
    Step("no-prompt", "WAN101", _with(prompt=None)),
    Step("blank-prompt", "WAN101", _with(prompt=" \n")),
    Step("prompt-5001", "WAN102", _with(prompt="界" * 5001), ("fal",)),
    Step("negative-prompt-501", "WAN103", _with(negative_prompt="🎬" * 501), ("fal",)),
    Step("label-of-nobody", "WAN104", _nobody),
    Step("six-references", "WAN201", _too_many),
    Step("no-reference", "WAN201", _none_left),
    Step("two-first-frames", "WAN204", _two_frames, ALIBABA),
    Step("first-frame-excluded", "WAN204", _one_frame, ("runware",)),
    Step("first-frame-alone", "WAN205", _frame_alone, ALIBABA),
    Step("two-subjects-in-image", "WAN208", _facts("image", subjects=2), needs=IMAGE),
    Step("two-subjects-in-clip", "WAN208", _facts("video", subjects=2), needs=CLIP),
    Step("image-by-ftp", "WAN301", _url("image", "ftp://media.example.com/a.png"), needs=IMAGE),
    Step("clip-on-disk", "WAN301", _url("video", "/home/me/a.mp4"), needs=CLIP),
    Step("first-frame-on-disk", "WAN301", _url("first_frame", "door.jpg"), ALIBABA, FRAME),
    Step("image-is-clip", "WAN302", _facts("image", kind="video"), needs=IMAGE),
    Step("clip-is-image", "WAN302", _facts("video", kind="image"), needs=CLIP),
    Step("image-gif", "WAN303", _facts("image", format="gif"), needs=IMAGE),
    Step("first-frame-gif", "WAN303", _facts("first_frame", format="gif"), ALIBABA, FRAME),
    Step("image-large", "WAN304", _facts("image", bytes=20 * MB + 1), needs=IMAGE),
    Step("image-empty", "WAN304", _facts("image", bytes=0), needs=IMAGE),
    Step("first-frame-large", "WAN304", _facts("first_frame", bytes=20 * MB + 1), ALIBABA, FRAME),
    Step("image-low", "WAN305", _facts("image", width_px=500, height_px=239), needs=IMAGE),
    Step("image-narrow", "WAN305", _facts("image", width_px=239, height_px=500), needs=IMAGE),
    Step("image-wide", "WAN305", _facts("image", width_px=8001, height_px=4000), needs=IMAGE),
    Step("image-strip", "WAN306", _facts("image", width_px=240, height_px=1921), needs=IMAGE),
    Step("image-band", "WAN306", _facts("image", width_px=8000, height_px=999), needs=IMAGE),
    Step("image-alpha", "WAN307", _facts("image", format="png", has_alpha=True), needs=IMAGE),
    Step("clip-webm", "WAN311", _facts("video", format="webm"), needs=CLIP),
    Step("clip-large", "WAN312", _facts("video", bytes=100 * MB + 1), needs=CLIP),
    Step("clip-low", "WAN313", _facts("video", width_px=500, height_px=239), needs=CLIP),
    Step("clip-wide", "WAN313", _facts("video", width_px=4097, height_px=2000), needs=CLIP),
    Step("clip-strip", "WAN314", _facts("video", width_px=240, height_px=1921), needs=CLIP),
    Step("clip-short", "WAN315", _facts("video", duration_s="0.999999"), needs=CLIP),
    Step("clip-long", "WAN315", _facts("video", duration_s="30.000001"), needs=CLIP),
    Step("first-frame-speaks", "WAN402", _frame_speaks, ALIBABA),
    Step("voice-on-disk", "WAN404", _voice("voice.mp3"), VOICED, VOICE),
    Step("voice-ogg", "WAN405", _voice(format="ogg"), VOICED, VOICE),
    Step("voice-large", "WAN406", _voice(bytes=15 * MB + 1), VOICED, VOICE),
    Step("voice-short", "WAN407", _voice(duration_s="0.999999"), VOICED, VOICE),
    Step("voice-long", "WAN407", _voice(duration_s="10.000001"), VOICED, VOICE),
    Step("no-such-tier", "WAN501", _with(resolution="2K"), BY_RATIO),
    Step("upscaled-tier", "WAN502", _with(resolution="1080P-SR"), ("alibaba", "fal")),
    Step("no-such-ratio", "WAN503", _with(ratio="21:9"), BY_RATIO),
    Step("output-short", "WAN505", _too_short),
    Step("output-long", "WAN505", _too_long),
    Step("seed-low", "WAN506", _low_seed),
    Step("seed-high", "WAN506", _with(seed=2147483648)),
    Step("no-such-size", "WAN508", _with(size=(1281, 720)), ("runware",)),
    Step("model-wide-size", "WAN508", _with(size=(1104, 832)), ("runware",)),
    Step("no-size", "WAN508", _with(resolution=None, ratio=None), ("runware",)),
    Step("prompt-number", "WAN001", _with(prompt=5)),
    Step("negative-prompt-list", "WAN001", _with(negative_prompt=["blurred"])),
    Step("duration-part-seconds", "WAN001", _with(duration=5.0)),
    Step("duration-true", "WAN001", _with(duration=True)),
    Step("seed-text", "WAN001", _with(seed="7")),
)
STEPS_AT_HOSTS: Final = tuple((step, host) for step in STEPS for host in step.hosts)
