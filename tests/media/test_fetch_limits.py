"""Seconds, bytes and requests: fetching always ends, and costs no more than it may."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from itertools import count, repeat, takewhile
from time import monotonic

import pytest

from tests.media.answering import Question, Server, answer
from tests.media.reading import KIB, LARGE, SMALL, claiming, good, refusal
from wan_rules.shell.found import UnreadableError
from wan_rules.shell.sources import Policy, open_url


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
                begin = monotonic()
                with (
                    pytest.raises(UnreadableError, match=r"took longer than the 0\.25 s"),
                    open_url(f"{scheme}://127.0.0.1:{port}/a", policy),
                ):
                    pass
                assert monotonic() - begin < 3

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
        assert monotonic() - begin < 3

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

    def test_an_endless_part(self, server: Server) -> None:
        head = answer(b"", 206, Content_Range="bytes 0-16383/50200", Content_Length="")
        server.says["/a"] = lambda _: [*head, *repeat(b"x" * 64 * KIB, 100)]
        assert "sends more of it than it says" in refusal(server, "/a")

    def test_endless_hints_and_heads_count(self, server: Server) -> None:
        server.says["/a"] = lambda _: repeat(b"HTTP/1.1 100 Continue\r\nA: " + b"b" * 30_000 + b"\r\n\r\n", 100)
        assert "of 100,000 are left" in refusal(server, "/a", policy=server.policy()._replace(bytes_max=100_000))

    def test_bytes_in_all(self, server: Server) -> None:
        server.says["/a"] = good(LARGE)
        with open_url(server.url("/a"), server.policy()._replace(bytes_max=100_000)) as source:
            source.read(20_000, 60_000)
            with pytest.raises(UnreadableError, match=r"30,720 more bytes would be read, and [0-9,]+ of"):
                source.read(100_000, 30_000)
            with pytest.raises(UnreadableError, match="45,000,000 more bytes"):
                source.read(0, 10**9)
            assert source.read(0, 5) == LARGE[:5]

    def test_a_claim_of_a_huge_size_takes_no_memory(self, server: Server) -> None:
        server.says["/a"] = claiming(f"bytes 0-16383/{10**17}")
        assert "more bytes would be read" in refusal(server, "/a", (0, 10**17))
        assert "more bytes would be read" in refusal(server, "/a", (10**16, 10**15))

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
    assert 0.2 < monotonic() - begin < 3
    return reason
