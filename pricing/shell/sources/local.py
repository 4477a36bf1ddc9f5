"""Sources on this machine: a folder, an archive or a TOML file, and the data of an installed package."""

from __future__ import annotations

import stat
from pathlib import Path, PurePosixPath
from typing import Final

from pricing.errors import CardError
from pricing.shell.catalogues import read_folder
from pricing.shell.sources.source import Asked, File, Folder, Opened, SourceError

_FILE_URL: Final = "file://"


def open_path(asked: Asked) -> Opened:
    """The folder or file at a path, or at a `file:///` URL."""
    path = _from_url(asked.name) if asked.name.startswith(_FILE_URL) else Path(asked.name)
    try:
        if path.is_dir():
            return Folder(read_folder(path))
        return File(_read_file(path, asked))
    except OSError as error:
        raise SourceError(asked.name, f"can't be read: {error.strerror}") from None


def _from_url(url: str) -> Path:
    from urllib.parse import unquote

    rest = url.removeprefix(_FILE_URL)
    path = rest.removeprefix("localhost")
    if not path.startswith("/"):
        raise SourceError(url, "a file of another machine: write file:///folder, or file:folder for one below this one")
    return Path(unquote(path))


def _read_file(path: Path, asked: Asked) -> bytes:
    """The bytes of a plain file. Raises OSError, and SourceError for what is none."""
    if not path.exists():
        reason = "no such folder or file: a catalogue is a folder of TOML files, an archive of one, or one TOML file"
        raise SourceError(asked.name, reason)
    if not stat.S_ISREG(path.stat().st_mode):
        raise SourceError(asked.name, "neither a folder nor a plain file")
    with path.open("rb") as file:
        data = file.read(asked.bytes_max + 1)
    if len(data) > asked.bytes_max:
        raise SourceError(asked.name, f"more than {asked.bytes_max:,} bytes: no more are read")
    return data


def open_package(asked: Asked) -> Opened:
    """A folder or file in an installed package, as in `mypackage/data/prices`. It is found and not imported."""
    package, _, path = asked.name.partition("/")
    shown = f"package:{asked.name}"
    parts = PurePosixPath(path).parts
    if not package.isidentifier() or PurePosixPath(path).is_absolute() or ".." in parts:
        raise SourceError(shown, "a package and a path in it are wanted, as in package:mypackage/data/prices")
    found = [path for path in (Path(folder, *parts) for folder in _find(package, shown)) if path.exists()]
    if len(found) != 1:
        reason = f"{len(found) or 'no'} such folders or files in the package: exactly one is wanted"
        raise SourceError(shown, reason)
    return open_path(asked._replace(name=str(found[0])))


def _find(package: str, name: str) -> list[str]:
    """The folders of an installed package. Finding one of no dots runs none of its code."""
    from importlib.util import find_spec

    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        spec = None
    if spec is None or spec.submodule_search_locations is None:
        raise SourceError(name, f"no package {package[:64]!r} is installed")
    return list(spec.submodule_search_locations)


def open_revision(asked: Asked) -> Opened:
    """A folder at a git revision, `REV:path`, in the repository around the working folder."""
    from pricing.shell.revisions import read_revision

    return Folder(read_revision(asked.name))


def open_published(asked: Asked) -> Opened:
    """The shipped list prices."""
    from pricing.shell.catalogues import published_texts

    if asked.name:
        raise CardError("nothing stands after the colon: the shipped list has no parts", file=asked.name)
    return Folder(published_texts())
