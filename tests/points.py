"""What may turn out about a request of which not everything is known: lengths, running totals, whether clips count.

At each such point the oracle knows what it costs; the points lie at the ends and just beside every edge of the terms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from typing import Final, NamedTuple

from hypothesis import strategies as st

from tests import oracle
from tests.oracle import Asked, Bill, Terms, TwoCurrenciesError, UnpricedError
from tests.strategies import CLIP_SECONDS, Ask

HAIR: Final = Fraction(1, 10**9)
FAR: Final = Fraction(10**7)
_SHORT_BY: Final = st.sampled_from(tuple(map(Decimal, ("0", "1", "5", "8.5"))))
_FAR_TOTALS: Final = st.sampled_from((Decimal(0), Decimal(10**6)))
_ANY_TOTALS: Final = st.integers(0, 60_000).map(lambda n: Decimal(n) / 1000)


class Point(NamedTuple):
    """How long each clip is, where the running totals stand, and whether clips are billed."""

    clips: tuple[Fraction, ...]
    before: Mapping[str, Fraction]
    billed: bool = True


def asked_of(ask: Ask, clips: Sequence[Fraction]) -> Asked:
    """The request, its clips so long."""
    framed = any(medium.kind == "first_frame" for medium in ask.media)
    ratio = None if framed else ask.ratio or "16:9"
    return Asked(ask.resolution or "1080P", ratio, int(ask.duration or 5), clips, len(ask.references))


def lengths_of(ask: Ask) -> list[Fraction | None]:
    """How long each clip is; `None` for those not known."""
    return [Fraction(str(clip.facts["duration_s"])) if clip.facts["duration_s"] else None for clip in ask.clips]


def bill_at(point: Point, ask: Ask, terms: Terms, on: str) -> Bill:
    return oracle.bill(asked_of(ask, point.clips), terms, on, point.before, billed=point.billed)


def has_bill(ask: Ask, terms: Terms, on: str) -> bool:
    """Whether it has a price, and terms of one currency."""
    try:
        bill_at(Point(tuple(length or Fraction(2) for length in lengths_of(ask)), {}), ask, terms, on)
    except (UnpricedError, TwoCurrenciesError):
        return False
    return True


def edges_of(terms: Terms) -> list[Fraction]:
    """Every number of the terms at which a price or an adjustment may turn, converted or not."""
    rows = [*terms["entries"], *terms["agreement"]]
    rows += [row for layer in terms.get("others", []) for row in layer["terms"]]
    rows += [row for card in terms.get("cards", {}).values() for row in card["entries"]]
    found = {Fraction(row[key]) for row in rows for key in ("units", "amount", "size") if key in row}
    for row in rows:
        found |= {Fraction(end) for end, _ in (band.split(":") for band in row.get("bands", "").split()) if end}
    rates = {Fraction(row["rate"]) for row in rows if "rate" in row}
    return sorted(found | {edge * rate for edge in found for rate in rates})


def totals_near(edges: Sequence[Fraction], bill: Bill) -> list[Fraction]:
    """Running totals from which a request of such a bill just reaches an edge, or just does not."""
    parts = [line.quantity for line in bill.lines], [line.amount for line in bill.lines]
    steps = {Fraction(0), *parts[0], *parts[1], *accumulate(parts[0]), *accumulate(parts[1]), bill.total}
    near = {edge - step + hair for edge in edges for step in steps for hair in (-HAIR, 0, HAIR)}
    return [Fraction(0), *sorted(total for total in near if total > 0), FAR]


def clip_lengths(edges: Sequence[Fraction]) -> list[Fraction]:
    """Lengths of a clip: the shortest, the longest, and beside each edge between them."""
    low, high = map(Fraction, CLIP_SECONDS)
    near = {edge + hair for edge in edges for hair in (-HAIR, 0, HAIR)}
    return [low, *sorted(length for length in near if low < length < high), high]


def decimal_totals(edges: Sequence[Fraction]) -> st.SearchStrategy[Decimal]:
    """Running totals as callers say them: none, anything, at or near an edge, or very much."""
    whole = [Decimal(edge.numerator) / Decimal(edge.denominator) for edge in edges] or [Decimal(7)]
    near = st.tuples(st.sampled_from(whole), _SHORT_BY).map(lambda pair: max(pair[0] - pair[1], Decimal(0)))
    return near | _FAR_TOTALS | _ANY_TOTALS
