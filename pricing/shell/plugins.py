"""What installed plugins add: found once in a process, each proved before it is taken, the others refused by name.

A plugin that fails takes nothing down with it. `WAN_RULES_PLUGINS=0` leaves them all aside.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from pricing.shell.plugin_scan import Offer, find_offers
from pricing.shell.plugin_set import NO_PLUGINS, Plugins, Refused, Taken
from pricing.shell.printing import complain

API: Final = 1
"""The contract that plugins are written to: their modules say `PLUGIN_API = 1`."""
SWITCH: Final = "WAN_RULES_PLUGINS"
"""The variable that turns plugins off."""
_OFF: Final = frozenset({"0", "no", "off", "false"})


def are_off() -> bool:
    """Whether the environment turns plugins off."""
    return os.environ.get(SWITCH, "").lower() in _OFF


@lru_cache(maxsize=1)
def load_plugins() -> Plugins:
    """What the installed plugins add; the same value for the rest of the process. Prints nothing."""
    offers = () if are_off() else find_offers()
    return take_offers(offers) if offers else NO_PLUGINS


@lru_cache(maxsize=1)
def use_plugins() -> Plugins:
    """The plugins, for a command: what was refused is told on stderr, once."""
    plugins = load_plugins()
    if plugins.refused:
        for one in plugins.refused:
            complain(f"wan-rules: {one}")
    return plugins


def take_offers(offers: Iterable[Offer]) -> Plugins:
    """What the offers add, each loaded and proved. Raises nothing, whatever they do."""
    from pricing.shell.plugin_proofs import gather  # most runs have no plugin to prove

    return gather(*_load_all(tuple(offers)))


def _load_all(offers: tuple[Offer, ...]) -> tuple[list[Taken], list[Refused]]:
    """Those that could be imported, and those that could not; of one name none is taken, since neither comes first."""
    counted = Counter(offer[:2] for offer in offers)
    taken: list[Taken] = []
    refused: list[Refused] = []
    for offer in offers:
        whose = offer[:4]
        if counted[offer[:2]] > 1:
            others = sorted({o.distribution for o in offers if o[:2] == offer[:2]} - {offer.distribution})
            named = " and ".join(others) or offer.distribution
            reason = f"the name is taken by {named} too, and neither comes first: uninstall one"
            refused.append(Refused(*whose, reason))
            continue
        try:
            taken.append(Taken(*whose, _load(offer)))
        except _UnfitError as error:
            refused.append(Refused(*whose, str(error)))
    return taken, refused


class _UnfitError(Exception):
    """An offer that can't be loaded; the message says why."""


def _load(offer: Offer) -> object:
    """What the entry point names. Raises _UnfitError for whatever goes wrong; what it prints goes to stderr."""
    try:
        with contextlib.redirect_stdout(sys.stderr):
            added = offer.load()
    except (Exception, SystemExit) as error:
        raise _UnfitError(f"it raised {type(error).__name__} when it was imported: {_first_line(error)}") from error
    api: object = getattr(sys.modules.get(offer.module), "PLUGIN_API", None)
    if api is None:
        raise _UnfitError(f"{offer.module} does not say what it was written for: write PLUGIN_API = {API} in it")
    if api != API:
        raise _UnfitError(f"it was written for PLUGIN_API = {api!r}, here it is {API}: install another version of it")
    return added


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or "no more was said").splitlines()[0][:200]
