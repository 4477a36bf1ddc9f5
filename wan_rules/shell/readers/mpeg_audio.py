"""Frames of MPEG audio: what the four bytes that each begins with say of its length and its time."""

from __future__ import annotations

from typing import Final, NamedTuple

_V1: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_V2: Final = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES: Final = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
"""Samples a second by version: MPEG 1, 2 and 2.5."""
MPEG_1: Final = 3
LAYER_3: Final = 1
LAYERS: Final = {1: "III", 2: "II", 3: "I"}
_MONO: Final = 3


class Frame(NamedTuple):
    """The header of one frame of layer III. `size` is in bytes, 0 for free format, whose frames don't say.

    `key` is what all frames of a file have in common: version, layer and rate.
    """

    key: int
    per_second: int
    samples: int
    kilobits: int
    size: int
    side: int


def layer_of(head: bytes) -> int | None:
    """The layer by its two bits, of what begins as a frame of MPEG audio does; `None` if it doesn't."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:  # noqa: PLR2004
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    is_possible = version != 1 and head[2] >> 4 != 0xF and head[2] >> 2 & 3 != 3 and head[3] & 3 != 2  # noqa: PLR2004
    return layer if layer and is_possible else None


def _frame(one: int, two: int, three: int) -> Frame | None:
    if layer_of(bytes((0xFF, one, two, three))) != LAYER_3:
        return None
    version = one >> 3 & 3
    kilobits = (_V1 if version == MPEG_1 else _V2)[two >> 4]
    per_second = _RATES[version][two >> 2 & 3]
    samples = 1152 if version == MPEG_1 else 576
    size = samples * 125 * kilobits // per_second + (two >> 1 & 1) if kilobits else 0
    is_mono = three >> 6 == _MONO
    side = (17 if is_mono else 32) if version == MPEG_1 else (9 if is_mono else 17)
    return Frame((one & 0xFE) << 8 | two & 0x0C, per_second, samples, kilobits, size, side)


_BY_TWO: Final = {
    (one << 8) | two: frame
    for one in range(0xE0, 0x100)
    for two in range(0x100)
    if (frame := _frame(one, two, 0)) is not None
}
"""Every header there is by its second and third byte, for walking through many of them."""


def frame_at(data: bytes, at: int) -> Frame | None:
    """The frame whose header stands at `at`; `None` if there is none. `side` is that of stereo: see `side_of`."""
    if at + 4 > len(data) or data[at] != 0xFF:  # noqa: PLR2004
        return None
    return _BY_TWO.get(data[at + 1] << 8 | data[at + 2])


def side_of(frame: Frame, fourth: int) -> int:
    """The bytes between a frame's header and what it holds, by the header's fourth byte."""
    if fourth >> 6 != _MONO:
        return frame.side
    return {32: 17, 17: 9}[frame.side]
