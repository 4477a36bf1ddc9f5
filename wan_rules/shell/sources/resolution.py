"""From a server's name to the addresses that may be connected to: looked up once, and every one of them checked."""

from __future__ import annotations

from queue import Empty, SimpleQueue
from threading import Thread

from wan_rules.shell.found import UnreadableError
from wan_rules.shell.sources.addresses import Address, find_refusal, read_address
from wan_rules.shell.sources.allowance import Allowance
from wan_rules.shell.sources.targets import Target


def resolve(target: Target, allowance: Allowance) -> tuple[Address, ...]:
    """The server's addresses, at least one, in the order in which they were given. Raises UnreadableError.

    One address that is refused refuses the server: an honest public name has none, and which of them a later connection
    would take is the name server's choice.
    """
    literal = read_address(target.host.strip("[]"))
    found = (literal,) if literal else tuple(map(read_address, _look_up(target, allowance)))
    addresses = tuple(address for address in found if address is not None)
    if not addresses or len(addresses) < len(found):
        raise UnreadableError(f"{target.host} has no address that can be read. Name another server.")
    if not allowance.policy.allows(target.host, target.port):
        _refuse(target, addresses)
    return addresses


def _refuse(target: Target, addresses: tuple[Address, ...]) -> None:
    """Raises UnreadableError for one that is not public, which is not named: that is its network's own affair."""
    why = next(filter(None, map(find_refusal, addresses)), None)
    if why is not None:
        leads = "is" if read_address(target.host.strip("[]")) else "leads to"
        raise UnreadableError(
            f"{target.host} {leads} an address that is not asked ({why}): only public ones are. "
            f"Allow {target.server} by name if it is meant."
        )


def _look_up(target: Target, allowance: Allowance) -> list[str]:
    """The addresses as text. The system's resolver knows no time limit, so that it is left behind in its thread."""
    answer: SimpleQueue[list[str] | Exception] = SimpleQueue()

    def ask() -> None:
        try:
            answer.put(list(allowance.policy.look_up(target.host, target.port)))
        except Exception as error:  # noqa: BLE001 - raised below, where someone sees it
            answer.put(error)

    Thread(target=ask, name="look-up", daemon=True).start()
    try:
        found = answer.get(timeout=allowance.seconds())
    except Empty:
        raise allowance.late() from None
    if isinstance(found, (OSError, UnicodeError)):
        raise UnreadableError(f"the name {target.host} is not known here. Mend the URL, or try again.")
    if isinstance(found, Exception):
        raise found
    return found
