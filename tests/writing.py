"""Quotes written to a service while something else happens to it, and what has to be left of them afterwards."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from pricing.shell.service.signing import read_public_keys, verify
from tests.asked import ATLAS, EXAMPLES
from tests.deployed import ask

BODY: Final = (EXAMPLES / ATLAS).read_bytes()
REPORT: Final = json.dumps({"status": "succeeded", "output_video_seconds": 8}).encode()
WRITERS: Final = 2


class Writers:
    """Threads that ask for quotes until they are stopped; every quote that was answered, in order."""

    def __init__(self, url: str, key: str) -> None:
        self.quotes: list[Any] = []
        self._url, self._key = url, key
        self._stopped, self._grown = threading.Event(), threading.Condition()
        self._threads = [threading.Thread(target=self._write) for _ in range(WRITERS)]

    def _write(self) -> None:
        while not self._stopped.is_set():
            quote = json.loads(ask(f"{self._url}/v1/quotes", self._key, BODY))
            with self._grown:
                self.quotes.append(quote)
                self._grown.notify_all()

    def await_more(self, number: int) -> list[Any]:
        """All that was answered once so many more quotes were."""
        with self._grown:
            wanted = len(self.quotes) + number
            assert self._grown.wait_for(lambda: len(self.quotes) >= wanted, 30), "nobody writes any longer"
            return list(self.quotes)

    def start(self) -> None:
        """They write."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """They have been answered for the last time."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()


@contextmanager
def writing(url: str, key: str) -> Iterator[Writers]:
    """Writers that write for the length of a block."""
    writers = Writers(url, key)
    writers.start()
    try:
        yield writers
    finally:
        writers.stop()


def check_kept(url: str, key: str, quotes: list[Any]) -> None:
    """Each quote is there as it was answered, verifies by the keys that are published, and is settled."""
    public = read_public_keys(ask(f"{url}/.well-known/jwks.json"), what="what was published")
    for quote in quotes:
        place = f"{url}/v1/quotes/{quote['id']}"
        assert json.loads(ask(place, key))["quote"] == quote
        assert verify(quote, public)
        ask(f"{place}:accept", key, b"")
        settled = json.loads(ask(f"{place}:settle", key, REPORT))
        assert (settled["state"], settled["charge"]) == ("settled", quote["total"])
