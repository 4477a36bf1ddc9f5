"""The pictures of the how-to page on the page of the service: what Chromium shows of five states, made anew by hand.

`python docs/page_shots.py` overwrites them; it needs the group `service` and Debian's Chromium.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, expect  # noqa: E402 - beside the tests, which are no package

from tests.service.browsing import browse, load_sample, serve  # noqa: E402

FOLDER: Final = ROOT / "docs" / "how-to" / "img"
AT: Final = "2026-11-15"


class Shot(NamedTuple):
    """A state to show: which sample, on what screen, in which scheme, with which key, scrolled how far.

    `month` is entered as what the month came to before; `opened` is the line whose message is opened.
    """

    name: str
    sample: str
    width: int
    height: int
    scheme: str = "light"
    key: str = ""
    scrolled: int = 0
    month: tuple[tuple[str, str], ...] = ()
    opened: int = 0


MONTH: Final = (("Credit welcome used, USD", "4.90"), ("Output video, seconds", "998.5"), ("Spend, USD", "99.90"))
SHOTS: Final = (
    Shot("page-rejected", "mistakes", 1080, 780),
    Shot("page-exact", "stages", 1080, 1060, key="wr_acme"),
    Shot("page-bounded", "unknown", 1080, 860, scheme="dark", scrolled=420),
    Shot("page-month", "fal", 1080, 640, key="wr_monthly", scrolled=475, month=MONTH),
    Shot("page-phone", "mistakes", 390, 844, opened=21),
)
"""A rejected payload with its marks; an exact quote under a contract; a bounded one in the dark; the month; a phone."""


def take(shot: Shot, browser: Browser, origin: str) -> Path:
    """The file with the picture."""
    scheme = "dark" if shot.scheme == "dark" else "light"
    context = browser.new_context(viewport={"width": shot.width, "height": shot.height}, color_scheme=scheme)
    page = context.new_page()
    page.goto(origin)
    _set_terms(page, shot.key)
    load_sample(page, shot.sample)
    expect(page.locator("#verdict")).to_be_visible()
    for label, amount in shot.month:
        page.get_by_label(label).fill(amount)
        expect(page.locator("#command")).to_contain_text(f"={amount}")
    page.evaluate(_TIDY)
    if shot.opened:
        page.locator(f"#spot-{shot.opened}").click()
    page.evaluate("(down) => window.scrollTo(0, down)", shot.scrolled)
    page.wait_for_timeout(300)
    file = FOLDER / f"{shot.name}.png"
    page.screenshot(path=file)
    context.close()
    return file


_TIDY: Final = """
document.activeElement.blur();
document.getElementById("said").textContent = "";
for (const one of document.querySelectorAll("details.missing")) one.open = false;
"""


def _set_terms(page: Page, key: str) -> None:
    """The key, and an instant, so that the pictures stay what they are."""
    page.locator("#terms summary").click()
    page.fill("#key", key)
    page.fill("#at", AT)
    page.locator("#terms summary").click()


def main() -> None:
    """Makes every picture anew."""
    FOLDER.mkdir(exist_ok=True)
    with serve() as origin, browse() as browser:
        for shot in SHOTS:
            file = take(shot, browser, origin)
            print(f"{file.relative_to(ROOT)}: {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
