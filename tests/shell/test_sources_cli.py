"""Every command that prices takes its catalogue from a source, with a key and a kept copy where they are asked for."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shell import packing
from tests.shell.runner import Done, run, run_process, surroundings, write_json
from tests.shell.serving import Server, answer, serve, tagged
from tests.shell.signing import Signer

PACKED = packing.zipped(packing.texts())
SIGNER = Signer()
WHO = ("--account", "acme", "--environment", "production")
AT = ("--at", "2026-06-01")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("WAN_RULES_CATALOGUE_KEY", raising=False)


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as started:
        started.answers["/p.zip"] = tagged(PACKED, '"one"')
        started.answers["/p.zip.minisig"] = answer(SIGNER.sign(PACKED))
        yield started


@pytest.fixture
def payload(tmp_path: Path) -> str:
    plain = {"model": "alibaba/wan-2.7/reference-to-video", "prompt": "character1 waves", "resolution": "720P"}
    image = ["https://media.example.com/a.png"]
    return write_json(tmp_path / "payload.json", {**plain, "images": image, "ratio": "16:9", "duration": 5})


@pytest.fixture
def key(tmp_path: Path) -> str:
    (tmp_path / "key.pub").write_text(SIGNER.public, encoding="utf-8")
    return str(tmp_path / "key.pub")


@pytest.mark.parametrize(
    "command",
    [
        ("cards", "list"),
        ("cards", "show", "made-up"),
        ("cards", "resolve", "atlas", *WHO, *AT),
        ("cards", "history", "atlas", *WHO, *AT),
        ("cards", "at", "2026-06-01", *WHO),
        ("quote", "PAYLOAD", *WHO, *AT),
        ("compare", "PAYLOAD", *WHO, *AT, "--hosts", "atlas"),
        ("explain", "PAYLOAD", *WHO, *AT),
    ],
    ids=" ".join,
)
def test_a_url_is_as_good_as_a_folder(
    command: tuple[str, ...], server: Server, payload: str, key: str, tmp_path: Path
) -> None:
    words = [payload if word == "PAYLOAD" else word for word in command]
    folder = packing.write(tmp_path / "prices", packing.texts())
    here = run(*words, "--format", "json", "--catalogue", str(folder))
    there = run(
        *words, "--format", "json", "--catalogue", server.url("/p.zip"), "--catalogue-key", key, "--keep-for", "1h"
    )
    assert (there.code, there.err) == (here.code, "") == (0, "")
    assert there.out.replace(server.url("/p.zip"), str(folder)) == here.out


def test_a_check_and_a_diff_take_sources_too(server: Server, tmp_path: Path) -> None:
    folder = packing.write(tmp_path / "prices", packing.texts("0.11"))
    checked = run("cards", "check", server.url("/p.zip"), "--at", "2026-01-02", "--format", "json")
    assert checked.document["digest"] == packing.digest()
    told = run("cards", "diff", server.url("/p.zip?token=hush"), str(folder), "--format", "json")
    assert (told.code, told.err.count("404")) == (2, 0)
    told = run("cards", "diff", server.url("/p.zip", user="me:hush@"), str(folder))
    assert "0.10 -> 0.11 USD" in told.out
    assert "hush" not in told.out + told.err


def quoted(payload: str, source: str, *more: str) -> Done:
    return run("quote", payload, *WHO, *AT, "--format", "json", "--catalogue", source, *more)


def test_a_kept_copy_is_said_in_the_quote_and_on_stderr(server: Server, payload: str) -> None:
    url = server.url("/p.zip", user="me:hush@")
    fresh = quoted(payload, url, "--keep-for", "24h")
    server.answers["/p.zip"] = answer(b"", 503)
    kept = quoted(payload, url, "--keep-for", "24h")
    (assumed,) = [one for one in kept.document["basis"]["assumptions"] if one["code"] == "catalogue-kept"]
    assert kept.err == f"wan-rules: {assumed['message']}\n"
    assert "503 Service Unavailable): the copy of 20" in assumed["message"]
    assert (kept.code, kept.document["total"]) == (0, fresh.document["total"])
    assert "catalogue-kept" not in fresh.out
    assert "hush" not in kept.out + kept.err
    assert quoted(payload, url, "--keep-for", "0s").code == 2
    assert quoted(payload, url).code == 2


def test_an_unsigned_catalogue_is_refused(server: Server, payload: str, key: str) -> None:
    assert quoted(payload, server.url("/p.zip"), "--catalogue-key", key).code == 0
    del server.answers["/p.zip.minisig"]
    done = quoted(payload, server.url("/p.zip"), "--catalogue-key", key)
    assert (done.code, done.document["error"]["code"]) == (2, "bad_catalogue")
    assert "not signed, and a key was given" in done.document["error"]["message"]


class TestTheKeyInTheEnvironment:
    """`WAN_RULES_CATALOGUE_KEY` is asked of every catalogue that is named."""

    def test_it_holds(self, server: Server, payload: str, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("WAN_RULES_CATALOGUE_KEY", key)
        assert quoted(payload, server.url("/p.zip")).code == 0
        server.answers["/p.zip.minisig"] = answer(Signer().sign(PACKED))
        assert "none of those that were given" in quoted(payload, server.url("/p.zip")).out

    def test_a_folder_is_not_let_through(
        self, payload: str, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = str(packing.write(tmp_path / "prices", packing.texts()))
        assert quoted(payload, folder).code == 0
        monkeypatch.setenv("WAN_RULES_CATALOGUE_KEY", key)
        assert "a folder carries no signature" in quoted(payload, folder).out

    def test_the_shipped_list_needs_none(self, payload: str, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("WAN_RULES_CATALOGUE_KEY", key)
        assert run("quote", payload, "--at", "2026-11-15").code == 0

    def test_an_empty_one_is_no_leave(self, payload: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("WAN_RULES_CATALOGUE_KEY", "")
        done = quoted(payload, str(packing.write(tmp_path / "prices", packing.texts())))
        assert (done.code, "WAN_RULES_CATALOGUE_KEY: it is empty" in done.out) == (2, True)

    def test_the_option_comes_first(
        self, server: Server, payload: str, key: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("WAN_RULES_CATALOGUE_KEY", "nothing.pub")
        assert "nothing.pub can't be read" in quoted(payload, server.url("/p.zip")).out
        assert quoted(payload, server.url("/p.zip"), "--catalogue-key", key).code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--keep-for", "1h"), "name one with --catalogue"),
        (("--catalogue-key", "key.pub"), "name one with --catalogue"),
        (("--catalogue", "https://a.example/p.zip", "--keep-for", "soon"), "write 90s, 30m, 24h or 7d"),
        (("--catalogue", "https://a.example/p.zip", "--keep-for", "-1h"), "write 90s, 30m, 24h or 7d"),
        (("--catalogue", "https://a.example/p.zip", "--catalogue-key", "nothing.pub"), "nothing.pub can't be read"),
        (("--catalogue", "https://a.example/p.zip", "--catalogue-key", ""), "--catalogue-key: it is empty"),
        (("--catalogue", "examples", "--keep-for", "1h"), "it lies on this machine"),
        (("--catalogue", ""), "an empty name"),
    ],
)
def test_what_means_nothing_is_said(words: tuple[str, ...], said: str) -> None:
    done = run("cards", "list", *words)
    assert (done.code, done.out, said in done.err) == (2, "", True)


@pytest.mark.usefixtures("beside_examples")
def test_a_folder_and_the_shipped_list_load_nothing_of_other_sources() -> None:
    """A start is part of the price of each quote."""
    heavy = ["pricing.shell.sources", "urllib.request", "http.client", "tarfile", "ssl", "cryptography", "fsspec"]
    code = (
        "import json, sys; from pricing.shell.inputs import open_catalogue; from pathlib import Path;"
        "open_catalogue(None); open_catalogue(Path('examples/catalogue'));"
        f"print(json.dumps([name for name in {heavy} if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=surroundings())
    assert json.loads(done.stdout) == []


def test_a_name_in_no_encoding(tmp_path: Path) -> None:
    done = run_process("cards", "list", "--catalogue", b"%b/p\xff.zip" % str(tmp_path).encode())
    assert (done.code, "p\\udcff.zip: no such folder or file" in done.err) == (2, True)
