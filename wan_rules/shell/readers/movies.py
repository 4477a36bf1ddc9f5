"""MP4 and QuickTime files: the picture of a movie, and each length that its headers, tables and fragments claim.

What is believed is said in `lengths`, side by side; which of them bills is for others to say.
"""

from __future__ import annotations

from itertools import islice
from typing import Final

from wan_rules.shell.found import Container, Found, UnreadableError
from wan_rules.shell.readers.boxes import Box, body_of, box_name, top_boxes
from wan_rules.shell.readers.durations import gather_claims
from wan_rules.shell.readers.entries import read_picture, turn_of
from wan_rules.shell.readers.lengths import frame_length
from wan_rules.shell.readers.movie_index import Movie, read_index
from wan_rules.shell.readers.reading import Reading, bytes_as_text
from wan_rules.shell.readers.tracks import PICTURE, SOUND, Track

_QUICKTIME: Final = b"qt  "
_PHONES: Final = (b"3gp", b"3g2")
_STILLS: Final = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis", b"miaf"})


def read_movie(reading: Reading) -> Found:
    """What the movie's headers say. Raises UnreadableError if there are none, one is damaged, or there's no picture."""
    container, moov = _find_index(reading)
    reading.fetch_few(moov.at, moov.end)
    movie = read_index(reading, moov)
    track = _picture_track(reading, movie)
    if track.entries is None:
        raise UnreadableError("its picture track says nothing of its picture (no 'stsd'): damaged")
    picture = read_picture(reading, track.entries)
    turn = turn_of(reading, track.header.matrix, movie.matrix)
    sides = (picture.width_px, picture.height_px)
    width, height = sides[::-1] if turn in {90, 270} else sides
    claims = gather_claims(reading, movie, track)
    if movie.promise is None:
        _look_for_the_end(reading, moov)
    return Found(
        kind="video",
        container=container,
        codec=picture.codec,
        width_px=width,
        height_px=height,
        rotation_deg=turn,
        has_alpha=picture.has_alpha,
        lengths=claims.lengths,
        frame_s=frame_length(claims.frame),
        notes=reading.notes,
    )


def _find_index(reading: Reading) -> tuple[Container, Box]:
    """As which of the two formats the file counts, and its `moov` box."""
    container: Container = "mov"
    last: Box | None = None
    for box in top_boxes(reading):
        last = box
        if box.kind == b"ftyp":
            container = _container(reading, box)
        elif box.kind == b"moov":
            return container, box
        elif box.kind == b"moof":
            raise UnreadableError("it begins with a fragment: the movie's header ('moov') is in another file")
    raise UnreadableError(_why_no_index(reading, last))


def _why_no_index(reading: Reading, last: Box | None) -> str:
    if last is not None and reading.size is not None and reading.size < last.end and not last.is_open:
        return (
            f"the file ends at byte {reading.size:,}, and its {box_name(last.kind)} at byte {last.end:,}: "
            "it is cut short, and has no index ('moov')"
        )
    return "it has no index ('moov'): a recording that was never finished, or cut short"


def _container(reading: Reading, ftyp: Box) -> Container:
    brand = body_of(reading, ftyp, 4)
    if brand in _STILLS:
        raise UnreadableError(f"a HEIF or AVIF picture (brand {box_name(brand)}): save it as JPEG, PNG, BMP or WEBP")
    if brand.startswith(_PHONES):
        reading.note(f"its brand is {box_name(brand)}: made for telephones, of the same boxes as MP4")
    return "mov" if brand == _QUICKTIME else "mp4"


def _picture_track(reading: Reading, movie: Movie) -> Track:
    """The first picture track that is shown; if none is, the first. Raises UnreadableError if there is none."""
    tracks = [track for track in movie.tracks if track.handler == PICTURE]
    if not tracks:
        sounds = any(track.handler == SOUND for track in movie.tracks)
        raise UnreadableError(
            "sound without a picture in an MP4 or QuickTime file (m4a): save a voice as WAV or MP3"
            if sounds
            else "a movie with neither picture nor sound"
        )
    if len(tracks) > 1:
        reading.note(f"it has {len(tracks)} picture tracks, of which the first that is shown counts")
    return next((track for track in tracks if track.header.is_enabled), tracks[0])


def _look_for_the_end(reading: Reading, moov: Box) -> None:
    """Note media that are promised after the index, and aren't there, if it costs nothing to see."""
    if reading.size is None or moov.end >= reading.size or not reading.has(moov.end, 16):
        return
    for box in islice(top_boxes(reading, moov.end), 4):
        if box.kind == b"mdat" and not box.is_open and (missing := box.end - reading.size) > 0:
            reading.note(f"it is cut short: {bytes_as_text(missing)} of its media are missing")
        if box.kind == b"mdat" or not reading.has(box.end, 16):
            return
