"""Lumen Cloud, a made-up reseller: two arrays of URLs, no voices, tiers in words of its own, 12 s at most."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from wan_rules import Host
from wan_rules.hosts.host import SAME, ReadField, Section, UrlArray
from wan_rules.hosts.model import DEFAULTS, FRAME_SIZES, LIMITS
from wan_rules.limits import Limit, Range, inherit

PLUGIN_API: Final = 1
PAGE: Final = "https://lumen.example.com/models/wan-2.7"

LUMEN: Final = Host(
    name="lumen",
    title="Lumen Cloud (fictional)",
    sections=(
        Section(
            (),
            fields=(
                ReadField("model", "model"),
                ReadField("text", "prompt"),
                ReadField("quality", "resolution", str, MappingProxyType({"hd": "720P", "full-hd": "1080P"})),
                ReadField("shape", "ratio", str, SAME),
                ReadField("seconds", "duration_s", int),
            ),
            media=(UrlArray("pictures", "image"), UrlArray("clips", "video")),
            passed=("callback",),
            outdated=MappingProxyType({"size": "Ask for the tier by `quality`."}),
        ),
    ),
    limits=inherit(
        LIMITS,
        models=Limit(("lumen/wan-2.7",), "model", PAGE, "published"),
        first_frames_max=Limit(0, "first frames", PAGE, "published"),
        voices=Limit("none", "where a voice stands", PAGE, "published"),
        tier_words=Limit(MappingProxyType({"720P": "hd", "1080P": "full-hd"}), "spelling", PAGE, "published"),
        duration_s=Limit(Range(2, 12), "seconds", PAGE, "published"),
    ),
    frame_sizes=FRAME_SIZES,
    defaults=DEFAULTS,
    constants=MappingProxyType({"model": "lumen/wan-2.7"}),
    distinctive=frozenset({"pictures", "quality"}),
)
