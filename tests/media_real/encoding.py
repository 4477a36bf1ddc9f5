"""Media files made by real encoders, and what ffprobe says of them."""

from __future__ import annotations

import json
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

QUIET: Final = ("ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-fflags", "+bitexact")


def encode(target: Path, arguments: str) -> Path:
    """The file that ffmpeg makes of these arguments, which are split at blanks; it stands at `target`."""
    exact = ("-flags", "+bitexact", "-fflags", "+bitexact")
    subprocess.run([*QUIET, *arguments.split(), *exact, str(target)], check=True)
    return target


def pipe(target: Path, arguments: str) -> Path:
    """The same, written through a pipe, where an encoder can't go back and mend its header."""
    with target.open("wb") as out:
        # `cat` between them: ffmpeg goes back in a file that its output was merely redirected to.
        writer = subprocess.Popen([*QUIET, *arguments.split(), "-"], stdout=subprocess.PIPE)
        subprocess.run(["cat"], check=True, stdin=writer.stdout, stdout=out)
        assert writer.wait() == 0
    return target


def has_encoder(name: str) -> bool:
    """Whether this ffmpeg has an encoder of that name."""
    shown = subprocess.run(["ffmpeg", "-hide_banner", "-encoders"], check=True, capture_output=True, text=True).stdout
    return any(line.split()[1:2] == [name] for line in shown.splitlines())


def ffprobe(path: Path) -> dict[str, Any]:
    """What ffprobe says of a file's format and of its streams; numbers are as it writes them."""
    command = ["ffprobe", "-v", "error", "-show_format", "-show_streams", "-of", "json", str(path)]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def format_length(path: Path) -> Decimal:
    """How long ffprobe says that the file lasts, in seconds."""
    return Decimal(ffprobe(path)["format"]["duration"])


def stream(path: Path, kind: str = "video") -> dict[str, Any]:
    """What ffprobe says of the first stream of a kind."""
    return next(found for found in ffprobe(path)["streams"] if found["codec_type"] == kind)
