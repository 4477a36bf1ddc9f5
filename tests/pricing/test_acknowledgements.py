"""What is found and meant: which findings an acknowledgement answers, and until when."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest

from pricing import CardError, parse_catalogue
from pricing.linting import lint
from pricing.lints.lint import Lint
from tests.oracle import Row
from tests.terms import HEAD, agreement_toml, card_toml, row_to_toml, terms_of

TODAY: Final = date(2026, 1, 1)
INVERTED: Final = card_toml(terms_of({"720P": "0.15", "1080P": "0.10"}), host="runware")
MEANT: Final[Row] = {"id": "CAT304", "part": "made-up", "reason": "the host says so"}


def found(*acknowledged: Row, card: str = INVERTED, **files: str) -> tuple[Lint, ...]:
    """What is found in a catalogue whose head acknowledges that."""
    said = "".join(f"\n[[acknowledged]]\n{row_to_toml(row)}" for row in acknowledged)
    return lint(parse_catalogue({"catalogue.toml": HEAD + said, "card.toml": card} | files), TODAY)


@pytest.mark.parametrize(
    ("said", "reason", "idle"),
    [
        pytest.param({}, "the host says so", 0, id="by-id-and-part"),
        pytest.param({"key": "entry.1"}, "the host says so", 0, id="by-key"),
        pytest.param({"key": "entry.0"}, None, 1, id="another-key"),
        pytest.param({"part": "acme"}, None, 1, id="another-part"),
        pytest.param({"id": "CAT305"}, None, 1, id="another-check"),
        pytest.param({"until": "2026-01-02"}, "the host says so", 0, id="last-day"),
        pytest.param({"until": "2026-01-01"}, None, 1, id="ended"),
    ],
)
def test_what_is_acknowledged(said: Row, reason: str | None, idle: int) -> None:
    findings = found({**MEANT, **said})
    assert [one.acknowledged for one in findings if one.id == "CAT304"] == [reason]
    assert [one.acknowledged for one in findings if one.id == "CAT402"] == [None] * idle


def test_two_that_answer_the_same_are_both_in_use() -> None:
    (one,) = found(MEANT, {**MEANT, "key": "entry.1", "reason": "another"})
    assert one.acknowledged == "the host says so"


def test_an_error_stays_an_error() -> None:
    both = {name: agreement_toml([], host="runware", id=name[:-5]) for name in ("one.toml", "two.toml")}
    findings = found({**MEANT, "id": "CAT101", "part": "two"}, card=INVERTED.replace("0.15", "0.05"), **both)
    assert {(one.id, one.acknowledged) for one in findings if one.id in {"CAT101", "CAT402"}} == {
        ("CAT101", None),
        ("CAT402", None),
    }


def test_an_idle_one_cannot_be_acknowledged_itself() -> None:
    findings = found(MEANT, {**MEANT, "id": "CAT402", "part": "catalogue"})
    assert [(one.id, one.key) for one in findings if one.acknowledged is None] == [("CAT402", "acknowledged.1")]


def test_the_digest_is_of_prices_and_names_alone() -> None:
    files = {"catalogue.toml": HEAD, "card.toml": INVERTED}
    meant = {**files, "catalogue.toml": f"{HEAD}\n[[acknowledged]]\n{row_to_toml(MEANT)}"}
    assert parse_catalogue(files).digest == parse_catalogue(meant).digest


@pytest.mark.parametrize("said", [{"id": "R101"}, {"reason": ""}, {"part": "No Name"}])
def test_what_is_no_acknowledgement_is_refused(said: Row) -> None:
    with pytest.raises(CardError, match=f"acknowledged.0.{next(iter(said))}"):
        found({**MEANT, **said})
