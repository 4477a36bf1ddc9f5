"""What a request costs, the slow and obvious way: fractions, plain dictionaries, no line shared with the code.

Terms are written as people say them, every value a string; `tests.terms` makes them up and writes them as TOML.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple, TypedDict

Row = dict[str, str]


class Terms(TypedDict):
    """A card and an agreement over it: rows of strings, lists within them divided by blanks."""

    super_resolution: str
    entries: list[Row]
    reference_video: list[Row]
    rounding: list[Row]
    agreement: list[Row]


class Asked(NamedTuple):
    """What is asked for. Each clip is a pair: the least and the most seconds that it may have."""

    resolution: str
    seconds: int
    clips: Sequence[tuple[str, str]]
    references: int


class Line(NamedTuple):
    meter: str
    amount: Fraction
    list_amount: Fraction | None


class Bill(NamedTuple):
    """One end of what it can cost: all lines, what is added to them, and the total."""

    lines: list[Line]
    minimum: Fraction
    rounding: Fraction
    total: Fraction
    list_total: Fraction | None


def bill(asked: Asked, terms: Terms, on: str, *, most: bool) -> Bill | None:
    """What it costs on that day at most, or at least; `None` where something has no price."""
    lines = []
    for meter, tier, priced_by, quantity in quantities(asked, terms, on, most=most):
        own, listed = unit_price(terms, priced_by, tier, on)
        if own is None:
            return None
        lines.append(
            Line(
                meter,
                round_line(quantity * own, terms, on),
                None if listed is None else round_line(quantity * listed, terms, on),
            )
        )
    total = sum((line.amount for line in lines), Fraction(0))
    added = max(least_charge(terms, on) - total, Fraction(0))
    total += added
    rounding = Fraction(0)
    rule = in_force(terms["rounding"], on)
    if rule and rule["place"] == "quote":
        rounding = to_multiple(total, Fraction(rule["quantum"]), rule["mode"]) - total
    listed_amounts = [line.list_amount for line in lines]
    known = [amount for amount in listed_amounts if amount is not None]
    list_total = sum(known, Fraction(0)) if len(known) == len(lines) else None
    return Bill(lines, added, rounding, total + rounding, list_total)


def quantities(asked: Asked, terms: Terms, on: str, *, most: bool) -> list[tuple[str, str, str, Fraction]]:
    """Meter, the tier and meter whose price applies, and how much of it."""
    upscaled = asked.resolution.endswith("-SR")
    rendered = "720P" if upscaled else asked.resolution
    in_stages = upscaled and terms["super_resolution"] == "stages"
    seconds = Fraction(asked.seconds)
    found = []
    if in_stages:
        found.append(("output_video_seconds", rendered, "output_video_seconds", seconds))
        found.append(("super_resolution_seconds", asked.resolution, "super_resolution_seconds", seconds))
    else:
        found.append(("output_video_seconds", asked.resolution, "output_video_seconds", seconds))
    rule = in_force(terms["reference_video"], on)
    assert rule is not None
    if asked.clips and rule["billed"] != "no":
        priced_by = "reference_video_seconds" if rule["priced_as"] == "own" else "output_video_seconds"
        tier = rendered if rule["priced_as"] == "render" else asked.resolution
        found.append(("reference_video_seconds", tier, priced_by, clip_seconds(asked, rule, most=most)))
    tiers = ("720P", "1080P", "1080P-SR", "1440P-SR")
    if any(unit_price(terms, "requests", tier, on)[0] is not None for tier in tiers):
        found.append(("requests", asked.resolution, "requests", Fraction(1)))
    return found


def clip_seconds(asked: Asked, rule: Row, *, most: bool) -> Fraction:
    """How many seconds of the clips are billed at that end."""
    if rule["billed"] == "unknown" and not most:
        return Fraction(0)
    lengths = [Fraction(longest if most else shortest) for shortest, longest in asked.clips]
    total = sum((one_clip(length, asked, rule) for length in lengths), Fraction(0))
    if "cap_total_s" in rule:
        total = min(total, Fraction(rule["cap_total_s"]))
    if "minimum_s" in rule:
        total = max(total, Fraction(rule["minimum_s"]))
    return round_seconds(total, rule, "total")


def one_clip(length: Fraction, asked: Asked, rule: Row) -> Fraction:
    """How many seconds of one clip count."""
    if "cuts_s" in rule:
        cuts = [Fraction(cut) for cut in rule["cuts_s"].split()]
        many = len(asked.clips) if rule.get("cuts_by", "videos") == "videos" else asked.references
        length = min(length, cuts[min(many, len(cuts)) - 1])
    if "cap_per_clip_s" in rule:
        length = min(length, Fraction(rule["cap_per_clip_s"]))
    return round_seconds(length, rule, "clip")


def round_seconds(length: Fraction, rule: Row, place: str) -> Fraction:
    if "round_to_s" in rule and rule.get("round_place", "total") == place:
        return to_multiple(length, Fraction(rule["round_to_s"]), rule.get("round_mode", "up"))
    return length


def unit_price(terms: Terms, meter: str, tier: str, on: str) -> tuple[Fraction | None, Fraction | None]:
    """The account's price of a meter at a tier, and the card's own; `None` where there is none."""
    listed = list_price(terms, meter, tier, on)
    for wanted in (tier, "any"):
        for row in terms["agreement"]:
            if row["kind"] == "override" and row["meter"] == meter and row.get("resolution", "any") == wanted:
                return (Fraction(0) if "free" in row else Fraction(row["price"])), listed
    if listed is None:
        return None, None
    own = listed
    for row in terms["agreement"]:
        about = meter in row.get("meters", meter).split() and tier in row.get("resolutions", tier).split()
        if row["kind"] == "discount" and about:
            own -= own * Fraction(row["percent"]) / 100
        if row["kind"] == "surcharge" and about:
            own += own * Fraction(row["percent"]) / 100
    return own, listed


def list_price(terms: Terms, meter: str, tier: str, on: str) -> Fraction | None:
    """The card's price of a meter at a tier: that tier's own entry counts before the one for any tier."""
    for wanted in (tier, "any"):
        rows = [
            row
            for row in terms["entries"]
            if row["model"] != "minimum"
            and ("requests" if row["model"] == "flat" else row["meter"]) == meter
            and row.get("resolution", "any") == wanted
        ]
        found = in_force(rows, on)
        if found is not None:
            if "free" in found:
                return Fraction(0)
            return Fraction(found["price"]) if "price" in found else None
    return None


def least_charge(terms: Terms, on: str) -> Fraction:
    """The least that a request costs: the agreement's word, else the card's, else nothing."""
    for row in terms["agreement"]:
        if row["kind"] == "minimum":
            return Fraction(row["amount"])
    found = in_force([row for row in terms["entries"] if row["model"] == "minimum"], on)
    return Fraction(found["amount"]) if found and "amount" in found else Fraction(0)


def in_force(rows: Sequence[Row], on: str) -> Row | None:
    """The row that began last, of those that have begun by that day."""
    begun = [row for row in rows if row["from"] <= on]
    return max(begun, key=lambda row: row["from"]) if begun else None


def round_line(amount: Fraction, terms: Terms, on: str) -> Fraction:
    rule = in_force(terms["rounding"], on)
    if rule and rule["place"] == "line":
        return to_multiple(amount, Fraction(rule["quantum"]), rule["mode"])
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
