"""A fake host for the tests of a module, and guards that look for each host's API there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from pricing.shell.guard import Decision, Guard, Settings
from tests.guard.fake_host import FakeHost, serve

Make = Callable[..., Guard]


@pytest.fixture(scope="module")
def served() -> Iterator[FakeHost]:
    with serve() as host:
        yield host


@pytest.fixture
def host(served: FakeHost) -> FakeHost:
    """The same server, with nothing received yet."""
    served.received.clear()
    served.gzipped = False
    return served


@pytest.fixture
def decided() -> list[Decision]:
    """What the guards of a test decided, in order."""
    return []


@pytest.fixture
def make(host: FakeHost, decided: list[Decision]) -> Iterator[Make]:
    """Makes guards, which are closed when the test ends."""
    made: list[Guard] = []

    def make_guard(**settings: object) -> Guard:
        asked = {"bases": host.bases(), **settings}
        guard = Guard(Settings(**asked), on_decision=decided.append)  # type: ignore[arg-type]
        made.append(guard)
        return guard

    yield make_guard
    for guard in made:
        guard.close()
