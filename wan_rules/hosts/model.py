"""The model's own limits and frame sizes, as Alibaba Cloud publishes them for `wan2.7-r2v`; hosts inherit from here.

Transcribed from https://www.alibabacloud.com/help/en/model-studio/wan-video-to-video-api-reference (2026-10). The two
super-resolution rows of the frame sizes have no source: they are the 720P render times 1.5 and times 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from wan_rules.hosts.host import FrameSizes
from wan_rules.limits import Limit, Limits, Range
from wan_rules.request import ASPECT_RATIOS, NATIVE_RESOLUTIONS, RESOLUTIONS, AspectRatio, Resolution

MB: Final = 1024 * 1024
API: Final = "https://www.alibabacloud.com/help/en/model-studio/wan-video-to-video-api-reference"
PRODUCT: Final = "https://www.atlascloud.ai/models/alibaba/wan-2.7/reference-to-video"

LIMITS: Final = Limits(
    models=Limit(("wan2.7-r2v", "wan2.7-r2v-2026-06-12"), "model", API, "transcribed"),
    prompt_chars=Limit(5000, "characters", API, "transcribed", severity="warning"),
    negative_prompt_chars=Limit(500, "characters", API, "transcribed", severity="warning"),
    references=Limit(Range(1, 5), "references", API, "transcribed"),
    images_max=Limit(5, "images", API, "transcribed"),
    videos_max=Limit(5, "videos", API, "transcribed"),
    first_frames_max=Limit(1, "first frames", API, "transcribed"),
    url_schemes=Limit(("http://", "https://", "oss://", "data:"), "URL scheme", API, "transcribed"),
    media_forms=Limit((), "form", API, "transcribed"),
    image_formats=Limit(("jpeg", "jpg", "png", "bmp", "webp"), "format", API, "transcribed"),
    image_side_px=Limit(Range(240, 8000), "pixels", API, "transcribed"),
    image_bytes=Limit(20 * MB, "bytes", API, "transcribed"),
    video_formats=Limit(("mp4", "mov"), "format", API, "transcribed"),
    video_side_px=Limit(Range(240, 4096), "pixels", API, "transcribed"),
    video_bytes=Limit(100 * MB, "bytes", API, "transcribed"),
    video_seconds=Limit(Range(1, 30), "seconds", API, "transcribed"),
    aspect_max=Limit(8, "times", API, "transcribed"),
    subjects=Limit(1, "subjects", PRODUCT, "product"),
    voices=Limit("reference", "where a voice stands", API, "transcribed"),
    voice_formats=Limit(("wav", "mp3"), "format", API, "transcribed"),
    voice_bytes=Limit(15 * MB, "bytes", API, "transcribed"),
    voice_seconds=Limit(Range(1, 10), "seconds", API, "transcribed"),
    resolutions=Limit(NATIVE_RESOLUTIONS, "tiers", API, "transcribed"),
    tier_words=Limit(MappingProxyType({tier: tier for tier in RESOLUTIONS}), "spelling", API, "transcribed"),
    ratios=Limit(ASPECT_RATIOS, "ratios", API, "transcribed"),
    duration_s=Limit(Range(2, 15), "seconds", API, "transcribed"),
    duration_with_video_s=Limit(Range(2, 10), "seconds", API, "transcribed"),
    seed=Limit(Range(0, 2147483647), "seed", API, "transcribed"),
    labels=Limit("counted", "label style", API, "transcribed"),
)

DEFAULTS: Final[Mapping[str, str | int]] = MappingProxyType({"resolution": "1080P", "ratio": "16:9", "duration_s": 5})

_SIZES: Final[dict[Resolution, tuple[tuple[int, int], ...]]] = {
    "720P": ((1280, 720), (720, 1280), (960, 960), (1104, 832), (832, 1104)),
    "1080P": ((1920, 1080), (1080, 1920), (1440, 1440), (1648, 1248), (1248, 1648)),
    "1080P-SR": ((1920, 1080), (1080, 1920), (1440, 1440), (1656, 1248), (1248, 1656)),
    "1440P-SR": ((2560, 1440), (1440, 2560), (1920, 1920), (2208, 1664), (1664, 2208)),
}


def _by_tier_and_ratio(
    rows: dict[Resolution, tuple[tuple[int, int], ...]],
) -> dict[tuple[Resolution, AspectRatio], tuple[int, int]]:
    return {
        (tier, ratio): size for tier, sizes in rows.items() for ratio, size in zip(ASPECT_RATIOS, sizes, strict=True)
    }


FRAME_SIZES: Final[FrameSizes] = MappingProxyType(_by_tier_and_ratio(_SIZES))

NATIVE_SPELLING: Final[Mapping[str, str]] = MappingProxyType({tier: tier for tier in NATIVE_RESOLUTIONS})
