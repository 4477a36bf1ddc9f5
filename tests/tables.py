"""Made-up cards and agreements written as TOML, and what a catalogue of them resolves to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from pricing import Catalogue, Market, Pricing, parse_catalogue, resolve
from tests.oracle import Card, Row, Terms

FIRST_DAY: Final = "2026-01-01"
ACCOUNT: Final = "acme"
ENVIRONMENT: Final = "production"
HEAD: Final = """\
schema_version = "1"

[catalogue]
name = "made up"
accounts = ["acme", "globex", "initech"]
environments = ["production", "staging", "sandbox"]
"""

_BARE: Final = frozenset({"from", "until", "announced", "date"})
_LISTS: Final = frozenset({"cuts_s", "meters", "resolutions", "environments"})


def row_to_toml(row: Row) -> str:
    """The lines of one table."""
    return "".join(f"{key} = {_value(key, value)}\n" for key, value in row.items())


def _value(key: str, value: str) -> str:
    if key in _BARE or value in ("true", "false"):
        return value
    if key in _LISTS:
        return "[" + ", ".join(f'"{part}"' for part in value.split()) + "]"
    return f"[{', '.join(map(_band, value.split()))}]" if key == "bands" else f'"{value}"'


def _band(written: str) -> str:
    """`10:0.2` as a table: up to 10 at 0.2."""
    end, price = written.split(":")
    said = "free = true" if price == "free" else f'price = "{price}"'
    return f'{{ up_to = "{end}", {said} }}' if end else f"{{ {said} }}"


def _zone(rows: Sequence[Row]) -> Row:
    """Whose months count, where any do."""
    monthly = any("bands" in r or r.get("per") == "month" or r.get("kind") in ("allowance", "commitment") for r in rows)
    return {"zone": "Asia/Shanghai"} if monthly else {}


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
    }
    said |= _zone(terms["entries"]) | head
    parts = ['schema_version = "1"\n', f"[card]\nchecked = 2026-01-01\n{row_to_toml(said)}"]
    parts += [f"[[entry]]\n{row_to_toml(row)}" for row in terms["entries"]]
    parts += [f"[[reference_video]]\n{row_to_toml(row)}" for row in terms["reference_video"]]
    parts += [f"[[rounding]]\n{row_to_toml(row)}" for row in terms["rounding"]]
    parts += [f"[[unfinished]]\n{row_to_toml(row)}" for row in terms.get("unfinished", [])]
    return "\n".join(parts)


def alone(card: Card) -> Terms:
    """The card with no agreement over it."""
    return {
        "super_resolution": card["super_resolution"],
        "entries": card["entries"],
        "reference_video": card["reference_video"],
        "rounding": card["rounding"],
        "unfinished": card.get("unfinished", []),
        "agreement": [],
    }


def agreement_toml(rows: Sequence[Row], **head: str) -> str:
    """An agreement of acme's with those terms; `head` changes its first table."""
    said = {"id": "acme-terms", "title": "Terms of acme", "account": ACCOUNT, "host": "atlas", "from": FIRST_DAY}
    return agreement_of(rows, said | head)


def agreement_of(rows: Sequence[Row], head: Row) -> str:
    """An agreement with that head and those terms."""
    tables = "\n".join(f"[[term]]\n{row_to_toml(row)}" for row in rows)
    return f'schema_version = "1"\n\n[agreement]\n{row_to_toml(_zone(rows) | head)}\n{tables}'


def catalogue_files(terms: Terms, *, host: str = "atlas") -> dict[str, str]:
    """The files of a catalogue with all that the terms hold: cards, aliases, acme's agreement and others."""
    aliases = "".join(f"\n[[alias]]\n{row_to_toml(row)}" for row in terms.get("aliases", []))
    files = {"catalogue.toml": HEAD + aliases, "card.toml": card_toml(terms, host=host)}
    if terms["agreement"]:
        files["acme.toml"] = agreement_toml(terms["agreement"], host=host)
    for name, card in terms.get("cards", {}).items():
        files[f"{name}.toml"] = card_toml(alone(card), host=host, id=name, by_agreement="true")
    for index, layer in enumerate(terms.get("others", [])):
        said = {"id": f"layer-{index}", "title": "A layer", "host": host, "from": FIRST_DAY}
        files[f"layer-{index}.toml"] = agreement_of(layer["terms"], said | layer["head"])
    return files


def instant(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def resolved(terms: Terms, on: str, *, host: str = "atlas") -> Pricing:
    """What those terms are for acme on that day, through a catalogue."""
    return resolved_in(parse_catalogue(catalogue_files(terms, host=host)), on, host=host)


def resolved_in(catalogue: Catalogue, on: str, *, host: str = "atlas", account: str = ACCOUNT) -> Pricing:
    return resolve(catalogue, Market(account, ENVIRONMENT, host), instant(on))


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
