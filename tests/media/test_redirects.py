"""Where a redirect, a name server or a certificate may lead: every step is checked as the first one was."""

from __future__ import annotations

import socket
import ssl
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

from tests.media.answering import Act, Server, answer, part_of, serve
from tests.media.certificates import make_authority
from tests.media.reading import good
from wan_rules.shell.found import UnreadableError
from wan_rules.shell.sources import Policy, open_url

NAME: Final = "media.example.com"
DATA: Final = bytes(range(250)) * 400


@pytest.fixture(autouse=True)
def a_file(server: Server) -> None:
    server.says["/a"] = good(DATA)


def refusal(url: str, policy: Policy) -> str:
    with pytest.raises(UnreadableError) as refused, open_url(url, policy) as source:
        source.read(0, 10)
    assert refused.value.reason.endswith(".")
    return refused.value.reason


def to(location: str) -> Act:
    return lambda _: answer(b"", 302, Location=location)


class TestRedirects:
    """At most five, each checked again."""

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    @pytest.mark.parametrize("location", ["/a", "a", "//127.0.0.1:{port}/a#part", "http://127.0.0.1:{port}/a"])
    def test_one_on_the_server(self, server: Server, status: int, location: str) -> None:
        server.says["/b"] = lambda _: answer(b"", status, Location=location.format(port=server.port))
        with open_url(server.url("/b"), server.policy()) as source:
            assert source.read(40_000, 5) == DATA[40_000:40_005]
            assert source.requests == 3
        assert server.paths == ["/b", "/a", "/a"]

    def test_one_to_another_server(self, server: Server) -> None:
        with serve() as other:
            other.says["/b"] = lambda _: answer(b"", 302, Location=server.url("/a"))
            policy = Policy(allow=frozenset({f"127.0.0.1:{server.port}", f"127.0.0.1:{other.port}"}))
            with open_url(other.url("/b"), policy) as source:
                assert source.read(0, 5) == DATA[:5]
        assert not {"Referer", "Cookie", "Authorization"} & set(server.asked[0].headers)

    @pytest.mark.parametrize(
        ("location", "why"),
        [
            ("http://127.0.0.1/a", "127.0.0.1 is an address that is not asked (this machine)"),
            ("http://127.0.0.1:{other}/a", "port {other} of 127.0.0.1 is not asked"),
            ("http://10.0.0.1/a", "10.0.0.1 is an address that is not asked (private)"),
            ("http://169.254.169.254/latest/meta-data/", "a cloud's metadata"),
            ("http://[::ffff:169.254.169.254]/", "an IPv4 address in another form"),
            ("http://[64:ff9b::a9fe:a9fe]/", "not public"),
            ("http://localhost/", "localhost is a name within a network"),
            ("http://2852039166/", "in a form that programs read differently"),
            ("http://internal.example.com/", "internal.example.com leads to an address that is not asked (private)"),
            ("http://me:secret@example.com/", "holds a user or password"),
            ("//me:secret@example.com/", "holds a user or password"),
            ("file:///etc/passwd", "file: is no scheme that is fetched"),
            ("data:image/png;base64,AAAA", "data: is no scheme that is fetched"),
            ("oss://bucket/a", "oss: is no scheme that is fetched"),
            ("gopher://127.0.0.1/", "gopher: is no scheme that is fetched"),
            ("http://[::1/", "is no URL"),
            ("http:\\\\127.0.0.1", r"there is a \ in its URL"),
            ("/a b", "a blank or a control character"),
            ("ht\ttp://127.0.0.1/", "a blank or a control character"),
            ("/" + "a" * 5000, "at most 4,096"),
            ("/\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "half a character"),
            ("", "does not say where to"),
        ],
    )
    def test_one_that_leads_where_nothing_is_asked(
        self, server: Server, location: str, why: str, away: list[str]
    ) -> None:
        with serve() as other:
            said = location.format(other=other.port) if "{" in location else location
            head = f"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n{f'Location: {said}' if said else 'A: b'}\r\n\r\n"
            server.says["/b"] = lambda _: [head.encode("latin-1")]
            policy = server.policy()._replace(look_up=lambda *_: ["10.0.0.9"])
            reason = refusal(server.url("/b"), policy)
            assert why.format(other=other.port) in reason
            assert "secret" not in reason
            assert (server.paths, other.connections, away) == (["/b"], 0, [])

    def test_two_that_lead_in_a_circle(self, server: Server) -> None:
        server.says["/b"] = to("/c")
        server.says["/c"] = to("/b#again")
        assert "it is redirected in a circle" in refusal(server.url("/b"), server.policy())
        assert server.paths == ["/b", "/c"]

    def test_many(self, server: Server) -> None:
        for number in range(20):
            server.says[f"/{number}"] = to(f"/{number + 1}")
        assert "it is redirected more than 5 times" in refusal(server.url("/0"), server.policy())
        assert server.paths == [f"/{number}" for number in range(6)]

    def test_five(self, server: Server) -> None:
        for number in range(5):
            server.says[f"/{number}"] = to(f"/{number + 1}")
        server.says["/5"] = server.says["/a"]
        with open_url(server.url("/0"), server.policy()) as source:
            assert (source.read(0, 5), source.requests) == (DATA[:5], 6)


class TestNames:
    """A name is looked up once, and what was checked is what is connected to."""

    def test_a_name_server_that_changes_its_answer(self, server: Server, away: list[str]) -> None:
        answers = iter([["127.0.0.1"], ["127.0.0.2"], ["10.0.0.1"]])
        server.says["/a"] = lambda question: [*part_of(DATA, question), b""]
        policy = server.policy(NAME)._replace(look_up=lambda *_: next(answers))
        with open_url(server.url("/a", NAME), policy) as source:
            assert source.read(40_000, 5) == DATA[40_000:40_005]
            assert source.read(80_000, 5) == DATA[80_000:80_005]
        assert (server.connections, away, next(answers)) == (3, [], ["127.0.0.2"])
        assert server.asked[0].headers["Host"] == f"{NAME}:{server.port}"

    def test_public_first_and_private_after(self, away: list[str]) -> None:
        answers = iter([["8.8.8.8"], ["127.0.0.1"]])
        reason = refusal(f"http://{NAME}/a", Policy(look_up=lambda *_: next(answers)))
        assert "no whole answer from media.example.com: AwayError" in reason
        assert (away, next(answers)) == (["8.8.8.8"], ["127.0.0.1"])

    def test_an_address_of_ipv6(self) -> None:
        if not socket.has_ipv6:
            pytest.skip("no IPv6 here")
        with serve(host="::1") as server:
            server.says["/a"] = good(DATA)
            with open_url(server.url("/a", "[0::1]"), server.policy("[::1]")) as source:
                assert source.read(40_000, 5) == DATA[40_000:40_005]
            assert server.asked[0].headers["Host"] == f"[::1]:{server.port}"

    def test_each_address_is_tried(self, away: list[str]) -> None:
        found = ["8.8.8.8", "2606:4700::1111", "1.1.1.1", "8.8.4.4", "9.9.9.9"]
        refusal(f"http://{NAME}/a", Policy(look_up=lambda *_: found))
        assert away == found[:4]

    @pytest.mark.skipif(sys.platform != "linux", reason="another address of this machine, and a queue that fills")
    def test_one_address_that_is_silent_leaves_time_for_the_next(self, server: Server) -> None:
        with ExitStack() as open_until_here:
            silent = open_until_here.enter_context(socket.create_server(("127.0.0.2", server.port), backlog=0))
            for _ in range(3):
                waiting = open_until_here.enter_context(socket.socket())
                waiting.settimeout(0)
                waiting.connect_ex(silent.getsockname())
            policy = server.policy(NAME)._replace(look_up=lambda *_: ["127.0.0.2", "127.0.0.1"], seconds=0.6)
            with open_url(server.url("/a", NAME), policy) as source:
                assert source.read(0, 5) == DATA[:5]

    def test_one_address_that_answers_is_enough(self, server: Server, away: list[str]) -> None:
        policy = server.policy(NAME)._replace(look_up=lambda *_: ["8.8.8.8", "127.0.0.1"])
        with open_url(server.url("/a", NAME), policy) as source:
            assert source.read(0, 5) == DATA[:5]
        assert away == ["8.8.8.8"]


class TestTls:
    """The certificate is for the name in the URL, whatever address it led to."""

    @pytest.fixture
    def secure(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
        authority = make_authority(tmp_path)
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority.issue(NAME))
        with serve(context) as started:
            started.says["/a"] = lambda question: part_of(DATA, question)
            yield started

    def test_its_own_name(self, secure: Server) -> None:
        names: list[str | None] = []
        assert secure.tls is not None
        secure.tls.sni_callback = lambda _, name, __: names.append(name)
        with open_url(secure.url("/a", NAME), here(secure, NAME)) as source:
            assert source.read(40_000, 5) == DATA[40_000:40_005]
        assert (names, secure.connections, secure.asked[0].headers["Host"]) == ([NAME], 1, f"{NAME}:{secure.port}")

    @pytest.mark.parametrize("host", ["other.example.com", "127.0.0.1", "a.media.example.com"])
    def test_another_name(self, secure: Server, host: str) -> None:
        reason = refusal(secure.url("/a", host), here(secure, host))
        assert f"the certificate of {host} does not hold" in reason
        assert secure.asked == []

    def test_another_authority(self, secure: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "other").mkdir()
        monkeypatch.setenv("SSL_CERT_FILE", str(make_authority(tmp_path / "other").certificate))
        assert "does not hold" in refusal(secure.url("/a", NAME), here(secure, NAME))
        assert secure.asked == []

    def test_plain_where_tls_is_expected(self, server: Server) -> None:
        server.greeting = b"SSH-2.0-OpenSSH_9.2\r\n"
        reason = refusal(server.url("/a").replace("http:", "https:"), server.policy())
        assert "no whole answer from 127.0.0.1: TLS fails" in reason

    def test_from_https_to_http(self, secure: Server, server: Server) -> None:
        secure.says["/b"] = lambda _: answer(b"", 302, Location=server.url("/a"))
        policy = here(secure, NAME)
        policy = policy._replace(allow=policy.allow | server.policy().allow)
        reason = refusal(secure.url("/b", NAME), policy)
        assert "redirects from https to http" in reason
        assert server.asked == []

    def test_from_http_to_https(self, secure: Server, server: Server) -> None:
        server.says["/b"] = lambda _: answer(b"", 302, Location=secure.url("/a", NAME))
        policy = here(secure, NAME)
        policy = policy._replace(allow=policy.allow | server.policy().allow)
        with open_url(server.url("/b"), policy) as source:
            assert source.read(0, 5) == DATA[:5]


def here(server: Server, host: str) -> Policy:
    return server.policy(host)._replace(look_up=lambda *_: ["127.0.0.1"])
