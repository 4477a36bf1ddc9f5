"""Terms of agreements made up by Hypothesis: every kind, in force now, before or later."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

from tests.oracle import Row
from tests.prices import METERS, MONEY, TIERS, UNITS, Named, asking, closed, decimals, named

PERCENTS: Final = st.sampled_from(("5", "10", "20", "25", "50", "100", "100")) | decimals(99, 1)
ABROAD: Final = "EUR"
RATES: Final = ("0.9", "2", "0.85", "7.1")
TURN: Final = "2026-03-01"
_TIMES: Final[tuple[Row, ...]] = (
    {},
    {},
    {},
    {"until": TURN},
    {"from": TURN},
    {"from": "2026-01-15", "until": "2026-05-01"},
)
_MONTHLY: Final = ("request", "month")
_OUTCOMES: Final = ("failed", "failed_upscaling", "canceled", "moderated")


@st.composite
def _percentage(draw: st.DrawFn) -> Row:
    row = {"kind": draw(st.sampled_from(("discount", "surcharge", "markup"))), "percent": draw(PERCENTS)}
    if draw(st.integers(0, 2)) == 0:
        row["meters"] = " ".join(draw(st.lists(st.sampled_from(METERS), min_size=1, max_size=3, unique=True)))
    if draw(st.integers(0, 2)) == 0:
        row["resolutions"] = " ".join(draw(st.lists(st.sampled_from(TIERS), min_size=1, max_size=3, unique=True)))
    return row


@st.composite
def _allowance(draw: st.DrawFn) -> Row:
    row = {"kind": "allowance", "meter": draw(st.sampled_from(METERS[:1] * 2 + METERS)), "units": draw(UNITS)}
    tier = draw(st.sampled_from(("", *TIERS)))
    return row | ({"resolution": tier} if tier else {})


@st.composite
def _of_money(draw: st.DrawFn, kind: str) -> Row:
    row = {"kind": kind, "amount": draw(MONEY)}
    if kind in ("minimum", "cap"):
        row |= {"per": draw(st.sampled_from(_MONTHLY))} if draw(st.booleans()) else {}
    if kind == "commitment" and draw(st.integers(0, 3)):
        row["overage_percent"] = draw(PERCENTS)
    if kind == "credit":
        row["name"] = draw(st.sampled_from(("welcome", "apology")))
    return row


@st.composite
def _override(draw: st.DrawFn, key: Named) -> Row:
    return {"kind": "override"} | key.row | draw(asking(ended=False))


@st.composite
def _unfinished(draw: st.DrawFn) -> Row:
    owed = draw(st.sampled_from(("free", "full", "rendered")))
    return {"kind": "unfinished", "outcome": draw(st.sampled_from(_OUTCOMES)), "owed": owed}


def _identity(row: Row) -> tuple[str, ...]:
    """What may be said once at a time."""
    names = ("kind", "meter", "resolution", "per", "name", "outcome")
    return tuple(row.get(name, "request" if name == "per" else "") for name in names)


def _kinds() -> st.SearchStrategy[Row]:
    amounts = [_of_money(kind) for kind in ("rebate", "minimum", "cap", "commitment", "credit")]
    return st.one_of(_percentage(), _percentage(), _percentage(), _allowance(), _unfinished(), *amounts)


@st.composite
def _timed(draw: st.DrawFn, row: Row, other: Row) -> list[Row]:
    """The row, at some time; or until a day, and from then on the other one, where it is of the same kind."""
    if _identity(row) == _identity(other) and draw(st.booleans()):
        return [row | {"until": TURN}, other | {"from": TURN}]
    return [row | draw(st.sampled_from(_TIMES))]


@st.composite
def agreements(draw: st.DrawFn) -> list[Row]:
    """Terms of one agreement: what may be said once at a time is."""
    rows: list[Row] = []
    keys = closed(draw(st.lists(named(), max_size=2)))
    rows += [draw(_override(key)) for key in keys]
    if len(keys) == 1:
        rows = draw(_timed(rows[0], draw(_override(keys[0]))))
    drawn = draw(st.lists(_kinds(), max_size=4))
    once = {_identity(row): row for row in drawn if "percent" not in row and row["kind"] != "rebate"}
    rows += [row for row in drawn if "percent" in row or row["kind"] == "rebate"]
    for row in once.values():
        rows += draw(_timed(row, row | ({"amount": draw(MONEY)} if "amount" in row else {})))
    if draw(st.integers(0, 4)) == 0:
        rate = {"kind": "exchange", "currency": ABROAD, "rate": draw(st.sampled_from(RATES)), "date": "2026-01-01"}
        rows += draw(_timed(rate | {"source": "the bank"}, rate | {"source": "the bank", "rate": "1.5"}))
    return _in_currencies(draw, draw(st.permutations(rows)))


def _in_currencies(draw: st.DrawFn, rows: list[Row]) -> list[Row]:
    """Beside an exchange each amount says its currency; elsewhere hardly any does."""
    abroad = any(row["kind"] == "exchange" for row in rows)
    choices = ("USD", ABROAD) if abroad else ("", "", "", "", "", "", "USD", ABROAD)
    found = []
    for row in rows:
        is_money = "amount" in row or (row["kind"] == "override" and "free" not in row)
        currency = draw(st.sampled_from(choices)) if is_money else ""
        found.append(row | ({"currency": currency} if currency else {}))
    return found
