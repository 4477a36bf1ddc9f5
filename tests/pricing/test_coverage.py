"""What the tests of a catalogue cover: the parts without which a passing test would be quoted otherwise."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Final

import pytest

from pricing import Catalogue, parse_catalogue
from pricing.coverage import ANY_CLIP, PART_SECOND, Coverage, cover, list_samples, try_catalogue
from pricing.shell.catalogues import load_catalogue
from tests.conftest import ROOT
from tests.oracle import Row
from tests.terms import HEAD, agreement_toml, card_toml, terms_of
from tests.trying import PRICES, WHO, catalogue_with, trials_of, written_test
from wan_rules.hosts import HOSTS
from wan_rules.limits import Range

DAY = "2026-01-01"
OTHERWISE = 'total = "7"'
IMAGE = 'resolution = "720P", duration_s = 5, images = 1'
CLIP = 'resolution = "720P", duration_s = 5, clips_s = ["4"]'
TIERS = {"720P": "0.10", "1080P": "0.15"}


def output(tier: str, price: str | None = None, day: str = DAY) -> Row:
    row = {"from": day, "meter": "output_video_seconds", "resolution": tier}
    return row if price is None else {**row, "price": price}


def card_of(*entries: Row, billed: str = "yes", rounding: Row | None = None) -> str:
    terms = terms_of(PRICES, rule={"billed": billed, "priced_as": "output"})
    terms["entries"] = list(entries)
    terms["rounding"] = [rounding] if rounding else []
    return card_toml(terms)


def covered(catalogue: Catalogue) -> tuple[int, list[str]]:
    """How many parts are tested, and the keys of those that are not."""
    found = cover(catalogue, trials_of(catalogue))
    return found.tested, [place.key for place, _ in found.untested]


def test_a_passing_test_covers_what_it_is_priced_by() -> None:
    card = card_of(output("720P", "0.10"), output("1080P", "0.15"))
    assert covered(catalogue_with(written_test(IMAGE, 'total = "0.50"'), card=card)) == (
        1,
        ["entry.1", "reference_video.0"],
    )
    assert covered(catalogue_with(written_test(CLIP, 'total = "0.90"'), card=card)) == (2, ["entry.1"])


def test_a_failing_test_covers_nothing() -> None:
    card = card_of(output("720P", "0.10"))
    assert covered(catalogue_with(written_test(IMAGE, OTHERWISE), card=card)) == (0, ["entry.0", "reference_video.0"])


@pytest.mark.parametrize(("billed", "total"), [("yes", "0.90"), ("no", "0.50"), ("unknown", "0.90")])
def test_a_rule_for_clips_is_covered_by_clips(billed: str, total: str) -> None:
    card = card_of(output("720P", "0.10"), billed=billed)
    assert covered(catalogue_with(written_test(CLIP, f'total = "{total}"'), card=card)) == (2, [])
    assert covered(catalogue_with(written_test(IMAGE, 'total = "0.50"'), card=card)) == (1, ["reference_video.0"])


def test_an_entry_that_took_the_place_of_another_is_covered_by_its_own_time() -> None:
    card = card_of(output("720P", "0.10"), output("720P", "0.10", "2026-03-01"), billed="no")
    early, late = written_test(CLIP, 'total = "0.50"'), WHO.replace("02-01", "03-01")
    assert covered(catalogue_with(early, card=card)) == (2, ["entry.1"])
    both = catalogue_with(early, written_test(CLIP, 'total = "0.50"', name="late", who=late), card=card)
    assert covered(both) == (3, [])


def test_the_end_of_an_offer_is_covered_by_a_test_that_expects_no_rate() -> None:
    card = card_of(output("720P", "0.10"), output("720P", None, "2026-03-01"), billed="no")
    first = written_test(CLIP, 'total = "0.50"')
    assert covered(catalogue_with(first, card=card)) == (2, ["entry.1"])
    late = written_test(CLIP, 'error = "no_rate"', name="late", who=WHO.replace("02-01", "03-01"))
    assert covered(catalogue_with(first, late, card=card)) == (3, [])


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(output("1440P-SR"), id="an-absence-that-was-always"),
        pytest.param(
            {**output("720P", "0.2"), "meter": "super_resolution_seconds"}, id="a-meter-it-does-not-charge-by"
        ),
        pytest.param({"from": DAY, "model": "minimum", "amount": "0.20"}, id="a-minimum-below-every-price"),
        pytest.param(output("any", "0.9"), id="any-where-each-tier-is-named"),
    ],
)
def test_what_counts_for_no_request_is_not_counted(entry: Row) -> None:
    tiers = [output(tier, "0.10") for tier in ("720P", "1080P", "1080P-SR")]
    named = [*tiers, output("1440P-SR", "0.10")] if entry.get("resolution") != "1440P-SR" else tiers
    catalogue = catalogue_with(written_test(CLIP, 'total = "0.90"'), card=card_of(*named, entry))
    assert covered(catalogue) == (2, [f"entry.{index}" for index in range(1, len(named))])


def test_a_minimum_is_covered_where_it_raises() -> None:
    card = card_of(output("720P", "0.10"), {"from": DAY, "model": "minimum", "amount": "0.30"}, billed="no")
    assert covered(catalogue_with(written_test(CLIP, 'total = "0.50"'), card=card)) == (2, ["entry.1"])
    short = CLIP.replace("duration_s = 5", "duration_s = 2")
    assert covered(catalogue_with(written_test(short, 'total = "0.30"'), card=card)) == (3, [])


def test_a_rounding_is_covered_where_it_rounds() -> None:
    step = {"from": DAY, "quantum": "1", "mode": "up", "place": "quote"}
    card = card_of(output("720P", "0.10"), billed="no", rounding=step)
    assert covered(catalogue_with(written_test(CLIP, 'total = "1"'), card=card)) == (3, [])
    ten = CLIP.replace("duration_s = 5", "duration_s = 10")
    assert covered(catalogue_with(written_test(ten, 'total = "1"'), card=card)) == (2, ["rounding.0"])


@pytest.mark.parametrize(
    ("price", "billed"),
    [
        pytest.param("0.10", "yes", id="part-seconds-of-a-clip"),
        pytest.param("0.105", "no", id="an-odd-number-of-seconds"),
    ],
)
def test_a_rounding_that_counts_for_few_requests_is_not_left_out(price: str, billed: str) -> None:
    cent = {"from": DAY, "quantum": "0.01", "mode": "up", "place": "quote"}
    card = card_of(output("720P", price), billed=billed, rounding=cent)
    even = written_test('resolution = "720P", duration_s = 10, images = 1', f'total = "{Decimal(price) * 10:f}"')
    assert covered(catalogue_with(even, card=card)) == (1, ["reference_video.0", "rounding.0"])


def test_a_price_for_first_frames_alone_is_not_left_out() -> None:
    shaped = [{**output("any", "0.12"), "ratio": ratio} for ratio in HOSTS["alibaba"].limits.ratios.value]
    terms = terms_of(PRICES, rule={"billed": "no"})
    terms["entries"] = [output("any", "0.10"), *shaped]
    who = WHO.replace("atlas", "alibaba")
    wide = written_test('ratio = "16:9", duration_s = 5, images = 1', 'total = "0.60"', who=who)
    card = card_toml(terms, host="alibaba", id="own")
    assert "entry.0" in covered(catalogue_with(wide, card=card))[1]
    framed = written_test("duration_s = 5, images = 1, first_frame = true", 'total = "0.50"', who=who, name="framed")
    assert "entry.0" not in covered(catalogue_with(wide, framed, card=card))[1]


def test_terms_and_agreements_are_covered_where_they_change_a_price() -> None:
    own = agreement_toml(
        (
            {"kind": "override", "meter": "output_video_seconds", "resolution": "1080P", "price": "0.12"},
            {"kind": "discount", "percent": "10"},
        )
    )
    card = card_of(output("720P", "0.10"), output("1080P", "0.15"), billed="no")
    first = written_test(CLIP, 'total = "0.45"')
    assert covered(catalogue_with(first, card=card, acme=own)) == (4, ["entry.1", "term.0"])
    second = written_test(CLIP.replace("720P", "1080P"), 'total = "0.60"', name="two")
    globex = written_test(
        CLIP.replace("720P", "1080P"), 'total = "0.75"', name="globex", who=WHO.replace("acme", "globex")
    )
    assert covered(catalogue_with(first, second, globex, card=card, acme=own)) == (6, [])


def test_an_agreement_that_has_ended_is_covered_in_its_time() -> None:
    own = agreement_toml(({"kind": "discount", "percent": "10"},), until="2026-02-01")
    card = card_of(output("720P", "0.10"), billed="no")
    late = catalogue_with(written_test(CLIP, 'total = "0.50"'), card=card, acme=own)
    assert covered(late) == (2, ["agreement", "term.0"])
    early = catalogue_with(written_test(CLIP, 'total = "0.45"', who=WHO.replace("02-01", "01-31")), card=card, acme=own)
    assert covered(early) == (4, [])


def test_what_is_included_is_not_counted() -> None:
    bad = load_catalogue(ROOT / "tests" / "catalogues" / "bad" / "dead-account")
    assert all(place.file.startswith(str(ROOT)) for place, _ in try_catalogue(bad).coverage.untested)
    example = try_catalogue(load_catalogue(ROOT / "examples" / "catalogue"))
    assert [trial.test.test.name for trial in example.trials if not trial.passed] == []
    assert (example.coverage.parts, example.coverage.untested) == (22, ())


def test_each_host_and_region_is_looked_at() -> None:
    fal = card_toml(terms_of({"720P": "0.2"}, rule={"billed": "no"}), host="fal", id="fal-here", region="here")
    card = card_of(output("720P", "0.10"), billed="no")
    catalogue = catalogue_with(written_test(CLIP, 'total = "0.50"'), card=card, fal=fal)
    assert covered(catalogue) == (2, ["entry.0", "reference_video.0"])
    there = WHO.replace("atlas", "fal") + 'region = "here"\n'
    both = (written_test(CLIP, 'total = "0.50"'), written_test(CLIP, 'total = "1"', name="fal", who=there))
    assert covered(catalogue_with(*both, card=card, fal=fal)) == (4, [])


def test_a_rejected_test_covers_nothing() -> None:
    catalogue = catalogue_with(
        written_test("duration_s = 99", 'error = "rejected"'), card=card_of(output("720P", "0.1"))
    )
    assert covered(catalogue)[0] == 0


@pytest.mark.parametrize(("percent", "enough"), [("0", True), ("66.6", True), ("66.7", False), ("100", False)])
def test_a_share_is_compared_exactly(percent: str, *, enough: bool) -> None:
    catalogue = catalogue_with(
        written_test(CLIP, 'total = "0.90"'), card=card_of(output("720P", "0.1"), output("1080P", "1"))
    )
    found = cover(catalogue, trials_of(catalogue))
    assert (found.tested, found.parts) == (2, 3)
    assert found.reaches(Decimal(percent)) is enough
    assert Coverage(0, ()).reaches(Decimal(100))


@pytest.mark.parametrize("host", HOSTS)
def test_samples_are_of_every_tier_and_taken_by_the_host(host: str) -> None:
    found = list_samples(HOSTS[host])
    assert {one.request.resolution for one in found} == set(HOSTS[host].limits.resolutions.value)
    media = 9 if HOSTS[host].limits.first_frames_max.value else 8
    assert len(found) == media * len(HOSTS[host].limits.resolutions.value) * len(HOSTS[host].limits.ratios.value)


ELSEWHERE: Final = replace(HOSTS["atlas"], name="elsewhere", title="Elsewhere")


def test_a_host_of_ones_own_is_looked_at() -> None:
    card = card_toml(terms_of(PRICES, rule={"billed": "no"}), host="elsewhere", id="own")
    passing = written_test(CLIP, 'total = "0.50"', who=WHO.replace("atlas", "elsewhere"))
    hosts = {"elsewhere": ELSEWHERE}
    files = {"catalogue.toml": HEAD, "card.toml": card, "tests.toml": f'schema_version = "1"\n\n{passing}'}
    trials, found = try_catalogue(parse_catalogue(files, hosts=hosts), hosts=hosts)
    assert [trial.passed for trial in trials] == [True]
    assert ([place.key for place, _ in found.untested], found.parts) == (["entry.1"], 3)


def test_parts_of_several_days_and_hosts_are_all_found() -> None:
    fal = card_toml(terms_of({"720P": "0.2"}, rule={"billed": "no"}), host="fal", id="fal")
    card = card_of(output("720P", "0.10"), output("720P", "0.12", "2026-03-01"), billed="no")
    untested = cover(catalogue_with(written_test(IMAGE, OTHERWISE), card=card, fal=fal), ()).untested
    assert [(place.file, place.key) for place, _ in untested] == [
        ("card.toml", "entry.0"),
        ("card.toml", "entry.1"),
        ("card.toml", "reference_video.0"),
        ("fal.toml", "entry.0"),
        ("fal.toml", "reference_video.0"),
    ]


def test_agreements_of_each_account_count_from_their_own_day_on() -> None:
    """They begin after the card and end before its next day; initech has none and pays the list price."""
    terms: tuple[Row, ...] = ({"kind": "discount", "percent": "10"},)
    span = {"from": "2026-03-01", "until": "2026-04-01"}
    own = {name: agreement_toml(terms, id=name, account=name, **span) for name in ("acme", "globex")}
    catalogue = catalogue_with(written_test(IMAGE, OTHERWISE), card=card_of(output("720P", "0.10")), **own)
    untested = {(place.file, place.key) for place, _ in cover(catalogue, ()).untested}
    assert {file for file, key in untested if key == "term.0"} == {"acme.toml", "globex.toml"}
    assert ("card.toml", "entry.0") in untested


@pytest.mark.parametrize("day", ["2026-01-02", "2026-12-01"])
def test_a_card_to_which_a_name_leads_later_is_counted_from_that_day_on(day: str) -> None:
    """Nothing else changes then: the entries of both cards began before."""
    turns = (
        f'\n[[alias]]\nname = "latest"\ncard = "{name}"\nfrom = {at}\n' for name, at in (("one", DAY), ("two", day))
    )
    terms = terms_of(PRICES, rule={"billed": "no"})
    files = {f"{name}.toml": card_toml(terms, id=name, by_agreement="true") for name in ("one", "two")}
    files |= {"catalogue.toml": HEAD + "".join(turns), "acme.toml": agreement_toml([], card="latest")}
    untested = {(place.file, place.key) for place, _ in cover(parse_catalogue(files), ()).untested}
    parts = ("entry.0", "entry.1", "reference_video.0")
    assert untested == {("acme.toml", "agreement"), *product(("one.toml", "two.toml"), parts)}


@pytest.mark.parametrize(
    ("seconds", "lengths"),
    [
        pytest.param(Range(3, 8), (3, 8), id="limited"),
        pytest.param(None, ANY_CLIP, id="not-limited"),
    ],
)
def test_samples_have_a_picture_one_short_clip_or_many_long_ones(
    seconds: Range | None, lengths: tuple[int, int]
) -> None:
    atlas = HOSTS["atlas"]
    limit = atlas.limits.video_seconds._replace(value=seconds)
    found = list_samples(replace(atlas, limits=replace(atlas.limits, video_seconds=limit)))
    low, high = map(Decimal, lengths)
    most = atlas.limits.references.value.high
    media = {
        (
            sum(one.kind == "image" for one in valid.request.references),
            tuple(one.medium.duration_s for one in valid.evidence if one.medium and one.medium.duration_s),
        )
        for valid in found
    }
    assert media == {(1, ()), (0, (low,)), (0, (low + PART_SECOND,)), (0, (high,) * most)}


def test_samples_have_the_shortest_length_the_one_after_it_and_the_longest() -> None:
    """Of outputs without clips and with; a first frame goes with the shortest."""
    alibaba = HOSTS["alibaba"]
    found = {
        (len(valid.request.references), valid.request.first_frame is not None, valid.request.duration_s)
        for valid in list_samples(alibaba)
        if not any(one.kind == "video" for one in valid.request.references)
    }
    low, high = alibaba.limits.duration_s.value
    assert found == {(1, False, low), (1, False, low + 1), (1, False, high), (1, True, low)}
    with_part = {
        valid.request.duration_s
        for valid in list_samples(alibaba)
        if any(one.medium and one.medium.duration_s and one.medium.duration_s % 1 for one in valid.evidence)
    }
    assert with_part == {alibaba.limits.duration_with_video_s.value.low + 1}
