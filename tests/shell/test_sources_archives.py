"""Archives are read as folders are; hostile, broken and cut ones are refused, and nothing is written."""

from __future__ import annotations

import gzip
import random
import struct
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import TypeAlias

import pytest

from pricing import parse_catalogue
from pricing.errors import CardError
from pricing.fields import MAX_CARD_BYTES
from pricing.shell import catalogues
from pricing.shell.sources import SourceError, archives
from pricing.shell.sources.archives import read_texts
from tests.shell.packing import CARD, card, digest, gzipped, tarred, texts, zipped

Pack: TypeAlias = Callable[[Mapping[str, str | bytes]], bytes]
PACKERS: Mapping[str, Pack] = {"zip": zipped, "tar": tarred, "tar-gz": gzipped}
each_kind = pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)


def refusal(data: bytes) -> str:
    with pytest.raises(CardError) as refused:
        read_texts(data, "p")
    return str(refused.value)


@each_kind
class TestEveryKind:
    """What holds of a zip and a tar alike."""

    def test_it_is_read_as_a_folder_is(self, pack: Pack) -> None:
        found = read_texts(pack(texts()), "https://a.example/p")
        assert list(found) == ["https://a.example/p/catalogue.toml", f"https://a.example/p/{CARD}"]
        assert parse_catalogue(found).digest == digest()

    def test_what_is_no_toml_is_not_read(self, pack: Pack) -> None:
        more = {"run.py": b"raise SystemExit", "../../etc/passwd": b"\0", "__MACOSX/._catalogue.toml": b"\0\5\x16\7"}
        assert parse_catalogue(read_texts(pack({**texts(), **more}), "p")).digest == digest()

    @pytest.mark.parametrize(
        "name",
        [
            "/etc/a.toml",
            "../a.toml",
            "a/../../b.toml",
            "a//b.toml",
            "C:/a.toml",
            "a\\..\\b.toml",
            "a\n.toml",
            "./../a.toml",
        ],
    )
    def test_names_that_lie_elsewhere_are_refused(self, name: str, pack: Pack) -> None:
        assert "would lie elsewhere" in refusal(pack({**texts(), name: card()}))

    def test_a_member_twice(self, pack: Pack) -> None:
        assert "is in it twice" in refusal(pack({**texts(), f"./{CARD}": card("0.2")}))

    def test_folders_within_folders(self, pack: Pack) -> None:
        deep = "a/" * archives.DEPTH_MAX + "b.toml"
        assert "more than 32 levels" in refusal(pack({deep: card()}))

    def test_nothing_in_it(self, pack: Pack) -> None:
        assert "no *.toml file in it" in refusal(pack({"a.txt": "nothing"}))

    def test_bytes_that_are_no_text(self, pack: Pack) -> None:
        assert refusal(pack({CARD: b"\xff"})).startswith(f"p/{CARD}:1: the byte 0xff is no UTF-8")

    @pytest.mark.parametrize(
        ("where", "limit", "most", "said"),
        [
            (catalogues, "MAX_FILES", 1, "2 TOML files: at most 1"),
            (catalogues, "MAX_TEXT_BYTES", 500, "more than 500 bytes"),
            (catalogues, "MAX_CARD_BYTES", 300, "at most 300 are read"),
            (archives, "MEMBERS_MAX", 1, "more than 1 members"),
        ],
    )
    def test_there_are_limits(
        self, where: object, limit: str, most: int, said: str, pack: Pack, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(where, limit, most)
        assert said in refusal(pack(texts()))

    def test_a_bomb_is_not_unpacked(self, pack: Pack) -> None:
        bomb = pack({CARD: b"#" * (MAX_CARD_BYTES + 5)})
        assert "at most 16,777,216 are read" in refusal(bomb)

    def test_every_cut_is_seen(self, pack: Pack) -> None:
        """Wherever the end is missing nothing is read: a price that is cut off is not one that is not there."""
        whole = pack(texts())
        for size in [*range(300, len(whole) - 1, 97), *((len(whole) - 1,) if pack is not tarred else ())]:
            try:
                found = read_texts(whole[:size], "p")
            except CardError:
                continue
            assert parse_catalogue(found).digest == digest(), size  # only the filling after a tar's end was cut

    def test_no_mutation_escapes(self, pack: Pack) -> None:
        """Flipped bits give a catalogue or a CardError, and never anything else."""
        whole, chance = pack(texts()), random.Random(1)  # noqa: S311 - the same each time
        refused = 0
        for _ in range(400):
            mutated = bytearray(whole)
            for _ in range(chance.randint(1, 6)):
                mutated[chance.randrange(len(mutated))] ^= 1 << chance.randrange(8)
            try:
                read_texts(bytes(mutated), "p")
            except CardError:
                refused += 1
        assert refused > 100


def linked(kind: bytes, name: str = "link.toml") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, "catalogue.toml"
    return member


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.CONTTYPE]
)
def test_a_tar_with_a_link_or_device(kind: bytes) -> None:
    assert "'link.toml' is no plain file" in refusal(tarred(texts(), linked(kind)))
    assert read_texts(tarred(texts(), linked(kind, "link.txt")), "p")


def test_a_tar_with_a_sparse_file() -> None:
    assert "is no plain file" in refusal(tarred(texts(), linked(tarfile.GNUTYPE_SPARSE)))


def test_a_zip_with_a_link() -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        link = zipfile.ZipInfo("link.toml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert "'link.toml' is no plain file" in refusal(packed.getvalue())


def test_a_zip_with_a_password() -> None:
    data = bytearray(zipped(texts()))
    data[data.index(b"PK\1\2") + 8] |= 1
    assert "encrypted" in refusal(bytes(data))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_by_a_rare_method(method: int) -> None:
    assert "rare method" in refusal(zipped(texts(), method))


def test_a_zip_that_is_only_stored() -> None:
    assert parse_catalogue(read_texts(zipped(texts(), zipfile.ZIP_STORED), "p")).digest == digest()


@pytest.mark.parametrize("comment", [b"", b"x" * 65_535, b"PK\5\6" + b"\xff" * 18])
def test_a_zip_with_an_endless_index(comment: bytes) -> None:
    """The index is read whole by the standard library: its size is looked at before, at each place that may name it."""
    data = zipped(texts())
    at = data.index(b"PK\5\6")
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 9, 9, archives.ZIP_INDEX_BYTES_MAX + 1, 0, len(comment))
    assert "pack the TOML files alone" in refusal(data[:at] + end + comment)


def test_a_zip_of_the_large_form() -> None:
    data = zipped(texts())
    at = data.index(b"PK\5\6")
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, at, 1)
    assert "pack the TOML files alone" in refusal(data[:at] + locator + data[at:])


def test_members_that_say_a_false_size() -> None:
    data = bytearray(zipped({CARD: b"#" * 100_000}))
    at = data.index(b"PK\1\2")
    data[at + 24 : at + 28] = (5).to_bytes(4, "little")
    assert "broken archive" in refusal(bytes(data))


def test_a_gzip_that_unpacks_to_more_than_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogues, "MAX_TEXT_BYTES", 100_000)
    assert "more than 100,000 bytes unpacked" in refusal(gzip.compress(bytes(200_000)))


def test_a_tar_whose_second_header_is_broken_does_not_end_there() -> None:
    data = bytearray(tarred({**texts(), "z.toml": card("0.2")}))
    at = data.index(b"z.toml")
    data[at : at + 512] = b"\1" * 512
    assert "ends in its middle" in refusal(bytes(data))


@pytest.mark.parametrize("start", [b"\xfd7zXZ\0", b"BZh9", b"7z\xbc\xaf\x27\x1c", b"\x28\xb5\x2f\xfd"])
def test_other_kinds_are_named_as_such(start: bytes) -> None:
    assert "pack it as .zip, .tar or .tar.gz" in refusal(start + bytes(100))


def test_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even a temporary file: opening anything fails the test."""
    packed: Mapping[str, bytes] = {name: pack(texts()) for name, pack in PACKERS.items()}

    def opened(*_: object, **__: object) -> None:
        pytest.fail("something was opened")

    monkeypatch.setattr("builtins.open", opened)
    monkeypatch.setattr("os.open", opened)
    for data in packed.values():
        assert read_texts(data, "p")


def test_an_error_names_the_archive_and_the_file() -> None:
    with pytest.raises(CardError, match=r"p\.zip/cards/atlas\.toml:1: not TOML"):
        parse_catalogue(read_texts(zipped({CARD: "<html>"}), "p.zip"))
    with pytest.raises(SourceError, match=r"^p\.zip: "):
        read_texts(b"PK\3\4", "p.zip")
