"""The last good copy of a source, in the user's cache folder: written whole or not at all, and proved again when read.

A copy is one file: a line of JSON that says what it is, its signature if it has one, then its bytes. Its name is a hash
of the source's name without a password and of its pins, so that no source ever gets another's copy.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pricing.shell.sources.naming import Named
from pricing.shell.sources.source import Copy, Keep, SourceError
from wan_rules.shell.cache_folder import find_cache_folder

COPIES_MAX: Final = 64
"""Copies that are kept; the oldest go."""
_SUFFIX: Final = ".kept"
_UNFINISHED: Final = ".kept-new"
_PASSWORD: Final = re.compile(r"(://[^/?#:@]*):[^/?#@]*@")


def default_folder(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """The folder for copies below the one that the system has for caches."""
    return find_cache_folder(environment, platform) / "catalogues"


def find_copy(keep: Keep, named: Named) -> Copy | None:
    """The copy of a source, however old; none where there is none, or where it is not as it was written."""
    try:
        head, _, body = _path(keep, named).read_bytes().partition(b"\n")
    except OSError:
        return None
    try:
        said = json.loads(head)
        signed = int(said["signature_bytes"])
        at = datetime.fromisoformat(said["at"]).astimezone(UTC)
        etag = said["etag"] if isinstance(said["etag"], str) else None
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    if hashlib.sha256(body).hexdigest() != said.get("sha256"):
        return None
    return Copy(body[signed:], at, etag, body[:signed] if signed else None)


def keep_copy(keep: Keep, named: Named, copy: Copy) -> None:
    """Puts a copy in the place of the one before, in one step. Raises SourceError where it can't be written."""
    body = (copy.signature or b"") + copy.data
    said = {
        "at": copy.at.isoformat(),
        "etag": copy.etag,
        "sha256": hashlib.sha256(body).hexdigest(),
        "signature_bytes": len(copy.signature or b""),
    }
    path = _path(keep, named)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(path, json.dumps(said).encode() + b"\n" + body)
        _prune(path.parent)
    except OSError as error:
        raise SourceError(str(path.parent), f"no copy can be kept there: {error.strerror}") from None


def _path(keep: Keep, named: Named) -> Path:
    """Where the copy lies. A password may change and is left out; the user and the query choose what is served."""
    name = _PASSWORD.sub(r"\1@", named.name)
    key = json.dumps([named.scheme, name, *named.pins])
    return keep.folder / (hashlib.sha256(key.encode()).hexdigest() + _SUFFIX)


def _write(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=_UNFINISHED)  # for its owner alone
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _prune(folder: Path) -> None:
    """Takes the oldest copies away, those beyond so many, and what was never finished among them."""
    with suppress(FileNotFoundError):  # another program does the same meanwhile
        copies = [(path.stat().st_mtime_ns, path) for path in folder.glob(f"*{_SUFFIX}*")]
        for _, path in sorted(copies, reverse=True)[COPIES_MAX:]:
            path.unlink()
