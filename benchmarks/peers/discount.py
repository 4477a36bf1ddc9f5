"""litellm's documented discount of a provider, `cost_discount_config`, put to the costs of a video and of a chat."""

from __future__ import annotations

import os
from typing import NamedTuple

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # or the import asks the network


class Discounted(NamedTuple):
    """What 10 % off do to two costs: each at list, and with the discount configured."""

    video: tuple[float, float]
    chat: tuple[float, float]


def measure_discount() -> Discounted:
    """5 s of wan2.7-r2v at 720P, and a chat of the same provider."""
    return Discounted(*zip(_cost({}), _cost({"qwencloud": 0.1}), strict=True))


def _cost(discounts: dict[str, float]) -> tuple[float, float]:
    import litellm
    from litellm.types.videos.main import VideoObject

    before = litellm.cost_discount_config
    litellm.cost_discount_config = discounts
    try:
        usage = {"duration_seconds": 5.0, "video_resolution": "720p"}
        video = VideoObject(id="task", object="video", status="completed", model="wan2.7-r2v", usage=usage)
        whose = {"custom_llm_provider": "qwencloud"}
        cost = litellm.completion_cost(
            completion_response=video, model="qwencloud/wan2.7-r2v", call_type="create_video", **whose
        )
        tokens = litellm.Usage(prompt_tokens=1000, completion_tokens=1000, total_tokens=2000)
        chat = litellm.ModelResponse(model="qwen-plus", usage=tokens)
        return cost, litellm.completion_cost(completion_response=chat, model="qwencloud/qwen-plus", **whose)
    finally:
        litellm.cost_discount_config = before
