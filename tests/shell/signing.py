"""Signs as minisign does, with a key of its own for each signer."""

from __future__ import annotations

import os
from base64 import b64encode
from hashlib import blake2b
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

COMMENT: Final = b"timestamp:1795000000\tfile:p.zip\thashed"


class Signer:
    """A secret key, and what it signs."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        self._id = os.urandom(8)

    @property
    def public(self) -> str:
        """The public key as minisign writes it."""
        encoded = b64encode(b"Ed" + self._id + self._key.public_key().public_bytes_raw()).decode()
        return f"untrusted comment: minisign public key\n{encoded}\n"

    def sign(self, data: bytes, *, kind: bytes = b"ED", digest: bool = True) -> bytes:
        """The signature of the bytes, by their digest as minisign does today."""
        signature = self._key.sign(blake2b(data).digest() if digest else data)
        head = b64encode(kind + self._id + signature)
        tail = b64encode(self._key.sign(signature + COMMENT))
        return b"untrusted comment: signature\n%b\ntrusted comment: %b\n%b\n" % (head, COMMENT, tail)
