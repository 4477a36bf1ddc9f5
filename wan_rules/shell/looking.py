"""How many subjects a medium shows, looked at by whoever counts them: a picture from anywhere, a clip in its file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from wan_rules.shell.detection.child import IMAGE_BYTES_MAX
from wan_rules.shell.detection.clips import count_in_clip
from wan_rules.shell.found import Found, UnreadableError
from wan_rules.shell.sources import Source
from wan_rules.shell.subjects import SubjectCounter, Subjects, facts_from, unknown

ELSEWHERE: Final = (
    "the pictures of a clip are looked at in a local file: download it, or say yourself how many subjects"
)

FIRST: Final = 64 * 1024
"""Bytes that are asked for at first."""


class Sight(NamedTuple):
    """Who counts, and whether the count may refuse a request or warns only."""

    counter: SubjectCounter
    trusted: bool = False


class Looked(NamedTuple):
    """What was counted, and the picture that shows it, where one was looked at."""

    subjects: Subjects
    picture: bytes | None = None

    def to_facts(self, sight: Sight) -> Mapping[str, object]:
        """The facts that follow; none where nobody knows."""
        return facts_from(self.subjects, trusted=sight.trusted)


def look(sight: Sight, found: Found, source: Source, path: Path | None) -> Looked | None:
    """What a picture or clip shows; nothing of a voice. `path` is where a clip lies. Raises UnusableInputError."""
    match found.kind:
        case "image":
            return _look_at_picture(sight.counter, source)
        case "video" if path is not None:
            counted = count_in_clip(sight.counter, path)
            return Looked(counted.subjects, counted.picture)
        case "video":
            return Looked(unknown(ELSEWHERE))
        case _:
            return None


def _look_at_picture(counter: SubjectCounter, source: Source) -> Looked:
    try:
        picture = _read_whole(source)
    except UnreadableError as error:
        return Looked(unknown(error.reason))
    return Looked(counter.count_subjects(picture), picture)


def _read_whole(source: Source) -> bytes:
    """All of it. Of one whose size nobody says ever more is asked for, until there is no more or it is too much."""
    if source.size is not None:
        return source.read(0, source.size)
    count = FIRST
    while len(data := source.read(0, count)) == count <= IMAGE_BYTES_MAX:
        count *= 2
    return data
