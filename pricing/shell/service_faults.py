"""What keeps a command of the quote service from working, told: a missing extra, or a store that can't be used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from wan_rules.payloads import UnusableInputError

EXTRA: Final = "wan-rules[service]"


def tell_faults(job: Callable[[], int]) -> Callable[[], int]:
    """The job, which raises UnusableInputError where a library is missing (naming the extra) or the store fails it."""

    def checked() -> int:
        try:
            return _with_store(job)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] in {"pricing", "wan_rules"}:
                raise
            raise UnusableInputError("service", f"it needs {error.name}: pip install '{EXTRA}'") from None

    return checked


def _with_store(job: Callable[[], int]) -> int:
    """What the job gives. Raises UnusableInputError where the store can't be used."""
    from pricing.shell.service.store_faults import StoreError

    try:
        return job()
    except StoreError as error:
        raise UnusableInputError("store", str(error)) from None
