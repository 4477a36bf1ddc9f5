"""What `docs/how-to/run-the-service.md` tells to type is typed: keys, checks, spans; and nothing is left out.

Its backups are in `test_guide_backups.py`, its proxy in `test_guide_proxy.py`.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
import urllib.error
from pathlib import Path
from typing import Any, Final

import pytest

from tests import guide
from tests.asked import ATLAS, CATALOGUE, EXAMPLES
from tests.conftest import ROOT
from tests.deployed import ask

HERE: Final = Path(__file__).parent
BODY: Final = (EXAMPLES / ATLAS).read_bytes()
OF_COMPOSE: Final = "test_the_secret_of_compose_is_one_that_its_owner_alone_reads"
SQLITE: Final = "test_a_backup_of_sqlite_is_taken_while_quotes_are_written_and_restored"
POSTGRESQL: Final = "test_a_dump_of_postgresql_is_taken_while_quotes_are_written_and_restored"
POOLED: Final = "test_what_is_answered_is_kept_whichever_connection_it_went_through"
KEYS: Final = "test_a_key_is_shown_once_listed_and_revoked"

RUN: Final = {
    "cd examples/service": OF_COMPOSE,
    "mkdir -m 700 secrets": OF_COMPOSE,
    "export WAN_RULES_DATABASE=": POSTGRESQL,
    "wan-rules serve": SQLITE,
    "wan-rules serve --catalogue prices/ --workers 4": POSTGRESQL,
    "ignore_startup_parameters = options": POOLED,
    guide.CREATE: KEYS,
    "wan-rules keys list": KEYS,
    "wan-rules keys revoke ID": KEYS,
    "wan-rules keys sign-with-new": "test_a_new_key_signs_after_a_signal_and_the_older_stays_published",
    "wan-rules cards check prices/": "test_a_catalogue_is_checked_before_it_is_laid_there",
    "umask 077": SQLITE,
    "mkdir backup": SQLITE,
    'sqlite3 wan-rules-state/quotes.db "VACUUM': SQLITE,
    'sqlite3 wan-rules-state/quotes.db ".backup': SQLITE,
    "cp -p wan-rules-state/signing-keys.json backup/": SQLITE,
    "pg_dump ": POSTGRESQL,
    "createdb ": POSTGRESQL,
    "pg_restore ": POSTGRESQL,
    "opentelemetry-instrument wan-rules serve": "test_each_request_is_a_span_of_opentelemetry",
    "systemd-analyze verify": "test_the_unit_is_one_that_systemd_reads",
    "kill -9": "test_nothing_answered_is_lost_and_nothing_is_charged_twice",
}
"""Every command of the page by how it begins, and the test that runs it."""

NOT_RUN: Final = {
    "docker compose up": "no container engine where the tests run: test_deployment.py runs the words that it would run",
    "docker compose run --rm service keys create": "the same",
    "systemd-run ": "wants a system that systemd has started: test_deployment.py runs the unit's own words",
    "systemctl reload": "the same: test_deployment.py sends the signal that the unit names",
    "python -m benchmarks.service": "measures for minutes, and wants a machine that does nothing else",
    "pip install ": "no index has the package: test_deployment.py installs the wheel",
}
"""The commands that are not run, and why."""


def find_start(command: str) -> str | None:
    """Under which of the two lists' entries a command is: the longest that it begins with."""
    return max((start for start in {**RUN, **NOT_RUN} if command.startswith(start)), key=len, default=None)


def test_every_command_of_the_page_is_run_or_is_named_with_the_reason() -> None:
    found = {command: find_start(command) for command in guide.list_commands()}
    assert [command for command, start in found.items() if start is None] == []
    assert {*RUN, *NOT_RUN} - set(found.values()) == set()
    there = {test for file in HERE.glob("test_*.py") for test in guide.list_tests(file)}
    assert set(RUN.values()) - there == set()
    assert guide.list_languages() == {"sh", "nginx"}


def test_every_option_that_the_page_names_is_there(tmp_path: Path) -> None:
    commands = ("serve", "keys create", "keys sign-with-new")
    told = "".join(guide.type_in(tmp_path, f"wan-rules {command} --help", COLUMNS="200") for command in commands)
    assert [option for option in sorted(guide.list_options()) if f"{option} " not in told] == []


def test_the_secret_of_compose_is_one_that_its_owner_alone_reads(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "service", tmp_path / "examples" / "service")
    before, _, _ = guide.find_block("sh", "docker compose").partition("docker ")
    guide.type_in(tmp_path, before)
    folder = tmp_path / "examples" / "service" / "secrets"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert len((folder / "database_password").read_text().strip()) == 64


def refuses(url: str, key: str) -> bool:
    """Whether a request with the key is answered with 401."""
    try:
        ask(f"{url}/v1/catalogue", key)
    except urllib.error.HTTPError as error:
        with error:
            return error.code == 401
    return False


def test_a_key_is_shown_once_listed_and_revoked(tmp_path: Path) -> None:
    with guide.serving(tmp_path, f"wan-rules serve --catalogue {CATALOGUE} --workers 2") as url:
        key = guide.make_key(tmp_path)
        _, key_id, secret = key.split("_", 2)
        assert json.loads(ask(f"{url}/v1/quotes", key, BODY))["account"] == "acme"
        listed = guide.type_in(tmp_path, guide.find_command("wan-rules keys list"))
        assert (key_id in listed, "shop" in listed, secret in listed) == (True, True, False)
        kept = b"".join(path.read_bytes() for path in (tmp_path / "wan-rules-state").iterdir())
        assert (key_id.encode() in kept, secret.encode() in kept) == (True, False)
        guide.type_in(tmp_path, guide.fill(guide.find_command("wan-rules keys revoke ID"), {"ID": key_id}))
        until = time.monotonic() + 10
        while not all(refuses(url, key) for _ in range(20)):
            assert time.monotonic() < until
            time.sleep(0.1)


def list_published(url: str) -> list[str]:
    """The ids of the published keys."""
    return [key["kid"] for key in json.loads(ask(f"{url}/.well-known/jwks.json"))["keys"]]


def await_key(url: str, before: list[str]) -> str:
    """The id of a key that is published beside those before, by each of some workers."""
    until = time.monotonic() + 20
    while not all(set(before) < set(list_published(url)) for _ in range(20)):
        assert time.monotonic() < until
        time.sleep(0.1)
    (added,) = set(list_published(url)) - set(before)
    return added


@pytest.mark.parametrize("workers", [1, 2])
def test_a_new_key_signs_after_a_signal_and_the_older_stays_published(tmp_path: Path, workers: int) -> None:
    command = f"wan-rules serve --catalogue {CATALOGUE} --workers {workers}"
    with guide.starting(tmp_path, command) as (url, process_id):
        key = guide.make_key(tmp_path)
        before, old = list_published(url), json.loads(ask(f"{url}/v1/quotes", key, BODY))
        guide.type_in(tmp_path, guide.find_command("wan-rules keys sign-with-new"))
        os.kill(process_id, signal.SIGHUP)
        added = await_key(url, before)
        new = json.loads(ask(f"{url}/v1/quotes", key, BODY))
        (tmp_path / "jwks.json").write_bytes(ask(f"{url}/.well-known/jwks.json"))
    for number, (quote, signer) in enumerate([(old, before[0]), (new, added)]):
        (tmp_path / f"{number}.json").write_text(json.dumps(quote))
        said = guide.type_in(tmp_path, f"wan-rules quote verify {number}.json --keys jwks.json")
        assert said.startswith(f"valid: wan-rules signed quote {quote['id']} with key {signer}")
    assert (tmp_path / "wan-rules-state" / "signing-keys.json").stat().st_mode & 0o777 == 0o600


def test_a_catalogue_is_checked_before_it_is_laid_there(tmp_path: Path) -> None:
    prices = Path(shutil.copytree(CATALOGUE, tmp_path / "prices"))
    command = guide.find_command("wan-rules cards check prices/")
    assert "0 errors" in guide.type_in(tmp_path, command)
    (prices / "cards" / "atlas.toml").write_text("this is no card")
    with pytest.raises(AssertionError, match=r"atlas\.toml"):
        guide.type_in(tmp_path, command)


def test_each_request_is_a_span_of_opentelemetry(tmp_path: Path) -> None:
    exporters: dict[str, Any] = {f"OTEL_{name}_EXPORTER": "none" for name in ("METRICS", "LOGS")}
    command = guide.find_command("opentelemetry-instrument")
    with guide.serving(tmp_path, command, OTEL_TRACES_EXPORTER="console", **exporters) as url:
        ask(f"{url}/v1/rules")
    said = (tmp_path / "log").read_text()
    assert '"name": "GET /v1/rules"' in said
    assert '"http.route": "/v1/rules"' in said
