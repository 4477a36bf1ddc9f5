"""Which addresses a medium may come from: the public ones, and no other in whatever dress."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wan_rules.shell.sources.addresses import find_refusal, read_address

PUBLIC: Final = ("8.8.8.8", "1.1.1.1", "93.184.215.14", "100.128.0.1", "172.32.0.1", "2606:4700::1111", "2a00:1450::1")
REFUSED: Final = {
    "this network": "0.0.0.0 0.1.2.3 ::",
    "loopback": "127.0.0.1 127.1.2.3 127.255.255.255 ::1",
    "private": "10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 192.168.255.255",
    "unique local": "fc00::1 fd12:3456::1 fdff:ffff::1",
    "link-local": "169.254.0.1 169.254.255.255 fe80::1 fe80::1%eth0 febf::1",
    "site-local": "fec0::1 feff::1",
    "metadata": "169.254.169.254 169.254.170.2 169.254.0.23 100.100.100.200 168.63.129.16 192.0.0.192",
    "metadata-of-ipv6": "fd00:ec2::254 fd20:ce::254 fe80::a9fe:a9fe",
    "shared": "100.64.0.1 100.127.255.255",
    "protocols": "192.0.0.1 192.0.0.170 192.88.99.1 192.31.196.1 192.52.193.1 192.175.48.1 2001:1::1 2620:4f:8000::1",
    "documentation": "192.0.2.1 198.51.100.1 203.0.113.1 2001:db8::1 3fff::1",
    "benchmarks": "198.18.0.1 198.19.255.255 2001:2::1",
    "multicast": "224.0.0.1 239.255.255.255 ff02::1 ff0e::1",
    "reserved": "240.0.0.1 255.255.255.255 5f00::1 100::1 4000::1 3ffe::1",
    "mapped": "::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:a9fe:a9fe",
    "compatible": "::127.0.0.1 ::8.8.8.8",
    "translated": "::ffff:0:127.0.0.1",
    "NAT64": "64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::7f00:1 64:ff9b:1:ffff::1",
    "6to4": "2002:7f00:1::1 2002:a9fe:a9fe:: 2002:808:808::1",
    "Teredo": "2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "ORCHID": "2001:10::1 2001:20::1 2001:2f:ffff::1",
    "ISATAP": "2606:4700::5efe:7f00:1 2606:4700::200:5efe:808:808",
}


@pytest.mark.parametrize("text", PUBLIC)
def test_a_public_address(text: str) -> None:
    address = read_address(text)
    assert address is not None
    assert find_refusal(address) is None


@pytest.mark.parametrize("kind", REFUSED)
def test_an_address_that_is_not_public(kind: str) -> None:
    for text in REFUSED[kind].split():
        address = read_address(text)
        assert address is not None, text
        assert find_refusal(address), text


@given(st.ip_addresses())
def test_no_address_is_public_that_the_standard_library_calls_otherwise(address: object) -> None:
    found = ip_address(str(address))
    if find_refusal(found) is None:
        assert found.is_global
        assert not any((found.is_private, found.is_loopback, found.is_multicast, found.is_reserved))
        assert getattr(found, "ipv4_mapped", None) is None
        assert getattr(found, "sixtofour", None) is None
        assert getattr(found, "teredo", None) is None
