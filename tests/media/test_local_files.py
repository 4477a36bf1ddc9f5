"""Local files: regular ones alone, within limits, and only while nobody writes to them."""

from __future__ import annotations

import os
import socket
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wan_rules.shell.found import UnreadableError
from wan_rules.shell.sources import open_file

DATA = bytes(range(256)) * 100


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.png"
    path.write_bytes(DATA)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableError) as refused, open_file(path) as source:
        source.read(0, 1)
    assert refused.value.reason.endswith(".")
    return refused.value.reason


def test_it_is_read_where_it_is_wanted(path: Path) -> None:
    with open_file(path) as source:
        assert source.size == 25_600
        assert source.read(5, 10) == DATA[5:15]
        assert source.read(25_599, 10) == DATA[-1:]
        assert source.read(25_600, 10) == source.read(10**15, 1) == source.read(5, 0) == source.read(5, -1) == b""
        assert (source.requests, source.bytes_read) == (2, 11)
        assert source.identify() == f"sha256:{sha256(DATA).hexdigest()}"
        assert source.read(0, 3) == DATA[:3]


def test_before_its_beginning(path: Path) -> None:
    with open_file(path) as source, pytest.raises(UnreadableError, match="before its own beginning"):
        source.read(-1, 5)


def test_no_more_is_read_than_may_be(path: Path) -> None:
    with open_file(path, bytes_max=1_000) as source:
        assert source.read(0, 900) == DATA[:900]
        with pytest.raises(UnreadableError, match="101 more bytes would be read, and 100 of 1,000 are left"):
            source.read(0, 101)
        assert source.read(20_000, 100) == DATA[20_000:20_100]


@given(st.integers(-5, 26_000), st.integers(-5, 10**12))
def test_any_part(tmp_path_factory: pytest.TempPathFactory, at: int, count: int) -> None:
    path = tmp_path_factory.getbasetemp() / "any.bin"
    if not path.exists():
        path.write_bytes(DATA)
    with open_file(path) as source:
        if at < 0:
            with pytest.raises(UnreadableError):
                source.read(at, count)
        else:
            assert source.read(at, count) == DATA[at : at + max(count, 0)]


def test_a_link_to_a_file_is_a_file(path: Path) -> None:
    (path.parent / "link").symlink_to(path)
    with open_file(path.parent / "link") as source:
        assert source.read(0, 3) == DATA[:3]


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        assert "it is a socket" in refusal(tmp_path / "socket")
    assert "it is a folder, and only files are read" in refusal(tmp_path)
    assert "it is a pipe" in refusal(tmp_path / "pipe")
    assert "it is a pipe" in refusal(tmp_path / "link")
    assert "it is a device" in refusal(Path("/dev/zero"))


def test_what_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to("circle")
    assert "No such file or directory" in refusal(tmp_path / "none")
    assert "can't be read" in refusal(tmp_path / "circle")
    assert "File name too long" in refusal(tmp_path / ("a" * 5000))
    assert "its path is none" in refusal(tmp_path / "a\0b")


def test_one_that_changes(path: Path) -> None:
    with open_file(path) as source:
        source.read(0, 10)
        os.truncate(path, 100)
        with pytest.raises(UnreadableError, match="it changed while it was read"):
            source.read(0, 1_000)
        with pytest.raises(UnreadableError, match="it changed while it was read"):
            source.read(0, 10)
        with pytest.raises(UnreadableError, match="it changed while it was read"):
            source.identify()


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no such file here")
def test_one_that_the_system_does_not_give() -> None:
    with (
        open_file(Path("/proc/self/mem")) as source,
        pytest.raises(UnreadableError, match="it can't be read: Input/out"),
    ):
        source.identify()


def test_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with open_file(tmp_path / "empty") as source:
        assert (source.size, source.read(0, 10)) == (0, b"")
