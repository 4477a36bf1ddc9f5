"""The audit asks about every package that is locked, fails of what is known, and says so where nobody answers."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final, TypeAlias

from tests.conftest import ROOT
from tests.release.environments import SECONDS_MAX, clean

Answer: TypeAlias = Callable[[str], tuple[int, Mapping[str, Any]]]
WEAKNESS: Final = {
    "id": "PYSEC-0-0",
    "summary": "made up",
    "affected": [
        {
            "package": {"name": "jinja2", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99"}]}],
        }
    ],
}


@contextmanager
def advisories(answer: Answer) -> Iterator[tuple[str, set[str]]]:
    """The URL of a service that answers as OSV does, and the names that it was asked about."""
    asked: set[str] = set()

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            name = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["package"]["name"]
            asked.add(name)
            status, document = answer(name)
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query", asked
        server.shutdown()


def audit(url: str) -> tuple[int, str]:
    """How the audit ends that asks there alone, and what it says."""
    done = subprocess.run(
        [".ci/audit"],
        cwd=ROOT,
        env=clean(AUDIT_SERVICES="osv", OSV_URL=url),
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_nothing_known_is_said_with_how_many_were_asked_about() -> None:
    with advisories(lambda _: (200, {})) as (url, asked):
        code, said = audit(url)
    assert (code, "pydantic" in asked, "pyspark" in asked) == (0, True, True), said
    found = re.fullmatch(r"none known to osv of (\d+) locked packages\n", said)
    assert found is not None, said
    assert {"pywin32", "tzdata"} <= asked  # of Windows alone
    assert int(found[1]) >= len(asked) > 200  # some are locked in two versions, for older and newer Pythons


def test_a_known_weakness_fails_and_is_named() -> None:
    with advisories(lambda name: (200, {"vulns": [WEAKNESS]} if name == "jinja2" else {})) as (url, _):
        code, said = audit(url)
    assert (code, "PYSEC-0-0" in said, "jinja2" in said) == (1, True, True), said


def test_what_is_not_answered_is_no_pass() -> None:
    with advisories(lambda name: (500 if name == "jinja2" else 200, {})) as (url, _):
        code, said = audit(url)
    assert (code, "NOT CHECKED" in said) == (3, True), said
