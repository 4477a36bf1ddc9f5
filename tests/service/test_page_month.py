"""The month so far, entered in a real browser: the price is the command line's, and a link carries what was said."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from pricing.shell.service.page.samples import STARTS
from tests.service.browsing import load_sample, watch
from tests.serving.page.paging import MONTHLY_FOLDER

FAL: Final = STARTS["fal"]
AT: Final = "2026-11-15"
SAID: Final = {"Credit welcome used, USD": "4.9", "Output video, seconds": "998.5", "Spend, USD": "99.90"}


@pytest.fixture(name="page")
def open_page(browser: Browser, origin: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    watched = watch(context.new_page(), origin)
    watched.page.goto(origin)
    yield watched.page
    context.close()
    assert (watched.strangers, watched.faults) == ([], [])


def _use_key(page: Page) -> None:
    page.locator("#terms summary").click()
    page.fill("#at", AT)
    page.fill("#key", "wr_monthly")
    page.locator("#key").press("Tab")


def _quote(tmp_path: Path, *words: str) -> dict[str, object]:
    """What the command line prints."""
    (tmp_path / "payload.json").write_text(FAL.payload, encoding="utf-8")
    (tmp_path / "facts.json").write_text(FAL.facts, encoding="utf-8")
    program = str(Path(sys.executable).with_name("wan-rules"))
    terms = ("--catalogue", str(MONTHLY_FOLDER), "--account", "acme", "--environment", "production", "--at", AT)
    command = [program, "quote", "payload.json", "--facts", "facts.json", *terms, *words, "--format", "json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    quoted: dict[str, object] = json.loads(done.stdout)
    return quoted


def test_the_month_is_entered_and_the_price_is_that_of_the_command_line(page: Page, tmp_path: Path) -> None:
    load_sample(page, "fal")
    expect(page.locator("#month")).to_be_empty()
    _use_key(page)
    unsaid = _quote(tmp_path)
    expect(page.locator("#total")).to_have_text(f"{unsaid['total_min']} \N{EN DASH} {unsaid['total']}")
    page.get_by_role("button", name="Say what was used").click()
    expect(page.get_by_label("Credit welcome used, USD")).to_be_focused()
    for label, amount in SAID.items():
        page.get_by_label(label).fill(amount)
    options = ("credit/welcome=4.9", "output_video_seconds=998.5", "spend=99.90")
    said = _quote(tmp_path, *(word for option in options for word in ("--consumed-before", option)))
    expect(page.locator(".hero .kind")).to_contain_text("exact")
    expect(page.locator("#total")).to_have_text(str(said["total"]))
    expect(page.locator("#total")).to_have_text("0.204")
    expect(page.locator("#command")).to_contain_text(" ".join(f"--consumed-before {option}" for option in options))


def test_whoever_types_in_the_month_is_not_disturbed(page: Page) -> None:
    """Answers come in between, and leave the field, its focus and what opened as they are."""
    load_sample(page, "fal")
    _use_key(page)
    field = page.get_by_label("Spend, USD")
    field.focus()
    page.evaluate("window.first = document.activeElement")
    with page.expect_response("**/page/answer"):
        page.keyboard.insert_text("99,")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("spend: '99,' is no amount as written here"))
    expect(page.locator(".notice.error")).to_contain_text("consumed_before: spend")
    expect(page.locator("#heard")).to_contain_text("The month so far can't be read")
    with page.expect_response("**/page/answer"):
        page.keyboard.press("Backspace")
    expect(field).to_have_attribute("aria-invalid", "false")
    expect(field).to_have_value("99")
    expect(page.locator("#total")).to_be_visible()
    assert page.evaluate("window.first === document.activeElement && window.first.isConnected")


def test_the_month_is_asked_for_where_it_counts_alone_and_comes_back(page: Page) -> None:
    load_sample(page, "fal")
    _use_key(page)
    page.get_by_label("Spend, USD").fill("99.90")
    load_sample(page, "runware")
    expect(page.locator("#consumed-1")).to_have_count(0)
    load_sample(page, "mistakes")
    load_sample(page, "fal")
    expect(page.get_by_label("Spend, USD")).to_have_value("99.90")


def test_a_link_carries_the_month_until_there_is_a_key_that_it_counts_for(page: Page, browser: Browser) -> None:
    load_sample(page, "fal")
    _use_key(page)
    for label, amount in SAID.items():
        page.get_by_label(label).fill(amount)
    expect(page.locator("#total")).to_have_text("0.204")
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#said")).to_contain_text("Copied")
    other = browser.new_page()
    other.goto(page.url)
    expect(other.locator("#payload")).to_have_value(re.compile("aspect_ratio"))
    expect(other.locator("#total")).to_have_text("0.70")
    expect(other.locator("#consumed-1")).to_have_count(0)
    other.locator("#terms summary").click()
    other.fill("#key", "wr_monthly")
    other.locator("#key").press("Tab")
    expect(other.locator("#total")).to_have_text("0.204")
    for label, amount in SAID.items():
        expect(other.get_by_label(label)).to_have_value(amount)
    other.close()
