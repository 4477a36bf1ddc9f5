"""How many subjects a clip shows: pictures sampled by the `ffmpeg` program in a limited process, each one counted.

A clip shows many where two of its pictures do, one or none where every picture agrees, and else nobody knows.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Final, NamedTuple

from wan_rules.payloads import UnusableInputError
from wan_rules.shell.detection.child import IMAGE_BYTES_MAX
from wan_rules.shell.detection.children import ChildError, end, limited, start_python, tell_end
from wan_rules.shell.detection.confinement import Limits, allow_time, confine
from wan_rules.shell.subjects import Answer, SubjectCounter, Subjects, unknown

BOOT: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from wan_rules.shell.detection.clips import launch; launch(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])"
)
LACKING: Final = (
    "the pictures of a clip are taken by ffmpeg, 5.1 or newer: install it, or say yourself how many subjects"
)
AGREEING: Final = 2
"""Pictures that have to show many subjects: one alone may be a slip."""
_BMP_HEAD: Final = 14


class ClipLimits(NamedTuple):
    """How a clip is sampled, one picture each `every_s` and no more than `pictures`; what that may take in all."""

    every_s: int = 1
    pictures: int = 32
    memory_bytes: int = 1536 * 1024 * 1024
    processor_s: int = 60
    clip_s: float = 120


class ClipSubjects(NamedTuple):
    """What a clip shows, the picture that tells it best (BMP; `None`: there is none), and how many were looked at."""

    subjects: Subjects
    picture: bytes | None
    pictures: int


def count_in_clip(counter: SubjectCounter, clip: Path, limits: ClipLimits | None = None) -> ClipSubjects:
    """What the clip shows. Raises UnusableInputError where the file can't be read or the counter can't start."""
    asked = limits or ClipLimits()
    program = shutil.which("ffmpeg")
    if program is None:
        return ClipSubjects(unknown(LACKING), None, 0)
    try:
        with clip.open("rb") as file:
            return _count(counter, file, asked, program)
    except OSError as error:
        raise UnusableInputError(str(clip), f"can't be read: {error.strerror or error}") from None
    except ChildError as error:
        return ClipSubjects(unknown(error.reason), None, 0)


def _count(counter: SubjectCounter, file: IO[bytes], limits: ClipLimits, program: str) -> ClipSubjects:
    process = start_python(BOOT, limits.memory_bytes, limits.processor_s, *_command(program, limits), stdin=file)
    try:
        with limited(process, limits.clip_s) as late:
            stream = process.stdout
            counted = join((counter.count_subjects(picture), picture) for picture in _pictures(stream))
            process.wait()
        if process.returncode and counted.subjects.answer != "many":
            raise ChildError(_tell(process.returncode, tell_end(process, limits.clip_s, late=late.is_set())))
        return counted
    finally:
        end(process)


def _tell(status: int, reason: str) -> str:
    return reason if status < 0 else f"ffmpeg could not read it to its end (status {status})"


def _command(program: str, limits: ClipLimits) -> Sequence[str]:
    """What runs: the MP4 and MOV reader alone, of a file that it is handed, with no other protocol."""
    chosen = f"select='isnan(prev_selected_t)+gte(t-prev_selected_t,{limits.every_s})'"
    reading = ("-nostdin", "-loglevel", "quiet", "-threads", "1", "-protocol_whitelist", "file", "-f", "mov")
    picking = ("-map", "0:v:0", "-vf", chosen, "-fps_mode", "vfr", "-frames:v", str(limits.pictures))
    writing = ("-c:v", "bmp", "-pix_fmt", "bgr24", "-threads", "1", "-f", "image2pipe", "pipe:1")
    return (program, *reading, "-i", "file:/dev/stdin", *picking, *writing)


def launch(memory_bytes: int, processor_s: int, command: list[str]) -> None:
    """Become that program, within limits. What Python refuses by itself ends here; what the system refuses stays."""
    confine(Limits(memory_bytes, processor_s))
    tuple(allow_time(processor_s))
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


def _pictures(stream: IO[bytes] | None) -> Iterator[bytes]:
    """Each whole BMP of the stream: its head says how long it is. What is none ends it."""
    while stream is not None:
        head = stream.read(_BMP_HEAD)
        size = int.from_bytes(head[2:6], "little")
        if len(head) < _BMP_HEAD or not head.startswith(b"BM") or not _BMP_HEAD < size <= IMAGE_BYTES_MAX:
            return
        picture = head + stream.read(size - _BMP_HEAD)
        if len(picture) < size:
            return
        yield picture


def join(counted: Iterable[tuple[Subjects, bytes]]) -> ClipSubjects:
    """The answer for all the pictures; their order changes only which of them is shown."""
    first: dict[Answer, tuple[Subjects, bytes]] = {}
    counts: dict[Answer, int] = {}
    for subjects, picture in counted:
        counts[subjects.answer] = counts.get(subjects.answer, 0) + 1
        first.setdefault(subjects.answer, (subjects, picture))
    total = sum(counts.values())
    if not total:
        return ClipSubjects(unknown("ffmpeg found no picture in it"), None, 0)
    shown = next(answer for answer in _FIRST if answer in first)
    subjects, picture = first[shown]
    in_doubt = shown == "many" and counts["many"] < min(AGREEING, total)
    answer: Answer = "unknown" if in_doubt else shown
    said = f"{subjects.reason}; so in {counts[shown]} of {total} pictures"
    return ClipSubjects(Subjects(answer, subjects.seen, said), picture, total)


_FIRST: Final[tuple[Answer, ...]] = ("many", "unknown", "one", "none")
