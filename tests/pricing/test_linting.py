"""Every check has catalogues that show exactly what it finds; what is in order has no finding."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from pricing import parse_catalogue
from pricing.coverage import try_catalogue
from pricing.linting import BOUNDS, CHECKS, lint, lint_trials
from pricing.lints.lint import count_some, describe
from pricing.records import Past, list_records
from pricing.shell.catalogues import load_catalogue, load_published
from pricing.shell.locking import read_lock
from tests.conftest import ROOT
from tests.linted import BAD, DAY, TODAY, output, runware
from tests.terms import HEAD, card_toml, instant, terms_of

SHOWN: Final = {
    "overlap": "CAT101",
    "overlapping-cards": "CAT101",
    "gap": "CAT102",
    "gap-of-a-request": "CAT102",
    "gap-of-an-upscaling": "CAT102",
    "gap-of-clips": "CAT102",
    "dead-account": "CAT103",
    "dead-environment": "CAT103",
    "clash": "CAT104",
    "idle-percentage": "CAT201",
    "idle-term": "CAT201",
    "shadowed-agreement": "CAT202",
    "outranked-card": "CAT203",
    "unreached-card": "CAT203",
    "idle-entry": "CAT204",
    "idle-meter": "CAT204",
    "order": "CAT205",
    "unwieldy-price": "CAT301",
    "jump": "CAT302",
    "unit-slip": "CAT303",
    "unit-slip-down": "CAT303",
    "tier-inversion": "CAT304",
    "tier-inversion-agreed": "CAT304",
    "dear-stages": "CAT305",
    "dear-upscaling": "CAT305",
    "clip-inversion": "CAT306",
    "volume-step": "CAT307",
    "currency-turn": "CAT308",
    "rate-of-two": "CAT309",
    "stale": "CAT401",
    "ended-acknowledgement": "CAT402",
    "idle-acknowledgement": "CAT402",
    "backdated": "CAT404",
    "edited-agreement": "CAT403",
    "edited-history": "CAT403",
    "removed-history": "CAT403",
    "test-failed": "CAT501",
    "untested": "CAT502",
}
ALL_TESTED: Final = BOUNDS._replace(min_coverage=Decimal(100))


@pytest.mark.parametrize("name", SHOWN)
def test_a_bad_catalogue_shows_exactly_its_finding(name: str) -> None:
    catalogue, lock = load_catalogue(BAD / name), BAD / name / "catalogue.lock"
    pasts = (read_lock(lock),) if lock.exists() else ()
    bounds = (ALL_TESTED if name == "untested" else BOUNDS)._replace(pasts=pasts)
    (found,) = lint(catalogue, TODAY, bounds, tried=try_catalogue(catalogue))
    assert found.id == SHOWN[name]
    assert found.line is not None
    assert Path(found.file).parent == BAD / name
    assert found.message.endswith(".")


def test_every_check_is_shown_and_every_catalogue_is_read() -> None:
    assert {check.id for check in CHECKS} == set(SHOWN.values())
    assert {folder.name for folder in BAD.iterdir()} == set(SHOWN)
    assert len({check.name for check in CHECKS}) == len(CHECKS)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_check_says_what_it_demands_and_points_to_a_page(check: object) -> None:
    found = next(one for one in CHECKS if one is check)
    assert describe(found)
    page, _, anchor = found.source.partition("#")
    assert f"## {anchor.capitalize()}\n" in (ROOT / page).read_text(encoding="utf-8")


def test_what_ships_has_no_finding() -> None:
    assert lint(load_published(), TODAY) == ()
    examples = load_catalogue(ROOT / "examples" / "catalogue")
    found = lint(examples, TODAY, ALL_TESTED, tried=try_catalogue(examples))
    assert [one.id for one in found if one.acknowledged is None] == []


def test_findings_stand_in_the_order_of_the_files() -> None:
    found = lint(load_published(), TODAY + timedelta(days=365))
    assert [one.id for one in found] == ["CAT401"] * 5
    assert list(found) == sorted(found, key=lambda one: (one.file, one.line))


def test_three_are_named_and_the_rest_is_counted() -> None:
    assert count_some(["a", "b", "c"]) == "a, b, c"
    assert count_some(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"


def test_a_finding_is_told_once_for_all_its_markets() -> None:
    (found,) = lint(
        parse_catalogue({"catalogue.toml": HEAD, "card.toml": card_toml(terms_of({"720P": "0.1"}), host="runware")}),
        date(2026, 1, 1),
    )
    named = ("acme / production / runware", "globex / production / runware", "initech / production / runware")
    assert f"{', '.join(named)} and 6 more" in found.message


SAID: Final = {
    "idle-percentage": (
        "term.0",
        (
            "This discount changes no price: no request at runware is charged by what it names (runware has "
            "720P, 1080P). Name a meter and tier that the card prices and no override of this agreement "
            "replaces, or take it away."
        ),
    ),
    "idle-term": (
        "term.0",
        (
            "This override of output_video_seconds at 1440P-SR changes no price: no request at runware is "
            "charged by what it names (runware has 720P, 1080P). Name a meter and tier that the card prices and"
            " no override of this agreement replaces, or take it away."
        ),
    ),
    "shadowed-agreement": (
        "agreement",
        (
            "'everyone' never holds: acme stands above it wherever and whenever it could. Give it a time or an "
            "environment of its own, or take it away."
        ),
    ),
    "outranked-card": (
        "card",
        (
            "No market gets the card 'our-card': others stand above it everywhere. Let it name its "
            "environments, or take it away."
        ),
    ),
    "unreached-card": (
        "card",
        ("No market gets the card 'other-card': no agreement names it. Name it in an agreement, or take it away."),
    ),
    "order": (
        "entry.1.from",
        (
            "This entry for output_video_seconds at 720P from 2026-01-01 stands below that from 2026-06-01. Put"
            " it above, or mend its date."
        ),
    ),
    "unwieldy-price": (
        "agreement",
        (
            "Its price for output_video_seconds at 720P has more digits than a price can have, on top of the "
            "entry from 2026-01-01 of 'our-card'. Agree on that price by an override."
        ),
    ),
    "jump": (
        "entry.2.price",
        (
            "output_video_seconds at 1080P goes from 0.15 to 0.45 USD on 2026-06-01: a change by more than a "
            "factor of 2. Mend the slip, or check with a larger --max-ratio if it is meant."
        ),
    ),
    "unit-slip": (
        "entry.2.price",
        (
            "output_video_seconds at 1080P goes from 0.15 to 9.00 USD on 2026-06-01: as far apart as seconds "
            "and minutes are. A price is for one second, or for one request: write it so."
        ),
    ),
    "tier-inversion": (
        "entry.2",
        (
            "From 2026-06-01 a second costs 0.10 at 720P and 0.09 at 1080P, in USD (acme / production / "
            "runware): the larger tier costs less. Mend the price that is wrong."
        ),
    ),
    "dear-upscaling": (
        "entry.2",
        (
            "From 2026-01-01 a second costs 0.18 at 1080P-SR and 0.15 at 1080P, in USD (acme / production / "
            "atlas): upscaling is meant as the cheaper way. Mend the price, or acknowledge it where the host "
            "asks for it."
        ),
    ),
}


@pytest.mark.parametrize("name", SAID)
def test_a_finding_says_what_is_wrong_and_how_it_is_mended(name: str) -> None:
    (found,) = lint(load_catalogue(BAD / name), TODAY)
    assert (found.key, found.message) == SAID[name]


def test_the_fourth_of_four_is_counted() -> None:
    assert count_some(["a", "b", "c", "d"]) == "a, b, c and 1 more"


def test_a_check_without_a_sentence_demands_nothing() -> None:
    """As all of them are where Python runs without docstrings."""
    assert describe(replace(CHECKS[0], find=lambda _: ())) == ""


def test_findings_in_a_file_stand_in_the_order_of_its_lines() -> None:
    """A day at the head of the card before an entry below, whatever their ids are."""
    card = runware(output("1440P-SR", DAY, price="0.3"))
    found = lint(parse_catalogue({"catalogue.toml": HEAD, "card.toml": card}), TODAY)
    assert [one.id for one in found] == ["CAT401", "CAT204"]


def test_a_test_that_fails_is_told_alike_with_and_without_the_other_checks() -> None:
    catalogue = load_catalogue(BAD / "test-failed")
    tried = try_catalogue(catalogue)
    (found,) = lint(catalogue, TODAY, tried=tried)
    assert lint_trials(tried.trials) == (found,)
    assert (found.id, found.name, found.severity, found.part) == ("CAT501", "test-failed", "error", "tests")
    assert found.key == "test.0.expect.total"


def test_what_no_test_depends_on_is_told_of_its_card() -> None:
    found = lint(parse_catalogue({"catalogue.toml": HEAD, "card.toml": runware()}), date(2026, 1, 2), ALL_TESTED)
    assert found == ()
    text = runware().replace("from = 2026-01-01\nmodel", "from = 2026-01-01T09:30:00Z\nmodel")
    catalogue = parse_catalogue({"catalogue.toml": HEAD, "card.toml": text})
    told = lint(catalogue, date(2026, 1, 2), ALL_TESTED, tried=try_catalogue(catalogue))
    assert {(one.id, one.part, one.file) for one in told} == {("CAT502", "made-up", "card.toml")}
    assert any("'made-up:output_video_seconds/720P@2026-01-01T09:30:00Z'" in one.message for one in told)


def test_what_came_to_a_lock_is_acknowledged_also_where_there_is_none() -> None:
    """Nothing can be found there, which is no reason to take the acknowledgement away."""
    said = '\n[[acknowledged]]\nid = "CAT404"\npart = "made-up"\nreason = "the host told us late"\n'
    late = output("720P", "2026-02-01", price="0.12")
    before, after = ({"catalogue.toml": HEAD + said, "card.toml": runware(*rows)} for rows in ((), (late,)))
    catalogue = parse_catalogue(after)
    locked = instant("2026-06-01")
    lacking, whole = (tuple(list_records(parse_catalogue(one), locked)) for one in (before, after))
    bounds = BOUNDS._replace(max_age_days=10_000)
    for pasts, told in (
        ((), []),
        ((Past("a revision", locked, lacking),), []),
        ((Past("a lock", locked, lacking, final=True),), ["CAT404"]),
        ((Past("a lock", locked, whole, final=True),), ["CAT402"]),
    ):
        found = lint(catalogue, TODAY, bounds._replace(pasts=pasts))
        assert [one.id for one in found] == told
        assert all((one.acknowledged is not None) == (one.id == "CAT404") for one in found)
