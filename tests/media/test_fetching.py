"""Media read by parts from real servers: what it costs, what is refused, and that it always ends."""

from __future__ import annotations

import gzip
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count, repeat, takewhile
from time import monotonic
from typing import Final

import pytest

from tests.media.answering import Act, Question, Server, answer, part_of, serve
from wan_rules.payloads import UnusableInputError
from wan_rules.shell.found import UnreadableError
from wan_rules.shell.sources import Policy, open_url

KIB: Final = 1024
SMALL: Final = bytes(range(251)) * 200
LARGE: Final = (bytes(range(251)) * 180_000)[:45_000_000]


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as started:
        yield started


def good(data: bytes, **headers: str) -> Act:
    return lambda question: part_of(data, question, **headers)


def always(pieces: list[bytes]) -> Act:
    return lambda _: pieces


def read(server: Server, path: str, *parts: tuple[int, int], policy: Policy | None = None) -> list[bytes]:
    with open_url(server.url(path), policy or server.policy()) as source:
        return [source.read(at, length) for at, length in parts]


def refusal(server: Server, path: str, *parts: tuple[int, int], policy: Policy | None = None) -> str:
    with pytest.raises(UnreadableError) as refused:
        read(server, path, *(parts or ((0, 1),)), policy=policy)
    assert refused.value.reason.endswith(".")
    return refused.value.reason


class TestParts:
    """A server that answers to Range."""

    def test_the_bytes_are_those_of_the_file(self, server: Server) -> None:
        server.says["/a"] = good(SMALL)
        parts = [(0, 10), (20_000, 30_000), (0, 50_200), (50_199, 100), (50_200, 1), (10**12, 10**12), (5, 0), (7, -1)]
        assert read(server, "/a", *parts) == [SMALL[at : at + max(length, 0)] for at, length in parts]

    def test_a_large_file_costs_little(self, server: Server) -> None:
        server.says["/a"] = good(LARGE)
        with open_url(server.url("/a"), server.policy()) as source:
            assert source.size == len(LARGE)
            for at in (0, 32, 4_000):
                source.read(at, 16)
            index = len(LARGE) - 40_000
            source.read(index, 16)
            assert source.read(index, 40_000) == LARGE[index:]
            assert (source.requests, source.bytes_read) == (3, 16 * KIB + 40_000 + index % KIB)
        assert source.bytes_read <= 64 * KIB
        assert len({question.connection for question in server.asked}) == 1

    def test_what_is_here_is_not_asked_for_again(self, server: Server) -> None:
        server.says["/a"] = good(SMALL)
        read(server, "/a", (0, 16), (100, 16_000), (40_000, 1), (40_100, 5_000), (16_000, 400), (0, 50_200))
        assert [question.headers["Range"] for question in server.asked] == [
            "bytes=0-16383",
            "bytes=39936-50199",
            "bytes=16384-32767",
            "bytes=32768-39935",
        ]

    def test_a_file_shorter_than_the_first_part(self, server: Server) -> None:
        server.says["/a"] = good(b"GIF")
        assert read(server, "/a", (0, 100), (2, 1), (3, 1)) == [b"GIF", b"F", b""]
        assert len(server.asked) == 1

    def test_an_empty_file(self, server: Server) -> None:
        server.says["/a"] = good(b"")
        assert "416 Requested Range Not Satisfiable. It may be empty" in refusal(server, "/a")

    def test_before_its_beginning(self, server: Server) -> None:
        server.says["/a"] = good(SMALL)
        assert "before its own beginning" in refusal(server, "/a", (-1, 5))

    def test_a_server_that_hangs_up_between_parts(self, server: Server) -> None:
        server.says["/a"] = lambda question: [*part_of(SMALL, question), b""]
        assert read(server, "/a", (0, 5), (40_000, 5)) == [SMALL[:5], SMALL[40_000:40_005]]
        assert server.connections == 2

    def test_what_is_asked_says_nothing_of_who_asks(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9/")
        server.says["/a"] = lambda question: part_of(SMALL, question, Set_Cookie="a=1")
        read(server, "/a", (0, 5), (40_000, 5))
        for question in server.asked:
            assert set(question.headers) == {"Host", "Accept", "Accept-Encoding", "User-Agent", "Range"}
            assert question.headers["Host"] == f"127.0.0.1:{server.port}"
            assert question.headers["Accept-Encoding"] == "identity"


class TestVersions:
    """A file that changes while it is read."""

    @pytest.mark.parametrize("header", ["ETag", "Last_Modified"])
    def test_another_version(self, server: Server, header: str) -> None:
        tags = iter(['"one"', '"two"'] if header == "ETag" else ["Sun, 29 Nov 2026 10:00:00 GMT", "Mon"])
        server.says["/a"] = lambda question: part_of(
            SMALL, question._replace(headers=unconditional(question)), **{header: next(tags)}
        )
        assert "it changed while it was read" in refusal(server, "/a", (0, 5), (40_000, 5))

    def test_another_weak_tag(self, server: Server) -> None:
        tags = iter(['W/"one"', 'W/"two"'])
        server.says["/a"] = lambda question: part_of(SMALL, question, ETag=next(tags))
        assert "it changed while it was read" in refusal(server, "/a", (0, 5), (40_000, 5))
        assert "If-Range" not in server.asked[1].headers

    def test_a_strong_tag_is_a_condition(self, server: Server) -> None:
        server.says["/a"] = lambda question: part_of(SMALL, question, ETag='"one"' if not server.asked[1:] else '"two"')
        assert "it changed while it was read" in refusal(server, "/a", (0, 5), (40_000, 5))
        assert server.asked[1].headers["If-Range"] == '"one"'

    def test_another_size(self, server: Server) -> None:
        sizes = iter([50_200, 50_199])
        server.says["/a"] = lambda question: part_of(SMALL[: next(sizes)], question)
        assert "it changed while it was read" in refusal(server, "/a", (0, 5), (30_000, 5))

    @pytest.mark.parametrize("status", [404, 412, 416])
    def test_gone_meanwhile(self, server: Server, status: int) -> None:
        server.says["/a"] = lambda question: answer(b"", status) if server.asked[1:] else part_of(SMALL, question)
        assert "it changed while it was read" in refusal(server, "/a", (0, 5), (40_000, 5))

    def test_moved_meanwhile(self, server: Server) -> None:
        moved = answer(b"", 302, Location="/b")
        server.says["/a"] = lambda question: moved if server.asked[1:] else part_of(SMALL, question)
        assert "302 Found" in refusal(server, "/a", (0, 5), (40_000, 5))
        assert server.paths == ["/a", "/a"]

    def test_what_tells_its_content(self, server: Server) -> None:
        server.says["/tag"] = good(SMALL, ETag='"one"')
        server.says["/time"] = good(SMALL, Last_Modified="Sun, 29 Nov 2026 10:00:00 GMT")
        server.says["/nothing"] = good(SMALL, ETag="no tag")
        said = []
        for path in ("/tag", "/time", "/nothing"):
            with open_url(server.url(path), server.policy()) as source:
                said.append(source.identify())
        assert said == ['"one"  50200', " Sun, 29 Nov 2026 10:00:00 GMT 50200", None]


def unconditional(question: Question) -> dict[str, str]:
    return {name: value for name, value in question.headers.items() if name != "If-Range"}


class TestStreams:
    """A server that sends the whole file, whatever part is asked for."""

    def test_it_is_read_from_its_beginning(self, server: Server) -> None:
        server.says["/a"] = always(answer(SMALL))
        with open_url(server.url("/a"), server.policy()) as source:
            assert source.size == len(SMALL)
            assert source.read(100, 10) == SMALL[100:110]
            assert source.bytes_read <= 16 * KIB
            assert source.read(40_000, 5) == SMALL[40_000:40_005]
            assert source.read(0, 5) == SMALL[:5]
            assert source.read(50_000, 1_000) == SMALL[50_000:]
            assert (source.requests, source.bytes_read) == (1, len(SMALL))

    def test_no_more_is_read_than_is_wanted(self, server: Server) -> None:
        server.says["/a"] = lambda _: [answer(Content_Length="")[0], *repeat(b"x" * 100, 10**7)]
        with open_url(server.url("/a"), server.policy()) as source:
            source.read(0, 100)
            assert source.bytes_read <= 16 * KIB

    def test_what_lies_too_far_in_is_not_read_towards(self, server: Server) -> None:
        server.says["/a"] = always([answer(Content_Length="45000000")[0], SMALL])
        reason = refusal(server, "/a", (44_000_000, 5))
        assert "sends no parts of a file, and what is wanted ends 44,000,005 bytes into it" in reason

    def test_one_in_chunks_has_a_size_at_its_end(self, server: Server) -> None:
        pieces = [b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (b"RIFF", b"WAVE")]
        server.says["/a"] = always([*answer(Content_Length="", Transfer_Encoding="chunked"), *pieces, b"0\r\n\r\n"])
        with open_url(server.url("/a"), server.policy()) as source:
            assert (source.size, source.read(2, 4), source.size) == (None, b"FFWA", None)
            assert (source.read(0, 100), source.size, source.read(8, 1)) == (b"RIFFWAVE", 8, b"")

    def test_one_of_no_length_that_ends_with_its_connection(self, server: Server) -> None:
        server.says["/a"] = always([*answer(Content_Length=""), b"RIFFWAVE", b""])
        with open_url(server.url("/a"), server.policy()) as source:
            assert (source.read(4, 100), source.size) == (b"WAVE", None)

    def test_one_that_ends_before_its_length(self, server: Server) -> None:
        server.says["/a"] = always([*answer(Content_Length="100"), b"RIFF", b""])
        assert read(server, "/a", (0, 4)) == [b"RIFF"]
        assert "received 4 bytes, expected 100" in refusal(server, "/a", (0, 5))


def claiming(part: str, body: bytes = SMALL[: 16 * KIB], **headers: str) -> Act:
    return always([*answer(body, 206, Content_Range=part, **headers), b""])


BROKEN: Final = {
    "another-beginning": (claiming("bytes 1-16384/50200"), "its answer is of another part"),
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
        always([b"HTTP/1.1 200 OK\r\nA: ", b"b" * 40_000, b"\r\n\r\n"]),
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
    assert why in refusal(server, "/a", (0, 16 * KIB))


class TestLimits:
    """Seconds, bytes and requests, each of them for everything together."""

    @pytest.mark.parametrize(
        "pieces",
        [
            pytest.param([], id="silent"),
            pytest.param([b"H", b"T", b"T", b"P", b"/", b"1", b"."] * 9, id="slow-head"),
            pytest.param([b"HTTP/1.1 200 OK\r\n", *[b"A: b\r\n"] * 90], id="slow-headers"),
            pytest.param([*answer(Content_Length="50200"), *[b"x"] * 90], id="slow-body"),
            pytest.param(
                [*answer(Content_Length="", Transfer_Encoding="chunked"), *[b"1\r\nx\r\n"] * 90], id="slow-chunks"
            ),
            pytest.param(
                [*answer(SMALL[:9], 206, Content_Length="", Content_Range="bytes 0-16383/50200"), b"x"], id="slow-part"
            ),
        ],
    )
    def test_a_slow_server(self, server: Server, pieces: list[bytes]) -> None:
        def slowly(_: Question) -> Iterator[bytes]:
            for piece in pieces:
                yield piece
                server.wait(0.02)
            server.wait(5)

        server.says["/a"] = slowly
        assert late(server) == "its server took longer than the 0.25 s there were. State its facts, or allow more."

    def test_a_server_that_takes_nobody(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
            policy = Policy(allow=frozenset({f"127.0.0.1:{port}"}), seconds=0.25)
            for scheme in ("http", "https"):
                with (
                    pytest.raises(UnreadableError, match=r"took longer than the 0\.25 s"),
                    open_url(f"{scheme}://127.0.0.1:{port}/a", policy),
                ):
                    pass

    def test_a_slow_name_server(self, server: Server) -> None:
        def look_up(*_: object) -> list[str]:
            server.wait(5)
            return ["127.0.0.1"]

        policy = server.policy("media.example.com")._replace(seconds=0.25, look_up=look_up)
        begin = monotonic()
        with (
            pytest.raises(UnreadableError, match=r"took longer than the 0\.25 s"),
            open_url(server.url("/a", "media.example.com"), policy),
        ):
            pass
        assert monotonic() - begin < 1

    def test_slow_redirects_share_the_time(self, server: Server) -> None:
        def slowly(question: Question) -> list[bytes]:
            server.wait(0.1)
            return answer(b"", 302, Location=f"{question.path}a")

        for length in range(2, 9):
            server.says["/" + "a" * (length - 1)] = slowly
        assert "took longer than" in late(server)

    def test_a_deadline_that_comes_sooner(self, server: Server) -> None:
        server.says["/a"] = good(SMALL)
        with (
            pytest.raises(UnreadableError, match="took longer than the 0 s"),
            open_url(server.url("/a"), server.policy(), monotonic() - 1),
        ):
            pass
        assert server.asked == []

    def test_time_ends_between_reads_too(self, server: Server) -> None:
        server.says["/a"] = good(SMALL)
        with open_url(server.url("/a"), server.policy()._replace(seconds=0.2)) as source:
            source.read(0, 10)
            server.wait(0.25)
            assert source.read(0, 10) == SMALL[:10]
            with pytest.raises(UnreadableError, match="took longer"):
                source.read(40_000, 10)

    def test_an_endless_body(self, server: Server) -> None:
        server.says["/a"] = lambda _: [answer(Content_Length="")[0], *repeat(b"x" * 64 * KIB, 100)]
        policy = server.policy()._replace(bytes_max=100_000)
        with open_url(server.url("/a"), policy) as source:
            with pytest.raises(UnreadableError, match="sends no parts of a file"):
                list(takewhile(bool, (source.read(at, 1_000) for at in count(step=1_000))))
            assert source.bytes_read <= policy.bytes_max

    def test_endless_hints_and_heads_count(self, server: Server) -> None:
        server.says["/a"] = lambda _: repeat(b"HTTP/1.1 100 Continue\r\nA: " + b"b" * 30_000 + b"\r\n\r\n", 100)
        assert "of 100,000 are left" in refusal(server, "/a", policy=server.policy()._replace(bytes_max=100_000))

    def test_bytes_in_all(self, server: Server) -> None:
        server.says["/a"] = good(LARGE)
        with open_url(server.url("/a"), server.policy()._replace(bytes_max=100_000)) as source:
            source.read(20_000, 60_000)
            with pytest.raises(UnreadableError, match="30,720 more bytes of it are wanted, of 100,000 are left"):
                source.read(100_000, 30_000)
            with pytest.raises(UnreadableError, match="45,000,000 more bytes"):
                source.read(0, 10**9)
            assert source.read(0, 5) == LARGE[:5]

    def test_a_claim_of_a_huge_size_takes_no_memory(self, server: Server) -> None:
        server.says["/a"] = claiming(f"bytes 0-16383/{10**17}")
        assert "more bytes of it are wanted" in refusal(server, "/a", (0, 10**17))
        assert "more bytes of it are wanted" in refusal(server, "/a", (10**16, 10**15))

    def test_requests_in_all(self, server: Server) -> None:
        server.says["/a"] = good(LARGE)
        parts = [(at * 100_000, 10) for at in range(9)]
        assert "more than 5 requests would be needed" in refusal(
            server, "/a", *parts, policy=server.policy()._replace(requests_max=5)
        )
        assert len(server.asked) == 5


def late(server: Server) -> str:
    begin = monotonic()
    reason = refusal(server, "/a", (0, 16 * KIB), policy=server.policy()._replace(seconds=0.25))
    assert 0.2 < monotonic() - begin < 1
    return reason


def test_five_at_once(server: Server) -> None:
    for number in range(5):
        server.says[f"/{number}"] = good(LARGE[number:])

    def last(number: int) -> bytes:
        return read(server, f"/{number}", (0, 9), (40_000_000, 9))[1]

    with ThreadPoolExecutor(5) as pool:
        assert list(pool.map(last, range(5))) == [LARGE[40_000_000 + number :][:9] for number in range(5)]


def test_a_server_that_is_not_there() -> None:
    with serve() as gone:
        policy = gone.policy()
    with (
        pytest.raises(UnreadableError, match=r"no whole answer from 127\.0\.0\.1: Connection refused"),
        open_url(gone.url("/a"), policy),
    ):
        pass


def test_without_the_parser_the_extra_is_named(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("wan_rules.shell.sources.")]:
        if name.rpartition(".")[2] in ("web", "exchanges", "answers", "parts", "streams"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "h11", None)
    with (
        pytest.raises(UnusableInputError, match=r"pip install 'wan-rules\[media\]'"),
        open_url(server.url("/a"), Policy()),
    ):
        pass
