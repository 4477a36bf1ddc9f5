"""The texts in the bytes of an archive or of one TOML file, told apart by how the bytes begin.

Nothing is written to disk and no member but `*.toml` is read, so a name can't reach a file; a name that tries to is
refused all the same, as is a card that is no plain file. What is unpacked is counted while it is unpacked, whatever the
archive says of itself.
"""

from __future__ import annotations

import gzip
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from stat import S_IFMT, S_IFREG
from types import MappingProxyType
from typing import Final

from pricing.card_parsing import parse_card
from pricing.cards import NO_MODELS
from pricing.errors import CardError
from pricing.extensions import Models
from pricing.fields import MAX_CARD_BYTES, parse_toml
from pricing.shell import catalogues
from pricing.shell.sources.source import SourceError

DEPTH_MAX: Final = 32
"""Folders in one another."""
MEMBERS_MAX: Final = 50_000
"""Members of an archive, of whatever kind."""
ZIP_INDEX_BYTES_MAX: Final = 8 * 1024 * 1024
"""The index at the end of a zip file, which is read whole: 50,000 members have about five."""
_ENDS_OF_ZIP: Final = 65_577
"""Bytes from the end in which a zip file's index is named."""
_BROKEN: Final = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    RecursionError,
)
"""What the standard library raises for bytes that are not what they say."""


def read_texts(data: bytes, name: str, models: Models = NO_MODELS) -> Mapping[str, str]:
    """The text of every `*.toml` by its name in the archive, after the archive's; or of the one TOML file.

    `name` is what messages call the archive; `models` are the plugins' charge models that a card alone may name. Raises
    CardError.
    """
    for start, unpack in _KINDS.items():
        if data.startswith(start):
            return _unpack(data, name, unpack)
    if data[257:262] == b"ustar":
        return _unpack(data, name, _in_tar)
    return _read_single(data, name, models)


def _unpack(data: bytes, name: str, unpack: Callable[[bytes], Iterator[tuple[str, bytes]]]) -> Mapping[str, str]:
    texts: dict[str, str] = {}
    left = catalogues.MAX_TEXT_BYTES
    try:
        for member, content in unpack(data):
            left -= len(content)
            file = f"{name}/{_checked(member)}"
            if left < 0:
                raise catalogues.too_much(name)
            if file in texts:
                raise _Refused(f"{member[:64]!r} is in it twice")  # noqa: TRY301 - told with the others below
            catalogues.check_size(len(content), file)
            texts[file] = catalogues.decode_text(content, file)
            catalogues.check_count(len(texts), name)
    except _Refused as error:
        raise SourceError(name, str(error)) from None
    except _BROKEN as error:
        raise SourceError(name, f"a broken archive: {type(error).__name__}: pack it again") from None
    catalogues.check_count(len(texts), name)
    return texts


class _Refused(Exception):  # noqa: N818 - never seen outside
    """What is wrong with an archive."""


def _checked(member: str) -> str:
    """The member's name, which stays below the archive's own. Raises _Refused."""
    parts = member.removeprefix("./").split("/")
    if len(parts) > DEPTH_MAX:
        raise _Refused(f"folders of more than {DEPTH_MAX} levels: pack fewer")
    if any(part in {"", ".", ".."} for part in parts) or "\\" in member or ":" in parts[0] or not member.isprintable():
        raise _Refused(f"{member[:64]!r} would lie elsewhere: pack names below the archive's own folder")
    return "/".join(parts)


def _is_card(member: str) -> bool:
    """Whether it is a TOML file, and not what macOS packs beside each file."""
    return member.endswith(".toml") and not member.rpartition("/")[2].startswith("._")


def _refuse_link(member: str) -> _Refused:
    return _Refused(f"{member[:64]!r} is no plain file: pack the file that a link leads to")


def _refuse_crowd() -> _Refused:
    return _Refused(f"more than {MEMBERS_MAX:,} members: pack the TOML files alone")


def _in_zip(data: bytes) -> Iterator[tuple[str, bytes]]:
    _check_index(data)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        if len(archive.infolist()) > MEMBERS_MAX:
            raise _refuse_crowd()
        for member in archive.infolist():
            if _is_card(member.filename):
                yield member.filename, _read_zipped(archive, member)


def _check_index(data: bytes) -> None:
    """Refuses an index too large to be read whole, at each place where one may be named: readers differ."""
    tail = data[-_ENDS_OF_ZIP:]
    at = tail.find(b"PK\5\6")
    while at >= 0:
        size = int.from_bytes(tail[at + 12 : at + 16], "little")
        if size > ZIP_INDEX_BYTES_MAX or tail[max(at - 20, 0) :].startswith(b"PK\6\7"):
            raise _refuse_crowd()
        at = tail.find(b"PK\5\6", at + 1)


def _read_zipped(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if S_IFMT(member.external_attr >> 16) not in {0, S_IFREG}:
        raise _refuse_link(member.filename)
    if member.flag_bits & 1:
        raise _Refused("it is encrypted: pack it without a password")
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise _Refused("it is packed by a rare method: pack it with deflate, as zip does")
    with archive.open(member) as file:
        return file.read(MAX_CARD_BYTES + 1)


def _in_gzip(data: bytes) -> Iterator[tuple[str, bytes]]:
    with gzip.GzipFile(fileobj=BytesIO(data)) as file:
        unpacked = file.read(catalogues.MAX_TEXT_BYTES + 1)  # to its end, where a checksum is
    if len(unpacked) > catalogues.MAX_TEXT_BYTES:
        raise _Refused(f"more than {catalogues.MAX_TEXT_BYTES:,} bytes unpacked: no more are read")
    yield from _in_tar(unpacked)


def _in_tar(data: bytes) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=BytesIO(data), mode="r:") as archive:
        for count, member in enumerate(archive, start=1):
            if count > MEMBERS_MAX:
                raise _refuse_crowd()
            if _is_card(member.name):
                yield member.name, _read_tarred(archive, member)
        end = data[archive.offset : archive.offset + tarfile.BLOCKSIZE]
    if end != bytes(tarfile.BLOCKSIZE):
        raise _Refused("it ends in its middle: pack it again")


def _read_tarred(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member) if member.type in {tarfile.REGTYPE, tarfile.AREGTYPE} else None
    if file is None or member.issparse():
        raise _refuse_link(member.name)
    with file:
        return file.read(MAX_CARD_BYTES + 1)


def _refuse_kind(_: bytes) -> Iterator[tuple[str, bytes]]:
    raise _Refused("an archive of another kind: pack it as .zip, .tar or .tar.gz")


_KINDS: Final[Mapping[bytes, Callable[[bytes], Iterator[tuple[str, bytes]]]]] = MappingProxyType(
    {
        b"PK\3\4": _in_zip,
        b"PK\5\6": _in_zip,
        b"\x1f\x8b": _in_gzip,
        b"\xfd7zXZ": _refuse_kind,
        b"BZh": _refuse_kind,
        b"7z\xbc\xaf\x27\x1c": _refuse_kind,
        b"\x28\xb5\x2f\xfd": _refuse_kind,
    }
)


def _read_single(data: bytes, name: str, models: Models) -> Mapping[str, str]:
    """One TOML file. A card alone gets a head without accounts: a list for anyone, that knows nobody's terms."""
    catalogues.check_size(len(data), name)
    text = catalogues.decode_text(data, name)
    document = parse_toml(text, file=name)
    if "agreement" in document:
        raise CardError("an agreement alone has no prices: name the folder that has its card too", file=name)
    if "card" not in document:
        return {name: text}
    head = f'schema_version = "1"\n[catalogue]\nname = "{parse_card(text, file=name, models=models).card.id}"\n'
    return {name: text, f"{name} (a head for a card alone)": head}
