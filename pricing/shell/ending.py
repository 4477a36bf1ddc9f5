"""A run that is told to end takes away what it had begun to write, as one that is interrupted does."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

SIGNAL_BASE: Final = 128
"""A shell gives 128 and the number of the signal as the exit code of what a signal ended."""


@contextmanager
def ending_tidily() -> Iterator[None]:
    """Within it SIGTERM raises SystemExit, where it would end the process at once. For the main thread alone."""
    ended: list[int] = []

    def end(number: int, _: FrameType | None) -> None:
        ended.append(number)
        raise SystemExit

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except BaseException:
        if ended:  # an engine may have wrapped it in a fault of its own
            raise SystemExit(SIGNAL_BASE + ended[0]) from None
        raise
    finally:
        signal.signal(signal.SIGTERM, before)
