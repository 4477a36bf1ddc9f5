"""Sources over HTTP, from a real server: tags, redirects, faults, limits, and credentials that nobody sees."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator

import pytest

from pricing.errors import CardError
from pricing.shell.sources import SourceError, UnreachableError, load, web
from pricing.shell.sources.source import Asked, File, Unchanged
from pricing.shell.sources.web import open_web, read_place
from tests.shell import packing
from tests.shell.serving import Handler, Server, answer, serve, tagged

PACKED = packing.zipped(packing.texts())


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serve() as started:
        yield started


def test_an_archive_and_a_file(server: Server) -> None:
    server.answers["/p.zip"] = answer(PACKED)
    server.answers["/p.tgz"] = answer(packing.gzipped(packing.texts()))
    server.answers["/card.toml"] = answer(packing.card().encode())
    assert load(server.url("/p.zip")).digest == load(server.url("/p.tgz")).digest == packing.digest()
    found = load(server.url("/card.toml"))
    assert (found.head.name, str(found.locate("made-up"))) == ("made-up", f"{server.url('/card.toml')}:3")
    assert server.paths == ["/p.zip", "/p.tgz", "/card.toml"]


def test_a_tag_spares_the_download(server: Server) -> None:
    server.answers["/p.zip"] = tagged(PACKED, '"one"')
    assert open_web(Asked(server.url("/p.zip"))) == File(PACKED, '"one"')
    assert open_web(Asked(server.url("/p.zip"), '"one"')) == Unchanged()
    assert open_web(Asked(server.url("/p.zip"), '"two"')) == File(PACKED, '"one"')


@pytest.mark.parametrize("etag", ["", "x" * 300, '"\xe9"'])
def test_a_tag_that_could_not_be_sent_back_is_left(etag: str, server: Server) -> None:
    server.answers["/p.zip"] = answer(PACKED, ETag=etag)
    assert open_web(Asked(server.url("/p.zip"))) == File(PACKED)


def test_nothing_but_the_file_is_asked_for(server: Server) -> None:
    server.answers["/p.zip"] = answer(PACKED, Set_Cookie="a=b", Link='</evil>; rel="preload"')
    load(server.url("/p.zip"))
    ((path, headers),) = server.asked
    assert path == "/p.zip"
    assert set(headers) == {"Host", "User-Agent", "Connection", "Accept-Encoding"}


def test_credentials_are_sent_and_not_shown(server: Server) -> None:
    with pytest.raises(SourceError) as refused:
        load(server.url("/p.zip?token=hush", user="me:se%2Fcret@"))
    ((path, headers),) = server.asked
    assert path == "/p.zip?token=hush"
    assert headers["Authorization"] == "Basic " + base64.b64encode(b"me:se/cret").decode()
    assert str(refused.value) == f"{server.url('/p.zip')}: the server answers 404 Not Found"


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
def test_a_server_that_may_be_better_later_is_out_of_reach(status: int, server: Server) -> None:
    server.answers["/p.zip"] = answer(b"", status)
    with pytest.raises(UnreachableError, match=f"the server answers {status}"):
        load(server.url("/p.zip"))


@pytest.mark.parametrize("status", [204, 206, 304, 400, 401, 403, 404, 410, 451])
def test_an_answer_that_is_no_file_is_wrong(status: int, server: Server) -> None:
    server.answers["/p.zip"] = answer(b"", status)
    with pytest.raises(SourceError, match=f"the server answers {status}") as refused:
        load(server.url("/p.zip"))
    assert not isinstance(refused.value, UnreachableError)


class TestRedirects:
    """A redirect is followed on the server that was named, and nowhere else."""

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_on_the_same_server(self, status: int, server: Server) -> None:
        server.answers["/p"] = answer(b"", status, Location="/in/p.zip")
        server.answers["/in/p.zip"] = answer(PACKED)
        assert load(server.url("/p", user="me:secret@")).digest == packing.digest()
        assert [headers.get("Authorization") for _, headers in server.asked] == ["Basic bWU6c2VjcmV0"] * 2

    @pytest.mark.parametrize(
        "location",
        [
            "http://localhost:{port}/p.zip",
            "https://127.0.0.1:{port}/p.zip",
            "http://127.0.0.1:1/p.zip",
            "//other.example/",
        ],
    )
    def test_to_another_server(self, location: str, server: Server) -> None:
        server.answers["/p"] = answer(b"", 302, Location=location.format(port=server.port))
        with pytest.raises(SourceError, match="redirects to another server"):
            load(server.url("/p", user="me:secret@"))
        assert server.paths == ["/p"]

    @pytest.mark.parametrize(
        "location", ["file:///etc/passwd", "ftp://127.0.0.1/p.zip", "data:,x", "http://[", "a\tb c"]
    )
    def test_to_what_is_no_server(self, location: str, server: Server) -> None:
        server.answers["/p"] = answer(b"", 302, Location=location)
        with pytest.raises(SourceError):
            load(server.url("/p"))

    def test_in_a_circle(self, server: Server) -> None:
        server.answers["/p"] = answer(b"", 302, Location="/p")
        with pytest.raises(SourceError, match="more than 3 redirects"):
            load(server.url("/p"))
        assert len(server.asked) == 4

    def test_to_nowhere(self, server: Server) -> None:
        server.answers["/p"] = answer(b"", 302)
        with pytest.raises(SourceError, match="more than 3 redirects"):
            load(server.url("/p"))


class TestLimits:
    """Bytes and seconds end."""

    def test_an_answer_that_announces_too_much(self, server: Server) -> None:
        server.answers["/p"] = answer(b"", Content_Length="1001")
        with pytest.raises(SourceError, match="more than 1,000 bytes"):
            open_web(Asked(server.url("/p"), bytes_max=1000))

    def test_an_endless_answer(self, server: Server) -> None:
        def act(handler: Handler) -> None:
            handler.send_response(200)
            handler.send_header("Transfer-Encoding", "chunked")
            handler.end_headers()
            while not server.closing.is_set():
                handler.wfile.write(b"400\r\n" + b"#" * 1024 + b"\r\n")

        server.answers["/p"] = act
        with pytest.raises(SourceError, match="more than 200,000 bytes"):
            open_web(Asked(server.url("/p"), bytes_max=200_000))

    @pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"])
    def test_a_silent_server(self, start: bytes, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        def act(handler: Handler) -> None:
            handler.wfile.write(start)
            server.closing.wait(20)

        monkeypatch.setattr(web, "SECONDS_BETWEEN", 0.2)
        server.answers["/p"] = act
        with pytest.raises(UnreachableError, match="silent for"):
            load(server.url("/p"))

    @pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"])
    def test_a_trickle(self, start: bytes, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is never silent for long, and would go on for minutes."""

        def act(handler: Handler) -> None:
            handler.wfile.write(start)
            while not server.closing.wait(0.05):
                handler.wfile.write(b"#")

        monkeypatch.setattr(web, "SECONDS_MAX", 1)
        server.answers["/p"] = act
        with pytest.raises(UnreachableError, match="not done within 1 s"):
            load(server.url("/p"))


class TestWhatIsNotWhole:
    """A part never passes for the whole."""

    def test_an_answer_that_is_cut(self, server: Server) -> None:
        server.answers["/p"] = answer(PACKED[:200], Content_Length=str(len(PACKED)))
        with pytest.raises(UnreachableError, match=f"ended after 200 of {len(PACKED)} bytes"):
            load(server.url("/p"))

    def test_chunks_that_are_cut(self, server: Server) -> None:
        def act(handler: Handler) -> None:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[card\r\n")

        server.answers["/p"] = act
        with pytest.raises(UnreachableError, match="no whole answer: IncompleteRead"):
            load(server.url("/p"))

    def test_an_answer_of_unknown_length(self, server: Server) -> None:
        server.answers["/p"] = answer(packing.card().encode(), Content_Length="")
        with pytest.raises(SourceError, match="does not say how long"):
            load(server.url("/p"))

    def test_an_answer_in_a_coding(self, server: Server) -> None:
        server.answers["/p"] = answer(PACKED, Content_Encoding="gzip")
        with pytest.raises(SourceError, match="coding that was not asked for"):
            load(server.url("/p"))

    @pytest.mark.parametrize("coding", ["gzip", "x-gzip", "identity"])
    def test_an_archive_that_a_server_calls_coded(self, coding: str, server: Server) -> None:
        server.answers["/p.tar.gz?v=1"] = answer(packing.gzipped(packing.texts()), Content_Encoding=coding)
        assert load(server.url("/p.tar.gz?v=1")).digest == packing.digest()

    def test_a_server_that_speaks_something_else(self, server: Server) -> None:
        def act(handler: Handler) -> None:
            handler.wfile.write(b"SSH-2.0-me:secret\r\n")

        server.answers["/p"] = act
        with pytest.raises(UnreachableError, match="no whole answer: BadStatusLine"):
            load(server.url("/p"))

    def test_a_page_instead_of_a_catalogue(self, server: Server) -> None:
        server.answers["/p"] = answer(b"<html>Sign in</html>")
        with pytest.raises(CardError, match="/p:1: not TOML"):
            load(server.url("/p"))


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/p.zip"
        with pytest.raises(UnreachableError, match="no whole answer: Connection refused"):
            load(url)


def test_a_name_that_is_not_known() -> None:
    with pytest.raises(UnreachableError):
        load("http://nowhere.invalid/p.zip")


def test_plain_http_where_tls_is_expected(server: Server) -> None:
    with pytest.raises(UnreachableError, match="no whole answer"):
        load(server.url("/p.zip").replace("http://", "https://"))
    assert server.asked == []


@pytest.mark.parametrize(
    "url",
    ["http://", "http:///p.zip", "http://u:secret@/p", "http://a:secret/", "http://a b/", "http://\xe9/", "http://[/"],
)
def test_what_is_no_url_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(SourceError, match="no URL that can be asked") as refused:
        read_place(url)
    assert "u:secret" not in str(refused.value)


def test_the_proxy_of_the_environment_is_used(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", server.url(""))
    monkeypatch.delenv("no_proxy", raising=False)
    server.answers["http://prices.example/p.zip"] = answer(PACKED)
    assert load("http://prices.example/p.zip").digest == packing.digest()
