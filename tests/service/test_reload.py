"""The catalogue is changed under load: each quote is wholly of one digest, and no request fails."""

from __future__ import annotations

import base64
import http.client
import json
import os
import shutil
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from pricing.shell.catalogues import load_catalogue
from pricing.shell.service.callers import Scope
from pricing.shell.service.signing import add_key
from pricing.shell.service.store import open_store
from tests.asked import ATLAS, example
from tests.served import CATALOGUE, Served, serving

REQUESTS: Final = 10_000
RELOADS: Final = 20
CLIENTS: Final = 4
CARD: Final = Path("cards") / "atlas.toml"
PRICES: Final = ("0.13", "0.17")
"""What a second of 1080P-SR costs before and after; 8 s, less acme's 10 %."""
BODY: Final = json.dumps(example(ATLAS)).encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CATALOGUE, tmp_path / "catalogue"))


class Change:
    """The catalogue's card with one price or the other."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / CARD
        before = self.file.read_text()
        assert before.count(f'"{PRICES[0]}"') == 1
        self.texts = [before, before.replace(f'"{PRICES[0]}"', f'"{PRICES[1]}"')]
        self.digests = []
        for text in self.texts:
            self.file.write_text(text)
            self.digests.append(load_catalogue(folder).digest)
        self.write(0)

    def write(self, which: int) -> None:
        """Lays the one or the other there, at once."""
        draft = self.file.with_suffix(".new")
        draft.write_text(self.texts[which])
        draft.replace(self.file)


class Load:
    """Clients that ask for estimates, half of them on a connection that stays open; what they were answered."""

    def __init__(self, served: Served, key: str) -> None:
        self.served, self.key = served, key
        self.seen: Counter[tuple[int, str, str]] = Counter()
        self.failed: list[str] = []
        self.asked = 0
        self.lock = threading.Lock()
        self.ended = threading.Event()

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """While it is open, and until so many were asked."""
        clients = [threading.Thread(target=self._ask_on, args=(number,)) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        try:
            yield
        finally:
            self.ended.set()
            for client in clients:
                client.join()

    def _ask_on(self, number: int) -> None:
        with closing(self._connect()) as connection:
            while self._take():
                self._ask(connection)
                if number % 2:
                    connection.close()  # it connects again by itself

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.served.port, timeout=20)

    def _take(self) -> bool:
        with self.lock:
            self.asked += 1
            return self.asked <= REQUESTS or not self.ended.is_set()

    def _ask(self, connection: http.client.HTTPConnection) -> None:
        try:
            connection.request("POST", "/v1/estimates", BODY, {"authorization": f"Bearer {self.key}"})
            answer = connection.getresponse()
            document = json.loads(answer.read())
            basis, line = document["basis"], document["lines"][0]
            rates = [r for r in basis["terms"]["rates"] if r["resolution"] == "1080P-SR"]
            assert {rate["list_unit_price"] for rate in rates} == {line["list_unit_price"]}
            with self.lock:
                self.seen[answer.status, basis["digest"], document["total"]] += 1
        except (OSError, http.client.HTTPException, KeyError, ValueError, AssertionError) as error:
            self.failed.append(repr(error))


def reload_by_endpoint(served: Served, admin: str, digest: str) -> None:
    """It answers with the digest."""
    status, document = served.ask("POST", "/v1/catalogue:reload", admin)
    assert (status, document["digest"]) == (200, digest)


def reload_by_signal(served: Served, admin: str, digest: str) -> None:
    """As systemd does it. It is done when no worker answers with another digest."""
    assert served.process is not None
    served.process.send_signal(signal.SIGHUP)
    until = time.monotonic() + 20
    while {served.ask("GET", "/v1/catalogue", admin)[1]["digest"] for _ in range(20)} != {digest}:
        assert time.monotonic() < until, served.read_log()
        time.sleep(0.05)


def read_children(served: Served) -> str:
    """The process ids of its workers."""
    assert served.process is not None
    return Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children").read_text()


@pytest.mark.parametrize(
    ("reload", "workers", "reloads"),
    [
        (reload_by_endpoint, 1, RELOADS),
        (reload_by_endpoint, 2, RELOADS),
        (reload_by_signal, 1, RELOADS),
        (reload_by_signal, 2, RELOADS // 2),  # the workers look about every second
    ],
)
def test_each_quote_is_of_one_digest(
    tmp_path: Path, folder: Path, reload: Callable[[Served, str, str], None], workers: int, reloads: int
) -> None:
    change = Change(folder)
    with serving(tmp_path, "--quiet", "--workers", str(workers), catalogue=folder) as served:
        load = Load(served, served.key())
        admin, children = served.key(scopes=(Scope.ADMIN,)), read_children(served)
        with load.going_on():
            for number in range(1, reloads + 1):
                while load.asked < number * REQUESTS // (reloads + 1):
                    time.sleep(0.002)
                change.write(number % 2)
                reload(served, admin, change.digests[number % 2])
        assert read_children(served) == children
    assert load.failed == []
    assert sum(load.seen.values()) >= REQUESTS
    assert set(load.seen) == {(200, change.digests[0], "0.936"), (200, change.digests[1], "1.224")}


def test_a_catalogue_that_can_not_be_loaded_changes_nothing(tmp_path: Path, folder: Path) -> None:
    change = Change(folder)
    with serving(tmp_path, catalogue=folder) as served:
        admin = served.key(scopes=(Scope.ADMIN,))
        change.file.write_text("this is no card")
        status, problem = served.ask("POST", "/v1/catalogue:reload", admin)
        assert (status, problem["code"], problem["digest"]) == (503, "bad_catalogue", change.digests[0])
        assert served.ask("GET", "/v1/catalogue", admin)[1]["digest"] == change.digests[0]


@pytest.mark.parametrize("how", ["watched", "hangup"])
def test_it_is_loaded_again_by_itself_and_by_a_signal(tmp_path: Path, folder: Path, how: str) -> None:
    change = Change(folder)
    with serving(tmp_path, *(("--watch",) if how == "watched" else ()), catalogue=folder) as served:
        key = served.key()
        change.write(1)
        if how == "hangup":
            assert served.process is not None
            served.process.send_signal(signal.SIGHUP)
        until = time.monotonic() + 20
        while served.ask("GET", "/v1/catalogue", key)[1]["digest"] != change.digests[1]:
            assert time.monotonic() < until, served.read_log()
            time.sleep(0.05)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_new_key_signs_after_a_reload(tmp_path: Path, folder: Path, workers: int) -> None:
    with serving(tmp_path, "--workers", str(workers), catalogue=folder) as served:
        admin, key = served.key(scopes=(Scope.ADMIN,)), served.key()
        made = add_key(tmp_path / "signing-keys.json")
        reload_by_signal(served, admin, served.ask("GET", "/v1/catalogue", admin)[1]["digest"])
        until = time.monotonic() + 20
        while {published(served)[-1] for _ in range(20)} != {made.kid}:
            assert time.monotonic() < until, served.read_log()
            time.sleep(0.05)
        assert len(published(served)) == 2
        quote = served.ask("POST", "/v1/quotes", key, json.loads(BODY))[1]
        assert made.kid in base64.urlsafe_b64decode(quote["signature"].partition(".")[0] + "==").decode()


def published(served: Served) -> list[str]:
    """The ids of the keys that it publishes."""
    return [key["kid"] for key in served.ask("GET", "/.well-known/jwks.json")[1]["keys"]]


def test_keys_that_can_not_be_read_change_nothing(tmp_path: Path, folder: Path) -> None:
    with serving(tmp_path, catalogue=folder) as served:
        before = published(served)
        (tmp_path / "signing-keys.json").write_text("no keys")
        status, _ = served.ask("POST", "/v1/catalogue:reload", served.key(scopes=(Scope.ADMIN,)))
        assert (status, published(served)) == (200, before)
        assert "signing keys kept" in served.read_log()


def count_in_use(served: Served) -> float:
    """How many workers use a catalogue, as any of them tells it."""
    with closing(http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)) as connection:
        connection.request("GET", "/metrics")
        lines = connection.getresponse().read().decode().splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("wan_rules_catalogue_in_use{"))


def test_a_worker_that_is_gone_uses_no_catalogue(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "2") as served:
        wait_for(lambda: count_in_use(served) == 2)
        os.kill(int(read_children(served).split()[-1]), signal.SIGKILL)
        wait_for(lambda: count_in_use(served) == 1)
        wait_for(lambda: count_in_use(served) == 2)


def wait_for(holds: Callable[[], bool]) -> None:
    """Until it does."""
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_revoked_key_is_refused_by_every_worker(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "2") as served:
        key = served.key()
        assert {served.ask("GET", "/v1/rules", key)[0] for _ in range(40)} == {200}
        store = open_store(served.database)
        assert store.revoke_key(key.split("_")[1], datetime.now(UTC))
        store.close()
        time.sleep(2.5)
        assert {served.ask("GET", "/v1/rules", key)[0] for _ in range(40)} == {401}
