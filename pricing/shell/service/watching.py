"""When the catalogue is to be loaded again: its folder changed and rests, or the process was sent SIGHUP."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeAlias

from pricing.errors import CardError
from pricing.shell.catalogues import list_files

Seen: TypeAlias = object


class Watched:
    """A folder of TOML that is looked at now and then; any other source is never seen to change."""

    def __init__(self, source: str | None) -> None:
        """Remember how it is now."""
        self._folder: Final = Path(source) if source is not None and Path(source).is_dir() else None
        self._taken = self._last = self._look()

    def has_changed(self) -> bool:
        """Whether it is another than when this last said so, and as it was at the last look: nobody is writing it."""
        last, self._last = self._last, self._look()
        if self._last == self._taken or self._last != last:
            return False
        self._taken = self._last
        return True

    def _look(self) -> Seen:
        if self._folder is None:
            return None
        try:
            return list_files(self._folder)
        except CardError as error:
            return str(error)


def on_hangup(do: Callable[[], object]) -> None:
    """Does it whenever this process is sent SIGHUP, where there is such a signal and this is the main thread."""
    hangup = getattr(signal, "SIGHUP", None)
    if hangup is not None:
        with suppress(RuntimeError, ValueError):  # a loop in a thread takes no signals
            asyncio.get_running_loop().add_signal_handler(hangup, do)
