"""The page on a phone: what is wrong opens at its very line, with its fix, by touch, keyboard and screen reader."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, FloatRect, Locator, Page, expect

from pricing.shell.service.page.samples import STARTS
from tests.service.browsing import load_sample, watch

FAL: Final = STARTS["fal"]
AT: Final = "2026-11-15"
LINE: Final = 1 + FAL.payload.split("\n").index('  "duration": 3')


@pytest.fixture(name="page", params=["light", "dark"])
def open_page(request: pytest.FixtureRequest, browser: Browser, origin: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        is_mobile=True,
        has_touch=True,
        color_scheme="dark" if request.param == "dark" else "light",
    )
    watched = watch(context.new_page(), origin)
    watched.page.goto(origin)
    yield watched.page
    context.close()
    assert (watched.strangers, watched.faults) == ([], [])


def _spot(page: Page, line: int) -> Locator:
    return page.locator("details.spot", has=page.locator(f"#spot-{line}"))


def _find_box(part: Locator) -> FloatRect:
    box = part.bounding_box()
    assert box is not None
    return box


def _quote(tmp_path: Path, payload: str) -> str:
    """The total that the command line prints."""
    (tmp_path / "payload.json").write_text(payload, encoding="utf-8")
    (tmp_path / "facts.json").write_text(FAL.facts, encoding="utf-8")
    program = str(Path(sys.executable).with_name("wan-rules"))
    command = [program, "quote", "payload.json", "--facts", "facts.json", "--at", AT, "--format", "json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    return str(json.loads(done.stdout)["total"])


def test_a_fix_is_pressed_at_its_line_and_the_price_is_seen(page: Page, tmp_path: Path) -> None:
    page.locator("#terms summary").tap()
    page.fill("#at", AT)
    page.locator("#facts-panel summary").tap()
    page.fill("#facts", FAL.facts)
    page.fill("#payload", FAL.payload.replace('"duration": 3', '"duration": 12'))
    spot = _spot(page, LINE)
    expect(spot.locator("summary")).to_have_accessible_name(f"line {LINE} with 1 error")
    expect(spot.locator(".bubble")).to_be_hidden()
    spot.locator("summary").tap()
    expect(spot.locator(".bubble")).to_contain_text("WAN505")
    expect(spot.locator(".bubble")).to_be_in_viewport(ratio=0.99)
    bubble, foot = _find_box(spot.locator(".bubble")), _find_box(page.locator("#heard"))
    assert bubble["y"] + bubble["height"] <= foot["y"]
    spot.get_by_role("button", name="Set duration to 10").tap()
    mended = FAL.payload.replace('"duration": 3', '"duration": 10')
    expect(page.locator("#payload")).to_have_value(mended)
    expect(page.locator("details.spot")).to_have_count(0)
    total = _quote(tmp_path, mended)
    expect(page.locator("#total")).to_have_text(total)
    expect(page.locator("#heard")).to_contain_text(f"Total, exact: {total} USD")
    expect(page.locator("#heard")).to_be_in_viewport()
    expect(page.locator("#payload")).not_to_be_focused()  # no keyboard comes up over the answer


def test_it_opens_right_below_its_line_and_lies_over_nothing_else(page: Page) -> None:
    load_sample(page, "mistakes")
    line = 1 + STARTS["mistakes"].payload.split("\n").index('    "duration": 12,')
    spot = _spot(page, line)
    spot.locator("summary").tap()
    marked = _find_box(page.locator("#marks mark", has_text='"duration": 12'))
    number, bubble = _find_box(spot.locator("summary")), _find_box(spot.locator(".bubble"))
    assert abs(number["y"] + number["height"] / 2 - (marked["y"] + marked["height"] / 2)) < 4
    assert abs(bubble["y"] - (number["y"] + number["height"])) <= 1
    assert min(number["width"], number["height"]) >= 24
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert bubble["x"] + bubble["width"] <= 390


def test_marks_go_on_where_a_long_payload_scrolls(page: Page) -> None:
    load_sample(page, "mistakes")
    for part in (".gutter", ".overlay"):
        assert _find_box(page.locator(part).first)["height"] == _find_box(page.locator("#payload"))["height"]
    assert page.evaluate("document.querySelector('.editor').scrollHeight > 1.1 * innerHeight * .56")


def test_every_line_with_something_wrong_has_its_mark_and_message(page: Page) -> None:
    load_sample(page, "mistakes")
    expect(page.locator("details.spot")).to_have_count(4)
    for said in ("Did you mean", "Write 1080P", "Ask for 10 s", "random one"):
        spot = page.locator("details.spot", has_text=said)
        spot.locator("summary").tap()
        expect(spot.locator(".bubble")).to_be_visible()
        expect(page.locator("details.spot[open]")).to_have_count(1)
    page.locator("#payload").tap(position={"x": 100, "y": 30})
    expect(page.locator("details.spot[open]")).to_have_count(0)


def test_the_list_leads_to_the_line(page: Page) -> None:
    load_sample(page, "mistakes")
    page.locator(".remarks .go", has_text="line 22").tap()
    expect(_spot(page, 22).get_by_role("button", name="Remove seed")).to_be_in_viewport()
    expect(page.locator("#spot-22")).to_be_focused()


def test_a_keyboard_opens_presses_and_closes_it(page: Page) -> None:
    load_sample(page, "mistakes")
    page.locator("#spot-21").focus()
    page.keyboard.press("Enter")
    expect(_spot(page, 21).locator(".bubble")).to_be_visible()
    page.keyboard.press("Tab")
    expect(_spot(page, 21).get_by_role("button", name="Set duration to 10")).to_be_focused()
    page.keyboard.press("Escape")
    expect(_spot(page, 21).locator(".bubble")).to_be_hidden()
    expect(page.locator("#spot-21")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text("Set duration to 10: done.")
    expect(page.locator("#spot-21")).to_have_count(0)
    expect(page.locator("#heard")).to_contain_text("2 errors")


def test_what_is_no_json_is_told_at_its_line(page: Page) -> None:
    page.fill("#payload", '{\n  "a": 1,\n  "b": ,\n}')
    page.locator("#spot-3").tap()
    expect(_spot(page, 3).locator(".bubble")).to_contain_text("no JSON value begins here")


def test_beside_a_mouse_it_is_said_at_the_end_of_the_line(browser: Browser, origin: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(origin)
    load_sample(page, "mistakes")
    expect(page.locator("#spot-21")).to_be_hidden()
    expect(page.locator("#marks .quick", has_text="Remove seed")).to_be_visible()
    page.close()
