"""Rules on the length and seed of the video, and on what happens where tier or length are left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from wan_rules.decimals import show_digits
from wan_rules.limits import Limits
from wan_rules.messages import Template
from wan_rules.request import Draft, Output, Resolution
from wan_rules.rule import GONE, Example, Finding, Findings, Fix, OutputRule, RequestRule
from wan_rules.rules import sizes

_SOURCE: Final = "docs/explanation/requests.md#output"
RANDOM_ELSEWHERE: Final = -1
"""The seed that asks another host for a random one: here that is leaving it out."""

LENGTH: Final = Template("WAN505.length", "{seconds} s: {low} to {high} s are rendered. Ask for {nearest} s.")
LENGTH_WITH_VIDEO: Final = Template(
    "WAN505.length-with-video",
    "{seconds} s: {low} to {high} s are rendered when a reference is a video. Ask for {nearest} s.",
)
OUTSIDE: Final = Template(
    "WAN506.outside",
    "The seed lies outside {low} to {high}. Pick one inside, or leave it out for a random one.",
)
DEFAULT_TIER: Final = Template(
    "WAN507.resolution",
    "No resolution is asked for: {resolution} is rendered and billed. Say it, or a cheaper one.",
)
DEFAULT_LENGTH: Final = Template(
    "WAN507.duration", "No duration is asked for: {seconds} s are rendered and billed. Say it."
)


def _duration(output: Output, limits: Limits) -> Findings:
    """The length is a whole number of seconds in the host's range, which is shorter when any reference is a video."""
    seconds = output.duration_s
    if not isinstance(seconds, int):
        return ()
    with_video = output.has_video
    limit = limits.duration_with_video_s if with_video else limits.duration_s
    low, high = limit.value
    if low <= seconds <= high:
        return ()
    said = LENGTH_WITH_VIDEO if with_video and limits.duration_s.value != limit.value else LENGTH
    nearest = high if seconds > high else low
    return (
        Finding(
            at="duration_s",
            observed=seconds,
            limit=limit.value,
            unit="seconds",
            message=said.fill(seconds=show_digits(seconds), low=low, high=high, nearest=nearest),
            fix=Fix("replace", "duration_s", nearest),
        ),
    )


DURATION: Final = OutputRule(
    id="WAN505",
    name="duration",
    family="output",
    severity="error",
    source=_SOURCE,
    check=_duration,
    passes=(Example({"/parameters/duration": 10}), Example({"/parameters/duration": 2})),
    fails=(
        Example({"/parameters/duration": 11}),
        Example({"/parameters/duration": 1}),
        Example({"/duration": 11}, host="atlas"),
        Example({"/duration": 0}, host="runware"),
    ),
)


def _seed(draft: Draft, limits: Limits) -> Findings:
    """A seed lies in the host's range; the same seed and request give a similar video."""
    seed = draft.seed
    low, high = limits.seed.value
    if not isinstance(seed, int) or low <= seed <= high:
        return ()
    nearest = high if seed > high else low
    return (
        Finding(
            at="seed",
            observed=seed if abs(seed) < 10**18 else show_digits(seed),
            limit=limits.seed.value,
            message=OUTSIDE.fill(low=low, high=high),
            fix=Fix("remove", "seed") if seed == RANDOM_ELSEWHERE else Fix("replace", "seed", nearest),
        ),
    )


SEED: Final = RequestRule(
    id="WAN506",
    name="seed",
    family="output",
    severity="error",
    source=_SOURCE,
    check=_seed,
    passes=(Example({"/parameters/seed": 2147483647}), Example({"/seed": -1}, host="atlas")),
    fails=(Example({"/parameters/seed": -1}), Example({"/seed": 2147483648}, host="atlas")),
)


def _left_out(output: Output, limits: Limits) -> Findings:
    """What sets the cost is said: a tier or length left out is rendered and billed at the host's default."""
    return tuple(_left_out_each(output, limits))


def _left_out_each(output: Output, limits: Limits) -> Iterator[Finding]:
    if "resolution" in output.defaulted:
        tier = cast("Resolution", output.resolution)
        yield Finding(
            at="resolution",
            observed=None,
            limit=tier,
            message=DEFAULT_TIER.fill(resolution=limits.tier_words.value[tier]),
            fix=Fix("add", "resolution", tier),
        )
    if "duration_s" in output.defaulted:
        yield Finding(
            at="duration_s",
            observed=None,
            limit=output.duration_s,
            unit="seconds",
            message=DEFAULT_LENGTH.fill(seconds=cast("int", output.duration_s)),
            fix=Fix("add", "duration_s", cast("int", output.duration_s)),
        )


DEFAULT_BILLED: Final = OutputRule(
    id="WAN507",
    name="default-billed",
    family="output",
    severity="warning",
    source=_SOURCE,
    check=_left_out,
    passes=(Example({}),),
    fails=(Example({"/parameters/resolution": GONE}), Example({"/duration": GONE}, host="fal")),
)


RULES: Final = (*sizes.RULES, DURATION, SEED, DEFAULT_BILLED, sizes.FRAME_SIZE)
