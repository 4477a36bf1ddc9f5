"""litellm: the cost of a video as it counts it when one is created, by models that are registered for each account.

It takes the seconds that are asked for; that hosts bill reference clips too is known to it from their reports alone.
"""

from __future__ import annotations

import json
import os

from benchmarks.peers.asked import Answer, Asked

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # or the import asks the network

import litellm
from litellm.cost_calculator import default_video_cost_calculator

litellm.suppress_debug_info = True
PRICES = {
    "alibaba": {"720p": 0.10, "1080p": 0.15},
    "atlas": {"720p": 0.10, "1080p": 0.15},
    "fal": {"720p": 0.10, "1080p": 0.10},
    "runware": {"720p": 0.10, "1080p": 0.15},
}
FACTORS = {("acme", "production"): 0.9, ("acme", "staging"): 1.0, ("globex", "production"): 1.0}
IN_CENTS = {"globex"}

for host, tiers in PRICES.items():
    for (account, environment), factor in FACTORS.items():
        rates = {f"output_cost_per_second_{tier}": price * factor for tier, price in tiers.items()}
        default = {"output_cost_per_second": tiers["1080p"] * factor, "litellm_provider": host}
        litellm.register_model({f"{host}/{account}-{environment}": {**rates, **default, "mode": "video_generation"}})


def price(asked: Asked) -> Answer:
    """The seconds of output at the tier's price."""
    return _charge(asked, asked.tier, asked.seconds or 5)


def price_report(asked: Asked, report: bytes) -> Answer:
    """The seconds that the host billed, at the same price."""
    usage = json.loads(report)["usage"]
    return _charge(asked, f"{usage['SR']}p", usage["duration"])


def _charge(asked: Asked, tier: str | None, seconds: float) -> float:
    model = f"{asked.host}/{asked.account}-{asked.environment}"
    cost: float = default_video_cost_calculator(model, seconds, asked.host, video_resolution=tier)
    return round(cost, 2) if asked.account in IN_CENTS else cost
