"""What is old goes, by one worker an hour; what an hour or a week still needs stays."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import time

import pytest

from pricing.shell.service import purging
from pricing.shell.service.problems import ProblemError
from pricing.shell.service.rates import Rates
from pricing.shell.service.rows import Answer, Once
from pricing.shell.service.running import Service
from pricing.shell.service.serving import prepare
from pricing.shell.service.settings import Settings
from pricing.shell.service.store import Store

ONCE = Once("a key", "once", "digest")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    made = Service(prepare(Settings(state=tmp_path / "state")))
    yield made
    made.store.close()


def keep_answer(store: Store) -> None:
    store.write(lambda _: Answer(200, b"{}"), ONCE)


def test_an_answer_stays_for_its_days_and_then_goes(service: Service) -> None:
    keep_answer(service.store)
    now = datetime.now(UTC)
    assert purging.purge(service.store, 7, now + timedelta(days=6, hours=23)) == 0
    assert service.store.find_answer(ONCE) is not None
    purging.purge(service.store, 7, now + timedelta(days=7, hours=1))
    assert service.store.find_answer(ONCE) is None


def test_one_worker_purges_in_an_hour(service: Service) -> None:
    later = datetime(2030, 1, 1, 12, tzinfo=UTC)
    purging.purge(service.store, 7, later)
    keep_answer(service.store)
    assert purging.purge(service.store, 7, later + timedelta(minutes=59)) == 0
    assert purging.purge(service.store, 7, later + timedelta(hours=1)) == 1


def test_the_minute_in_use_stays(service: Service) -> None:
    async def lease(caller: str, window: int, wanted: int, limit: int) -> int:
        return service.store.lease(caller, window, wanted, limit)

    def take() -> None:
        asyncio.run(Rates(lease).take("shop", 1))

    begun = time() // 60
    take()
    purging.purge(service.store, 7, datetime.now(UTC))
    with suppress(ProblemError):
        take()
        assert time() // 60 > begun  # only a new minute has one more


def test_a_running_service_purges_by_itself(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "SOON_S", 0)
    store = service.store
    store.lease("shop", 60, 1, 10)  # a minute of 1970

    async def run() -> None:
        async with service.keep_fresh():
            while await service.run(lambda: store.lease("shop", 60, 10, 10)) != 10:  # noqa: ASYNC110 - as others see it
                await asyncio.sleep(0.02)

    asyncio.run(asyncio.wait_for(run(), 10))
