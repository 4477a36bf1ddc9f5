"""Alibaba Cloud Model Studio (DashScope): one array of media, in order, each with its own voice."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from wan_rules.hosts.host import SAME, Host, MediaArray, ReadField, Section
from wan_rules.hosts.model import DEFAULTS, FRAME_SIZES, LIMITS, NATIVE_SPELLING
from wan_rules.messages import Template

_OUTDATED: Final = MappingProxyType(
    {
        "size": Template("alibaba.size", "Ask for the tier by `resolution` and for the shape by `ratio`.").fill(),
        "shot_type": Template("alibaba.shot-type", "Describe the shots in the prompt.").fill(),
        "audio": Template("alibaba.audio", "Give a reference its voice by `reference_voice` beside its URL.").fill(),
        "audio_setting": Template("alibaba.audio-setting", "It belongs to the video editing model.").fill(),
        "reference_urls": Template(
            "alibaba.reference-urls", "It belongs to wan2.6: put each reference into `input.media`."
        ).fill(),
    }
)

ALIBABA: Final = Host(
    name="alibaba",
    title="Alibaba Cloud Model Studio",
    sections=(
        Section((), fields=(ReadField("model", "model"),), outdated=_OUTDATED),
        Section(
            ("input",),
            required=True,
            fields=(ReadField("prompt", "prompt"), ReadField("negative_prompt", "negative_prompt")),
            media=(
                MediaArray(
                    key="media",
                    type_key="type",
                    url_key="url",
                    voice_key="reference_voice",
                    types=MappingProxyType(
                        {"reference_image": "image", "reference_video": "video", "first_frame": "first_frame"}
                    ),
                ),
            ),
            outdated=_OUTDATED,
        ),
        Section(
            ("parameters",),
            fields=(
                ReadField("resolution", "resolution", str, NATIVE_SPELLING),
                ReadField("ratio", "ratio", str, SAME),
                ReadField("duration", "duration_s", int),
                ReadField("prompt_extend", "prompt_extend", bool),
                ReadField("watermark", "watermark", bool),
                ReadField("seed", "seed", int),
            ),
            outdated=_OUTDATED,
        ),
    ),
    limits=LIMITS,
    frame_sizes=FRAME_SIZES,
    defaults=MappingProxyType({**DEFAULTS, "prompt_extend": True, "watermark": False}),
    constants=MappingProxyType({"model": "wan2.7-r2v"}),
    distinctive=frozenset({"input", "parameters"}),
)
