"""Where catalogues come from: a folder, a file, a package, a git revision, an archive, a URL; pinned, signed, kept."""

from pricing.shell.sources.kept import Keep, default_folder
from pricing.shell.sources.loading import Conditions, load
from pricing.shell.sources.schemes import OPENERS
from pricing.shell.sources.signatures import Key, read_keys
from pricing.shell.sources.source import (
    Asked,
    File,
    Folder,
    Opened,
    Opener,
    Openers,
    SourceError,
    Unchanged,
    UnreachableError,
)

__all__ = [
    "OPENERS",
    "Asked",
    "Conditions",
    "File",
    "Folder",
    "Keep",
    "Key",
    "Opened",
    "Opener",
    "Openers",
    "SourceError",
    "Unchanged",
    "UnreachableError",
    "default_folder",
    "load",
    "read_keys",
]
