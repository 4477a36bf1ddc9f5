"""Reference clips of which more cost less: of how many, among how many references, and by how much."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from pricing import parse_catalogue
from pricing.linting import Lint, lint
from tests.oracle import Row
from tests.terms import HEAD, card_toml, terms_of
from wan_rules.hosts import HOSTS, Host
from wan_rules.limits import Limit, Range

ATLAS: Final = HOSTS["atlas"]


def found(*rules: Row, host: Host = ATLAS) -> list[Lint]:
    terms = terms_of({"any": "0.1"})
    said: list[Row] = [{"from": f"2026-0{n}-01", "billed": "yes"} | rule for n, rule in enumerate(rules, start=1)]
    card = card_toml({**terms, "reference_video": said})
    catalogue = parse_catalogue({"catalogue.toml": HEAD, "card.toml": card})
    return [one for one in lint(catalogue, date(2026, 2, 1), hosts={**HOSTS, "atlas": host}) if one.id == "CAT306"]


def with_limits(*, clips: int, seconds: Range | None) -> Host:
    """Atlas as if it took so many clips, of so many seconds."""
    videos, lengths = Limit(clips, "clips", "made up", "product"), Limit(seconds, "seconds", "made up", "product")
    return replace(ATLAS, limits=replace(ATLAS.limits, videos_max=videos, video_seconds=lengths))


END: Final = "one more clip costs less. Mend the cuts, or acknowledge it where the host bills so."


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        pytest.param(
            {"cuts_s": "5 2.5 1.65"}, "3 clips of 5 s are charged for 4.95 s, 2 clips for 5 s", id="three-for-two"
        ),
        pytest.param({"cuts_s": "5 2"}, "2 clips of 5 s are charged for 4 s, 1 clip for 5 s", id="two-for-one"),
        pytest.param(
            {"cuts_s": "5 2", "cuts_by": "references"},
            "2 clips of 5 s among 2 references are charged for 4 s, 1 clip for 5 s",
            id="among-references",
        ),
    ],
)
def test_each_says_what_is_charged_for_more_and_for_fewer(rule: Row, said: str) -> None:
    (one,) = found(rule)
    assert one.message == f"{said}, by 'made-up' from 2026-01-01: {END}"
    assert one.key == "reference_video.0.cuts_s"


def test_images_beside_them_make_clips_shorter_too() -> None:
    """One clip beside an image is cut to 5 s, two beside it to 2 s each."""
    rule = {"cuts_s": "5 5 2", "cuts_by": "references"}
    (one,) = found(rule, host=with_limits(clips=2, seconds=Range(1, 30)))
    said = "2 clips of 5 s among 3 references are charged for 4 s, 1 clip for 5 s"
    assert one.message == f"{said}, by 'made-up' from 2026-01-01: {END}"


def test_a_clip_is_as_long_as_the_host_takes_it() -> None:
    """Clips of 3 s at most are not cut to 5 s: two cut to 2 s are dearer than one of 3 s."""
    rule = {"cuts_s": "5 2"}
    assert found(rule, host=with_limits(clips=3, seconds=Range(1, 3))) == []
    (one,) = found(rule, host=with_limits(clips=3, seconds=None))
    assert one.message.startswith("2 clips of 5 s are charged for 4 s")


def test_each_rule_is_told_once_and_none_that_bills_nothing() -> None:
    rules: tuple[Row, ...] = ({"cuts_s": "5 2"}, {"cuts_s": "5 1", "billed": "no"}, {"cuts_s": "5 1"})
    assert [one.key for one in found(*rules)] == ["reference_video.0.cuts_s", "reference_video.2.cuts_s"]


def test_more_references_than_a_host_takes_are_not_asked_about() -> None:
    """Among four the clips would be cut to a second each; three are taken."""
    rule = {"cuts_s": "5 5 5 1", "cuts_by": "references"}
    assert len(found(rule)) == 1
    three = Limit(Range(1, 3), "references", "made up", "product")
    assert found(rule, host=replace(ATLAS, limits=replace(ATLAS.limits, references=three))) == []


def test_images_make_the_fewer_clips_shorter_as_well() -> None:
    """One clip beside an image is cut to 2.5 s, two beside it to 1.7 s each."""
    assert found({"cuts_s": "5 2.5 1.7", "cuts_by": "references"}) == []
