"""A source to a catalogue, all or nothing: opened, its pins and signature proved, unpacked, parsed, and kept if asked.

A kept copy stands in only for a source that gives no answer. An answer that is wrong (not there, not signed, not what
is pinned, not a catalogue) is an error for a person to see, and no copy hides it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from pricing.catalogue import Catalogue, annotate
from pricing.shell.catalogues import join_published
from pricing.shell.plugin_set import NO_PLUGINS, Plugins
from pricing.shell.sources.naming import PUBLISHED, Named, read_source
from pricing.shell.sources.schemes import OPENERS
from pricing.shell.sources.source import (
    Asked,
    Copy,
    File,
    Folder,
    Keep,
    Key,
    Opener,
    Openers,
    SourceError,
    UnreachableError,
    beside,
    label,
)


def _ask_clock() -> datetime:
    return datetime.now(UTC)


class Conditions(NamedTuple):
    """How a source is taken: the keys of which one must have signed it, a copy to fall back on, openers, the clock.

    `plugins` are those whose hosts and charge models the catalogue may name.
    """

    keys: tuple[Key, ...] = ()
    keep: Keep | None = None
    openers: Openers = OPENERS
    now: Callable[[], datetime] = _ask_clock
    plugins: Plugins = NO_PLUGINS


class _Wanted(NamedTuple):
    """A source, its opener, and how it is taken."""

    named: Named
    opener: Opener
    on: Conditions


def load(source: str, on: Conditions | None = None) -> Catalogue:
    """The catalogue at a source, named as docs/how-to/load-a-catalogue.md says; of a kept copy its `note` tells.

    Raises CardError: SourceError for a source that can't be used, UnreachableError for one that gives no answer.
    """
    on = on or Conditions()
    named = read_source(source, on.openers)
    wanted = _Wanted(named, on.openers[named.scheme], on)
    if on.keep is not None:
        return _load_keeping(wanted, on.keep)
    answer = _ask(wanted, None)
    return _parse(wanted, answer.texts) if isinstance(answer, Folder) else _build(wanted, answer)


def _load_keeping(wanted: _Wanted, keep: Keep) -> Catalogue:
    from pricing.shell.sources.kept import find_copy, keep_copy

    if not wanted.opener.remote:
        raise SourceError(wanted.named.name, "it lies on this machine, so no copy of it is kept: leave out --keep-for")
    kept = find_copy(keep, wanted.named)
    if kept is not None and not _holds(wanted, kept):
        kept = None
    try:
        answer = _ask(wanted, kept)
    except UnreachableError as error:
        return _stand_in(wanted, keep, kept, error)
    if isinstance(answer, Folder):
        raise SourceError(wanted.named.name, "it gives a folder, of which no copy is kept: leave out --keep-for")
    catalogue = _build(wanted, answer)
    keep_copy(keep, wanted.named, answer)
    return catalogue


def _ask(wanted: _Wanted, kept: Copy | None) -> Folder | Copy:
    """What the source gives; the kept copy, as of now, where the source says that it is still the same."""
    now, name = wanted.on.now(), wanted.named.name
    opened = wanted.opener.open(Asked(name, kept.etag if kept else None))
    if isinstance(opened, Folder):
        _refuse_folder(wanted)
        return opened
    if isinstance(opened, File):
        return Copy(opened.data, now, opened.etag, _ask_signature(wanted) if wanted.on.keys else None)
    if kept is not None and kept.etag is not None:
        return kept._replace(at=now)
    raise SourceError(name, "it says that nothing has changed since an answer that it never gave")


def _refuse_folder(wanted: _Wanted) -> None:
    """A folder has no bytes of its own. Raises SourceError where they are pinned or have to be signed."""
    if wanted.named.pins.sha256:
        raise SourceError(wanted.named.name, "#sha256 pins the bytes of a file: pin a folder by #digest=sha256:...")
    if wanted.on.keys and wanted.named.scheme != PUBLISHED:
        raise SourceError(
            wanted.named.name, "a folder carries no signature, and a key was given: name a signed archive"
        )


def _ask_signature(wanted: _Wanted) -> bytes:
    from pricing.shell.sources.signatures import BYTES_MAX, SUFFIX

    name = beside(wanted.named.name, SUFFIX)
    try:
        opened = wanted.opener.open(Asked(name, bytes_max=BYTES_MAX))
    except UnreachableError:
        raise
    except SourceError as error:
        raise SourceError(wanted.named.name, f"not signed, and a key was given: {error}") from None
    if not isinstance(opened, File):
        raise SourceError(wanted.named.name, f"not signed, and a key was given: {label(name)} is no file")
    return opened.data


def _holds(wanted: _Wanted, copy: Copy) -> bool:
    """Whether a copy is what is pinned and signed."""
    try:
        _prove(wanted, copy)
    except SourceError:
        return False
    return True


def _prove(wanted: _Wanted, copy: Copy) -> None:
    """Whether the bytes are those that are pinned, and signed by a key. Raises SourceError."""
    name, pinned = wanted.named.name, wanted.named.pins.sha256
    found = hashlib.sha256(copy.data).hexdigest()
    if pinned not in {None, found}:
        raise SourceError(name, f"its bytes have the SHA-256 {found}, and {pinned} is pinned")
    if not wanted.on.keys:
        return
    if copy.signature is None:
        raise SourceError(name, "not signed, and a key was given")
    from pricing.shell.sources.signatures import verify

    verify(copy.data, copy.signature, wanted.on.keys, label(name))


def _build(wanted: _Wanted, copy: Copy) -> Catalogue:
    """The catalogue in the bytes, once they are proved. Raises CardError."""
    from pricing.shell.sources.archives import read_texts

    _prove(wanted, copy)
    return _parse(wanted, read_texts(copy.data, label(wanted.named.name), wanted.on.plugins.models))


def _parse(wanted: _Wanted, texts: Mapping[str, str]) -> Catalogue:
    """The catalogue of the texts, if it is the pinned one. Raises CardError."""
    catalogue, pinned = join_published(texts, wanted.on.plugins), wanted.named.pins.digest
    if pinned not in {None, catalogue.digest}:
        raise SourceError(wanted.named.name, f"its digest is {catalogue.digest}, and {pinned} is pinned")
    return catalogue


def _stand_in(wanted: _Wanted, keep: Keep, kept: Copy | None, error: UnreachableError) -> Catalogue:
    """The catalogue of a kept copy that is young enough, with a note that says so. Raises UnreachableError."""
    name = wanted.named.name
    if kept is None:
        raise UnreachableError(name, f"{error.reason}; and no copy of it is kept that could stand in") from None
    when = f"{kept.at:%Y-%m-%dT%H:%M:%SZ}"
    if not timedelta(0) <= wanted.on.now() - kept.at <= keep.age_max:
        raise UnreachableError(name, f"{error.reason}; and its copy of {when} is too old to stand in") from None
    note = f"{label(name)} was not reached ({error.reason}): the copy of {when} is used"
    return annotate(_build(wanted, kept), note)
