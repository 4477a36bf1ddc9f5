"""Media measured for a caller with a key, where whoever runs the service turned that on; else nothing is fetched.

Measuring waits for strangers' servers, so it has threads of its own, and who comes when all of them wait is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import Final

from pricing.shell.probe_documents import write_facts
from pricing.shell.probing import Probed, join, list_media
from pricing.shell.service.problems import ProblemError
from pricing.shell.service.settings import Settings
from wan_rules.hosts.reading import Reading
from wan_rules.payloads import JsonObject, UnusableInputError
from wan_rules.shell.media import Ways, measure_all
from wan_rules.shell.sources import Policy

PROBE: Final = "probe"
"""The option of the query."""
AT_ONCE: Final = 4
"""Requests of a worker whose media are measured at the same time."""
SECONDS: Final = 8.0
"""For all media of one request."""


class Measurer:
    """What measures for one worker."""

    def __init__(self, settings: Settings) -> None:
        """Measure nothing yet."""
        self._is_on: Final = settings.probe
        self._ways: Final = Ways(Policy(allow=frozenset(settings.probe_allow)), seconds=SECONDS)
        self._room: Final = BoundedSemaphore(AT_ONCE)
        self.threads: Final = ThreadPoolExecutor(2 * AT_ONCE, PROBE)

    def measure(self, reading: Reading, *, has_key: bool) -> tuple[Probed, ...]:
        """Every medium of a payload, measured. Raises ProblemError and UnusableInputError."""
        if not self._is_on:
            reason = "probe: this service fetches no media: state facts, or measure them yourself (wan-rules probe)"
            raise UnusableInputError("query", reason)
        if not has_key:
            detail = "probe: media are measured for whoever sends a key: Authorization: Bearer <key>"
            raise ProblemError("key_missing", detail, headers={"www-authenticate": "Bearer"})
        if not self._room.acquire(blocking=False):
            detail = f"{AT_ONCE} requests are being measured: send the same one again in a moment"
            raise ProblemError("unavailable", detail, headers={"retry-after": "1"})
        try:
            media = tuple(list_media(reading))
            return join(media, dict(measure_all((medium.url for medium in media), self._ways)))
        finally:
            self._room.release()


def asks_to_measure(options: Mapping[str, str]) -> bool:
    """Whether the query asks for it. Raises UnusableInputError for any other word than true or false."""
    word = options.get(PROBE, "false")
    if word not in {"true", "false"}:
        raise UnusableInputError("query", f"{PROBE}: true or false is wanted, not {word[:64]!r}")
    return word == "true"


def with_facts(record: JsonObject, probed: tuple[Probed, ...]) -> JsonObject:
    """The envelope with the facts that hold, measured or declared."""
    return {**record, "facts": write_facts(probed)}
