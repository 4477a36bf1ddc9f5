"""Walks through the frames of MPEG audio: from header to header, since each says where the next one stands."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from wan_rules.shell.found import UnreadableError
from wan_rules.shell.readers.mpeg_audio import Frame, frame_at
from wan_rules.shell.readers.reading import BLOCK, Reading, bytes_as_text

WALKED_MAX: Final = 1024 * 1024
"""Bytes of sound whose frames are counted whatever a header says: half a minute at the highest rate."""
FRAMES_MAX: Final = 60_000
"""Frames that are counted at most: 26 minutes at 44,100 samples a second."""
SEARCHED_MAX: Final = 64 * 1024
"""Bytes in which a frame is looked for where none stands."""
_LOST_MAX: Final = 8
"""Times that a frame is looked for again in one file."""
_PIECE: Final = 8 * BLOCK
_BEGINNING: Final = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb]")
"""What a frame of layer III begins with, of each version, with a checksum and without."""
_SPOTS: Final = 8
"""Places of a long file at which frames are looked at."""
_AT_A_SPOT: Final = 4
"""Frames in a row that have to agree at each."""


class Sound(NamedTuple):
    """Where frames begin and end (`None`: not known), and the first one's header."""

    at: int
    end: int | None
    frame: Frame


def find_frame(reading: Reading, at: int, end: int | None, key: int | None = None) -> tuple[int, Frame] | None:
    """The first frame from `at` on that another one follows, or that ends the file; where it is, and its header.

    `key` is what it has to have in common with others. `None` if there is none within SEARCHED_MAX.
    """
    data = reading.read(at, SEARCHED_MAX if end is None else min(SEARCHED_MAX, end - at))
    for match in _BEGINNING.finditer(data):
        spot = match.start()
        frame = frame_at(data, spot)
        if frame and frame.size and key in {None, frame.key}:
            after = spot + frame.size
            following = frame_at(data, after)
            if (following and following.key == frame.key) or (at + after == end and not spot):
                return at + spot, frame
    return None


def walk_frames(reading: Reading, sound: Sound) -> int:
    """How many whole frames there are. Raises UnreadableError if they are more than FRAMES_MAX.

    What lies between frames and is none is passed over, and noted.
    """
    at, key, count, lost = sound.at, sound.frame.key, 0, 0
    piece, base = b"", at
    while sound.end is None or at < sound.end:
        if at + 4 > base + len(piece):
            piece, base = reading.read(at, _PIECE), at
            if len(piece) < 4:  # noqa: PLR2004
                break
        frame = frame_at(piece, at - base)
        if frame is None or frame.key != key or not frame.size:
            found = find_frame(reading, at, sound.end, key) if lost < _LOST_MAX else None
            _refuse_another_rate(reading, at, found[0] if found else sound.end)
            if found is None:
                _note_rest(reading, sound, at, is_given_up=lost == _LOST_MAX)
                break
            reading.note(f"{bytes_as_text(found[0] - at)} at byte {at:,}, between its frames, are no sound")
            at, lost = found[0], lost + 1
            continue
        at += frame.size
        if sound.end is not None and at > sound.end:
            reading.note("its last frame is cut short")
            break
        count += 1
        if count > FRAMES_MAX:
            raise UnreadableError(f"it has more than {FRAMES_MAX:,} frames, more than are counted")
    return count


def _refuse_another_rate(reading: Reading, at: int, end: int | None) -> None:
    """Raises UnreadableError where what is no frame of this sound is one of another, as where files were joined."""
    if (other := find_frame(reading, at, end)) is not None:
        raise UnreadableError(f"at byte {other[0]:,} its frames go on at another rate, and are not counted together")


def _note_rest(reading: Reading, sound: Sound, at: int, *, is_given_up: bool) -> None:
    """Note what follows the last frame. Raises UnreadableError if it might be sound again."""
    rest = None if sound.end is None else sound.end - at
    if is_given_up or rest is None or rest > SEARCHED_MAX:
        raise UnreadableError(f"from byte {at:,} on its frames can't be told from what lies between them")
    reading.note(f"{bytes_as_text(rest)} follow its last frame that are no sound")


def is_constant(reading: Reading, sound: Sound) -> bool:
    """Whether frames have one rate wherever they are looked at: at the beginning, in between, and near the end."""
    if sound.end is None:
        return False
    step = (sound.end - sound.at - BLOCK) // _SPOTS
    # From the beginning of a block on, so that each place costs one.
    spots = [sound.at, *((sound.at + number * step) // BLOCK * BLOCK for number in range(1, _SPOTS + 1))]
    places = [find_frame(reading, at, at + BLOCK // 2, sound.frame.key) for at in spots]
    return all(_agrees(reading, sound.frame, place) for place in places)


def _agrees(reading: Reading, wanted: Frame, found: tuple[int, Frame] | None) -> bool:
    for _ in range(_AT_A_SPOT):
        if found is None or found[1].kilobits != wanted.kilobits or found[1].key != wanted.key:
            return False
        at = found[0] + found[1].size
        following = frame_at(reading.read(at, 4), 0)
        found = (at, following) if following else None
    return True
