"""Which files a reconciliation read and wrote, each with its size and SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from pricing.shell.bulk.registers import REGISTER
from pricing.shell.bulk.runs import STANDARD_INPUT, RunOptions, find_path, keep_path
from pricing.shell.bulk.sources import USAGE_FORMATS, list_sources
from wan_rules.payloads import UnusableInputError

OWN: Final = "manifest.json"
"""The manifest, and what begins with its name (a signature of it by hand), are digested by none."""


INPUTS: Final = ("usage", "charges", "invoice", "earlier")
OUTPUTS: Final = ("output", "rejects")


class Fingerprint(NamedTuple):
    """A file: `role` is one of those below; a relative `path` is from the report."""

    role: str
    path: str
    bytes: int
    sha256: str


def fingerprint_inputs(options: RunOptions, folder: Path) -> tuple[Fingerprint, ...]:
    """All files that the options name, in their order, those of a folder or glob by name. Raises UnusableInputError."""
    return tuple(
        Fingerprint(role, keep_path(str(file), folder), *_digest(file)) for role, file in _list_inputs(options)
    )


def fingerprint_outputs(options: RunOptions, folder: Path) -> tuple[Fingerprint, ...]:
    """All files in the folder of a report, by name, but for the manifest and hidden ones; then what was rejected.

    Raises UnusableInputError.
    """
    own = ((file, file.relative_to(folder).as_posix()) for file in _list_folder(folder))
    outputs = [Fingerprint("output", name, *_digest(file)) for file, name in own if not name.startswith(OWN)]
    if options.rejects is not None and Path(options.rejects).is_file():
        outputs.append(Fingerprint("rejects", keep_path(options.rejects, folder), *_digest(Path(options.rejects))))
    return tuple(outputs)


def locate(found: Fingerprint, folder: Path) -> Path:
    """Where the file is, as seen from the working folder."""
    return folder / found.path if found.role == "output" else Path(find_path(found.path, folder))


def refresh(found: Fingerprint, folder: Path) -> Fingerprint:
    """The fingerprint of the same file as it is now. Raises UnusableInputError."""
    return Fingerprint(found.role, found.path, *_digest(locate(found, folder)))


def list_inputs(options: RunOptions, folder: Path) -> frozenset[str]:
    """The paths of all files that the options name now, as the folder keeps them. Raises UnusableInputError."""
    return frozenset(keep_path(str(file), folder) for _, file in _list_inputs(options))


def _list_inputs(options: RunOptions) -> Iterator[tuple[str, Path]]:
    """Each file once for each role, as tables are read."""
    earlier = () if options.earlier is None else (f"{options.earlier}/{REGISTER}",)
    named = {"usage": options.usage, "charges": options.charges, "invoice": options.invoice, "earlier": earlier}
    for role, names in named.items():
        _refuse_what_passes(role, names)
        if names:
            yield from ((role, source.path) for source in list_sources(names, USAGE_FORMATS, what=role))


def _refuse_what_passes(role: str, names: Sequence[str]) -> None:
    """Raises UnusableInputError for what can't be read a second time."""
    for name in names:
        if name == STANDARD_INPUT or "://" in name:
            what = "standard input can't be read again" if name == STANDARD_INPUT else f"{name} is no file here"
            raise UnusableInputError(role, f"{what}: reconcile from a file, and keep it")


def _list_folder(folder: Path) -> list[Path]:
    every = (file for file in folder.rglob("*") if file.is_file())
    return sorted(file for file in every if not any(part.startswith(".") for part in file.relative_to(folder).parts))


def _digest(file: Path) -> tuple[int, str]:
    try:
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
            return opened.tell(), digest
    except OSError as error:
        raise UnusableInputError(str(file), f"it can't be read: {error.strerror}") from None
