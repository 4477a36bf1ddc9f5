"""Bodies that their sender compressed: what they name can't be seen in their bytes, so they are unpacked first."""

from __future__ import annotations

import zlib
from typing import Final

from wan_rules.payloads import MAX_BYTES, UnusableInputError

_BEGIN: Final = b"{["
_LOOKED_AT: Final = 64
_GZIP_OR_ZLIB: Final = 47
"""zlib's own number for either of both, told by the first bytes."""


def is_packed(body: bytes) -> bool:
    """Whether the bytes are anything but JSON in UTF-8, by how they begin; an empty body is nothing to unpack."""
    first = body[:_LOOKED_AT].lstrip(b" \t\r\n\xef\xbb\xbf")
    return bool(body) and (first[:1] not in _BEGIN or first[1:2] == b"\0")


def unpack(body: bytes) -> bytes:
    """The body as its sender had it before gzip or deflate. Raises UnusableInputError where that can't be had."""
    if not is_packed(body):
        return body
    unpacking = zlib.decompressobj(wbits=_GZIP_OR_ZLIB)
    try:
        plain = unpacking.decompress(body, MAX_BYTES + 1)
    except zlib.error:
        reason = "the body is neither JSON nor gzip or deflate of it, so it can't be held against the rules: send JSON"
        raise UnusableInputError("payload", reason) from None
    if len(plain) > MAX_BYTES or not unpacking.eof or unpacking.unused_data:
        reason = f"the compressed body is cut off, or holds more than {MAX_BYTES:,} bytes, or more than one: send JSON"
        raise UnusableInputError("payload", reason)
    return plain
