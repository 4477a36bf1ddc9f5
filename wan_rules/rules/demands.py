"""What is demanded of files of several kinds: their format, size, length, sides and address, and how that is said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from wan_rules.limits import Limit, Limits, Range
from wan_rules.media_facts import MediaFacts
from wan_rules.messages import Message, Series, Template
from wan_rules.rule import Finding, Findings, Within
from wan_rules.urls import COMMA, shorten

SHOWN: Final = 32
"""Media of one kind that are reported one by one."""

IMAGE: Final = Template("medium.image", "image").fill()
VIDEO: Final = Template("medium.video", "video").fill()
CLIP: Final = Template("medium.clip", "clip").fill()
VOICE: Final = Template("medium.voice", "voice").fill()
KINDS: Final[Mapping[str, Message]] = MappingProxyType({"image": IMAGE, "video": VIDEO, "voice": VOICE})

OTHER_FORMAT: Final = Template("media.format", "The {what} is {seen}: {wanted} are taken. Convert it.")
TOO_LARGE: Final = Template(
    "media.too-large", "The {what} has {size:,} bytes: at most {limit:,}. Compress it or make it smaller."
)
EMPTY: Final = Template("media.empty", "The {what} is empty. Upload it again.")
TOO_LONG: Final = Template(
    "media.too-long", "The {what} is {length} s long: {low} to {high} s are taken. Cut it to {high} s."
)
TOO_SHORT: Final = Template(
    "media.too-short", "The {what} is {length} s long: {low} to {high} s are taken. Use a longer one."
)
TOO_WIDE: Final = Template(
    "media.too-wide", "The {what} has {width} x {height} pixels: each side {low} to {high}. Scale it down to {high} px."
)
TOO_NARROW: Final = Template(
    "media.too-narrow",
    "The {what} has {width} x {height} pixels: each side {low} to {high}. Use one of at least {low} px a side.",
)
ASPECT: Final = Template("media.aspect", "The {what} is {width} x {height}: 1:{limit} to {limit}:1 are taken. Crop it.")
UNREACHABLE: Final = Template("media.unreachable", "{url!r} can't be fetched by the host: {fault}")


def refuse_format(facts: MediaFacts, limit: Limit[tuple[str, ...]], at: str, what: Message) -> Findings:
    """A finding when a file's format is none of those taken."""
    seen = (facts.format or "").lower()
    if seen in limit.value:
        return ()
    message = OTHER_FORMAT.fill(what=what, seen=seen, wanted=Series(limit.value, COMMA))
    return (Finding(at=at, observed=seen, limit=limit.value, message=message),)


def refuse_bytes(facts: MediaFacts, limit: Limit[int], at: str, what: Message) -> Findings:
    """A finding when a file is larger than the host reads, or empty."""
    size = facts.bytes or 0
    if 0 < size <= limit.value:
        return ()
    message = TOO_LARGE.fill(what=what, size=size, limit=limit.value) if size else EMPTY.fill(what=what)
    return (Finding(at=at, observed=size, limit=limit.value, unit="bytes", message=message),)


def refuse_length(facts: MediaFacts, limit: Limit[Range] | Limit[Range | None], at: str, what: Message) -> Findings:
    """A finding when a clip or voice is shorter or longer than the host takes."""
    length, allowed = facts.duration_s, limit.value
    if length is None or allowed is None or Decimal(allowed.low) <= length <= Decimal(allowed.high):
        return ()
    said = TOO_LONG if length > allowed.high else TOO_SHORT
    message = said.fill(what=what, length=str(length), low=allowed.low, high=allowed.high)
    return (Finding(at=at, observed=length, limit=allowed, unit="seconds", message=message),)


def refuse_sides(facts: MediaFacts, limit: Limit[Range], what: Message) -> Findings:
    """A finding when a picture or clip is wider, higher or smaller than the host takes."""
    width, height = facts.width_px or 0, facts.height_px or 0
    low, high = limit.value
    if low <= width <= high and low <= height <= high:
        return ()
    said = TOO_WIDE if max(width, height) > high else TOO_NARROW
    message = said.fill(what=what, width=width, height=height, low=low, high=high)
    return (Finding(at="url", observed=f"{width}x{height}", limit=limit.value, unit="pixels", message=message),)


def refuse_aspect(facts: MediaFacts, limit: Limit[int], what: Message) -> Findings:
    """A finding when a picture or clip is narrower than the host takes."""
    width, height = facts.width_px or 0, facts.height_px or 0
    if width <= limit.value * height and height <= limit.value * width:
        return ()
    message = ASPECT.fill(what=what, width=width, height=height, limit=limit.value)
    return (
        Finding(at="url", observed=f"{width}x{height}", limit=f"1:{limit.value} to {limit.value}:1", message=message),
    )


def both_sides(ends: Callable[[Limits], Range]) -> tuple[Within, Within]:
    """What spares a rule on sides: width and height lie within the host's range."""
    return Within("width_px", ends), Within("height_px", ends)


def refuse_url(url: str, at: str, fault: Message, schemes: tuple[str, ...]) -> Finding:
    """The finding that a host can't fetch a URL."""
    seen = shorten(url)
    return Finding(at=at, observed=seen, limit=schemes, message=UNREACHABLE.fill(url=seen, fault=fault))
