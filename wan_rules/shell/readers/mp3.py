"""MP3 files: tags are passed over, and the length is that of a header in the first frame, and of the frames themselves.

Nothing is guessed: where neither a header nor the frames within the budget tell the length, there is none.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final, NamedTuple

from wan_rules.shell.found import Found, Length, UnreadableError
from wan_rules.shell.readers.frame_walks import WALKED_MAX, Sound, find_frame, is_constant, walk_frames
from wan_rules.shell.readers.lengths import believe, exact_seconds, frame_length
from wan_rules.shell.readers.mpeg_audio import LAYER_3, LAYERS, Frame, frame_at, layer_of, side_of
from wan_rules.shell.readers.reading import Reading, bytes_as_text

_TAGS_MAX: Final = 8
_ID3_HEAD: Final = 10
_ID3_FOOTER: Final = 0x10
_ID3V1: Final = 128
_APE_FOOTER: Final = 32
_HEADER_SEEN: Final = 256
"""Bytes of the first frame in which its header stands, if it has one."""
_EXTREMES: Final = (8, 320)
"""The lowest and the highest rate in thousand bits a second that a frame may have."""


class Claim(NamedTuple):
    """What a header in the first frame claims: frames, whether all are of one rate, and samples to be cut."""

    frames: int
    is_constant: bool
    delay: int
    padding: int


def read_mp3(reading: Reading) -> Found:
    """What its frames and the header among them say. Raises UnreadableError where there are no frames."""
    start = _after_tags(reading)
    end = _before_tags(reading, start)
    at, frame = _first_frame(reading, start, end)
    head = reading.read(at, _HEADER_SEEN)
    claim = _read_claim(head, frame)
    sound = Sound(at + frame.size if claim else at, end, frame)
    lengths: list[Length] = []
    if not frame.size:
        reading.note("its frames are of free format and don't say how large they are: its length isn't known")
    else:
        counted = _counted(reading, sound, claim)
        lengths += believe(reading, "samples", counted)
        if claim:
            lengths += believe(reading, "container", _time(frame, claim.frames))
            _note_cuts(reading, frame, claim)
    return Found(
        "voice", "mp3", "mp3", lengths=tuple(lengths), frame_s=frame_length(_time(frame, 1)), notes=reading.notes
    )


def _time(frame: Frame, count: int) -> Fraction:
    return Fraction(count * frame.samples, frame.per_second)


def _after_tags(reading: Reading) -> int:
    """Where the sound begins, after as many ID3v2 tags as there are."""
    at = 0
    for _ in range(_TAGS_MAX):
        head = reading.read(at, _ID3_HEAD)
        if head[:3] != b"ID3":
            return at
        if len(head) < _ID3_HEAD or any(byte > 0x7F for byte in head[6:]):  # noqa: PLR2004
            raise UnreadableError("its ID3 tag has a size that none can have: damaged or made up")
        size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
        at += _ID3_HEAD + size + (_ID3_HEAD if head[5] & _ID3_FOOTER else 0)
        if reading.size is not None and at >= reading.size:
            raise UnreadableError(
                f"its ID3 tag claims to reach byte {at:,}, and the file ends at byte {reading.size:,}: cut short"
            )
    raise UnreadableError(f"it begins with more than {_TAGS_MAX} ID3 tags")


def _before_tags(reading: Reading, start: int) -> int | None:
    """Where the sound ends, before ID3v1 and APE tags; `None` where the file's size isn't known."""
    if reading.size is None:
        return None
    end = reading.size
    tail = reading.read(max(end - _ID3V1 - _APE_FOOTER, start), _ID3V1 + _APE_FOOTER)
    if len(tail) >= _ID3V1 and tail[-_ID3V1:][:3] == b"TAG":
        end -= _ID3V1
        tail = tail[:-_ID3V1]
    if len(tail) >= _APE_FOOTER and tail[-_APE_FOOTER:][:8] == b"APETAGEX":
        footer = tail[-_APE_FOOTER:]
        has_header = footer[23] & 0x80
        end -= int.from_bytes(footer[12:16], "little") + (_APE_FOOTER if has_header else 0)
    if end <= start:
        raise UnreadableError("it has tags, and no sound between them")
    return end


def _first_frame(reading: Reading, start: int, end: int | None) -> tuple[int, Frame]:
    """Where the first frame is, and its header. Raises UnreadableError that says what is there instead."""
    head = reading.read(start, 4)
    layer = layer_of(head)
    free = frame_at(head, 0)
    if free and layer and not free.size:
        return start, free
    found = find_frame(reading, start, end)
    if found:
        if found[0] > start:
            reading.note(f"{bytes_as_text(found[0] - start)} before its first frame are no sound")
        return found
    if layer not in {None, LAYER_3}:
        raise UnreadableError(f"MPEG audio of layer {LAYERS[layer or 0]}: a voice is saved as MP3 (layer III) or WAV")
    raise UnreadableError(f"no MP3 frame where the sound should begin, at byte {start:,}, nor after it")


def _read_claim(head: bytes, frame: Frame) -> Claim | None:
    """What a Xing, Info or VBRI header in the first frame claims; `None` if it has none, or doesn't count frames."""
    if len(head) < 4:  # noqa: PLR2004
        return None
    if head[36:40] == b"VBRI" and len(head) >= 54:  # noqa: PLR2004
        return _positive(Claim(int.from_bytes(head[50:54], "big"), is_constant=False, delay=0, padding=0))
    at = 4 + side_of(frame, head[3])
    if not head[1] & 1 and head[at : at + 4] not in {b"Xing", b"Info"}:
        at += 2  # after a checksum
    name, flags = head[at : at + 4], int.from_bytes(head[at + 4 : at + 8], "big")
    if name not in {b"Xing", b"Info"} or not flags & 1 or len(head) < at + 12:
        return None
    frames = int.from_bytes(head[at + 8 : at + 12], "big")
    lame = at + 12 + sum(size for flag, size in ((2, 4), (4, 100), (8, 4)) if flags & flag)
    cuts = (
        int.from_bytes(head[lame + 21 : lame + 24], "big")
        if head[lame : lame + 4] in {b"LAME", b"Lavf", b"Lavc"}
        else 0
    )
    return _positive(Claim(frames, name == b"Info", cuts >> 12, cuts & 0xFFF))


def _positive(claim: Claim) -> Claim | None:
    return claim if claim.frames else None


def _note_cuts(reading: Reading, frame: Frame, claim: Claim) -> None:
    heard = claim.frames * frame.samples - claim.delay - claim.padding
    if claim.delay + claim.padding and heard > 0:
        reading.note(
            f"{claim.delay} samples at its beginning and {claim.padding} at its end are there to be cut: "
            f"{exact_seconds(Fraction(heard, frame.per_second))} s are left"
        )


def _counted(reading: Reading, sound: Sound, claim: Claim | None) -> Fraction | None:
    """How long the frames last: counted where they are few, or no header tells; by size where all are of one rate.

    `None` where they are many and a header tells what they may well amount to, or where the budget ends.
    """
    size = None if sound.end is None else sound.end - sound.at
    if size is not None and size > WALKED_MAX:
        if claim and _is_plausible(sound.frame, claim, size):
            return None
        if is_constant(reading, sound):
            reading.note(f"its length is that of its size: all frames looked at have {sound.frame.kilobits} kbit/s")
            return Fraction(size, sound.frame.kilobits * 125)
    elif size is None and claim:
        return None
    try:
        return _time(sound.frame, walk_frames(reading, sound))
    except UnreadableError as error:
        reading.note(f"the length of its frames isn't known: {error.reason}")
        return None


def _is_plausible(frame: Frame, claim: Claim, size: int) -> bool:
    """Whether so many frames may fill so many bytes, all of one rate or each of any."""
    bits = size * 8
    rates = (frame.kilobits, frame.kilobits) if claim.is_constant else _EXTREMES
    least, most = (_time(frame, claim.frames - 2) * rates[0] * 1000, _time(frame, claim.frames + 2) * rates[1] * 1000)
    return least <= bits <= most
