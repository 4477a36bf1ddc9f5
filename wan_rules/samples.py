"""One valid payload for each host, and the facts about its media: what the rules' examples change."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_MEDIA: Final = "https://media.example.com"

SAMPLES: Final[Mapping[str, dict[str, object]]] = MappingProxyType(
    {
        "alibaba": {
            "model": "wan2.7-r2v",
            "input": {
                "prompt": "Image 1 sings while Video 1 dances around Video 2",
                "negative_prompt": "blurred",
                "media": [
                    {
                        "type": "reference_image",
                        "url": f"{_MEDIA}/girl.jpg",
                        "reference_voice": f"{_MEDIA}/girl-voice.mp3",
                    },
                    {"type": "reference_video", "url": f"{_MEDIA}/dancer.mp4"},
                    {"type": "reference_video", "url": f"{_MEDIA}/dog.mp4"},
                ],
            },
            "parameters": {
                "resolution": "720P",
                "ratio": "16:9",
                "duration": 10,
                "prompt_extend": False,
                "watermark": False,
                "seed": 42,
            },
        },
        "atlas": {
            "model": "alibaba/wan-2.7/reference-to-video",
            "prompt": "character1 waves to character2",
            "images": [f"{_MEDIA}/a.png", f"{_MEDIA}/b.png"],
            "resolution": "1080P",
            "ratio": "16:9",
            "duration": 8,
        },
        "fal": {
            "prompt": "Image 1 watches Video 1 dance",
            "reference_image_urls": [f"{_MEDIA}/girl.jpg"],
            "reference_video_urls": [f"{_MEDIA}/dance.mp4"],
            "aspect_ratio": "16:9",
            "resolution": "720p",
            "duration": 3,
        },
        "runware": {
            "taskType": "videoInference",
            "model": "alibaba:wan@2.7",
            "positivePrompt": "Image 1 waves",
            "inputs": {"referenceImages": [f"{_MEDIA}/a.png"]},
            "width": 1920,
            "height": 1080,
            "duration": 2,
        },
    }
)

_IMAGE: Final = {
    "kind": "image",
    "format": "jpeg",
    "bytes": 400_000,
    "width_px": 1024,
    "height_px": 1024,
    "has_alpha": False,
    "subjects": 1,
}
_VIDEO: Final = {
    "kind": "video",
    "format": "mp4",
    "bytes": 4_000_000,
    "width_px": 1280,
    "height_px": 720,
    "duration_s": "4",
    "subjects": 1,
}
_VOICE: Final = {"kind": "voice", "format": "mp3", "bytes": 90_000, "duration_s": "5"}

SAMPLE_FACTS: Final[Mapping[str, dict[str, object]]] = MappingProxyType(
    {
        **{f"{_MEDIA}/{name}": _IMAGE for name in ("girl.jpg", "a.png", "b.png", "door.jpg", "extra.png")},
        **{f"{_MEDIA}/{name}": _VIDEO for name in ("dancer.mp4", "dog.mp4", "dance.mp4")},
        f"{_MEDIA}/girl-voice.mp3": _VOICE,
    }
)
