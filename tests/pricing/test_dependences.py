"""Whether any price of a catalogue is for one ratio, or any running total of jobs with clips alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pytest

from pricing import Catalogue, parse_catalogue
from pricing.dependences import counts_by_clips, depends_on_ratio
from tests.oracle import Row
from tests.tables import HEAD, agreement_toml, card_toml, terms_of

BANDS: Final[Row] = {"model": "graduated", "bands": "10:0.2 :0.1"}
ONE: Final[Row] = {"model": "per_unit", "price": "0.2"}
WITHOUT: Final[Row] = {"has_reference_video": "false"}


@pytest.mark.parametrize(
    ("price", "by_ratio", "by_clips"),
    [
        pytest.param(ONE, False, False, id="any"),
        pytest.param({**ONE, "ratio": "16:9"}, True, False, id="ratio"),
        pytest.param({**BANDS, "ratio": "16:9"}, True, False, id="ratio-in-bands"),
        pytest.param({**ONE, "has_reference_video": "true"}, False, False, id="clips"),
        pytest.param({**BANDS, "has_reference_video": "true"}, False, True, id="clips-in-bands"),
        pytest.param({**BANDS, **WITHOUT}, False, True, id="no-clips-in-bands"),
        pytest.param(BANDS, False, False, id="bands-of-all"),
    ],
)
@pytest.mark.parametrize("agreed", [False, True], ids=["card", "agreement"])
def test_what_a_catalogue_depends_on(price: Row, *, by_ratio: bool, by_clips: bool, agreed: bool) -> None:
    said = {"meter": "output_video_seconds", "resolution": "720P", **price}
    own, theirs = ([], [{"kind": "override", **said}]) if agreed else ([{"from": "2026-03-01", **said}], [])
    catalogue = made(own, [{"kind": "discount", "percent": "5"}, *theirs])
    assert (depends_on_ratio(catalogue), counts_by_clips(catalogue)) == (by_ratio, by_clips)


def test_bands_that_end_count_nothing() -> None:
    ends = {"from": "2026-03-01", "meter": "output_video_seconds", "resolution": "720P", "model": "graduated"}
    assert not counts_by_clips(made([{**ends, **WITHOUT}]))


def made(entries: Sequence[Row], agreed: Sequence[Row] = ()) -> Catalogue:
    terms = terms_of({"720P": "0.3"})
    terms["entries"] += entries
    card = card_toml(terms, zone="Asia/Shanghai")
    return parse_catalogue({"catalogue.toml": HEAD, "card.toml": card, "acme.toml": agreement_toml(agreed)})
