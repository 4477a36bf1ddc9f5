"""Cards and agreements made up by Hypothesis, as `tests.oracle` reads them; `tests.tables` writes them as TOML."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Final

from hypothesis import strategies as st

from tests.agreed import agreements
from tests.draws import one_of
from tests.oracle import Card, Layer, Row, Terms
from tests.prices import LENGTHS, PRICES, TIERS, Named, closed, decimals, entry, named, settling
from tests.tables import (
    ACCOUNT,
    ENVIRONMENT,
    FIRST_DAY,
    HEAD,
    agreement_toml,
    alone,
    card_toml,
    catalogue_files,
    instant,
    resolved,
    resolved_in,
    row_to_toml,
    terms_of,
)

__all__ = [
    "ACCOUNT",
    "ASKED_ON",
    "DAYS",
    "ENVIRONMENT",
    "FIRST_DAY",
    "HEAD",
    "PRICES",
    "TIERS",
    "agreement_toml",
    "agreements",
    "all_terms",
    "card_toml",
    "catalogue_files",
    "instant",
    "reference_rules",
    "resolved",
    "resolved_in",
    "row_to_toml",
    "terms_of",
]

DAYS: Final = (FIRST_DAY, "2026-03-01", "2026-05-01")
ASKED_ON: Final = ("2026-02-01", "2026-03-01", "2026-12-31")
MODES: Final = ("up", "down", "half-up", "half-even")
_SOME_DAYS: Final = st.lists(one_of(*DAYS), max_size=2, unique=True)
_ORDERS: Final = st.permutations(DAYS)
_TIMES: Final[st.SearchStrategy[Row]] = st.sampled_from(({}, {}, {"from": DAYS[1]}, {"until": "2026-06-01"}))
_RANKS: Final[tuple[Row, ...]] = (
    {},
    {"environments": "production"},
    {"environments": "staging production"},
    {"environments": "staging"},
    {"account": ACCOUNT, "environments": "production"},
    {"account": "globex"},
    {"account": "globex", "environments": "production"},
)


@cache
@st.composite
def _entries(draw: st.DrawFn) -> list[Row]:
    first = [(Named(meter), FIRST_DAY) for meter in ("output_video_seconds", "super_resolution_seconds")]
    first.append((Named("reference_video_seconds"), FIRST_DAY))
    keys = draw(st.lists(named(), max_size=4))
    dated = first + [(key, draw(one_of(*DAYS))) for key in keys]
    # What settles which of two counts is there from the beginning.
    dated += [(key, FIRST_DAY) for key in settling(closed([key for key, _ in dated]))]
    dated += [(key, draw(one_of(*DAYS[1:]))) for key in keys[:1]]
    rows = [draw(entry(*pair)) for pair in dict.fromkeys(dated)]
    for day in draw(_SOME_DAYS):
        amount: Row = {"amount": draw(decimals(3, 2))} if draw(st.integers(0, 3)) else {}
        rows.append({"from": day, "model": "minimum"} | amount)
    return rows


@cache
@st.composite
def reference_rules(draw: st.DrawFn, day: str = FIRST_DAY) -> Row:
    row = {
        "from": day,
        "billed": draw(one_of("yes", "yes", "yes", "no", "unknown")),
        "priced_as": draw(one_of("output", "render", "own")),
    }
    for key in ("cap_per_clip_s", "cap_total_s", "minimum_s"):
        if draw(st.integers(0, 2)) == 0:
            row[key] = draw(LENGTHS)
    if draw(st.booleans()):
        cuts = draw(st.lists(LENGTHS, min_size=1, max_size=4))
        row["cuts_s"] = " ".join(sorted(cuts, key=Decimal, reverse=True))
        row["cuts_by"] = draw(one_of("videos", "references"))
    if draw(st.booleans()):
        row["round_to_s"] = draw(one_of("1", "0.5", "0.1", "5", "0.3", "0.000001"))
        row["round_mode"] = draw(one_of(*MODES))
        row["round_place"] = draw(one_of("clip", "total"))
    return row


@cache
@st.composite
def _rounding(draw: st.DrawFn, day: str) -> Row:
    return {
        "from": day,
        "quantum": draw(one_of("1", "0.1", "0.01", "0.0001")),
        "mode": draw(one_of(*MODES)),
        "place": draw(one_of("line", "quote")),
    }


@cache
@st.composite
def cards(draw: st.DrawFn) -> Card:
    """Any card: every option that one may state."""
    rules = [draw(reference_rules())]
    if draw(st.integers(0, 3)) == 0:
        rules.append(draw(reference_rules(DAYS[1])))
    days = draw(_SOME_DAYS)
    super_resolution = draw(one_of("tier", "stages"))
    if super_resolution == "stages":  # such a card has no price for the delivered tier
        rules = [rule | {"priced_as": "render"} if rule["priced_as"] == "output" else rule for rule in rules]
    return {
        "super_resolution": super_resolution,
        "entries": draw(_entries()),
        "reference_video": rules,
        "rounding": [draw(_rounding(day)) for day in days],
    }


def _layer(draw: st.DrawFn, rank: Row, names: list[str]) -> Layer:
    """An agreement of that rank, now and then for a time only, over another card, or over none of the layers below."""
    head = rank | draw(_TIMES)
    if draw(st.integers(0, 5)) == 0:
        head |= {"inherit": "false"}
    if draw(st.booleans()) and names:
        head |= {"card": draw(one_of(*names))}
    return {"head": head, "terms": draw(agreements())}


def _rank(rank: Row) -> tuple[str, bool]:
    """Two agreements that agree in it may not both hold."""
    return rank.get("account", ""), "environments" in rank


_SOME_RANKS: Final = st.lists(st.sampled_from(_RANKS), min_size=1, max_size=3, unique_by=_rank)


@cache
@st.composite
def all_terms(draw: st.DrawFn) -> Terms:
    """Any card, with or without agreements over it and other cards that they name."""
    terms = alone(draw(cards()))
    if draw(st.booleans()):
        terms["agreement"] = draw(agreements())
    if not draw(st.booleans()):
        return terms
    names: list[str] = []
    if draw(st.integers(0, 3)) == 0:
        terms["cards"] = {"second": draw(cards())}
        turns = zip(("made-up", "second", "made-up"), draw(_ORDERS), strict=True)
        terms["aliases"] = [{"name": "latest", "card": name, "from": day} for name, day in list(turns)[:2]]
        names = ["made-up", "second", "latest"]
    ranks = draw(_SOME_RANKS)
    terms["others"] = [_layer(draw, rank, names) for rank in ranks]
    return terms
