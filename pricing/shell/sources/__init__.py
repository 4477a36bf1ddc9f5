"""Where catalogues come from: a folder, a file, a package, a git revision, an archive, a URL; pinned, signed, kept.

Names are imported when they are first asked for: a command that reads a folder needs few of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pricing.shell.sources.kept import default_folder
    from pricing.shell.sources.loading import Conditions, load
    from pricing.shell.sources.schemes import OPENERS
    from pricing.shell.sources.signatures import read_keys
    from pricing.shell.sources.source import (
        Asked,
        Copy,
        File,
        Folder,
        Keep,
        Key,
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
    "Copy",
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

_HOMES = {
    "default_folder": "kept",
    "Conditions": "loading",
    "load": "loading",
    "OPENERS": "schemes",
    "read_keys": "signatures",
}
"""The module of each name that is not in `source`."""


def __getattr__(name: str) -> object:
    """The public name from the module that it lives in. Raises AttributeError for any other."""
    if name not in __all__:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'source')}"), name)
