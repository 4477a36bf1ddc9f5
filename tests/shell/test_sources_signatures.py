"""Detached signatures: what minisign wrote is let through, and nothing else is."""

from __future__ import annotations

import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from pricing.shell.sources import Conditions, Keep, SourceError, UnreachableError, load, read_keys
from pricing.shell.sources.signatures import verify
from tests.shell import packing
from tests.shell.serving import Server, answer, serve
from tests.shell.signing import Signer

PACKED = packing.zipped(packing.texts())
BY_MINISIGN = Path(__file__).parent / "minisign"
"""A file, its signature and the key, as minisign 0.11 wrote them: `made.txt`, hashed, and `old.txt`, as before 2015."""


class TestWhatMinisignWrote:
    """The real program's files."""

    @pytest.mark.parametrize("name", ["made.txt", "old.txt"])
    def test_its_signatures_are_good(self, name: str) -> None:
        keys = read_keys((BY_MINISIGN / "made.pub").read_text(encoding="utf-8"), "made.pub")
        data, signature = ((BY_MINISIGN / file).read_bytes() for file in (name, f"{name}.minisig"))
        verify(data, signature, keys, name)
        with pytest.raises(SourceError, match="does not fit its bytes"):
            verify(data + b"\n", signature, keys, name)


SIGNER, OTHER = Signer(), Signer()
KEYS = read_keys(SIGNER.public, "key.pub")


def flip(line: str, byte: int) -> str:
    data = bytearray(b64decode(line))
    data[byte] ^= 1
    return b64encode(data).decode()


def changed(line: int, text: str) -> bytes:
    lines = SIGNER.sign(PACKED).decode().splitlines()
    lines[line] = text
    return "\n".join(lines).encode()


def lines() -> list[str]:
    return SIGNER.sign(PACKED).decode().splitlines()


@pytest.mark.parametrize(
    ("signature", "said"),
    [
        pytest.param(OTHER.sign(PACKED), "none of those that were given", id="by-another-key"),
        pytest.param(SIGNER.sign(PACKED + b"x"), "does not fit its bytes", id="of-other-bytes"),
        pytest.param(changed(1, flip(lines()[1], 20)), "does not fit its bytes", id="a-bit-of-the-signature"),
        pytest.param(changed(3, flip(lines()[3], 20)), "does not fit its bytes", id="a-bit-of-the-comment's"),
        pytest.param(changed(2, "trusted comment: newer"), "does not fit its bytes", id="another-comment"),
        pytest.param(changed(1, flip(lines()[1], 3)), "none of those that were given", id="another-key-id"),
        pytest.param(changed(1, flip(lines()[1], 0)), "not the form of minisign", id="another-algorithm"),
        pytest.param(changed(1, lines()[1][:-4]), "not the form of minisign", id="cut"),
        pytest.param(changed(1, "not base64!"), "not the form of minisign", id="no-base64"),
        pytest.param(changed(3, ""), "not the form of minisign", id="no-signature-of-the-comment"),
        pytest.param(changed(2, "comment"), "not the form of minisign", id="no-trusted-comment"),
        pytest.param(b"", "not the form of minisign", id="empty"),
        pytest.param(b"\xff\xfe", "not the form of minisign", id="bytes"),
        pytest.param(
            SIGNER.sign(PACKED, kind=b"Ed", digest=True), "does not fit its bytes", id="a-digest-as-the-bytes"
        ),
    ],
)
def test_what_is_not_signed_is_refused(signature: bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        verify(PACKED, signature, KEYS, "p.zip")


def test_several_keys_may_be_good_at_a_time() -> None:
    both = read_keys(f"{SIGNER.public}\n{OTHER.public}", "keys.pub")
    for signer in (SIGNER, OTHER):
        verify(PACKED, signer.sign(PACKED), both, "p.zip")


@pytest.mark.parametrize(
    "text", ["", "untrusted comment: none\n", "RWQ=", "x" * 56, b64encode(b"XX" + bytes(40)).decode()]
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(SourceError, match="no public key of minisign"):
        read_keys(text, "key.pub")


def test_without_cryptography_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    with pytest.raises(SourceError, match=r"pip install 'wan-rules\[signatures\]'"):
        verify(PACKED, SIGNER.sign(PACKED), KEYS, "p.zip")


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as started:
        started.answers["/p.zip"] = answer(PACKED)
        yield started


class TestSources:
    """A source of which a signature is asked."""

    def test_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "p.zip").write_bytes(PACKED)
        with pytest.raises(SourceError, match=r"not signed, and a key was given: .*p\.zip\.minisig: no such"):
            load(str(tmp_path / "p.zip"), Conditions(KEYS))
        (tmp_path / "p.zip.minisig").write_bytes(SIGNER.sign(PACKED))
        assert load(str(tmp_path / "p.zip"), Conditions(KEYS)).digest == packing.digest()

    def test_a_url(self, server: Server) -> None:
        with pytest.raises(SourceError, match=r"not signed, and a key was given: .*404"):
            load(server.url("/p.zip"), Conditions(KEYS))
        server.answers["/p.zip.minisig"] = answer(SIGNER.sign(PACKED))
        assert load(server.url("/p.zip"), Conditions(KEYS)).digest == packing.digest()
        assert server.paths == ["/p.zip", "/p.zip.minisig"] * 2

    def test_a_signature_is_fetched_only_where_it_is_asked_for(self, server: Server) -> None:
        load(server.url("/p.zip"))
        assert server.paths == ["/p.zip"]

    def test_a_folder_in_its_place(self, tmp_path: Path) -> None:
        (tmp_path / "p.zip").write_bytes(PACKED)
        packing.write(tmp_path / "p.zip.minisig", packing.texts())
        with pytest.raises(SourceError, match=r"p\.zip\.minisig is no file"):
            load(str(tmp_path / "p.zip"), Conditions(KEYS))

    def test_a_signature_that_is_too_large(self, server: Server) -> None:
        server.answers["/p.zip.minisig"] = answer(b"x" * 5000)
        with pytest.raises(SourceError, match=r"not signed, and a key was given: .*more than 4,096 bytes"):
            load(server.url("/p.zip"), Conditions(KEYS))

    def test_a_wrong_signature_is_never_covered_by_a_kept_copy(self, server: Server, tmp_path: Path) -> None:
        signed = Conditions(KEYS, Keep(packing.HOUR, tmp_path))
        server.answers["/p.zip.minisig"] = answer(SIGNER.sign(PACKED))
        load(server.url("/p.zip"), signed)
        for wrong in (answer(SIGNER.sign(b"other")), answer(OTHER.sign(PACKED)), answer(b"", 404)):
            server.answers["/p.zip.minisig"] = wrong
            with pytest.raises(SourceError) as refused:
                load(server.url("/p.zip"), signed)
            assert not isinstance(refused.value, UnreachableError)
        server.answers["/p.zip.minisig"] = answer(b"", 503)
        assert "503" in (load(server.url("/p.zip"), signed).note or "")

    def test_a_kept_copy_is_proved_again(self, server: Server, tmp_path: Path) -> None:
        """A copy that was kept without a signature, or of a key that is no longer trusted, stands in for nothing."""
        keep = Keep(packing.HOUR, tmp_path)
        load(server.url("/p.zip"), Conditions(keep=keep))
        server.answers["/p.zip"] = answer(b"", 500)
        assert load(server.url("/p.zip"), Conditions(keep=keep)).note
        with pytest.raises(UnreachableError, match="no copy of it is kept that could stand in"):
            load(server.url("/p.zip"), Conditions(KEYS, keep))
