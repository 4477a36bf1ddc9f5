"""Files that appear whole or not at all: a draft beside the file, forced to disk, takes its place in one step."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from wan_rules.payloads import UnusableInputError


def write_whole(path: Path, fill: Callable[[BinaryIO], object], *, what: str | None = None) -> None:
    """Lets `fill` write the file. A reader sees the old one or the new one. Raises UnusableInputError.

    A device or a pipe is never replaced: it takes what is written as it comes.
    """
    place = follow(path)
    try:
        if is_stream(place):
            with place.open("wb") as stream:
                fill(stream)
        else:
            _replace(place, fill)
    except OSError as error:
        raise UnusableInputError(what or str(path), f"{path} can't be written: {error.strerror}") from None


def follow(path: Path) -> Path:
    """Where what is written under this name is put: behind a symbolic link, which stays one."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def is_stream(path: Path) -> bool:
    """Whether it is there and neither a file nor a folder: a device, a pipe, a socket."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _replace(path: Path, fill: Callable[[BinaryIO], object]) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _settle_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def _settle_folder(folder: Path) -> None:
    """Forces the new name to disk, where the system has a way to: Windows opens no folders."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
