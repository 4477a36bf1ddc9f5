"""How much of each meter a request uses, and what is rounded how."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final, NamedTuple

from tests.oracle.prices import Key, is_priced
from tests.oracle.terms import Force, Row, in_force, number

NOTHING: Final = Fraction(0)


class Asked(NamedTuple):
    """What is asked for; `ratio` is `None` where a first frame decides it.

    `billed` is how many seconds of the clips a host says that it billed, where it does.
    """

    resolution: str
    ratio: str | None
    seconds: int | Fraction
    clips: Sequence[Fraction]
    references: int
    billed: Fraction | None = None


def quantities(asked: Asked, force: Force, *, billed: bool) -> list[tuple[str, Key, Fraction]]:
    """Meter, what prices it, and how much of it: render, upscaling, clips, the request."""
    upscaled = asked.resolution.endswith("-SR")
    rendered = "720P" if upscaled else asked.resolution
    in_stages = upscaled and force.card["super_resolution"] == "stages"
    found = [("output_video_seconds", "output_video_seconds", rendered if in_stages else asked.resolution)]
    amounts = [Fraction(asked.seconds)]
    if in_stages:
        found.append(("super_resolution_seconds", "super_resolution_seconds", asked.resolution))
        amounts.append(Fraction(asked.seconds))
    rule = in_force(force.card["reference_video"], force.on)
    assert rule is not None
    if asked.clips and rule["billed"] != "no":
        priced_by = "reference_video_seconds" if rule["priced_as"] == "own" else "output_video_seconds"
        found.append(
            ("reference_video_seconds", priced_by, rendered if rule["priced_as"] == "render" else asked.resolution)
        )
        counted = clip_seconds(asked, rule) if asked.billed is None else asked.billed
        amounts.append(counted if billed or rule["billed"] == "yes" else NOTHING)
    if is_priced(force, "requests"):
        found.append(("requests", "requests", asked.resolution))
        amounts.append(Fraction(1))
    clips = bool(asked.clips)
    return [(meter, Key(by, tier, asked.ratio, clips), n) for (meter, by, tier), n in zip(found, amounts, strict=True)]


def clip_seconds(asked: Asked, rule: Row) -> Fraction:
    """How many seconds of the clips are billed."""
    total = sum((one_clip(length, asked, rule) for length in asked.clips), NOTHING)
    if "cap_total_s" in rule:
        total = min(total, number(rule["cap_total_s"]))
    if "minimum_s" in rule:
        total = max(total, number(rule["minimum_s"]))
    return round_seconds(total, rule, "total")


def one_clip(length: Fraction, asked: Asked, rule: Row) -> Fraction:
    """How many seconds of one clip count."""
    if "cuts_s" in rule:
        cuts = [number(cut) for cut in rule["cuts_s"].split()]
        many = len(asked.clips) if rule.get("cuts_by", "videos") == "videos" else asked.references
        length = min(length, cuts[min(many, len(cuts)) - 1])
    if "cap_per_clip_s" in rule:
        length = min(length, number(rule["cap_per_clip_s"]))
    return round_seconds(length, rule, "clip")


def round_seconds(length: Fraction, rule: Row, place: str) -> Fraction:
    if "round_to_s" in rule and rule.get("round_place", "total") == place:
        return to_multiple(length, number(rule["round_to_s"]), rule.get("round_mode", "up"))
    return length


def round_line(amount: Fraction, force: Force) -> Fraction:
    return round_at("line", amount, force)


def round_at(place: str, amount: Fraction, force: Force) -> Fraction:
    rule = in_force(force.card["rounding"], force.on)
    if rule and rule["place"] == place:
        return to_multiple(amount, number(rule["quantum"]), rule["mode"])
    return amount


def to_multiple(value: Fraction, step: Fraction, mode: str) -> Fraction:
    """The value to a multiple of the step."""
    below = (value // step) * step
    above = below + step
    if value == below or mode == "down":
        return below
    if mode == "up":
        return above
    if value - below != above - value:
        return below if value - below < above - value else above
    if mode == "half-up":
        return above
    return below if (value // step) % 2 == 0 else above
