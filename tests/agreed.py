"""Terms of agreements made up by Hypothesis: every kind, in force now, before or later."""

from __future__ import annotations

from functools import cache
from typing import Final

from hypothesis import strategies as st

from tests.draws import one_of
from tests.oracle import Row
from tests.prices import METERS, MONEY, TIERS, UNITS, Named, asking, closed, decimals, named

PERCENTS: Final = st.sampled_from(("5", "10", "20", "25", "50", "100", "100")) | decimals(99, 1)
ABROAD: Final = "EUR"
RATES: Final = ("0.9", "2", "0.85", "7.1")
TURN: Final = "2026-03-01"
_TIMES: Final[st.SearchStrategy[Row]] = st.sampled_from(
    (
        {},
        {},
        {},
        {"until": TURN},
        {"from": TURN},
        {"from": "2026-01-15", "until": "2026-05-01"},
    )
)
_MONTHLY: Final = ("request", "month")
_OUTCOMES: Final = ("failed", "failed_upscaling", "canceled", "moderated")


@cache
def _some_of(names: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(one_of(*names), min_size=1, max_size=3, unique=True)


@cache
@st.composite
def _percentage(draw: st.DrawFn) -> Row:
    row = {"kind": draw(one_of("discount", "surcharge", "markup")), "percent": draw(PERCENTS)}
    if draw(st.integers(0, 2)) == 0:
        row["meters"] = " ".join(draw(_some_of(METERS)))
    if draw(st.integers(0, 2)) == 0:
        row["resolutions"] = " ".join(draw(_some_of(TIERS)))
    return row


@cache
@st.composite
def _allowance(draw: st.DrawFn) -> Row:
    row = {"kind": "allowance", "meter": draw(one_of(*METERS[:1] * 2, *METERS)), "units": draw(UNITS)}
    tier = draw(one_of("", *TIERS))
    return row | ({"resolution": tier} if tier else {})


@cache
@st.composite
def _of_money(draw: st.DrawFn, kind: str) -> Row:
    row = {"kind": kind, "amount": draw(MONEY)}
    if kind in ("minimum", "cap"):
        row |= {"per": draw(one_of(*_MONTHLY))} if draw(st.booleans()) else {}
    if kind == "commitment" and draw(st.integers(0, 3)):
        row["overage_percent"] = draw(PERCENTS)
    if kind == "credit":
        row["name"] = draw(one_of("welcome", "apology"))
    return row


@cache
@st.composite
def _override(draw: st.DrawFn, key: Named) -> Row:
    return {"kind": "override"} | key.row | draw(asking(ended=False))


@cache
@st.composite
def _unfinished(draw: st.DrawFn) -> Row:
    owed = draw(one_of("free", "full", "rendered"))
    return {"kind": "unfinished", "outcome": draw(one_of(*_OUTCOMES)), "owed": owed}


def _identity(row: Row) -> tuple[str, ...]:
    """What may be said once at a time."""
    names = ("kind", "meter", "resolution", "per", "name", "outcome")
    return tuple(row.get(name, "request" if name == "per" else "") for name in names)


@cache
def _kinds() -> st.SearchStrategy[Row]:
    amounts = [_of_money(kind) for kind in ("rebate", "minimum", "cap", "commitment", "credit")]
    return st.one_of(_percentage(), _percentage(), _percentage(), _allowance(), _unfinished(), *amounts)


def _timed(draw: st.DrawFn, row: Row, other: Row) -> list[Row]:
    """The row, at some time; or until a day, and from then on the other one, where it is of the same kind."""
    if _identity(row) == _identity(other) and draw(st.booleans()):
        return [row | {"until": TURN}, other | {"from": TURN}]
    return [row | draw(_TIMES)]


@cache
@st.composite
def agreements(draw: st.DrawFn) -> list[Row]:
    """Terms of one agreement: what may be said once at a time is."""
    rows: list[Row] = []
    keys = closed(draw(st.lists(named(), max_size=2)))
    rows += [draw(_override(key)) for key in keys]
    if len(keys) == 1:
        rows = _timed(draw, rows[0], draw(_override(keys[0])))
    drawn = draw(st.lists(_kinds(), max_size=4))
    once = {_identity(row): row for row in drawn if "percent" not in row and row["kind"] != "rebate"}
    rows += [row for row in drawn if "percent" in row or row["kind"] == "rebate"]
    for row in once.values():
        rows += _timed(draw, row, row | ({"amount": draw(MONEY)} if "amount" in row else {}))
    if draw(st.integers(0, 4)) == 0:
        rate = {"kind": "exchange", "currency": ABROAD, "rate": draw(one_of(*RATES)), "date": "2026-01-01"}
        rows += _timed(draw, rate | {"source": "the bank"}, rate | {"source": "the bank", "rate": "1.5"})
    return _in_currencies(draw, draw(st.permutations(rows)))


def _in_currencies(draw: st.DrawFn, rows: list[Row]) -> list[Row]:
    """Beside an exchange each amount says its currency; elsewhere hardly any does."""
    abroad = any(row["kind"] == "exchange" for row in rows)
    choices = ("USD", ABROAD) if abroad else ("", "", "", "", "", "", "USD", ABROAD)
    found = []
    for row in rows:
        is_money = "amount" in row or (row["kind"] == "override" and "free" not in row)
        currency = draw(one_of(*choices)) if is_money else ""
        found.append(row | ({"currency": currency} if currency else {}))
    return found
