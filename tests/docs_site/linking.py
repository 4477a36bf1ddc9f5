"""What a page of the built site points at, and what can be pointed at in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

OWN: Final = "own.invalid"
"""Where the site is, for as long as its links are looked at."""


@dataclass
class Found(HTMLParser):
    """The links and anchors of a page, in order."""

    links: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Begin as a parser does."""
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what it points at, and its own name."""
        said = {name: value for name, value in attrs if value is not None}
        self.links += [said[name] for name in ("href", "src") if name in said]
        self.anchors |= {said[name] for name in ("id", "name") if name in said and (name == "id" or tag == "a")}


def read(page: Path) -> Found:
    """What a page has."""
    found = Found()
    found.feed(page.read_text(encoding="utf-8"))
    return found


def find_dead(site: Path) -> list[str]:
    """Each link within the site that leads to no file, or to no anchor of it, with the page that it stands on."""
    pages = {page.relative_to(site).as_posix(): read(page) for page in site.rglob("*.html")}
    dead = []
    for name, found in pages.items():
        for link in found.links:
            target = urlsplit(urljoin(f"http://{OWN}/{name}", link))
            if target.netloc != OWN:
                continue
            path = unquote(target.path).lstrip("/")
            path = f"{path}index.html" if not path or path.endswith("/") else path
            file = site / path
            lost = not file.is_file() or (target.fragment and path in pages and not _has(pages[path], target.fragment))
            dead += [f"{name}: {link}"] if lost else []
    return dead


def _has(page: Found, fragment: str) -> bool:
    return fragment in page.anchors or unquote(fragment) in page.anchors


def list_external(site: Path) -> set[str]:
    """Every address elsewhere."""
    links = {link for page in site.rglob("*.html") for link in read(page).links}
    return {link for link in links if urlsplit(link).scheme and not link.startswith("data:")}
