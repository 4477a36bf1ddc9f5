"""What messages on tiers and sizes say of hosts by name or by number is what the hosts' tables say."""

from __future__ import annotations

import pytest

from wan_rules.hosts import HOSTS, Host
from wan_rules.request import SR_RESOLUTIONS, Resolution
from wan_rules.rules.sizes import NO_SIZE, NO_SR, OTHER_SIZE


@pytest.mark.parametrize("tier", SR_RESOLUTIONS)
def test_the_host_that_is_named_has_the_tier(tier: Resolution) -> None:
    (having,) = (host.title for host in HOSTS.values() if tier in host.limits.resolutions.value)
    assert NO_SR.english.endswith(f"; {having} has {{tier}}.")


@pytest.mark.parametrize(
    "host",
    [host for host in HOSTS.values() if any(section.size for section in host.sections)],
    ids=lambda host: host.name,
)
def test_the_sizes_that_are_offered_are_rendered(host: Host) -> None:
    for said in (NO_SIZE, OTHER_SIZE):
        assert said.english.endswith(", such as 1280 x 720 or 1920 x 1080.")
    assert {(1280, 720), (1920, 1080)} <= host.sizes.keys()
