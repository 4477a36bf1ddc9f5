"""Media files' headers, with their size told and not: what `tests.fuzz_media` makes blindly, led by readers' branches.

An input is a file. Only UnreadableError is raised, what is found can be used and kept, its length is judged, and no
more is read than the readers' budget allows.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Final

from tests.fuzz.target import Blind, Target, check_message
from tests.fuzz_media import check_found, check_text, load_corpus, mutate_file
from tests.media.sources import Held
from wan_rules.shell import lengths
from wan_rules.shell.found import UnreadableError
from wan_rules.shell.found_texts import read_found, write_found
from wan_rules.shell.readers import read_header
from wan_rules.shell.readers.reading import READ_MAX

PATIENCE_S: Final = 0.3


class Counting(Held):
    """A file held in memory that counts what is asked of it."""

    asked = 0

    def read(self, at: int, count: int) -> bytes:
        assert at >= 0 <= count
        self.asked += count
        return super().read(at, count)


def judge(data: bytes) -> None:
    """Reads the file both ways. Raises what is wrong with the code."""
    for is_sized in (True, False):
        source = Counting(data, is_sized=is_sized)
        try:
            found = read_header(source)
        except UnreadableError as error:
            check_text(error.reason)
            found = None
        assert source.asked <= READ_MAX
        if found is not None:
            check_found(found)
            assert read_found(write_found(found)) == found, "what is kept of it is something else"
            judged = lengths.judge(found)
            doubt = lengths.tell_doubt(found, judged)
            assert (doubt is None) == (judged.seconds is not None or found.kind == "image")
            check_message(doubt or "known")


@cache
def _corpus() -> list[bytes]:
    return load_corpus()


def _mutate(chance: Random, data: bytes, blind: Blind) -> bytes:
    """Half of the time as libFuzzer does, else as one who knows boxes and chunks."""
    if chance.random() < 0.5:
        return blind.mutate(data, blind.limit)
    return mutate_file(chance, data, _corpus())[: blind.limit]


def seeds() -> Iterator[bytes]:
    """Files of real encoders, and files of what encoders seldom write."""
    yield from _corpus()


WORDS: Final = """
ftyp moov mdat trak tkhd mdia mdhd hdlr minf stbl stsd stts stsz stz2 stsc stco co64 ctts elst edts mvex trex moof traf
tfhd tfdt trun sidx mvhd vide soun hvc1 avc1 encv sinf frma pasp lhvC hvcC avcC av1C colr clap wide free uuid RIFF WAVE
data fact WEBP VP8L VP8X ANIM ANMF ALPH EXIF Xing Info VBRI LAME IHDR tRNS acTL IDAT Exif isom iso6 dash
""".split()  # noqa: SIM905 - as a list it is a page long

TARGET: Final = Target(judge, seeds, lambda: WORDS, _mutate, patience_s=PATIENCE_S)
