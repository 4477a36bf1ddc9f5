"""Answers that are broken, lie, or bring no file: each is refused, and nothing else is raised."""

from __future__ import annotations

import gzip
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.media.answering import Server, answer
from tests.media.reading import KIB, SMALL, always, claiming, refusal
from wan_rules.shell.found import UnreadableError
from wan_rules.shell.sources import open_url

BROKEN: Final = {
    "another-beginning": (claiming("bytes 1-16384/50200"), "its answer is of another part"),
    "another-beginning-alone": (claiming("bytes 1-16383/50200"), "its answer is of another part"),
    "the-whole": (claiming("bytes 0-50199/50200", SMALL), "its answer is of another part"),
    "too-little": (claiming("bytes 0-99/50200", SMALL[:100]), "its answer is of another part"),
    "backwards": (claiming("bytes 16383-0/50200"), "its answer is of another part"),
    "beyond-the-end": (claiming("bytes 0-16383/100"), "its answer is of another part"),
    "of-nothing": (claiming("bytes 0-0/0", b""), "its answer is of another part"),
    "of-unknown-size": (claiming("bytes 0-16383/*"), "its answer is of another part"),
    "of-huge-size": (claiming(f"bytes 0-16383/{10**30}"), "its answer is of another part"),
    "no-part": (claiming(""), "its answer is of another part"),
    "words": (claiming("bytes zero-one/two"), "its answer is of another part"),
    "arabic": (claiming("bytes \u0660-\u0661/\u0662"), "its answer is of another part"),
    "many-parts": (claiming("", Content_Type="multipart/byteranges; boundary=x"), "its answer is of another part"),
    "two-lengths": (claiming("bytes 0-16383/50200", SMALL), "says two lengths for one part"),
    "shorter": (claiming("bytes 0-16383/50200", SMALL[:100], Content_Length="16384"), "received 100 bytes, expected"),
    "shorter-unsaid": (
        claiming("bytes 0-16383/50200", SMALL[:100], Content_Length=""),
        "sends less of it than it says",
    ),
    "longer-unsaid": (claiming("bytes 0-16383/50200", SMALL, Content_Length=""), "sends more of it than it says"),
    "gzip": (claiming("bytes 0-16383/50200", Content_Encoding="gzip"), "sends it packed (gzip)"),
    "gzip-whole": (always(answer(gzip.compress(b"0" * 10**7), Content_Encoding="GZIP")), "sends it packed (gzip)"),
    "deflate": (always(answer(b"x", Content_Encoding="deflate")), "sends it packed (deflate)"),
    "identity-and-gzip": (always(answer(b"x", Content_Encoding="identity, gzip")), "sends it packed"),
    "gzip-on-the-way": (always(answer(b"x", Content_Length="", Transfer_Encoding="gzip, chunked")), "is broken: Only"),
    "two-content-lengths": (
        always([b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"]),
        "is broken",
    ),
    "negative-length": (always(answer(b"x", Content_Length="-1")), "is broken: bad Content-Length"),
    "length-in-words": (always(answer(b"x", Content_Length="many")), "is broken: bad Content-Length"),
    "broken-line": (always([b"HTTP/1.1 200 OK\r\nwhat\r\nContent-Encoding: gzip\r\n\r\n"]), "is broken: illegal"),
    "no-http": (always([b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b""]), "is broken: illegal status line"),
    "http-0.9": (always([b"<html>\r\n\r\n", b""]), "is broken: illegal status line"),
    "nothing": (always([b""]), "it ends before its answer begins"),
    "half-a-head": (always([b"HTTP/1.1 200 OK\r\nContent-", b""]), "is broken: peer unexpectedly closed"),
    "long-head": (
        always([b"HTTP/1.1 200 OK\r\n", b"A: b\r\n" * 16_000, b"\r\n"]),
        "is broken: Receive buffer too long",
    ),
    "long-line": (
        always([b"HTTP/1.1 200 OK\r\nA: ", b"b" * 100_000, b"\r\n\r\n"]),
        "is broken: Receive buffer too long",
    ),
    "hints": (always([b"HTTP/1.1 103 Early Hints\r\n\r\n"] * 50), "more than 8 heads before its answer"),
    "upgrade": (always([b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", b""]), "is broken"),
    "chunk-of-no-length": (
        always([*answer(Content_Length="", Transfer_Encoding="chunked"), b"zz\r\n", b""]),
        "is broken",
    ),
    "not-modified": (always(answer(b"", 304, Content_Length="")), "304 Not Modified"),
    "no-content": (always(answer(b"", 204, Content_Length="")), "204 No Content"),
    "unauthorized": (always(answer(b"", 401, WWW_Authenticate="Basic")), "No credentials are ever sent"),
    "forbidden": (always(answer(b"", 403)), "No credentials are ever sent"),
    "missing": (always(answer(b"", 404)), "404 Not Found. Mend its URL"),
    "unavailable": (always(answer(b"", 503)), "503 Service Unavailable. Try again"),
    "own-status": (always(answer(b"", 999)), "answers 999."),
}


@pytest.mark.parametrize("case", BROKEN)
def test_an_answer_that_is_refused(server: Server, case: str) -> None:
    server.says["/a"], why = BROKEN[case]
    reason = refusal(server, "/a", (0, 16 * KIB))
    assert why in reason
    assert not any(word in reason for word in ("SSH", "html", "what", "zz"))  # its own words


WORDS: Final = st.sampled_from(
    (
        b"HTTP/1.1 200 OK|HTTP/1.1 206 Part|HTTP/1.0 200 OK|HTTP/1.1 302 Found|HTTP/1.1 100 Go|\r\n|\r\n\r\n|abcde| |:|"
        b"Content-Length: 5|Content-Length: 16384|Content-Range: bytes 0-4/5|Content-Range: bytes 0-16383/50200|"
        b"Transfer-Encoding: chunked|Content-Encoding: gzip|Location: /b|Connection: close|5\r\nabcde\r\n|0\r\n\r\n"
    ).split(b"|")
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS | st.binary(max_size=30), max_size=14).map(b"".join), st.integers(0, 20_000))
def test_whatever_a_server_says_is_read_or_refused(server: Server, said: bytes, at: int) -> None:
    server.says["/a"] = server.says["/b"] = lambda _: [said, b""]
    try:
        with open_url(server.url("/a"), server.policy()) as source:
            assert len(source.read(at, 5)) <= 5
    except UnreadableError as error:
        _requires_sentence(error)


def _requires_sentence(error: UnreadableError) -> None:
    assert error.reason.endswith(".")
    assert error.reason.isprintable()
    assert len(error.reason) < 400
