"""How many requests a caller may make in a minute, over all workers: leases from the store, counted here.

A worker takes a twentieth of a caller's minute at a time, so that the store is asked rarely and the limit is never
passed, however many workers there are. What a worker leased and did not use is lost to the others in that minute.
"""

from __future__ import annotations

import asyncio
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
        self._begin(0)

    def _begin(self, window: int) -> None:
        self._window = window
        self._left: dict[str, int] = {}
        self._spent: set[str] = set()
        self._asking: dict[str, asyncio.Lock] = {}

    async def take(self, caller: str, limit: int) -> None:
        """One request of a caller, of `limit` a minute. Raises ProblemError when the minute's are used up."""
        now = int(time())
        if now // WINDOW_S != self._window:
            self._begin(now // WINDOW_S)
        if not self._left.get(caller):
            await self._take_lease(caller, limit)
        if now // WINDOW_S != self._window:  # while the store was asked, the next minute began for somebody
            await self.take(caller, limit)
            return
        if not self._left.get(caller):
            raise _tell(limit, WINDOW_S - now % WINDOW_S)
        self._left[caller] -= 1

    async def _take_lease(self, caller: str, limit: int) -> None:
        """A lease for whoever waits for one; nobody takes a second while the first is under way."""
        left, spent, window = self._left, self._spent, self._window
        async with self._asking.setdefault(caller, asyncio.Lock()):
            if left.get(caller) or caller in spent:
                return
            begun = window * WINDOW_S  # the store names a window by its first second
            left[caller] = await self._lease(caller, begun, max(1, limit // LEASES), limit)
            if not left[caller]:
                spent.add(caller)


def _tell(limit: int, seconds: int) -> ProblemError:
    detail = f"{limit:,} requests a minute are answered to one caller: try again in {seconds} s"
    return ProblemError("rate_limited", detail, headers={"retry-after": str(seconds)})
