"""No link is dead in what is read outside the site: README, CONTRIBUTING, and the READMEs of examples and benchmarks.

Links within the built site are looked at by `just site`.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import ROOT

PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "examples").rglob("*.md")),
    *sorted((ROOT / "benchmarks").glob("*.md")),
]
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def find_anchors(page: Path) -> set[str]:
    """What headings are called in addresses; marks of any kind are left out, as code hosts and MkDocs both do."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    dead = []
    for link in _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8"))):
        parts = urlsplit(link)
        if parts.scheme:
            dead += [] if parts.scheme == "https" and "." in parts.netloc else [link]
            continue
        target = (page.parent / parts.path).resolve() if parts.path else page
        found = target.exists() and (not parts.fragment or parts.fragment in find_anchors(target))
        dead += [] if found else [link]
    assert dead == []
