"""What others wrote never steers a terminal: payloads, facts, names of files, texts of catalogues, usage and reports.

Each is given sequences that set a title, move the cursor, ring, turn the direction or feign our own colours; what is
printed of it has none of them, with colour and without, as text and as JSON.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Final

import pytest

from pricing.shell.text_widths import COLOUR
from tests.shell.runner import AT, CATALOGUE, fal, run, write_json

EVIL: Final = "\x1b]0;evil\x07\x1b[31mred\x1b[0m\x1b[2J\x9b2J\x08\r\n\t\x7f\u202e\u2066\u200b\u2028"
OBEYED: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
URL: Final = f"https://media.example.com/{EVIL}.png"
NORTHLIGHT: Final = ("--account", "acme", "--environment", "production", *AT)
USAGE: Final = {
    "id": EVIL,
    "at": "2026-11-05T09:30:00Z",
    "host": "atlas",
    "resolution": "720P",
    "duration_s": "5",
    "clips_s": [],
    "references": 1,
    "account": EVIL,
    "environment": EVIL,
    "status": EVIL,
}


@pytest.fixture(autouse=True)
def _hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of all kinds with such texts in them, one of them in its name."""
    monkeypatch.chdir(tmp_path)
    name = EVIL.replace("/", "")
    shutil.copytree(CATALOGUE, tmp_path / "prices")
    _poison(tmp_path / "prices")
    shutil.copytree(tmp_path / "prices", tmp_path / f"prices{name}")
    write_json(tmp_path / "payload.json", fal(prompt=EVIL, reference_image_urls=[URL], resolution=EVIL, **{EVIL: EVIL}))
    write_json(tmp_path / "good.json", fal(reference_image_urls=[URL], prompt=f"Image 1 {EVIL}"))
    write_json(tmp_path / f"good{name}.json", fal())
    write_json(tmp_path / "facts.json", {URL: {"kind": "image"}, EVIL: {"kind": "image"}})
    write_json(tmp_path / "bad.json", {URL: {EVIL: 7}})
    write_json(tmp_path / "usage.jsonl", USAGE)
    write_json(tmp_path / "batch.jsonl", {"id": EVIL, "payload": fal(resolution=EVIL)})
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / f"{name}.toml").write_text(f"[card]\n{json.dumps(EVIL)} = 1\n", encoding="utf-8")


def _poison(folder: Path) -> None:
    """The texts of a catalogue that are free, with what steers a terminal."""
    for file in folder.rglob("*.toml"):
        lines = [
            re.sub(r'^((?:title|note|source|name) = ").*"$', lambda found: f'{found[1]}{_escape(EVIL)}"', line)
            for line in file.read_text(encoding="utf-8").splitlines()
        ]
        file.write_text("\n".join(lines), encoding="utf-8")


def _escape(text: str) -> str:
    return "".join(f"\\u{ord(character):04x}" for character in text)


COMMANDS: Final = (
    ("check", "payload.json"),
    ("check", "payload.json", "--host", "fal"),
    ("check", "good.json", "--facts", "facts.json"),
    ("check", "good.json", "--facts", "bad.json"),
    ("check", "batch.jsonl", "--format", "jsonl"),
    ("check", f"nowhere{EVIL}"),
    ("check", f"good{EVIL}.json"),
    ("quote", "good.json", "--host", EVIL),
    ("quote", "good.json", "--at", EVIL),
    ("quote", "good.json", "--account", EVIL),
    ("quote", "good.json", "--effects", "--catalogue", "prices", *NORTHLIGHT),
    ("quote", "good.json", "--catalogue", f"prices{EVIL}", *NORTHLIGHT),
    ("quote", "good.json", "--catalogue", "broken", *NORTHLIGHT),
    ("quote", "good.json", "--consumed-before", f"{EVIL}=1"),
    ("plan", "good.json"),
    ("convert", "good.json", "--to", "atlas"),
    ("convert", "payload.json", "--to", "atlas"),
    ("compare", "good.json", "--catalogue", "prices", *NORTHLIGHT),
    ("compare", "good.json", "--tiers", EVIL),
    ("explain", "good.json", "--catalogue", "prices", *NORTHLIGHT),
    ("cards", "list", "--catalogue", "prices"),
    ("cards", "list", "--catalogue", f"prices{EVIL}"),
    ("cards", "show", "northlight-atlas", "--catalogue", "prices"),
    ("cards", "show", EVIL, "--catalogue", "prices"),
    ("cards", "resolve", "atlas", "--explain", "--catalogue", "prices", *NORTHLIGHT),
    ("cards", "history", "atlas", "--catalogue", "prices", *NORTHLIGHT),
    ("cards", "at", "2026-11-15", "--catalogue", "prices", *NORTHLIGHT[:4]),
    ("cards", "check", "prices"),
    ("cards", "check", "prices", "--format", "junit"),
    ("cards", "check", "prices", "--format", "sarif"),
    ("cards", "test", "prices"),
    ("cards", "diff", "published", "prices"),
    ("cards", "diff", "published", "prices", "--format", "markdown"),
    ("cards", "lock", "prices", "-o", f"{EVIL}.lock"),
    ("cards", "init", f"new{EVIL}", "--from", "fal-list"),
    ("rate", "usage.jsonl", "--catalogue", "prices"),
    ("rate", f"nowhere{EVIL}.csv"),
    ("backtest", "--usage", "usage.jsonl", "--old", "published", "--new", "prices"),
    ("probe", f"nowhere{EVIL}"),
    ("probe", "payload.json"),
    ("breaks", "list", EVIL),
    (EVIL,),
    ("quote", "good.json", f"--{EVIL}"),
    ("cards", "check", "prices", "--max-age-days", EVIL),
)


@pytest.mark.parametrize("coloured", ["", "1"], ids=["plain", "coloured"])
@pytest.mark.parametrize("words", COMMANDS, ids=range(len(COMMANDS)))
def test_nothing_that_a_terminal_obeys_is_printed(
    words: tuple[str, ...], coloured: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", coloured)
    monkeypatch.setenv("NO_COLOR", "")
    for form in ((), ("--format", "json")):
        done = run(*words, *(form if "--format" not in words else ()))
        assert "\x1b[31mred" not in done.out + done.err
        shown = COLOUR.sub("", done.out) if coloured else done.out
        assert OBEYED.findall(shown) == []
        assert OBEYED.findall(done.err) == []
        assert done.out + done.err
