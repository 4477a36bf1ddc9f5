"""WAV files (RIFF, RF64, BW64): how the sound is coded, and how long it is by its header and by the bytes there are."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from fractions import Fraction
from typing import Final, NamedTuple

from wan_rules.shell.found import Found, Length, UnreadableError
from wan_rules.shell.readers.codecs import PCM_CODECS, WAV_CODECS
from wan_rules.shell.readers.lengths import believe, frame_length
from wan_rules.shell.readers.reading import FAR, Reading, bytes_as_text

_START: Final = 12
_CHUNK: Final = 8
_EXTENSIBLE: Final = 0xFFFE
_UNKNOWN: Final = 0xFFFFFFFF
_ENDLESS: Final = 0x7FFFE000
"""Whoever writes into a pipe puts some size from here on where the true one isn't known yet."""
_LARGE: Final = frozenset({b"RF64", b"BW64"})


class Chunk(NamedTuple):
    """A chunk of a RIFF file: its name, where what it holds begins, and how many bytes it claims to hold."""

    name: bytes
    body: int
    size: int

    @property
    def end(self) -> int:
        """Where the next one begins: chunks are of even length."""
        return self.body + self.size + self.size % 2


class _Format(NamedTuple):
    """How a sound is coded. `samples_per_block` is 0 where blocks say nothing of time."""

    codec: str
    per_second: int
    bytes_per_second: int
    block: int
    samples_per_block: int


class _Data(NamedTuple):
    """The bytes of sound: how many are claimed, and how many are there; `None` is not known."""

    claimed: int | None
    there: int | None


def riff_chunks(reading: Reading, at: int = _START) -> Iterator[Chunk]:
    """The chunks from the one at `at` to the end of the file. Raises UnreadableError if they are too many."""
    while len(head := reading.read(at, _CHUNK)) == _CHUNK:
        reading.step()
        chunk = Chunk(head[:4], at + _CHUNK, int.from_bytes(head[4:], "little"))
        yield chunk
        at = chunk.end


def read_wav(reading: Reading) -> Found:
    """What the header says, and what of it is there. Raises UnreadableError without a format or without sound."""
    form: _Format | None = None
    total: int | None = None
    large = 0
    for chunk in riff_chunks(reading):
        if chunk.name == b"ds64":
            large = int.from_bytes(reading.need(chunk.body + 8, 8, "its sizes ('ds64')"), "little")
        elif chunk.name == b"fmt ":
            form = _read_format(reading, chunk)
        elif chunk.name == b"fact" and chunk.size >= 4:  # noqa: PLR2004
            total = int.from_bytes(reading.need(chunk.body, 4, "its number of samples ('fact')"), "little")
        elif chunk.name == b"data":
            if form is None:
                raise UnreadableError("a WAV file whose sound comes before its format ('fmt '): damaged")
            return _found(reading, form, _data(reading, chunk, large), total)
    raise UnreadableError("a WAV file without sound (no 'data'): cut short" if form else "a WAV file without a format")


def _read_format(reading: Reading, chunk: Chunk) -> _Format:
    data = reading.need(chunk.body, min(chunk.size, 40), "its format ('fmt ')")
    if len(data) < 16:  # noqa: PLR2004
        raise UnreadableError(
            f"a WAV file whose format ('fmt ') has {bytes_as_text(len(data))}, at least 16 are needed"
        )
    tag, channels, rate, byte_rate, block, bits = struct.unpack_from("<HHIIHH", data)
    if tag == _EXTENSIBLE and len(data) >= 26:  # noqa: PLR2004
        tag = int.from_bytes(data[24:26], "little")
    codec = WAV_CODECS.get(tag, f"0x{tag:04x}")
    if not rate or not channels:
        raise UnreadableError(f"a WAV file that can't be: channels {channels}, samples a second {rate}")
    if codec in PCM_CODECS:
        whole = channels * ((bits + 7) // 8)
        if whole != block:
            reading.note(
                f"its format claims {block} bytes for what {channels} x {bits} bits fill {whole} of: not believed"
            )
        return _Format(codec, rate, byte_rate, whole, 1 if whole else 0)
    per_block = int.from_bytes(data[18:20], "little") if len(data) >= 20 and "adpcm" in codec else 0  # noqa: PLR2004
    return _Format(codec, rate, byte_rate, block, per_block)


def _data(reading: Reading, chunk: Chunk, large: int) -> _Data:
    """How much sound is claimed, and is there. Sizes that a pipe leaves behind (0 or all ones) claim nothing."""
    claimed: int | None = chunk.size
    is_large = reading.read(0, 4) in _LARGE
    if is_large and chunk.size == _UNKNOWN:
        claimed = large or None
    elif chunk.size == 0 or (chunk.size >= _ENDLESS and (reading.size or 0) < chunk.end):
        claimed = None
    if claimed is None:
        reading.note("its header was written before its length was known, as through a pipe")
    if reading.size is None:
        return _Data(claimed, None)
    rest = max(reading.size - chunk.body, 0)
    if claimed is None:
        return _Data(None, rest)
    if claimed > rest:
        reading.note(f"it is cut short: {bytes_as_text(claimed - rest)} of its sound are missing")
        return _Data(claimed, rest)
    return _Data(claimed, claimed if _ends_in_chunks(reading, chunk.body + claimed + claimed % 2) else rest)


def _ends_in_chunks(reading: Reading, at: int) -> bool:
    """Whether chunks and nothing else follow, up to the end of the file."""
    end = reading.size or FAR
    for chunk in riff_chunks(reading, at):
        if not (chunk.name.isascii() and chunk.name.decode("latin-1").isprintable()) or chunk.end > end + 1:
            reading.note(f"{bytes_as_text(end - at)} follow its sound that belong to nothing")
            return False
        at = chunk.end
    return True


def _found(reading: Reading, form: _Format, data: _Data, total: int | None) -> Found:
    lengths: list[Length] = []
    if data.claimed is not None:
        lengths += believe(reading, "container", _seconds(form, data.claimed, total))
    if data.there is not None and data.there != data.claimed:
        lengths += believe(reading, "samples", _seconds(form, data.there, None))
        lengths.sort(key=lambda length: length.name != "samples")
    if not lengths:
        reading.note("its length isn't known: neither its header nor its size tells")
    frame = Fraction(max(form.samples_per_block, 1), form.per_second)
    return Found("voice", "wav", form.codec, lengths=tuple(lengths), frame_s=frame_length(frame), notes=reading.notes)


def _seconds(form: _Format, size: int, total: int | None) -> Fraction | None:
    """How long so many bytes last: by their blocks, else by the number of samples, else by the bytes of a second."""
    if form.samples_per_block and form.block:
        blocks = size // form.block
        by_blocks = Fraction(blocks * form.samples_per_block, form.per_second)
        return by_blocks if form.codec in PCM_CODECS or not total else min(by_blocks, Fraction(total, form.per_second))
    if total:
        return Fraction(total, form.per_second)
    return Fraction(size, form.bytes_per_second) if form.bytes_per_second else None
