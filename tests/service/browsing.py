"""Debian's Chromium in front of the page, served on a free port: what every browser test begins with."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.serving.page.paging import make_app

CHROMIUM: Final = "/usr/bin/chromium"
WAIT_S: Final = 10


@contextmanager
def serve() -> Iterator[str]:
    """The address of a server of the page, which ends with the block."""
    config = uvicorn.Config(make_app(), port=0, log_level="warning", ws="none", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{_find_port(server)}"
    finally:
        server.should_exit = True
        thread.join(WAIT_S)


def _find_port(server: uvicorn.Server) -> int:
    until = time.monotonic() + WAIT_S
    while not server.started:
        if time.monotonic() > until:
            message = "the server did not start"
            raise TimeoutError(message)
        time.sleep(0.01)
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port


@contextmanager
def browse() -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


_EXPECTED: Final = ("status of 4", "Status Error Code 4", "htmx:sendAbort", "htmx:afterRequest")
"""What Chromium and htmx say on the console of an answer 4xx, and of a request that the next one replaces."""


@dataclass
class Watched:
    """A page, what it asked of whom, and all that the browser complained of."""

    page: Page
    origin: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """What the browser complained of, save refusals and what newer questions took the place of."""
        return [said for said in self.complaints if not any(words in said for words in _EXPECTED)]

    @property
    def strangers(self) -> list[str]:
        """Requests to any other origin."""
        return [url for url in self.asked if not url.startswith(f"{self.origin}/")]


_WATCH: Final = """
document.addEventListener("securitypolicyviolation", (event) => console.error("POLICY", event.violatedDirective));
"""


def watch(page: Page, origin: str) -> Watched:
    """The page with everything noted that it asks for and that goes wrong in it."""
    watched = Watched(page, origin)
    page.on("request", lambda request: watched.asked.append(request.url))
    page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    page.on("console", lambda said: watched.complaints.append(said.text) if said.type == "error" else None)
    page.add_init_script(_WATCH)
    return watched


def load_sample(page: Page, name: str) -> None:
    """Puts a sample into the editor, by its button, and waits until it is answered."""
    page.select_option("#sample", name)
    with page.expect_response("**/page/answer"):
        page.get_by_role("button", name="Load sample").click()
    expect(page.locator("#said")).to_contain_text("loaded")
