"""`cards lock`, and `cards check` against a lock or a git revision: what had begun stays as it was."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from pricing.shell import locking
from tests.conftest import ROOT
from tests.shell.runner import CATALOGUE, Done, run

AUTHOR = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
CARD = Path("cards/atlas.toml")
BEFORE = ("--at", "2026-10-15")
AFTER = ("--at", "2026-11-15")


@pytest.fixture
def prices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example catalogue without its tests, in the current folder as `prices`."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(CATALOGUE, tmp_path / "prices", ignore=shutil.ignore_patterns("tests.toml"))
    return Path("prices")


def change(folder: Path, old: str, new: str, file: Path = CARD) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def check(*arguments: str) -> Done:
    return run("cards", "check", "prices", *arguments)


def test_a_lock_holds_what_has_begun(prices: Path) -> None:
    done = run("cards", "lock", "prices", "-o", "prices/catalogue.lock", *BEFORE)
    assert (done.code, done.err) == (0, "")
    document = json.loads((prices / "catalogue.lock").read_text(encoding="utf-8"))
    ids = [record["id"] for record in document["records"]]
    assert done.out == f"prices/catalogue.lock: {len(ids)} parts that had begun by 2026-10-15\n"
    assert ids == sorted(ids)
    schema = json.loads((ROOT / "docs" / "reference" / "schemas" / "lock.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(document)
    assert "northlight-atlas:output_video_seconds/720P@2026-06-01" in ids
    assert "northlight-atlas:output_video_seconds/720P@2026-11-01" not in ids
    assert check("--lock", "prices/catalogue.lock", *AFTER, "--strict").code == 0


def test_an_edit_is_an_error_and_an_announced_price_is_free_to_change(prices: Path) -> None:
    run("cards", "lock", "prices", "-o", "before.lock", *BEFORE)
    change(prices, '"0.13"', '"0.14"')
    assert check("--lock", "before.lock", *AFTER).code == 0
    change(prices, 'price = "0.', 'price = "1.')
    done = check("--lock", "before.lock", *AFTER)
    assert (done.code, done.out.count("error CAT403 edited-history")) == (1, 1)


def test_a_lock_that_cannot_be_written_leaves_nothing(prices: Path) -> None:
    done = run("cards", "lock", "prices", "-o", "nowhere/catalogue.lock")
    assert (done.code, done.out) == (2, "")
    assert "--output" in done.err
    Path("taken").mkdir()
    assert run("cards", "lock", "prices", "-o", "taken").code == 2
    assert sorted(path.name for path in prices.parent.iterdir()) == ["prices", "taken"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "no lock", id="empty"),
        pytest.param("[" * 100_000, "no lock", id="deep"),
        pytest.param("[]", "is wanted", id="no-object"),
        pytest.param('{"schema_version": "2", "at": "2026-01-01", "records": []}', "is wanted", id="another-version"),
        pytest.param('{"schema_version": "1", "at": "soon", "records": []}', "no date", id="no-instant"),
        pytest.param(
            '{"schema_version": "1", "at": "2026-01-01", "records": [{"id": "a", "digest": "0", "said": {}}]}',
            "records.0: its digest",
            id="another-digest",
        ),
        pytest.param('{"schema_version": "1", "at": "2026-01-01", "records": [1]}', "records.0", id="no-record"),
        pytest.param(b"\xff", "no lock", id="no-text"),
        pytest.param(
            r'{"schema_version": "1", "at": "2026-01-01", "records": [{"id": "\ud800", "digest": "0", "said": {}}]}',
            r"\ud800 is half a character",
            id="half-a-character",
        ),
    ],
)
@pytest.mark.usefixtures("prices")
def test_what_is_no_lock_is_refused(text: str | bytes, said: str) -> None:
    Path("bad.lock").write_bytes(text if isinstance(text, bytes) else text.encode())
    done = check("--lock", "bad.lock")
    assert (done.code, done.out) == (2, "")
    assert "bad.lock" in done.err
    assert said in done.err


@pytest.mark.usefixtures("prices")
def test_a_lock_that_is_not_there_or_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No such file" in check("--lock", "nowhere.lock").err
    Path("large.lock").write_text(" " * 11, encoding="utf-8")
    monkeypatch.setattr(locking, "MAX_LOCK_BYTES", 10)
    assert "more than 10 bytes" in check("--lock", "large.lock").err


def git(*arguments: str) -> None:
    subprocess.run(["git", *AUTHOR, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(prices: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, committed."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    git("init", "--quiet", ".")
    git("add", ".")
    git("commit", "--quiet", "-m", "Prices")
    return prices


def test_a_revision_says_what_was(repository: Path) -> None:
    assert check("--against", "HEAD", "--strict", *AFTER).code == 0
    change(repository, '"0.13"', '"0.14"')
    done = check("--against", "HEAD", *AFTER, "--format", "json")
    (found,) = [one for one in done.document["findings"] if one["id"] == "CAT403"]
    assert (done.code, found["severity"], found["part"]) == (1, "error", "northlight-atlas")
    assert 'by HEAD:prices, and is another: price was "0.13" and is "0.14"' in found["message"]  # fmt: skip
    assert check("--against", "HEAD", "--at", "2026-05-01").code == 0  # not in force yet, so free to change


@pytest.mark.parametrize("below", ["prices", "prices/cards"])
def test_the_folder_is_found_from_anywhere_in_the_repository(
    repository: Path, below: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(repository, '"0.13"', '"0.14"')
    folder = os.path.relpath(repository, below)
    monkeypatch.chdir(below)
    for name in (folder, str(Path(folder).resolve())):
        done = run("cards", "check", name, "--against", "HEAD", *AFTER)
        assert (done.code, done.out.count("CAT403")) == (1, 1)


@pytest.mark.parametrize("revision", ["nowhere", "-x", ""])
@pytest.mark.usefixtures("repository")
def test_a_revision_that_is_none_is_refused(revision: str) -> None:
    assert check(f"--against={revision}").code == 2


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no file without an end")
@pytest.mark.usefixtures("prices")
def test_a_lock_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "MAX_LOCK_BYTES", 10)
    assert "more than 10 bytes" in check("--lock", "/dev/zero").err
