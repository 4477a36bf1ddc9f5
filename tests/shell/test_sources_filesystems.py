"""Sources that fsspec reaches, from its own file systems, and what is said where it or a package is missing."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from pricing.shell.sources import Conditions, Keep, SourceError, UnreachableError, filesystems, load
from pricing.shell.sources.filesystems import open_filesystem
from pricing.shell.sources.source import Asked, File
from tests.shell import packing


class HTTPConnectError(Exception):
    """What the library of a storage may call it."""


class EndpointError(HTTPConnectError):
    """What it raises."""


class NoCredentialsError(Exception):
    """What it raises where it can't even ask."""


@pytest.fixture(autouse=True)
def memory() -> Iterator[MemoryFileSystem]:
    """What fsspec keeps in memory."""
    system = fsspec.filesystem("memory")
    system.pipe("/bucket/prices.zip", packing.zipped(packing.texts()))
    yield system
    system.rm("/bucket", recursive=True)


def test_an_archive_in_memory(memory: MemoryFileSystem) -> None:
    found = load("memory://bucket/prices.zip")
    assert found.digest == packing.digest()
    assert str(found.locate("made-up")) == "memory://bucket/prices.zip/cards/atlas.toml:3"
    memory.pipe("/bucket/prices.zip", packing.zipped(packing.texts("0.2")))
    assert load("memory://bucket/prices.zip").digest == packing.digest("0.2")


def test_a_file_of_a_local_file_system(tmp_path: Path) -> None:
    (tmp_path / "prices.tgz").write_bytes(packing.gzipped(packing.texts()))
    assert load(f"local://{tmp_path}/prices.tgz").digest == packing.digest()


def test_pins_hold_here_too() -> None:
    pin = f"#digest={packing.digest()}"
    assert load(f"memory://bucket/prices.zip{pin}").digest == packing.digest()
    with pytest.raises(SourceError, match="is pinned"):
        load(f"memory://bucket/prices.zip#sha256={'0' * 64}")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("memory://bucket/nothing.zip", "FileNotFoundError"),
        ("memory://bucket", "no such file"),
        ("zip://prices.toml::memory://bucket/prices.zip", "one URL in another"),
        ("nosuch://bucket/prices.zip", "can't be read: ValueError: Protocol not known: nosuch"),
    ],
)
def test_what_is_not_there_is_a_wrong_answer(name: str, said: str) -> None:
    with pytest.raises(SourceError, match=said) as refused:
        load(name)
    assert not isinstance(refused.value, UnreachableError)


def test_a_file_that_is_too_large() -> None:
    with pytest.raises(SourceError, match="more than 100 bytes"):
        open_filesystem(Asked("memory://bucket/prices.zip", bytes_max=100))
    size = len(packing.zipped(packing.texts()))
    assert isinstance(open_filesystem(Asked("memory://bucket/prices.zip", bytes_max=size)), File)


def test_only_what_may_be_read_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def cat_file(_: object, path: str, start: int, end: int) -> bytes:
        asked.append((path, start, end))
        return b"#" * (end - start)

    monkeypatch.setattr(MemoryFileSystem, "cat_file", cat_file)
    with pytest.raises(SourceError, match="more than 100 bytes"):
        open_filesystem(Asked("memory://bucket/endless", bytes_max=100))
    assert asked == [("/bucket/endless", 0, 101)]


@pytest.mark.parametrize(
    "error", [ConnectionError("refused"), TimeoutError(), OSError(5, "I/O error"), EndpointError("gone")]
)
def test_a_storage_that_fails_is_out_of_reach(
    error: Exception, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keeping = Conditions(keep=Keep(packing.HOUR, tmp_path))
    load("memory://bucket/prices.zip", keeping)

    def cat_file(*_: object, **__: object) -> bytes:
        raise error

    monkeypatch.setattr(MemoryFileSystem, "cat_file", cat_file)
    with pytest.raises(UnreachableError, match=f"no answer: {type(error).__name__}"):
        load("memory://bucket/prices.zip")
    kept = load("memory://bucket/prices.zip", keeping)
    assert (kept.digest, "was not reached" in (kept.note or "")) == (packing.digest(), True)


@pytest.mark.parametrize("error", [NoCredentialsError("none"), PermissionError(), RuntimeError("what?"), KeyError("x")])
def test_any_other_fault_is_for_a_person_to_see(
    error: Exception, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keeping = Conditions(keep=Keep(packing.HOUR, tmp_path))
    load("memory://bucket/prices.zip", keeping)

    def cat_file(*_: object, **__: object) -> bytes:
        raise error

    monkeypatch.setattr(MemoryFileSystem, "cat_file", cat_file)
    with pytest.raises(SourceError, match=type(error).__name__) as refused:
        load("memory://bucket/prices.zip", keeping)
    assert not isinstance(refused.value, UnreachableError)


def test_a_storage_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filesystems, "SECONDS_MAX", 0.1)
    monkeypatch.setattr(MemoryFileSystem, "cat_file", lambda *_, **__: time.sleep(2))
    begun = time.monotonic()
    with pytest.raises(UnreachableError, match="no whole answer within"):
        load("memory://bucket/prices.zip")
    assert time.monotonic() - begun < 1.5


def test_a_password_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    def cat_file(_: object, path: str, **__: object) -> bytes:
        raise ConnectionError(f"can't log in with secret at {path}")

    monkeypatch.setattr(MemoryFileSystem, "cat_file", cat_file)
    with pytest.raises(UnreachableError) as refused:
        load("memory://me:secret@bucket/prices.zip")
    assert str(refused.value) == "memory://bucket/prices.zip: no answer: ConnectionError"


def test_without_fsspec_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(SourceError, match=r"s3:// is read with fsspec: pip install 'wan-rules\[s3\]'"):
        load("s3://bucket/prices.zip")


def test_without_the_package_of_a_file_system_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gcsfs", None)
    with pytest.raises(SourceError, match=r"wants another package for gs://: .*gcsfs"):
        load("gs://bucket/prices.zip")
