"""Files of Parquet whose pages are damaged: each command says which file, ends with 2, and leaves nothing behind."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import duckdb
import pytest

from pricing.shell.bulk.damage import naming_damage
from tests.bulk.test_parquet_usage import write
from tests.shell.runner import run
from wan_rules.payloads import UnusableInputError

WHOLE = ("rate", "backtest", "reconcile")


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """Usage whose footer is whole, and whose first page is not."""
    file = Path(write(tmp_path))
    data = file.read_bytes()
    file.write_bytes(data[:4] + bytes(200) + data[204:])
    return file


@pytest.mark.parametrize("command", WHOLE)
def test_the_damaged_file_is_named(command: str, damaged: Path, tmp_path: Path) -> None:
    invoice = tmp_path / "invoice.csv"
    invoice.write_text("id,amount,currency\n1,1.00,USD\n", encoding="utf-8")
    output = tmp_path / "out"
    arguments = {
        "rate": (str(damaged), "-o", str(output)),
        "backtest": ("--usage", str(damaged), "--old", "published:", "--new", "published:"),
        "reconcile": ("--usage", str(damaged), "--invoice", str(invoice), "-o", str(output)),
    }
    done = run(command, *arguments[command])
    assert done.code == 2, done.err
    assert f"{damaged} can't be read to its end: it is damaged" in done.err
    assert not output.exists()


def test_only_the_damaged_one_of_several_is_named(damaged: Path, tmp_path: Path) -> None:
    whole = write(tmp_path, "a-whole.parquet")
    done = run("rate", whole, str(damaged))
    assert done.code == 2
    assert str(damaged) in done.err
    assert "a-whole" not in done.err


@pytest.mark.parametrize("full", [duckdb.IOException, OSError])
def test_a_disk_that_is_full_is_said(tmp_path: Path, full: type[Exception]) -> None:
    said = "the disk is full: make room, and start again"
    with pytest.raises(UnusableInputError, match=said), naming_damage("usage", [write(tmp_path)]):
        raise full(f'Could not write file "a.draft": {os.strerror(errno.ENOSPC)}\nmore')


def test_what_no_file_is_the_cause_of_is_raised_as_it_came(tmp_path: Path) -> None:
    with pytest.raises(duckdb.CatalogException), naming_damage("usage", [write(tmp_path)]):
        duckdb.sql("select * from nothing")
    with pytest.raises(UnusableInputError, match="as it came"), naming_damage("usage", [write(tmp_path)]):
        raise UnusableInputError("usage", "as it came")
