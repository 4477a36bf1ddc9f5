"""Which installed distributions offer plugins, by their entry points.

Asking `importlib.metadata` takes longer than a whole check. So the folders of the path are looked through for the names
of our groups first, and only where one stands is it asked. What is installed in a way that leaves no folder with
metadata on the path (an import hook of its own) offers nothing; a zip on the path is always asked.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

Kind: TypeAlias = Literal["host", "rule", "source", "charge model"]
GROUPS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "wan_rules.hosts": "host",
        "wan_rules.rules": "rule",
        "pricing.sources": "source",
        "pricing.charge_models": "charge model",
    }
)
_SECTIONS: Final = tuple(f"[{group}]".encode() for group in GROUPS)
_METADATA: Final = (".dist-info", ".egg-info", "EGG-INFO")


class Offer(NamedTuple):
    """What a distribution says that it adds; `load` imports it."""

    kind: Kind
    name: str
    distribution: str
    version: str
    module: str
    load: Callable[[], object]


def find_offers() -> tuple[Offer, ...]:
    """Every plugin that is offered on the path, in one order wherever it is found."""
    if not any(map(_may_offer, sys.path)):
        return ()
    from importlib.metadata import entry_points

    try:
        whole = entry_points()
        found = [point for group in GROUPS for point in whole.select(group=group)]
    except Exception:  # noqa: BLE001 - whatever a file that is no such file makes of it
        found = [point for point in _list_readable() if point.group in GROUPS]
    offers = [_offer(GROUPS[point.group], point) for point in found]
    return tuple(sorted(offers, key=lambda offer: offer[:4]))


def _list_readable() -> Iterator[EntryPoint]:
    """The entry points of each distribution that has some, the first on the path where two have a name.

    One whose file can't be read offers nothing, and takes no other with it.
    """
    from importlib.metadata import distributions

    seen: set[str] = set()
    for one in distributions():
        with suppress(Exception):
            points, name = list(one.entry_points), one.name
            if name not in seen:
                yield from points
            seen.add(name)


def _offer(kind: Kind, point: EntryPoint) -> Offer:
    name, version = (point.dist.name, point.dist.version) if point.dist else ("?", "?")
    return Offer(kind, point.name, name, version, point.value.partition(":")[0].strip(), partial(_load, point))


def _load(point: EntryPoint) -> object:
    """What the entry point names. Raises ValueError where it names nothing, and whatever the import raises."""
    try:
        is_named = bool(point.attr)
    except (AssertionError, AttributeError, ValueError):  # where its value is of another form, by the Python
        is_named = False
    if not is_named:
        msg = f"{point.value!r} names nothing in a module: write module:name"
        raise ValueError(msg)
    return point.load()


def _may_offer(folder: str) -> bool:
    """Whether a distribution in that folder of the path names one of our groups."""
    try:
        return any(map(_names_group, _list_metadata(folder or ".")))
    except NotADirectoryError:
        return True  # a zip
    except OSError:
        return False


def _list_metadata(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        yield from (f"{entry.path}/entry_points.txt" for entry in entries if entry.name.endswith(_METADATA))


def _names_group(file: str) -> bool:
    try:
        with open(file, "rb") as opened:  # noqa: PTH123 - pathlib is a tenth of the whole scan
            text = opened.read()
    except OSError:
        return False
    return any(section in text for section in _SECTIONS)
