"""The page for everyone: with a keyboard alone, with a screen reader, on a phone, in the dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # it brings none
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.service.browsing import load_sample

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
SERIOUS = frozenset({"serious", "critical"})


@pytest.fixture(name="page", params=["light", "dark", "phone"])
def open_page(request: pytest.FixtureRequest, browser: Browser, origin: str) -> Iterator[Page]:
    size = PHONE if request.param == "phone" else DESKTOP
    context = browser.new_context(viewport=size, color_scheme="dark" if request.param == "dark" else "light")
    page = context.new_page()
    page.set_default_timeout(5000)
    page.goto(origin)
    yield page
    context.close()


def _faults(page: Page) -> list[str]:
    """What axe finds that is serious, with the elements that it is about."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found if one["impact"] in SERIOUS]


def _open_all(page: Page) -> None:
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


@pytest.mark.parametrize("sample", ["mistakes", "unknown", "atlas"])
def test_axe_finds_no_serious_fault(page: Page, sample: str) -> None:
    load_sample(page, sample)
    _open_all(page)
    assert _faults(page) == []


def test_axe_finds_no_serious_fault_in_the_catalogue(page: Page, origin: str) -> None:
    page.goto(f"{origin}/catalogue")
    assert _faults(page) == []


def test_axe_finds_no_serious_fault_where_contracts_differ(page: Page) -> None:
    load_sample(page, "stages")
    page.locator("#terms summary").click()
    page.fill("#key", "wr_acme")
    page.locator("#key").press("Tab")
    expect(page.locator("svg.bars")).to_be_visible()
    assert _faults(page) == []


def test_axe_finds_no_serious_fault_in_the_month_so_far(page: Page) -> None:
    load_sample(page, "fal")
    page.locator("#terms summary").click()
    page.fill("#key", "wr_monthly")
    page.locator("#key").press("Tab")
    page.get_by_label("Spend, USD").fill("99,5")
    expect(page.get_by_label("Spend, USD")).to_have_attribute("aria-invalid", "true")
    assert _faults(page) == []
    page.get_by_label("Spend, USD").fill("99.5")
    expect(page.get_by_role("button", name="Say what was used")).to_be_visible()
    assert _faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_axe_finds_no_serious_fault_in_what_opens_at_a_line(page: Page) -> None:
    load_sample(page, "mistakes")
    for line in (5, 21):
        page.evaluate("(line) => { document.getElementById(`spot-${line}`).parentElement.open = true }", line)
        assert _faults(page) == []


def test_nothing_is_wider_than_the_page(page: Page) -> None:
    for sample in ("mistakes", "unknown"):
        load_sample(page, sample)
        _open_all(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _tab_to(page: Page, name: str) -> None:
    """Presses Tab until the element with that text has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate("`#${document.activeElement.id} ${document.activeElement.textContent}`")
        if name in focused:
            return
    pytest.fail(f"no Tab leads to {name!r}")


def test_a_keyboard_is_enough(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    _tab_to(page, "#payload")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text('{"prompt": "Image 1 waves", "reference_image_urls": ["https://a.example/a.png"],')
    page.keyboard.insert_text('\n "duration": 30, "resolution": "720p"}')
    expect(page.locator(".remarks li")).to_contain_text("WAN505")
    expect(page.locator("#heard")).to_contain_text("rejected at fal: 1 error")
    _tab_to(page, "Set duration to 10")
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_have_text("undetermined")
    expect(page.locator("#payload")).to_be_focused()
    expect(page.locator("#said")).to_have_text("Set duration to 10: done.")
    expect(page.locator("#heard")).to_contain_text("Total, exact: 1.00 USD")
    _tab_to(page, "https://a.example/a.png")
    page.keyboard.press("Enter")
    _tab_to(page, "Add these facts")
    page.keyboard.press("Shift+Tab")
    page.keyboard.insert_text("1")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("Noted subjects")
    expect(page.locator("#verdict")).to_be_focused()


def test_a_picture_is_told_and_has_its_table(page: Page) -> None:
    load_sample(page, "atlas")
    chart = page.get_by_role("img", name="Atlas Cloud: 720P")
    expect(chart).to_have_attribute("aria-label", "Atlas Cloud: 720P 0.20 USD for 2 s to 1.00 USD for 10 s; "
                                    "1080P 0.30 USD for 2 s to 1.50 USD for 10 s")  # fmt: skip
    page.get_by_text("USD as a table").click()
    table = page.get_by_role("table", name="Totals in USD")
    expect(table.get_by_role("row").filter(has_text="Runware").first).to_contain_text("0.50")
