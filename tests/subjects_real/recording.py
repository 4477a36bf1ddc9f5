"""Clips made of still pictures by a real encoder."""

from __future__ import annotations

import subprocess
from pathlib import Path


def record(folder: Path, *shown: bytes, name: str = "clip.mp4", options: tuple[str, ...] = ()) -> Path:
    """A clip that shows each of the pictures for a second and a half."""
    inputs: list[str] = []
    for number, data in enumerate(shown):
        (folder / f"{number}.png").write_bytes(data)
        inputs += ["-loop", "1", "-t", "1.5", "-framerate", "10", "-i", str(folder / f"{number}.png")]
    fitted = "".join(
        f"[{n}:v]scale=640:360:force_original_aspect_ratio=decrease,pad=640:360[v{n}];" for n in range(len(shown))
    )
    graph = fitted + "".join(f"[v{n}]" for n in range(len(shown))) + f"concat=n={len(shown)}"
    made = ["-filter_complex", graph, "-pix_fmt", "yuv420p", *options, str(folder / name)]
    subprocess.run(["ffmpeg", "-loglevel", "error", "-y", *inputs, *made], check=True)
    return folder / name
