"""Plugins as people have them: built, installed into a folder of its own, and met by the command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest

from tests.conftest import ROOT

Json: TypeAlias = Any
Folder: TypeAlias = Path

EXAMPLE: Final = ROOT / "examples" / "plugin"
PAYLOAD: Final = str(EXAMPLE / "payload.json")
NEWEST: Final = f"newest:{EXAMPLE / 'prices'}"
OTHERS: Final = str(ROOT / "examples" / "alibaba-first-frame.payload.json")
RUNWARE: Final = str(ROOT / "examples" / "runware-two-seconds.payload.json")


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Folder]:
    """A folder for each plugin, as pip would fill it; nothing is installed beside this program."""
    sources = {"lumen": EXAMPLE, "broken": ROOT / "tests/plugins/broken", "twin": ROOT / "tests/plugins/twin"}
    folders = {name: tmp_path_factory.mktemp(name) for name in sources}
    for name, source in sources.items():
        command = [
            sys.executable,
            "-m",
            "uv",
            "pip",
            "install",
            "--quiet",
            "--offline",
            "--no-deps",
            "--target",
            str(folders[name]),
        ]
        subprocess.run([*command, str(source)], check=True, timeout=120)
    return folders


def run(*arguments: str, plugins: tuple[Folder, ...], **environment: str) -> subprocess.CompletedProcess[str]:
    """The command, with the plugins on its path and nothing else."""
    path = os.pathsep.join(map(str, (*plugins, ROOT)))
    own = {key: value for key, value in os.environ.items() if key != "WAN_RULES_PLUGINS"}
    return subprocess.run(
        [sys.executable, "-m", "pricing.shell.cli", *arguments],
        env={**own, "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def answer(*arguments: str, plugins: tuple[Folder, ...]) -> Json:
    """The document on stdout, of a command that complained of nothing."""
    done = run(*arguments, "--format", "json", plugins=plugins)
    assert done.stderr == ""
    return json.loads(done.stdout)


def test_what_is_installed_is_listed(installed: Mapping[str, Folder]) -> None:
    told = answer("plugins", plugins=(installed["lumen"],))
    assert {(one["kind"], one["name"]) for one in told["plugins"]} == {
        ("charge model", "surge"),
        ("host", "lumen"),
        ("rule", "LUMEN501"),
        ("source", "newest"),
    }
    assert {(one["distribution"], one["version"]) for one in told["plugins"]} == {("wan-rules-lumen", "1.2.0")}
    assert told["refused"] == []


def test_each_kind_takes_part_in_a_quote(installed: Mapping[str, Folder]) -> None:
    quoted = answer("quote", PAYLOAD, "--catalogue", NEWEST, plugins=(installed["lumen"],))
    assert quoted["host"] == "lumen"
    assert [one["rule"] for one in quoted["report"]["violations"]] == ["LUMEN501"]
    assert quoted["total"] == "0.80", "5 s at 0.10 and 2 s at 0.15"
    schemes = [rate["scheme"] for rate in quoted["basis"]["terms"]["rates"]]
    assert {(scheme["plugin"], scheme["version"]) for scheme in schemes} == {("surge", "1")}


def test_the_version_of_a_charge_model_is_in_the_digest(installed: Mapping[str, Folder], tmp_path: Path) -> None:
    digests = []
    for version in ("1", "2"):
        code = (
            "import sys, dataclasses, lumen_plugin.charges as c\n"
            f"c.SURGE = dataclasses.replace(c.SURGE, version={version!r})\n"
            "from pricing.shell.cli import main; main()"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, "cards", "list", "--catalogue", NEWEST, "--format", "json"],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(installed["lumen"]), str(ROOT)])},
            capture_output=True,
            text=True,
            check=True,
            cwd=tmp_path,
        )
        digests.append(json.loads(done.stdout)["digest"])
    assert digests[0] != digests[1]


def test_other_commands_know_the_host_too(installed: Mapping[str, Folder]) -> None:
    lumen, runware = (installed["lumen"],), RUNWARE
    assert answer("convert", runware, "--to", "lumen", plugins=lumen)["payload"]["model"] == "lumen/wan-2.7"
    assert run("cards", "check", NEWEST, "--at", "2026-11-15", plugins=lumen).returncode == 0
    assert "0.10 by surge" in run("cards", "at", "2026-11-15", "--catalogue", NEWEST, plugins=lumen).stdout
    compared = answer("compare", PAYLOAD, "--hosts", "lumen", "--catalogue", NEWEST, plugins=lumen)
    assert "0.80" in json.dumps(compared)


@pytest.mark.parametrize("way", ["variable", "option"])
def test_plugins_can_be_left_aside(installed: Mapping[str, Folder], way: str) -> None:
    option = ["--no-plugins"] if way == "option" else []
    variable = {"WAN_RULES_PLUGINS": "0"} if way == "variable" else {}
    done = run(*option, "quote", PAYLOAD, "--host", "lumen", plugins=(installed["lumen"],), **variable)
    assert done.returncode == 2
    assert done.stderr == "wan-rules: host: 'lumen' is not known: alibaba, atlas, fal, runware are\n"
    assert "plugins are off" in run(*option, "plugins", plugins=(installed["lumen"],), **variable).stdout


REFUSED: Final = {
    "atlas": "the name 'atlas' is taken by Atlas Cloud",
    "ghost": "it raised ModuleNotFoundError when it was imported: No module named 'broken_plugin.nowhere'",
    "hollow": "it raised AttributeError when it was looked at: 'NoneType' object has no attribute 'value'",
    "nohost": "it is of type dict: a wan_rules.Host is wanted",
    "WAN101": "'WAN101' is no id for it: capital letters of your own (not WAN) and three digits, such as ACME101",
    "LOST101": "it is for the host 'nowhere', which is not known",
    "https": "the scheme 'https' is taken by a built-in one",
    "exits": "it raised SystemExit when it was imported: 7",
    "old": "it was written for PLUGIN_API = 0, here it is 1: install another version of it",
    "undated": "broken_plugin.undated does not say what it was written for: write PLUGIN_API = 1 in it",
}


def test_broken_plugins_are_named_once_and_the_rest_works(installed: Mapping[str, Folder]) -> None:
    both = (installed["broken"], installed["lumen"])
    done = run("quote", PAYLOAD, "--catalogue", NEWEST, "--format", "json", plugins=both)
    assert done.returncode == 0
    assert json.loads(done.stdout)["total"] == "0.80", "what is printed at import does not reach stdout"
    assert {line for line in done.stderr.splitlines() if line != "loaded!"} == {
        f"wan-rules: plugin {name} (broken-plugin 0.3): refused: {reason}" for name, reason in REFUSED.items()
    }
    assert len(done.stderr.splitlines()) == len(REFUSED) + 1, "each once"
    alone = run("quote", OTHERS, "--at", "2026-11-15", plugins=())
    beside = run("quote", OTHERS, "--at", "2026-11-15", plugins=both)
    assert (beside.returncode, beside.stdout) == (alone.returncode, alone.stdout)


def test_what_was_refused_is_listed(installed: Mapping[str, Folder]) -> None:
    done = run("plugins", "--format", "json", plugins=(installed["broken"],))
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert {one["name"]: one["reason"] for one in told["refused"]} == REFUSED
    assert {one["name"] for one in told["plugins"]} == {"RAISES101", "raising", "shrinks", "throws"}
    assert "host nohost (broken-plugin 0.3): refused: " in run("plugins", plugins=(installed["broken"],)).stdout


def test_a_name_that_two_plugins_take_is_neithers(installed: Mapping[str, Folder]) -> None:
    both = (installed["lumen"], installed["twin"])
    done = run("quote", PAYLOAD, "--host", "lumen", plugins=both)
    assert done.returncode == 2
    assert "'lumen' is not known: alibaba, atlas, fal, runware are. plugin lumen" in done.stderr
    assert "the name is taken by twin-plugin too, and neither comes first: uninstall one" in done.stderr
    direct = run("cards", "list", "--catalogue", str(EXAMPLE / "prices" / "2026-11-01.toml"), plugins=both)
    assert direct.returncode == 2
    assert "no charge model 'surge': plugin surge (wan-rules-lumen 1.2.0): refused: the name is taken" in direct.stderr


def test_a_rule_that_raises_is_an_error_at_its_host_alone(installed: Mapping[str, Folder]) -> None:
    broken = (installed["broken"],)
    done = run("check", RUNWARE, "--format", "json", plugins=broken)
    assert done.returncode == 2
    said = "rule RAISES101 of a plugin failed: it raised KeyError: 'no such table'. Mend the plugin, or run without it"
    assert json.loads(done.stdout)["error"]["message"] == said
    assert run("--no-plugins", "check", RUNWARE, plugins=broken).returncode == 0


def test_a_source_that_raises_is_an_error(installed: Mapping[str, Folder]) -> None:
    done = run("cards", "list", "--catalogue", "raising:here", plugins=(installed["broken"],))
    assert done.returncode == 2
    said = "raising:here: the plugin that opens it raised RuntimeError: the vault is on fire"
    assert said in done.stderr.splitlines()[-1]


CARD: Final = """
schema_version = "1"
[card]
id = "odd"
title = "Odd"
host = "{host}"
currency = "USD"
source = "made up"
checked = 2026-11-01
confidence = "fictional"
[[entry]]
from = 2026-11-01
meter = "output_video_seconds"
resolution = "any"
model = "plugin"
plugin = "{plugin}"
price = "20"
[[reference_video]]
from = 2026-11-01
billed = "no"
"""


@pytest.mark.parametrize(
    ("plugin", "code", "said"),
    [
        (
            "throws",
            2,
            "the charge model 'throws', version 1, of a plugin: it raised DivisionByZero for a quantity of 10",
        ),
        ("shrinks", 2, "the charge model 'shrinks', version 1, of a plugin: it gave -100 for a quantity of 10"),
        ("old", 2, "no charge model 'old': plugin old (broken-plugin 0.3): refused: it was written for PLUGIN_API = 0"),
        ("exits", 2, "no charge model 'exits': plugin exits (broken-plugin 0.3): refused: it raised SystemExit"),
        ("never", 2, "no charge model is called 'never': there are "),
    ],
)
def test_a_charge_model_that_fails_is_named(
    installed: Mapping[str, Folder], tmp_path: Path, plugin: str, code: int, said: str
) -> None:
    card = tmp_path / "card.toml"
    card.write_text(CARD.format(host="alibaba", plugin=plugin))
    payload = str(ROOT / "examples" / "alibaba-five-references.payload.json")
    facts = ("--facts", str(ROOT / "examples" / "alibaba-five-references.facts.json"))
    asked = ("quote", payload, *facts, "--catalogue", str(card), "--at", "2026-11-15", "--format", "json")
    done = run(*asked, plugins=(installed["broken"],))
    assert done.returncode == code, done.stderr
    assert said in json.loads(done.stdout)["error"]["message"]


def test_a_card_of_a_refused_host_says_so(installed: Mapping[str, Folder], tmp_path: Path) -> None:
    (tmp_path / "card.toml").write_text(CARD.format(host="nohost", plugin="throws"))
    done = run("cards", "list", "--catalogue", str(tmp_path / "card.toml"), plugins=(installed["broken"],))
    assert done.returncode == 2
    assert "plugin nohost (broken-plugin 0.3): refused: it is of type dict" in done.stderr.splitlines()[-1]


def test_a_scheme_that_was_refused_says_so(installed: Mapping[str, Folder]) -> None:
    both = (installed["lumen"], installed["twin"])
    done = run("cards", "list", "--catalogue", NEWEST, plugins=both)
    assert done.returncode == 2
    assert "refused: the name is taken by twin-plugin too" in done.stderr.splitlines()[-1]
    aside = run("--no-plugins", "cards", "list", "--catalogue", NEWEST, plugins=both)
    assert aside.returncode == 2
    assert "plugin" not in aside.stderr.replace(NEWEST, "")


def test_the_example_has_tests_of_its_own(installed: Mapping[str, Folder]) -> None:
    path = os.pathsep.join(map(str, (installed["lumen"], ROOT)))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(EXAMPLE)],
        env={**os.environ, "PYTHONPATH": path, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout


def test_nothing_is_scanned_twice_or_without_need() -> None:
    code = (
        "import sys; from pricing.shell.plugin_set import NO_PLUGINS; from pricing.shell.plugins import load_plugins\n"
        "assert load_plugins() is NO_PLUGINS or load_plugins().taken or load_plugins().refused\n"
        "print('importlib.metadata' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"


UNREADABLE: Final = {
    "no-text": b"[console_scripts]\ntool = \xff:main\n",
    "no-pair": b"[console_scripts]\ntool\n",
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_a_distribution_whose_entry_points_cannot_be_read_takes_no_plugin_down(
    text: bytes, installed: Mapping[str, Folder], tmp_path: Path
) -> None:
    folder = tmp_path / "spoilt-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: spoilt\nVersion: 1.0\n", encoding="utf-8")
    (folder / "entry_points.txt").write_bytes(text)
    alone, beside = (run("plugins", plugins=(*more, installed["lumen"])) for more in ((), (tmp_path,)))
    assert (beside.returncode, beside.stdout, beside.stderr) == (0, alone.stdout, "")


def test_an_entry_point_of_another_form_is_refused(installed: Mapping[str, Folder], tmp_path: Path) -> None:
    folder = tmp_path / "odd-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 1.0\n", encoding="utf-8")
    (folder / "entry_points.txt").write_text(
        "[pricing.charge_models]\nodd = odd = MODEL\nwhole = json\n", encoding="utf-8"
    )
    done = run("plugins", plugins=(tmp_path, installed["lumen"]))
    assert done.returncode == 0
    said = "refused: it raised ValueError when it was imported: {} names nothing in a module: write module:name"
    assert f"charge model odd (odd 1.0): {said.format(repr('odd = MODEL'))}" in done.stdout
    assert f"charge model whole (odd 1.0): {said.format(repr('json'))}" in done.stdout
    assert "host lumen (wan-rules-lumen 1.2.0)" in done.stdout
