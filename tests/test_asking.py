"""Answers are kept for the next request, and nothing that the caller sent stays with them."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from typing import Final

import pytest

from pricing.shell.wire import write_report
from tests.documents import JsonObject, changed
from wan_rules import HOSTS, check, read
from wan_rules.samples import SAMPLES

WORD: Final = 200_000
"""Letters of a word that nobody sends by accident."""
MANY: Final = 10_000
"""References of such a request."""
ROUNDS: Final = 5
KEPT_BYTES: Final = WORD // 2
"""What may stay behind after all rounds: less than one of the words."""
ITEM: Final = {"type": "reference_image", "url": "https://media.example.com/a.png"}
CLIP: Final = {"type": "reference_video", "url": "https://media.example.com/a.mp4"}


def _word(number: int) -> str:
    return f"{number}{'x' * WORD}"


LARGE: Final[dict[str, tuple[str, Callable[[int], JsonObject]]]] = {
    "model": ("alibaba", lambda n: {"/model": _word(n)}),
    "resolution": ("alibaba", lambda n: {"/parameters/resolution": _word(n)}),
    "resolution-in-an-array": ("alibaba", lambda n: {"/parameters/resolution": [_word(n)]}),
    "ratio": ("atlas", lambda n: {"/ratio": _word(n)}),
    "duration": ("fal", lambda n: {"/duration": _word(n)}),
    "width": ("runware", lambda n: {"/width": _word(n)}),
    "type": ("alibaba", lambda n: {"/input/media/0/type": _word(n)}),
    "field": ("alibaba", lambda n: {f"/parameters/{_word(n)}": 1}),
    "labels": ("alibaba", lambda n: {"/input/prompt": f"图{n + 1}" * 2500}),
    "media": ("alibaba", lambda n: {"/input/media": [ITEM] * (MANY + n)}),
    "kinds": ("alibaba", lambda n: {"/input/media": [CLIP if (i + 1) % (n + 2) else ITEM for i in range(64)]}),
    "urls": ("atlas", lambda n: {"/images": [ITEM["url"]] * (MANY + n)}),
    "frames": ("runware", lambda n: {"/inputs/frameImages": [ITEM["url"]] * (MANY + n)}),
}


def _ask(name: str, number: int) -> None:
    host, change = LARGE[name]
    write_report(check(read(changed(SAMPLES[host], change(number)), HOSTS[host])))


@pytest.mark.parametrize("name", LARGE)
def test_nothing_of_a_large_payload_is_kept(name: str) -> None:
    _ask(name, 0)  # what is made once for everybody stays
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(1, ROUNDS + 1):
            _ask(name, number)
        gc.collect()
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < KEPT_BYTES
