"""What is said of a length or seed outside the host's range, and of what is rendered unasked."""

from __future__ import annotations

import pytest

from wan_rules import HOSTS, check, read
from wan_rules.request import Draft, Output
from wan_rules.rule import Fix
from wan_rules.rules.output import DEFAULT_BILLED, DURATION, SEED
from wan_rules.samples import SAMPLES
from wan_rules.validation import PatchOp

WITH_VIDEO = "when a reference is a video"


def output(duration_s: int, *, has_video: bool = False, defaulted: frozenset[str] = frozenset()) -> Output:
    return Output("720P", "16:9", duration_s, defaulted, has_video, 0)


def draft(seed: int | None) -> Draft:
    return read(SAMPLES["alibaba"], HOSTS["alibaba"]).draft._replace(seed=seed)


@pytest.mark.parametrize(
    ("host", "seconds", "has_video", "told"),
    [
        ("alibaba", 2, False, []),
        ("alibaba", 15, False, []),
        ("alibaba", 10, True, []),
        ("alibaba", 1, False, ["1 s: 2 to 15 s are rendered. Ask for 2 s."]),
        ("alibaba", 16, False, ["16 s: 2 to 15 s are rendered. Ask for 15 s."]),
        ("alibaba", 1, True, [f"1 s: 2 to 10 s are rendered {WITH_VIDEO}. Ask for 2 s."]),
        ("alibaba", 11, True, [f"11 s: 2 to 10 s are rendered {WITH_VIDEO}. Ask for 10 s."]),
        ("atlas", 11, True, ["11 s: 2 to 10 s are rendered. Ask for 10 s."]),
        ("atlas", 11, False, ["11 s: 2 to 10 s are rendered. Ask for 10 s."]),
    ],
)
def test_a_length_outside_is_told_with_the_nearest(
    host: str, seconds: int, *, has_video: bool, told: list[str]
) -> None:
    """The clips are named where they are why: where the range is the same without them, they are not."""
    found = DURATION.check(output(seconds, has_video=has_video), HOSTS[host].limits)
    assert [finding.message for finding in found] == told


@pytest.mark.parametrize(
    ("seed", "fix"),
    [
        (-1, Fix("remove", "seed")),
        (-2, Fix("replace", "seed", 0)),
        (2147483648, Fix("replace", "seed", 2147483647)),
    ],
)
def test_a_seed_outside_is_told_with_the_nearest(seed: int, fix: Fix) -> None:
    """Where -1 asks for a random one elsewhere, leaving it out does here."""
    (finding,) = SEED.check(draft(seed), HOSTS["alibaba"].limits)
    assert (
        finding.message == "The seed lies outside 0 to 2147483647. Pick one inside, or leave it out for a random one."
    )
    assert finding.fix == fix


@pytest.mark.parametrize("seed", [None, 0, 2147483647])
def test_a_seed_inside_or_none_is_fine(seed: int | None) -> None:
    assert SEED.check(draft(seed), HOSTS["alibaba"].limits) == ()


@pytest.mark.parametrize(
    ("seed", "seen"),
    [
        (10**18 - 1, 999_999_999_999_999_999),
        (1 - 10**18, -999_999_999_999_999_999),
        (10**18, "1000000000000000000"),
        (-(10**18), "-1000000000000000000"),
        (10**63, f"1{'0' * 63}"),
        (10**64, f"1{'0' * 63}..."),
    ],
)
def test_a_seed_of_many_digits_is_told_as_text(seed: int, seen: object) -> None:
    """A number of more than eighteen digits is no number to many readers of JSON; 64 of its digits are shown."""
    (finding,) = SEED.check(draft(seed), HOSTS["alibaba"].limits)
    assert finding.observed == seen


def test_what_is_billed_unasked_is_told_by_its_name() -> None:
    found = DEFAULT_BILLED.check(output(5, defaulted=frozenset({"resolution", "duration_s"})), HOSTS["alibaba"].limits)
    assert [finding.message for finding in found] == [
        "No resolution is asked for: 720P is rendered and billed. Say it, or a cheaper one.",
        "No duration is asked for: 5 s are rendered and billed. Say it.",
    ]


def test_a_tier_that_is_left_out_is_told_as_the_host_spells_it() -> None:
    """fal writes its tiers in small letters."""
    payload = {key: value for key, value in SAMPLES["fal"].items() if key != "resolution"}
    (found,) = check(read(payload, HOSTS["fal"])).violations
    assert (found.rule, found.fix) == (DEFAULT_BILLED, PatchOp("add", "/resolution", "1080p"))
    assert (
        found.finding.message == "No resolution is asked for: 1080p is rendered and billed. Say it, or a cheaper one."
    )
