"""What a job needs around it: a server of files, the quote service, PostgreSQL, a detector's weights."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Final

from tests.conftest import ROOT
from tests.postgres import run_postgresql
from tests.release import blank_model
from tests.served import serving


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _serve_examples(_: Path) -> Iterator[Mapping[str, str]]:
    """`examples/` at an address of this machine, as a web server and as a storage with the bucket `signed`."""
    handler = partial(_Quiet, directory=str(ROOT / "examples"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"127.0.0.1:{server.server_port}"
        yield {
            "FILES": address,
            "AWS_ENDPOINT_URL": f"http://{address}",
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        server.shutdown()


@contextmanager
def _serve_quotes(folder: Path) -> Iterator[Mapping[str, str]]:
    with serving(folder) as served:
        yield {"SERVICE": served.url, "WAN_RULES_KEY": served.key()}


@contextmanager
def _run_database(_: Path) -> Iterator[Mapping[str, str]]:
    with run_postgresql() as server:
        yield {"WAN_RULES_DATABASE": server.create()}


@contextmanager
def _write_weights(folder: Path) -> Iterator[Mapping[str, str]]:
    weights = folder / "blank.onnx"
    weights.write_bytes(blank_model.write())
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    yield {"WAN_RULES_SUBJECT_WEIGHTS": str(weights), "WAN_RULES_SUBJECT_WEIGHTS_SHA256": digest}


@contextmanager
def _nothing(_: Path) -> Iterator[Mapping[str, str]]:
    yield {}


SURROUNDINGS: Final[Mapping[str, Callable[[Path], AbstractContextManager[Mapping[str, str]]]]] = {
    "": _nothing,
    "database": _run_database,
    "files": _serve_examples,
    "quotes": _serve_quotes,
    "weights": _write_weights,
}
"""By name: what is started beside a job, in a folder of its own, and the variables that tell the job of it."""
