"""Files that appear whole or not at all: a draft beside the file, forced to disk, takes its place in one step."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from wan_rules.payloads import UnusableInputError


def write_whole(path: Path, fill: Callable[[BinaryIO], object], *, what: str | None = None) -> None:
    """Lets `fill` write the file. A reader sees the old one or the new one. Raises UnusableInputError."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        try:
            with draft.open("xb") as file:
                fill(file)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
            _settle_folder(path.parent)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise UnusableInputError(what or str(path), f"{path} can't be written: {error.strerror}") from None


def _settle_folder(folder: Path) -> None:
    """Forces the new name to disk, where the system has a way to: Windows opens no folders."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
