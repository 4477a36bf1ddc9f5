"""Signatures of quotes: a JWS (RFC 7515) by Ed25519 with its payload detached, over the canonical form of the quote.

The payload is the quote's own document without its `signature`, so nothing is said twice, and whoever holds the
published keys can verify it years later without asking. Keys rotate: the newest signs, the older ones stay published.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Final, NamedTuple

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from pricing.shell.folder_locks import hold
from pricing.shell.service.canonical import canonicalise
from wan_rules.payloads import JsonObject, UnusableInputError, parse_object

ALGORITHM: Final = "Ed25519"
"""The one algorithm, as RFC 9864 names it; a signature that names another one is refused, whatever the key."""
MAX_KEYS_BYTES: Final = 1024 * 1024
_CURVE: Final = "Ed25519"
_REGISTRY: Final = jws.JWSRegistry(algorithms=[ALGORITHM])


class SigningKey(NamedTuple):
    """One key: its id, since when it signs, and the key itself."""

    kid: str
    since: str
    key: OKPKey


class Signer(NamedTuple):
    """The keys of a service, the oldest first; the last one signs."""

    keys: tuple[SigningKey, ...]

    def sign(self, document: Mapping[str, object]) -> str:
        """The signature of a document that has none yet: `protected..signature`."""
        newest = self.keys[-1]
        header = {"alg": ALGORITHM, "kid": newest.kid}
        whole = jws.serialize_compact(header, canonicalise(document), newest.key, registry=_REGISTRY)
        return str(jws.detach_content(whole))

    def publish(self) -> dict[str, object]:
        """The public keys, as a JSON Web Key Set (RFC 7517)."""
        return {"keys": [_publish(one) for one in self.keys]}


def _publish(one: SigningKey) -> dict[str, object]:
    public = one.key.as_dict(private=False)
    return {"kty": "OKP", "crv": _CURVE, "x": public["x"], "kid": one.kid, "use": "sig", "alg": ALGORITHM}


class BadSignatureError(Exception):
    """A document that the keys do not vouch for; the message says what does not hold."""


def verify(document: JsonObject, keys: Sequence[OKPKey]) -> str:
    """The id of the key that signed a quote. Raises BadSignatureError where none of the public keys did."""
    signature = document.get("signature")
    if not isinstance(signature, str):
        msg = "it has no signature: only what POST /v1/quotes answers is signed, an estimate is not"
        raise BadSignatureError(msg)
    kid = _read_kid(signature)
    key = next((key for key in keys if key.kid == kid), None)
    if key is None:
        msg = f"it was signed by the key {kid[:64]!r}, which is not among the {len(keys)} given: fetch the keys again"
        raise BadSignatureError(msg)
    unsigned = {name: value for name, value in document.items() if name != "signature"}
    try:
        jws.deserialize_compact(signature, key, registry=_REGISTRY, payload=canonicalise(unsigned))
    except (JoseError, ValueError):
        msg = f"the signature of key {kid!r} does not hold: the quote was changed after it was signed"
        raise BadSignatureError(msg) from None
    return kid


def _read_kid(signature: str) -> str:
    """The key that a signature names. One that brings a payload of its own may be true of that alone."""
    try:
        whole = jws.extract_compact(signature.encode())
        kid = None if whole.payload else whole.headers().get("kid")
    except (JoseError, ValueError, TypeError):
        kid = None
    if not isinstance(kid, str):
        msg = "its signature is no JWS of a quote: protected..signature is wanted, with a kid in the header"
        raise BadSignatureError(msg)
    return kid


def read_public_keys(data: bytes, *, what: str) -> tuple[OKPKey, ...]:
    """The Ed25519 keys of a JSON Web Key Set; others in it are passed over. Raises UnusableInputError."""
    document = parse_object(data, what=what, max_bytes=MAX_KEYS_BYTES)
    listed = document.get("keys")
    if not isinstance(listed, list):
        raise UnusableInputError(what, "a JSON Web Key Set is wanted: what /.well-known/jwks.json answers")
    found = tuple(_import(one, what) for one in listed if isinstance(one, dict) and one.get("crv") == _CURVE)
    if not found:
        raise UnusableInputError(what, f"no {_CURVE} key is in it: fetch /.well-known/jwks.json of the service")
    return found


def _import(member: JsonObject, what: str) -> OKPKey:
    try:
        return OKPKey.import_key({name: value for name, value in member.items() if isinstance(value, str)})
    except (JoseError, ValueError, TypeError, KeyError):
        raise UnusableInputError(what, f"the key {str(member.get('kid'))[:64]!r} in it can't be read") from None


def load_signer(file: Path) -> Signer:
    """The signing keys in a file. Raises UnusableInputError."""
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_KEYS_BYTES + 1)
    except OSError as error:
        raise UnusableInputError("signing keys", f"{file} can't be read: {error.strerror}") from None
    listed = parse_object(data, what=str(file), max_bytes=MAX_KEYS_BYTES).get("keys")
    keys = [_read_key(one, file) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    if not keys:
        raise UnusableInputError("signing keys", f"{file} has no key: make one with `wan-rules keys sign-with-new`")
    return Signer(tuple(sorted(keys, key=lambda one: one.since)))


def _read_key(member: JsonObject, file: Path) -> SigningKey:
    kid, since = member.get("kid"), member.get("since")
    if not isinstance(kid, str) or not isinstance(since, str) or "d" not in member:
        raise UnusableInputError("signing keys", f"{file}: each key has kid, since, x and d, as it was made")
    return SigningKey(kid, since, _import(member, str(file)))


def add_key(file: Path) -> SigningKey:
    """A new key that signs from now on, kept in the file beside those before it. Raises UnusableInputError.

    It is no older than any of them, whatever the clock says: the key of one that ran ahead would sign on.
    """
    with _alone(file):
        return _add(file)


def add_first_key(file: Path) -> SigningKey | None:
    """The key that signs where there was none yet; of services that start at once, one makes it. Raises the same."""
    if file.exists():
        return None
    with _alone(file):
        return None if file.exists() else _add(file)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Nobody else adds a key meanwhile: of two at once one would be lost."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _tell_unwritable(file, error) from None
    with hold(file.parent):
        yield


def _add(file: Path) -> SigningKey:
    kept = load_signer(file).keys if file.exists() else ()
    now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    made = SigningKey(token_hex(8), max([now, *(one.since for one in kept)]), OKPKey.generate_key(_CURVE))
    _write(file, (*kept, made))
    return made


def _write(file: Path, keys: Sequence[SigningKey]) -> None:
    """All of the keys, for the owner alone to read; the old file stands until the new one is whole."""
    members = [{**one.key.as_dict(private=True), "kid": one.kid, "since": one.since} for one in keys]
    draft = file.with_name(f".{file.name}.{token_hex(4)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:  # noqa: PTH123 - with its mode
            json.dump({"keys": members}, stream, indent=2)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
    except OSError as error:
        raise _tell_unwritable(file, error) from None


def _tell_unwritable(file: Path, error: OSError) -> UnusableInputError:
    return UnusableInputError("signing keys", f"{file} can't be written: {error.strerror}. Name a folder with --state")
