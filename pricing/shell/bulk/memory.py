"""How much memory tables may take, as it is asked for; and what is said where that is too little."""

from __future__ import annotations

import re
from typing import Final

from wan_rules.payloads import UnusableInputError

_AMOUNT: Final = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?\s?([KMGT]i?B|%)", re.IGNORECASE)


def check_memory(asked: str | None) -> None:
    """Raises UnusableInputError for what is no amount of memory."""
    if asked is not None and not _AMOUNT.fullmatch(asked):
        raise UnusableInputError("--memory-limit", f"{asked[:64]!r} is no amount of memory: write 1GB or 800MB")


def tell_too_little(asked: str | None, error: Exception) -> UnusableInputError:
    """What is wrong where the engine ran out of memory, and what would help."""
    reason = f"{asked or 'the memory'} is too little: name more ({str(error).splitlines()[0]})"
    return UnusableInputError("--memory-limit", reason)
