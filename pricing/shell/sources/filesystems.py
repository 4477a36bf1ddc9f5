"""Sources that fsspec reaches: s3://, gs://, sftp:// and what else it knows. One request for one whole file."""

from __future__ import annotations

import re
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final

from pricing.shell.sources.source import SECONDS_MAX, Asked, File, Opened, SourceError, UnreachableError, label

_EXTRAS: Final = {"s3": "s3", "s3a": "s3"}
"""The extra of a scheme that has one to itself; any other is read with `sources` and a package that the user picks."""
_ANSWERS: Final = (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError)
"""What a storage raises that was reached, and does not give the file."""
_is_of_the_way: Final = re.compile("Connect|Timeout").search
"""Whether an error's name says that the way to the storage fails: each storage's library has errors of its own."""


def open_filesystem(asked: Asked) -> Opened:
    """One archive or TOML file of any file system that fsspec knows by its scheme."""
    if "::" in asked.name:
        raise SourceError(asked.name, "one URL in another: name the archive itself, it is unpacked here")
    data = _within(SECONDS_MAX, lambda: _fetch(asked), asked.name)
    if len(data) > asked.bytes_max:
        raise SourceError(asked.name, f"more than {asked.bytes_max:,} bytes: no more are read")
    return File(data)


def _fetch(asked: Asked) -> bytes:
    """The file's bytes, at most one more than may be read. Raises SourceError or UnreachableError."""
    scheme = asked.name.partition("://")[0]
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise SourceError(asked.name, f"{scheme}:// is read with fsspec: {_remedy(scheme)}") from None
    try:
        system, path = url_to_fs(asked.name, skip_instance_cache=True)  # nothing remembered
        found = system.cat_file(path, start=0, end=asked.bytes_max + 1)
    except ImportError as error:
        remedy = f". {_remedy(scheme)}" if scheme in _EXTRAS else ""
        raise SourceError(asked.name, f"fsspec wants another package for {scheme}://: {error}{remedy}") from None
    except _ANSWERS as error:
        raise SourceError(asked.name, f"no such file, or not for us: {_say(error, asked.name)}") from None
    except Exception as error:  # noqa: BLE001 - each storage has errors of its own, of no common kind
        raise _tell(error, asked.name) from None
    return bytes(found)


def _remedy(scheme: str) -> str:
    return f"pip install 'wan-rules[{_EXTRAS.get(scheme, 'sources')}]'"


def _tell(error: Exception, name: str) -> SourceError:
    """Out of reach only where the error is known to be of the way; any other fault is for a person to see."""
    if isinstance(error, OSError) or any(_is_of_the_way(kind.__name__) for kind in type(error).__mro__):
        return UnreachableError(name, f"no answer: {_say(error, name)}")
    return SourceError(name, f"can't be read: {_say(error, name)}")


def _say(error: Exception, name: str) -> str:
    """What the error is, in its own words only where the name holds nothing that they could repeat."""
    words = str(error).strip().partition("\n")[0][:200]
    return f"{type(error).__name__}: {words}" if words and label(name) == name else type(error).__name__


def _within(seconds: int, work: Callable[[], bytes], name: str) -> bytes:
    """What the work gives or raises, waited for so long and no longer: not every storage keeps to a time."""
    done: SimpleQueue[bytes | Exception] = SimpleQueue()

    def run() -> None:
        try:
            done.put(work())
        except Exception as error:  # noqa: BLE001 - handed over, and raised where it was waited for
            done.put(error)

    Thread(target=run, daemon=True, name="catalogue source").start()
    try:
        answer = done.get(timeout=seconds)
    except Empty:
        raise UnreachableError(name, f"no whole answer within {seconds} s") from None
    if isinstance(answer, Exception):
        raise answer
    return answer
