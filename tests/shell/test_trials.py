"""`cards test` on the command line: what it prints, how it ends, and what `--update` writes."""

from __future__ import annotations

import shutil
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import tomlkit

from pricing.catalogue import Catalogue, OwnedFile
from pricing.shell import trial_edits
from pricing.trials import Trial
from tests.shell.runner import AT, CATALOGUE, run

TESTS = "prices/tests.toml"


@pytest.fixture(autouse=True)
def _no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)


@pytest.fixture
def prices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the example catalogue, called prices, in the working folder."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(CATALOGUE, tmp_path / "prices")
    return tmp_path / "prices"


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def dearer(prices: Path) -> Path:
    """The same, with another price of initech's: one test fails."""
    change(prices / "agreements" / "initech-atlas.toml", '"0.16"', '"0.17"')
    return prices


def test_all_is_well_with_the_example() -> None:
    done = run("cards", "test", str(CATALOGUE))
    assert (done.code, done.out) == (0, "13 tests passed, 0 failed; 22 of 22 parts tested (100 %)\n")


def test_a_failing_test_says_what_it_expected_and_got(dearer: Path) -> None:
    done = run("cards", "test", dearer.name)
    assert done.code == 1
    assert done.out.splitlines() == [
        f"{TESTS}:86 initech has its own price for 1440P-SR",
        "  total",
        "    expected  1.28",
        "    got       1.36",
        "",
        "Not tested:",
        "  prices/agreements/initech-atlas.toml:6 initech-atlas",
        "  prices/agreements/initech-atlas.toml:15 initech-atlas:override",
        "",
        "12 tests passed, 1 failed; 20 of 22 parts tested (90 %)",
    ]


def test_as_json(dearer: Path) -> None:
    document = run("cards", "test", dearer.name, "--format", "json").document
    (failed,) = [test for test in document["tests"] if not test["passed"]]
    assert (failed["file"], failed["line"]) == (TESTS, 79)
    assert failed["differences"] == [{"key": "total", "line": 86, "expected": "1.28", "got": "1.36"}]
    assert (document["coverage"]["parts"], document["coverage"]["tested"]) == (22, 20)
    assert document["coverage"]["untested"][1] == {
        "file": "prices/agreements/initech-atlas.toml",
        "line": 15,
        "key": "term.0",
        "name": "initech-atlas:override",
    }


def test_check_runs_the_tests_too(dearer: Path) -> None:
    done = run("cards", "check", dearer.name, *AT)
    assert done.code == 1
    assert f"{TESTS}:86 test.5.expect.total\n  error CAT501 test-failed\n" in done.out
    last = run("cards", "test", dearer.name).out.splitlines()[-1]
    assert done.out.endswith(f"1 error, 0 warnings, 1 acknowledged as of 2026-11-15\n{last}\n")


@pytest.mark.parametrize(
    ("percent", "code", "findings"),
    [
        pytest.param("100%", 1, 3, id="all"),
        pytest.param("91", 1, 3, id="more-than-there-is"),
        pytest.param("90 %", 1, 1, id="what-there-is"),
        pytest.param("0%", 1, 1, id="none"),
        pytest.param("101%", 2, 0, id="more-than-all"),
        pytest.param("half", 2, 0, id="no-number"),
        pytest.param("-1", 2, 0, id="negative"),
    ],
)
def test_untested_parts_are_findings_where_asked(percent: str, code: int, findings: int, dearer: Path) -> None:
    done = run("cards", "check", dearer.name, f"--min-coverage={percent}", *AT)
    assert (done.code, done.out.count(" CAT50")) == (code, findings)
    assert ("--min-coverage" in done.err) == (code == 2)


def test_a_catalogue_without_tests_has_none_to_run(prices: Path) -> None:
    (prices / "tests.toml").unlink()
    done = run("cards", "test", prices.name)
    assert (done.code, done.out) == (2, "")
    assert "no [[test]]" in done.err
    assert run("cards", "check", prices.name, *AT).out.endswith(
        "\n0 errors, 0 warnings, 1 acknowledged as of 2026-11-15\n"
    )
    asked = run("cards", "check", prices.name, "--min-coverage", "1%", *AT)
    assert (asked.code, asked.out.count("CAT502")) == (1, 22)


def test_a_name_steers_no_terminal(prices: Path) -> None:
    change(prices / "tests.toml", "the Atlas sandbox is free", "a \\u001b[31m name")
    change(prices / "tests.toml", 'total = "0.00"', 'total = "0.10"')
    assert "a \\x1b[31m name\n" in run("cards", "test", prices.name).out


def test_update_writes_what_differs_and_nothing_else(dearer: Path) -> None:
    path = dearer / "tests.toml"
    path.chmod(0o640)
    before = path.read_text(encoding="utf-8")
    done = run("cards", "test", dearer.name, "--update")
    assert done.code == 0
    assert done.out.splitlines()[1:] == [
        "  total",
        "    expected  1.28",
        "    got       1.36",
        "",
        "1 test written, 12 left as they were",
    ]
    assert path.read_text(encoding="utf-8") == before.replace('"1.28"', '"1.36"')
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [found.name for found in dearer.iterdir() if found.name.startswith(".")] == []
    assert run("cards", "test", dearer.name).code == 0


def test_update_leaves_alone_what_passes(prices: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in prices.rglob("*.toml")}
    assert run("cards", "test", prices.name, "--update").out == "0 tests written, 13 left as they were\n"
    assert {path: path.stat().st_mtime_ns for path in prices.rglob("*.toml")} == before


def test_update_keeps_the_ends_of_lines_and_the_link(dearer: Path) -> None:
    path = dearer / "tests.toml"
    real = dearer.parent / "real.txt"
    before = path.read_bytes().replace(b"\n", b"\r\n")
    real.write_bytes(before)
    path.unlink()
    path.symlink_to(real)
    assert run("cards", "test", dearer.name, "--update").code == 0
    assert path.is_symlink()
    assert real.read_bytes() == before.replace(b'"1.28"', b'"1.36"')


LAYOUT = """\
schema_version = "1"

# Says nothing yet.
[[test]]
name = "new"
account = "acme"
environment = "staging"
host = "atlas"
at = 2026-11-15
[test.request]
resolution = "720P"
clips_s = ["2.5"]
duration_s = 2

[[test]]
name = "lines" # kept
account = "globex"
environment = "production"
host = "atlas"
at = 2026-11-15
request = { resolution = "720P", images = 1, duration_s = 2 }
[test.expect]
total = "0.5" # and this
[[test.expect.lines]]
amount = "0.5" # a line
[[test.expect.lines]]
meter = "requests"

[[test]]
name = "was refused"
account = "acme"
environment = "staging"
host = "atlas"
at = 2026-11-15
request = { resolution = "720P", images = 1, duration_s = 2 }
expect = { error = "rejected" }

[[test]]
name = "is refused"
account = "acme"
environment = "staging"
host = "atlas"
at = 2026-11-15
request = { duration_s = 2 }
expect = { total = "0.5", lines = [{ amount = "1" }] } # still said
"""
WRITTEN = """\
duration_s = 2

[test.expect]
kind = "exact"
currency = "USD"
total = "0.495"
lines = [
  { meter = "output_video_seconds", resolution = "720P", pricing_quantity = "2", amount = "0.22", entry = "%s" },
  { meter = "reference_video_seconds", resolution = "720P", pricing_quantity = "2.5", amount = "0.275", entry = "%s" },
]

[[test]]
name = "lines" # kept
""" % (("northlight-atlas:output_video_seconds/720P@2026-06-01",) * 2)


def test_update_in_every_layout(prices: Path) -> None:
    path = prices / "more-tests.toml"
    path.write_text(LAYOUT, encoding="utf-8")
    done = run("cards", "test", prices.name, "--update")
    assert (done.code, done.err) == (0, "")
    assert "  expects kind exact, currency USD, total 0.495\n" in done.out
    assert done.out.endswith("4 tests written, 13 left as they were\n")
    text = path.read_text(encoding="utf-8")
    assert text.startswith(LAYOUT[: LAYOUT.index("duration_s")] + WRITTEN)
    assert 'total = "0.18" # and this' in text
    assert 'expect = { error = "rejected" } # still said\n' in text.split("is refused")[1]
    assert text.count("\n\n\n") == 0
    assert run("cards", "test", prices.name).code == 0


MARKET = 'account = "acme", environment = "staging", host = "atlas", at = 2026-11-15'
SHORT = f'name = "a", {MARKET}, request = {{ resolution = "720P", images = 1, duration_s = 2 }}'
DOTTED = SHORT.split(", request", maxsplit=1)[0].replace(", ", "\n") + "\nrequest.images = 1\n"


@pytest.mark.parametrize(
    ("test", "written"),
    [
        pytest.param(f"test = [{{ {SHORT} }}]", 'total = "0.22", lines = [', id="on-one-line"),
        pytest.param(f"test = [{{ {SHORT}, expect = {{}} }}]", 'total = "0.22", lines = [', id="empty-on-one-line"),
        pytest.param(f'[[test]]\n{DOTTED}expect.total = "1"', 'expect.total = "0.80"', id="dotted"),
        pytest.param(f"[[test]]\n{DOTTED}expect.lines = []", 'amount = "0.80"', id="an-array-that-was-empty"),
        pytest.param(f'[[test]]\n{DOTTED}[test.expect]\nerror = "no_rate"', 'kind = "exact"', id="a-quote-after-all"),
        pytest.param(f"[[test]]\n{DOTTED.replace('= 1', '= 9')}", 'error = "rejected"', id="none-at-all"),
        pytest.param(
            f'[[test]]\n{DOTTED}[[test.expect.lines]]\n[[test.expect.lines]]\namount = "9"',
            "[test.expect]\nlines = [\n  {},\n]\n",
            id="a-line-less",
        ),
    ],
)
def test_update_in_rarer_layouts(test: str, written: str, prices: Path) -> None:
    path = prices / "tests.toml"
    path.write_text(f'schema_version = "1"\n{test}\n', encoding="utf-8")
    done = run("cards", "test", prices.name, "--update")
    assert (done.code, done.err) == (0, "")
    assert written in path.read_text(encoding="utf-8")
    assert run("cards", "test", prices.name).code == 0


def test_what_would_be_written_wrongly_is_not(dearer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (dearer / "tests.toml").read_bytes()
    monkeypatch.setattr(tomlkit, "parse", lambda _text: tomlkit.loads("= no TOML"))
    assert "write it by hand" in run("cards", "test", dearer.name, "--update").err
    for text in (before.decode(), "no TOML", before.decode().replace("1.28", "1.36").replace("acme", "globex")):
        monkeypatch.setattr(trial_edits, "_edit", lambda _text, _stale, text=text: text)
        done = run("cards", "test", dearer.name, "--update")
        assert (done.code, "write it by hand" in done.err) == (2, True)
        assert (dearer / "tests.toml").read_bytes() == before


@pytest.mark.parametrize("ci", ["true", "1", "woodpecker"])
def test_nothing_is_written_in_ci(ci: str, dearer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", ci)
    before = (dearer / "tests.toml").read_bytes()
    done = run("cards", "test", dearer.name, "--update")
    assert (done.code, done.out) == (2, "")
    assert f"CI={ci}" in done.err
    assert (dearer / "tests.toml").read_bytes() == before


@pytest.mark.parametrize("ci", ["", "false", "0", "No"])
def test_what_says_that_it_is_no_ci_is_believed(ci: str, dearer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", ci)
    assert run("cards", "test", dearer.name, "--update").code == 0


def test_an_extra_that_is_missing_is_named(dearer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "pricing.shell.trial_edits")
    monkeypatch.setitem(sys.modules, "tomlkit", None)
    done = run("cards", "test", dearer.name, "--update")
    assert (done.code, done.out) == (2, "")
    assert "wan-rules[edit]" in done.err
    assert run("cards", "test", dearer.name).code == 1


def test_update_prints_text_alone(dearer: Path) -> None:
    done = run("cards", "test", dearer.name, "--update", "--format", "junit")
    assert (done.code, "--format junit" in done.err) == (2, True)


def test_a_file_that_can_not_be_written_is_said(dearer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, _target: Path) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    before = (dearer / "tests.toml").read_bytes()
    monkeypatch.setattr(Path, "replace", refuse)
    done = run("cards", "test", dearer.name, "--update")
    assert (done.code, "can't be written" in done.err) == (2, True)
    assert (dearer / "tests.toml").read_bytes() == before
    assert [found.name for found in dearer.iterdir() if found.name.startswith(".")] == []


def test_a_file_that_was_changed_meanwhile_is_left(dearer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = trial_edits._rewrite

    def slowly(source: OwnedFile, stale: Sequence[Trial], catalogue: Catalogue) -> str:
        text = plain(source, stale, catalogue)
        change(dearer / "tests.toml", "1.28", "1.29")
        return text

    monkeypatch.setattr(trial_edits, "_rewrite", slowly)
    done = run("cards", "test", dearer.name, "--update")
    assert (done.code, "changed meanwhile" in done.err) == (2, True)
    assert '"1.29"' in (dearer / "tests.toml").read_text(encoding="utf-8")
