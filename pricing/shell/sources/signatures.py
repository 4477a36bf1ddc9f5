"""Detached signatures over the bytes of a source, in the format of minisign: Ed25519, a key id, a signed comment.

Only what a key that the operator gave has signed is let through: a missing, broken or foreign signature is refused.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final, NamedTuple

from pricing.shell.sources.source import Key, SourceError

SUFFIX: Final = ".minisig"
"""What the name of a signature has after the name of what it signs."""
BYTES_MAX: Final = 4096
"""The largest signature that is read."""
EXTRA: Final = "wan-rules[signatures]"
_COMMENT: Final = "untrusted comment:"
_TRUSTED: Final = "trusted comment: "
_KEY_BYTES, _SIGNATURE_BYTES, _ID_BYTES = 32, 64, 8
_PLAIN, _HASHED = b"Ed", b"ED"
"""Whether the bytes themselves are signed, or their BLAKE2b digest, as minisign does since 2015."""


class _Signature(NamedTuple):
    kind: bytes
    id: bytes
    signature: bytes
    comment: bytes
    signature_of_comment: bytes


def read_keys(text: str, name: str) -> tuple[Key, ...]:
    """The public keys of a file as minisign writes it; several may follow one another, for a change of keys.

    Raises SourceError.
    """
    lines = [line.strip() for line in text.splitlines()]
    encoded = [line for line in lines if line and not line.startswith(_COMMENT)]
    keys = [_decode(line, len(_PLAIN) + _ID_BYTES + _KEY_BYTES) for line in encoded]
    if not keys or any(key is None or not key.startswith(_PLAIN) for key in keys):
        raise SourceError(name, "no public key of minisign: `minisign -G` writes one, a line in base64 below a comment")
    return tuple(Key(key[2:10], key[10:]) for key in keys if key)


def verify(data: bytes, signature: bytes, keys: Sequence[Key], name: str) -> None:
    """Whether one of the keys has signed the bytes, and the comment of the signature. Raises SourceError."""
    read = _read_signature(signature)
    if read is None:
        raise SourceError(name, f"its signature has not the form of minisign: sign it again, `minisign -S -m {name}`")
    known = [key for key in keys if key.id == read.id]
    if not known:
        raise SourceError(name, f"signed by the key {_spell_id(read.id)}, which is none of those that were given")
    message = data if read.kind == _PLAIN else blake2b(data).digest()
    both = ((message, read.signature), (read.signature + read.comment, read.signature_of_comment))
    if not any(all(_is_signed(key, *one) for one in both) for key in known):
        raise SourceError(name, "its signature does not fit its bytes: one of the two was changed, or only one is new")


def _spell_id(key_id: bytes) -> str:
    """The id as minisign writes it."""
    return key_id[::-1].hex().upper()


def _read_signature(text: bytes) -> _Signature | None:
    lines = text.decode(errors="replace").splitlines()
    if len(lines) != 4 or not lines[0].startswith(_COMMENT) or not lines[2].startswith(_TRUSTED):  # noqa: PLR2004 - its form
        return None
    head = _decode(lines[1], len(_PLAIN) + _ID_BYTES + _SIGNATURE_BYTES)
    tail = _decode(lines[3], _SIGNATURE_BYTES)
    if head is None or tail is None or head[:2] not in {_PLAIN, _HASHED}:
        return None
    return _Signature(head[:2], head[2:10], head[10:], lines[2].removeprefix(_TRUSTED).encode(), tail)


def _decode(line: str, size: int) -> bytes | None:
    """The bytes of a line in base64, where they are as many as they have to be."""
    try:
        found = b64decode(line.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if len(found) == size else None


def _is_signed(key: Key, message: bytes, signature: bytes) -> bool:
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        raise SourceError("--catalogue-key", f"it needs cryptography: pip install '{EXTRA}'") from None
    try:
        Ed25519PublicKey.from_public_bytes(key.key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
