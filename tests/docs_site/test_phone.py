"""Each page can be read on a phone: only tables and code scroll sideways, within themselves; axe finds nothing."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

LOOKED_AT = (".", "tutorial/month-end", "how-to/quote-in-fastapi", "reference/lints")
_WIDEST = """
() => [...document.querySelectorAll("main *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .filter((one) => !one.closest(".md-typeset__scrollwrap, pre, .highlight"))
    .slice(0, 2).map((one) => one.outerHTML.slice(0, 90))
"""


def test_no_page_scrolls_sideways_on_a_narrow_screen(browser: Browser, origin: str, pages: tuple[str, ...]) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page, wide = context.new_page(), []
    for name in pages:
        page.goto(f"{origin}/{name}/")
        page.wait_for_selector("main")
        if page.evaluate("document.documentElement.scrollWidth") > 360:
            wide.append((name, page.evaluate(_WIDEST)))
    context.close()
    assert len(pages) > 70
    assert wide == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1280)])
def test_pages_are_accessible(browser: Browser, origin: str, scheme: str, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page, said = context.new_page(), []
    for name in LOOKED_AT:
        page.goto(f"{origin}/{name}/")
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
        assert page.locator("main").count() == page.locator("h1").count() == 1
        said += [f"{name}: {one['id']}: {one['nodes'][0]['html'][:90]}" for one in found.response["violations"]]
    context.close()
    assert said == []
