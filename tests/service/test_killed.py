"""kill -9 within a thousand writes: no answered quote is lost, nothing is charged twice, on both databases."""

from __future__ import annotations

import http.client
import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from tests.asked import ATLAS, example
from tests.served import Served, serving

WRITES: Final = 1000
KILLS: Final = 4
WRITERS: Final = 4
REPORT: Final = {"status": "succeeded", "output_video_seconds": 8}
PAYLOAD: Final = example(ATLAS)


class Client:
    """Asks until it is answered, always under the same Idempotency-Key, and remembers each answer."""

    def __init__(self, served: Served, key: str) -> None:
        self.served, self.key = served, key
        self.answers: dict[str, list[tuple[int, Any]]] = {}
        self.unanswered = 0
        self.written = 0

    def ask(self, path: str, body: object, once: str) -> Any:  # noqa: ANN401 - parsed JSON
        for _ in range(600):
            try:
                status, document = self.served.ask("POST", path, self.key, body, once)
            except (OSError, http.client.HTTPException, json.JSONDecodeError):
                self.unanswered += 1
                time.sleep(0.05)
                continue
            assert status in {200, 201, 503}, document
            if status != 503:
                self.answers.setdefault(once, []).append((status, document))
                self.written += 1
                return document
        raise TimeoutError(once)

    def buy(self, number: int) -> None:
        """A quote, its hold and its charge: three writes."""
        quote = self.ask("/v1/quotes", PAYLOAD, f"quote-{number}")
        path = f"/v1/quotes/{quote['id']}"
        self.ask(f"{path}:accept", None, f"accept-{number}")
        self.ask(f"{path}:settle", REPORT, f"settle-{number}")


@pytest.fixture
def served(tmp_path: Path, store_url: str) -> Iterator[Served]:
    with serving(tmp_path, "--quiet", database=store_url) as running:
        yield running


def count_charges(url: str) -> list[tuple[str, int]]:
    """Every quote that was settled more than once, by the moves that the database holds."""
    asked = "SELECT quote_id, count(*) FROM moves WHERE action = 'settle' GROUP BY quote_id HAVING count(*) <> 1"
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
            return database.execute(asked).fetchall()
    with psycopg.connect(url) as connection:
        return connection.execute(asked.encode()).fetchall()


def buy_all(client: Client) -> list[threading.Thread]:
    """Writers that have started, and between them make a thousand writes."""
    numbers = iter(range(WRITES // 3 + 1))
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            client.buy(number)

    threads = [threading.Thread(target=work) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    return threads


def test_nothing_answered_is_lost_and_nothing_is_charged_twice(served: Served, store_url: str) -> None:
    client = Client(served, served.key())
    threads = buy_all(client)
    for killed in range(1, KILLS + 1):
        while client.written < killed * WRITES // (KILLS + 1):
            time.sleep(0.005)
        served.kill()
        served.start()
    for thread in threads:
        thread.join()

    assert client.unanswered, "it was never killed while anybody asked"
    assert client.written >= WRITES
    quotes = [answers[0][1] for once, answers in client.answers.items() if once.startswith("quote-")]
    for quote in quotes:
        status, order = served.ask("GET", f"/v1/quotes/{quote['id']}", client.key)
        assert (status, order["state"], order["charge"], order["quote"]) == (200, "settled", "0.936", quote)
    assert count_charges(store_url) == []
    assert served.ask("POST", "/v1/quotes", client.key, PAYLOAD, "quote-0") == client.answers["quote-0"][0]
