"""API keys: how they look, how they are kept (hashed), and the ring that recognises them.

A key is `wr_<id>_<secret>`: 64 and 256 random bits. The store has the id and a SHA-256 of the whole: a secret of that
size can't be guessed from it, so no slow hash is needed, and one may be checked with every request.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from secrets import token_hex, token_urlsafe
from time import monotonic
from typing import Final, NamedTuple

from pricing.shell.service.callers import Caller, Scope
from pricing.shell.service.rows import KeyRow
from pricing.shell.service.store import Store

_SHAPE: Final = re.compile(r"wr_([0-9a-f]{16})_([A-Za-z0-9_-]{43})").fullmatch
_KEPT: Final = 10_000
"""Keys that are kept in memory at most."""
_UNKNOWN_FOR_S: Final = 1.0
"""For how long a key that is not there is not looked for again."""


class MadeKey(NamedTuple):
    """A new key: what is shown once, and what is kept."""

    text: str
    row: KeyRow


class Bound(NamedTuple):
    """What a key is bound to."""

    accounts: tuple[str, ...]
    environments: tuple[str, ...]
    scopes: tuple[Scope, ...]


def make_key(name: str, bound: Bound, expires_at: datetime | None = None) -> MadeKey:
    """A new key with a name for people; its text is kept nowhere."""
    key_id = token_hex(8)
    text = f"wr_{key_id}_{token_urlsafe(32)}"
    return MadeKey(text, KeyRow(key_id, digest_key(text), name, *bound, datetime.now(UTC), expires_at=expires_at))


def digest_key(text: str) -> str:
    """What the store keeps of a key."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_id(text: str) -> str | None:
    """The id within a key; `None` for what is none."""
    found = _SHAPE(text)
    return found[1] if found else None


class Met(NamedTuple):
    """A key that held when it was looked up: whose it is, and until when it does."""

    caller: Caller
    expires_at: datetime | None

    def holds(self) -> bool:
        """Whether it has not expired."""
        return self.expires_at is None or self.expires_at > datetime.now(UTC)


class Memory(NamedTuple):
    """What is known of keys: those met by their digest, rows by their id, and until when an id is not looked for.

    It is replaced as a whole: what is read from the store before a change can't be kept after it.
    """

    met: dict[str, Met]
    rows: dict[str, KeyRow]
    missed: dict[str, float]

    @classmethod
    def begin(cls) -> Memory:
        """One that knows nothing."""
        return cls({}, {}, {})


class KeyRing:
    """Recognises keys. Those once met are kept in memory until `forget`, which every change in the store brings."""

    def __init__(self, store: Store) -> None:
        """Begin with none."""
        self._store = store
        self._memory = Memory.begin()

    def forget(self) -> None:
        """Look every key up again: one was made or revoked."""
        self._memory = Memory.begin()

    def recall(self, text: str) -> Caller | None:
        """The caller whose key this is, where it was met before and holds; `recognise` knows of the others."""
        met = self._memory.met.get(digest_key(text))
        return met.caller if met is not None and met.holds() else None

    def is_known(self, text: str) -> bool:
        """Whether `recognise` would answer without asking the store."""
        key_id, memory = read_id(text), self._memory
        return key_id is None or key_id in memory.rows or memory.missed.get(key_id, 0) > monotonic()

    def recognise(self, text: str) -> Caller | None:
        """The caller whose key this is; `None` for one that is unknown, wrong, expired or revoked."""
        key_id, memory, digest = read_id(text), self._memory, digest_key(text)
        row = None if key_id is None else self._find(key_id, memory)
        if row is None or row.revoked_at is not None or not hmac.compare_digest(row.hash, digest):
            return None
        met = Met(Caller(row.id, row.accounts, row.environments, _scopes(row.scopes)), row.expires_at)
        if not met.holds():
            return None
        memory.met[digest] = met
        return met.caller

    def _find(self, key_id: str, memory: Memory) -> KeyRow | None:
        row = memory.rows.get(key_id)
        if row is None and memory.missed.get(key_id, 0) <= monotonic():
            row = self._store.find_key(key_id)
            if len(memory.rows) + len(memory.missed) >= _KEPT:
                self.forget()
            elif row is None:
                memory.missed[key_id] = monotonic() + _UNKNOWN_FOR_S
            else:
                memory.rows[key_id] = row
        return row


def _scopes(words: Sequence[str]) -> frozenset[Scope]:
    return frozenset(scope for scope in Scope if scope in words)
