"""How many requests a caller may make in a minute, over all workers: leases from the store, counted here.

A worker takes a twentieth of a caller's minute at a time, so that the store is asked rarely and the limit is never
passed, however many workers there are. What a worker leased and did not use is lost to the others in that minute.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from time import time
from typing import Final, TypeAlias

from pricing.shell.service.problems import ProblemError

WINDOW_S: Final = 60
LEASES: Final = 20
"""Into how many leases a caller's minute is divided."""
Lease: TypeAlias = Callable[[str, int, int, int], Awaitable[int]]
"""`Store.lease` in a thread: caller, window, wanted, limit; how many were granted."""


class Rates:
    """The leases of this worker in the present minute."""

    def __init__(self, lease: Lease) -> None:
        """Begin with none."""
        self._lease = lease
        self._window = 0
        self._left: dict[str, int] = {}
        self._spent: set[str] = set()

    async def take(self, caller: str, limit: int) -> None:
        """One request of a caller, of `limit` a minute. Raises ProblemError when the minute's are used up."""
        now = int(time())
        if now // WINDOW_S != self._window:
            self._window, self._left, self._spent = now // WINDOW_S, {}, set()
        left = self._left.pop(caller, 0)
        if not left and caller not in self._spent:
            left = await self._lease(caller, self._window, max(1, limit // LEASES), limit)
        if not left:
            self._spent.add(caller)
            raise _tell(limit, WINDOW_S - now % WINDOW_S)
        if left > 1:
            self._left[caller] = self._left.get(caller, 0) + left - 1


def _tell(limit: int, seconds: int) -> ProblemError:
    detail = f"{limit:,} requests a minute are answered to one caller: try again in {seconds} s"
    return ProblemError("rate_limited", detail, headers={"retry-after": str(seconds)})
