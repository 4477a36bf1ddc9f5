"""What is timed: requests that are to be priced, and payloads that are to be checked, seeded, no two alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType
from typing import Final, NamedTuple

from benchmarks.payloads import describe_media, make_payload, spoil_payload, write_json
from benchmarks.peers.asked import Asked, ask_alibaba, ask_atlas, ask_fal, ask_runware

REQUESTS: Final = 256
PAYLOADS: Final = 64
FAULTS_MAX: Final = 10


class Sent(NamedTuple):
    """A payload with facts about its media, as JSON, and how many faults were put into it."""

    payload: bytes
    facts: bytes
    faults: int


def _ask(host: str, chance: Random) -> Asked:
    tier, seconds, clip = chance.choice(("720P", "1080P")), chance.randint(2, 10), f"{chance.randint(100, 3000) / 100}"
    asked = ask_atlas(tier, seconds) if host == "atlas" else _CLIPPED[host](tier, seconds, clip)
    texts = asked.payload.get("input", asked.payload)
    key = "positivePrompt" if host == "runware" else "prompt"
    texts[key] += f", take {chance.randrange(10**9)}"
    return asked


_CLIPPED: Final[Mapping[str, Callable[[str, int, str], Asked]]] = MappingProxyType(
    {"alibaba": ask_alibaba, "fal": ask_fal, "runware": ask_runware}
)
_HOSTS: Final = ("alibaba", "atlas", "fal", "runware")


def make_requests(round_: int, count: int = REQUESTS) -> list[Asked]:
    """Requests of all four hosts in turn, each but Atlas' with a clip; the same for the same round."""
    chance = Random(f"peers {round_}")  # noqa: S311 - traffic, not secrets
    return [_ask(_HOSTS[number % len(_HOSTS)], chance) for number in range(count)]


def make_payloads(round_: int, count: int = PAYLOADS) -> list[Sent]:
    """Payloads in Alibaba's shape, every second one without a fault, the others with 1 to 10."""
    chance = Random(f"peers' payloads {round_}")  # noqa: S311 - as above
    return [_make_payload(chance, is_good=not number % 2) for number in range(count)]


def _make_payload(chance: Random, *, is_good: bool) -> Sent:
    payload = make_payload(chance)
    facts = describe_media(payload, chance)
    faults = 0 if is_good else chance.randint(1, FAULTS_MAX)
    spoil_payload(payload, chance, faults)
    return Sent(write_json(payload), write_json(facts), faults)
