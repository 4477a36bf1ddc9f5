"""Where prices stand, as a reader of the page may know it: the file and line, not the folders of the server."""

from __future__ import annotations

from pathlib import PurePath

from pricing.catalogue import Catalogue


def locate(catalogue: Catalogue, name: str) -> str | None:
    """The file and line of an entry, card or agreement; `None` where it has none."""
    place = catalogue.locate(name)
    return None if place is None else str(place._replace(file=PurePath(place.file).name))
