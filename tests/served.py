"""The service as a process of its own, which a test may kill, start again and send signals."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from pricing.shell.service.api_keys import Bound, make_key
from pricing.shell.service.callers import Scope
from pricing.shell.service.store import open_store
from tests.ports import free_port

CATALOGUE: Final = Path(__file__).resolve().parent.parent / "examples" / "catalogue"
COMMAND: Final = str(Path(sys.executable).with_name("wan-rules"))


class Served:
    """A service on a port of its own. Its log is in `log` in the folder."""

    def __init__(self, folder: Path, *options: str, database: str | None = None, catalogue: Path = CATALOGUE) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = database or f"sqlite:///{folder / 'quotes.db'}"
        self._words = [
            COMMAND,
            "serve",
            "--state",
            str(folder),
            "--port",
            str(self.port),
            "--catalogue",
            str(catalogue),
        ]
        self._words += ["--per-minute", "10000000", "--anonymous-per-minute", "10000000", *options]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """It answers."""
        environment = {**os.environ, "WAN_RULES_DATABASE": self.database}
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self._words, env=environment, stderr=log, start_new_session=True)
        for _ in range(600):
            try:
                assert self.ask("GET", "/readyz") == (200, {"status": "ready"})
            except (OSError, http.client.HTTPException):
                assert self.process.poll() is None, self.read_log()
                time.sleep(0.05)
            else:
                return
        raise TimeoutError(self.read_log())

    def kill(self) -> None:
        """It and its workers are gone, without a word."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)
        self.process = None

    def stop(self) -> None:
        """It ends in order."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
            self.process = None

    def read_log(self) -> str:
        """What it wrote."""
        return (self.folder / "log").read_text()

    def key(self, account: str = "acme", scopes: tuple[Scope, ...] = tuple(Scope)) -> str:
        """A new key of the account, in production."""
        return self.key_of(Bound((account,), ("production",), scopes))

    def key_of(self, bound: Bound) -> str:
        """A new key that is bound so."""
        store = open_store(self.database)
        try:
            store.upgrade()
            made = make_key("test", bound)
            store.add_key(made.row)
        finally:
            store.close()
        return made.text

    def ask(
        self, method: str, path: str, key: str | None = None, body: object = None, once: str = ""
    ) -> tuple[int, Any]:
        """The status and the document of one request. Raises OSError or HTTPException where there is no answer."""
        headers = {"authorization": f"Bearer {key}"} if key else {}
        headers |= {"idempotency-key": once} if once else {}
        data = None if body is None else json.dumps(body).encode()
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request(method, path, data, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())


@contextmanager
def serving(folder: Path, *options: str, database: str | None = None, catalogue: Path = CATALOGUE) -> Iterator[Served]:
    """A service for the length of a test."""
    served = Served(folder, *options, database=database, catalogue=catalogue)
    served.start()
    try:
        yield served
    finally:
        served.stop()
