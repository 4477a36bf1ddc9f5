"""Which files a name stands for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pricing.shell.bulk.sources import USAGE_FORMATS, list_sources
from wan_rules.payloads import UnusableInputError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    names = (
        "b.csv",
        "a.jsonl.gz",
        "deep/c.parquet",
        "deep/d.ndjson.zst",
        "note.txt",
        ".draft.csv",
        "_tmp/e.csv",
        "f.parquet.gz",
    )
    for name in names:
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"x")
    return tmp_path


def names_of(*asked: Path | str, folder: Path) -> list[str]:
    return [
        one.path.relative_to(folder).as_posix() for one in list_sources([str(each) for each in asked], USAGE_FORMATS)
    ]


def test_a_folder_stands_for_all_its_tables_in_order(folder: Path) -> None:
    wanted = ["a.jsonl.gz", "b.csv", "deep/c.parquet", "deep/d.ndjson.zst"]
    assert names_of(folder, folder=folder) == wanted
    assert names_of(f"{folder}/**/*", folder=folder) == wanted


def test_no_file_is_read_twice_and_names_keep_their_order(folder: Path) -> None:
    assert names_of(folder / "deep", folder / "b.csv", f"{folder}/d*", folder=folder) == [
        "deep/c.parquet",
        "deep/d.ndjson.zst",
        "b.csv",
    ]


def test_a_source_says_what_it_is(folder: Path) -> None:
    first, second, *_ = list_sources([str(folder)], USAGE_FORMATS)
    assert (first.format, first.compression, first.size_bytes) == ("jsonl", "gzip", 1)
    assert (second.format, second.compression) == ("csv", None)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("none.csv", "there is no such file"),
        ("note.txt", "its ending says no format"),
        ("f.parquet.gz", "its ending says no format"),
        ("*.xlsx", "no file there ends in .parquet"),
    ],
)
def test_a_name_that_stands_for_nothing_is_refused(folder: Path, name: str, told: str) -> None:
    with pytest.raises(UnusableInputError, match=told):
        list_sources([str(folder / name)], USAGE_FORMATS)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(UnusableInputError, match="it is no file"):
        list_sources([str(tmp_path / "pipe.csv")], USAGE_FORMATS)


def test_something_has_to_be_named() -> None:
    with pytest.raises(UnusableInputError, match="no file is named"):
        list_sources([], USAGE_FORMATS)
