"""Which pictures with an alpha channel are refused: PNG alone, and what does not say that it is none."""

from __future__ import annotations

from typing import Final

import pytest

from wan_rules.hosts import ALIBABA
from wan_rules.media_facts import MediaFacts
from wan_rules.request import DraftReference
from wan_rules.rules.images import IMAGE_ALPHA

IMAGE: Final[DraftReference] = DraftReference("image", "https://media.example.com/girl", None)


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        pytest.param(MediaFacts(format="png", has_alpha=True), 1, id="png"),
        pytest.param(MediaFacts(format="PNG", has_alpha=True), 1, id="in-capitals"),
        pytest.param(MediaFacts(has_alpha=True), 1, id="not-said"),
        pytest.param(MediaFacts(format="webp", has_alpha=True), 0, id="webp"),
        pytest.param(MediaFacts(format="png", has_alpha=False), 0, id="png-without"),
        pytest.param(MediaFacts(), 0, id="nothing-said"),
    ],
)
def test_of_pictures_with_an_alpha_channel_png_is_refused(facts: MediaFacts, refused: int) -> None:
    assert len([*IMAGE_ALPHA.check(IMAGE, facts, ALIBABA.limits)]) == refused
