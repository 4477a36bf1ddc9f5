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
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from pricing.errors import CardError
from pricing.shell.plugin_scan import Kind, Offer, find_offers
from wan_rules.hosts import HOSTS, Host, Hosts
from wan_rules.hosts import find_host as find_known_host
from wan_rules.payloads import UnusableInputError

if TYPE_CHECKING:
    from pricing.extensions import Models
    from pricing.shell.sources.source import Openers

API: Final = 1
"""The contract that plugins are written to: their modules say `PLUGIN_API = 1`."""
SWITCH: Final = "WAN_RULES_PLUGINS"
"""The variable that turns plugins off."""
_OFF: Final = frozenset({"0", "no", "off", "false"})


class Taken(NamedTuple):
    """A plugin that holds: what it adds, and whose it is."""

    kind: Kind
    name: str
    distribution: str
    version: str
    added: object


class Refused(NamedTuple):
    """A plugin that does not hold, and why."""

    kind: Kind
    name: str
    distribution: str
    version: str
    reason: str

    def __str__(self) -> str:
        """As it is told."""
        return f"plugin {self.name} ({self.distribution} {self.version}): refused: {self.reason}"


class Plugins(NamedTuple):
    """All that plugins add, for whoever prices: hosts (the built-in ones too, with added rules), openers, models."""

    hosts: Hosts = HOSTS
    sources: Openers = MappingProxyType({})
    models: Models = MappingProxyType({})
    taken: tuple[Taken, ...] = ()
    refused: tuple[Refused, ...] = ()

    def find_host(self, name: str) -> Host:
        """The host of that name. Raises UnusableInputError, which says so where a plugin that adds it was refused."""
        try:
            return find_known_host(name, self.hosts)
        except UnusableInputError as error:
            raise UnusableInputError(error.what, f"{error.reason}{self.say_refused('host', name)}") from None

    def say_refused(self, kind: Kind, name: str) -> str:
        """What to add to a message that misses that name; nothing where no plugin of that name was refused."""
        told = [str(one) for one in self.refused if (one.kind, one.name) == (kind, name)]
        return f". {'; '.join(told)}" if told else ""

    def explain(self, error: CardError) -> CardError:
        """The error of a catalogue, which says so where the host that it misses was refused."""
        for one in self.refused:
            if one.kind == "host" and error.reason.startswith(f"{one.name!r} is not known"):
                reason = f"{error.reason}. {one}"
                return CardError(reason, file=error.file, line=error.line, key=error.key)
        return error


NO_PLUGINS: Final = Plugins()


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
        from pricing.shell.printing import complain

        for one in plugins.refused:
            complain(f"wan-rules: {one}")
    return plugins


def take_offers(offers: Iterable[Offer]) -> Plugins:
    """What the offers add, each loaded and proved. Raises nothing, whatever they do."""
    from pricing.shell.plugin_proofs import gather

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
