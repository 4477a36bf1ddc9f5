"""The documentation, built once, served on a free port, and Debian's Chromium before it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.conftest import ROOT
from tests.service.browsing import browse


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing is said."""


@pytest.fixture(scope="session", name="site")
def build_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site. A warning of the build is an error."""
    folder = tmp_path_factory.mktemp("site")
    subprocess.run(
        [str(Path(sys.executable).with_name("mkdocs")), "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        check=True,
    )
    return folder


@pytest.fixture(scope="session", name="pages")
def list_pages(site: Path) -> tuple[str, ...]:
    """The address of each page, below the site's own."""
    return tuple(sorted(page.parent.relative_to(site).as_posix() for page in site.rglob("index.html")))


@pytest.fixture(scope="session", name="origin")
def serve_site(site: Path) -> Iterator[str]:
    """Where the site is."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session", name="browser")
def find_browser() -> Iterator[Browser]:
    """Headless Chromium."""
    with browse() as browser:
        yield browser
