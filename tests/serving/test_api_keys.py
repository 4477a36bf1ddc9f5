"""The ring of keys: what was met is recalled without the store until it ends, or a change in the store is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest

from pricing.shell.service import api_keys
from pricing.shell.service.api_keys import Bound, KeyRing, make_key
from pricing.shell.service.callers import Scope
from pricing.shell.service.rows import KeyRow
from pricing.shell.service.store import Store, open_store

BOUND = Bound(("acme",), ("production",), (Scope.QUOTE,))


class Counted(Store):
    """A store that counts how often a key is looked up in it, and says first that this begins."""

    looked = 0

    def find_key(self, key_id: str) -> KeyRow | None:
        self.looked += 1
        return super().find_key(key_id)


@pytest.fixture
def counted(tmp_path: Path) -> Iterator[Counted]:
    store = open_store(f"sqlite:///{tmp_path / 'quotes.db'}")
    store.upgrade()
    yield Counted(store._engines)
    store.close()


def add(store: Store, expires_at: datetime | None = None) -> str:
    """A new key."""
    made = make_key("test", BOUND, expires_at)
    store.add_key(made.row)
    return made.text


def test_a_key_is_recalled_once_it_was_recognised_and_the_store_is_not_asked(counted: Counted) -> None:
    ring, key = KeyRing(counted), add(counted)
    assert ring.recall(key) is None
    met = ring.recognise(key)
    assert met is not None
    assert (met.id, met.accounts, met.environments, met.scopes) == (
        key.split("_")[1],
        ("acme",),
        ("production",),
        frozenset({Scope.QUOTE}),
    )
    assert [ring.recall(key), ring.recall(key)] == [met, met]
    assert counted.looked == 1


def test_no_other_text_is_recalled(counted: Counted) -> None:
    ring, key = KeyRing(counted), add(counted)
    assert ring.recognise(key) is not None
    forged = key[:-1] + ("A" if key[-1] != "A" else "B")
    for text in (forged, f"{key} ", key.upper(), key[:-1], "", "wr_"):
        assert ring.recall(text) is None
        assert ring.recognise(text) is None
        assert ring.recall(text) is None


class Later(datetime):
    """The time an hour from now."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Later:
        return cls.fromtimestamp(datetime.now(tz).timestamp() + 3600, tz)


def test_a_key_is_recalled_until_it_ends(counted: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    ring, key = KeyRing(counted), add(counted, datetime.now(UTC) + timedelta(minutes=30))
    assert ring.recognise(key) is not None
    assert ring.recall(key) is not None
    monkeypatch.setattr(api_keys, "datetime", Later)
    assert ring.recall(key) is None
    assert ring.recognise(key) is None


def test_a_revoked_key_is_recalled_until_the_ring_forgets(counted: Counted) -> None:
    ring, key, other = KeyRing(counted), add(counted), add(counted)
    for one in (key, other):
        assert ring.recognise(one) is not None
    assert counted.revoke_key(key.split("_")[1], datetime.now(UTC))
    assert ring.recall(key) is not None
    ring.forget()
    assert (ring.recall(key), ring.recall(other)) == (None, None)
    assert ring.recognise(key) is None
    assert ring.recognise(other) is not None
    assert (ring.recall(key), ring.recall(other) is None) == (None, False)


def test_what_was_read_before_a_change_is_not_kept_after_it(counted: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key is revoked, and the ring told so, while its row is on the way from the store."""
    ring, key = KeyRing(counted), add(counted)
    find = counted.find_key

    def find_and_revoke(key_id: str) -> KeyRow | None:
        row = find(key_id)
        counted.revoke_key(key_id, datetime.now(UTC))
        ring.forget()
        return row

    monkeypatch.setattr(counted, "find_key", find_and_revoke)
    assert ring.recognise(key) is not None
    monkeypatch.setattr(counted, "find_key", find)
    assert ring.recall(key) is None
    assert ring.recognise(key) is None


def test_no_more_keys_are_kept_than_there_is_room_for(counted: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_keys, "_KEPT", 3)
    ring, keys = KeyRing(counted), [add(counted) for _ in range(8)]
    for key in keys:
        assert ring.recognise(key) is not None
        assert sum(ring.recall(one) is not None for one in keys) <= 3
    assert ring.recognise(keys[0]) is not None
