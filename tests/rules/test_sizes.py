"""What messages on tiers, ratios and sizes say: the remedy, and of hosts what the hosts' tables say."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, cast

import pytest

from wan_rules.hosts import HOSTS, Host
from wan_rules.limits import Limits
from wan_rules.request import ASPECT_RATIOS, RESOLUTIONS, SR_RESOLUTIONS, AspectRatio, Output, Resolution, Unreadable
from wan_rules.rule import Findings
from wan_rules.rules.sizes import (
    FRAME_SIZE,
    NO_SIZE,
    NO_SR,
    OTHER_SIZE,
    RATIO,
    RATIO_MOOT,
    RESOLUTION,
    SR_NOT_TAKEN,
    recognise_ratio,
    recognise_resolution,
)


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


def output(
    resolution: object = "720P", ratio: object = "16:9", *, frames: int = 0, defaulted: frozenset[str] = frozenset()
) -> Output:
    """A video that is asked for; words that no host has are unreadable, as they are where they are read."""
    tier = resolution if resolution in RESOLUTIONS else Unreadable(resolution)
    shape = ratio if ratio in ASPECT_RATIOS else Unreadable(ratio)
    return Output(cast("Resolution", tier), cast("AspectRatio", shape), 5, defaulted, False, frames)  # noqa: FBT003 - a part of a tuple


def limits_with(*tiers: Resolution) -> Limits:
    """Limits of a host that renders these alone."""
    own = HOSTS["alibaba"].limits
    return replace(own, resolutions=own.resolutions._replace(value=tiers))


def tell(findings: Findings) -> list[str]:
    return [finding.message for finding in findings]


BLANKS: Final = " " * 27
"""With five characters more they are as long as a word may be."""


@pytest.mark.parametrize(
    ("word", "tier"),
    [
        ("720P", "720P"),
        ("1080p", "1080P"),
        (" 1080 ", "1080P"),
        ("1080P_SR", "1080P-SR"),
        ("1080 sr", "1080P-SR"),
        ("1440psr", "1440P-SR"),
        ("1440-p-sr", "1440P-SR"),
        (f"1080P{BLANKS}", "1080P"),
        (f"1080P{BLANKS} ", None),
        (f"1080P{BLANKS}-SR", None),
        ("1440P", None),
        ("2K", None),
        ("X1080P", None),
        ("", None),
    ],
)
def test_a_tier_is_recognised_where_only_its_spelling_is_wrong(word: str, tier: Resolution | None) -> None:
    """What follows after many blanks is another tier, at another price."""
    assert recognise_resolution(word) == tier


@pytest.mark.parametrize(
    ("word", "ratio"),
    [
        ("16:9", "16:9"),
        ("9x16", "9:16"),
        ("3 / 4", "3:4"),
        ("1*1", "1:1"),
        ("16\uff1a9", "16:9"),
        (f"16:9{BLANKS} ", "16:9"),
        (f"16:9{BLANKS}  ", None),
        ("16\u0663:9", None),
        ("21:9", None),
        ("16:9:1", None),
        ("16 by 9", None),
        ("16", None),
        ("", None),
    ],
)
def test_a_ratio_is_recognised_where_only_its_sign_is_wrong(word: str, ratio: str | None) -> None:
    """A digit of another script is one that nobody wrote by a slip of the sign."""
    assert recognise_ratio(word) == ratio


NO_TIER: Final = "is no tier of this host"


@pytest.mark.parametrize(
    ("host", "word", "told"),
    [
        ("alibaba", "1080p", f"'1080p' {NO_TIER}: 720P, 1080P. Write 1080P."),
        ("fal", "720P ", f"'720P ' {NO_TIER}: 720p, 1080p. Write 720p."),
        ("alibaba", "480P", f"'480P' {NO_TIER}: 720P, 1080P. Pick one of these."),
        ("atlas", "2k", f"'2k' {NO_TIER}: 720P, 1080P, 1080P-SR, 1440P-SR. 1440P-SR is the nearest to 2K."),
        ("atlas", "qhd", f"'qhd' {NO_TIER}: 720P, 1080P, 1080P-SR, 1440P-SR. 1440P-SR is the nearest to 2K."),
        ("alibaba", "2560x1440", f"'2560x1440' {NO_TIER}: 720P, 1080P. 1080P is the largest here."),
        ("fal", "2K", f"'2K' {NO_TIER}: 720p, 1080p. 1080p is the largest here."),
    ],
)
def test_another_word_for_a_tier_is_told_with_what_to_write(host: str, word: str, told: str) -> None:
    assert tell(RESOLUTION.check(output(word), HOSTS[host].limits)) == [told]


def test_of_one_tier_that_is_the_largest_and_the_nearest() -> None:
    (largest,) = tell(RESOLUTION.check(output("2K"), limits_with("720P")))
    assert largest == f"'2K' {NO_TIER}: 720P. 720P is the largest here."
    (nearest,) = tell(SR_NOT_TAKEN.check(output("1080p-sr"), limits_with("720P")))
    assert nearest == (
        "1080P-SR is a super-resolution tier, and this host has none. "
        "The nearest here is 720P, rendered natively and priced otherwise; Atlas Cloud has 1080P-SR."
    )


def test_a_host_that_has_the_tier_or_no_word_for_one_is_told_nothing_of_super_resolution() -> None:
    assert tell(SR_NOT_TAKEN.check(output("1080p-sr"), HOSTS["atlas"].limits)) == []
    assert tell(SR_NOT_TAKEN.check(output(7), HOSTS["fal"].limits)) == []


@pytest.mark.parametrize(
    ("word", "remedy"),
    [("16x9", "Write 16:9."), ("21:9", "Pick one of these.")],
)
def test_another_ratio_is_told_with_what_to_write(word: str, remedy: str) -> None:
    told = f"'{word}' is no ratio of this host: 16:9, 9:16, 1:1, 4:3, 3:4. {remedy}"
    assert tell(RATIO.check(output(ratio=word), HOSTS["alibaba"].limits)) == [told]


def test_a_ratio_beside_a_first_frame_is_told_by_its_name() -> None:
    limits = HOSTS["alibaba"].limits
    told = "There is a first frame: the ratio 9:16 is ignored. Leave it out."
    assert tell(RATIO_MOOT.check(output(ratio="9:16", frames=1), limits)) == [told]
    assert tell(RATIO_MOOT.check(output(ratio="9:16", frames=1, defaulted=frozenset({"ratio"})), limits)) == []


def test_a_size_that_is_none_is_told_with_the_tiers_of_the_host() -> None:
    offered = "Ask for a size of 720P, 1080P, such as 1280 x 720 or 1920 x 1080."
    limits = HOSTS["runware"].limits
    nothing = f"No width and height are asked for, and the host has no default. {offered}"
    assert tell(FRAME_SIZE.check(output(None), limits)) == [nothing]
    other = f"1104 x 832 is no size that this host renders. {offered}"
    assert tell(FRAME_SIZE.check(output(("1104", "832")), limits)) == [other]
    assert tell(FRAME_SIZE.check(output(7), limits)) == []
