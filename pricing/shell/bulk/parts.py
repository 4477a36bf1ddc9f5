"""The output of a run as parts: each is there whole or not at all, and a run that was killed goes on where it stopped.

Parts lie in a folder beside the output, with what they were made from; once all are there they take its place.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pricing.shell.drafts import follow
from pricing.shell.folder_locks import LOCK, hold
from wan_rules.payloads import JsonObject, UnusableInputError

STATE: Final = "_run.json"


class Parts:
    """The parts of one output, under the names that they are asked for by."""

    def __init__(self, output: Path, made_from: JsonObject) -> None:
        """Takes up the parts of a run that was made from the same; others are removed. Raises UnusableInputError."""
        self.output = output
        self.place = follow(output)
        self.folder = self.place.with_name(f".{self.place.name}.partial")
        if output.is_dir() and not (output / STATE).exists() and any(output.iterdir()):
            reason = f"{output} is a folder with files that no run wrote: name another, or remove it"
            raise UnusableInputError("--output", reason)
        try:
            self._begin(json.dumps(made_from, sort_keys=True, indent=1) + "\n")
        except OSError as error:
            raise UnusableInputError("--output", f"{output} can't be written: {error.strerror}") from None

    def _begin(self, state: str) -> None:
        written = self.folder / STATE
        if not written.is_file() or written.read_text(encoding="utf-8") != state:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
            written.write_text(state, encoding="utf-8")

    def path(self, name: str) -> Path:
        """Where a part lies, or will."""
        return self.folder / name

    def make(self, name: str, write: Callable[[Path], object]) -> Path:
        """The part of that name: as it was made before, or made now."""
        path = self.path(name)
        if not path.exists():
            draft = path.with_name(f"{path.name}.draft")
            write(draft)
            if draft.is_file():
                sync(draft)
            draft.replace(path)
        return path

    def finish(self, files: Mapping[str, Path]) -> None:
        """Puts the files in the output's place: a folder of them by name, and the state; all else goes."""
        ready = self.place.with_name(f".{self.place.name}.ready")
        shutil.rmtree(ready, ignore_errors=True)
        ready.mkdir()
        for name, path in files.items():
            path.replace(ready / name)
        (self.folder / STATE).replace(ready / STATE)
        old = self.place.with_name(f".{self.place.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        if self.place.exists():
            self.place.replace(old)
        ready.replace(self.place)
        shutil.rmtree(old, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def finish_file(self, path: Path, beside: Mapping[Path, Path]) -> None:
        """Puts one file in the output's place, after those that belong beside it."""
        for made, place in beside.items():
            made.replace(place)
        sync(path)
        path.replace(self.output)
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def open_scratch(output: Path) -> Iterator[Path]:
    """A folder beside the output for what lies on disk meanwhile; what a killed run left there goes first.

    Raises UnusableInputError where another run has it: the two would take each other's parts for their own.
    """
    folder = output.with_name(f".{output.name}.scratch")
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UnusableInputError("--output", f"{output} can't be written: {error.strerror}") from None
    with hold(folder, waits=False):
        for left in folder.iterdir():
            if left.name != LOCK:
                _remove(left)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Forces a file to disk."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
