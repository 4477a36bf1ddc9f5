"""Rules on the shape of the video that is asked for: its tier, its ratio, or its width and height in pixels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, cast

from wan_rules.limits import Limits
from wan_rules.messages import Message, Series, Template
from wan_rules.request import ASPECT_RATIOS, RESOLUTIONS, SR_RESOLUTIONS, Output, Resolution, Unreadable
from wan_rules.rule import GONE, Example, Finding, Findings, Fix, OutputRule
from wan_rules.urls import COMMA, show_word

_SOURCE: Final = "docs/explanation/requests.md#output"
_FRAME: Final = {"type": "first_frame", "url": "https://media.example.com/door.jpg"}
LONGEST: Final = 32
"""Characters of a word that may be a misspelt one; nobody can tell what a longer one means."""
_RATIO: Final = re.compile(r"\s*([0-9]+)\s*[:xX*/\-_ \uFF1A]\s*([0-9]+)\s*")

NO_TIER: Final = Template("WAN501.no-tier", "{word!r} is no tier of this host: {tiers}. {remedy}")
WRITE: Final = Template("output.write", "Write {word}.")
PICK: Final = Template("output.pick", "Pick one of these.").fill()
NEAREST_2K: Final = Template("WAN501.nearest-2k", "1440P-SR is the nearest to 2K.").fill()
LARGEST: Final = Template("WAN501.largest", "{tier} is the largest here.")
NO_SR: Final = Template(
    "WAN502.no-sr",
    "{tier} is a super-resolution tier, and this host has none. "
    "The nearest here is {native}, rendered natively and priced otherwise; Atlas Cloud has {tier}.",
)
NO_RATIO: Final = Template("WAN503.no-ratio", "{word!r} is no ratio of this host: {ratios}. {remedy}")
RATIO_IGNORED: Final = Template("WAN504.ignored", "There is a first frame: the ratio {ratio} is ignored. Leave it out.")
NO_SIZE: Final = Template(
    "WAN508.none",
    "No width and height are asked for, and the host has no default. "
    "Ask for a size of {tiers}, such as 1280 x 720 or 1920 x 1080.",
)
OTHER_SIZE: Final = Template(
    "WAN508.other",
    "{width} x {height} is no size that this host renders. "
    "Ask for a size of {tiers}, such as 1280 x 720 or 1920 x 1080.",
)


def recognise_resolution(word: str) -> Resolution | None:
    """The tier that a misspelt word plainly means: `1080p`, `1080P_SR`, `1080`; `2K` means none for certain."""
    if len(word) > LONGEST:
        return None
    plain = re.sub(r"[\s_\-]+", "", word).upper()
    for resolution in RESOLUTIONS:
        whole = resolution.replace("-", "")
        if plain in (whole, whole.replace("P", "")):
            return resolution
    return None


def recognise_ratio(word: str) -> str | None:
    """The ratio that a misspelt word plainly means: `16x9`, `16/9`, `16 : 9`."""
    numbers = _RATIO.fullmatch(word) if len(word) <= LONGEST else None
    plain = ":".join(numbers.groups()) if numbers else None
    return plain if plain in ASPECT_RATIOS else None


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
    remedy = WRITE.fill(word=limits.tier_words.value[meant]) if meant else _nearest_tier(word, words)
    return (
        Finding(
            at="resolution",
            observed=show_word(word),
            limit=tuple(words),
            message=NO_TIER.fill(word=show_word(word), tiers=Series(tuple(words), COMMA), remedy=remedy),
            fix=Fix("replace", "resolution", meant) if meant else None,
        ),
    )


def _nearest_tier(word: str, tiers: Sequence[str]) -> Message:
    if re.search(r"2K|1440|QHD", word.upper()):
        return NEAREST_2K if "1440P-SR" in tiers else LARGEST.fill(tier=tiers[-1])
    return PICK


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
            message=NO_SR.fill(tier=meant, native=native),
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
    ratios = Series(limits.ratios.value, COMMA)
    return (
        Finding(
            at="ratio",
            observed=show_word(word),
            limit=limits.ratios.value,
            message=NO_RATIO.fill(
                word=show_word(word), ratios=ratios, remedy=WRITE.fill(word=meant) if meant else PICK
            ),
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
            message=RATIO_IGNORED.fill(ratio=output.ratio),
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


def _frame_size(output: Output, limits: Limits) -> Findings:
    """Where a host asks for pixels, width and height are one of its pairs; no other size is rendered or priced."""
    size = output.resolution.raw if isinstance(output.resolution, Unreadable) else output.resolution
    if isinstance(size, str):
        return ()
    tiers = Series(limits.resolutions.value, COMMA)
    if size is None:
        message = NO_SIZE.fill(tiers=tiers)
    elif isinstance(size, tuple):
        message = OTHER_SIZE.fill(width=show_word(size[0]), height=show_word(size[1]), tiers=tiers)
    else:
        return ()
    return (
        Finding(
            at="resolution",
            observed=None if size is None else "x".join(map(show_word, cast("tuple[str, str]", size))),
            limit=limits.resolutions.value,
            unit="pixels",
            message=message,
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

RULES: Final = (RESOLUTION, SR_NOT_TAKEN, RATIO, RATIO_MOOT)
