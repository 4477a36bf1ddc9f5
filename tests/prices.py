"""Prices made up by Hypothesis, of each charge model, and the keys that entries and overrides name."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from itertools import combinations
from typing import Final, NamedTuple

from hypothesis import strategies as st

from tests.draws import one_of
from tests.oracle import Row

TIERS: Final = ("720P", "1080P", "1080P-SR", "1440P-SR")
METERS: Final = ("output_video_seconds", "reference_video_seconds", "super_resolution_seconds", "requests")


@cache
def decimals(most: int, places: int, least: int = 1) -> st.SearchStrategy[str]:
    """Numbers as cards write them: up to `most`, with at most so many decimals."""
    return st.integers(least, most * 10**places).map(lambda n: format(Decimal(n).scaleb(-places).normalize(), "f"))


PRICES: Final = decimals(3, 4) | st.sampled_from(("0.1", "0.15", "0.6", "1", "0.085", "0.0333"))
_FREE_OR_PRICES: Final = st.just("free") | PRICES | PRICES | PRICES
LENGTHS: Final = decimals(20, 2) | st.sampled_from(("5", "2.5", "1.65", "1"))
UNITS: Final = st.sampled_from(("3", "5", "7.5", "10", "12", "20", "1000")) | decimals(40, 2)
"""Of bands, packages and allowances: about what one request uses, or much more."""
MONEY: Final = st.sampled_from(("0.5", "1", "2", "10", "500")) | decimals(9, 3)
"""Of bands, caps, commitments and credits: about what one request costs, or much more."""
_STEPS: Final = ("0.5", "0.8", "2", "1.5", "0.1")
"""What of one band's price the next one is, where money parts them: each such ratio ends."""


_ASKING: Final = (*["price"] * 4, *["package"] * 2, *["banded"] * 4, "free", "ended")


class Named(NamedTuple):
    """What a price names; `""` for what it does not."""

    meter: str
    resolution: str = ""
    ratio: str = ""
    clips: str = ""

    @property
    def row(self) -> Row:
        said = {"resolution": self.resolution, "ratio": self.ratio, "has_reference_video": self.clips}
        return {"meter": self.meter} | {key: value for key, value in said.items() if value}


@cache
@st.composite
def named(draw: st.DrawFn) -> Named:
    """A meter, most often at a tier; now and then at a ratio, or with or without clips."""
    return Named(
        draw(one_of(*METERS)),
        draw(one_of(*TIERS, "")),
        draw(one_of("", "", "", "16:9", "9:16")),
        draw(one_of("", "", "", "true", "false")),
    )


def closed(keys: Sequence[Named]) -> list[Named]:
    """The keys, and for each two that name as much and both fit something one that names all that either does."""
    found = list(dict.fromkeys(keys))
    for one, other in combinations(found, 2):
        both = _both(one, other)
        if both and _many(one) == _many(other) and both not in found:
            return closed([*found, both])
    return found


def settling(keys: Sequence[Named]) -> list[Named]:
    """Those that settle which of two others counts where both fit."""
    pairs = [pair for pair in combinations(keys, 2) if _many(pair[0]) == _many(pair[1])]
    return [key for pair in pairs if (key := _both(*pair))]


def _many(key: Named) -> int:
    return sum(bool(name) for name in key[1:])


def _both(one: Named, other: Named) -> Named | None:
    if one.meter != other.meter or any(a and b and a != b for a, b in zip(one, other, strict=True)):
        return None
    return Named(*(a or b for a, b in zip(one, other, strict=True)))


@cache
@st.composite
def banded(draw: st.DrawFn) -> Row:
    """A ladder of one to four bands, its prices rising or falling or both."""
    model, by = draw(one_of("graduated", "volume")), draw(one_of("units", "units", "spend"))
    ends = draw(st.lists(UNITS if by == "units" else MONEY, max_size=3, unique_by=Decimal))
    prices = [draw(PRICES)]
    for _ in ends:
        if by == "spend":
            prices.append(format((Decimal(prices[-1]) * Decimal(draw(one_of(*_STEPS)))).normalize(), "f"))
        else:
            prices.append(draw(_FREE_OR_PRICES))
    bands = zip([*sorted(ends, key=Decimal), ""], prices, strict=True)
    return {"model": model, "by": by, "bands": " ".join(f"{end}:{price}" for end, price in bands)}


@cache
@st.composite
def asking(draw: st.DrawFn, *, ended: bool) -> Row:
    """What a price asks: by the unit, package or bands, or nothing; or that there is none any more."""
    kind = draw(one_of(*_ASKING))
    if kind == "banded":
        return draw(banded())
    if kind == "package":
        return {"model": "package", "size": draw(UNITS), "price": draw(PRICES)}
    if kind == "free":
        return {"model": "per_unit", "free": "true"}
    return {"model": "per_unit"} if kind == "ended" and ended else {"model": "per_unit", "price": draw(PRICES)}


@cache
@st.composite
def entry(draw: st.DrawFn, key: Named, day: str) -> Row:
    """An entry of a card; one of requests may be flat."""
    row = {"from": day} | key.row | draw(asking(ended=True))
    if key.meter == "requests" and row["model"] == "per_unit" and draw(st.booleans()):
        del row["meter"]
        row["model"] = "flat"
    return row
