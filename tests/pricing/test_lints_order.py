"""Checks of prices in order: a larger tier, super-resolution or clips that cost less (CAT304 to CAT306)."""

from __future__ import annotations

from typing import Final

import pytest

from pricing import parse_catalogue
from pricing.linting import lint
from tests.linted import DAY, EXCHANGE, TODAY, found_in, ids, output, override, runware
from tests.oracle import Row
from tests.tables import agreement_of
from tests.terms import HEAD, agreement_toml, card_toml, terms_of


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
