"""What a child process gives up before it looks at anything that a stranger sent: memory, time, files, network.

Linux gives a network of one's own, with nothing in it, to whoever may have one. Elsewhere, or where that is forbidden,
only Python's own ways out are refused, which native code that was taken over need not use. `confine` says which holds.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple, TypeAlias

Held: TypeAlias = Literal["network", "memory", "processor", "files", "privileges"]

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_NO_NEW_PRIVILEGES: Final = 38
_OPEN_FILES: Final = 64
_WAYS_OUT: Final = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "ctypes.",
)
_WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Limits(NamedTuple):
    """What one child may use: bytes of address space, and seconds of processor time for each thing asked."""

    memory_bytes: int
    processor_s: int


def confine(limits: Limits) -> tuple[Held, ...]:
    """Give it up, for good; which of the limits the system holds."""
    return tuple(_confine(limits))


def _confine(limits: Limits) -> Iterator[Held]:
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        # A user namespace lets anybody have a network namespace; where those are forbidden, root still may.
        if libc.unshare(_NEW_USER | _NEW_NETWORK) == 0 or libc.unshare(_NEW_NETWORK) == 0:
            yield "network"
        if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0:
            yield "privileges"
    if sys.platform != "win32":
        import resource

        yield from _limit(resource.RLIMIT_AS, limits.memory_bytes, "memory")
        yield from _limit(resource.RLIMIT_FSIZE, 0, "files")
        tuple(_limit(resource.RLIMIT_CORE, 0, "files"))
        tuple(_limit(resource.RLIMIT_NOFILE, _OPEN_FILES, "files"))
        yield from allow_time(limits.processor_s)


def _limit(kind: int, most: int, held: Held) -> Iterator[Held]:
    """Lower one limit; macOS refuses some."""
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(kind)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (least, least))
        except (OSError, ValueError):
            return
        yield held


def allow_time(seconds: int) -> Iterator[Held]:
    """Allow that much more processor time from now on. A soft limit: the clock of whoever asked is the hard one."""
    if sys.platform != "win32":
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = int(used.ru_utime + used.ru_stime) + 1
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds, hard))
        except (OSError, ValueError):
            return
        yield "processor"


def seal() -> None:
    """Refuse Python's own ways out from here on: sockets, other programs, libraries, and writing to files."""
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith(_WAYS_OUT):
        raise PermissionError(f"{event} is refused in this process")
    if event == "open" and isinstance(flags := arguments[2], int) and flags & _WRITES:
        raise PermissionError("writing is refused in this process")
