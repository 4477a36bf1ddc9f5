"""A test's request as its host is sent it: each of its media has a number, and the facts are those of its clips."""

from __future__ import annotations

import json
import re
from decimal import Decimal

from pricing.catalogue_tests import RequestAsked
from pricing.trial_requests import MEDIA, WrittenRequest, write_request
from wan_rules.hosts import HOSTS
from wan_rules.media_facts import MediaFacts


def test_media_are_numbered_from_one_and_clips_of_a_known_length_have_it_as_a_fact() -> None:
    asked = RequestAsked(resolution="720P", images=2, clips_s=(Decimal("8.5"), Decimal(3)), clips=1)
    written = write_request(asked, HOSTS["atlas"])
    sent = re.findall(rf"{re.escape(MEDIA)}/([a-z0-9.-]+)", json.dumps(written.payload))
    assert sorted(sent) == ["clip-1.mp4", "clip-2.mp4", "clip-3.mp4", "image-1.jpg", "image-2.jpg"]
    assert written.facts == {
        f"{MEDIA}/clip-1.mp4": MediaFacts(kind="video", duration_s=Decimal("8.5")),
        f"{MEDIA}/clip-2.mp4": MediaFacts(kind="video", duration_s=Decimal(3)),
    }
    assert written.refusals == ()


def test_of_half_a_size_nothing_is_sent() -> None:
    written = write_request(RequestAsked(resolution="720P", clips_s=(Decimal(3),)), HOSTS["runware"])
    assert written == WrittenRequest({}, {}, (written.refusals[0],))
    assert "both resolution and ratio" in written.refusals[0]
