"""What goes in and out of an operation: the exchange that it is given, and the answer that it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from pricing.catalogue import Catalogue
from pricing.shell.service.callers import Caller
from wan_rules.messages import ENGLISH, Translation

if TYPE_CHECKING:
    from pricing.shell.service.rows import Answer as Kept
    from pricing.shell.service.rows import Once
    from pricing.shell.service.running import Service
    from pricing.shell.service.transactions import Transaction

JSON: Final = "application/json"
REPLAYED: Final = "idempotency-replayed"
NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


class Answer(NamedTuple):
    """A status, a body, and what further headers there are."""

    body: bytes
    status: int = 200
    media_type: str = JSON
    headers: Mapping[str, str] = NO_HEADERS

    @property
    def is_replayed(self) -> bool:
        """Whether an earlier request was answered so."""
        return REPLAYED in self.headers


def read_kept(kept: Kept, *, replayed: bool) -> Answer:
    """A stored answer as it is given: a new quote's with its place, one that is given again marked so."""
    headers = {REPLAYED: "true"} if replayed else {}
    if kept.quote_id is not None:
        headers["location"] = f"/v1/quotes/{kept.quote_id}"
    return Answer(kept.body, kept.status, headers=headers)


class Exchange(NamedTuple):
    """One request: the running service, the catalogue that all of its answer is of, who asks, what was sent.

    `translation` is the language that is wanted of the answer.
    """

    service: Service
    catalogue: Catalogue
    caller: Caller | None
    body: bytes
    options: Mapping[str, str]
    path: Mapping[str, str]
    once: Once | None
    translation: Translation = ENGLISH

    def write(self, work: Callable[[Transaction], Kept]) -> Answer:
        """What the work answers, done and kept in one transaction, and once only where the caller sent a key for it.

        The work may be done more than once, and all but the last of it is undone.
        """
        kept, replayed = self.service.store.write(work, self.once)
        return read_kept(kept, replayed=replayed)
