"""By hand: a table of prices and a few lines of floats, with the care of somebody who has read the hosts' pages."""

from __future__ import annotations

import json

from benchmarks.peers.asked import Answer, Asked

PRICES = {
    ("alibaba", "720P"): 0.10,
    ("alibaba", "1080P"): 0.15,
    ("atlas", "720P"): 0.10,
    ("atlas", "1080P"): 0.15,
    ("fal", "720P"): 0.10,
    ("fal", "1080P"): 0.10,
    ("runware", "720P"): 0.10,
    ("runware", "1080P"): 0.15,
}
CLIP_CAPS = {"alibaba": 5.0}
DISCOUNTS = {("acme", "production"): 0.10}
IN_CENTS = {"globex"}


def price(asked: Asked) -> Answer:
    """Output and clips at the tier's price, less the account's discount."""
    clips = sum(map(float, asked.clips))  # type: ignore[arg-type]  # a clip without a length is a TypeError
    billed = min(clips, CLIP_CAPS.get(asked.host, clips))
    return _charge(asked, asked.tier or "1080P", (asked.seconds or 5) + billed)


def price_report(asked: Asked, report: bytes) -> Answer:
    """The seconds that the host billed, at the same price."""
    usage = json.loads(report)["usage"]
    return _charge(asked, f"{usage['SR']}P", usage["duration"])


def _charge(asked: Asked, tier: str, seconds: float) -> float:
    total = PRICES[asked.host, tier] * seconds * (1 - DISCOUNTS.get((asked.account, asked.environment), 0.0))
    return round(total, 2) if asked.account in IN_CENTS else total
