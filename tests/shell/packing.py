"""Catalogues as texts and archives, for the tests of sources."""

from __future__ import annotations

import gzip
import tarfile
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Final

from pricing import parse_catalogue
from tests.terms import HEAD, card_toml, terms_of

CARD: Final = "cards/atlas.toml"
HOUR: Final = timedelta(hours=1)


def card(price: str = "0.10") -> str:
    """A card of atlas with one price."""
    return card_toml(terms_of({"720P": price}))


def texts(price: str = "0.10") -> dict[str, str]:
    """The files of a whole catalogue."""
    return {"catalogue.toml": HEAD, CARD: card(price)}


def digest(price: str = "0.10") -> str:
    """The digest of that catalogue."""
    return parse_catalogue(texts(price)).digest


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """The folder, with the files in it."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def zipped(files: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of the files."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


def tarred(files: Mapping[str, str | bytes], *more: tarfile.TarInfo) -> bytes:
    """A tar of the files, and of members without content."""
    packed = BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, text in files.items():
            data = text.encode() if isinstance(text, str) else text
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, BytesIO(data))
        for member in more:
            archive.addfile(member)
    return packed.getvalue()


def gzipped(files: Mapping[str, str | bytes]) -> bytes:
    """A .tar.gz of the files."""
    return gzip.compress(tarred(files))
