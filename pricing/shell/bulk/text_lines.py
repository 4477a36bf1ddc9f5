"""Lines of text files, plain or compressed, one after the other and none of them longer than a row can be."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BufferedReader
from types import MappingProxyType
from typing import Final, TypeAlias

import pyarrow as pa

from pricing.shell.bulk.sources import Compression, Source
from pricing.usage import MAX_ROW_BYTES
from wan_rules.payloads import UnusableInputError

Stream: TypeAlias = BufferedReader | gzip.GzipFile
_TOO_LONG: Final = MAX_ROW_BYTES + 1
_SAID: Final[Mapping[Compression | None, str]] = MappingProxyType(
    {"gzip": "as gzip it is damaged, or cut off", "zstd": "as zstd it is damaged, or cut off"}
)


def read_lines(source: Source) -> Iterator[tuple[int, bytes]]:
    """Each line that is not blank, with its number from 1 and without its end.

    A line of more than MAX_ROW_BYTES is cut off one byte after that, by which it is known. Raises UnusableInputError.
    """
    with _open(source) as stream:
        for number, line in enumerate(cut_lines(stream), start=1):
            if not line.isspace():
                yield number, line.rstrip(b"\r\n")[:_TOO_LONG]


def cut_lines(stream: Stream) -> Iterator[bytes]:
    """Each line with its end; of one that is too long for a row so much as it takes to know it."""
    while line := stream.readline(_TOO_LONG + 1):
        whole = line
        while not whole.endswith(b"\n") and (whole := stream.readline(_TOO_LONG)):
            pass  # the rest of a line that is too long
        yield line


def read_whole(source: Source) -> bytes:
    """A file that is one document, cut off like a line. Raises UnusableInputError."""
    with _open(source) as stream:
        return stream.read(_TOO_LONG)


@contextmanager
def _open(source: Source) -> Iterator[Stream]:
    try:
        with _start(source) as stream:
            yield stream
    except (OSError, EOFError, zlib.error) as error:
        said = _SAID.get(source.compression) or getattr(error, "strerror", None) or str(error)
        raise UnusableInputError("usage", f"{source.name} can't be read to its end: {said}") from None


def _start(source: Source) -> Stream:
    match source.compression:
        case "gzip":
            return gzip.open(source.path)
        case "zstd":
            return BufferedReader(pa.input_stream(source.name, compression="zstd"))
        case None:
            return source.path.open("rb")
