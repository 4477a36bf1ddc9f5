"""Mutated media files, by the million: `python -m tests.fuzz_media --cases 10000000`, or `--seconds 60`.

Each case is one small real file with a few changes, and is made of its number alone, so that a case that fails can be
made again: `--first NUMBER --cases 1`. Whatever a reader raises but UnreadableError is a bug, and so is an answer that
the rest of the project would refuse, and one that takes far too long.
"""

from __future__ import annotations

import argparse
import random
import re
import struct
import sys
import time
from collections import Counter
from typing import Final

from tests.conftest import ROOT
from tests.media.boxes import (
    FTYP,
    SOUND,
    TrackOf,
    box,
    elst,
    entry,
    moof,
    moov,
    movie,
    mvex,
    mvhd,
    sidx,
    stsd,
    tfhd,
    trak,
    trun,
)
from tests.media.sources import Held
from wan_rules.decimals import DURATION_PATTERN
from wan_rules.shell.found import Found, UnreadableError
from wan_rules.shell.readers import read_header

CORPUS: Final = ROOT / "tests" / "media" / "corpus"
SLOW_S: Final = 0.1
"""No case takes this long of the processor's time: the promise."""
ENCRYPTED: Final = box(b"sinf", box(b"frma", b"hvc1"))
WIDE: Final = box(b"pasp", struct.pack(">II", 4, 3))
_DURATION: Final = re.compile(DURATION_PATTERN)
_EDGES: Final = (0, 1, 2, 7, 8, 9, 15, 16, 17, 127, 128, 255, 256, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_WIDTHS: Final = (1, 2, 3, 4, 4, 4, 8)
_ORDERS: Final = ("big", "little")


BUILT: Final = (
    movie(TrackOf(edits=elst((500, -1), (5000, 0), version=1)), SOUND),
    FTYP
    + moov(TrackOf(runs=()), more=mvex(ticks=5000))
    + sidx(38_400, 38_400)
    + moof(tfhd(), trun(75), starts=0)
    + moof(tfhd(usual=512), trun(3, [512, 511, 513]), starts=38_400),
    FTYP
    + box(b"wide")
    + struct.pack(">I4sQ", 1, b"mdat", 32)
    + bytes(16)
    + box(
        b"moov",
        mvhd(5000, version=1, turn=(0, 1, -1, 0)),
        trak(TrackOf(entries=stsd(entry(b"encv", 64, 36, ENCRYPTED, WIDE, box(b"lhvC"))), turn=(0, 1, -1, 0))),
        bytes(4),
    ),
)
"""Files of what encoders seldom write."""


def load_corpus() -> list[bytes]:
    """The files that are mutated: those kept, in the order of their names, then those built."""
    return [*(path.read_bytes() for path in sorted(CORPUS.iterdir())), *BUILT]


def mutate(chance: random.Random, corpus: list[bytes]) -> bytes:
    """One file of the corpus with one to six changes."""
    return mutate_file(chance, chance.choice(corpus), corpus)


def mutate_file(chance: random.Random, whole: bytes, corpus: list[bytes]) -> bytes:
    """The file with one to six changes, some of which put in pieces of the corpus."""
    data = bytearray(whole)
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 6))):
        _change(chance, data, corpus)
    return bytes(data)


def _change(chance: random.Random, data: bytearray, corpus: list[bytes]) -> None:  # noqa: C901
    """Change the data in one of nine ways."""
    at = chance.randrange(len(data) + 1)
    match chance.randrange(9):
        case 0 if data:
            data[at % len(data)] ^= 1 << chance.randrange(8)
        case 1 if data:
            data[at % len(data)] = chance.randrange(256)
        case 2:
            width = chance.choice(_WIDTHS)
            edge = chance.choice(_EDGES) + chance.randrange(-1, 2)
            data[at : at + width] = (edge % (1 << 8 * width)).to_bytes(
                width, "big" if chance.random() < 0.7 else "little"
            )
        case 3:
            del data[at:]
        case 4:
            del data[at : at + chance.randrange(1, 64)]
        case 5:
            data[at:at] = chance.randbytes(chance.randrange(1, 64))
        case 6:
            other = chance.choice(corpus)
            start = chance.randrange(len(other))
            data[at : at + chance.randrange(128)] = other[start : start + chance.randrange(128)]
        case 7:
            piece = data[at : at + chance.randrange(1, 600)]
            data[at:at] = piece * chance.randrange(1, 4)
        case _:
            _change_size(chance, data)


def _change_size(chance: random.Random, data: bytearray) -> None:
    """Change a number before four letters, which is the size of a box, or after them, which is that of a chunk."""
    names = [found.start() for found in re.finditer(rb"[A-Za-z ]{4}", data)]
    if not names:
        return
    at = chance.choice(names) + chance.choice((-4, 4))
    if at >= 0:
        old = int.from_bytes(data[at : at + 4], "big")
        new = chance.choice((*_EDGES, old + 1, old - 1, old * 2, old // 2, len(data), len(data) - at))
        data[at : at + 4] = (new % (1 << 32)).to_bytes(4, "big" if chance.random() < 0.7 else "little")


def judge(data: bytes, *, is_sized: bool) -> str:
    """`"found"` or `"unreadable"`. Raises AssertionError at an answer that nobody could use."""
    try:
        found = read_header(Held(data, is_sized=is_sized))
    except UnreadableError as error:
        reason = error.reason
    else:
        check_found(found)
        return "found"
    assert reason
    check_text(reason)
    return "unreadable"


def check_found(found: Found) -> None:
    """Every value is one that the facts take, and every sentence can be shown. Raises AssertionError."""
    names = [length.name for length in found.lengths]
    assert len(set(names)) == len(names), names
    for seconds in [length.seconds for length in found.lengths] + (
        [found.frame_s] if found.frame_s is not None else []
    ):
        assert _DURATION.fullmatch(format(seconds, "f")), seconds
        assert seconds > 0
    if found.kind == "voice":
        assert found.width_px is found.height_px is None
    else:
        assert found.width_px
        assert found.height_px
        assert found.width_px > 0 < found.height_px
    for text in (*found.notes, found.codec or "none"):
        check_text(text)


def check_text(text: str) -> None:
    """It can be shown on one line. Raises AssertionError."""
    assert text.isprintable(), text
    assert len(text) < 400, text


def say(line: str) -> None:
    """Write a line of the report."""
    sys.stdout.write(f"{line}\n")


def run(first: int, cases: int, seconds: float) -> Counter[str]:
    """How many of the cases ended how. Raises what a case raises, with its number in the report."""
    corpus = load_corpus()
    began, ended, slowest = time.monotonic(), Counter[str](), 0.0
    for number in range(first, first + cases):
        data = mutate(random.Random(number), corpus)  # noqa: S311
        at = time.process_time()
        try:
            ended[judge(data, is_sized=number % 4 != 0)] += 1
        except BaseException:
            say(f"case {number} failed: python -m tests.fuzz_media --first {number} --cases 1")
            raise
        took = time.process_time() - at  # of the processor: a busy machine is not the reader's fault
        assert took < SLOW_S, f"case {number} took {took:.3f} s"
        slowest = max(slowest, took)
        if number % 256 == 0 and time.monotonic() - began > seconds:
            break
    spent = time.monotonic() - began
    rate = ended.total() / spent
    say(f"{ended.total():,} cases in {spent:.1f} s ({rate:,.0f} a second), slowest {slowest * 1e3:.1f} ms of CPU")
    say(f"{ended['found']:,} were still read, {ended['unreadable']:,} refused, nothing undeclared was raised")
    return ended


def main() -> None:
    """Mutate and read as many cases, for as long, as the arguments say."""
    parser = argparse.ArgumentParser(description="Mutated media files, read.")
    parser.add_argument("--cases", type=int, default=10_000_000)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long")
    parser.add_argument("--first", type=int, default=0, help="the number of the first case")
    asked = parser.parse_args()
    run(asked.first, asked.cases, asked.seconds)


if __name__ == "__main__":
    main()
