"""What goes wrong for a user: one clear message on stderr that says what was seen and what to do next, and its code."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import ROOT
from tests.shell.runner import COMMAND, run, run_process, surroundings

CLIP: Final = "examples/fal-one-clip.payload.json"
OURS: Final = ("--catalogue", "examples/catalogue")
ACME: Final = (*OURS, "--account", "acme", "--environment", "production")
MONTH: Final = ("--usage", "examples/finance/usage.csv", "--invoice", "examples/finance/invoice.csv", "-o", "r")


@pytest.fixture(autouse=True)
def _among_strange_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples", target_is_directory=True)
    for folder in ("folder", "bad"):
        (tmp_path / folder).mkdir()
    for name, content in {
        "cut.json": b'{"a"',
        "utf16.json": '{"prompt": "x"}'.encode("utf-16"),
        "bom.json": b"\xef\xbb\xbf" + (ROOT / CLIP).read_bytes(),
        "empty.json": b"",
        "garbage.bin": bytes(range(256)),
        "a.csv": b"a,b\n1,2\n",
        "bad/card.toml": b"\n[card\n",
    }.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)


USAGE: Final = {
    "command": (("qoute", CLIP), "'qoute'", "Did you mean 'quote'?"),
    "command-below": (("cards", "shw"), "'shw'", "Did you mean 'show'?"),
    "command-of-nobody": (("xyzzy",), "'xyzzy'", "Try 'wan-rules --help'"),
    "option": (("quote", CLIP, "--fact", "x"), "--fact", "--facts"),
    "option-of-nobody": (("quote", CLIP, "--xyzzy"), "--xyzzy", "Try 'wan-rules quote --help'"),
    "argument": (("quote",), "Missing argument 'payload'", "Try 'wan-rules quote --help'"),
    "needed-option": (("convert", CLIP), "Missing option '--to'", "Try 'wan-rules convert --help'"),
    "choice": (("quote", CLIP, "--format", "xml"), "'xml'", "'text', 'json', 'jsonl'"),
    "number": (
        ("cards", "check", "folder", "--max-age-days", "x"),
        "--max-age-days",
        "write a whole number, such as 5",
    ),
    "subjects": (("check", CLIP, "--subjects"), "--subjects", "add it"),
    "range": (("serve", "--port", "0"), "--port", "greater than or equal to 1"),
}


@pytest.mark.parametrize(("words", "seen", "next_step"), USAGE.values(), ids=USAGE)
def test_wrong_usage_names_what_was_written_and_the_way_on(words: tuple[str, ...], seen: str, next_step: str) -> None:
    done = run(*words)
    assert (done.code, done.out) == (2, "")
    assert seen in done.err
    assert next_step in done.err
    assert "Value error" not in done.err
    assert "Input should" not in done.err


ERRORS: Final = {
    "no-file": (("check", "nowhere.json"), "nowhere.json can't be read: No such file", "Name a file that is there"),
    "folder": (("check", "folder"), "folder can't be read: Is a directory", "Name a file in it"),
    "cut": (("check", "cut.json"), "cut.json: not JSON: column 4", "the rest is missing"),
    "utf-16": (("check", "utf16.json"), "the text is UTF-16", "save it as UTF-8"),
    "garbage": (("check", "garbage.bin"), "garbage.bin: not JSON", "save the text as UTF-8"),
    "empty": (("check", "empty.json"), "there is nothing in it", "send a JSON object"),
    "empty-stdin": (("check", "-"), "there is nothing in it", "send a JSON object"),
    "no-facts": (("check", CLIP, "--facts", "nowhere.json"), "facts: nowhere.json", "Name a file that is there"),
    "cut-facts": (("check", CLIP, "--facts", "cut.json"), "cut.json: not JSON", "the rest is missing"),
    "host": (("check", CLIP, "--host", "fall"), "'fall'", "alibaba, atlas, fal, runware"),
    "no-account": (("quote", CLIP, *OURS), "terms by account", "name one of acme, globex, initech"),
    "account": (("quote", CLIP, *ACME[:3], "acm", *ACME[4:]), "account 'acm'", "did you mean 'acme'?"),
    "no-environment": (("quote", CLIP, *ACME[:4]), "terms by environment", "name one of production"),
    "environment": (("quote", CLIP, *ACME[:5], "prod"), "environment 'prod'", "there are production, sandbox, staging"),
    "account-of-none": (("quote", CLIP, "--account", "acme"), "'acme' was named", "give your own catalogue"),
    "no-catalogue": (("quote", CLIP, "--catalogue", "nowhere"), "nowhere: no such folder or file", "a folder of TOML"),
    "no-toml-there": (("quote", CLIP, "--catalogue", "folder"), "no *.toml file", "`wan-rules cards init`"),
    "bad-toml": (("quote", CLIP, "--catalogue", "bad"), "bad/card.toml:2: not TOML", "Expected ']'"),
    "catalogue-garbage": (("quote", CLIP, "--catalogue", "garbage.bin"), "0x80 is no UTF-8", "save the text as UTF-8"),
    "catalogue-away": (
        ("quote", CLIP, "--catalogue", "http://127.0.0.1:1/x"),
        "refused",
        "--keep-for keeps a copy",
    ),
    "keep-for": (("quote", CLIP, *OURS, "--keep-for", "1x"), "'1x' is no length of time", "write 90s, 30m, 24h or 7d"),
    "instant": (("quote", CLIP, "--at", "soon"), "'soon' is no date or instant", "write 2026-11-01"),
    "no-day": (("quote", CLIP, "--at", "2026-02-30"), "'2026-02-30' is no date", "write 2026-11-01"),
    "naive": (("quote", CLIP, "--at", "2026-11-15T09:30"), "has no zone", "add Z, or an offset such as +08:00"),
    "region": (("quote", CLIP, "--region", "moon"), "'moon' was named", "leave it out"),
    "total": (("quote", CLIP, "--consumed-before", "x"), "'x'", "write NAME=AMOUNT, such as spend=80.50"),
    "server": (("quote", CLIP, "--server", "x"), "--server", "http:// or https://"),
    "tier": (("compare", CLIP, "--tiers", "720"), "'720' is no tier", "720P, 1080P"),
    "seconds": (("compare", CLIP, "--durations", "x"), "'x' is no whole number", "write 5, or 5,10"),
    "rate": (("compare", CLIP, "--rate", "x"), "'x'", "CNY/USD=0.139"),
    "card": (("cards", "show", "fal"), "no card 'fal'", "there are alibaba-international"),
    "plot": (("cards", "history", "fal", "--plot", "no/x.svg"), "--plot: no/x.svg", "can't be written"),
    "no-lock": (("cards", "check", *OURS[1:], "--lock", "no.lock"), "no.lock", "`wan-rules cards lock` writes one"),
    "new-folder": (("cards", "init", "bad", "--from", "fal-list"), "bad: it is there", "name a new folder"),
    "no-usage": (("rate", "nowhere.csv"), "nowhere.csv: there is no such", "file, folder or glob"),
    "ending": (("rate", "garbage.bin"), "garbage.bin: its ending", ".parquet, .csv"),
    "columns": (("rate", "a.csv"), "id: it is missing", "add it"),
    "zone": (("rate", "a.csv", "--zone", "Moon/Base"), "'Moon/Base' is no zone", "Asia/Shanghai"),
    "memory": (("rate", "a.csv", "--memory-limit", "x"), "'x' is no amount of memory", "write 1GB or 800MB"),
    "invoice": (
        ("reconcile", *MONTH[:3], "a.csv", *MONTH[4:]),
        "amount: there is no such column",
        "--columns amount=...",
    ),
    "period": (("reconcile", *MONTH, "--period", "x"), "'x'", "write a month, 2026-10"),
    "tolerance": (("reconcile", *MONTH, "--tolerance", "x"), "'x'", "write USD=0.01"),
    "report": (("breaks", "list", "folder"), "folder/breaks.parquet: it is not there", "`wan-rules reconcile`"),
    "who-signs": (("signoff", "folder"), "--by", "say who signs"),
    "no-quote": (("settle", "nowhere.json", CLIP), "quote: nowhere.json", "Name a file that is there"),
    "quote": (("settle", CLIP, CLIP), "no quote: it has no basis", "`wan-rules quote --format json`"),
    "no-command": (("run",), "no command", "wan-rules run -- python script.py"),
    "limit": (("run", "--per-run", "x", "--", "true"), "'x'", "write CURRENCY=AMOUNT, such as USD=5"),
    "database": (("keys", "list", "--database", "mysql://x"), "'mysql'", "postgresql://"),
    "scope": (("keys", "create", "x", "--scope", "boss"), "'boss' is none", "quote, settle, admin"),
    "state": (("keys", "list", "--state", "cut.json"), "cut.json can't be made", "Name a folder"),
    "key": (("keys", "revoke", "x"), "no key 'x'", "`wan-rules keys list`"),
}


@pytest.mark.parametrize(("words", "seen", "next_step"), ERRORS.values(), ids=ERRORS)
def test_an_error_says_what_was_seen_and_what_to_do(words: tuple[str, ...], seen: str, next_step: str) -> None:
    done = run(*words)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("wan-rules: ")
    assert done.err.count("\n") == 1
    assert seen in done.err
    assert next_step in done.err.partition(seen)[0] + done.err.partition(seen)[2] + seen


def test_a_mark_of_byte_order_is_read_over() -> None:
    assert run("check", "bom.json").code == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_what_may_not_be_read_says_so() -> None:
    Path("cut.json").chmod(0)
    done = run("check", "cut.json")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "Whoever runs this may not read it" in done.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk is played by /dev/full")
@pytest.mark.parametrize(
    "words", [("--help",), ("cards", "list"), ("quote", CLIP), ("quote", CLIP, "--format", "json")]
)
def test_a_full_disk_is_one_message(words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, *words], stdout=full, stderr=subprocess.PIPE, env=surroundings(), check=False, timeout=60
        )
    assert (done.returncode, done.stderr) == (2, b"wan-rules: can't write: No space left on device\n")


def test_an_interrupt_ends_quietly() -> None:
    heed = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # who runs tests may ignore it
    program = f"{heed}; from pricing.shell.cli import main; print('begun', flush=True); main()"
    process = subprocess.Popen(
        [COMMAND[0], "-c", program, "check", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=surroundings(),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"begun\n"
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=0.3)  # it imports, or waits for a payload
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, b"Traceback" in err) == (130, b"", False)


@pytest.mark.parametrize(
    "words",
    [
        ("rate", "examples/finance/usage.csv"),
        ("reconcile", "--usage", "examples/finance/usage.csv", "--invoice", "examples/finance/invoice.csv", "-o", "x"),
    ],
    ids=["rate", "reconcile"],
)
def test_a_missing_extra_is_named(words: tuple[str, ...]) -> None:
    code = "import sys; sys.modules['duckdb'] = sys.modules['ibis'] = None; from pricing.shell.cli import main; main()"
    done = subprocess.run(
        [COMMAND[0], "-c", code, *words],
        capture_output=True,
        text=True,
        env=surroundings(),
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "pip install 'wan-rules[tables]'" in done.stderr


def test_a_terminal_folds_an_error_and_a_pipe_does_not() -> None:
    assert shutil.which("true") is not None
    done = run_process("quote", CLIP, "--catalogue", "nowhere", COLUMNS="60")
    assert done.err.count("\n") == 1


def test_a_list_of_no_keys_says_so(tmp_path: Path) -> None:
    done = run("keys", "list", "--state", str(tmp_path))
    assert (done.code, done.out) == (0, "no key is kept here: `wan-rules keys create` makes one\n")
