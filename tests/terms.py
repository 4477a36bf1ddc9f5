"""Cards and agreements made up by Hypothesis, as `tests.oracle` reads them, and written as TOML for the code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from hypothesis import strategies as st

from pricing import Catalogue, Market, Pricing, parse_catalogue, resolve
from tests.oracle import Row, Terms

FIRST_DAY: Final = "2026-01-01"
DAYS: Final = (FIRST_DAY, "2026-03-01", "2026-05-01")
ASKED_ON: Final = ("2026-02-01", "2026-03-01", "2026-12-31")
TIERS: Final = ("720P", "1080P", "1080P-SR", "1440P-SR")
METERS: Final = ("output_video_seconds", "reference_video_seconds", "super_resolution_seconds", "requests")
MODES: Final = ("up", "down", "half-up", "half-even")
ACCOUNT: Final = "acme"
ENVIRONMENT: Final = "production"
HEAD: Final = """\
schema_version = "1"

[catalogue]
name = "made up"
accounts = ["acme", "globex", "initech"]
environments = ["production", "staging", "sandbox"]
"""

_LISTS: Final = frozenset({"cuts_s", "meters", "resolutions"})


def row_to_toml(row: Row) -> str:
    """The lines of one table."""
    return "".join(f"{key} = {_value(key, value)}\n" for key, value in row.items())


def _value(key: str, value: str) -> str:
    if key in ("from", "until", "free", "announced"):
        return value
    if key in _LISTS:
        return "[" + ", ".join(f'"{part}"' for part in value.split()) + "]"
    return f'"{value}"'


def card_toml(terms: Terms, **head: str) -> str:
    """The card of those terms; `head` changes its first table."""
    said = {
        "id": "made-up",
        "title": "A made-up card",
        "host": "atlas",
        "currency": "USD",
        "super_resolution": terms["super_resolution"],
        "source": "https://example.com/prices",
        "confidence": "fictional",
    } | head
    parts = ['schema_version = "1"\n', f"[card]\nchecked = 2026-01-01\n{row_to_toml(said)}"]
    parts += [f"[[entry]]\n{row_to_toml(row)}" for row in terms["entries"]]
    parts += [f"[[reference_video]]\n{row_to_toml(row)}" for row in terms["reference_video"]]
    parts += [f"[[rounding]]\n{row_to_toml(row)}" for row in terms["rounding"]]
    return "\n".join(parts)


def agreement_toml(rows: Sequence[Row], **head: str) -> str:
    """An agreement of those terms; `head` changes its first table."""
    said = {"id": "acme-terms", "title": "Terms of acme", "account": ACCOUNT, "host": "atlas", "from": FIRST_DAY} | head
    tables = "\n".join(f"[[term]]\n{row_to_toml(row)}" for row in rows)
    return f'schema_version = "1"\n\n[agreement]\n{row_to_toml(said)}\n{tables}'


def catalogue_files(terms: Terms, *, host: str = "atlas") -> dict[str, str]:
    """The files of a catalogue with that card and, for acme, that agreement."""
    files = {"catalogue.toml": HEAD, "card.toml": card_toml(terms, host=host)}
    if terms["agreement"]:
        files["acme.toml"] = agreement_toml(terms["agreement"], host=host)
    return files


def instant(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def resolved(terms: Terms, on: str, *, host: str = "atlas") -> Pricing:
    """What those terms are for acme on that day, through a catalogue."""
    return resolved_in(parse_catalogue(catalogue_files(terms, host=host)), on, host=host)


def resolved_in(catalogue: Catalogue, on: str, *, host: str = "atlas", account: str = ACCOUNT) -> Pricing:
    return resolve(catalogue, Market(account, ENVIRONMENT, host), instant(on))


def decimals(most: int, places: int, least: int = 1) -> st.SearchStrategy[str]:
    """Numbers as cards write them: up to `most`, with at most so many decimals."""
    return st.integers(least, most * 10**places).map(lambda n: format(Decimal(n).scaleb(-places).normalize(), "f"))


PRICES: Final = decimals(3, 4) | st.sampled_from(("0.1", "0.15", "0.6", "1", "0.085", "0.0333"))
PERCENTS: Final = decimals(99, 2) | st.sampled_from(("10", "100", "12.5"))
_LENGTHS: Final = decimals(20, 2) | st.sampled_from(("5", "2.5", "1.65", "1"))


@st.composite
def _entry(draw: st.DrawFn, meter: str, tier: str, day: str) -> Row:
    row = {"from": day, "model": "per_unit", "meter": meter, "resolution": tier}
    if meter == "requests":
        row = {"from": day, "model": "flat", "resolution": tier}
    kind = draw(st.sampled_from(("price", "price", "price", "price", "free", "ended")))
    if kind == "price" or (kind == "free" and meter == "requests"):
        row["price"] = draw(PRICES)
    elif kind == "free":
        row["free"] = "true"
    return row


@st.composite
def _entries(draw: st.DrawFn) -> list[Row]:
    keys = [("output_video_seconds", "any", FIRST_DAY), ("super_resolution_seconds", "any", FIRST_DAY)]
    keys.append(("reference_video_seconds", "any", FIRST_DAY))
    more = st.tuples(st.sampled_from(METERS), st.sampled_from((*TIERS, "any")), st.sampled_from(DAYS))
    keys += draw(st.lists(more, max_size=6))
    rows = [draw(_entry(*key)) for key in dict.fromkeys(keys)]
    for day in draw(st.lists(st.sampled_from(DAYS), max_size=2, unique=True)):
        amount: Row = {"amount": draw(decimals(3, 2))} if draw(st.integers(0, 3)) else {}
        rows.append({"from": day, "model": "minimum"} | amount)
    return rows


@st.composite
def reference_rules(draw: st.DrawFn, day: str = FIRST_DAY) -> Row:
    row = {
        "from": day,
        "billed": draw(st.sampled_from(("yes", "yes", "yes", "no", "unknown"))),
        "priced_as": draw(st.sampled_from(("output", "render", "own"))),
    }
    for key in ("cap_per_clip_s", "cap_total_s", "minimum_s"):
        if draw(st.integers(0, 2)) == 0:
            row[key] = draw(_LENGTHS)
    if draw(st.booleans()):
        cuts = draw(st.lists(_LENGTHS, min_size=1, max_size=4))
        row["cuts_s"] = " ".join(sorted(cuts, key=Decimal, reverse=True))
        row["cuts_by"] = draw(st.sampled_from(("videos", "references")))
    if draw(st.booleans()):
        row["round_to_s"] = draw(st.sampled_from(("1", "0.5", "0.1", "5", "0.3", "0.000001")))
        row["round_mode"] = draw(st.sampled_from(MODES))
        row["round_place"] = draw(st.sampled_from(("clip", "total")))
    return row


@st.composite
def _rounding(draw: st.DrawFn, day: str) -> Row:
    return {
        "from": day,
        "quantum": draw(st.sampled_from(("1", "0.1", "0.01", "0.0001"))),
        "mode": draw(st.sampled_from(MODES)),
        "place": draw(st.sampled_from(("line", "quote"))),
    }


@st.composite
def _override(draw: st.DrawFn) -> Row:
    row = {
        "kind": "override",
        "meter": draw(st.sampled_from(METERS)),
        "resolution": draw(st.sampled_from((*TIERS, "any"))),
    }
    return row | ({"price": draw(PRICES)} if draw(st.integers(0, 4)) else {"free": "true"})


@st.composite
def _percentage(draw: st.DrawFn) -> Row:
    row = {"kind": draw(st.sampled_from(("discount", "surcharge"))), "percent": draw(PERCENTS)}
    if draw(st.booleans()):
        row["meters"] = " ".join(draw(st.lists(st.sampled_from(METERS), min_size=1, max_size=3, unique=True)))
    if draw(st.booleans()):
        row["resolutions"] = " ".join(draw(st.lists(st.sampled_from(TIERS), min_size=1, max_size=3, unique=True)))
    return row


def _key(row: Row) -> tuple[str, str]:
    return row["meter"], row["resolution"]


@st.composite
def agreements(draw: st.DrawFn) -> list[Row]:
    """Terms of an account: each price overridden at most once, at most two percentages, at most one minimum."""
    rows = draw(st.lists(_override(), max_size=2, unique_by=_key))
    rows += draw(st.lists(_percentage(), max_size=2))
    if draw(st.integers(0, 3)) == 0:
        rows.append({"kind": "minimum", "amount": draw(decimals(5, 2))})
    return draw(st.permutations(rows))


@st.composite
def all_terms(draw: st.DrawFn) -> Terms:
    """Any card, with or without an agreement: every option that a card may state."""
    rules = [draw(reference_rules())]
    if draw(st.integers(0, 3)) == 0:
        rules.append(draw(reference_rules(DAYS[1])))
    days = draw(st.lists(st.sampled_from(DAYS), max_size=2, unique=True))
    super_resolution = draw(st.sampled_from(("tier", "stages")))
    if super_resolution == "stages":  # such a card has no price for the delivered tier
        rules = [rule | {"priced_as": "render"} if rule["priced_as"] == "output" else rule for rule in rules]
    return {
        "super_resolution": super_resolution,
        "entries": draw(_entries()),
        "reference_video": rules,
        "rounding": [draw(_rounding(day)) for day in days],
        "agreement": draw(agreements()),
    }


def terms_of(
    prices: Mapping[str, str], *, rule: Row | None = None, agreement: Sequence[Row] = (), super_resolution: str = "tier"
) -> Terms:
    """Simple terms: a price of output seconds by tier, all from the first day on."""
    entries: list[Row] = [
        {"from": FIRST_DAY, "model": "per_unit", "meter": "output_video_seconds", "resolution": tier, "price": price}
        for tier, price in prices.items()
    ]
    reference: Row = {"from": FIRST_DAY, "billed": "yes"} | (rule or {})
    return {
        "super_resolution": super_resolution,
        "entries": entries,
        "reference_video": [reference],
        "rounding": [],
        "agreement": list(agreement),
    }
