"""The manifest of a report that was signed off: who, when, from which files, to which files and totals.

It is canonical JSON: the same sign-off has the same bytes, so that its SHA-256 can be noted elsewhere, and a signature
made by any program that signs files.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from datetime import UTC
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from pricing.reconciliations import Counts, Totals
from pricing.shell.bulk.fingerprints import OWN, Fingerprint
from pricing.shell.bulk.runs import RunOptions, read_options, say_faults, write_instant, write_options
from pricing.shell.bulk.summaries import order_causes, write_counts, write_totals
from pricing.shell.drafts import write_whole
from pricing.version import __version__
from wan_rules.payloads import JsonObject, UnusableInputError, parse_object

SCHEMA_VERSION: Final = "1"
MANIFEST: Final = OWN
_LIBRARIES: Final = ("duckdb", "ibis-framework", "pyarrow", "pyspark")


class Signature(NamedTuple):
    """Who signed, when, and what they add."""

    by: str
    at: AwareDatetime
    note: str | None


class Program(NamedTuple):
    """With what it was computed. `libraries` are those of the tables that are installed, with their versions."""

    version: str
    python: str
    engine: str
    libraries: dict[str, str]


class Source(NamedTuple):
    """The catalogue by its name and digest."""

    name: str
    digest: str


class Manifest(NamedTuple):
    """What is signed. `standings` counts breaks by status, those that are resolved apart."""

    signed: Signature
    program: Program
    catalogue: Source
    options: RunOptions
    inputs: tuple[Fingerprint, ...]
    outputs: tuple[Fingerprint, ...]
    counts: Counts
    totals: tuple[Totals, ...]
    standings: dict[str, int]


class _Document(NamedTuple):
    """The manifest as it is read, but for its options."""

    signed: Signature
    program: Program
    catalogue: Source
    inputs: tuple[Fingerprint, ...]
    outputs: tuple[Fingerprint, ...]
    counts: Counts
    totals: tuple[Totals, ...]
    standings: dict[str, int]


def describe_program(engine: str) -> Program:
    """This program, on this Python, with these libraries."""
    return Program(__version__, platform.python_version(), engine, dict(_list_versions()))


def _list_versions() -> list[tuple[str, str]]:
    found = []
    for name in _LIBRARIES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            continue
    return found


def keep_manifest(manifest: Manifest, folder: Path) -> str:
    """Writes it into the folder of its report, and returns its SHA-256. Raises UnusableInputError."""
    data = write_manifest(manifest, folder)
    write_whole(folder / MANIFEST, lambda file: file.write(data))
    return hashlib.sha256(data).hexdigest()


def write_manifest(manifest: Manifest, folder: Path) -> bytes:
    """The manifest as canonical JSON, for a report in that folder."""
    by, at, note = manifest.signed
    told: Mapping[str, object] = {
        "schema_version": SCHEMA_VERSION,
        "signed": {"by": by, "at": write_instant(at), "note": note},
        "program": manifest.program._asdict(),
        "catalogue": manifest.catalogue._asdict(),
        "options": write_options(manifest.options, folder),
        "inputs": [one._asdict() for one in manifest.inputs],
        "outputs": [one._asdict() for one in manifest.outputs],
        "counts": write_counts(manifest.counts),
        "totals": write_totals(manifest.totals),
        "standings": manifest.standings,
    }
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest_manifest(folder: Path) -> str:
    """The SHA-256 of the manifest as it lies there. Raises UnusableInputError."""
    return hashlib.sha256(_read_bytes(folder)).hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """The manifest in the folder of a report. Raises UnusableInputError."""
    what = str(folder / MANIFEST)
    told: JsonObject = dict(parse_object(_read_bytes(folder), what=what))
    if (seen := told.pop("schema_version", None)) != SCHEMA_VERSION:
        raise UnusableInputError(what, f'schema_version is {seen!r}: this program reads "{SCHEMA_VERSION}"')
    options = read_options(told.pop("options", None), folder, what=what)
    if isinstance(totals := told.get("totals"), list):
        told["totals"] = [*map(order_causes, totals)]
    try:
        read = _adapter().validate_python(told)
    except ValidationError as error:
        raise UnusableInputError(what, say_faults(error, told)) from None
    signed = read.signed._replace(at=read.signed.at.astimezone(UTC))
    return Manifest(**{**read._asdict(), "signed": signed}, options=options)


@cache
def _adapter() -> TypeAdapter[_Document]:
    return TypeAdapter(_Document)


def _read_bytes(folder: Path) -> bytes:
    try:
        return (folder / MANIFEST).read_bytes()
    except FileNotFoundError:
        reason = f"there is no {MANIFEST}: the report is not signed off, or this is the folder of none"
        raise UnusableInputError(str(folder), reason) from None
    except OSError as error:
        raise UnusableInputError(str(folder / MANIFEST), f"it can't be read: {error.strerror}") from None
