"""Runs the command for the tests, in this process or in one of its own, and makes what it is fed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

from typer.main import get_command
from typer.testing import CliRunner

from pricing.shell.cli import app
from tests.conftest import ROOT

Json: TypeAlias = Any

WAN_RULES: Final = get_command(app)
"""The command as it is run. Putting it together takes longer than most that the tests have it do."""

EXAMPLES: Final = ROOT / "examples"
CATALOGUE: Final = EXAMPLES / "catalogue"
AT: Final = ("--at", "2026-11-15")
NORTHLIGHT: Final = ("--catalogue", str(CATALOGUE), "--account", "acme", "--environment", "production")

IMAGE: Final = "https://media.example.com/a.png"
CLIP: Final = "https://media.example.com/a.mp4"
FACTS: Final[Mapping[str, Mapping[str, object]]] = {
    IMAGE: {
        "kind": "image",
        "format": "png",
        "bytes": 1_000,
        "width_px": 1024,
        "height_px": 1024,
        "has_alpha": False,
        "subjects": 1,
    },
    CLIP: {
        "kind": "video",
        "format": "mp4",
        "bytes": 1_000,
        "width_px": 1280,
        "height_px": 720,
        "duration_s": "8",
        "subjects": 1,
    },
}


class Done(NamedTuple):
    """How a run ended."""

    code: int
    out: str
    err: str

    @property
    def documents(self) -> list[Json]:
        """Each line of stdout, as JSON."""
        return [json.loads(line) for line in self.out.split("\n")[:-1]]

    @property
    def document(self) -> Json:
        """The one line of stdout, as JSON."""
        (found,) = self.documents
        return found


def as_bytes(value: object) -> bytes:
    """Bytes and texts as they are; anything else as JSON."""
    if isinstance(value, bytes):
        return value
    return (value if isinstance(value, str) else json.dumps(value)).encode()


def run(*arguments: str, stdin: object = b"") -> Done:
    """The command in this process. What it should have caught is raised here."""
    with CliRunner().isolation(input=as_bytes(stdin)) as (out, err, _):
        code = _end([*arguments])
        sys.stdout.flush()
        sys.stderr.flush()
        return Done(code, out.getvalue().decode(), err.getvalue().decode())


def _end(arguments: list[str]) -> int:
    try:
        WAN_RULES.main(arguments, prog_name="wan-rules")
    except SystemExit as end:
        return int(end.code or 0)
    return 0


COMMAND: Final = (sys.executable, "-m", "pricing.shell.cli")
HANGS_S: Final = 300
"""A process that has not ended by then hangs; on a slow machine Spark alone takes a minute to start and end."""


def surroundings(**more: str) -> dict[str, str]:
    """The environment of a process: ours, without what changes colours and widths."""
    kept = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}}
    return {**kept, "PYTHONPATH": str(ROOT), "TERM": "xterm", **more}


def run_process(*arguments: str | bytes, stdin: object = b"", **more: str) -> Done:
    """The command as a process of its own; `more` goes into its environment."""
    command: Sequence[str | bytes] = (*COMMAND, *arguments)
    done = subprocess.run(
        command, input=as_bytes(stdin), capture_output=True, check=False, timeout=HANGS_S, env=surroundings(**more)
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def fal(**more: object) -> dict[str, object]:
    """A picture waves for 3 s at 720P: 3 x 0.10 = 0.30 USD."""
    plain = {
        "prompt": "Image 1 waves",
        "reference_image_urls": [IMAGE],
        "aspect_ratio": "16:9",
        "resolution": "720p",
        "duration": 3,
    }
    return {**plain, **more}


def fal_clip(**more: object) -> dict[str, object]:
    """A clip dances for 3 s at 720P."""
    plain = {"prompt": "Video 1 dances", "reference_video_urls": [CLIP], "resolution": "720p", "duration": 3}
    return {**plain, "aspect_ratio": "16:9", **more}


def alibaba(**parameters: object) -> dict[str, object]:
    """A picture waves for 5 s, at the tier that is left out: 5 x 0.15 = 0.75 USD."""
    media = [{"type": "reference_image", "url": IMAGE}]
    return {
        "model": "wan2.7-r2v",
        "input": {"prompt": "Image 1 waves", "media": media},
        "parameters": {"duration": 5, **parameters},
    }


def atlas_sr(**more: object) -> dict[str, object]:
    """A picture waves for 8 s at 1080P-SR: no published price."""
    plain = {"model": "alibaba/wan-2.7/reference-to-video", "prompt": "character1 waves", "images": [IMAGE]}
    return {**plain, "resolution": "1080P-SR", "ratio": "16:9", "duration": 8, **more}


def write_json(path: Path, value: object) -> str:
    """The name of a file that holds the value as JSON (or the bytes as they are)."""
    path.write_bytes(as_bytes(value))
    return str(path)
