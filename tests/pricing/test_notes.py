"""What whoever loaded a catalogue has to say stands in each of its quotes, and moves no price."""

from __future__ import annotations

from datetime import UTC, datetime

from pricing.catalogue import Catalogue, Market, annotate
from pricing.quotes import Quote, quote
from pricing.resolution import resolve
from pricing.shell.catalogues import load_published
from tests.quoting import atlas, reading_of
from wan_rules.validation import validate

AT = datetime(2026, 11, 15, tzinfo=UTC)
NOTE = "the copy of yesterday is used"


def quoted(catalogue: Catalogue) -> Quote:
    return quote(validate(reading_of("atlas", atlas())), resolve(catalogue, Market(None, None, "atlas"), AT), AT)


def test_a_note_is_an_assumption_of_each_quote() -> None:
    plain, noted = quoted(load_published()), quoted(annotate(load_published(), NOTE))
    assert [one for one in noted.priced.assumptions if one not in plain.priced.assumptions] == [
        ("catalogue-kept", NOTE)
    ]
    assert (noted.total, noted.priced.pricing.digest) == (plain.total, plain.priced.pricing.digest)


def test_a_note_reaches_no_other_catalogue() -> None:
    before = load_published()
    quoted(before)
    assert quoted(annotate(before, NOTE)).priced.assumptions[0].code == "catalogue-kept"
    assert "catalogue-kept" not in [one.code for one in quoted(before).priced.assumptions]
