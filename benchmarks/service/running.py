"""The service while it is measured: how it is asked, and what its processes take."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from benchmarks.service.load import Sent
from tests.served import Served

TICKS: Final = os.sysconf("SC_CLK_TCK")
PAGE: Final = os.sysconf("SC_PAGE_SIZE")


def aim(served: Served, key: str, bodies: list[bytes], path: str = "/v1/estimates") -> Sent:
    """Requests to the service, with a key."""
    return Sent(served.url, bodies, {"Authorization": f"Bearer {key}"}, path)


def list_processes(served: Served) -> list[int]:
    """The processes of a service: the one that was started, and all that it started."""
    assert served.process is not None
    group = served.process.pid
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        fields = _read_fields(status)
        if fields and int(fields[2]) == group:
            found.append(int(status.parent.name))
    return found


def read_cpu_s(served: Served) -> float:
    """Seconds of processors that the processes of a service took so far."""
    fields = [_read_fields(Path(f"/proc/{pid}/stat")) for pid in list_processes(served)]
    return sum(int(each[11]) + int(each[12]) for each in fields if each) / TICKS


def read_memory(served: Served) -> int:
    """Bytes of memory that the processes of a service hold."""
    pages = [Path(f"/proc/{pid}/statm").read_text().split()[1] for pid in list_processes(served)]
    return sum(map(int, pages)) * PAGE


def _read_fields(status: Path) -> list[str]:
    """The fields of a process after its name, which may hold spaces; none where it has ended."""
    try:
        return status.read_text().rpartition(")")[2].split()
    except OSError:
        return []
