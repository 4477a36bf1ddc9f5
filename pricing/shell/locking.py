"""Lock files, and what was in force before: `wan-rules cards lock`, and the pasts that `cards check` compares with."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from pricing.digests import digest_said
from pricing.errors import CardError
from pricing.fields import spell_instant
from pricing.records import Past, Record, list_records
from pricing.shell import codes
from pricing.shell.catalogues import join_published
from pricing.shell.drafts import write_whole
from pricing.shell.inputs import open_catalogue, read_instant
from pricing.shell.printing import answer, print_lines
from pricing.shell.revisions import read_revision
from pricing.shell.targets import spare_catalogues
from pricing.shell.text import count, plain
from wan_rules.payloads import UnusableInputError, parse

SCHEMA_VERSION: Final = "1"
MAX_LOCK_BYTES: Final = 64 * 1024 * 1024


class LockAsked(NamedTuple):
    """Which catalogue to lock, into which file, as of when."""

    folder: Path
    output: Path
    at: str | None


def lock(asked: LockAsked) -> int:
    """`wan-rules cards lock`."""

    def job() -> int:
        at = read_instant(asked.at)
        spare_catalogues((str(asked.folder),), {"--output": asked.output})
        records = sorted(list_records(open_catalogue(asked.folder), at), key=lambda record: record.id)
        text = write_lock(records, at)
        write_whole(asked.output, lambda file: file.write(text.encode()), what="--output")
        day = spell_instant(at.replace(microsecond=0))
        print_lines([plain(f"{asked.output}: {count(len(records), 'part')} that had begun by {day}")])
        return codes.DONE

    return answer(job, "text")


def write_lock(records: list[Record], at: datetime) -> str:
    """The lock as text, a line for each record, so that a difference of two is read line by line."""
    lines = [
        json.dumps({"id": one.id, "digest": digest_said(one.said), "said": one.said}, ensure_ascii=False)
        for one in records
    ]
    instant = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    head = f'{{\n"schema_version": "{SCHEMA_VERSION}",\n"at": "{instant}",\n"records": ['
    return head + "".join(f"{',' if index else ''}\n{line}" for index, line in enumerate(lines)) + "\n]\n}\n"


def read_lock(file: Path) -> Past:
    """What a lock says had begun by its day. Raises CardError."""
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_LOCK_BYTES + 1)
        if len(data) > MAX_LOCK_BYTES:
            raise CardError(f"more than {MAX_LOCK_BYTES:,} bytes: no lock is so large", file=str(file))
        document = parse(data, what=str(file), max_bytes=MAX_LOCK_BYTES)
    except OSError as error:
        reason = f"can't be read: {error.strerror}: `wan-rules cards lock` writes one"
        raise CardError(reason, file=str(file)) from None
    except UnusableInputError as error:
        raise CardError(f"no lock: {error.reason}", file=str(file)) from None
    return _parse(document, str(file))


def _parse(document: object, file: str) -> Past:
    match document:
        case {"schema_version": "1", "at": str(at), "records": list(records)}:
            try:
                instant = read_instant(at, what="at")
            except UnusableInputError as error:
                raise CardError(str(error), file=file) from None
            return Past(file, instant, tuple(_records(records, file)), final=True)
        case _:
            raise CardError('no lock: an object with "schema_version": "1", "at" and "records" is wanted', file=file)


def _records(records: list[object], file: str) -> Iterator[Record]:
    for index, one in enumerate(records):
        match one:
            case {"id": str(name), "digest": str(digest), "said": dict(said)} if digest == digest_said(said):
                yield Record(name, (), said)
            case _:
                reason = "its digest is not of what it says: restore the lock, or write it anew with `cards lock`"
                raise CardError(reason, file=file, key=f"records.{index}")


def read_pasts(source: str, revision: str | None, lock_file: Path | None, now: datetime) -> tuple[Past, ...]:
    """What to compare the catalogue with: its folder at a revision, a lock. Raises CardError, UnusableInputError."""
    if revision is not None and not Path(source).is_dir():
        raise UnusableInputError("--against", f"{source} is no folder of a git repository: only such a one has a past")
    pasts = [] if revision is None else [_read_past(Path(source), revision, now)]
    return tuple(pasts if lock_file is None else [*pasts, read_lock(lock_file)])


def _read_past(folder: Path, revision: str, now: datetime) -> Past:
    """The folder as it was, in the repository around it, wherever the command was started."""
    with contextlib.chdir(folder):
        texts = read_revision(f"{revision}:./.")
    return Past(f"{revision}:{folder}", now, tuple(list_records(join_published(texts), now)))
