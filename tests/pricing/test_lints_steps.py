"""Checks of prices that change at once: jumps, slips of a unit, packages and ladders (CAT302, CAT303, CAT307)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pricing import parse_catalogue
from pricing.linting import BOUNDS, lint
from pricing.shell.catalogues import load_catalogue
from tests.linted import BAD, DAY, PRICES, TODAY, found_in, ids, output, runware
from tests.oracle import Row
from tests.terms import HEAD, agreement_toml, card_toml, terms_of


def test_what_is_plausible_can_be_said() -> None:
    jump, stale = load_catalogue(BAD / "jump"), load_catalogue(BAD / "stale")
    assert lint(jump, TODAY, BOUNDS._replace(max_ratio=Decimal(3))) == ()
    assert lint(stale, TODAY, BOUNDS._replace(max_age_days=318)) == ()


def test_free_and_absent_prices_are_no_jump() -> None:
    card = runware(output("720P", "2026-02-01", free="true"), output("720P", "2026-03-01", price="0.11"))
    assert ids(card) == []


def package(size: str, price: str, day: str = "2026-03-01") -> Row:
    return output("720P", day, model="package", size=size, price=price)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        pytest.param([package("60", "6")], [], id="60-for-60-times-the-price"),  # 60 x 0.10
        pytest.param([package("10", "2")], [], id="twice"),  # 10 x 0.20
        pytest.param([package("3", "0.61")], ["CAT302"], id="more-than-twice-and-no-quotient"),  # 3 x 0.20 < 0.61
        pytest.param([package("10", "0.1")], ["CAT302"], id="a-tenth-at-the-same-price"),
        pytest.param([package("60", "0.1")], ["CAT303"], id="a-sixtieth-at-the-same-price"),
        pytest.param([package("10", "1"), package("20", "2", "2026-04-01")], [], id="twice-the-size"),
        pytest.param([package("10", "1"), package("20", "5", "2026-04-01")], ["CAT302"], id="and-five-times-as-dear"),
        pytest.param([package("60", "6"), output("720P", "2026-04-01", price="0.1")], [], id="back-to-seconds"),
        pytest.param([package("60", "6"), output("720P", "2026-04-01", price="6")], ["CAT303"], id="for-a-second"),
    ],
)
def test_of_a_package_the_price_of_a_unit_is_compared(entries: list[Row], expected: list[str]) -> None:
    """Before, a second at 720P costs 0.10."""
    terms = terms_of({**PRICES, "1080P": "10"})
    card = card_toml({**terms, "entries": [*terms["entries"], *entries]}, host="runware")
    assert ids(card) == expected


def test_a_change_to_a_package_and_from_one_says_for_how_many() -> None:
    """10 at 0.10 are a tenth of 0.10 for one; 6.00 for one is 600 times that, and 0.10 a sixtieth of it."""
    card = runware(package("10", "0.1"), output("720P", "2026-04-01", price="6"), package("1", "0.1", "2026-05-01"))
    told = [(one, said) for one, said in found_in(card=card) if one in {"CAT302", "CAT303"}]
    assert [one for one, _ in told] == ["CAT302", "CAT302", "CAT303"]
    assert told[0][1].startswith("output_video_seconds at 720P goes from 0.10 to 0.10 USD for each 10 on 2026-03-01: ")
    assert told[1][1].startswith("output_video_seconds at 720P goes from 0.10 for each 10 to 6.00 USD on 2026-04-01: ")
    assert told[2][1].endswith(
        "goes from 6.00 to 0.10 USD for each 1 on 2026-05-01: as far apart as seconds and minutes are. The price of a "
        "package is for its `size`, any other for one second or one request: write it so."
    )


def test_a_ladder_is_compared_and_told_by_its_first_band() -> None:
    bands: Row = {"from": "2026-03-01", "meter": "output_video_seconds", "resolution": "720P", "model": "graduated"}
    card = runware(bands | {"bands": "100:1 :0.9"}, zone="UTC")
    told = [said for one, said in found_in(card=card) if one == "CAT302"]
    assert told[0].startswith("output_video_seconds at 720P goes from 0.10 to 1.00 USD on 2026-03-01: ")


def bands(day: str, written: str) -> Row:
    return output("720P", day, model="graduated", bands=written)


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        pytest.param("1000:0.10 :9", ["CAT302"], id="the-second-jumps"),
        pytest.param("1000:0.10 :4.8", ["CAT303"], id="the-second-by-the-minute"),
        pytest.param("1000:0.30 :0.24", ["CAT302", "CAT302"], id="both-jump"),
        pytest.param("1000:0.19 :0.15", [], id="neither-does"),
        pytest.param("2000:0.10 :0.01", [], id="other-ends"),
        pytest.param("1000:free :0.08", [], id="free"),
    ],
)
def test_of_bands_each_is_compared_with_its_own(then: str, expected: list[str]) -> None:
    terms = terms_of({"1080P": "0.15"})
    entries = [bands(DAY, "1000:0.10 :0.08"), bands("2026-04-01", then), *terms["entries"]]
    card = card_toml({**terms, "entries": entries}, host="runware")
    assert [one for one in ids(card) if one in {"CAT302", "CAT303"}] == expected


def test_bands_of_which_the_first_is_free_are_compared_too_and_the_one_is_named() -> None:
    terms = terms_of({"1080P": "0.15"})
    entries = [bands(DAY, "1000:free :0.08"), bands("2026-04-01", "1000:free :0.80"), *terms["entries"]]
    said = [
        said for one, said in found_in(card=card_toml({**terms, "entries": entries}, host="runware")) if one == "CAT302"
    ]
    assert len(said) == 1
    assert "output_video_seconds at 720P beyond 1000 goes from 0.08 to 0.80 USD" in said[0]


def test_what_jumps_is_named_as_it_is_priced() -> None:
    """Without a band where there is none, and of the first band too."""
    plain = runware(output("720P", "2026-04-01", price="0.90"))
    terms = terms_of({"1080P": "0.15"})
    entries = [bands(DAY, "1000:0.10 :0.08"), bands("2026-04-01", "1000:0.90 :0.08"), *terms["entries"]]
    for card in (plain, card_toml({**terms, "entries": entries}, host="runware")):
        (said,) = [said for one, said in found_in(card=card) if one == "CAT302"]
        assert said.startswith("output_video_seconds at 720P goes from 0.10 to 0.90 USD on 2026-04-01: ")


def test_the_bands_of_an_entry_that_was_superseded_are_passed_over() -> None:
    bands = {"from": "2027-01-01", "meter": "output_video_seconds", "model": "volume", "bands": "10:0.2 :0.1"}
    name = "made-up:output_video_seconds/any@2027-01-01"
    instead = {**bands, "from": "2027-02-01", "bands": "10:0.1 :0.2", "supersedes": name, "announced": "2026-06-01"}
    assert "CAT307" in ids(runware(bands, zone="UTC"))
    assert "CAT307" not in ids(runware(bands, instead, zone="UTC"))


def test_each_ladder_by_which_more_costs_less_is_told_once_with_what_it_is_for() -> None:
    """Of the card and of an agreement; bands of one price are no step down."""
    falling: Row = {"model": "volume", "bands": "10:0.3 20:0.2 :0.1"}
    level: Row = {"model": "volume", "bands": "10:0.3 :0.3"}
    ladders = [{"from": DAY, "meter": "requests"} | falling, {"from": DAY, "meter": "reference_video_seconds"} | level]
    own = {"kind": "override", "meter": "output_video_seconds", "resolution": "720P"}
    texts = {
        "catalogue.toml": HEAD,
        "card.toml": runware(*ladders, zone="UTC"),
        "acme.toml": agreement_toml([{"kind": "discount", "percent": "1"}, own | falling], host="runware"),
    }
    found = [one for one in lint(parse_catalogue(texts), TODAY) if one.id == "CAT307"]
    assert [(one.file, one.key, one.message.partition(" that ends")[0]) for one in found] == [
        ("acme.toml", "term.1", "A line of output_video_seconds at 720P"),
        ("card.toml", "entry.2", "A line of requests"),
    ]


def test_bands_that_a_request_goes_through_one_after_the_other_may_fall() -> None:
    """Each unit costs what its own band says: more of them never cost less."""
    falling: Row = {"from": DAY, "meter": "requests", "bands": "10:0.2 :0.1"}
    for model, told in (("graduated", []), ("volume", ["CAT307"])):
        assert ids(runware(falling | {"model": model}, zone="UTC")) == told
