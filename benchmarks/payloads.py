"""Payloads as they come in traffic, seeded: three references (an image with a voice, two clips), no two prompts alike.

Clips last a whole number of frames at 25 a second, so that two requests rarely have the same charge.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final, NamedTuple

from wan_rules import Facts, parse_facts

COUNT: Final = 512
"""Payloads of one round. Each round has others, so that nothing remembered of a prompt or a URL helps."""
VIOLATIONS: Final = 10

JsonObject = dict[str, Any]

# fmt: off
_WORDS: Final = (
    "slowly", "a", "the", "warm", "evening", "light", "in", "front", "of", "an", "old", "harbour", "while",
    "rain", "falls", "on", "neon", "signs", "and", "the", "camera", "moves", "closer", "then", "turns",
    "laughs", "sings", "dances", "waves", "walks", "runs", "jumps", "looks", "back", "towards", "distant",
    "mountains", "under", "soft", "clouds", "with", "shallow", "focus", "cinematic", "grain", "steady",
    "shot", "wide", "angle", "close-up", "handheld", "golden", "hour", "studio", "backdrop", "“quietly”",
    "café",
)
# fmt: on
_RATIOS: Final = ("16:9", "9:16", "1:1", "4:3", "3:4")
_FOLDERS: Final = ("uploads", "assets/characters", "media/2026/11", "u", "projects/spring-campaign/references")


class Case(NamedTuple):
    """One payload as sent, and what is known about its media."""

    data: bytes
    facts: Facts


def make_cases(round_: int, count: int = COUNT) -> list[Case]:
    """The cases of one round: the same for the same number, and none of another's."""
    chance = Random(f"cases {round_}")  # noqa: S311 - traffic, not secrets
    return [_case(chance) for _ in range(count)]


def make_rejected(round_: int, count: int = COUNT) -> list[bytes]:
    """Payloads with ten errors each, of eleven kinds."""
    chance = Random(f"rejected {round_}")  # noqa: S311 - as above
    return [_spoilt(chance) for _ in range(count)]


def make_payload(chance: Random) -> JsonObject:
    """One valid payload in Alibaba's shape."""
    number = chance.randrange(10**12)
    folder = f"https://{chance.choice(('cdn', 'media', 'files'))}.example.com/{chance.choice(_FOLDERS)}/{number:012x}"
    picture = {"type": "reference_image", "url": f"{folder}/face.png", "reference_voice": f"{folder}/voice.mp3"}
    clips = [{"type": "reference_video", "url": f"{folder}/clip-{i}.mp4"} for i in (1, 2)]
    media = [picture, *clips]
    chance.shuffle(media)
    return {
        "model": "wan2.7-r2v",
        "input": {"prompt": _prompt(chance), "negative_prompt": "blurred, watermark, extra fingers", "media": media},
        "parameters": {
            "resolution": chance.choice(("720P", "1080P")),
            "ratio": chance.choice(_RATIOS),
            "duration": chance.randint(2, 10),
            "prompt_extend": chance.random() < 0.5,
            "watermark": chance.random() < 0.5,
            "seed": chance.randrange(2**31),
        },
    }


def write_json(value: object) -> bytes:
    """The value as clients send it: what `json` writes, as UTF-8 without escapes."""
    return json.dumps(value, ensure_ascii=False).encode()


def _prompt(chance: Random) -> str:
    """60 to 300 characters that name all three references."""
    length = chance.randint(60, 300)
    labels = ["Image 1", "Video 1", "Video 2"]
    text = " ".join(labels)
    while len(text) < length - 12:
        text += " " + chance.choice(_WORDS)
    words = text[len(" ".join(labels)) :].split()
    for label in labels:
        words.insert(chance.randint(0, len(words)), label)
    return " ".join(words)


def _case(chance: Random) -> Case:
    payload = make_payload(chance)
    return Case(write_json(payload), parse_facts(describe_media(payload, chance)))


def describe_media(payload: JsonObject, chance: Random) -> dict[str, JsonObject]:
    """Facts about all media of a valid payload, by URL, none of which breaks a rule."""
    facts: dict[str, JsonObject] = {}
    for medium in payload["input"]["media"]:
        facts[medium["url"]] = _picture_facts(chance) if medium["type"] == "reference_image" else _clip_facts(chance)
        if "reference_voice" in medium:
            facts[medium["reference_voice"]] = _voice_facts(chance)
    return facts


def _picture_facts(chance: Random) -> JsonObject:
    return {
        "kind": "image",
        "format": chance.choice(("png", "jpeg", "webp")),
        "bytes": chance.randint(50_000, 5_000_000),
        "width_px": chance.randint(480, 2048),
        "height_px": chance.randint(480, 2048),
        "has_alpha": False,
        "subjects": 1,
    }


def _clip_facts(chance: Random) -> JsonObject:
    return {
        "kind": "video",
        "format": chance.choice(("mp4", "mov")),
        "bytes": chance.randint(500_000, 50_000_000),
        "width_px": chance.choice((1280, 1920)),
        "height_px": chance.choice((720, 1080)),
        "duration_s": _seconds(chance.randint(1 * 25, 30 * 25)),
        "subjects": 1,
    }


def _voice_facts(chance: Random) -> JsonObject:
    seconds = _seconds(chance.randint(1 * 25, 10 * 25))
    return {"kind": "voice", "format": "mp3", "bytes": chance.randint(20_000, 400_000), "duration_s": seconds}


def _seconds(frames: int) -> str:
    """That many frames of 1/25 s, as a decimal."""
    whole, rest = divmod(frames * 4, 100)
    return f"{whole}.{rest:02}"


def _spoilt(chance: Random) -> bytes:
    payload = make_payload(chance)
    spoil_payload(payload, chance, VIOLATIONS)
    return write_json(payload)


def spoil_payload(payload: JsonObject, chance: Random, faults: int) -> None:
    """Put so many errors into a valid payload, 1 to 11, each of another kind."""
    for spoil in chance.sample(_SPOILERS, faults):
        spoil(payload, chance)


def _put(part: str, key: str, *values: object) -> Callable[[JsonObject, Random], None]:
    def spoil(payload: JsonObject, chance: Random) -> None:
        payload[part][key] = chance.choice(values)

    return spoil


def _put_model(payload: JsonObject, chance: Random) -> None:
    payload["model"] = chance.choice(("wan2.6-r2v", "wan2.7-t2v", "wan2.5"))


def _break_clip(turn: int) -> Callable[[JsonObject, Random], None]:
    def spoil(payload: JsonObject, chance: Random) -> None:
        _clips(payload)[turn]["url"] = chance.choice(("clips/{}.mp4", "file:///tmp/{}.mp4")).format(
            chance.randrange(10**6)
        )

    return spoil


def _clips(payload: JsonObject) -> list[JsonObject]:
    return [medium for medium in payload["input"]["media"] if medium["type"] == "reference_video"]


def _break_voice(payload: JsonObject, chance: Random) -> None:
    for medium in payload["input"]["media"]:
        if "reference_voice" in medium:
            medium["reference_voice"] = f"voice-{chance.randrange(10**6)}.mp3"


# Each breaks one rule at one place, and no two of them touch the same place.
_SPOILERS: Final = (
    _put_model,
    _put("input", "negative_prompt", 7, 0.5, ["blurred"]),
    _break_clip(0),
    _break_clip(1),
    _break_voice,
    _put("parameters", "resolution", "1080p", "720", "4K", "1080P-SR"),
    _put("parameters", "ratio", "16x9", "21:9", "square"),
    _put("parameters", "duration", 1, 12, 30, "5", 5.0),
    _put("parameters", "prompt_extend", "true", 1),
    _put("parameters", "watermark", "no", 0),
    _put("parameters", "seed", -7, 2**31, 0.5),
)


def make_lines(count: int) -> list[bytes]:
    """JSON Lines for the command: an id and a payload each, without facts."""
    chance = Random("lines")  # noqa: S311 - as above
    requests: list[Mapping[str, object]] = [
        {"id": str(index), "payload": make_payload(chance)} for index in range(count)
    ]
    return [write_json(request) for request in requests]
