"""HTML from templates, escaped always; and the headers that every answer of the page carries."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import Response

from pricing.pictures import cut

PACKAGE: Final = "pricing.shell.service.page"
NOTE_CHARS_MAX: Final = 120
"""Of a message beside its line; the list has the whole of it."""
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
)
MEDIA: Final[Mapping[str, str]] = MappingProxyType(
    {
        "htmx.min.js": "text/javascript",
        "page.js": "text/javascript",
        "page.css": "text/css",
        "icon.svg": "image/svg+xml",
    }
)


class Asset(NamedTuple):
    """A file that the page loads, and the beginning of its digest, which its address names."""

    data: bytes
    media_type: str
    version: str


@lru_cache(maxsize=1)
def load_assets() -> Mapping[str, Asset]:
    """Every file that may be asked for, by name: there is no path to climb."""
    folder = files(PACKAGE) / "static"
    found = {}
    for name, media_type in MEDIA.items():
        data = (folder / name).read_bytes()
        found[name] = Asset(data, media_type, hashlib.sha256(data).hexdigest()[:12])
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(PACKAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["asset"] = lambda name: f"static/{name}?v={load_assets()[name].version}"
    environment.filters["dash"] = lambda text: text.replace("..", " \N{EN DASH} ").replace(
        " x ", " \N{MULTIPLICATION SIGN} "
    )
    environment.filters["cut"] = lambda text: cut(text, NOTE_CHARS_MAX)
    return environment


def render(template: str, **values: object) -> str:
    """The template with the values in it."""
    return _environment().get_template(template).render(**values)


def answer_html(html: str, *, status: int = 200) -> Response:
    """A page or a part of one: never kept, since prices are in it, and other words for another language."""
    headers = {**HEADERS, "Cache-Control": "no-store", "Vary": "Accept-Language"}
    return Response(html, status, headers, media_type="text/html")


def answer_json(body: bytes, *, status: int = 200) -> Response:
    """What the page's own script reads."""
    return Response(body, status, {**HEADERS, "Cache-Control": "no-store"}, media_type="application/json")


def answer_asset(name: str) -> Response:
    """A file, kept for as long as the browser likes: another version has another address. 404 for any other name."""
    asset = load_assets().get(name)
    if asset is None:
        return Response("There is no such file.\n", 404, dict(HEADERS), media_type="text/plain")
    headers = {**HEADERS, "Cache-Control": "public, max-age=31536000, immutable"}
    return Response(asset.data, 200, headers, media_type=asset.media_type)
