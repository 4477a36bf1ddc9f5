"""What a fuzzer attacks: how an input is judged, what it begins with, and how one becomes another."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Final, NamedTuple, Protocol

SEPARATOR: Final = b"\0"
"""Between the parts of an input: neither JSON nor TOML may hold it."""
PER_BYTE_S: Final = 0.000_04
"""Seconds of the processor that an input may take for each of its bytes, under instrumentation too."""
YARDSTICK: Final = 1_000_000
"""Additions in a loop, by which it is known how fast the machine is at the moment."""
YARDSTICK_S: Final = 0.08
"""Seconds that they take where the patience of targets was measured."""


class Mutate(Protocol):
    """Changes bytes blindly, as libFuzzer does, to no more than so many."""

    def __call__(self, data: bytes, limit: int, /) -> bytes:
        """The changed bytes."""


class Blind(NamedTuple):
    """How many bytes an input may have, and how bytes are changed that nothing is known about."""

    limit: int
    mutate: Mutate


class Target(NamedTuple):
    """One fuzzer.

    `judge` raises whatever is wrong with the code under test; `seeds` are the inputs that it begins with, from the
    code's own samples, and `words` what is often put in. `mutate` knows how inputs are built. `patience_s` is what any
    input may take of the processor beside PER_BYTE_S, on a machine that takes YARDSTICK_S for the yardstick.
    """

    judge: Callable[[bytes], None]
    seeds: Callable[[], Iterator[bytes]]
    words: Callable[[], Sequence[str]]
    mutate: Callable[[Random, bytes, Blind], bytes]
    max_bytes: int = 16_384
    patience_s: float = 0.5


def judge(target: Target, data: bytes) -> None:
    """Judges an input, and that it takes no longer than one of its size may: once more where the first time did.

    What is slow for once, such as a first import, or a search for garbage, is not the input's fault, nor is a machine
    that is slower than another, or busy.
    """
    most = target.patience_s + PER_BYTE_S * len(data)
    took = 0.0
    for _ in range(2):
        began = time.process_time()
        target.judge(data)
        took = time.process_time() - began
        if took < most:
            return
    most *= measure_slowness()
    if took < most:
        return
    msg = f"{took:.3f} s of the processor for {len(data)} bytes, twice: {most:.3f} s is the most"
    raise AssertionError(msg)


def measure_slowness() -> float:
    """How many times longer the machine takes at this moment than the one that patience was measured on; at least 1."""
    began, total = time.process_time(), 0
    for number in range(YARDSTICK):
        total += number
    return max(1.0, (time.process_time() - began) / YARDSTICK_S)


def check_message(text: str, longest: int = 2_000) -> None:
    """It says something, can be written in UTF-8, and is of a length to be read. Raises AssertionError."""
    assert text.strip(), "an empty message"
    assert len(text.encode()) < longest, f"a message of {len(text)} characters: {text[:200]}..."
