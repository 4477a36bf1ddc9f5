"""The page of `wan-rules serve` itself: an account's prices with its key, a wrong key told in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pricing.shell.service.callers import Scope
from tests.asked import ATLAS, EXAMPLES
from tests.served import CATALOGUE, Served, serving
from tests.service.browsing import Watched, browse, watch
from tests.shell.runner import run


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("served"), "--quiet") as running:
        yield running


@pytest.fixture
def watched(served: Served) -> Iterator[Watched]:
    with browse() as browser:
        page = browser.new_page()
        found = watch(page, served.url)
        page.goto(f"{served.url}/")
        yield found
        assert (found.faults, found.strangers) == ([], [])


def total(*words: str) -> str:
    """What the command line prints."""
    at = ("--at", "2026-11-20", "--format", "json")
    quoted = json.loads(run("quote", str(EXAMPLES / ATLAS), "--catalogue", str(CATALOGUE), *words, *at).out)
    return f"{quoted['total']} {quoted['currency']}"


def use_key(page: Page, key: str) -> None:
    page.get_by_text("Whose prices, and when").click()
    page.fill("#at", "2026-11-20")
    with page.expect_response("**/page/answer"):
        page.fill("#key", key)
        page.locator("#key").press("Tab")


def test_with_a_key_the_page_shows_the_accounts_price(watched: Watched, served: Served) -> None:
    page = watched.page
    page.fill("#payload", Path(EXAMPLES / ATLAS).read_text())
    use_key(page, served.key(scopes=(Scope.QUOTE,)))
    expect(page.locator("#total")).to_contain_text(total("--account", "acme", "--environment", "production").split()[0])


def test_a_wrong_key_is_told_in_words(watched: Watched) -> None:
    page = watched.page
    use_key(page, "wr_0123456789abcdef_" + "x" * 43)
    expect(page.get_by_text("unknown, revoked or expired").first).to_be_visible()
    assert "urn:wan-rules" not in page.inner_text("body")
    expect(page.locator("#total")).to_be_visible()


def test_why_there_was_no_answer_is_told_until_there_is_one(watched: Watched, served: Served) -> None:
    page = watched.page
    use_key(page, "wr_0123456789abcdef_" + "x" * 43)
    expect(page.locator("#said")).to_contain_text("unknown, revoked or expired")
    page.fill("#key", served.key(scopes=(Scope.QUOTE,)))
    page.locator("#key").press("Tab")
    expect(page.locator("#said")).to_be_empty()
