"""Which addresses a medium may be fetched from: those of the public internet, and no other.

A list of what is refused and the standard library's `is_global` have to agree; each lets through what the other stops.
Of IPv6 only 2000::/3 is public at all, so mapped, compatible, NAT64, local and multicast addresses need no row: none is
unwrapped, all are refused. Source: IANA's registries of special-purpose addresses, and the clouds' own documentation
for what they answer on a public address.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address

_PUBLIC_6: Final = IPv6Network("2000::/3")
_REFUSED_4: Final = {
    IPv4Network(network): why
    for network, why in (
        ("0.0.0.0/8", "this machine"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by a provider's customers, a cloud's metadata among them"),
        ("127.0.0.0/8", "this machine"),
        ("168.63.129.16/32", "a cloud's metadata"),
        ("169.254.0.0/16", "link-local, a cloud's metadata among them"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "for protocols, a cloud's metadata among them"),
        ("192.0.2.0/24", "for documentation"),
        ("192.31.196.0/24", "for name servers"),
        ("192.52.193.0/24", "for relays"),
        ("192.88.99.0/24", "for relays"),
        ("192.168.0.0/16", "private"),
        ("192.175.48.0/24", "for name servers"),
        ("198.18.0.0/15", "for benchmarks"),
        ("198.51.100.0/24", "for documentation"),
        ("203.0.113.0/24", "for documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved or broadcast"),
    )
}
_REFUSED_6: Final = {
    IPv6Network(network): why
    for network, why in (
        ("2001::/23", "for protocols and tunnels"),  # Teredo, benchmarks, ORCHID
        ("2001:db8::/32", "for documentation"),
        ("2002::/16", "a tunnel to an IPv4 address"),  # 6to4
        ("2620:4f:8000::/48", "for name servers"),
        ("3ffe::/16", "given back"),
        ("3fff::/20", "for documentation"),
    )
}
_ISATAP: Final = frozenset({0x0000_5EFE, 0x0200_5EFE})
"""The upper half of an interface's id that holds an IPv4 address in its lower half (RFC 5214)."""


def read_address(text: str) -> Address | None:
    """The address that the text spells in the one usual way; `None` for any other text."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def find_refusal(address: Address) -> str | None:
    """Why nothing is fetched from the address, as what it is: "private"; `None` for a public one."""
    if isinstance(address, IPv6Address):
        return _refuse_6(address)
    why = next((why for network, why in _REFUSED_4.items() if address in network), None)
    return why or (None if address.is_global else "not public")


def _refuse_6(address: IPv6Address) -> str | None:
    if address.scope_id is not None or address not in _PUBLIC_6:
        inner = address.ipv4_mapped
        return "an IPv4 address in another form" if inner is not None else "not public"
    if (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP:
        return "a tunnel to an IPv4 address"
    why = next((why for network, why in _REFUSED_6.items() if address in network), None)
    return why or (None if address.is_global else "not public")
