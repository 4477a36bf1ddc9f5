"""Media read from real servers, by parts or from the beginning: what it costs, and that it is one version."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat

import pytest

from tests.media.answering import Question, Server, answer, part_of, serve
from tests.media.reading import KIB, LARGE, SMALL, always, good, read, refusal
from wan_rules.payloads import UnusableInputError
from wan_rules.shell.found import UnreadableError
from wan_rules.shell.sources import Policy, open_url


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
        said = refusal(server, "/a")
        assert "answers 416" in said  # whose phrase differs between Pythons
        assert "It may be empty" in said

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
        server.says["/whole"] = always(answer(SMALL, ETag='W/"one"'))
        said = []
        for path in ("/tag", "/time", "/nothing", "/whole"):
            with open_url(server.url(path), server.policy()) as source:
                said.append(source.identify())
        assert said == ['"one"  50200', " Sun, 29 Nov 2026 10:00:00 GMT 50200", None, 'W/"one"  50200']


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
