"""A service that runs: what it kept of a catalogue is gone with the catalogue; and one that does not get to run."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from pricing import quotes
from pricing.shell import term_wire, wire
from pricing.shell.service.running import Service
from pricing.shell.service.serving import prepare
from pricing.shell.service.settings import Settings
from pricing.shell.service.watching import Watched
from tests.asked import ATLAS, CATALOGUE, Running, example
from wan_rules.payloads import UnusableInputError

CHARGES: Final = (quotes._price_bounded, quotes._price_billable)
TEXTS: Final = (wire._priced, wire._basis, term_wire.terms_json)


def count_charges() -> int:
    """How many charges are kept."""
    return sum(kept.cache_info().currsize for kept in CHARGES)


def count_texts() -> int:
    """How many texts of charges and of terms are kept."""
    return sum(kept.cache_info().currsize for kept in TEXTS)


def test_a_new_catalogue_ends_what_was_kept_of_the_one_before(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(CATALOGUE, tmp_path / "catalogue"))
    service = Running(tmp_path / "state", catalogue=str(folder))
    key, running = service.key(), service.app._service
    assert service.post("/v1/estimates", example(ATLAS), key=key).document["total"] == "0.936"
    kept = count_charges(), count_texts()
    assert min(kept) > 0
    running.reload()
    assert (count_charges(), count_texts()) == kept, "the same catalogue ends nothing"
    card = folder / "cards" / "atlas.toml"
    card.write_text(card.read_text().replace('"0.13"', '"0.17"'))
    running.reload()
    assert (count_charges(), count_texts()) == (0, 0)
    assert service.post("/v1/estimates", example(ATLAS), key=key).document["total"] == "1.224"


def test_a_start_that_fails_leaves_no_database_open(tmp_path: Path, connections: list[sqlite3.Connection]) -> None:
    settings = prepare(Settings(state=tmp_path / "state"))
    settings.signing_file.write_text("no keys", encoding="utf-8")
    with pytest.raises(UnusableInputError, match="signing"):
        Service(settings)
    assert len(connections) > 1
    for made in connections:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            made.execute("SELECT 1")


def test_a_look_that_fails_is_not_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who stops looking never hears of a revoked key: here the catalogue's folder can't be looked at."""
    service = Running(tmp_path, poll_s=0.01)
    key, running = service.key(), service.app._service
    looks: list[None] = []

    def fail(_: Watched) -> bool:
        looks.append(None)
        raise FileNotFoundError(str(tmp_path))

    async def follow(looked: int) -> None:
        task = asyncio.create_task(running._follow())
        while len(looks) < looked:
            assert not task.done(), task.exception()
            await asyncio.sleep(0.005)
        task.cancel()

    monkeypatch.setattr(Watched, "has_changed", fail)
    assert service.get("/v1/rules", key=key).status == 200
    asyncio.run(follow(2))
    assert service.store.revoke_key(key.split("_")[1], datetime.now(UTC))
    asyncio.run(follow(len(looks) + 3))
    assert service.get("/v1/rules", key=key).status == 401
