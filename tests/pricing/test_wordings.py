"""Terms in words: what each kind of price, adjuster, allowance and outcome is told as."""

from __future__ import annotations

import decimal
from decimal import Decimal
from typing import Final

import pytest

from pricing import Market, parse_card, resolve
from pricing.adjustments import Adjuster, AdjusterKind
from pricing.agreed_terms import Per
from pricing.conditions import Allowed
from pricing.explanations import explain
from pricing.formulas import Band
from pricing.keys import EntryKey
from pricing.quotes import quote
from pricing.schemes import Ladder, Package, Tariff
from pricing.shell.catalogues import load_catalogue
from pricing.wordings import (
    describe_adjuster,
    describe_allowance,
    describe_card_price,
    describe_counters,
    describe_outcomes,
    describe_owed,
    describe_price,
    describe_unfinished,
    describe_unit_price,
    describe_worth,
    name_units,
)
from tests.conftest import ROOT
from tests.quoting import lengths, reading_of
from tests.terms import card_toml, instant, terms_of
from wan_rules import validate

GOOD: Final = ROOT / "tests" / "catalogues" / "good"
AT: Final = instant("2026-11-15")
BANDS: Final = (Band(Decimal(1000), Decimal("0.1")), Band(Decimal(5000), Decimal("0.08")), Band(None, Decimal(0)))


@pytest.mark.parametrize(
    ("tariff", "currency", "said"),
    [
        pytest.param(Tariff(Decimal("0.1")), "USD", "0.10", id="per-unit"),
        pytest.param(Tariff(Decimal(0)), "USD", "free", id="free"),
        pytest.param(Tariff(Decimal("15.5")), "JPY", "15.5", id="no-minor-units"),
        pytest.param(Tariff(Decimal("0.1")), "KWD", "0.100", id="three-minor-units"),
        pytest.param(Tariff(Decimal(17)), "credits", "17", id="credits"),
        pytest.param(Tariff(Decimal("1.5"), Package(Decimal(10))), "USD", "1.50 for each 10", id="package"),
        pytest.param(
            Tariff(Decimal("0.1"), Ladder("graduated", "units", "x", BANDS)),
            "USD",
            "0.10 up to 1000, then 0.08 up to 5000, then free (graduated, by units of the month)",
            id="ladder",
        ),
    ],
)
def test_a_price_in_words(tariff: Tariff, currency: str, said: str) -> None:
    assert describe_price(tariff, currency) == said
    beside = said.removesuffix(" for each 10")
    assert describe_unit_price(tariff, currency) == beside


@pytest.mark.parametrize(
    ("kind", "per", "said"),
    [
        pytest.param("rebate", "request", "2.00 USD off each request", id="rebate"),
        pytest.param("commitment", "month", "2.00 USD a month committed", id="commitment"),
        pytest.param("minimum", "request", "at least 2.00 USD a request", id="minimum"),
        pytest.param("minimum", "month", "at least 2.00 USD a month", id="monthly-minimum"),
        pytest.param("cap", "request", "at most 2.00 USD a request", id="cap"),
        pytest.param("cap", "month", "at most 2.00 USD a month", id="monthly-cap"),
        pytest.param("credit", "request", "2.00 USD granted beforehand", id="credit"),
    ],
)
def test_an_adjuster_in_words(kind: AdjusterKind, per: Per, said: str) -> None:
    assert describe_adjuster(Adjuster(kind, per, Decimal(2), "a:term/0"), "USD") == said


def test_an_overage_in_words() -> None:
    adjuster = Adjuster("commitment", "month", Decimal(2), "a:term/0", "spend", Decimal("0.125"))
    said = "2.00 USD a month committed, and 12.5 percent more for what goes beyond it"
    assert describe_adjuster(adjuster, "USD") == said


@pytest.mark.parametrize(
    ("unit", "much", "said"),
    [
        ("second", "1", "second"),
        ("second", "2", "seconds"),
        ("5 seconds", "1", "package of 5 seconds"),
        ("5 seconds", "0 to 3", "packages of 5 seconds"),
    ],
)
def test_units_in_words(unit: str, much: str, said: str) -> None:
    assert name_units(unit, much) == said


def test_an_allowance_an_outcome_and_a_worth_in_words() -> None:
    allowed = Allowed(EntryKey("output_video_seconds", "720P"), Decimal(100), "x", "a:term/0")
    assert describe_allowance(allowed) == "the first 100 of output_video_seconds at 720P each month are included"
    assert describe_owed("failed_upscaling", "rendered") == (
        "failed while upscaled: charged as a job for the rendered tier"
    )
    assert describe_worth("credits", Decimal("0.005"), "USD") == "credits: each is worth 0.005 USD"


def test_the_outcomes_of_a_market_and_of_a_card_in_words() -> None:
    catalogue = load_catalogue(GOOD / "unfinished")
    terms = resolve(catalogue, Market("acme", None, "atlas"), AT).terms
    assert list(describe_outcomes(terms)) == [
        "failed: free",
        "failed while upscaled: free",
        "canceled: charged in full",
        "refused by moderation: free",
    ]
    noted = 'schema_version = "1"\n' + card_toml(terms_of({"720P": "1"})).partition("\n")[2]
    noted += '[[unfinished]]\nfrom = 2026-01-01\nfailed = "full"\nnote = "as told by mail"\n'
    (rule,) = parse_card(noted).unfinished
    assert list(describe_unfinished(rule)) == ["failed: charged in full", "note: as told by mail"]


def test_a_rule_of_jobs_that_failed_may_say_no_more() -> None:
    said = 'schema_version = "1"\n' + card_toml(terms_of({"720P": "1"})).partition("\n")[2]
    (rule,) = parse_card(said + '[[unfinished]]\nfrom = 2026-01-01\ncanceled = "free"\n').unfinished
    assert list(describe_unfinished(rule)) == ["canceled: free"]


def test_the_cards_own_price_is_in_its_own_currency() -> None:
    card = load_catalogue(GOOD / "exchange").cards["our-fal"]
    key = EntryKey("output_video_seconds", "720P")
    assert describe_card_price(card, key, AT) == "0.10 USD"
    assert describe_card_price(card, key, instant("2026-05-31")) == "no price"
    assert describe_card_price(card, EntryKey("requests"), AT) == "no price"
    least = load_catalogue(GOOD / "minimum-per-request").cards["our-fal"]
    assert describe_card_price(least, EntryKey("minimum"), AT) == "no price"


def sentences(name: str, before: dict[str, str], *, clips: int = 0, seconds: int = 10) -> tuple[str, ...]:
    """What is said of 10 s of 720P at fal, from the line of the output on."""
    media = {
        "reference_image_urls": ["https://media.example.com/a.png"],
        "reference_video_urls": [f"https://media.example.com/{number}.mp4" for number in range(1, clips + 1)],
    }
    payload = {"prompt": "They dance", "resolution": "720p", "duration": seconds, **media}
    valid = validate(reading_of("fal", payload, lengths(*["3"] * clips)))
    pricing = resolve(load_catalogue(GOOD / name), Market(None, None, "fal"), AT)
    consumed = {key: Decimal(total) for key, total in before.items()}
    return explain(quote(valid, pricing, AT, consumed), lambda _: "here")[2:]


BY: Final = "by our-fal:output_video_seconds/any@2026-06-01 (here)."


def test_a_ladder_is_told_by_its_bands_where_all_is_known() -> None:
    known, unknown = (
        sentences("graduated-by-units", {"output_video_seconds": "995"}),
        sentences("graduated-by-units", {}),
    )
    assert known[0] == f"Output video seconds: 10 seconds at 720P, 5 x 0.10 + 5 x 0.08 = 0.90, {BY}"
    assert unknown[0] == (
        "Output video seconds: 10 seconds at 720P, at 0.10 up to 1000, then 0.08 up to 5000, then 0.05 "
        f"(graduated, by units of the month), = 0.50 to 1.00, {BY}"
    )
    assert unknown[-1] == (
        "Assumed: what was used before is not known (output_video_seconds; calendar months of Asia/Shanghai): "
        "bounded over every such amount."
    )


def test_packages_are_told_as_packages() -> None:
    assert sentences("package", {}, seconds=6)[0] == (
        f"Output video seconds: 2 packages of 5 seconds at 720P x 0.40 = 0.80, {BY}"
    )


def test_what_a_month_includes_is_told() -> None:
    found = sentences("included-allowance", {"output_video_seconds/720P": "95"})
    assert found[:2] == (
        f"Output video seconds: 5 seconds at 720P x 0.10 = 0.50, {BY}",
        "10 seconds are used: the first 100 of output_video_seconds at 720P each month are included (acme-fal:term/0).",
    )


def test_what_is_taken_off_is_told_so() -> None:
    found = sentences("cap-per-month", {"spend": "99.6"})
    assert found[1] == "At most 100.00 USD a month: 0.60 is taken off, by acme-fal:term/0 (here)."
    found = sentences("cap-per-month", {})
    assert found[1] == "At most 100.00 USD a month: 0.00 to 1.00 is taken off, by acme-fal:term/0 (here)."


def test_the_list_price_behind_an_exchange_is_the_cards_own() -> None:
    assert sentences("exchange", {})[1] == (
        "The contracted price comes from list price 0.10 USD; exchange, 1 USD = 0.92 EUR on 2026-05-29 "
        "(annex B of the contract): 0.092 (here)."
    )


def test_credits_are_told_with_their_worth() -> None:
    assert sentences("credits", {})[-1] == "Total: 170 credits, worth 0.85 USD, before tax; exact."


def test_an_overage_keeps_its_digits_whatever_the_caller_computes_with() -> None:
    adjuster = Adjuster("commitment", "month", Decimal(2), "a:term/0", "spend", Decimal("0.1375"))
    with decimal.localcontext(prec=1):
        said = describe_adjuster(adjuster, "USD")
    assert said == "2.00 USD a month committed, and 13.75 percent more for what goes beyond it"


@pytest.mark.parametrize(
    ("names", "zone", "told"),
    [
        pytest.param((), "UTC", [], id="none"),
        pytest.param(("spend",), "UTC", [("calendar months of UTC", ("spend",))], id="of-the-month"),
        pytest.param(("spend",), None, [("calendar months of no zone", ("spend",))], id="of-no-zone-s"),
        pytest.param(
            ("credit/a", "spend", "credit/b"),
            "UTC",
            [
                ("calendar months of UTC", ("spend",)),
                ("the grant of a credit, since it began", ("credit/a", "credit/b")),
            ],
            id="of-both",
        ),
    ],
)
def test_credits_do_not_count_by_the_month(
    names: tuple[str, ...], zone: str | None, told: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert [*describe_counters(names, zone)] == told
