"""The folder of a report, written beside its place and put there in one step: a reader never sees half of one."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pricing.shell.bulk.manifests import MANIFEST
from pricing.shell.bulk.registers import REGISTER, read_register
from pricing.shell.bulk.summaries import SUMMARY
from pricing.shell.drafts import follow
from wan_rules.payloads import UnusableInputError


def check_place(folder: Path, earlier: str | None) -> None:
    """Refuses a place where something would be lost: other files, a report signed off, decisions not carried over."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UnusableInputError("--output", f"{folder} is a file: name a folder")
    if (folder / MANIFEST).exists():
        raise UnusableInputError("--output", f"{folder} is signed off, and stays as it is: name another folder")
    if not (folder / SUMMARY).exists() and any(folder.iterdir()):
        raise UnusableInputError(
            "--output", f"{folder} holds other files: name a folder that is empty or not there yet"
        )
    if earlier is not None and is_same(earlier, folder):
        return
    register = folder / REGISTER
    if register.exists() and any(one.status != "open" for one in read_register(register)):
        reason = (
            f"breaks in {folder} were assigned or accepted: keep that with --earlier {folder}, or name another folder"
        )
        raise UnusableInputError("--output", reason)


def is_same(earlier: str, folder: Path) -> bool:
    """Whether the earlier report is the one in that folder."""
    return Path(earlier).resolve() == folder.resolve()


@contextmanager
def draft_folder(folder: Path) -> Iterator[Path]:
    """An empty folder that takes the place of `folder` at the end; where that is not reached, nothing remains of it."""
    folder, mark = follow(folder), secrets.token_hex(4)
    draft, old = (folder.with_name(f".{folder.name}.{kind}-{mark}") for kind in ("draft", "old"))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft.mkdir()
    except OSError as error:
        raise UnusableInputError("--output", f"{folder} can't be written: {error.strerror}") from None
    try:
        yield draft
        _replace(folder, draft, old)
    except OSError as error:
        raise UnusableInputError("--output", f"{folder} can't be written: {error.strerror}") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _replace(folder: Path, draft: Path, old: Path) -> None:
    """Puts the draft in its place; what was there is away only once the new one is."""
    if folder.exists():
        folder.rename(old)
        try:
            draft.rename(folder)
        except OSError:
            with suppress(OSError):
                old.rename(folder)
            raise
        shutil.rmtree(old, ignore_errors=True)
    else:
        draft.rename(folder)
