"""A medium within its `data:` URL, or in base64 in place of one: unpacked in memory, once it is known to fit."""

from __future__ import annotations

import re
from binascii import a2b_base64
from hashlib import sha256
from typing import Final
from urllib.parse import unquote_to_bytes

from wan_rules.shell.found import UnreadableError
from wan_rules.shell.sources.source import clip

DATA_BYTES_MAX: Final = 24 * 1024 * 1024
"""The most bytes in base64: as many as fit into the largest payload that is read."""
ESCAPED_MAX: Final = 1024 * 1024
"""The most characters of the form without base64, whose unpacking takes forty times its length."""
HEAD_MAX: Final = 1024
"""Characters in which the comma has to be."""
_parse_head: Final = re.compile(r"data:[^,]*?(;\s*base64)?,", re.IGNORECASE).match
_ESCAPES: Final = {"%2b": "+", "%2B": "+", "%2f": "/", "%2F": "/", "%3d": "=", "%3D": "="}
_STEP: Final = 256 * 1024
"""Characters that are unpacked at once; a multiple of 4."""


class Held:
    """Bytes in memory."""

    requests = 0

    def __init__(self, data: bytes | bytearray) -> None:
        """Hold them."""
        self._data = data
        self.size = len(data)
        self.bytes_read = 0

    def identify(self) -> str:
        """The SHA-256 of the whole."""
        return f"sha256:{sha256(self._data).hexdigest()}"

    def read(self, at: int, count: int) -> bytes:
        """The bytes from `at`. Raises UnreadableError."""
        start, end = clip(at, count, self.size)
        self.bytes_read += end - start
        return bytes(self._data[start:end])


def open_data(url: str, bytes_max: int = DATA_BYTES_MAX) -> Held:
    """What the URL holds. Raises UnreadableError; no part of the data is in its message."""
    head = _parse_head(url[:HEAD_MAX])
    if head is None:
        raise UnreadableError("its data: URL has no comma before its data. Write data:<type>;base64,<data>.")
    if head.group(1):
        return _open_base64(url, head.end(), bytes_max)
    _refuse_length(len(url) - head.end(), min(bytes_max, ESCAPED_MAX))
    return Held(_decode_escapes(url[head.end() :]))


def open_bare(text: str, bytes_max: int = DATA_BYTES_MAX) -> Held:
    """What a text holds that is a whole file in base64. Raises UnreadableError as `open_data` does."""
    return _open_base64(text, 0, bytes_max)


def _open_base64(url: str, begin: int, bytes_max: int) -> Held:
    _refuse_length(len(url) - begin, -(-bytes_max // 3) * 4)
    return Held(_decode_base64(url, begin))


def _refuse_length(length: int, most: int) -> None:
    if length > most:
        raise UnreadableError(f"it holds {length:,} characters of data, at most {most:,}. Upload the file.")


def _decode_base64(url: str, begin: int) -> bytearray:
    if url.find("%", begin) >= 0:
        url = re.sub("%(?:2[bBfF]|3[dD])", lambda escape: _ESCAPES[escape.group()], url[begin:])
        begin = 0
    data = bytearray()
    try:
        for at in range(begin, len(url), _STEP):
            if len(data) % 3:
                raise _bad_base64("padding before its end")
            data += a2b_base64(url[at : at + _STEP], strict_mode=True)
    except ValueError as error:
        raise _bad_base64(str(error).lower()) from None
    return data


def _bad_base64(why: str) -> UnreadableError:
    return UnreadableError(f"it holds no base64: {why}. Write A-Z a-z 0-9 + / and the = at its end.")


def _decode_escapes(text: str) -> bytes:
    if not text.isascii():
        raise UnreadableError("its data: URL holds characters beyond ASCII. Write them as %XX, or use base64.")
    return unquote_to_bytes(text)
