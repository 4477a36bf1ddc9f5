"""The plugins that were found: what each adds, which were refused and why, and all of them as one value."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from pricing.errors import CardError
from pricing.shell.plugin_scan import Kind
from wan_rules.hosts import HOSTS, Host, Hosts
from wan_rules.hosts import find_host as find_known_host
from wan_rules.payloads import UnusableInputError

if TYPE_CHECKING:
    from pricing.extensions import Models
    from pricing.shell.sources.source import Openers


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
