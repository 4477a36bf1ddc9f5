"""Rules on the video that is asked for: its tier, ratio, length and seed, and what happens where they are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, cast

from wan_rules.limits import Limits
from wan_rules.request import ASPECT_RATIOS, RESOLUTIONS, SR_RESOLUTIONS, Draft, Output, Resolution, Unreadable
from wan_rules.rule import GONE, Example, Finding, Findings, Fix, OutputRule, RequestRule
from wan_rules.urls import show_word

_SOURCE: Final = "docs/explanation/requests.md#output"
RANDOM_ELSEWHERE: Final = -1
"""The seed that asks another host for a random one: here that is leaving it out."""
_FRAME: Final = {"type": "first_frame", "url": "https://media.example.com/door.jpg"}


def recognise_resolution(word: str) -> Resolution | None:
    """The tier that a misspelt word plainly means: `1080p`, `1080P_SR`, `1080`; `2K` means none for certain."""
    plain = re.sub(r"[\s_\-]+", "", word[:32]).upper()
    for resolution in RESOLUTIONS:
        if plain in (resolution.replace("-", ""), resolution.replace("-", "").replace("P", "", 1)):
            return resolution
    return None


def recognise_ratio(word: str) -> str | None:
    """The ratio that a misspelt word plainly means: `16x9`, `16/9`, `16 : 9`."""
    numbers = re.findall(r"[0-9]+", word[:32])
    plain = ":".join(numbers)
    return plain if plain in ASPECT_RATIOS and re.fullmatch(r"\s*\d+\s*[:xX*/\-_ \uFF1A]\s*\d+\s*", word[:32]) else None


def _word(value: object) -> str | None:
    return value.raw if isinstance(value, Unreadable) and isinstance(value.raw, str) else None


def _resolution(output: Output, limits: Limits) -> Findings:
    """The resolution is one of the host's tiers, spelt as the host spells it: it sets the cost."""
    word = _word(output.resolution)
    if word is None:
        return ()
    meant = recognise_resolution(word)
    tiers = limits.resolutions.value
    if meant is not None and meant not in tiers:
        return ()
    words = [limits.tier_words.value[tier] for tier in tiers]
    remedy = f"Write {limits.tier_words.value[meant]}." if meant else _nearest_tier(word, words)
    return (
        Finding(
            at="resolution",
            observed=show_word(word),
            limit=tuple(words),
            message=f"{show_word(word)!r} is no tier of this host: {', '.join(words)}. {remedy}",
            fix=Fix("replace", "resolution", meant) if meant else None,
        ),
    )


def _nearest_tier(word: str, tiers: Sequence[str]) -> str:
    if re.search(r"2K|1440|QHD", word.upper()):
        return "1440P-SR is the nearest to 2K." if "1440P-SR" in tiers else f"{tiers[-1]} is the largest here."
    return "Pick one of these."


RESOLUTION: Final = OutputRule(
    id="WAN501",
    name="resolution",
    family="output",
    severity="error",
    source=_SOURCE,
    check=_resolution,
    passes=(Example({"/parameters/resolution": "1080P"}), Example({"/resolution": "1440P-SR"}, host="atlas")),
    fails=(
        Example({"/parameters/resolution": "1080p"}),
        Example({"/resolution": "1080P_SR"}, host="atlas"),
        Example({"/resolution": "2K"}, host="atlas"),
        Example({"/resolution": "720P"}, host="fal"),
    ),
)


def _sr(output: Output, limits: Limits) -> Findings:
    """A super-resolution tier is asked for only where the host has one: it is another product, at another price."""
    meant = recognise_resolution(_word(output.resolution) or "")
    if meant not in SR_RESOLUTIONS or meant in limits.resolutions.value:
        return ()
    native = limits.tier_words.value[limits.resolutions.value[-1]]
    return (
        Finding(
            at="resolution",
            observed=meant,
            limit=limits.resolutions.value,
            message=f"{meant} is a super-resolution tier, and this host has none. "
            f"The nearest here is {native}, rendered natively and priced otherwise; Atlas Cloud has {meant}.",
        ),
    )


SR_NOT_TAKEN: Final = OutputRule(
    id="WAN502",
    name="sr-not-taken",
    family="output",
    severity="error",
    source=_SOURCE,
    check=_sr,
    passes=(Example({"/resolution": "1080P-SR"}, host="atlas"),),
    fails=(Example({"/parameters/resolution": "1080P-SR"}), Example({"/resolution": "1440p-sr"}, host="fal")),
)


def _ratio(output: Output, limits: Limits) -> Findings:
    """The ratio is one of the five that the model renders."""
    word = _word(output.ratio)
    if word is None:
        return ()
    meant = recognise_ratio(word)
    ratios = ", ".join(limits.ratios.value)
    return (
        Finding(
            at="ratio",
            observed=show_word(word),
            limit=limits.ratios.value,
            message=f"{show_word(word)!r} is no ratio of this host: {ratios}. "
            + (f"Write {meant}." if meant else "Pick one of these."),
            fix=Fix("replace", "ratio", meant) if meant and not output.frames else None,
        ),
    )


RATIO: Final = OutputRule(
    id="WAN503",
    name="ratio",
    family="output",
    severity="error",
    source=_SOURCE,
    check=_ratio,
    passes=(Example({"/parameters/ratio": "3:4"}),),
    fails=(Example({"/parameters/ratio": "16x9"}), Example({"/aspect_ratio": "21:9"}, host="fal")),
)


def _ratio_moot(output: Output, limits: Limits) -> Findings:
    """With a first frame the video takes that picture's ratio, and one that is asked for is ignored."""
    if (
        not output.frames
        or not limits.first_frames_max.value
        or "ratio" in output.defaulted
        or not isinstance(output.ratio, str)
    ):
        return ()
    return (
        Finding(
            at="ratio",
            observed=output.ratio,
            limit=None,
            message=f"There is a first frame: the ratio {output.ratio} is ignored. Leave it out.",
            fix=Fix("remove", "ratio"),
        ),
    )


RATIO_MOOT: Final = OutputRule(
    id="WAN504",
    name="ratio-moot",
    family="output",
    severity="warning",
    source=_SOURCE,
    check=_ratio_moot,
    passes=(Example({"/input/media/-": _FRAME, "/parameters/ratio": GONE}),),
    fails=(Example({"/input/media/-": _FRAME}),),
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
    why = " when a reference is a video" if with_video and limits.duration_s.value != limit.value else ""
    nearest = high if seconds > high else low
    return (
        Finding(
            at="duration_s",
            observed=seconds,
            limit=limit.value,
            unit="seconds",
            message=f"{seconds} s: {low} to {high} s are rendered{why}. Ask for {nearest} s.",
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
            observed=seed if abs(seed) < 10**18 else str(seed)[:64],
            limit=limits.seed.value,
            message=f"The seed lies outside {low} to {high}. Pick one inside, or leave it out for a random one.",
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


def _left_out(output: Output, _limits: Limits) -> Findings:
    """What sets the cost is said: a tier or length left out is rendered and billed at the host's default."""
    return tuple(_left_out_each(output))


def _left_out_each(output: Output) -> Iterator[Finding]:
    if "resolution" in output.defaulted:
        yield Finding(
            at="resolution",
            observed=None,
            limit=output.resolution,
            message=f"No resolution is asked for: {output.resolution} is rendered and billed. "
            "Say it, or a cheaper one.",
            fix=Fix("add", "resolution", cast("str", output.resolution)),
        )
    if "duration_s" in output.defaulted:
        yield Finding(
            at="duration_s",
            observed=None,
            limit=output.duration_s,
            unit="seconds",
            message=f"No duration is asked for: {output.duration_s} s are rendered and billed. Say it.",
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


def _frame_size(output: Output, limits: Limits) -> Findings:
    """Where a host asks for pixels, width and height are one of its pairs; no other size is rendered or priced."""
    size = output.resolution.raw if isinstance(output.resolution, Unreadable) else output.resolution
    if isinstance(size, str):
        return ()
    if size is None:
        missing = "No width and height are asked for, and the host has no default."
    elif isinstance(size, tuple):
        missing = f"{show_word(size[0])} x {show_word(size[1])} is no size that this host renders."
    else:
        return ()
    tiers = ", ".join(limits.resolutions.value)
    return (
        Finding(
            at="resolution",
            observed=None if size is None else "x".join(map(show_word, cast("tuple[str, str]", size))),
            limit=limits.resolutions.value,
            unit="pixels",
            message=f"{missing} Ask for a size of {tiers}, such as 1280 x 720 or 1920 x 1080.",
        ),
    )


FRAME_SIZE: Final = OutputRule(
    id="WAN508",
    name="frame-size",
    family="output",
    severity="error",
    source=_SOURCE,
    check=_frame_size,
    passes=(Example({"/width": 1088, "/height": 832}, host="runware"),),
    fails=(
        Example({"/width": 1104, "/height": 832}, host="runware"),
        Example({"/width": GONE, "/height": GONE}, host="runware"),
        Example({"/width": "1280"}, host="runware"),
    ),
)

RULES: Final = (
    RESOLUTION,
    SR_NOT_TAKEN,
    RATIO,
    RATIO_MOOT,
    DURATION,
    SEED,
    DEFAULT_BILLED,
    FRAME_SIZE,
)
