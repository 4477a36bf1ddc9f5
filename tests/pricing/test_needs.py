"""By what requests are charged on a card: only what a host can be asked for, and what the card bills."""

from __future__ import annotations

import pytest

from pricing import parse_card
from pricing.keys import ANY, WITH_CLIPS, WITHOUT_CLIPS
from pricing.lints.needs import list_needs
from tests.oracle import Row
from tests.terms import FIRST_DAY, card_toml, terms_of
from wan_rules.hosts import HOSTS
from wan_rules.request import ASPECT_RATIOS

TALL: Row = {"from": FIRST_DAY, "meter": "output_video_seconds", "ratio": "9:16", "price": "0.2"}


@pytest.mark.parametrize(
    ("host", "ratios"),
    [
        pytest.param("alibaba", {*ASPECT_RATIOS, ANY}, id="with-first-frames"),
        pytest.param("runware", {*ASPECT_RATIOS}, id="without"),
    ],
)
def test_a_first_frame_has_no_ratio_where_a_host_takes_one(host: str, ratios: set[str]) -> None:
    terms = terms_of({"any": "0.1"})
    card = parse_card(card_toml({**terms, "entries": [*terms["entries"], TALL]}, host=host))
    assert {key.ratio for key in list_needs(card, (), HOSTS[host])} == ratios


@pytest.mark.parametrize(("billed", "needed"), [("yes", True), ("unknown", True), ("no", False)])
def test_clips_need_a_price_of_their_own_where_they_are_billed(billed: str, *, needed: bool) -> None:
    card = parse_card(card_toml(terms_of({"any": "0.1"}, rule={"billed": billed, "priced_as": "own"})))
    meters = {key.meter for key in list_needs(card, (), HOSTS["runware"])}
    assert ("reference_video_seconds" in meters) is needed


def test_seconds_of_clips_are_charged_with_clips_alone() -> None:
    """Their price may say so; what is rendered needs one with clips and one without."""
    clip: Row = {"from": FIRST_DAY, "meter": "reference_video_seconds", "has_reference_video": "true", "price": "0.05"}
    terms = terms_of({"any": "0.1"}, rule={"priced_as": "own"})
    needs = list_needs(parse_card(card_toml({**terms, "entries": [*terms["entries"], clip]})), (), HOSTS["atlas"])
    assert {key.clips for key in needs if key.meter == "reference_video_seconds"} == {WITH_CLIPS}
    assert {key.clips for key in needs if key.meter == "output_video_seconds"} == {WITH_CLIPS, WITHOUT_CLIPS}
