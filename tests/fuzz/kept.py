r"""The kept corpus: inputs that reach what no seed does, as `kept/<target>.txt`, one a line, in their own order.

Lines are text with escapes (`\x00`, `\n`): a run that finds ten inputs adds ten lines to a diff.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "kept"


def read_kept(target: str) -> list[bytes]:
    """The inputs kept for a target; none where there is no file yet."""
    path = FOLDER / f"{target}.txt"
    return [_read(line) for line in path.read_text(encoding="ascii").splitlines()] if path.exists() else []


def write_kept(target: str, inputs: Iterable[bytes]) -> Path:
    """Writes the inputs, each once, in the order of their digests; where."""
    path = FOLDER / f"{target}.txt"
    ordered = sorted(set(inputs), key=digest)
    path.write_text("".join(f"{_write(data)}\n" for data in ordered), encoding="ascii")
    return path


def digest(data: bytes) -> str:
    """The name of an input, as libFuzzer's own."""
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def _write(data: bytes) -> str:
    return data.decode("latin-1").encode("unicode_escape").decode("ascii")


def _read(line: str) -> bytes:
    return line.encode("ascii").decode("unicode_escape").encode("latin-1")
