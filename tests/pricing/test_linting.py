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
from tests.oracle import Row
from tests.tables import agreement_of
from tests.terms import HEAD, agreement_toml, card_toml, instant, terms_of

BAD: Final = ROOT / "tests" / "catalogues" / "bad"
TODAY: Final = date(2026, 11, 15)
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
DAY: Final = "2026-01-01"
PRICES: Final = {"720P": "0.10", "1080P": "0.15"}


def ids(card: str, *agreements: str, head: str = HEAD, today: date = TODAY) -> list[str]:
    """The ids of what is found in a catalogue of these texts."""
    texts = {"catalogue.toml": head, "card.toml": card}
    texts |= {f"agreement-{index}.toml": text for index, text in enumerate(agreements)}
    return [one.id for one in lint(parse_catalogue(texts), today, BOUNDS._replace(max_age_days=10_000))]


def runware(*entries: Row, **head: str) -> str:
    """A card of both tiers that runware has, with these entries below."""
    terms = terms_of(PRICES)
    return card_toml({**terms, "entries": [*terms["entries"], *entries]}, **{"host": "runware", **head})


def output(tier: str, day: str, **price: str) -> Row:
    return {"from": day, "meter": "output_video_seconds", "resolution": tier, **price}


def override(tier: str, price: str) -> Row:
    return {"kind": "override", "meter": "output_video_seconds", "resolution": tier, "price": price}


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


def test_what_is_plausible_can_be_said() -> None:
    jump, stale = load_catalogue(BAD / "jump"), load_catalogue(BAD / "stale")
    assert lint(jump, TODAY, BOUNDS._replace(max_ratio=Decimal(3))) == ()
    assert lint(stale, TODAY, BOUNDS._replace(max_age_days=318)) == ()


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


def found_in(*agreements: str, card: str, head: str = HEAD) -> list[tuple[str, str]]:
    """The id of each finding and what it says."""
    texts = {"catalogue.toml": head, "card.toml": card}
    texts |= {f"agreement-{index}.toml": text for index, text in enumerate(agreements)}
    return [(one.id, one.message) for one in lint(parse_catalogue(texts), TODAY)]


def test_only_what_stands_above_an_agreement_in_its_own_time_is_named() -> None:
    """Before March and from May on others hold, which are no reason."""
    head = HEAD.replace('["acme", "globex", "initech"]', '["acme"]')
    idle = agreement_of(
        [], {"id": "idle", "title": "Idle", "host": "runware", "from": "2026-03-01", "until": "2026-05-01"}
    )
    spans = {"early": (DAY, "2026-03-01"), "now": ("2026-03-01", "2026-05-01"), "late": ("2026-05-01", "2026-07-01")}
    own = [
        agreement_toml([], host="runware", id=name, inherit="false", **{"from": begin, "until": end})
        for name, (begin, end) in spans.items()
    ]
    (message,) = [said for one, said in found_in(idle, *own, card=runware(), head=head) if one == "CAT202"]
    assert message.startswith("'idle' never holds: now stands above it wherever and whenever it could.")


def test_only_what_stands_above_an_agreement_in_its_own_market_is_named() -> None:
    """Globex has an agreement for its account, and acme another one, which is no reason."""
    idle = agreement_toml([], host="runware", id="idle", account="globex")
    named = agreement_toml(
        [], host="runware", id="named", account="globex", environments="production staging sandbox", inherit="false"
    )
    acme = agreement_toml([], host="runware")
    (message,) = [said for one, said in found_in(idle, named, acme, card=runware()) if one == "CAT202"]
    assert message.startswith("'idle' never holds: named stands above it wherever and whenever it could.")


def test_entries_of_two_tiers_are_in_an_order_each_of_its_own() -> None:
    terms = {**terms_of({}), "entries": [output("720P", "2026-02-01", price="0.1"), output("1080P", DAY, price="0.15")]}
    assert "CAT205" not in ids(card_toml(terms, host="runware"))  # type: ignore[arg-type]


def test_terms_of_one_account_that_multiply_nothing_do_not_end_the_search_for_wide_prices() -> None:
    off: list[Row] = [{"kind": "discount", "percent": "12.3456"}] * 3
    acme = agreement_toml([override("720P", "0.09")], host="runware")
    assert ids(runware(), acme, agreement_toml(off, host="runware", id="globex", account="globex")) == ["CAT301"]


def test_a_wide_price_on_top_of_an_override_says_so() -> None:
    off: list[Row] = [{"kind": "discount", "percent": "3.123456789012"}] * 2
    everyone = agreement_of([override("720P", "0.1")], {"id": "all", "title": "All", "host": "runware", "from": DAY})
    found = found_in(everyone, agreement_toml(off, host="runware"), card=runware())
    assert [said.partition(", on top of ")[2] for one, said in found if one == "CAT301"] == [
        "an override. Agree on that price by an override."
    ]


@pytest.mark.parametrize("named", [{}, {"has_reference_video": "true"}, {"ratio": "9:16"}], ids=str)
def test_a_wide_price_is_found_also_where_an_override_alone_names_it(named: Row) -> None:
    """98.75 % of nine decimals are 13; the card names neither clips nor ratios."""
    own = override("720P", "0.123456789") | named
    everyone = agreement_of([own], {"id": "all", "title": "All", "host": "runware", "from": DAY})
    assert ids(runware(), everyone, agreement_toml([{"kind": "discount", "percent": "1.25"}], host="runware")) == [
        "CAT301"
    ]


def test_a_price_that_is_wide_after_the_agreement_ended_does_no_harm() -> None:
    card = runware(output("720P", "2026-06-01", price="0.123456789"))
    off: list[Row] = [{"kind": "discount", "percent": "1.25"}]
    assert ids(card, agreement_toml(off, host="runware", until="2026-06-01")) == []
    assert ids(card, agreement_toml(off, host="runware", until="2026-06-02")) == ["CAT301"]


def test_an_inversion_of_the_card_is_told_in_its_own_prices() -> None:
    """Acme's discount is on everything, and puts no price before another."""
    off: list[Row] = [{"kind": "discount", "percent": "10"}]
    found = found_in(agreement_toml(off, host="runware"), card=runware(output("720P", "2026-06-01", price="0.16")))
    (message,) = [said for one, said in found if one == "CAT304"]
    assert message.startswith("From 2026-06-01 a second costs 0.16 at 720P and 0.15 at 1080P, in USD (acme / ")


def test_an_inversion_may_end() -> None:
    card = runware(output("720P", "2026-06-01", price="0.16"), output("720P", "2026-07-01", price="0.10"))
    assert ids(card) == ["CAT304"]


def test_prices_that_change_on_the_day_on_which_an_agreement_ends_are_not_under_it() -> None:
    """720P is agreed at 0.14 until June; from June on the card asks 0.10, and 0.12 for 1080P."""
    card = runware(output("1080P", "2026-06-01", price="0.12"))
    terms = [override("720P", "0.14")]
    assert ids(card, agreement_toml(terms, host="runware", until="2026-06-01")) == []
    assert ids(card, agreement_toml(terms, host="runware", until="2026-06-02")) == ["CAT304"]


def test_a_term_that_begins_later_is_no_reason_for_the_cards_own_inversion() -> None:
    """Its discount is on everything, from September on; the card's prices changed in June."""
    off: list[Row] = [{"kind": "discount", "percent": "10", "from": "2026-09-01"}]
    texts = {
        "catalogue.toml": HEAD,
        "card.toml": runware(output("720P", "2026-06-01", price="0.16")),
        "acme.toml": agreement_toml(off, host="runware"),
    }
    (found,) = [one for one in lint(parse_catalogue(texts), TODAY) if one.id == "CAT304"]
    assert (found.file, found.key) == ("card.toml", "entry.2")


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param((output("1080P", DAY),), id="named-absent"),
        pytest.param((output("any", DAY, price="0.1"),), id="any"),
    ],
)
def test_no_gap_where_the_tier_is_named(entries: tuple[Row, ...]) -> None:
    terms = terms_of({"720P": "0.1"})
    assert ids(card_toml({**terms, "entries": [*terms["entries"], *entries]}, host="runware")) == []


def test_no_gap_where_clips_have_a_price_only_where_there_are_some() -> None:
    """Without clips no second of one is charged; a price for that is idle."""
    terms = terms_of(PRICES, rule={"priced_as": "own"})
    clip: Row = {"from": DAY, "meter": "reference_video_seconds", "has_reference_video": "true", "price": "0.05"}
    card = card_toml({**terms, "entries": [*terms["entries"], clip]}, host="runware")
    assert ids(card) == []
    without = card_toml({**terms, "entries": [*terms["entries"], clip, {**clip, "has_reference_video": "false"}]})
    assert "CAT204" in ids(without)


def test_no_gap_where_everybody_has_a_price_of_their_own() -> None:
    terms = agreement_toml([override("1080P", "0.2")], host="runware")
    head = HEAD.replace('["acme", "globex", "initech"]', '["acme"]')
    assert ids(card_toml(terms_of({"720P": "0.1"}), host="runware"), terms, head=head) == []


def test_an_agreement_that_is_over_leaves_the_card() -> None:
    over = agreement_toml([override("1080P", "0.2")], host="runware", until="2026-02-01")
    assert ids(runware(), over) == []
    assert ids(card_toml(terms_of({"720P": "0.1"}), host="runware"), over) == ["CAT102"]


def test_an_overlap_in_time_only_is_dated() -> None:
    later = {"host": "runware", "id": "later", "from": "2026-06-01"}
    texts = {
        "catalogue.toml": HEAD,
        "card.toml": runware(),
        "one.toml": agreement_toml([override("1080P", "0.2")], host="runware", until="2026-07-01"),
        "two.toml": agreement_toml([override("1080P", "0.3")], **later),
    }
    (found,) = [one for one in lint(parse_catalogue(texts), TODAY) if one.severity == "error"]
    assert found.message.endswith("It is so for acme / production / runware, acme / staging / runware, acme / sandbox "
                                  "/ runware, from 2026-06-01.")  # fmt: skip


def test_an_account_lives_by_a_price_of_its_own_or_a_later_one() -> None:
    ended = runware(output("720P", "2026-02-01"), output("1080P", "2026-02-01"))
    assert ids(ended) == ["CAT103"]
    assert ids(ended, agreement_toml([override("720P", "0.05")], host="runware")) == ["CAT103"]  # the other two
    again = runware(output("720P", "2026-02-01"), output("720P", "2027-02-01", price="0.1"))
    assert ids(again) == []


def test_an_account_whose_card_begins_after_its_agreement_is_dead() -> None:
    later = card_toml(terms_of(PRICES, rule={"from": "2027-01-01"}), id="later", host="runware", by_agreement="true")
    ends = agreement_toml([], host="runware", card="later", until="2026-12-01")
    one = HEAD.replace('["acme", "globex", "initech"]', '["acme"]')
    assert ids(later, ends, head=one) == ["CAT202", "CAT203", "CAT103"]


def test_an_agreement_where_no_card_holds_says_so() -> None:
    card = runware().replace("[card]\n", '[card]\nenvironments = ["production", "sandbox"]\n')
    idle = agreement_toml([], host="runware").replace("[agreement]\n", '[agreement]\nenvironments = ["staging"]\n')
    found = lint(parse_catalogue({"catalogue.toml": HEAD, "card.toml": card, "idle.toml": idle}), TODAY)
    assert [one.message for one in found if one.id == "CAT202"] == [
        (
            "'acme-terms' never holds: no card has begun where and when it could. Give it a time or an environment of "
            "its own, or take it away."
        )
    ]


def test_an_account_may_be_anyone() -> None:
    head = 'schema_version = "1"\n\n[catalogue]\nname = "for anyone"\n'
    ended = runware(output("720P", "2026-02-01"), output("1080P", "2026-02-01"))
    texts = {"catalogue.toml": head, "card.toml": ended}
    (found,) = lint(parse_catalogue(texts), date(2026, 3, 1))
    assert found.message.startswith("No host has a price for anyone in any environment on 2026-03-01")


def test_an_overridden_price_takes_no_percentage() -> None:
    off: Row = {"kind": "discount", "percent": "5", "resolutions": "1080P"}
    assert ids(runware(), agreement_toml([override("1080P", "0.2"), off], host="runware")) == ["CAT201"]
    assert ids(runware(), agreement_toml([override("720P", "0.1"), off], host="runware")) == []


def test_a_least_charge_counts_always() -> None:
    assert ids(runware(), agreement_toml([{"kind": "minimum", "amount": "1"}], host="runware")) == []


def test_a_minimum_is_an_entry_that_counts() -> None:
    assert ids(runware({"from": DAY, "model": "minimum", "amount": "1"})) == []


def test_an_idle_entry_is_told_once() -> None:
    assert ids(runware(output("1440P-SR", DAY, price="0.3"), output("1440P-SR", "2026-02-01", price="0.3"))) == [
        "CAT204"
    ]


def test_prices_that_are_too_wide_before_the_agreement_do_no_harm() -> None:
    wide = card_toml(terms_of({"720P": "0.123456789", "1080P": "0.15"}), host="runware").replace(
        "[[reference_video]]", '[[entry]]\nfrom = 2026-03-01\nmeter = "output_video_seconds"\nresolution = "720P"\n'
        'price = "0.1"\n\n[[reference_video]]'
    )  # fmt: skip
    off: list[Row] = [{"kind": "discount", "percent": "1.25"}]
    assert ids(wide, agreement_toml(off, host="runware")) == ["CAT301"]
    assert ids(wide, agreement_toml(off, host="runware", **{"from": "2026-03-01"})) == []


def test_an_agreement_too_wide_is_told_once_even_where_it_turns_prices_round() -> None:
    off: list[Row] = [{"kind": "discount", "percent": "12.3456", "resolutions": "720P 1080P"}] * 3
    assert ids(runware(), agreement_toml(off, host="runware")) == ["CAT301"]


def test_accounts_with_equal_terms_are_each_told() -> None:
    off: list[Row] = [{"kind": "discount", "percent": "12.3456"}] * 3
    both = (agreement_toml(off, host="runware", id=name, account=name) for name in ("acme", "globex"))
    assert ids(runware(), *both) == ["CAT301", "CAT301"]


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


def test_tiers_are_compared_only_where_both_have_a_price() -> None:
    """1080P begins later and cheaper; 1440P-SR has no upscaling price."""
    stages: list[Row] = [
        output("720P", DAY, price="0.1"),
        output("1080P", "2026-02-01", price="0.2"),
        {"from": DAY, "meter": "super_resolution_seconds", "resolution": "1080P-SR", "price": "0.05"},
        {"from": DAY, "meter": "super_resolution_seconds", "resolution": "1440P-SR"},
    ]
    terms = terms_of({}, super_resolution="stages", rule={"priced_as": "render"})
    assert ids(card_toml({**terms, "entries": stages})) == []


def test_an_entry_for_any_tier_that_never_counts_is_not_too_wide() -> None:
    """Each tier has an entry of its own from the day on which the one for any begins, or before."""
    others: list[Row] = [output(tier, DAY) for tier in ("1080P-SR", "1440P-SR")]
    off: list[Row] = [{"kind": "discount", "percent": "1.25"}]
    for day, expected in ((DAY, []), ("2026-03-01", []), ("2025-12-01", ["CAT301"])):
        card = runware(*others, output("any", day, price="0.123456789")).replace(
            f"from = {DAY}\nbilled", "from = 2025-01-01\nbilled"
        )
        found = ids(card, agreement_toml(off, host="runware", **{"from": "2025-01-01"}))
        assert [one for one in found if one not in {"CAT204", "CAT205"}] == expected


def test_prices_before_the_first_rule_for_clips_are_nobodys() -> None:
    """Neither those with too many digits nor those in the wrong order."""
    wide = terms_of({"720P": "0.123456789", "1080P": "0.11"}, rule={"from": "2026-03-01"})
    later = (output("720P", "2026-03-01", price="0.12"), output("1080P", "2026-03-01", price="0.15"))
    mended = [*wide["entries"], *later]
    off: list[Row] = [{"kind": "discount", "percent": "1.25"}]
    assert ids(card_toml({**wide, "entries": mended}, host="runware"), agreement_toml(off, host="runware")) == []


@pytest.mark.parametrize(
    ("entries", "terms", "place"),
    [
        pytest.param([output("720P", "2026-06-01", price="0.16")], [], ("card.toml", "entry.2"), id="the-lower"),
        pytest.param([output("1080P", "2026-06-01", price="0.09")], [], ("card.toml", "entry.2"), id="the-higher"),
        pytest.param([], [override("1080P", "0.09")], ("agreement-0.toml", "term.0"), id="agreed"),
        pytest.param(
            [],
            [override("720P", "0.10"), override("1080P", "0.09"), {"kind": "minimum", "amount": "1"}],
            ("agreement-0.toml", "term.1"),
            id="both-agreed",
        ),
        pytest.param(
            [output("1080P", "2026-06-01", price="0.12")],
            [override("720P", "0.14")],
            ("card.toml", "entry.2"),
            id="by-the-card-below-an-agreement",
        ),
        pytest.param(
            [],
            [{"kind": "discount", "percent": "50", "resolutions": "1080P"}],
            ("agreement-0.toml", "term.0"),
            id="by-a-percentage",
        ),
        pytest.param(
            [],
            [override("720P", "0.10"), {"kind": "discount", "percent": "50"}],
            ("agreement-0.toml", "term.1"),
            id="by-a-percentage-on-all-that-is-not-overridden",
        ),
    ],
)
def test_an_inversion_is_told_where_the_later_price_stands(
    entries: list[Row], terms: list[Row], place: tuple[str, str]
) -> None:
    texts = {"catalogue.toml": HEAD, "card.toml": runware(*entries)}
    texts |= {"agreement-0.toml": agreement_toml(terms, host="runware")} if terms else {}
    (found,) = [one for one in lint(parse_catalogue(texts), TODAY) if one.id == "CAT304"]
    assert (found.file, found.key) == place


def test_an_agreement_beside_one_of_the_same_overrides_is_told_of_its_own() -> None:
    """Both override 720P; only globex has everything else for half."""
    own = [override("720P", "0.10")]
    off: Row = {"kind": "discount", "percent": "50"}
    acme = agreement_toml(own, host="runware")
    globex = agreement_toml([*own, off], host="runware", id="globex", account="globex")
    texts = {"catalogue.toml": HEAD, "card.toml": runware(), "acme.toml": acme, "globex.toml": globex}
    (found,) = [one for one in lint(parse_catalogue(texts), TODAY) if one.id == "CAT304"]
    assert (found.file, found.key) == ("globex.toml", "term.1")
    assert "acme" not in found.message


EXCHANGE: Final = {"kind": "exchange", "currency": "EUR", "rate": "0.9", "date": "2026-01-01", "source": "a bank"}
EUROS: Final = {"kind": "minimum", "amount": "1", "currency": "EUR"}


def inversions(card: str, **agreements: str) -> list[tuple[str, str, str]]:
    """Of each tier inversion the file, the key and what it says, as far as the markets."""
    texts = {"catalogue.toml": HEAD, "card.toml": card} | {f"{name}.toml": text for name, text in agreements.items()}
    found = [one for one in lint(parse_catalogue(texts), TODAY) if one.id == "CAT304"]
    return [(one.file, one.key, one.message.partition(" / ")[0]) for one in found]


def in_euros(rate: str, account: str) -> str:
    """720P at 0.20 EUR, all else as the card says at that rate."""
    own = override("720P", "0.20") | {"currency": "EUR"}
    return agreement_toml([{**EXCHANGE, "rate": rate}, own], host="runware", id=account, account=account)


@pytest.mark.parametrize("first", ["acme", "globex"])
def test_beside_an_override_the_exchange_says_who_pays_less_for_more(first: str) -> None:
    """At 2 EUR for one USD 1080P costs 2 x 0.15 = 0.30 EUR, at 1 it costs 0.15."""
    rates = {"acme": "2", "globex": "2"} | {first: "1"}
    told = f"From 2026-01-01 a second costs 0.20 at 720P and 0.15 at 1080P, in EUR ({first}"
    assert inversions(runware(), **{name: in_euros(rate, name) for name, rate in rates.items()}) == [
        (f"{first}.toml", "term.1", told)
    ]


def test_what_an_exchange_does_not_turn_round_is_told_in_the_currency_of_the_card() -> None:
    """Half of 0.15 is 0.075. All pay so, in one currency or another, and no exchange is the cause."""
    half: Row = {"kind": "discount", "percent": "50", "resolutions": "1080P"}
    acme = agreement_toml([half, EXCHANGE], host="runware")
    globex = agreement_toml([half, {"kind": "discount", "percent": "10"}], host="runware", id="two", account="globex")
    ((file, key, said),) = inversions(runware(), acme=acme, globex=globex)
    assert (file, key) == ("acme.toml", "term.0")
    assert said == "From 2026-01-01 a second costs 0.10 at 720P and 0.075 at 1080P, in USD (acme"


def test_the_same_terms_in_other_layers_are_another_order_of_prices() -> None:
    """Of globex half is off the override too: 0.07 at 720P; of acme off the card's price alone, so 0.14 there."""
    own, half = override("720P", "0.14"), {"kind": "discount", "percent": "50"}
    acme = agreement_toml([own, half], host="runware", inherit="false")
    everyone = agreement_of([own], {"id": "all", "title": "All", "host": "runware", "from": DAY})
    globex = agreement_toml([half], host="runware", id="globex-terms", account="globex")
    (message,) = [said for one, said in found_in(acme, everyone, globex, card=runware()) if one == "CAT304"]
    markets = "acme / production / runware, acme / staging / runware, acme / sandbox / runware"
    assert message.startswith(
        f"From 2026-01-01 a second costs 0.14 at 720P and 0.075 at 1080P, in USD ({markets}): the larger"
    )


def test_a_markup_on_everything_starts_again_from_the_card() -> None:
    """Everyone has half of 1080P off; in production acme pays a tenth on top of the card, 0.11 and 0.165."""
    half: Row = {"kind": "discount", "percent": "50", "resolutions": "1080P"}
    everyone = agreement_of([half], {"id": "all", "title": "All", "host": "runware", "from": DAY})
    own = agreement_toml([{"kind": "markup", "percent": "10"}], host="runware")
    one = HEAD.replace('["acme", "globex", "initech"]', '["acme"]')
    assert ids(runware(), everyone, own, head=one) == []
    assert ids(runware(), everyone, head=one) == ["CAT304"]


def with_clips(tier: str, price: str, *, has: bool = True) -> Row:
    return output(tier, DAY, price=price, has_reference_video=str(has).lower())


TOLD: Final = "From 2026-01-01 a second costs 0.50 at 720P and 0.15 at 1080P, with clips, in USD (acme"


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        pytest.param(
            [
                with_clips(tier, price, has=has)
                for tier, price in (("720P", "0.5"), ("1080P", "0.15"))
                for has in (True, False)
            ],
            [("card.toml", "entry.2", TOLD)],
            id="of-both-named-alone",
        ),
        pytest.param(
            [output("1080P", DAY, price="0.15"), output("720P", DAY, price="0.1"), with_clips("720P", "0.5")],
            [("card.toml", "entry.2", TOLD)],
            id="with-clips-alone",
        ),
        pytest.param(
            [
                output("720P", DAY, price="0.5"),
                output("1080P", DAY, price="0.15"),
                *(with_clips("720P", "0.1", has=has) for has in (True, False)),
            ],
            [],
            id="of-what-nobody-pays",
        ),
        pytest.param(
            [
                output("720P", DAY, price="0.16"),
                {**output("1080P", DAY, price="0.15"), "ratio": "1:1"},
                output("1080P", DAY, price="0.2"),
            ],
            [
                (
                    "card.toml",
                    "entry.1",
                    "From 2026-01-01 a second costs 0.16 at 720P and 0.15 at 1080P, 1:1, in USD (acme",
                )
            ],
            id="of-one-ratio",
        ),
        pytest.param(
            [
                output("720P", DAY, price="0.5"),
                output("1080P", DAY, price="0.15"),
                {**with_clips("any", "0.01"), "meter": "reference_video_seconds"},
            ],
            [("card.toml", "entry.1", TOLD.replace(", with clips", ""))],
            id="where-clips-alone-are-named",
        ),
        pytest.param(
            [
                output("1080P", DAY, price="0.15"),
                with_clips("720P", "0.1"),
                with_clips("720P", "0.1", has=False),
                {**with_clips("720P", "0.5", has=False), "from": "2026-02-01"},
                {**with_clips("720P", "0.5"), "from": "2026-03-01"},
            ],
            [("card.toml", "entry.3", TOLD.replace("01-01", "02-01").replace("with", "without"))],
            id="the-first-of-all-times",
        ),
    ],
)
def test_tiers_are_compared_by_what_a_request_pays(entries: list[Row], told: list[tuple[str, str, str]]) -> None:
    """With clips and without, and by ratio, where prices depend on that."""
    assert inversions(card_toml({**terms_of({}), "entries": entries}, host="runware")) == told


def test_an_override_may_name_what_the_card_does_not() -> None:
    """At 720P it is 0.50 for 1:1 with clips, and the card's 0.10 otherwise; 1080P is 0.15."""
    named = {"has_reference_video": "true", "ratio": "1:1"}
    acme = agreement_toml([{**override("720P", "0.50"), **named}], host="runware")
    told = TOLD.replace("with clips", "1:1, with clips")
    assert inversions(runware(), acme=acme) == [("acme.toml", "term.0", told)]


def test_a_price_in_a_third_currency_clashes_and_nothing_else_is_said_of_it() -> None:
    own = {"kind": "override", "meter": "output_video_seconds", "price": "0.05", "currency": "EUR"}
    assert ids(runware(), agreement_toml([own], host="runware")) == ["CAT104"]


def test_a_clash_is_told_once_however_many_layers_it_is_seen_through() -> None:
    staging = agreement_toml([{"kind": "discount", "percent": "5"}], host="runware", id="staging-terms")
    staging = staging.replace('account = "acme"\n', 'environments = ["staging"]\n')
    assert ids(runware(), agreement_toml([EUROS], host="runware"), staging) == ["CAT104"]


def test_credits_are_not_exchanged() -> None:
    card = runware(currency="points") + '\n[[credit]]\nfrom = 2026-01-01\nvalue = "0.01"\ncurrency = "USD"\n'
    assert ids(card, agreement_toml([EXCHANGE], host="runware")) == ["CAT104"]


def test_too_many_digits_by_an_exchange_are_told_as_such() -> None:
    long = {**EXCHANGE, "rate": "0.123456789012"}
    assert ids(runware(), agreement_toml([long], host="runware")) == ["CAT301"]


@pytest.mark.parametrize("times", [2, 5, 6, 40])
@pytest.mark.parametrize("own", [False, True], ids=["of-the-card", "of-an-override"])
@pytest.mark.parametrize("rate", [None, "7.123456789012"])
def test_percentages_of_percentages_are_found_however_many(times: int, rate: str | None, *, own: bool) -> None:
    """Also where no number holds all their digits: six of 14, and 60 are kept."""
    rows: list[Row] = [{"kind": "discount", "percent": "3.123456789012", "resolutions": "720P"}] * times
    if rate:
        rows.append({"kind": "exchange", "currency": "CNY", "rate": rate, "date": "2026-01-01", "source": "made up"})
    general = [override("720P", "0.1") | ({"currency": "USD"} if rate else {})] if own else []
    first = agreement_of(general, {"id": "all", "title": "All", "host": "runware", "from": DAY}) if own else None
    texts = [text for text in (first, agreement_toml(rows, host="runware")) if text]
    assert "CAT301" in ids(runware(), *texts)


def test_a_price_of_many_digits_under_percentages_that_a_number_still_holds() -> None:
    rows: list[Row] = [{"kind": "discount", "percent": "3.123456789012", "resolutions": "720P"}] * 4
    card = card_toml(terms_of({"720P": "0.123456789012", "1080P": "0.15"}), host="runware")
    assert ids(card, agreement_toml(rows, host="runware")) == ["CAT301"]


def test_the_bands_of_an_entry_that_was_superseded_are_passed_over() -> None:
    bands = {"from": "2027-01-01", "meter": "output_video_seconds", "model": "volume", "bands": "10:0.2 :0.1"}
    name = "made-up:output_video_seconds/any@2027-01-01"
    instead = {**bands, "from": "2027-02-01", "bands": "10:0.1 :0.2", "supersedes": name, "announced": "2026-06-01"}
    assert "CAT307" in ids(runware(bands, zone="UTC"))
    assert "CAT307" not in ids(runware(bands, instead, zone="UTC"))


def test_of_three_cards_that_compete_the_last_is_told_and_not_since_when() -> None:
    """They do so from the beginning."""
    cards = {f"{name}.toml": runware(id=name) for name in ("one", "three", "two")}
    head = HEAD.replace('["acme", "globex", "initech"]', '["acme"]')
    (found,) = [one for one in lint(parse_catalogue({"catalogue.toml": head, **cards}), TODAY) if one.id == "CAT101"]
    assert (found.part, found.file) == ("two", "two.toml")
    assert found.message.endswith(
        " It is so for acme / production / runware, acme / staging / runware, acme / sandbox / runware."
    )


def test_an_account_lives_by_any_host_and_is_told_at_the_accounts() -> None:
    ended = runware(output("720P", "2026-02-01"), output("1080P", "2026-02-01"), id="ended")
    head = 'schema_version = "1"\n[catalogue]\nname = "one"\naccounts = ["acme"]\n'
    texts = {"catalogue.toml": head, "ended.toml": ended}
    (found,) = lint(parse_catalogue(texts), date(2026, 3, 1))
    assert (found.id, found.file, found.line, found.key) == ("CAT103", "catalogue.toml", 4, "catalogue.accounts")
    living = card_toml(terms_of({"any": "0.1"}))
    assert [one.id for one in lint(parse_catalogue({**texts, "card.toml": living}), date(2026, 3, 1))] == []


def test_a_clash_is_found_behind_terms_that_do_not_clash() -> None:
    """Acme's speak of no currency, or have too many digits."""
    euros = agreement_toml([EUROS], host="runware", id="globex-terms", account="globex")
    plain = agreement_toml([{"kind": "discount", "percent": "5"}], host="runware")
    assert ids(runware(), plain, euros) == ["CAT104"]
    wide = agreement_toml([{**EXCHANGE, "rate": "0.123456789012"}], host="runware")
    assert ids(runware(), wide, euros) == ["CAT301", "CAT104"]


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


def test_of_inversions_by_clips_the_one_that_comes_first_is_told() -> None:
    """With clips 1080P becomes cheaper than 720P in May, without in March, though its price began later."""
    entries: list[Row] = [
        output("720P", DAY, price="0.2") | {"has_reference_video": "true"},
        output("1080P", DAY, price="0.3") | {"has_reference_video": "true"},
        output("1080P", "2026-05-01", price="0.19") | {"has_reference_video": "true"},
        output("720P", "2026-02-01", price="0.2") | {"has_reference_video": "false"},
        output("1080P", "2026-02-01", price="0.3") | {"has_reference_video": "false"},
        output("1080P", "2026-03-01", price="0.18") | {"has_reference_video": "false"},
    ]
    told = [said for one, said in found_in(card=runware(*entries)) if one == "CAT304"]
    assert len(told) == 1
    assert told[0].startswith("From 2026-03-01 a second costs 0.20 at 720P and 0.18 at 1080P, without clips, in USD")


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


@pytest.mark.parametrize(
    ("time", "until"),
    [
        pytest.param({"until": DAY}, {}, id="ended-before"),
        pytest.param({"from": "2026-04-01"}, {"until": "2026-04-01"}, id="begins-after"),
    ],
)
def test_a_term_of_another_time_than_its_agreements_is_told_as_such(time: Row, until: Row) -> None:
    off: Row = {"kind": "discount", "percent": "10", **time}
    found = found_in(agreement_toml([off], host="runware", **until), card=runware())
    said = [said for one, said in found if one == "CAT201"]
    assert len(said) == 1
    assert said[0].startswith("This discount changes no price: it holds at no time at which its agreement does, from ")


@pytest.mark.parametrize(
    ("time", "until", "when"),
    [
        pytest.param({"until": DAY}, {}, "2026-01-01", id="no-end"),
        pytest.param({"from": "2026-04-01"}, {"until": "2026-04-01"}, "2026-01-01 until 2026-04-01", id="an-end"),
    ],
)
def test_of_such_a_term_its_agreements_time_is_told(time: Row, until: Row, when: str) -> None:
    off: Row = {"kind": "discount", "percent": "10", **time}
    found = found_in(agreement_toml([off], host="runware", **until), card=runware())
    (said,) = [said for one, said in found if one == "CAT201"]
    assert said.endswith(f"does, from {when}. Mend its `from` or `until`, or take it away.")


def test_what_jumps_is_named_as_it_is_priced() -> None:
    """Without a band where there is none, and of the first band too."""
    plain = runware(output("720P", "2026-04-01", price="0.90"))
    terms = terms_of({"1080P": "0.15"})
    entries = [bands(DAY, "1000:0.10 :0.08"), bands("2026-04-01", "1000:0.90 :0.08"), *terms["entries"]]
    for card in (plain, card_toml({**terms, "entries": entries}, host="runware")):
        (said,) = [said for one, said in found_in(card=card) if one == "CAT302"]
        assert said.startswith("output_video_seconds at 720P goes from 0.10 to 0.90 USD on 2026-04-01: ")


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
