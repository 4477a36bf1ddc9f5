"""Rows that are not rated: where each stands, and all of them in a file, if one is named."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import TracebackType
from typing import IO, NamedTuple, Self

from pricing.backtests import Rejected
from pricing.shell.drafts import follow
from pricing.shell.targets import refuse_stream
from wan_rules.payloads import UnusableInputError


class Place(NamedTuple):
    """A row: its line, from 1, its id where that could be read, and its file where there may be several."""

    line: int
    id: str | int | None
    file: str | None = None


class Rejects:
    """Takes each row that is not rated. The file, if one is named, appears when all rows are there."""

    def __init__(self, file: Path | None) -> None:
        """Nothing is opened yet."""
        self._file = file
        self._draft: IO[bytes] | None = None

    def __enter__(self) -> Self:
        """Opens a draft beside the file. Raises UnusableInputError."""
        if self._file is not None:
            refuse_stream("--rejects", self._file)
            if self._file.is_dir():
                raise UnusableInputError("--rejects", f"{self._file} is a folder: name a file")
            try:
                place = follow(self._file)
                self._draft = NamedTemporaryFile(dir=place.parent, prefix=f".{place.name}.", delete=False)
            except OSError as error:
                raise self._unwritable(error) from None
        return self

    @property
    def is_wanted(self) -> bool:
        """Whether a file is named."""
        return self._file is not None

    def write(self, place: Place, row: bytes, rejected: Rejected) -> None:
        """Writes where a row stands, why it is not rated, and the row as JSON."""
        if self._draft is not None:
            told = {**place._asdict(), **rejected._asdict()}
            self._draft.write(b'%b, "row": %b}\n' % (json.dumps(told).encode()[:-1], row))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Puts the draft in place of the file; where reading ended early, removes it."""
        if self._draft is None or self._file is None:
            return
        draft = Path(self._draft.name)
        try:
            self._draft.close()
            if kind is None:
                draft.chmod(0o666 & ~_umask())
                draft.replace(follow(self._file))
        except OSError as fault:
            raise self._unwritable(fault) from None
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)

    def _unwritable(self, error: OSError) -> UnusableInputError:
        return UnusableInputError("--rejects", f"{self._file} can't be written: {error.strerror}")


def _umask() -> int:
    """The process's mask, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
