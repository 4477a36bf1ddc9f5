"""Atlas Cloud: images and videos in two arrays, one voice for the request, labels `character1..n`, all four tiers."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from wan_rules.hosts.host import SAME, Host, ReadField, Section, UrlArray
from wan_rules.hosts.model import DEFAULTS, FRAME_SIZES, LIMITS
from wan_rules.limits import Limit, Range, inherit
from wan_rules.messages import Template
from wan_rules.request import RESOLUTIONS

PAGE: Final = "https://www.atlascloud.ai/models/alibaba/wan-2.7/reference-to-video"
NODE: Final = "https://github.com/AtlasCloudAI/atlascloud_comfyui"

ATLAS: Final = Host(
    name="atlas",
    title="Atlas Cloud",
    sections=(
        Section(
            (),
            fields=(
                ReadField("model", "model"),
                ReadField("prompt", "prompt"),
                ReadField("negative_prompt", "negative_prompt"),
                ReadField("audio", "voice"),
                ReadField(
                    "resolution", "resolution", str, MappingProxyType({str(tier): str(tier) for tier in RESOLUTIONS})
                ),
                ReadField("ratio", "ratio", str, SAME),
                ReadField("duration", "duration_s", int),
                ReadField("prompt_extend", "prompt_extend", bool),
                ReadField("seed", "seed", int),
            ),
            media=(UrlArray("images", "image"), UrlArray("videos", "video")),
            outdated=MappingProxyType(
                {
                    "reference_voice": Template(
                        "atlas.reference-voice", "One voice for the request stands in `audio`."
                    ).fill()
                }
            ),
        ),
    ),
    limits=inherit(
        LIMITS,
        models=Limit(("alibaba/wan-2.7/reference-to-video",), "model", PAGE, "published"),
        references=Limit(Range(1, 5), "references", PAGE, "published"),
        first_frames_max=Limit(0, "first frames", NODE, "published"),
        voices=Limit("request", "where a voice stands", NODE, "published"),
        resolutions=Limit(RESOLUTIONS, "tiers", PAGE, "published"),
        ratios=Limit(LIMITS.ratios.value, "ratios", PAGE, "published"),
        duration_s=Limit(Range(2, 10), "seconds", NODE, "second-hand"),
        duration_with_video_s=Limit(Range(2, 10), "seconds", NODE, "second-hand"),
        seed=Limit(Range(-1, 2147483647), "seed", NODE, "second-hand"),
        labels=Limit("character", "label style", PAGE, "published"),
    ),
    frame_sizes=FRAME_SIZES,
    defaults=DEFAULTS,
    constants=MappingProxyType({"model": "alibaba/wan-2.7/reference-to-video"}),
    distinctive=frozenset({"images", "videos", "audio"}),
)
