"""`wan-rules cards diff`: from folders and git revisions, in every format, with the exit codes that it promises."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from pricing.shell import catalogues
from pricing.shell.change_lines import _code, escape
from tests.conftest import ROOT
from tests.shell.runner import CATALOGUE, Done, run

AUTHOR = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
CARD = "cards/atlas.toml"


def git(*arguments: str) -> None:
    subprocess.run(["git", *AUTHOR, *arguments], check=True, capture_output=True)


def change(folder: Path, old: str, new: str, *, file: str = CARD) -> None:
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository, and the current folder, with the example catalogue committed at `in/prices`, then changed."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.chdir(tmp_path)
    shutil.copytree(CATALOGUE, tmp_path / "in" / "prices")
    git("init", "--quiet", ".")
    git("add", ".")
    git("commit", "--quiet", "-m", "Prices")
    change(tmp_path / "in" / "prices", '"0.13"', '"0.143"')
    return tmp_path


def diff(old: str, new: str, *more: str) -> Done:
    return run("cards", "diff", *more, "--", old, new)


NOW = "in/prices"


@pytest.mark.usefixtures("repository")
class TestRevisions:
    """One side as it was at a revision."""

    def test_a_price_is_told_with_both_its_lines(self) -> None:
        done = diff("HEAD:in/prices", NOW)
        assert (done.code, done.err) == (0, "")
        assert (
            "atlas: acme, globex / staging; initech / production, staging\n"
            "  from 2026-11-01\n"
            "    output_video_seconds at 1080P-SR  0.13 -> 0.143 USD  +10.0 %  "
            "HEAD:in/prices/cards/atlas.toml:36 -> in/prices/cards/atlas.toml:36\n"
        ) in done.out

    @pytest.mark.parametrize("path", ["in/prices", "in/prices/", "./in/prices", "in", ""])
    def test_a_path_is_seen_as_git_sees_it(self, path: str) -> None:
        assert diff(f"HEAD:{path}", NOW).out.startswith("2 changes ")

    def test_below_the_top_as_well(self, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(repository / "in")
        assert diff("HEAD:./prices", "HEAD:in/prices").out.startswith("No price and no term differs ")

    def test_two_revisions(self) -> None:
        git("commit", "--quiet", "-a", "-m", "Dearer")
        assert diff("HEAD~1:in/prices", "HEAD:in/prices").out.startswith("2 changes ")

    def test_nothing_is_checked_out(self, repository: Path) -> None:
        before = {path: path.stat().st_mtime_ns for path in repository.rglob("*") if path.is_file()}
        diff("HEAD:in/prices", NOW)
        assert {path: path.stat().st_mtime_ns for path in repository.rglob("*") if path.is_file()} == before

    @pytest.mark.parametrize(
        ("named", "said"),
        [
            pytest.param("nope:in/prices", "no revision 'nope'", id="revision"),
            pytest.param("HEAD:nope", "no folder 'nope' at HEAD", id="path"),
            pytest.param("HEAD:../..", "no folder", id="outside"),
            pytest.param("HEAD:in/prices/catalogue.toml", "no folder", id="a-file"),
            pytest.param(":in/prices", "a revision is wanted", id="the-index"),
            pytest.param("-x:in/prices", "a revision is wanted", id="an-option"),
            pytest.param("--output=evil:in/prices", "a revision is wanted", id="an-option-that-writes"),
            pytest.param("--all:in/prices", "a revision is wanted", id="an-option-that-lists"),
            pytest.param("HEAD --all:in/prices", "no revision", id="two-words"),
            pytest.param("HEAD\n--all:in/prices", "no revision", id="two-lines"),
            pytest.param("HEAD^{tree}:in/prices", "no revision", id="no-commit"),
            pytest.param("$(touch evil):in/prices", "no revision", id="a-shell"),
            pytest.param("HEAD..HEAD:in/prices", "no revision", id="a-range"),
            pytest.param("HEAD:in/prices/cards\0", "a revision is wanted", id="nul"),
        ],
    )
    def test_what_cannot_be_read_is_said(self, named: str, said: str, repository: Path) -> None:
        done = diff(named, NOW)
        assert (done.code, done.out) == (2, "")
        assert said in done.err
        assert not (repository / "evil").exists()

    def test_a_folder_that_looks_like_a_revision_is_a_folder(self, repository: Path) -> None:
        shutil.copytree(repository / NOW, repository / "HEAD:in")
        assert diff("HEAD:in", NOW).out.startswith("No price")

    def test_a_link_is_not_followed(self, repository: Path) -> None:
        (repository / NOW / "link.toml").symlink_to("/etc/hostname")
        git("add", ".")
        git("commit", "--quiet", "-m", "A link")
        done = diff("HEAD:in/prices", NOW)
        assert (done.code, "link.toml: no plain file" in done.err) == (2, True)

    def test_a_file_that_is_no_text_is_named(self, repository: Path) -> None:
        (repository / NOW / "bad.toml").write_bytes(b"\xff")
        git("add", ".")
        git("commit", "--quiet", "-m", "Bytes")
        done = diff("HEAD:in/prices", "published")
        assert (done.code, "HEAD:in/prices/bad.toml:1: the byte 0xff is no UTF-8" in done.err) == (2, True)

    def test_lines_may_end_as_on_windows(self, repository: Path) -> None:
        card = repository / NOW / CARD
        card.write_bytes(card.read_bytes().replace(b"\n", b"\r\n"))
        git("commit", "--quiet", "-a", "-m", "Lines")
        assert diff("HEAD:in/prices", NOW).out.startswith("No price")

    @pytest.mark.parametrize(
        ("limit", "said"),
        [
            ("MAX_FILES", "at most 3 are read"),
            ("MAX_CARD_BYTES", "at most 3 are read"),
            ("MAX_TEXT_BYTES", "more than 3 bytes"),
        ],
    )
    def test_there_are_limits(self, limit: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(catalogues, limit, 3)
        done = diff("HEAD:in/prices", NOW)
        assert (done.code, said in done.err) == (2, True)

    def test_a_folder_without_toml(self, repository: Path) -> None:
        (repository / "empty").mkdir()
        (repository / "empty" / "a.txt").write_text("", encoding="utf-8")
        git("add", ".")
        git("commit", "--quiet", "-m", "Empty")
        assert "no *.toml file in it" in diff("HEAD:empty", NOW).err

    def test_without_git(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "")
        done = diff("HEAD:in/prices", NOW)
        assert (done.code, "git is not installed" in done.err) == (2, True)


def test_without_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    done = diff("HEAD:in/prices", "published")
    assert (done.code, "git finds no repository here: not a git repository" in done.err) == (2, True)


@pytest.mark.usefixtures("repository")
class TestFormats:
    """What is printed."""

    def test_nothing_changed_is_said(self) -> None:
        assert diff("published", "published").out == "No price and no term differs between published and published\n"
        assert diff(NOW, NOW, "--format", "markdown").out.startswith("### No price and no term differs ")

    def test_json_is_what_its_schema_says(self) -> None:
        done = diff("HEAD:in/prices", NOW, "--format", "json")
        schema = json.loads((ROOT / "docs" / "reference" / "schemas" / "difference.json").read_text(encoding="utf-8"))
        validator = Draft202012Validator(schema, format_checker=FormatChecker())
        assert [fault.message for fault in validator.iter_errors(done.document)] == []
        assert len(done.document["changes"]) == 5
        assert done.document["changes"][0] == {
            "account": "acme",
            "environment": "production",
            "host": "atlas",
            "region": None,
            "begin": "2026-11-01T00:00:00Z",
            "end": None,
            "what": "output_video_seconds",
            "resolution": "1080P-SR",
            "from": {
                "words": "0.117 USD",
                "price": "0.117",
                "currency": "USD",
                "where": ["HEAD:in/prices/cards/atlas.toml:36", "HEAD:in/prices/agreements/acme-atlas.toml:17"],
            },
            "to": {
                "words": "0.1287 USD",
                "price": "0.1287",
                "currency": "USD",
                "where": ["in/prices/cards/atlas.toml:36", "in/prices/agreements/acme-atlas.toml:17"],
            },
            "percent": "10.0",
        }

    @pytest.mark.parametrize("pair", [("published", NOW), (NOW, "published")], ids=["there", "back"])
    def test_json_of_other_markets_too(self, pair: tuple[str, str]) -> None:
        schema = json.loads((ROOT / "docs" / "reference" / "schemas" / "difference.json").read_text(encoding="utf-8"))
        document = diff(*pair, "--format", "json").document
        assert [fault.message for fault in Draft202012Validator(schema).iter_errors(document)] == []
        assert {change["what"] for change in document["changes"]} >= {"terms", "output_video_seconds"}

    def test_a_markdown_table_has_as_many_cells_in_each_row(self, repository: Path) -> None:
        change(repository / NOW, 'cap_total_s = "5"', "")
        odd = repository / "a|b`c*"
        (repository / NOW).rename(odd)
        done = diff("HEAD:in/prices", odd.name, "--format", "markdown")
        rows = [line for line in done.out.splitlines() if line.startswith("|")]
        assert len(rows) == 3 * 2 + 3
        assert {row.replace("\\|", "").count("|") for row in rows} == {8}
        assert "``a\\|b`c*/cards/atlas.toml:36``" in done.out
        assert "a\\|b\\`c\\*" in done.out.splitlines()[0]

    def test_long_terms_are_folded(self, repository: Path) -> None:
        change(repository / NOW, 'cap_total_s = "5"', "")
        found = [line for line in diff("HEAD:in/prices", NOW).out.splitlines() if "reference clips" in line]
        assert found == [
            "    reference clips: billed at the output's price; at most 5 s in total; the sum rounded up to a"
        ]


@pytest.mark.parametrize(
    ("text", "escaped", "code"),
    [
        ("a|b", "a\\|b", "`a\\|b`"),
        ("`a`", "\\`a\\`", "`` `a` ``"),
        ("<b>&*_", "\\<b\\>\\&\\*\\_", "`<b>&*_`"),
        ("a\nb", "a\\\\nb", "`a\\nb`"),
    ],
)
def test_markdown_is_escaped(text: str, escaped: str, code: str) -> None:
    assert (escape(text), _code(text)) == (escaped, code)


@pytest.mark.usefixtures("repository")
class TestExitCodes:
    """--fail-over, and what can't be used."""

    @pytest.mark.parametrize(
        ("limit", "code"), [("10%", 0), ("10", 0), ("9.99%", 1), ("9.99 %", 1), ("0%", 1), ("100%", 0)]
    )
    @pytest.mark.parametrize("form", ["text", "markdown", "json"])
    def test_a_price_that_moves_by_more_fails(self, limit: str, code: int, form: str) -> None:
        done = diff("HEAD:in/prices", NOW, "--fail-over", limit, "--format", form)
        assert (done.code, done.err) == (code, "")
        assert form == "json" or (" %: 5, counted" in done.out) is bool(code)

    def test_a_price_that_ends_fails_and_one_that_begins_does_not(self, repository: Path) -> None:
        change(repository / NOW, 'price = "0.20"', "")
        change(repository / NOW, '"0.143"', '"0.13"')
        assert diff("HEAD:in/prices", NOW, "--fail-over", "100%").code == 1
        assert diff(NOW, "HEAD:in/prices", "--fail-over", "0%").code == 0

    @pytest.mark.parametrize("limit", ["ten", "-10%", "10%%", "", "%", "1e3", "1_0%"])
    def test_a_malformed_percentage(self, limit: str) -> None:
        done = run("cards", "diff", NOW, NOW, f"--fail-over={limit}")
        assert (done.code, done.out) == (2, "")
        assert "is no percentage" in done.err

    def test_a_folder_that_is_not_there(self) -> None:
        done = diff("nowhere", NOW)
        assert (done.code, "no such folder" in done.err) == (2, True)

    def test_an_error_in_json(self) -> None:
        done = diff("nope:in", NOW, "--format", "json")
        assert (done.code, done.document["error"]["code"]) == (2, "bad_catalogue")
