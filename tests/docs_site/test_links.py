"""No link of the built site is dead: pages, anchors, pictures, scripts; what lies elsewhere is well formed."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from tests.docs_site import linking

HOSTS_SHOWN = {"127.0.0.1:8321", "localhost:8321"}
"""Servers that a reader has started: they are linked where a page tells to look there."""


def test_every_link_within_the_site_leads_somewhere(site: Path) -> None:
    assert linking.find_dead(site) == []


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<a href="a/#x">1</a> <a href="a/#y">2</a> <img src="no.png"> <a href="b/">')
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "index.html").write_text('<h1 id="x">here</h1> <a href="../index.html">back</a>')
    assert linking.find_dead(tmp_path) == ["index.html: a/#y", "index.html: no.png", "index.html: b/"]


def test_addresses_elsewhere_are_well_formed(site: Path) -> None:
    """They are listed and looked at, and not asked: a test that needs the world fails when the world does."""
    external = linking.list_external(site)
    assert external
    wrong = []
    for link in sorted(external):
        parts = urlsplit(link)
        is_good = parts.scheme == "https" and "." in parts.netloc and not set(link) & set(' <>"`{}')
        wrong += [] if is_good or parts.netloc in HOSTS_SHOWN else [link]
    assert wrong == []
