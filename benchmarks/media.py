"""How long a header takes to be read, and what of the file is read for it: `python -m benchmarks.media [FILE...]`.

Without files, those that the fuzzer mutates, and 45 MB of nothing around an index at either end, whose sound and
picture say in 40 KB each where their samples are, as in ten minutes of video.
"""

from __future__ import annotations

import statistics
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from tests.conftest import ROOT
from tests.media.boxes import FTYP, SOUND, TrackOf, elst, moov
from tests.media.sources import Held, Sparse
from wan_rules.shell.found import Bytes, UnreadableError
from wan_rules.shell.readers import read_header

CORPUS: Final = ROOT / "tests" / "media" / "corpus"
SIZE: Final = 45_000_000
TIMES: Final = 200


def large_clip(*, is_at_the_end: bool) -> Sparse:
    """45 MB with an index at the front or at the end."""
    index = moov(TrackOf(edits=elst((5000, 0)), padding=40_000), SOUND._replace(padding=40_000))
    media = struct.pack(">I4s", SIZE - len(FTYP) - len(index), b"mdat")
    if is_at_the_end:
        return Sparse(SIZE, (0, FTYP + media), (SIZE - len(index), index))
    return Sparse(SIZE, (0, FTYP + index + media))


def time_reading(source: Bytes) -> list[float]:
    """The seconds that each reading takes, an unreadable file's too."""
    spent: list[float] = []
    for _ in range(TIMES):
        began = time.perf_counter()
        with suppress(UnreadableError):
            read_header(source)
        spent.append(time.perf_counter() - began)
    return spent


def sources(paths: list[Path]) -> Iterator[tuple[str, Bytes, Sparse]]:
    """What is timed by name: the file, and the same once more, counting what is asked of it."""
    for path in paths:
        data = path.read_bytes()
        yield path.name, Held(data), Sparse(len(data), (0, data))
    for is_at_the_end in (False, True):
        name = f"45 MB, index at the {'end' if is_at_the_end else 'front'}"
        yield name, large_clip(is_at_the_end=is_at_the_end), large_clip(is_at_the_end=is_at_the_end)


def main() -> None:
    """Print a row for each file."""
    paths = [Path(argument) for argument in sys.argv[1:]] or sorted(CORPUS.iterdir())
    print("| file | bytes | read | requests | median | slowest |\n|---|---|---|---|---|---|")
    for name, source, counted in sources(paths):
        spent = time_reading(source)
        try:
            read_header(counted)
        except UnreadableError:
            name += " (unreadable)"  # noqa: PLW2901
        read = min(counted.bytes_sent, source.size or 0)
        median, slowest = statistics.median(spent) * 1e6, max(spent) * 1e6
        print(f"| {name} | {source.size:,} | {read:,} | {counted.requests} | {median:,.0f} us | {slowest:,.0f} us |")


if __name__ == "__main__":
    main()
