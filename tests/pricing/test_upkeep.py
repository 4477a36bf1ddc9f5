"""What somebody has to look at again: in which words, and where it stands."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest

from pricing import parse_catalogue
from pricing.linting import Lint, lint
from tests.terms import HEAD, card_toml, terms_of

CARD: Final = card_toml(terms_of({"720P": "0.1", "1080P": "0.15"}), host="runware")
TODAY: Final = date(2026, 6, 1)


def found(check: str, today: date, acknowledged: str = "") -> Lint:
    head = f'{HEAD}[[acknowledged]]\nreason = "meant"\n{acknowledged}' if acknowledged else HEAD
    (one,) = [
        one for one in lint(parse_catalogue({"catalogue.toml": head, "card.toml": CARD}), today) if one.id == check
    ]
    return one


def test_a_card_that_was_not_checked_lately_is_told_at_the_day() -> None:
    """From the first of January to the third of July are 183 days."""
    one = found("CAT401", date(2026, 7, 3))
    line = CARD.split("\n").index("checked = 2026-01-01") + 1
    assert (one.part, one.file, one.line, one.key) == ("made-up", "card.toml", line, "card.checked")
    assert one.message == (
        "'made-up' was last checked on 2026-01-01, 183 days ago: at most 180. Compare it with its source "
        "(https://example.com/prices), and write the day."
    )


@pytest.mark.parametrize(
    ("key", "where"),
    [
        pytest.param("", "'made-up'", id="anywhere"),
        pytest.param('key = "entry.0"\n', "'made-up' at entry.0", id="at-a-key"),
    ],
)
def test_what_is_acknowledged_and_not_found_is_told_with_its_place(key: str, where: str) -> None:
    one = found("CAT402", TODAY, f'id = "CAT302"\npart = "made-up"\n{key}')
    assert one.message == (
        f"No warning CAT302 is found for {where}, and an error can't be acknowledged. Mend the id, the part or the "
        "key, or take it away."
    )


def test_an_acknowledgement_has_ended_on_its_last_day() -> None:
    one = found("CAT402", TODAY, f'id = "CAT302"\npart = "made-up"\nuntil = {TODAY}\n')
    assert one.message == (
        "This acknowledgement ended on 2026-06-01. Look at 'made-up' again; then write a later `until`, or take "
        "it away."
    )
