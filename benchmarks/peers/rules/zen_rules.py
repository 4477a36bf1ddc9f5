"""zen-engine: all demands as one expression node, compiled once; what cannot be evaluated is one complaint."""

from __future__ import annotations

import json
from collections.abc import Sequence

import zen

URL = r"(?i)^((https?|oss)://[^/\s]\S*|data:[^,\s]+;base64,\S+)$"
RATIOS = '["16:9", "9:16", "1:1", "4:3", "3:4"]'
PARAMETERS = '["resolution", "ratio", "duration", "prompt_extend", "watermark", "seed"]'
ASPECT = "#.width_px <= 8 * #.height_px and #.height_px <= 8 * #.width_px"
DEMANDS = {
    "field-type": 'type(p.parameters.duration ?? 5) == "number" and type(p.parameters.seed ?? 5) == "number" '
    'and type(p.parameters.prompt_extend ?? true) == "bool" and type(p.parameters.watermark ?? true) == "bool" '
    'and type(p.input.negative_prompt ?? "") == "string" and type(p.input.prompt) == "string" '
    "and (p.parameters.duration ?? 5) % 1 == 0 and (p.parameters.seed ?? 5) % 1 == 0",
    "field-unknown, field-outdated": 'all(keys(p), # in ["model", "input", "parameters"]) '
    'and all(keys(p.input), # in ["prompt", "negative_prompt", "media"]) '
    f"and all(keys(p.parameters), # in {PARAMETERS}) "
    'and all(flatMap(p.input.media, keys(#)), # in ["type", "url", "reference_voice"])',
    "model": 'p.model in ["wan2.7-r2v", "wan2.7-r2v-2026-06-12"]',
    "prompt-missing": 'len(trim(p.input.prompt ?? "")) > 0',
    "prompt-length": 'len(p.input.prompt ?? "") <= 5000',
    "negative-prompt-length": 'len(p.input.negative_prompt ?? "") <= 500',
    "reference-count, first-frame-alone": 'count(p.input.media, #.type != "first_frame") in [1..5]',
    "first-frame-count": 'count(p.input.media, #.type == "first_frame") <= 1',
    "url-scheme": f"all(p.input.media, matches(#.url, '{URL}'))",
    "one-subject": 'all(values(f), #.kind == "voice" or #.subjects == 1)',
    "image-format": 'all(values(f), #.kind != "image" or #.format in ["jpeg", "png", "bmp", "webp"])',
    "image-bytes": 'all(values(f), #.kind != "image" or #.bytes in [1..20971520])',
    "image-sides": 'all(values(f), #.kind != "image" or (#.width_px in [240..8000] and #.height_px in [240..8000]))',
    "image-aspect": f'all(values(f), #.kind != "image" or ({ASPECT}))',
    "image-alpha": 'all(values(f), #.kind != "image" or not #.has_alpha)',
    "video-format": 'all(values(f), #.kind != "video" or #.format in ["mp4", "mov"])',
    "video-bytes": 'all(values(f), #.kind != "video" or #.bytes in [1..104857600])',
    "video-sides": 'all(values(f), #.kind != "video" or (#.width_px in [240..4096] and #.height_px in [240..4096]))',
    "video-aspect": f'all(values(f), #.kind != "video" or ({ASPECT}))',
    "video-length": 'all(values(f), #.kind != "video" or number(#.duration_s) in [1..30])',
    "first-frame-voice": 'all(p.input.media, #.type != "first_frame" or #.reference_voice == null)',
    "voice-scheme": f"all(p.input.media, #.reference_voice == null or matches(#.reference_voice, '{URL}'))",
    "voice-format": 'all(values(f), #.kind != "voice" or #.format in ["wav", "mp3"])',
    "voice-bytes": 'all(values(f), #.kind != "voice" or #.bytes in [1..15728640])',
    "voice-length": 'all(values(f), #.kind != "voice" or number(#.duration_s) in [1..10])',
    "resolution, sr-not-taken, default-billed": 'p.parameters.resolution in ["720P", "1080P"]',
    "ratio": f'(p.parameters.ratio ?? "16:9") in {RATIOS}',
    "ratio-moot": 'p.parameters.ratio == null or none(p.input.media, #.type == "first_frame")',
    "duration": "(p.parameters.duration ?? 5) in "
    '(some(p.input.media, #.type == "reference_video") ? [2..10] : [2..15])',
    "seed": "(p.parameters.seed ?? 5) in [0..2147483647]",
}
NODES = [
    {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
    {
        "id": "rules",
        "type": "expressionNode",
        "name": "rules",
        "position": {"x": 1, "y": 0},
        "content": {"expressions": [{"id": name, "key": name, "value": text} for name, text in DEMANDS.items()]},
    },
    {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 2, "y": 0}},
]
EDGES = [
    {"id": "1", "type": "edge", "sourceId": "in", "targetId": "rules"},
    {"id": "2", "type": "edge", "sourceId": "rules", "targetId": "out"},
]
CONTENT = zen.ZenDecisionContent(json.dumps({"nodes": NODES, "edges": EDGES}))
DECISION = zen.ZenEngine().create_decision(CONTENT)


def check(payload: bytes, facts: bytes) -> Sequence[object]:
    """The names of the demands that do not hold."""
    try:
        held = DECISION.evaluate(b'{"p":%b,"f":%b}' % (payload, facts))["result"]
    except (KeyError, ValueError, TypeError, RuntimeError) as error:
        return [error]
    return [name for name, holds in held.items() if not holds]
