"""What the store keeps for a while only: answers under their keys, and the minutes in which limits are counted."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pricing.shell.service.store import Store

HOUR_S: Final = 3600
SOON_S: Final = 600
"""How long after its start a worker looks at the latest, so that one that is started anew each day purges too."""
WINDOWS: Final = timedelta(hours=2)
"""For how long minutes that have ended are kept; the hour that `purge` itself has taken is among them."""
TURN: Final = "purge"
"""The caller by whose lease one worker of all has the turn in an hour."""


def purge(store: Store, days: int, now: datetime) -> int:
    """How many rows are no more; none where another worker had this hour's turn. Raises StoreError."""
    hour = int(now.timestamp()) // HOUR_S * HOUR_S
    if not store.lease(TURN, hour, 1, 1):
        return 0
    return store.purge(now - timedelta(days=days), windows_before=now - WINDOWS)


async def hours() -> AsyncIterator[datetime]:
    """The present instant, soon after the start and then about every hour, at another one in each worker."""
    await asyncio.sleep(random.uniform(0, SOON_S))  # noqa: S311 - that workers do not come all at once
    while True:
        yield datetime.now(UTC)
        await asyncio.sleep(HOUR_S * random.uniform(0.9, 1.1))  # noqa: S311 - as above
