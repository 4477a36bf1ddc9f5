"""Whoever types a word into the search finds the page that is about it, and gets there."""

from __future__ import annotations

from typing import Final

import pytest
from playwright.sync_api import Browser, expect

WAIT_MS: Final = 30_000


@pytest.mark.parametrize(
    ("typed", "title", "lands"),
    [
        ("FastAPI", "Quote in a FastAPI app", "how-to/quote-in-fastapi/"),
        ("reconcile", "Reconcile a month", "how-to/reconcile-a-month/"),
        ("price list", "Move a price list in", "how-to/move-a-price-list-in/"),
        ("untried", "What we do not do", "explanation/what-we-do-not-do/"),
        ("charge model", "Add a charge model", "how-to/add-a-charge-model/"),
        ("WAN505", "Rules", "reference/rules/"),
    ],
)
@pytest.mark.parametrize("width", [360, 1280])
def test_a_term_finds_its_page(browser: Browser, origin: str, typed: str, title: str, lands: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(f"{origin}/")
    if width < 900:
        page.locator("label.md-header__button[for=__search]").click()
    expect(page.locator(".md-search-result__meta")).to_have_text("Type to start searching", timeout=WAIT_MS)
    page.get_by_role("textbox", name="Search").press_sequentially(typed)  # the theme listens to keys
    found = page.locator(".md-search-result__link", has_text=title).first
    expect(found).to_be_visible(timeout=WAIT_MS)  # the index is fetched first, and read by a worker
    found.click()
    page.wait_for_url(f"**/{lands}**")
    context.close()
