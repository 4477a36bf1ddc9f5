"""API keys, what processes share, leases, and what is too old to keep."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pricing.shell.service.rows import KeyRow
from pricing.shell.service.store import Store, open_store
from pricing.shell.service.store_faults import AlreadyThereError
from tests.stored import AT, THREADS, at_once, issue, once, quote_row

KEY = KeyRow("k1", "hash", "Nightly 批", ("acme", "globex"), (), ("quote", "settle"), AT, None, AT + timedelta(days=1))


def test_a_key_comes_back_as_it_was(store: Store) -> None:
    store.add_key(KEY)
    assert store.find_key("k1") == KEY
    assert store.find_key("k2") is None


def test_keys_are_listed_by_age(store: Store) -> None:
    younger = KEY._replace(id="k0", created_at=AT + timedelta(seconds=1), expires_at=None)
    store.add_key(younger)
    store.add_key(KEY)
    assert store.list_keys() == (KEY, younger)


def test_a_key_is_revoked_once_and_keeps_its_first_instant(store: Store) -> None:
    store.add_key(KEY)
    assert store.revoke_key("k1", AT)
    assert not store.revoke_key("k1", AT + timedelta(days=1))
    assert not store.revoke_key("k2", AT)
    assert store.find_key("k1") == KEY._replace(revoked_at=AT)


def test_every_change_of_keys_is_a_generation_that_others_see(store: Store, store_url: str) -> None:
    other = open_store(store_url)
    assert other.read_shared() == {}
    store.add_key(KEY)
    assert other.read_shared() == {"keys": 1}
    store.revoke_key("k1", AT)
    store.revoke_key("k1", AT)
    assert other.read_shared() == {"keys": 2}
    other.close()


def test_a_key_that_is_not_added_is_no_generation(store: Store) -> None:
    store.add_key(KEY)
    with pytest.raises(AlreadyThereError):
        store.add_key(KEY)
    assert store.read_shared() == {"keys": 1}


def test_generations_count_on_their_own_and_lose_none(store: Store) -> None:
    found = at_once(lambda _: store.bump("catalogue"))
    assert sorted(value for value in found if isinstance(value, int)) == list(range(1, THREADS + 1))
    assert store.bump("keys") == 1
    assert store.read_shared() == {"catalogue": THREADS, "keys": 1}


def test_a_lease_grants_what_is_left_of_the_window(store: Store) -> None:
    assert [store.lease("acme", 60, 4, 10) for _ in range(4)] == [4, 4, 2, 0]
    assert store.lease("acme", 61, 4, 10) == 4
    assert store.lease("globex", 60, 14, 10) == 10
    assert store.lease("nobody", 60, 4, 0) == 0


def test_leases_of_many_are_the_limit_together(store: Store) -> None:
    found = at_once(lambda _: store.lease("acme", 60, 7, 50))
    assert sum(value for value in found if isinstance(value, int)) == 50
    assert not [one for one in found if isinstance(one, Exception)]


def test_old_windows_and_answers_go_and_quotes_stay(store: Store) -> None:
    row = quote_row()
    issue(store, once("k"), row)
    store.lease("acme", int(AT.timestamp()), 1, 10)
    assert store.purge(AT) == 0  # the window began then, and the answer is of today
    assert store.purge(AT + timedelta(seconds=1)) == 1
    assert store.purge(AT + timedelta(days=365_000)) == 1
    assert store.find_answer(once("k")) is None
    assert store.find_quote(row.id, "acme") == row
