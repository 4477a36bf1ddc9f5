"""Completion in the shells themselves: commands, options, and the names that a catalogue knows."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from pricing.shell.completing import offer_cards, offer_names
from tests.conftest import ROOT
from tests.shell.runner import surroundings

LINES: Final = {
    "command": ("wan-rules expl", ["explain"]),
    "two-words": ("wan-rules quo", ["quote", "quote verify"]),
    "command-below": ("wan-rules cards sh", ["show"]),
    "option": ("wan-rules quote x --acc", ["--account"]),
    "option-of-two-words": ("wan-rules quote verify --k", ["--keys"]),
    "value": ("wan-rules check x --host a", ["alibaba", "atlas"]),
    "account": ("wan-rules quote x --catalogue examples/catalogue --account ", ["acme", "globex", "initech"]),
    "environment": ("wan-rules quote x --catalogue examples/catalogue --environment st", ["staging"]),
    "card": ("wan-rules cards show --catalogue examples/catalogue northlight-atlas-", ["northlight-atlas-stages"]),
    "shipped-card": ("wan-rules cards init x --from at", ["atlas-list"]),
}


def ask(shell: str, script: str, line: str) -> list[str]:
    """What the shell itself offers, sorted."""
    path = f"{Path(sys.executable).parent}:{surroundings()['PATH']}"
    done = subprocess.run(
        [shell, *{"bash": ["--norc"], "fish": ["--no-config"]}[shell], "-c", script, shell, line],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env=surroundings(PATH=path),
        text=True,
        timeout=60,
    )
    return sorted(done.stdout.splitlines())


BASH: Final = """
eval "$(_WAN_RULES_COMPLETE=source_bash wan-rules)"
IFS=' ' read -ra COMP_WORDS <<< "$1"
[[ $1 == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
_wan_rules_completion wan-rules
printf '%s\\n' "${COMPREPLY[@]}"
"""
FISH: Final = """
_WAN_RULES_COMPLETE=source_fish wan-rules | source
complete -C "$argv[2]" | string split -f 1 \\t
true
"""


@pytest.mark.skipif(shutil.which("bash") is None, reason="without bash there is none to ask")
@pytest.mark.parametrize(("line", "words"), LINES.values(), ids=LINES)
def test_bash_completes(line: str, words: list[str]) -> None:
    assert ask("bash", BASH, line) == words


@pytest.mark.skipif(shutil.which("fish") is None, reason="without fish there is none to ask")
@pytest.mark.parametrize(("line", "words"), LINES.values(), ids=LINES)
def test_fish_completes(line: str, words: list[str]) -> None:
    assert ask("fish", FISH, line) == words


@pytest.mark.skipif(shutil.which("zsh") is None, reason="without zsh there is none to ask")
def test_zsh_takes_the_script() -> None:
    path = f"{Path(sys.executable).parent}:{surroundings()['PATH']}"
    source = 'eval "$(_WAN_RULES_COMPLETE=source_zsh wan-rules)"'
    script = f"autoload -U compinit; compinit -D; {source}; print $_comps[wan-rules]"
    done = subprocess.run(
        ["zsh", "-f", "-c", script], capture_output=True, check=True, env=surroundings(PATH=path), text=True, timeout=60
    )
    assert done.stdout == "_wan_rules_completion\n"


STRANGE: Final = ["$(touch evil)", "`touch evil`", "a b", "a;b", "*", "'", '"', "a\nb", "\x1b[2J", "-o", ""]


@pytest.mark.parametrize("offer", [offer_names, None], ids=["names", "cards"])
def test_only_plain_names_reach_a_shell(offer: Callable[..., list[str]] | None, tmp_path: Path) -> None:
    names = [*STRANGE, "plain-1.a_b"]
    head = ", ".join("".join(f"\\u{ord(c):04x}" for c in name).join('""') for name in names)
    (tmp_path / "catalogue.toml").write_text(f"[catalogue]\naccounts = [{head}, 7]\n", encoding="utf-8")
    for number, name in enumerate(names):
        text = "".join(f"\\u{ord(c):04x}" for c in name)
        (tmp_path / f"{number}.toml").write_text(f'[card]\nid = "{text}"\n', encoding="utf-8")
    said = {"catalogue": str(tmp_path)}
    found = offer(said, "accounts", "") if offer else offer_cards(said, "")
    assert [name for name in found if name != "7"] == ["plain-1.a_b"]


@pytest.mark.parametrize(
    "text", [b"", b"[catalogue", b"\xff", b"catalogue = 7", b"[catalogue]\naccounts = 7\n[card]\nid = 7"]
)
def test_what_can_not_be_read_offers_nothing(text: bytes, tmp_path: Path) -> None:
    (tmp_path / "catalogue.toml").write_bytes(text)
    said = {"catalogue": str(tmp_path)}
    assert offer_names(said, "accounts", "") == []
    assert offer_names({"catalogue": "https://example.com/prices.zip"}, "accounts", "") == []
    assert offer_cards(said, "nothing") == []


@pytest.mark.parametrize("text", [f"a = {'[' * 20_000}", f"[card]\nid = {'[' * 20_000}"])
def test_toml_that_is_deep_offers_nothing(text: str, tmp_path: Path) -> None:
    (tmp_path / "catalogue.toml").write_text(text, encoding="utf-8")
    said = {"catalogue": str(tmp_path)}
    assert (offer_names(said, "accounts", ""), offer_cards(said, "")) == ([], [])


def test_without_a_catalogue_the_folder_one_stands_in_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "catalogue.toml").write_text('[catalogue]\naccounts = ["acme"]\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert offer_names({}, "accounts", "") == offer_names({"catalogue": None}, "accounts", "") == []
    assert offer_names({"catalogue": "."}, "accounts", "") == ["acme"]


def test_of_a_large_tree_a_part_is_looked_at(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"{number:03}").mkdir()
        (tmp_path / f"{number:03}" / "card.toml").write_text(f'[card]\nid = "card-{number:03}"\n', encoding="utf-8")
    (tmp_path / "near.toml").write_text('[card]\nid = "near"\n', encoding="utf-8")
    (tmp_path / "000" / "loop").symlink_to(tmp_path)
    found = offer_cards({"catalogue": str(tmp_path)}, "")
    assert found[:3] == ["near", "card-000", "card-001"]
    assert 50 < len(found) <= 200
    assert offer_cards({"catalogue": str(tmp_path / "nowhere")}, "") == []
