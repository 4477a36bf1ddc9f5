"""Runware: pixels instead of a tier and a ratio, the older 4:3 sizes, and no first frame beside references."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from wan_rules.hosts.host import Host, ReadField, Section, Size, UrlArray
from wan_rules.hosts.model import DEFAULTS, FRAME_SIZES, LIMITS
from wan_rules.limits import Limit, Range, inherit
from wan_rules.messages import Template
from wan_rules.request import NATIVE_RESOLUTIONS

PAGE: Final = "https://runware.ai/docs/models/alibaba-wan2-7.md"
STORAGE: Final = "https://runware.ai/docs/platform/media-storage.md"

RUNWARE: Final = Host(
    name="runware",
    title="Runware",
    sections=(
        Section(
            (),
            fields=(
                ReadField("model", "model"),
                ReadField("positivePrompt", "prompt"),
                ReadField("negativePrompt", "negative_prompt"),
                ReadField("duration", "duration_s", int),
                ReadField("seed", "seed", int),
            ),
            size=Size("width", "height"),
            passed=(
                "taskType",
                "taskUUID",
                "outputType",
                "outputFormat",
                "outputQuality",
                "deliveryMethod",
                "includeCost",
                "webhookURL",
                "uploadEndpoint",
                "ttl",
                "settings",
            ),
            counted=("numberResults",),
            outdated=MappingProxyType(
                {
                    "resolution": Template(
                        "runware.resolution", "With references the size is asked for by `width` and `height`."
                    ).fill(),
                    "fps": Template("runware.fps", "Every video has 30 frames a second.").fill(),
                }
            ),
        ),
        Section(
            ("inputs",),
            media=(
                UrlArray("referenceImages", "image"),
                UrlArray("referenceVideos", "video"),
                UrlArray("frameImages", "first_frame"),
            ),
        ),
    ),
    limits=inherit(
        LIMITS,
        models=Limit(("alibaba:wan@2.7",), "model", PAGE, "published"),
        url_schemes=Limit(("http://", "https://", "data:"), "URL scheme", STORAGE, "published"),
        media_forms=Limit(("uuid", "base64"), "form", STORAGE, "published"),
        first_frames_max=Limit(0, "first frames", PAGE, "published"),
        voices=Limit("none", "where a voice stands", PAGE, "published"),
        resolutions=Limit(NATIVE_RESOLUTIONS, "tiers", PAGE, "published"),
        ratios=Limit(LIMITS.ratios.value, "ratios", PAGE, "published"),
        duration_s=Limit(Range(2, 10), "seconds", PAGE, "published"),
        duration_with_video_s=Limit(Range(2, 10), "seconds", PAGE, "published"),
    ),
    frame_sizes=MappingProxyType(
        {
            **{key: size for key, size in FRAME_SIZES.items() if key[0] in NATIVE_RESOLUTIONS},
            ("720P", "4:3"): (1088, 832),
            ("720P", "3:4"): (832, 1088),
            ("1080P", "4:3"): (1632, 1248),
            ("1080P", "3:4"): (1248, 1632),
        }
    ),
    defaults=MappingProxyType({"duration_s": DEFAULTS["duration_s"]}),
    constants=MappingProxyType({"taskType": "videoInference", "model": "alibaba:wan@2.7"}),
    distinctive=frozenset({"taskType", "positivePrompt", "inputs"}),
)
