"""The block for nginx in `docs/how-to/run-the-service.md`, in front of a service: whose requests are counted."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from tests import guide
from tests.ports import free_port

MISSING: Final = "no nginx on this machine: `apt-get install nginx-light`"
PER_MINUTE: Final = 20
CONFIGURATION: Final = """
{user}daemon off; pid {folder}/pid; error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port};
{block}
    }}
}}
"""
"""What stands around the block of the page."""


@contextmanager
def proxying(folder: Path, url: str) -> Iterator[int]:
    """The port of an nginx with the page's block, which passes on to a service."""
    program = shutil.which("nginx", path=guide.surroundings()["PATH"])
    assert program is not None, MISSING
    port, user = free_port(), "user root; " if os.geteuid() == 0 else ""
    block = guide.fill(guide.find_block("nginx", "proxy_pass"), {"http://127.0.0.1:8321": url})
    (folder / "nginx.conf").write_text(CONFIGURATION.format(user=user, folder=folder, port=port, block=block))
    words = [program, "-p", str(folder), "-c", "nginx.conf", "-e", "stderr"]
    tried = subprocess.run([*words, "-t"], capture_output=True, text=True, check=False)
    assert (tried.returncode, "test is successful" in tried.stderr) == (0, True), tried.stderr
    with subprocess.Popen(words) as process:
        try:
            _wait(port)
            yield port
        finally:
            process.terminate()


def _wait(port: int) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.02)
        else:
            return


def ask(
    port: int, path: str, caller: str = "127.0.0.1", body: bytes | None = None, **headers: str
) -> tuple[int, bytes]:
    """The status and body that a caller at an address of this machine is answered with."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20, source_address=(caller, 0))) as connection:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET" if body is None else "POST", path, body, sent)
        answer = connection.getresponse()
        return answer.status, answer.read()


def use_up(port: int, caller: str) -> None:
    """A caller has taken all of its minute, and more of that minute is left than a test takes."""
    if (left := 60 - time.time() % 60) < 15:
        time.sleep(left + 0.1)
    for _ in range(PER_MINUTE + 1):
        if ask(port, "/v1/rules", caller)[0] == 429:
            return
    raise AssertionError(f"{caller} was never refused")


def test_each_caller_is_counted_by_its_own_address_and_can_not_choose_another(tmp_path: Path) -> None:
    command = f"wan-rules serve --anonymous-per-minute {PER_MINUTE} --trusted-proxies 127.0.0.1"
    with guide.serving(tmp_path, command) as url, proxying(tmp_path, url) as port:
        use_up(port, "127.0.0.2")
        assert ask(port, "/v1/rules", "127.0.0.3")[0] == 200
        status, body = ask(port, "/v1/rules", "127.0.0.2", X_Forwarded_For="198.51.100.7")
        assert (status, json.loads(body)["code"]) == (429, "rate_limited")


def test_without_the_option_all_are_the_proxy(tmp_path: Path) -> None:
    command = f"wan-rules serve --anonymous-per-minute {PER_MINUTE}"
    with guide.serving(tmp_path, command) as url, proxying(tmp_path, url) as port:
        use_up(port, "127.0.0.2")
        assert ask(port, "/v1/rules", "127.0.0.3")[0] == 429


def test_counters_are_kept_from_the_outside_and_long_bodies_pass(tmp_path: Path) -> None:
    with guide.serving(tmp_path, "wan-rules serve") as url, proxying(tmp_path, url) as port:
        assert ask(port, "/metrics")[0] == 404
        assert ask(port, "/healthz")[0] == 200
        status, body = ask(port, "/v1/check", body=b" " * 4 * 1024 * 1024)
        assert (status, json.loads(body)["code"]) == (400, "unusable_input")
        assert ask(port, "/v1/check", body=b" " * 33 * 1024 * 1024)[0] == 413
