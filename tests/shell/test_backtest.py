"""`wan-rules backtest`: in every format, with its exit codes, its files, and rows that can't be rated."""

from __future__ import annotations

import json
import re
import sys
import tracemalloc
from io import StringIO
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from pricing.shell.progress import Progress, Steps
from tests.backtesting import ROW, Prices, card
from tests.conftest import ROOT
from tests.shell.runner import CATALOGUE, EXAMPLES, Done, Json, run, run_process

USAGE = EXAMPLES / "usage.jsonl"
SCHEMAS = ROOT / "docs" / "reference" / "schemas"
HEAD = """schema_version = "1"
[catalogue]
name = "a test"
accounts = ["acme"]
environments = ["production"]
"""


def folder(path: Path, prices: Prices) -> str:
    path.mkdir()
    (path / "catalogue.toml").write_text(HEAD, encoding="utf-8")
    (path / "card.toml").write_text(card(prices), encoding="utf-8")
    return str(path)


@pytest.fixture
def old(tmp_path: Path) -> str:
    return folder(tmp_path / "old", Prices())


@pytest.fixture
def new(tmp_path: Path) -> str:
    """From 0.10 to 0.11 at 720P, and to 0.15 next year."""
    return folder(tmp_path / "new", Prices(by_tier=("0.11", "0.20", "0.30", None), later="0.15"))


def backtest(old: str, new: str, *more: str, rows: list[Json] | bytes | None = None) -> Done:
    sent = rows if isinstance(rows, bytes) else b"".join(json.dumps(row).encode() + b"\n" for row in rows or [ROW])
    return run("backtest", "--usage", "-", "--old", old, "--new", new, *more, stdin=sent)


def faults(document: Json, name: str) -> list[str]:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    return [f"{fault.json_path}: {fault.message[:200]}" for fault in validator.iter_errors(document)]


class TestFormats:
    """What is printed."""

    def test_text(self, old: str, new: str) -> None:
        done = backtest(old, new)
        assert (done.code, done.err) == (0, "")
        assert done.out == (
            f"Usage rated at {old} as of each row's instant, then at {new} as of each row's instant\n"
            "1 row: 1 rated, 0 not rated.\n"
            "\n"
            "USD: 1 row\n"
            "  before       1.00\n"
            "  list price  +0.10  ++++++++++++++++++++++++\n"
            "  after        1.10  +0.10, +10.0 %\n"
            "\n"
            "account  environment  host   tier  currency  rows  before  after  difference   change  list price\n"
            "acme     production   atlas  720P  USD          1    1.00   1.10       +0.10  +10.0 %       +0.10\n"
            "\n"
            f"Changes at {new} from 2027-01-01 on reach none of these rows: --new-at 2027-01-01 rates them as of it.\n"
        )

    def test_a_change_within_a_day_is_named_so_that_it_is_reached(self, old: str, new: str) -> None:
        """Midnight in Shanghai: as of 00:00 UTC of that day the old price would still hold."""
        card = Path(new, "card.toml")
        card.write_text(card.read_text("utf-8").replace("from = 2027-01-01", "from = 2026-12-31T16:00:00Z"), "utf-8")
        (said,) = [line for line in backtest(old, new).out.splitlines() if line.startswith("Changes at ")]
        at = said.partition("--new-at ")[2].partition(" rates")[0]
        assert at == "2026-12-31T16:00:00Z"
        assert "  after        1.50  +0.50, +50.0 %\n" in backtest(old, new, "--new-at", at).out  # 10 x 0.15

    def test_markdown(self, old: str, new: str) -> None:
        done = backtest(old, new, "--format", "markdown", rows=[ROW, {**ROW, "resolution": "1440P-SR"}])
        assert "| USD | 1 | 1.00 | 1.10 | +0.10 | +10.0 % | +0.10 |" in done.out
        assert "| acme | production | atlas | 720P | USD | 1 | 1.00 | 1.10 | +0.10 | +10.0 % | +0.10 |" in done.out
        assert "\n- 1 row, no rate (new): line 2 (job-1): " in done.out

    def test_json(self, old: str, new: str) -> None:
        done = backtest(old, new, "--format", "json", "--new-at", "2027-02-01", "--fail-over", "50%")
        document = done.document
        assert faults(document, "backtest") == []
        (total,), (group,) = document["totals"], document["groups"]
        assert (total["before"], total["after"], total["difference"], total["percent"]) == (
            "1.00",
            "1.50",
            "0.50",
            "50.0",
        )
        assert group["causes"]["list_price"] == "0.50"
        assert (document["old_at"], document["new_at"], document["next_change"]) == (None, "2027-02-01T00:00:00Z", None)
        assert (done.code, group["is_over"]) == (0, False)

    def test_currencies_do_not_compare(self, old: str, tmp_path: Path) -> None:
        yuan = folder(tmp_path / "yuan", Prices(currency="CNY"))
        text = backtest(old, yuan, "--fail-over", "90%")
        assert (
            "USD before, CNY after, which do not compare: 1 row\n  before  1.00 USD\n  after   1.00 CNY\n" in text.out
        )
        assert text.code == 1
        document = backtest(old, yuan, "--format", "json").document
        assert faults(document, "backtest") == []
        assert (document["totals"][0]["difference"], document["totals"][0]["causes"]) == (None, None)

    def test_the_examples(self) -> None:
        done = run(
            "backtest", "--usage", str(USAGE), "--old", str(CATALOGUE), "--new", str(CATALOGUE), "--format", "json"
        )
        document = done.document
        assert faults(document, "backtest") == []
        assert (done.code, document["rows"], document["rated"]) == (0, 12, 11)
        assert {total["difference"] for total in document["totals"]} == {"0.00"}

    def test_rows_of_usage_are_what_their_schema_says(self) -> None:
        for line in USAGE.read_text(encoding="utf-8").splitlines():
            assert faults(json.loads(line), "usage-row") == []


NO_PRICE = {**ROW, "resolution": "1440P-SR"}
NO_NAME = {**ROW, "account": "x"}


class TestExitCodes:
    """The worst of rows and groups."""

    @pytest.mark.parametrize(
        ("rows", "limit", "code"),
        [
            pytest.param([ROW], "10%", 0, id="within"),
            pytest.param([ROW], "9.9%", 1, id="beyond"),
            pytest.param([ROW, NO_PRICE], "10", 4, id="no-rate"),
            pytest.param([ROW, NO_PRICE], "9.9%", 1, id="beyond-outranks-no-rate"),
            pytest.param([ROW, NO_PRICE, NO_NAME], "9.9%", 2, id="unusable-outranks-all"),
            pytest.param([ROW, {"id": 1}], "10%", 2, id="a-bad-row"),
            pytest.param([ROW, {**ROW, "status": "failed"}], "10%", 0, id="a-failed-job"),
        ],
    )
    def test_codes(self, old: str, new: str, rows: list[Json], limit: str, code: int) -> None:
        assert backtest(old, new, "--fail-over", limit, rows=rows).code == code

    def test_bounds(self, old: str, tmp_path: Path) -> None:
        unknown = folder(tmp_path / "unknown", Prices(billed="unknown"))
        done = backtest(old, unknown, rows=[{**ROW, "clips_s": [3]}])
        assert done.code == 3
        assert "1 row, bounded (new): line 1 (job-1): atlas does not say whether clips are billed" in done.out

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            pytest.param(("--fail-over", "much"), "--fail-over: 'much' is no percentage", id="percentage"),
            pytest.param(("--new-at", "soon"), "--new-at: 'soon' is no date or instant", id="instant"),
            pytest.param(("--old-at", "2026-01-01T00:00:00"), "--old-at: ", id="naive"),
        ],
    )
    def test_options(self, old: str, new: str, more: tuple[str, ...], said: str) -> None:
        done = backtest(old, new, *more)
        assert (done.code, done.out) == (2, "")
        assert said in done.err

    @pytest.mark.parametrize("sent", [b"", b"\n \n"])
    def test_no_row_is_no_usage(self, old: str, new: str, sent: bytes) -> None:
        done = backtest(old, new, rows=sent)
        assert (done.code, done.out) == (2, "")
        assert "no row in -" in done.err

    def test_no_file(self, old: str, new: str) -> None:
        done = run("backtest", "--usage", "nowhere.jsonl", "--old", old, "--new", new)
        assert done.code == 2
        assert done.err.startswith(
            "wan-rules: usage: nowhere.jsonl can't be read: No such file or directory. Name a file"
        )

    def test_no_catalogue(self, old: str) -> None:
        assert backtest(old, "nowhere").code == 2


class TestRejects:
    """The file of rows that are not rated."""

    ROWS = (
        json.dumps(ROW).encode(),
        b"",
        b'\xef\xbb\xbf{"id": 7, "extra": 1.50}',
        b"not JSON",
        json.dumps({**ROW, "id": "b", "resolution": "1440P-SR"}).encode(),
    )

    def test_each_with_its_reason_and_as_it_was(self, old: str, new: str, tmp_path: Path) -> None:
        file = tmp_path / "rejects.jsonl"
        done = backtest(old, new, "--rejects", str(file), rows=b"\n".join(self.ROWS))
        text = file.read_text(encoding="utf-8")
        told = [json.loads(line) for line in text.splitlines()]
        assert [fault for one in told for fault in faults(one, "backtest-reject")] == []
        assert [(one["line"], one["id"], one["reason"], one["side"]) for one in told] == [
            (3, 7, "unreadable", None),
            (4, None, "unreadable", None),
            (5, "b", "no_rate", "new"),
        ]
        assert '"row": {"id": 7, "extra": 1.50}}' in text
        assert told[1]["row"] is None
        assert json.loads(self.ROWS[4]) == told[2]["row"]
        assert done.code == 2
        assert "2 rows, unreadable: line 3 (7): " in done.out
        assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "old", "rejects.jsonl"]

    def test_none_is_an_empty_file(self, old: str, new: str, tmp_path: Path) -> None:
        file = tmp_path / "rejects.jsonl"
        backtest(old, new, "--rejects", str(file))
        assert file.read_bytes() == b""

    def test_it_is_whole_or_as_it_was(self, old: str, new: str, tmp_path: Path) -> None:
        file = tmp_path / "rejects.jsonl"
        file.write_text("before", encoding="utf-8")
        assert backtest(old, new, "--rejects", str(file), rows=b"").code == 2
        assert file.read_text(encoding="utf-8") == "before"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "old", "rejects.jsonl"]

    def test_it_cannot_be_written(self, old: str, new: str, tmp_path: Path) -> None:
        done = backtest(old, new, "--rejects", str(tmp_path / "nowhere" / "rejects.jsonl"))
        assert (done.code, done.out) == (2, "")
        assert "rejects.jsonl can't be written: No such file or directory" in done.err
        assert "is a folder: name a file" in backtest(old, new, "--rejects", str(tmp_path)).err

    def test_it_does_not_replace_the_usage(self, old: str, new: str, tmp_path: Path) -> None:
        usage = tmp_path / "usage.jsonl"
        usage.write_text(json.dumps(ROW), encoding="utf-8")
        done = run("backtest", "--usage", str(usage), "--old", old, "--new", new, "--rejects", str(usage))
        assert done.code == 2
        assert "is usage itself" in done.err
        assert json.loads(usage.read_text(encoding="utf-8")) == ROW


class TestPlot:
    """The picture."""

    def test_it_is_drawn(self, old: str, new: str, tmp_path: Path) -> None:
        file = tmp_path / "bridge.svg"
        assert backtest(old, new, "--plot", str(file)).code == 0
        assert "1 rows in USD: before 1.00; list price +0.10; after 1.10." in file.read_text(encoding="utf-8")

    def test_nothing_to_draw(self, old: str, tmp_path: Path) -> None:
        yuan = folder(tmp_path / "yuan", Prices(currency="CNY"))
        done = backtest(old, yuan, "--plot", str(tmp_path / "bridge.svg"))
        assert (done.code, "1.00 CNY" in done.out) == (2, True)
        assert "nothing to draw" in done.err

    def test_it_cannot_be_written(self, old: str, new: str, tmp_path: Path) -> None:
        done = backtest(old, new, "--plot", str(tmp_path))
        assert (done.code, "+0.10" in done.out) == (2, True)
        assert "can't be written: Is a directory" in done.err


def test_control_characters_are_spelt_out(old: str, new: str) -> None:
    done = backtest(old, new, rows=[{**ROW, "id": "\x1b[31m", "account": "\x1b[2J"}])
    assert "\x1b" not in done.out


class _Terminal(StringIO):
    """What a person is looking at."""

    def isatty(self) -> bool:
        return True


class TestProgress:
    """How far it is, for those who look."""

    def test_a_terminal_is_told_and_cleared(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("pricing.shell.progress._FIRST_S", 0)
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setattr(sys, "stderr", terminal := _Terminal())
        with Progress() as progress:
            progress.tell(999)
            assert terminal.getvalue() == ""
            progress.tell(1_000)
        assert re.fullmatch(r"\r\x1b\[K1,000 rows, [0-9,]+ rows/s\r\x1b\[K", terminal.getvalue())

    def test_short_runs_and_files_are_told_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for stream in (_Terminal(), StringIO()):
            monkeypatch.setattr(sys, "stderr", stream)
            with Progress() as progress:
                progress.tell(1_000)
            assert stream.getvalue() == ""

    def test_a_terminal_that_is_gone_stops_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("pricing.shell.progress._FIRST_S", 0)
        monkeypatch.setattr(sys, "stderr", _Gone())
        with Progress() as progress:
            progress.tell(1_000)
            progress.tell(2_000)


class TestSteps:
    """Which step goes on."""

    def test_a_terminal_is_told_each_and_cleared(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("pricing.shell.progress._EVERY_S", 0)
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setattr(sys, "stderr", terminal := _Terminal())
        with Steps() as steps:
            steps.begin("matching")
            steps.begin("attributing", 3_400)
            steps.tell(1_200)
        told = ("matching ...", "attributing ...", "attributing: 1,200 of 3,400", "")
        assert terminal.getvalue() == "".join(f"\r\x1b[K{one}" for one in told)

    def test_it_is_not_told_too_often(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setattr(sys, "stderr", terminal := _Terminal())
        with Steps() as steps:
            steps.begin("attributing", 9)
            steps.tell(1)
        assert terminal.getvalue() == "\r\x1b[Kattributing ...\r\x1b[K"

    def test_files_are_told_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("pricing.shell.progress._EVERY_S", 0)
        monkeypatch.setattr(sys, "stderr", file := StringIO())
        with Steps() as steps:
            steps.begin("matching", 2)
            steps.tell(1)
        assert file.getvalue() == ""

    def test_a_terminal_that_is_gone_stops_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stderr", _Gone())
        with Steps() as steps:
            steps.begin("matching")


class _Gone(_Terminal):
    def write(self, _text: str, /) -> int:
        raise OSError


def _peak_of(rows: int, old: str, new: str, tmp_path: Path) -> int:
    """The most bytes that Python held while so many rows, each of its own length, were read and rated."""
    usage = tmp_path / f"{rows}.jsonl"
    with usage.open("w", encoding="utf-8") as file:
        for number in range(rows):
            file.write(json.dumps({**ROW, "id": number, "duration_s": f"{number % 15}.{number:06}"}) + "\n")
    tracemalloc.start()
    try:
        assert run("backtest", "--usage", str(usage), "--old", old, "--new", new).code == 0
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_rows(old: str, new: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pricing.backtests.RATINGS_KEPT", 50)
    _peak_of(100, old, new, tmp_path)
    small, large = (_peak_of(rows, old, new, tmp_path) for rows in (400, 1_600))
    assert large < small * 1.2


def test_as_a_process(old: str, new: str) -> None:
    done = run_process("backtest", "--usage", "-", "--old", old, "--new", new, stdin=json.dumps(ROW))
    assert (done.code, done.err) == (0, "")
    assert "+0.10, +10.0 %" in done.out
