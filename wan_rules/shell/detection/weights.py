"""The detector's weights: a file that somebody points at, believed only if its SHA-256 digest is the expected one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from wan_rules.payloads import UnusableInputError

WEIGHTS_VARIABLE: Final = "WAN_RULES_SUBJECT_WEIGHTS"
DIGEST_VARIABLE: Final = "WAN_RULES_SUBJECT_WEIGHTS_SHA256"
BYTES_MAX: Final = 512 * 1024 * 1024
"""The largest model of the family has 397 MB."""
KNOWN: Final[Mapping[str, str]] = MappingProxyType(
    {"c789161ed43c8269fcd4e67c67eeeb4e80c622da2eb296a20bc6007bd18a0b7d": "YOLOX-Nano of Megvii's release 0.1.1rc0"}
)
"""Digests that need not be stated, each with the file that has it."""


class Weights(NamedTuple):
    """A weights file whose digest is the expected one."""

    data: bytes
    sha256: str


def find_weights(environment: Mapping[str, str], path: Path | None = None, sha256: str | None = None) -> Weights:
    """The weights at the path, else at the one that the environment names. Raises UnusableInputError."""
    named = path or Path(environment.get(WEIGHTS_VARIABLE, ""))
    if named == Path():
        said = f"no weights are named: give a file, or its path in {WEIGHTS_VARIABLE} (docs/how-to/see-subjects.md)"
        raise UnusableInputError("subjects", said)
    return read_weights(named, sha256 or environment.get(DIGEST_VARIABLE))


def read_weights(path: Path, sha256: str | None = None) -> Weights:
    """The file, whose digest must be the one stated, or a known one where none is. Raises UnusableInputError."""
    try:
        with path.open("rb") as file:
            data = file.read(BYTES_MAX + 1)
    except OSError as error:
        raise UnusableInputError(str(path), f"can't be read: {error.strerror or error}") from None
    if len(data) > BYTES_MAX:
        raise UnusableInputError(str(path), f"larger than {BYTES_MAX:,} bytes: weights of this family are smaller")
    digest = hashlib.sha256(data).hexdigest()
    if sha256 is not None and digest != sha256.strip().lower():
        said = (
            f"its SHA-256 is {digest}, and {sha256.strip()[:64]} is expected: get the file again, or state its digest"
        )
        raise UnusableInputError(str(path), said)
    if sha256 is None and digest not in KNOWN:
        said = f"its SHA-256 is {digest}, which is not known here: if you trust the file, state that digest"
        raise UnusableInputError(str(path), said)
    return Weights(data, digest)
