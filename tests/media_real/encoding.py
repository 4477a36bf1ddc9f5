"""Media files made by real encoders, what ffprobe says of them, and what our readers do."""

from __future__ import annotations

import json
import subprocess
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from tests.media.boxes import matrix
from wan_rules.shell.found import Bytes, Found
from wan_rules.shell.readers import read_header

QUIET: Final = ("ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-y")
EXACT: Final = ("-flags", "+bitexact", "-fflags", "+bitexact")
"""No dates and versions in the file, so that it comes out the same again."""
PICTURE: Final = "-f lavfi -i testsrc=s=320x180:r=30:d=5"
SOUND: Final = "-f lavfi -i sine=d=5:r=44100"
LOSSY: Final = "-c:v libx264 -preset ultrafast -bf 2 -pix_fmt yuv420p"
TURNS: Final = {90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}
BOTH: Final = f"{PICTURE} {SOUND} {LOSSY} -c:a aac"


class OnDisk:
    """A file on the disk, which counts what is asked of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.size: int | None = path.stat().st_size
        self.requests = 0
        self.bytes_read = 0

    def read(self, at: int, count: int) -> bytes:
        with self._path.open("rb") as file:
            file.seek(at)
            data = file.read(count)
        self.requests += 1
        self.bytes_read += len(data)
        return data


def encode(target: Path, arguments: str) -> Path:
    """The file that ffmpeg makes of these arguments, which are split at blanks; it stands at `target`."""
    subprocess.run([*QUIET, *arguments.split(), *EXACT, str(target)], check=True)
    return target


def pipe(target: Path, arguments: str) -> Path:
    """The same, written through a pipe, where an encoder can't go back and mend its header."""
    with target.open("wb") as out:
        # `cat` between them: into a file, ffmpeg would go back even so.
        with subprocess.Popen([*QUIET, *arguments.split(), *EXACT, "-"], stdout=subprocess.PIPE) as writer:
            subprocess.run(["cat"], check=True, stdin=writer.stdout, stdout=out)
        assert writer.returncode == 0
    return target


def turn(source: Path, target: Path, degrees: int) -> Path:
    """The clip, whose first track is its picture, turned clockwise: which option does that depends on ffmpeg's age."""
    data = bytearray(source.read_bytes())
    at = data.index(b"tkhd") + 44
    data[at : at + 36] = matrix(TURNS[degrees])
    target.write_bytes(data)
    return target


@cache
def _encoders() -> frozenset[str]:
    shown = subprocess.run(["ffmpeg", "-hide_banner", "-encoders"], check=True, capture_output=True, text=True).stdout
    return frozenset(line.split()[1] for line in shown.splitlines() if len(line.split()) > 1)


def has_encoder(name: str) -> bool:
    """Whether this ffmpeg has an encoder of that name."""
    return name in _encoders()


def ffprobe(path: Path) -> dict[str, Any]:
    """What ffprobe says of a file's format and of its streams; numbers are as it writes them."""
    command = ["ffprobe", "-v", "error", "-show_format", "-show_streams", "-of", "json", str(path)]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def format_length(path: Path) -> Decimal:
    """How long ffprobe says that the file lasts, in seconds."""
    return Decimal(ffprobe(path)["format"]["duration"])


def stream_of(path: Path, kind: str = "video") -> dict[str, Any]:
    """What ffprobe says of the first stream of a kind."""
    return next(found for found in ffprobe(path)["streams"] if found["codec_type"] == kind)


def stream_length(path: Path, kind: str = "video") -> Decimal:
    """How long ffprobe says that the first stream of a kind lasts, in seconds."""
    return Decimal(stream_of(path, kind)["duration"])


def decoded_frames(path: Path, kind: str = "v") -> int:
    """How many pictures, or samples of one channel, come out when all of it is decoded."""
    entry = "stream=nb_read_frames" if kind == "v" else "frame=nb_samples"
    command = ["ffprobe", "-v", "error", "-select_streams", f"{kind}:0", "-count_frames", "-show_entries", entry]
    shown = subprocess.run([*command, "-of", "csv=p=0", str(path)], check=True, capture_output=True, text=True).stdout
    return sum(int(line.strip(",")) for line in shown.split())


def found_on(path: Path) -> Found:
    """What our readers find. Raises UnreadableError."""
    source: Bytes = OnDisk(path)
    return read_header(source)


def length(found: Found, name: str) -> Decimal | None:
    """The length that `name` claims, in seconds."""
    return next((length.seconds for length in found.lengths if length.name == name), None)
