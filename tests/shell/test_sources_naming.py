"""How a source is named: which scheme opens it, what pins it, what messages call it, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from pricing.shell.sources.naming import Named, Pins, read_source
from pricing.shell.sources.schemes import OPENERS
from pricing.shell.sources.source import Opener, SourceError, beside, label

HEX = "0123456789abcdef" * 4


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "prices").mkdir()
    (tmp_path / "HEAD:prices").mkdir()
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("text", "scheme", "name"),
    [
        pytest.param("prices", "file", "prices", id="a-folder"),
        pytest.param("nothing", "file", "nothing", id="what-is-not-there"),
        pytest.param("file:prices/", "file", "prices/", id="a-folder-with-its-scheme"),
        pytest.param("file:///srv/prices", "file", "file:///srv/prices", id="a-file-url"),
        pytest.param("package:mine/prices", "package", "mine/prices", id="a-package"),
        pytest.param("git:HEAD:prices", "git", "HEAD:prices", id="a-revision-with-its-scheme"),
        pytest.param("HEAD~1:prices", "git", "HEAD~1:prices", id="a-revision"),
        pytest.param("HEAD:prices", "file", "HEAD:prices", id="a-folder-that-looks-like-a-revision"),
        pytest.param("published", "published", "", id="the-shipped-list"),
        pytest.param("published:", "published", "", id="the-shipped-list-with-its-scheme"),
        pytest.param("https://a.example/p.zip?v=1", "https", "https://a.example/p.zip?v=1", id="the-web"),
        pytest.param("s3://bucket/p.zip", "*", "s3://bucket/p.zip", id="a-file-system"),
        pytest.param("C#1", "file", "C#1", id="a-folder-with-a-number-sign"),
    ],
)
def test_a_name_has_one_opener(text: str, scheme: str, name: str) -> None:
    assert read_source(text, OPENERS) == Named(scheme, name, Pins())


@pytest.mark.parametrize(
    ("pins", "read"),
    [
        pytest.param(f"sha256={HEX}", Pins(sha256=HEX), id="bytes"),
        pytest.param(f"sha256={HEX.upper()}", Pins(sha256=HEX), id="in-capitals"),
        pytest.param(f"digest=sha256:{HEX}", Pins(digest=f"sha256:{HEX}"), id="catalogue"),
        pytest.param(f"digest={HEX}", Pins(digest=f"sha256:{HEX}"), id="catalogue-short"),
        pytest.param(f"sha256={HEX}&digest=sha256:{HEX}", Pins(HEX, f"sha256:{HEX}"), id="both"),
    ],
)
def test_pins(pins: str, read: Pins) -> None:
    assert read_source(f"prices#{pins}", OPENERS) == Named("file", "prices", read)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "an empty name", id="nothing"),
        pytest.param(f"#sha256={HEX}", "an empty name", id="a-pin-alone"),
        pytest.param("prices#sha256=abc", "64 hexadecimal digits", id="a-short-pin"),
        pytest.param(f"prices#sha256={HEX}&sha256={HEX}", "each once", id="a-pin-twice"),
        pytest.param(f"prices#sha256={HEX}&md5=1", "a pin is #sha256=", id="an-unknown-pin"),
        pytest.param(f"https://a.example/p.zip#sha265={HEX}", "after # stands a pin", id="a-pin-misspelt"),
        pytest.param("HTTPS://a.example/p.zip", "small letters", id="capitals"),
        pytest.param("https://user:pa/ss@a.example/p.zip", "write %40", id="a-password-with-a-slash"),
    ],
)
def test_what_is_no_name_is_refused(text: str, said: str) -> None:
    with pytest.raises(SourceError, match=said) as refused:
        read_source(text, OPENERS)
    assert "ss@" not in str(refused.value)


def test_the_shipped_list_and_a_folder_of_its_name_are_not_mixed_up(tmp_path: Path) -> None:
    (tmp_path / "published").mkdir()
    with pytest.raises(SourceError, match="write published: for the list"):
        read_source("published", OPENERS)
    assert read_source("./published", OPENERS).scheme == "file"
    assert read_source("published:", OPENERS).scheme == "published"


def test_a_scheme_may_be_added() -> None:
    openers = {**OPENERS, "vault": Opener(lambda _: pytest.fail("not to be opened"))}
    assert read_source("vault:prices/today", openers) == Named("vault", "prices/today", Pins())
    assert read_source("vault://prices/today", openers) == Named("vault", "vault://prices/today", Pins())
    assert read_source("vault:prices/today", OPENERS).scheme == "git"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("https://u:secret@a.example/p.zip?token=secret", "https://a.example/p.zip", id="credentials"),
        pytest.param("https://secret@a.example/p.zip", "https://a.example/p.zip", id="a-user"),
        pytest.param("https://u:se/cret@a.example/p.zip", "https://...", id="unclear"),
        pytest.param("https://u:se?cret@a.example/p.zip", "https://...", id="unclear-query"),
        pytest.param("https://a.example:8443/p@2.zip", "https://...", id="unclear-though-harmless"),
        pytest.param("https://a.example/p@2.zip", "https://a.example/p@2.zip", id="an-at-in-the-path"),
        pytest.param("s3://bucket/p.zip", "s3://bucket/p.zip", id="plain"),
        pytest.param("what?/is#this", "what?/is#this", id="a-folder"),
    ],
)
def test_messages_show_no_credentials(name: str, shown: str) -> None:
    assert label(name) == shown
    assert str(SourceError(name, "gone")) == f"{shown}: gone"


@pytest.mark.parametrize(
    ("name", "signature"),
    [
        ("prices.zip", "prices.zip.minisig"),
        ("what?.zip", "what?.zip.minisig"),
        ("https://a.example/p.zip?v=1", "https://a.example/p.zip.minisig?v=1"),
    ],
)
def test_a_signature_lies_beside_the_file(name: str, signature: str) -> None:
    assert beside(name, ".minisig") == signature
