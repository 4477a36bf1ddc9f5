"""What `examples/service/` runs, run: the Dockerfile's commands, its image's words, the compose file's, the unit's."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.deployed import FOLDER, ask, find_words, install, list_instructions, read_compose, read_unit, running
from tests.postgres import PostgreSQL

BODY = (ROOT / "examples" / "atlas-sr.payload.json").read_bytes()
KEY = ("keys", "create", "shop", "--account", "globex", "--environment", "production", "--scope", "quote")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs as they are in the image."""
    return install(tmp_path_factory.mktemp("image"))


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "examples" / "catalogue", tmp_path / "prices"))


def list_files(folder: Path) -> set[str]:
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder.parent).as_posix() for path in files}


def test_the_wheel_has_all_that_the_packages_have(installed: Path) -> None:
    (wheel,) = (installed.parents[2] / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        within = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert within == list_files(ROOT / "pricing") | list_files(ROOT / "wan_rules")
    assert {"pricing/shell/service/migrations/versions/v0001_first.py", "pricing/published/fal.toml"} <= within
    assert "pricing/shell/service/page/templates/base.html" in within


def test_the_image_answers_and_writes_nothing_but_its_state(installed: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    words = [str(state) if word == "/var/lib/wan-rules" else word for word in find_words("CMD")]
    assert find_words("ENTRYPOINT") == ["wan-rules"]
    before = list_files(installed.parent)
    with running([str(installed / "wan-rules"), *words], installed, tmp_path, PYTHONDONTWRITEBYTECODE="1") as (url, _):
        assert b"<!doctype html>" in ask(f"{url}/").lower()
        health = [word.replace("http://127.0.0.1:8321", url) for word in find_words("HEALTHCHECK")]
        health[0] = str(installed / health[0])
        assert subprocess.run(health, check=False).returncode == 0
    assert subprocess.run(health, check=False, stderr=subprocess.DEVNULL).returncode != 0
    assert list_files(installed.parent) == before
    assert {path.name for path in tmp_path.iterdir()} == {"log", "state"}
    assert {path.name for path in state.iterdir()} == {".lock", "quotes.db", "signing-keys.json"}
    assert state.stat().st_mode & 0o777 == 0o700


def test_the_image_is_not_root_and_has_no_secret() -> None:
    last = list_instructions(1)
    assert ("USER", "10001:10001") in last
    assert not [given for name, given in last if name in {"ADD", "ARG"} or ("://" in given and name == "ENV")]


def test_what_compose_runs_quotes_from_postgresql(
    installed: Path, tmp_path: Path, prices: Path, postgresql: PostgreSQL, postgresql_url: str
) -> None:
    service = read_compose()["services"]["service"]
    (tmp_path / "secret").write_text("of no use here, where anybody is trusted\n".replace(" ", ""))
    database = postgresql_url.replace("postgresql://tester@", "")
    entry = [word.replace("$$", "$") for word in service["entrypoint"]]
    entry[2] = entry[2].replace("/run/secrets/database_password", str(tmp_path / "secret"))
    entry[2] = entry[2].replace("wan_rules:", "tester:").replace("database/quotes", database)
    places = {"/prices": str(prices), "/var/lib/wan-rules": str(tmp_path / "state"), "0.0.0.0": "127.0.0.1"}  # noqa: S104 - within the container
    words = [places.get(word, word) for word in service["command"]]
    environment = {"PATH": f"{installed}{os.pathsep}/usr/bin{os.pathsep}/bin"}
    with running([*entry, *words], installed, tmp_path) as (url, _):
        made = subprocess.run([*entry, *KEY], check=True, capture_output=True, text=True, env=environment, cwd=tmp_path)
        quote = json.loads(ask(f"{url}/v1/quotes", made.stdout.strip(), BODY))
        assert (quote["total"], quote["account"]) == ("0.99", "globex")
    assert not list((tmp_path / "state").glob("*.db"))
    assert postgresql.url("postgres").split("?")[1] == database.split("?")[1]


def test_what_compose_mounts_is_there() -> None:
    document = read_compose()
    service = document["services"]["service"]
    assert (FOLDER / service["build"]["context"]).resolve() == ROOT
    assert (ROOT / service["build"]["dockerfile"]).is_file()
    mounted = [volume.split(":")[0] for volume in service["volumes"]]
    assert [name for name in mounted if not (name in document["volumes"] or (FOLDER / name).is_dir())] == []
    assert service["read_only"]
    assert [port for port in service["ports"] if not port.startswith("127.0.0.1:")] == []


def test_the_unit_is_one_that_systemd_reads(installed: Path, tmp_path: Path) -> None:
    if (program := shutil.which("systemd-analyze")) is None:
        pytest.skip("NOT CHECKED: systemd-analyze is not on this machine")
    unit = tmp_path / "wan-rules.service"
    text = (FOLDER / "wan-rules.service").read_text()
    unit.write_text(text.replace("/opt/wan-rules/bin", str(installed)))
    done = subprocess.run([program, "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_unit_serves_and_its_reload_takes_new_prices(installed: Path, tmp_path: Path, prices: Path) -> None:
    unit = read_unit()
    assert unit["ExecReload"] == "/bin/kill -HUP $MAINPID"
    line = unit["ExecStart"].replace("/opt/wan-rules/bin", str(installed))
    words = line.replace("/etc/wan-rules/prices", str(prices)).replace("%S", str(tmp_path)).split()
    environment = {"PATH": f"{installed}{os.pathsep}/usr/bin"}
    with running(words, installed, tmp_path) as (url, process_id):
        state = ("--state", str(tmp_path / "wan-rules"))
        made = subprocess.run(
            [installed / "wan-rules", *KEY, *state], check=True, capture_output=True, text=True, env=environment
        )
        key = made.stdout.strip()
        digest = json.loads(ask(f"{url}/v1/catalogue", key))["digest"]
        card = prices / "cards" / "atlas.toml"
        card.write_text(card.read_text().replace('"0.13"', '"0.17"'))
        os.kill(process_id, signal.SIGHUP)
        until = time.monotonic() + 30
        while {json.loads(ask(f"{url}/v1/catalogue", key))["digest"] for _ in range(20)} & {digest}:
            assert time.monotonic() < until, (tmp_path / "log").read_text()
            time.sleep(0.1)
