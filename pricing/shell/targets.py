"""What a command may write: never in the place of what it reads, nor of another of its own files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from pricing.shell.drafts import is_stream
from wan_rules.payloads import UnusableInputError

Targets = Mapping[str, Path | None]
"""The files that a command is to write, by their options, in the order in which they are named."""


def spare(inputs: Iterable[Path], targets: Targets, *, what: str = "usage") -> None:
    """Raises UnusableInputError where a file that is to be written, by its option, would take the place of an input."""
    read = set(map(_locate, inputs))
    for option, target in targets.items():
        if target is not None and _locate(target) in read:
            raise UnusableInputError(option, f"{target} is {what} itself: name another file")


def spare_catalogues(sources: Iterable[str | None], targets: Targets) -> None:
    """Raises UnusableInputError where a file would be one of a catalogue's: TOML in its folder, or its only file."""
    places = [_locate(Path(source)) for source in sources if source is not None]
    for option, target in targets.items():
        if target is not None and any(_is_part(_locate(target), place) for place in places):
            raise UnusableInputError(option, f"{target} would be a file of the catalogue: name another file")


def _is_part(target: Path, source: Path) -> bool:
    return target == source or (target.suffix == ".toml" and source in target.parents)


def refuse_stream(option: str, target: Path) -> None:
    """Raises UnusableInputError for what is there and neither a file nor a folder: a draft would take its place."""
    if is_stream(target):
        raise UnusableInputError(option, f"{target} is a device or a pipe: name a file")


def keep_apart(targets: Targets) -> None:
    """Raises UnusableInputError where two options name one file: the later one would take the earlier one's place."""
    taken: dict[Path, str] = {}
    for option, target in targets.items():
        if target is not None and (other := taken.setdefault(_locate(target), option)) != option:
            raise UnusableInputError(option, f"{target} is what {other} names: name another file")


def keep_outside(folder: Path | None, targets: Targets) -> None:
    """Raises UnusableInputError for a file in a folder that is put in its place whole, after the file was written."""
    for option, target in targets.items():
        if folder is not None and target is not None and _locate(folder) in _locate(target).parents:
            raise UnusableInputError(option, f"{target} lies in {folder}, which is written anew: name a file elsewhere")


def _locate(path: Path) -> Path:
    return Path(os.path.realpath(path))
