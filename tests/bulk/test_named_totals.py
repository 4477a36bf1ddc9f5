"""Totals of a month of one ratio, or of jobs with clips: what was used before a price named that counts as well."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest

from pricing import parse_catalogue
from pricing.shell.bulk.engines import DuckDBEngine
from pricing.usage import UsageRow
from tests.backtesting import row as make_row
from tests.bulk.agreement import TOTAL, by_scalar, by_tables
from tests.oracle import Row
from tests.tables import HEAD, agreement_toml, card_toml, terms_of

D = Decimal
SAID: Final = {"account": "acme", "environment": "production"}
LADDER: Final[Row] = {
    "from": "2026-03-10",
    "meter": "output_video_seconds",
    "model": "graduated",
    "by": "units",
    "bands": "10:0.2 :0.1",
}
MONEY: Final[Row] = {"kind": "cap", "per": "month", "amount": "1000"}
"""It changes nothing, but has rows rated one after the other."""


def used(name: str, day: str, seconds: str, *, tier: str = "720P", ratio: str = "16:9", clips: int = 0) -> UsageRow:
    said = {**SAID, "resolution": tier, "ratio": ratio, "duration_s": seconds, "clips_s": ["3"] * clips}
    return make_row(id=name, at=f"2026-{day}T00:00:00Z", references=5, **said)


CASES: Final[dict[str, tuple[Row, list[UsageRow]]]] = {
    "ratio": (
        {"resolution": "720P", "ratio": "16:9"},
        [
            used("february", "02-20", "9"),
            used("counted", "03-05", "8"),
            used("another", "03-06", "7", ratio="9:16"),
            used("asked", "03-11", "6"),
        ],
    ),
    "clips": (
        {"resolution": "720P", "has_reference_video": "true"},
        [
            used("counted", "03-05", "8", clips=1),
            used("another", "03-06", "7"),
            used("asked", "03-11", "6", clips=2),
        ],
    ),
    "clips-at-any-tier": (
        {"resolution": "any", "has_reference_video": "true"},
        [
            used("counted", "03-05", "8", tier="1080P", clips=1),
            used("another", "03-06", "7", tier="1080P"),
            used("asked", "03-11", "6", clips=1),
        ],
    ),
    "no-clips-at-any-tier": (
        {"resolution": "any", "has_reference_video": "false"},
        [
            used("counted", "03-05", "8", tier="1080P"),
            used("another", "03-06", "7", tier="1080P", clips=1),
            used("asked", "03-11", "6"),
        ],
    ),
}


@pytest.mark.parametrize("agreed", [[], [MONEY]], ids=["counted", "folded"])
@pytest.mark.parametrize("case", CASES)
def test_what_was_used_before_the_price_counts_for_it(duckdb: DuckDBEngine, case: str, agreed: list[Row]) -> None:
    """8 s of the first 10 were used: of 6 s more, 2 are at 0.2 and 4 at 0.1."""
    names, rows = CASES[case]
    terms = terms_of({names["resolution"]: "0.3"}, rule={"billed": "no"})
    terms["entries"].append({**LADDER, **names})
    files = {"catalogue.toml": HEAD, "card.toml": card_toml(terms)}
    if agreed:
        files["acme.toml"] = agreement_toml(agreed)
    catalogue = parse_catalogue(files)
    expected = by_scalar(catalogue, rows)
    assert expected["asked"][TOTAL] == 2 * D("0.2") + 4 * D("0.1")
    assert by_tables(catalogue, rows, duckdb) == expected
