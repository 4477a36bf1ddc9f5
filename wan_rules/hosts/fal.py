"""fal: images and videos in two arrays, no voice, tiers spelt in lower case, every second of every clip billed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from wan_rules.hosts.host import SAME, Host, ReadField, Section, UrlArray
from wan_rules.hosts.model import DEFAULTS, FRAME_SIZES, LIMITS, MB
from wan_rules.limits import Limit, Range, inherit
from wan_rules.messages import Template
from wan_rules.request import NATIVE_RESOLUTIONS, Resolution

PAGE: Final = "https://fal.ai/models/fal-ai/wan/v2.7/reference-to-video/llms.txt"
TYPES: Final = "https://www.npmjs.com/package/@fal-ai/client"

WORDS: Final[Mapping[Resolution, str]] = MappingProxyType({"720P": "720p", "1080P": "1080p"})

FAL: Final = Host(
    name="fal",
    title="fal",
    sections=(
        Section(
            (),
            fields=(
                ReadField("prompt", "prompt"),
                ReadField("negative_prompt", "negative_prompt"),
                ReadField("aspect_ratio", "ratio", str, SAME),
                ReadField("resolution", "resolution", str, MappingProxyType({w: str(t) for t, w in WORDS.items()})),
                ReadField("duration", "duration_s", int, MappingProxyType({str(s): s for s in range(2, 11)})),
                ReadField("seed", "seed", int),
                ReadField("reference_voice", "voice"),
            ),
            media=(UrlArray("reference_image_urls", "image"), UrlArray("reference_video_urls", "video")),
            passed=("multi_shots", "enable_safety_checker"),
            outdated=MappingProxyType(
                {
                    "ratio": Template("fal.ratio", "Here it is `aspect_ratio`.").fill(),
                    "audio": Template("fal.audio", "This host takes no voice: it has no effect.").fill(),
                }
            ),
        ),
    ),
    limits=inherit(
        LIMITS,
        models=Limit((), "model", PAGE, "published"),
        prompt_chars=Limit(5000, "characters", PAGE, "published"),
        negative_prompt_chars=Limit(500, "characters", PAGE, "published"),
        references=Limit(Range(1, 5), "references", TYPES, "second-hand"),
        first_frames_max=Limit(0, "first frames", TYPES, "published"),
        image_bytes=Limit(20 * MB, "bytes", PAGE, "published"),
        video_bytes=Limit(100 * MB, "bytes", PAGE, "published"),
        voices=Limit("none", "where a voice stands", TYPES, "published"),
        resolutions=Limit(NATIVE_RESOLUTIONS, "tiers", TYPES, "published"),
        tier_words=Limit(WORDS, "spelling", TYPES, "published"),
        ratios=Limit(LIMITS.ratios.value, "ratios", TYPES, "published"),
        duration_s=Limit(Range(2, 10), "seconds", TYPES, "published"),
        duration_with_video_s=Limit(Range(2, 10), "seconds", TYPES, "published"),
        seed=Limit(Range(0, 2147483647), "seed", TYPES, "published"),
    ),
    frame_sizes=FRAME_SIZES,
    defaults=DEFAULTS,
    distinctive=frozenset({"reference_image_urls", "reference_video_urls", "aspect_ratio"}),
)
