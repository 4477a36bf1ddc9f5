"""What others do of the same kind: prices by genai-prices and litellm, rules by zen-engine.

They are imported by name and late: none need be there, and mypy says the same whether they are or not.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from importlib import import_module
from typing import Any, Final

from wan_rules import Facts

GENAI_MODEL: Final = {"model_ref": "gpt-4o", "provider_id": "openai"}
LITELLM_MODEL: Final = "dashscope/wan2.7-r2v"

Evaluate = Callable[[Mapping[str, Any]], bool]


def price_tokens(tokens: Iterable[int], at: datetime) -> Callable[[int], object]:
    """A pass of genai-prices: a price per count of tokens, usages made before, model, provider and instant named."""
    genai = import_module("genai_prices")
    usages = [genai.Usage(input_tokens=count, output_tokens=count // 4) for count in tokens]

    def work(_round: int) -> None:
        for usage in usages:
            genai.calc_price(usage, genai_request_timestamp=at, **GENAI_MODEL)

    assert genai.calc_price(usages[0], genai_request_timestamp=at, **GENAI_MODEL).total_price > 0
    return work


def price_seconds(count: int) -> Callable[[int], object]:
    """A pass of litellm, that many prices: floats, output seconds alone, no reference seconds."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # or the import asks the network
    calculate = import_module("litellm.cost_calculator").default_video_cost_calculator

    def work(_round: int) -> None:
        for index in range(count):
            calculate(model=LITELLM_MODEL, duration_seconds=2 + index % 9)

    assert calculate(model=LITELLM_MODEL, duration_seconds=5) > 0
    return work


EXPRESSIONS: Final[Mapping[str, str]] = {
    "model": 'model in ["wan2.7-r2v", "wan2.7-r2v-2026-06-12"]',
    "prompt_missing": "len(trim(input.prompt)) > 0",
    "prompt_length": "len(input.prompt) <= 5000",
    "negative_prompt_length": 'len(input.negative_prompt ?? "") <= 500',
    "reference_count": 'count(input.media, #.type != "first_frame") in [1..5]',
    "first_frame_count": 'count(input.media, #.type == "first_frame") <= 1',
    "url_scheme": 'all(input.media, startsWith(#.url, "https://") or startsWith(#.url, "http://") or startsWith(#.url, "oss://"))',
    "resolution": 'parameters.resolution in ["720P", "1080P"]',
    "ratio": 'parameters.ratio in ["16:9", "9:16", "1:1", "4:3", "3:4"]',
    "duration": 'parameters.duration in (some(input.media, #.type == "reference_video") ? [2..10] : [2..15])',
    "seed": "parameters.seed in [0..2147483647]",
    "image_bytes": 'all(facts, #.kind != "image" or #.bytes in [1..20971520])',
    "image_alpha": 'all(facts, #.kind != "image" or not #.has_alpha)',
    "video_bytes": 'all(facts, #.kind != "video" or #.bytes in [1..104857600])',
    "video_length": 'all(facts, #.kind != "video" or #.duration_s in [1..30])',
    "one_subject": 'all(facts, #.kind == "voice" or #.subjects == 1)',
}
"""Our demands in zen's language, those that it can say in one expression; `false` is a violation."""


def make_decision() -> Evaluate:
    """The expressions as one decision of zen-engine; its answer is whether all of them hold."""
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
        {"id": "rules", "type": "expressionNode", "name": "rules", "position": {"x": 1, "y": 0}, "content": _content()},
        {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 2, "y": 0}},
    ]
    edges = [_edge("in", "rules"), _edge("rules", "out")]
    decision = import_module("zen").ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))

    def evaluate(context: Mapping[str, Any]) -> bool:
        result: dict[str, bool] = decision.evaluate(context)["result"]
        return len(result) == len(EXPRESSIONS) and all(result.values())

    return evaluate


def _content() -> dict[str, object]:
    return {"expressions": [{"id": key, "key": key, "value": value} for key, value in EXPRESSIONS.items()]}


def _edge(source: str, target: str) -> dict[str, str]:
    return {"id": f"{source}-{target}", "type": "edge", "sourceId": source, "targetId": target}


def make_context(payload: Mapping[str, object], facts: Facts) -> dict[str, object]:
    """What the decision looks at: the payload, and its media's facts as plain JSON values in a list."""
    known = [each.model_dump(exclude_none=True) for each in facts.values()]
    for each in known:
        if "duration_s" in each:
            each["duration_s"] = float(each["duration_s"])
    return {**payload, "facts": known}
