"""genai-prices: it knows no model of this kind and no unit for seconds of video, so seconds of audio stand in for them.

A snapshot of its own holds the prices by tier; caps, discounts and rounding are not its business, and added by hand.
"""

from __future__ import annotations

import json
from decimal import Decimal

from genai_prices import Usage, calc_price
from genai_prices.data_snapshot import DataSnapshot, set_custom_snapshot
from genai_prices.types import ClauseEquals, ModelInfo, ModelPrice, Provider

from benchmarks.peers.asked import Answer, Asked

PRICES = {
    "alibaba": {"720P": "0.10", "1080P": "0.15"},
    "atlas": {"720P": "0.10", "1080P": "0.15"},
    "fal": {"720P": "0.10", "1080P": "0.10"},
    "runware": {"720P": "0.10", "1080P": "0.15"},
}
CLIP_CAPS = {"alibaba": Decimal(5)}
DISCOUNTS = {("acme", "production"): Decimal("0.10")}
IN_CENTS = {"globex"}


def _make_model(tier: str, price: str) -> ModelInfo:
    return ModelInfo(id=tier, match=ClauseEquals(tier.lower()), prices=ModelPrice(audio_hours=Decimal(price) * 3600))


PROVIDERS = [
    Provider(id=host, name=host, api_pattern=host, models=[_make_model(*tier) for tier in tiers.items()])
    for host, tiers in PRICES.items()
]
set_custom_snapshot(DataSnapshot(providers=PROVIDERS, from_auto_update=False))


def price(asked: Asked) -> Answer:
    """Output and clips at the tier's price, less the account's discount."""
    clips = sum((Decimal(clip) for clip in asked.clips), Decimal(0))  # type: ignore[arg-type]
    billed = min(clips, CLIP_CAPS.get(asked.host, clips))
    return _charge(asked, asked.tier or "1080P", (asked.seconds or 5) + billed)


def price_report(asked: Asked, report: bytes) -> Answer:
    """The seconds that the host billed, at the same price."""
    usage = json.loads(report, parse_float=Decimal)["usage"]
    return _charge(asked, f"{usage['SR']}P", usage["duration"])


def _charge(asked: Asked, tier: str, seconds: Decimal) -> Decimal:
    listed: Decimal = calc_price(Usage(audio_seconds=seconds), tier, provider_id=asked.host).total_price
    total = listed * (1 - DISCOUNTS.get((asked.account, asked.environment), Decimal(0)))
    return total.quantize(Decimal("0.01")) if asked.account in IN_CENTS else total
