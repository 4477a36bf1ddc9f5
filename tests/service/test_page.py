"""The page in a real browser: a bad payload is typed, its fix is pressed, and the price is the command line's."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pricing.shell.service.page.samples import STARTS
from tests.service.browsing import Watched, load_sample, watch

FAL = STARTS["fal"]
AT = "2026-11-15"


@pytest.fixture(name="watched")
def open_page(browser: Browser, origin: str) -> Iterator[Watched]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    watched = watch(context.new_page(), origin)
    watched.page.goto(origin)
    yield watched
    context.close()
    assert watched.strangers == []
    assert watched.faults == []


@pytest.fixture(name="page")
def show_page(watched: Watched) -> Page:
    return watched.page


def _type(page: Page, payload: str, facts: str = "") -> None:
    """Types a payload over what there is, as of one instant."""
    page.locator("#terms summary").click()
    page.fill("#at", AT)
    page.locator("#facts-panel summary").click()
    page.fill("#facts", facts)
    page.fill("#payload", payload)


def _quote(tmp_path: Path, payload: str, facts: str) -> dict[str, object]:
    """What the command line prints."""
    (tmp_path / "payload.json").write_text(payload, encoding="utf-8")
    (tmp_path / "facts.json").write_text(facts, encoding="utf-8")
    program = Path(sys.executable).with_name("wan-rules")
    command = [str(program), "quote", "payload.json", "--facts", "facts.json", "--at", AT, "--format", "json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    quoted: dict[str, object] = json.loads(done.stdout)
    return quoted


def test_a_fix_is_pressed_and_the_price_is_that_of_the_command_line(page: Page, tmp_path: Path) -> None:
    _type(page, FAL.payload.replace('"duration": 3', '"duration": 12'), FAL.facts)
    remark = page.locator(".remarks li")
    expect(remark).to_contain_text("WAN505")
    expect(page.locator("#total")).to_have_count(0)
    line = 1 + FAL.payload.split("\n").index('  "duration": 3')
    expect(remark.locator(".go")).to_contain_text(f"line {line}")
    expect(page.locator("#marks mark.error")).to_have_text('"duration": 12')

    remark.get_by_role("button", name="Set duration to 10").click()
    expect(page.locator("#verdict")).to_have_text("accepted")
    mended = page.input_value("#payload")
    assert mended == FAL.payload.replace('"duration": 3', '"duration": 10')
    quoted = _quote(tmp_path, mended, FAL.facts)
    expect(page.locator("#total")).to_have_text(str(quoted["total"]))
    expect(page.locator("#total")).to_have_text("1.40")

    page.fill("#payload", mended.replace("10", "4"))
    expect(page.locator("#total")).to_have_text("0.80")


def test_a_fix_can_be_pressed_at_its_line_and_taken_back(page: Page) -> None:
    load_sample(page, "mistakes")
    page.locator("#marks .quick", has_text="Remove seed").click()
    expect(page.locator("#payload")).not_to_have_value(re.compile("seed"))
    expect(page.locator(".hero")).to_contain_text("2 errors")
    page.locator("#payload").press("Control+z")
    expect(page.locator("#payload")).to_have_value(re.compile("seed"))
    expect(page.locator(".hero")).to_contain_text("3 errors")


def test_marks_lie_on_the_text_that_they_mark(page: Page) -> None:
    """The layer over the editor has the editor's own line height and width of characters."""
    load_sample(page, "mistakes")
    mark = page.locator("#marks mark", has_text='"duration": 12').bounding_box()
    editor = page.locator("#payload").bounding_box()
    assert mark is not None
    assert editor is not None
    line = STARTS["mistakes"].payload.split("\n").index('    "duration": 12,')
    middle = mark["y"] + mark["height"] / 2
    assert abs(middle - (editor["y"] + 10 + 22 * (line + 0.5))) < 4
    page.locator(".remarks .go", has_text=f"line {line + 1}").click()
    assert page.evaluate("getSelection().toString()") == '"duration": 12'


def test_the_length_of_a_clip_makes_a_bounded_price_exact(page: Page) -> None:
    load_sample(page, "unknown")
    expect(page.locator(".hero")).to_contain_text("bounded")
    expect(page.locator("svg.bars")).to_have_attribute("aria-label", "total 1.20..1.50 USD")
    for clip in ("dancer.mp4", "dog.mp4"):
        form = page.locator("details.missing", has_text=clip)
        if form.get_attribute("open") is None:
            form.locator("summary").click()
        form.get_by_label("length, s").fill("2")
        form.get_by_role("button", name="Add these facts").click()
        expect(page.locator("#said")).to_contain_text(clip)
        expect(page.locator("#facts")).to_have_value(re.compile(clip))
    expect(page.locator(".hero")).to_contain_text("exact")
    expect(page.locator("#total")).to_have_text("1.40")


def test_a_link_carries_the_request_and_no_server_sees_it(page: Page, browser: Browser, origin: str) -> None:
    _type(page, FAL.payload.replace('1 dance"', '1 d\N{LATIN SMALL LETTER A WITH DIAERESIS}nce"'), FAL.facts)
    page.fill("#key", "wr_acme")
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#said")).to_contain_text("Copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url
    assert link.startswith(f"{origin}/#r=")

    other = watch(browser.new_page(), origin)
    other.page.goto(link)
    expect(other.page.locator("#payload")).to_have_value(re.compile("d\xe4nce"))
    expect(other.page.locator("#at")).to_have_value(AT)
    expect(other.page.locator("#key")).to_have_value("")
    expect(other.page.locator("#total")).to_have_text("0.70")
    assert not [url for url in other.asked if "?" in url and "/static/" not in url]
    assert other.faults == []
    other.page.goto(f"{origin}/#r=broken")
    expect(other.page.locator("#said")).to_contain_text("damaged")
    other.page.close()


_COUNT_UNPACKED = """
window.unpacked = 0;
const Plain = DecompressionStream;
window.DecompressionStream = function (kind) {
  const plain = new Plain(kind);
  const count = new TransformStream({ transform(part, on) { window.unpacked += part.length; on.enqueue(part); } });
  return { writable: plain.writable, readable: plain.readable.pipeThrough(count) };
};
"""


def test_a_link_that_unpacks_to_far_more_is_not_read_on(browser: Browser, origin: str) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(b" " * 64 * 1024 * 1024) + packer.flush()
    page = browser.new_page()
    page.add_init_script(_COUNT_UNPACKED)
    page.goto(f"{origin}/#r={base64.urlsafe_b64encode(packed).decode().rstrip('=')}")
    expect(page.locator("#said")).to_contain_text("The link is damaged")
    assert 0 < page.evaluate("window.unpacked") < 4 * 1024 * 1024
    page.close()


def test_a_key_brings_its_prices_and_stays_in_memory(page: Page) -> None:
    load_sample(page, "stages")
    expect(page.locator(".notice.error")).to_contain_text("has no price")
    page.locator("#terms summary").click()
    page.fill("#key", "wr_acme")
    page.locator("#key").press("Tab")
    expect(page.locator("#total")).to_have_text("0.936")
    expect(page.locator(".listed").last).to_have_text("1.04")
    page.fill("#key", "wr_wrong")
    page.locator("#key").press("Tab")
    expect(page.locator(".hero")).to_contain_text("not known")
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, location.href])")
    assert "wr_" not in kept
    assert page.evaluate("document.cookie") == ""


def test_a_payload_is_composed(page: Page) -> None:
    page.get_by_text("Compose a payload").click()
    page.get_by_label("Prompt").fill("character1 waves")
    page.get_by_label("References, a URL a line").fill("https://media.example.com/a.png")
    page.get_by_label("Host", exact=True).select_option("atlas")
    page.get_by_role("button", name="Write the payload").click()
    expect(page.locator("#payload")).to_have_value(re.compile("alibaba/wan-2.7/reference-to-video"))
    expect(page.locator("#verdict")).to_have_text("undetermined")
    expect(page.locator("#total")).to_have_text("0.50")


def test_what_is_no_json_is_marked_while_it_is_typed(page: Page) -> None:
    _type(page, '{\n  "a": 1,\n  "b": ,\n}')
    expect(page.locator(".hero")).to_contain_text("line 3")
    expect(page.locator("#marks .note")).to_contain_text("no JSON value begins here")
    page.get_by_role("button", name="Go to line 3").click()
    assert page.evaluate("document.getElementById('payload').selectionStart") == len('{\n  "a": 1,\n')
    page.fill("#payload", FAL.payload)
    expect(page.locator("#verdict")).to_have_text("undetermined")


def test_the_catalogue_view_takes_a_key(page: Page) -> None:
    page.get_by_role("link", name="Catalogue").click()
    expect(page.locator(".who")).to_contain_text("anyone")
    page.fill("#key", "wr_admin")
    page.locator("#key").press("Enter")
    expect(page.locator(".who")).to_contain_text("acme / production")
    page.get_by_label("Account").select_option("globex")
    expect(page.locator(".who")).to_contain_text("globex / production")
    page.get_by_label("History of").select_option("atlas")
    expect(page.locator("#history-title")).to_have_text("atlas over time")
    expect(page.locator("figure.plot svg title")).to_have_text(re.compile("atlas"))
    page.fill("#at", "2026-06-15")
    page.locator("#at").press("Enter")
    expect(page.locator(".who")).to_contain_text("at 2026-06-15")


def test_the_catalogue_view_goes_on_after_what_it_can_not_show(page: Page) -> None:
    page.get_by_role("link", name="Catalogue").click()
    page.fill("#key", "wr_admin")
    page.locator("#key").press("Enter")
    page.get_by_label("Account").select_option("globex")
    expect(page.locator(".who")).to_contain_text("globex / production")
    page.fill("#at", "yesterday")
    page.locator("#at").press("Enter")
    expect(page.locator("#verdict")).to_have_text("not answered")
    expect(page.locator("#prices")).not_to_contain_text("northlight")
    page.fill("#at", "2026-11-15")
    page.locator("#at").press("Enter")
    expect(page.locator(".who")).to_contain_text("globex / production at 2026-11-15")


def test_another_key_shows_its_own_prices_in_the_catalogue_view(page: Page) -> None:
    page.get_by_role("link", name="Catalogue").click()
    for key, shown in (("wr_admin", "acme"), ("wr_globex", "globex"), ("wr_acme", "acme"), ("", "anyone")):
        page.fill("#key", key)
        page.locator("#key").press("Enter")
        expect(page.locator(".who")).to_contain_text(shown)


def test_what_is_not_answered_leaves_no_price_of_another_key(page: Page) -> None:
    load_sample(page, "stages")
    page.locator("#terms summary").click()
    page.fill("#key", "wr_acme")
    page.locator("#key").press("Tab")
    expect(page.locator("#total")).to_have_text("0.936")
    page.fill("#account", "globex")
    page.locator("#account").press("Tab")
    expect(page.locator("#verdict")).to_have_text("not answered")
    expect(page.locator("#heard")).to_have_text("Not answered: This key is not for the account 'globex'.")
    expect(page.locator("#options")).to_be_empty()
