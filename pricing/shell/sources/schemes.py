"""How sources of each scheme are opened. Each opener is imported when the first source of its scheme is opened."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from pricing.shell.sources.naming import OTHERS, PUBLISHED
from pricing.shell.sources.source import Asked, Opened, Opener, Openers


def _open_local(asked: Asked) -> Opened:
    from pricing.shell.sources import local

    return local.open_path(asked)


def _open_package(asked: Asked) -> Opened:
    from pricing.shell.sources import local

    return local.open_package(asked)


def _open_revision(asked: Asked) -> Opened:
    from pricing.shell.sources import local

    return local.open_revision(asked)


def _open_published(asked: Asked) -> Opened:
    from pricing.shell.sources import local

    return local.open_published(asked)


def _open_web(asked: Asked) -> Opened:
    from pricing.shell.sources import web

    return web.open_web(asked)


def _open_filesystem(asked: Asked) -> Opened:
    from pricing.shell.sources import filesystems

    return filesystems.open_filesystem(asked)


OPENERS: Final[Openers] = MappingProxyType(
    {
        "file": Opener(_open_local),
        "package": Opener(_open_package),
        "git": Opener(_open_revision),
        PUBLISHED: Opener(_open_published),
        "http": Opener(_open_web, remote=True),
        "https": Opener(_open_web, remote=True),
        OTHERS: Opener(_open_filesystem, remote=True),
    }
)
"""How each scheme is opened. To add one, pass `load` a mapping of these and yours."""
