"""The parent of several workers: it starts them, replaces one that dies, and has all of them reload at SIGHUP."""

from __future__ import annotations

import socket
from typing import Final

from prometheus_client.multiprocess import mark_process_dead
from uvicorn import Config
from uvicorn.supervisors import Multiprocess

from pricing.shell.service.running import tell_workers
from pricing.shell.service.settings import Settings
from pricing.shell.service.store import open_store


class Supervisor(Multiprocess):
    """uvicorn's, which at SIGHUP would start every worker anew, and cut off whoever had just connected to an old one.

    Here they stay, and load catalogue and signing keys again.
    """

    def __init__(self, config: Config, sockets: list[socket.socket], settings: Settings) -> None:
        """Begin with none."""
        super().__init__(config, sockets)
        self._settings: Final = settings
        self._counted: set[int | None] = set()

    def keep_subprocess_alive(self) -> None:
        """Another takes the place of a worker that is gone, whose catalogue counts no more as one in use."""
        super().keep_subprocess_alive()
        now = {process.pid for process in self.processes}
        for gone in self._counted - now:
            mark_process_dead(gone)  # type: ignore[no-untyped-call]
        self._counted = now

    def handle_hup(self) -> None:
        """Tells the workers, through the store in which each of them looks every second."""
        store = open_store(self._settings.database_url)
        tell_workers(store)
        store.close()
