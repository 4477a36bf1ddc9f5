"""What is written takes the place of nothing else: not of what is read, of another output, of a link or of a device."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import ROOT
from tests.shell.runner import AT, CATALOGUE, run

FINANCE: Final = ROOT / "examples" / "finance"
MARKET: Final = ("--account", "acme", "--environment", "production", *AT)
BACKTEST: Final = ("--usage", "usage.jsonl", "--old", "prices", "--new", "prices", "--new-at", "2027-01-01")
RATE: Final = ("rate", "usage.csv", "--catalogue", "books")
RECONCILE: Final = ("reconcile", "--usage", "usage.csv", "--invoice", "invoice.csv", "--catalogue", "books")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with catalogues, usage of which one row can't be rated, and an invoice."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(CATALOGUE, "prices")
    shutil.copytree(FINANCE / "catalogue", "books")
    shutil.copy(ROOT / "examples" / "usage.jsonl", "usage.jsonl")
    shutil.copy(ROOT / "examples" / "media" / "girl.png", "girl.png")
    rows = (FINANCE / "usage.csv").read_text(encoding="utf-8").splitlines()
    Path("usage.csv").write_text("\n".join((*rows[:5], "bad" + "," * rows[0].count(","))) + "\n", encoding="utf-8")
    shutil.copy(FINANCE / "invoice.csv", "invoice.csv")


def read_all() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(
            ("backtest", *BACKTEST, "--plot", "usage.jsonl"), "--plot: usage.jsonl is usage itself", id="plot"
        ),
        pytest.param(
            ("backtest", *BACKTEST, "--threads", "1", "--plot", "usage.jsonl"),
            "--plot: usage.jsonl is usage itself",
            id="tables-plot",
        ),
        pytest.param(
            ("backtest", *BACKTEST, "--rejects", "prices/catalogue.toml"),
            "--rejects: prices/catalogue.toml would be a file of the catalogue",
            id="rejects-catalogue",
        ),
        pytest.param(
            ("backtest", *BACKTEST, "--rejects", "new.svg", "--plot", "./new.svg"),
            "--plot: new.svg is what --rejects names",
            id="both",
        ),
        pytest.param(
            ("drift", "--quoted", "usage.csv", "--invoiced", "invoice.csv", "--plot", "invoice.csv"),
            "--plot: invoice.csv is the invoice itself",
            id="drift-invoice",
        ),
        pytest.param(
            ("drift", "--quoted", "usage.csv", "--invoiced", "invoice.csv", "--plot", "usage.csv"),
            "--plot: usage.csv is what was quoted itself",
            id="drift-quotes",
        ),
        pytest.param(
            ("cards", "history", "atlas", *MARKET, "--catalogue", "prices", "--plot", "prices/catalogue.toml"),
            "--plot: prices/catalogue.toml would be a file of the catalogue",
            id="history",
        ),
        pytest.param(
            ("cards", "lock", "prices", "--output", "prices/catalogue.toml"),
            "--output: prices/catalogue.toml would be a file of the catalogue",
            id="lock",
        ),
        pytest.param(
            ("cards", "lock", "prices", "--output", "prices/new.toml"),
            "--output: prices/new.toml would be a file of the catalogue",
            id="lock-beside",
        ),
        pytest.param(
            (*RATE, "-o", "x.csv", "--rejects", "x.csv"), "--rejects: x.csv is what --output names", id="rate-rejects"
        ),
        pytest.param(
            (*RATE, "-o", "x.parquet", "--focus", "x.csv", "--rejects", "x.csv"),
            "--focus: x.csv is what --rejects names",
            id="rate-focus",
        ),
        pytest.param(
            (*RATE, "-o", "charges", "--rejects", "charges/x.csv"),
            "--rejects: charges/x.csv lies in charges, which is written anew",
            id="rate-within",
        ),
        pytest.param((*RATE, "-o", "Notes"), "--output: Notes is a file: name a folder", id="rate-file"),
        pytest.param((*RATE, "-o", "prices.csv"), "--output: prices.csv is a folder: name a file", id="rate-folder"),
        pytest.param(
            (*RECONCILE, "-o", "report", "--rejects", "report/x.jsonl"),
            "--rejects: report/x.jsonl lies in report, which is written anew",
            id="reconcile-within",
        ),
        pytest.param(
            ("probe", "girl.png", "--subjects", "--annotate", "girl.png"),
            "--annotate: girl.png is the picture itself",
            id="annotate",
        ),
    ],
)
def test_nothing_is_written_over(words: Sequence[str], said: str) -> None:
    Path("Notes").write_text("dear", encoding="utf-8")
    Path("prices.csv").mkdir()
    before = read_all()
    done = run(*words)
    assert (done.code, done.out, said in done.err) == (2, "", True), done.err
    assert read_all() == before


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("cards", "lock", "prices", "--output"), id="lock"),
        pytest.param(("cards", "history", "atlas", *MARKET, "--catalogue", "prices", "--plot"), id="history"),
        pytest.param(("backtest", *BACKTEST, "--plot"), id="plot"),
        pytest.param(("backtest", *BACKTEST, "--rejects"), id="rejects"),
        pytest.param((*RATE, "-o", "charges", "--rejects"), id="rate-rejects"),
        pytest.param((*RATE, "-o", "charges", "--focus"), id="rate-focus"),
    ],
)
def test_a_link_stays_one(words: Sequence[str]) -> None:
    Path("far").mkdir()
    Path("far/file.csv").write_text("old", encoding="utf-8")
    Path("link.csv").symlink_to("far/file.csv")
    done = run(*words, "link.csv")
    assert not done.err.startswith("wan-rules: --"), done.err
    assert Path("link.csv").is_symlink()
    assert Path("far/file.csv").read_text(encoding="utf-8") not in ("old", "")
    assert [path.name for path in Path("far").iterdir()] == ["file.csv"]


@pytest.mark.parametrize("words", [RATE, RECONCILE], ids=["rate", "reconcile"])
def test_a_linked_folder_stays_one(words: Sequence[str]) -> None:
    Path("far").mkdir()
    Path("link").symlink_to("far")
    for _ in range(2):
        done = run(*words, "-o", "link")
        assert "can't" not in done.err
        assert Path("link").is_symlink()
        assert list(Path("far").iterdir())
    assert [path.name for path in Path().iterdir() if path.name.startswith(".")] == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("backtest", *BACKTEST, "--rejects"), id="rejects"),
        pytest.param((*RATE, "-o", "charges", "--rejects"), id="rate-rejects"),
        pytest.param((*RATE, "-o", "charges", "--focus"), id="rate-focus"),
    ],
)
def test_a_pipe_is_not_replaced_by_a_file(words: Sequence[str]) -> None:
    os.mkfifo("pipe.csv")
    done = run(*words, "pipe.csv")
    assert (done.code, "pipe.csv is a device or a pipe: name a file" in done.err) == (2, True), done.err
    assert Path("pipe.csv").is_fifo()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_takes_a_lock() -> None:
    os.mkfifo("pipe")
    taken: list[str] = []
    reader = threading.Thread(target=lambda: taken.append(Path("pipe").read_text(encoding="utf-8")))
    reader.start()
    assert run("cards", "lock", "prices", "--output", "pipe").code == 0
    reader.join(timeout=10)
    assert '"records": [' in taken[0]
    assert Path("pipe").is_fifo()


def test_a_circle_of_links_ends_in_no_traceback() -> None:
    Path("a.csv").symlink_to("b.csv")
    Path("b.csv").symlink_to("a.csv")
    done = run(*RATE, "-o", "charges", "--rejects", "a.csv")
    assert (done.code, done.err) == (2, "")
    assert "bad" in Path("a.csv").read_text(encoding="utf-8")
