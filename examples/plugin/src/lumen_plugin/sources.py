"""`newest:folder`: of the catalogues in a folder, the one whose name comes last, as names that begin with a date do.

archive/2026-10-01.tar.gz   archive/2026-11-01.tar.gz   ->   the second
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pricing.shell.sources import Asked, File, Opener, SourceError

PLUGIN_API: Final = 1
SUFFIXES: Final = (".zip", ".tar", ".tar.gz", ".toml")


def open_newest(asked: Asked) -> File:
    """The bytes of the file whose name comes last. Raises SourceError where there is none, or it is too large."""
    name, folder = f"newest:{asked.name}", Path(asked.name)
    try:
        found = sorted(path for path in folder.iterdir() if path.name.endswith(SUFFIXES) and path.is_file())
        if not found:
            raise SourceError(name, f"no catalogue in it: a file ends with {', '.join(SUFFIXES)}")
        with found[-1].open("rb") as file:
            data = file.read(asked.bytes_max + 1)
    except OSError as error:
        raise SourceError(name, f"can't be read: {error.strerror}") from None
    if len(data) > asked.bytes_max:
        raise SourceError(name, f"{found[-1].name} is too large: at most {asked.bytes_max:,} bytes are read")
    return File(data)


NEWEST: Final = Opener(open_newest)
