"""Sources at http:// and https://: one GET of the standard library's client, with limits in bytes and seconds.

The server is one that the operator named, and may be an internal one; so a redirect is followed on that server alone.
Credentials in a URL go into a header, and are in no message. Proxies are those of the environment.
"""

from __future__ import annotations

import socket
import ssl
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from io import BufferedReader, RawIOBase
from re import compile as compile_pattern
from time import monotonic
from typing import Final, NamedTuple
from urllib.error import URLError
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from pricing.shell.sources.source import (
    SECONDS_MAX,
    Asked,
    File,
    Opened,
    SourceError,
    Unchanged,
    UnreachableError,
)
from pricing.version import __version__

SECONDS_BETWEEN: Final = 10
"""How long a server may be silent."""
REDIRECTS_MAX: Final = 3
_CHUNK: Final = 64 * 1024
_ETAG_MAX: Final = 256
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_LATER: Final = frozenset({408, 425, 429})
"""Statuses beside 500 and more that ask for patience."""
_is_written: Final = compile_pattern(r"https?://[!-~]{1,4000}").fullmatch


class Place(NamedTuple):
    """Where to ask: a URL without credentials, its server, and the header that carries the credentials."""

    url: str
    server: tuple[str, str, int | None]
    authorization: str | None


def open_web(asked: Asked) -> Opened:
    """The archive or TOML file at a URL, or the answer that it still is as tagged.

    Raises UnreachableError where no whole answer comes, and SourceError for an answer that can't be used.
    """
    director = _direct(monotonic() + SECONDS_MAX)
    place = read_place(asked.name)
    with _told(asked.name):
        for _ in range(REDIRECTS_MAX + 1):
            with director.open(_request(place, asked.etag), timeout=SECONDS_BETWEEN) as response:
                if response.status not in _REDIRECTS:
                    return _take(response, asked)
                place = _follow(place, response.headers.get("Location"), asked.name)
    raise SourceError(asked.name, f"more than {REDIRECTS_MAX} redirects: name the last URL")


def read_place(url: str) -> Place:
    """What the URL says. Raises SourceError, and repeats nothing of what may be a password."""
    try:
        parts = urlsplit(url)
        server = (parts.scheme, parts.hostname or "", parts.port)
    except ValueError:
        parts, server = None, ("", "", None)
    if parts is None or not _is_written(url) or not server[1]:
        raise SourceError(url, "no URL that can be asked: write https://host/path, with %20 for a blank")
    host = parts.netloc.rpartition("@")[2]
    plain = urlunsplit((parts.scheme, host, parts.path or "/", parts.query, ""))
    return Place(plain, server, _authorize(parts.username, parts.password))


def _authorize(user: str | None, password: str | None) -> str | None:
    if user is None:
        return None
    return "Basic " + b64encode(f"{unquote(user)}:{unquote(password or '')}".encode()).decode()


def _request(place: Place, etag: str | None) -> urllib.request.Request:
    headers = {
        "Accept-Encoding": "identity",
        "Authorization": place.authorization,
        "If-None-Match": etag,
        "User-Agent": f"wan-rules/{__version__}",
    }
    said = {name: value for name, value in headers.items() if value is not None}
    return urllib.request.Request(place.url, headers=said)  # noqa: S310 - read_place admits http and https alone


def _follow(place: Place, location: str | None, name: str) -> Place:
    """Where a redirect leads, on the same server. Raises SourceError."""
    target = read_place(urljoin(place.url, location or ""))
    if target.server != place.server:
        scheme, host, port = target.server
        where = f"{scheme}://{host}{f':{port}' if port else ''}"
        reason = f"it redirects to another server, {where}: name that one if it is meant"
        raise SourceError(name, reason)
    return target._replace(authorization=place.authorization)


def _take(response: HTTPResponse, asked: Asked) -> Opened:
    """What the answer brings. Raises UnreachableError or SourceError."""
    status = response.status
    if status == HTTPStatus.NOT_MODIFIED and asked.etag is not None:
        return Unchanged()
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _LATER:
        raise UnreachableError(asked.name, f"the server answers {_phrase(status)}")
    if status != HTTPStatus.OK:
        raise SourceError(asked.name, f"the server answers {_phrase(status)}")
    if not _is_as_it_lies(response, asked.name):
        raise SourceError(asked.name, "sent in a coding that was not asked for: let the server send the file as it is")
    etag = response.headers.get("ETag", "")
    return File(
        _read(response, asked), etag if etag.isascii() and etag.isprintable() and 0 < len(etag) <= _ETAG_MAX else None
    )


def _is_as_it_lies(response: HTTPResponse, name: str) -> bool:
    """Whether the bytes are the file's own. Many a server calls it a coding that a .tar.gz is gzipped."""
    coding = response.headers.get("Content-Encoding", "identity").lower()
    return coding == "identity" or (coding in {"gzip", "x-gzip"} and name.partition("?")[0].endswith((".gz", ".tgz")))


def _phrase(status: int) -> str:
    """The status with its meaning in the standard; a server's own words are not repeated."""
    known = status in HTTPStatus.__members__.values()
    return f"{status} {HTTPStatus(status).phrase}" if known else str(status)


def _read(response: HTTPResponse, asked: Asked) -> bytes:
    """The whole body: of the length that was announced, and of no more bytes than may be read."""
    announced = response.length
    if announced is None and not response.chunked:
        raise SourceError(asked.name, "it does not say how long its answer is, so a part may pass for the whole")
    data = bytearray()
    while (announced or 0) <= asked.bytes_max and len(data) <= asked.bytes_max:
        chunk = response.read(_CHUNK)
        if not chunk:
            break
        data += chunk
    if max(len(data), announced or 0) > asked.bytes_max:
        raise SourceError(asked.name, f"more than {asked.bytes_max:,} bytes: no more are read")
    if announced is not None and len(data) != announced:
        raise UnreachableError(asked.name, f"the answer ended after {len(data):,} of {announced:,} bytes")
    return bytes(data)


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turns what the client raises into our errors; its own words may hold the URL, and are left out."""
    try:
        yield
    except SourceError:
        raise
    except (HTTPException, OSError, ValueError) as error:
        raise _tell(name, error) from None


def _tell(name: str, error: Exception) -> SourceError:
    cause = error.reason if isinstance(error, URLError) and isinstance(error.reason, Exception) else error
    match cause:
        case ssl.SSLCertVerificationError():
            return SourceError(name, f"its certificate does not hold: {cause.verify_message}")
        case TimeoutError():
            return UnreachableError(name, f"silent for {SECONDS_BETWEEN} s, or not done within {SECONDS_MAX} s")
        case socket.gaierror():
            return UnreachableError(name, "its server's name is not known here")
        case OSError() | HTTPException():
            words = getattr(cause, "strerror", None) or type(cause).__name__
            return UnreachableError(name, f"no whole answer: {words}")
        case _:
            return SourceError(name, f"can't be asked for: {type(cause).__name__}")


class _Clocked(RawIOBase):
    """A socket's bytes until a time: each wait is cut to what is left, so that a trickle ends too."""

    def __init__(self, raw: RawIOBase, sock: socket.socket, deadline: float) -> None:
        self._raw, self._sock, self._deadline = raw, sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int | None:  # type: ignore[override]  # typeshed's buffer has no public name in 3.11
        left = self._deadline - monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(min(left, SECONDS_BETWEEN))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _clocked(deadline: float) -> type[HTTPResponse]:
    """A response whose status, headers and body all end by the deadline."""

    class Clocked(HTTPResponse):
        def __init__(self, sock: socket.socket, *args: object, **options: object) -> None:
            super().__init__(sock, *args, **options)  # type: ignore[arg-type]  # handed on as they come
            self.fp = BufferedReader(_Clocked(self.fp.detach(), sock, deadline))

    return Clocked


def _direct(deadline: float) -> urllib.request.OpenerDirector:
    """A client that knows http, https and the environment's proxies: no files, no cookies, no redirects of its own."""
    response = _clocked(deadline)

    class Plain(HTTPConnection):
        response_class = response

    class Secure(HTTPSConnection):
        response_class = response

    class OpenPlain(urllib.request.HTTPHandler):
        def http_open(self, request: urllib.request.Request) -> HTTPResponse:
            return self.do_open(Plain, request)

    class OpenSecure(urllib.request.HTTPSHandler):
        def https_open(self, request: urllib.request.Request) -> HTTPResponse:
            return self.do_open(Secure, request)

    director = urllib.request.OpenerDirector()
    for handler in (urllib.request.ProxyHandler(), OpenPlain(), OpenSecure()):
        director.add_handler(handler)
    return director
