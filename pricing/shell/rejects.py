"""Rows that are not rated: where the first of each kind stands, and all of them in a file, if one is named."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import TracebackType
from typing import IO, NamedTuple, Self

from pricing.backtests import Rejected, SideName
from pricing.rating import Reason
from wan_rules.payloads import JsonObject, UnusableInputError


class Place(NamedTuple):
    """A row: its line, from 1, and its id where that could be read."""

    line: int
    id: str | int | None


class Rejects:
    """Takes each row that is not rated. The file, if one is named, appears when all rows are read."""

    def __init__(self, file: Path | None) -> None:
        """Nothing is opened yet."""
        self.first: dict[tuple[Reason, SideName | None], Place] = {}
        self._file = file
        self._draft: IO[bytes] | None = None

    def __enter__(self) -> Self:
        """Opens a draft beside the file. Raises UnusableInputError."""
        if self._file is not None:
            if self._file.is_dir():
                raise UnusableInputError("--rejects", f"{self._file} is a folder: name a file")
            try:
                self._draft = NamedTemporaryFile(dir=self._file.parent, prefix=f".{self._file.name}.", delete=False)
            except OSError as error:
                raise self._unwritable(error) from None
        return self

    def take(self, read: tuple[int, bytes], record: JsonObject | None, rejected: Rejected) -> None:
        """Keeps the place of the first of its kind, and writes the row as it was `read`: line number and bytes."""
        number, line = read
        name = record.get("id") if record else None
        place = Place(number, name if isinstance(name, str | int) and not isinstance(name, bool) else None)
        self.first.setdefault((rejected.reason, rejected.side), place)
        if self._draft is None:
            return
        told = {"line": place.line, "id": place.id, **rejected._asdict()}
        row = line.strip().removeprefix(b"\xef\xbb\xbf") if record is not None else b"null"
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
                draft.replace(self._file)
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
