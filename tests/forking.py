"""The command as processes that cost no start: each is forked from one that has imported everything already.

`find_command` gives a folder with a `wan-rules` for the PATH. That is a client of a few lines, which hands its words,
folder, environment, stdin, stdout and stderr to the server here, and ends as the process that was forked for it did.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

CLIENT: Final = """#!{python} -IS
import json, os, socket, sys
if "PYTHONPATH" in os.environ:  # what an interpreter looks at when it starts
    os.execv({command!r}, [{command!r}, *sys.argv[1:]])
server = socket.socket(socket.AF_UNIX)
server.connect({address!r})
said = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
socket.send_fds(server, [said], [0, 1, 2])
sys.exit(int(server.recv(16)))
"""
_SAID_MAX: Final = 1 << 16


@cache
def find_command(environment: Iterable[tuple[str, str]]) -> Path:
    """The folder of a `wan-rules` whose server was started in that environment; it ends with this process."""
    folder = tempfile.TemporaryDirectory(prefix="wan-rules-")
    address = str(Path(folder.name) / "server")
    command = Path(folder.name) / "wan-rules"
    real = str(Path(sys.executable).with_name("wan-rules"))
    command.write_text(CLIENT.format(python=sys.executable, command=real, address=address), encoding="utf-8")
    command.chmod(0o755)
    words = [sys.executable, "-m", "tests.forking", address]
    root = Path(__file__).resolve().parent.parent
    server = subprocess.Popen(words, cwd=root, env=dict(environment), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n"
    atexit.register(_end, server, folder)
    return Path(folder.name)


def _end(server: subprocess.Popen[bytes], folder: tempfile.TemporaryDirectory[str]) -> None:
    server.communicate()
    folder.cleanup()


def _import_all() -> None:
    for name in ("wan_rules", "pricing"):
        for module in pkgutil.walk_packages(importlib.import_module(name).__path__, f"{name}."):
            if ".migrations." not in module.name:  # Alembic alone can run those
                importlib.import_module(module.name)
    for name in ("ibis.backends.duckdb", "pyarrow.parquet"):  # imported late, by those who read tables
        importlib.import_module(name)


def _serve(address: str) -> None:
    """Forks for whoever asks, until stdin ends. Comes back only in a process that is to be the command."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        os.write(1, b"ready\n")
        while select.select([listener.fileno(), 0], [], [])[0] == [listener.fileno()]:
            connection, _ = listener.accept()
            with connection:
                if os.fork() == 0:
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    _answer(connection)
                    return
    os._exit(0)


def _answer(connection: socket.socket) -> None:
    """One process becomes what was asked for; this one waits for it and says how it ended."""
    said, descriptors, _, _ = socket.recv_fds(connection, _SAID_MAX, 3)
    child = os.fork()
    if child:
        for descriptor in descriptors:
            os.close(descriptor)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        connection.sendall(str(code if code >= 0 else 128 - code).encode())
        os._exit(0)
    words, folder, environment = json.loads(said)
    for target, descriptor in enumerate(descriptors):
        os.dup2(descriptor, target)
        os.close(descriptor)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["wan-rules", *words]


def _run() -> None:
    """The command, ended at once: an interpreter that ends in order waits for threads that no fork takes along."""
    try:
        importlib.import_module("pricing.shell.cli").main()
    except SystemExit as end:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(end.code or 0))


if __name__ == "__main__":
    _import_all()
    gc.freeze()
    _serve(sys.argv[1])
    _run()
