"""A quote in sentences: one for each reason that an amount has; and a card's rules in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest

from pricing import Market, quote, resolve
from pricing.explanations import explain
from pricing.money import Rounding
from pricing.shell.catalogues import load_published
from pricing.wordings import clip_rule_in_force, describe_clip_rule, describe_rounding
from tests.oracle import Row, Terms
from tests.quoting import ON, alibaba, atlas, clip, image, lengths, per_unit, quoted, reading_of, unlimited
from tests.terms import FIRST_DAY, instant, resolved, terms_of
from wan_rules import Host, validate

DISCOUNT: Final[Row] = {"kind": "discount", "percent": "10"}
SURCHARGE: Final[Row] = {"kind": "surcharge", "percent": "50"}
OWN_1080P: Final[Row] = {"kind": "override", "meter": "output_video_seconds", "resolution": "1080P", "price": "0.2"}
FREE: Final[Row] = {
    "from": FIRST_DAY,
    "model": "per_unit",
    "meter": "output_video_seconds",
    "resolution": "any",
    "free": "true",
}
CARD: Final = "Source: https://example.com/prices, checked 2026-01-01, fictional."


def place(name: str) -> str:
    return f"at {name.partition(':')[0]}"


def nowhere(_name: str) -> None:
    return None


def sentences(
    terms: Terms, *known: str, clips: int = 0, host: str | Host = "atlas", resolution: str = "720P"
) -> tuple[str, ...]:
    return explain(quoted(host, atlas(clips=clips, resolution=resolution), terms, lengths(*known)), place)


def test_the_sentences_of_a_list_price() -> None:
    pricing = resolve(load_published(), Market(None, None, "runware"), instant("2026-11-01"))
    payload = {
        "taskType": "videoInference",
        "model": "alibaba:wan@2.7",
        "positivePrompt": "They dance",
        "inputs": {"referenceImages": [image()]},
        "width": 1280,
        "height": 720,
        "duration": 2,
    }
    found = quote(validate(reading_of("runware", payload)), pricing, instant("2026-11-01"))
    assert found.total == 2 * Decimal("0.10")
    assert explain(found, nowhere) == (
        (
            "For anyone at 2026-11-01T00:00:00Z, the card runware-list holds (no file). "
            "Source: https://runware.ai/docs/models/alibaba-wan2-7.md, checked 2026-10-31, published."
        ),
        "Stage 1: render by wan2.7-r2v to 720P, 1280 x 720 pixels, 2 s.",
        (
            "Output video seconds: 2 seconds at 720P x 0.10 = 0.20, "
            "by runware-list:output_video_seconds/720P@2026-10-31 (no file)."
        ),
        "Total: 0.20 USD, before tax; exact.",
    )


def test_the_sentences_of_an_agreement() -> None:
    """0.1 less 10 percent is 0.09, and half as much again is 0.135: 5 s are 0.675."""
    assert sentences(terms_of({"720P": "0.1"}, agreement=[DISCOUNT, SURCHARGE])) == (
        (
            "For account acme in production at 2026-02-01T00:00:00Z, the card made-up holds (at made-up), "
            f"with the agreement acme-terms (Terms of acme; at acme-terms). {CARD}"
        ),
        "Stage 1: render by wan2.7-r2v to 720P, 1280 x 720 pixels, 5 s.",
        (
            "Output video seconds: 5 seconds at 720P x 0.135 = 0.675, "
            "by made-up:output_video_seconds/720P@2026-01-01 (at made-up)."
        ),
        (
            "The contracted price comes from list price 0.10; discount 10 percent: 0.09 (at acme-terms); "
            "surcharge 50 percent: 0.135 (at acme-terms)."
        ),
        "Total: 0.675 USD (list: 0.50), before tax; exact.",
    )


def test_the_sentences_of_an_override_without_a_list_price() -> None:
    assert sentences(terms_of({"720P": "0.1"}, agreement=[OWN_1080P]), resolution="1080P")[2:] == (
        (
            "Output video seconds: 5 seconds at 1080P x 0.20 = 1.00, "
            "by acme-terms:override/output_video_seconds/1080P (at acme-terms)."
        ),
        "The contracted price comes from no list price; override: 0.2 (at acme-terms).",
        "Total: 1.00 USD, before tax; exact.",
        (
            "Assumed: acme-terms:override/output_video_seconds/1080P: the card has no price of its own here, "
            "only the agreement has."
        ),
    )


def test_the_sentences_of_two_stages() -> None:
    terms = terms_of({"720P": "0.1"}, rule={"priced_as": "render"}, super_resolution="stages")
    terms["entries"].append(per_unit("super_resolution_seconds", "1440P-SR", "0.02"))
    assert sentences(terms, resolution="1440P-SR")[1:] == (
        "Stage 1: render by wan2.7-r2v to 720P, 1280 x 720 pixels, 5 s.",
        "Stage 2: upscale by FlashVSR to 1440P-SR, 2560 x 1440 pixels, 5 s, expected rather than promised.",
        (
            "Output video seconds: 5 seconds at 720P x 0.10 = 0.50, "
            "by made-up:output_video_seconds/720P@2026-01-01 (at made-up)."
        ),
        (
            "Super resolution seconds: 5 seconds at 1440P-SR x 0.02 = 0.10, "
            "by made-up:super_resolution_seconds/1440P-SR@2026-01-01 (at made-up)."
        ),
        "Total: 0.60 USD, before tax; exact.",
    )


def test_the_shape_of_a_first_frame_is_not_known() -> None:
    payload = alibaba(("reference_image", image()), ("first_frame", image(2)))
    found = explain(quoted("alibaba", payload, terms_of({"720P": "0.1"})), place)
    assert found[1] == (
        "Stage 1: render by wan2.7-r2v to 720P, the first frame's shape, 5 s, expected rather than promised."
    )


def test_a_default_that_is_billed_is_told_before_the_stages() -> None:
    payload = alibaba(("reference_image", image()))
    payload["parameters"] = {"duration": 5}
    found = explain(quoted("alibaba", payload, terms_of({"1080P": "0.1"})), place)
    assert found[1].startswith("No resolution is asked for")
    assert found[2].startswith("Stage 1: render by wan2.7-r2v to 1080P")


@pytest.mark.parametrize(
    ("rule", "known", "said"),
    [
        pytest.param(
            {}, ("4", "2.5"), "4, 2.5 s and are charged in full: 6.5 s (the card: every second is billed)", id="whole"
        ),
        pytest.param(
            {"cap_total_s": "5"},
            ("4", "2.5"),
            "4, 2.5 s and are charged as 5 s (the card: at most 5 s in total)",
            id="cap",
        ),
        pytest.param(
            {"cap_per_clip_s": "3"},
            ("4", "2.5"),
            "4, 2.5 s and are charged as 5.5 s (the card: at most 3 s of each)",
            id="cap-of-each",
        ),
        pytest.param(
            {"cuts_s": "5 2.5 1.65"},
            ("4", "2"),
            "4, 2 s and are charged as 4.5 s (the card: cut to 5 / 2.5 / 1.65 s each, for 1 / 2 / 3 or more videos)",
            id="cuts-by-videos",
        ),
        pytest.param(
            {"cuts_s": "5 2.5 1.65", "cuts_by": "references"},
            ("4", "1"),
            (
                "4, 1 s and are charged as 2.65 s "
                "(the card: cut to 5 / 2.5 / 1.65 s each, for 1 / 2 / 3 or more references)"
            ),
            id="cuts-by-references",
        ),
        pytest.param(
            {"minimum_s": "8"}, ("4", "2"), "4, 2 s and are charged as 8 s (the card: at least 8 s)", id="minimum"
        ),
        pytest.param(
            {"round_to_s": "1", "round_mode": "half-up", "round_place": "clip"},
            ("3.5", "2.4"),
            "3.5, 2.4 s and are charged as 6 s (the card: each rounded half-up to a multiple of 1 s)",
            id="rounding",
        ),
        pytest.param(
            {"billed": "unknown"},
            ("4", "2"),
            "4, 2 s and are charged as 0 to 6 s (the card: whether clips are billed is unknown)",
            id="unknown-billing",
        ),
        pytest.param(
            {"cap_total_s": "5", "cap_per_clip_s": "3", "minimum_s": "4", "round_to_s": "0.5"},
            ("1", "1.2"),
            "1, 1.2 s and are charged as 4 s (the card: at most 3 s of each; at most 5 s in total; at least 4 s; "
            "the sum rounded up to a multiple of 0.5 s)",
            id="all-at-once",
        ),
        pytest.param(
            {},
            ("4",),
            "4, 1 to 30 s and are charged in full: 5 to 34 s (the card: every second is billed)",
            id="one-unknown",
        ),
    ],
)
def test_the_sentence_of_the_clips(rule: Row, known: tuple[str, ...], said: str) -> None:
    found = sentences(terms_of({"720P": "0.1"}, rule=rule), *known, clips=2)
    assert f"The clips last {said}." in found


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        pytest.param({}, "17 s and counts in full: 17 s (the card: every second is billed)", id="whole"),
        pytest.param({"cap_total_s": "5"}, "17 s and counts as 5 s (the card: at most 5 s in total)", id="cap"),
    ],
)
def test_packages_are_no_seconds_of_the_clips(rule: Row, said: str) -> None:
    terms = terms_of({"720P": "0.1"}, rule={"priced_as": "own"} | rule)
    package: Row = {"model": "package", "meter": "reference_video_seconds", "size": "10", "price": "0.5"}
    terms["entries"].append({"from": FIRST_DAY, "resolution": "any"} | package)
    assert f"The clip lasts {said}." in sentences(terms, "17", clips=1)


def test_what_a_month_includes_is_no_word_of_the_card_about_clips() -> None:
    """Of 5 and 8 s the first 10 are included: 3 s of the clip are charged for, and all 8 are used."""
    included: Row = {"kind": "allowance", "meter": "output_video_seconds", "units": "10"}
    terms = terms_of({"720P": "0.1"}, agreement=[included])
    reading = reading_of("atlas", atlas(clips=1), lengths("8"))
    nothing = {"output_video_seconds": Decimal(0)}
    found = explain(quote(validate(reading), resolved(terms, ON), instant(ON), nothing), place)
    assert found[4].startswith("Reference video seconds: 3 seconds at 720P x 0.10 = 0.30, by ")
    assert found[6] == "The clip lasts 8 s and counts in full: 8 s (the card: every second is billed)."


def test_clips_that_are_not_billed_are_said() -> None:
    said = "Reference clips are not billed: the card says so."
    terms = terms_of({"720P": "0.1"}, rule={"billed": "no"})
    assert sentences(terms, clips=1)[3:5] == (said, "Total: 0.50 USD, before tax; exact.")
    assert said not in sentences(terms)


def test_the_sentences_of_a_minimum_and_a_rounding() -> None:
    """5 s at 0.0333 are 0.1665; the minimum is 0.505, and 0.51 after rounding up to cents."""
    terms = terms_of({"720P": "0.0333"})
    terms["entries"].append({"from": FIRST_DAY, "model": "minimum", "amount": "0.505"})
    terms["rounding"] = [{"from": FIRST_DAY, "quantum": "0.01", "mode": "up", "place": "quote"}]
    assert sentences(terms)[3:] == (
        "At least 0.505 USD a request: 0.3385 is added, by made-up:minimum/any@2026-01-01 (at made-up).",
        "Rounding of the total, as the card says: 0.005 is added, by made-up:rounding@2026-01-01 (at made-up).",
        "Total: 0.51 USD, before tax; exact.",
    )


def rounded_lines(entry: Row) -> Terms:
    """Terms of a card that rounds each line to cents."""
    terms = terms_of({})
    terms["entries"] = [{"from": FIRST_DAY, "meter": "output_video_seconds", "resolution": "720P"} | entry]
    terms["rounding"] = [{"from": FIRST_DAY, "quantum": "0.01", "mode": "half-up", "place": "line"}]
    return terms


@pytest.mark.parametrize(
    ("entry", "before", "said"),
    [
        pytest.param({"model": "per_unit", "price": "0.0333"}, None, "x 0.0333 = 0.17 {}", id="a-price"),
        pytest.param({"model": "per_unit", "price": "0.1"}, None, "x 0.10 = 0.50", id="nothing-to-round"),
        pytest.param({"model": "package", "size": "2", "price": "0.111"}, None, "x 0.111 = 0.33 {}", id="packages"),
        pytest.param({"model": "package", "size": "2", "price": "0.11"}, None, "x 0.11 = 0.33", id="packages-in-cents"),
        pytest.param(
            {"model": "graduated", "bands": "2:0.101 :0.0333"},
            "0",
            "2 x 0.101 + 3 x 0.0333 = 0.30 {}",  # 0.202 + 0.0999 = 0.3019
            id="bands",
        ),
        pytest.param({"model": "graduated", "bands": "2:0.1 :0.05"}, "0", "2 x 0.10 + 3 x 0.05 = 0.35", id="in-cents"),
        pytest.param(
            {"model": "graduated", "bands": "2:0.101 :0.0333"},
            None,
            "at 0.101 up to 2, then 0.0333 (graduated, by units of the month), = 0.17 to 0.30 {}",
            id="bands-that-nobody-tells",
        ),
        pytest.param({"model": "per_unit", "free": "true"}, None, ", free", id="free"),
    ],
)
def test_a_line_that_is_no_product_says_how_it_was_rounded(entry: Row, before: str | None, said: str) -> None:
    valid = validate(reading_of("atlas", atlas()))
    pricing = resolved(rounded_lines(entry), ON)
    totals = {} if before is None else dict.fromkeys(pricing.terms.counters, Decimal(before))
    found = explain(quote(valid, pricing, instant(ON), totals), place)
    rounding = "(each line rounded half-up to a multiple of 0.01 by made-up:rounding@2026-01-01)"
    assert f"{said.format(rounding)}, by made-up:output_video_seconds/720P@2026-01-01" in found[2]


def test_both_ends_of_a_line_may_be_rounded() -> None:
    """A clip of 1 to 30 s at 0.0333: 0.0333 and 0.999; of any length: 0 or more."""
    terms = rounded_lines({"model": "per_unit", "price": "0.0333"})
    rounding = "(each line rounded half-up to a multiple of 0.01 by made-up:rounding@2026-01-01)"
    assert f"1 to 30 seconds at 720P x 0.0333 = 0.03 to 1.00 {rounding}, by" in sentences(terms, clips=1)[3]
    assert (
        "0 or more seconds at 720P x 0.0333 = 0.00 or more, by"
        in (sentences(terms, clips=1, host=unlimited("atlas"))[3])
    )


def test_the_minimum_of_an_agreement_names_it() -> None:
    found = sentences(terms_of({"720P": "0.1"}, agreement=[{"kind": "minimum", "amount": "2"}]))
    assert "At least 2.00 USD a request: 1.50 is added, by acme-terms:term/0 (at acme-terms)." in found


def test_the_sentences_of_two_ends() -> None:
    """A clip of 1 to 30 s beside 5 s at 0.1; at least 1 in all: 0.4 more than 6 x 0.1, and 0 more than 35 x 0.1."""
    found = sentences(terms_of({"720P": "0.1"}, agreement=[{"kind": "minimum", "amount": "1"}]), clips=1)
    assert found[3:] == (
        (
            "Reference video seconds: 1 to 30 seconds at 720P x 0.10 = 0.10 to 3.00, "
            "by made-up:output_video_seconds/720P@2026-01-01 (at made-up)."
        ),
        "The clip lasts 1 to 30 s and is charged in full: 1 to 30 s (the card: every second is billed).",
        "At least 1.00 USD a request: 0.00 to 0.40 is added, by acme-terms:term/0 (at acme-terms).",
        "Total: 1.00 to 3.50 USD, before tax; bounded.",
        "Assumed: the length of 1 clip is unknown: bounded by the host's limits.",
    )


def test_the_sentences_without_a_bound() -> None:
    """Nothing limits how long the clip is: 5 s at 0.1, or more."""
    found = sentences(terms_of({"720P": "0.1"}), clips=1, host=unlimited("atlas"))
    assert found[3:6] == (
        (
            "Reference video seconds: 0 or more seconds at 720P x 0.10 = 0.00 or more, "
            "by made-up:output_video_seconds/720P@2026-01-01 (at made-up)."
        ),
        "The clip lasts 0 or more s and is charged in full: 0 or more s (the card: every second is billed).",
        "Total: 0.50 or more USD, before tax; unbounded.",
    )


def test_a_minimum_adds_nothing_to_a_total_without_bound() -> None:
    """5 s at 0.1, or more: at least 1 is 0.5 more than that, and 0 more than what comes to 1 by itself."""
    terms = terms_of({"720P": "0.1"}, agreement=[{"kind": "minimum", "amount": "1"}])
    found = sentences(terms, clips=1, host=unlimited("atlas"))
    assert "At least 1.00 USD a request: 0.50 is added, by acme-terms:term/0 (at acme-terms)." in found
    assert "Total: 1.00 or more USD, before tax; unbounded." in found


@pytest.mark.parametrize(
    ("agreed", "before", "said"),
    [
        pytest.param({"kind": "cap", "amount": "3"}, {}, "3.00 USD a request: 0.00 or more is taken off", id="cap"),
        pytest.param({"kind": "cap", "amount": "0.2"}, {}, "0.20 USD a request: 0.30 or more is taken off", id="under"),
        pytest.param(
            {"kind": "cap", "amount": "3", "per": "month"},
            {"spend": "2.9"},
            "At most 3.00 USD a month: 0.40 or more is taken off",
            id="cap-of-a-month",
        ),
        pytest.param(
            {"kind": "cap", "amount": "3", "per": "month"},
            {},
            "At most 3.00 USD a month: 0.00 or more is taken off",
            id="cap-of-a-month-that-nobody-tells",
        ),
        pytest.param({"kind": "rebate", "amount": "2"}, {}, "each request: 0.50 or more is taken off", id="rebate"),
        pytest.param(
            {"kind": "credit", "amount": "9", "name": "gift"},
            {"credit/gift": "8.9"},
            "granted beforehand: 0.10 or more is taken off",
            id="credit",
        ),
        pytest.param(
            {"kind": "credit", "amount": "9", "name": "gift"},
            {},
            "granted beforehand: 0.00 or more is taken off",
            id="credit-that-nobody-tells",
        ),
        pytest.param(
            {"kind": "commitment", "amount": "1", "overage_percent": "20"},
            {"spend": "1"},
            "for what goes beyond it: 0.10 or more is added",  # 20 percent of 0.5
            id="commitment",
        ),
    ],
)
def test_what_changes_lines_without_bound_may_be_more(agreed: Row, before: dict[str, str], said: str) -> None:
    """Nothing limits how long the clip is: 5 s at 0.1, or more."""
    valid = validate(reading_of(unlimited("atlas"), atlas(clips=1)))
    totals = {name: Decimal(total) for name, total in before.items()}
    found = explain(
        quote(valid, resolved(terms_of({"720P": "0.1"}, agreement=[agreed]), ON), instant(ON), totals), place
    )
    assert [one for one in found if f"{said}, by acme-terms:term/0 (at acme-terms)." in one]


@pytest.mark.parametrize(
    ("price", "added"),
    [
        pytest.param("0.12", "-0.20 to 0.28", id="more-to-the-least"),  # 6 x 0.12 = 0.72, 35 x 0.12 = 4.20
        pytest.param("0.1", "0.40 to 0.50", id="more-to-the-most"),  # 6 x 0.1 = 0.6, 35 x 0.1 = 3.5
    ],
)
def test_of_two_roundings_the_lower_is_said_first(price: str, added: str) -> None:
    terms = terms_of({"720P": price})
    terms["rounding"] = [{"from": FIRST_DAY, "quantum": "1", "mode": "half-up", "place": "quote"}]
    said = f"Rounding of the total, as the card says: {added} is added, by made-up:rounding@2026-01-01 (at made-up)."
    assert said in sentences(terms, clips=1)


def test_the_rounding_of_a_total_without_bound_is_that_of_its_least() -> None:
    """5 s at 0.12 are 0.6, and 1 after rounding."""
    terms = terms_of({"720P": "0.12"})
    terms["rounding"] = [{"from": FIRST_DAY, "quantum": "1", "mode": "half-up", "place": "quote"}]
    found = sentences(terms, clips=1, host=unlimited("atlas"))
    assert (
        "Rounding of the total, as the card says: 0.40 is added, by made-up:rounding@2026-01-01 (at made-up)." in found
    )


def test_one_is_said_of_one() -> None:
    found = sentences(terms_of({"720P": "0.1"}), "1", clips=1)
    assert found[3].startswith("Reference video seconds: 1 second at 720P x 0.10 = 0.10, by ")
    assert found[4] == "The clip lasts 1 s and is charged in full: 1 s (the card: every second is billed)."


def test_free_is_said_of_the_card() -> None:
    terms = terms_of({})
    terms["entries"] = [FREE]
    assert sentences(terms)[2:4] == (
        "Output video seconds: 5 seconds at 720P, free, by made-up:output_video_seconds/any@2026-01-01 (at made-up).",
        "Total: 0.00 USD, before tax; exact.",
    )


def test_free_is_said_of_an_agreement() -> None:
    free = {"kind": "override", "meter": "output_video_seconds", "resolution": "any", "free": "true"}
    found = sentences(terms_of({"720P": "0.1"}, agreement=[free]), "4", clips=1)
    assert found[2] == (
        "Output video seconds: 5 seconds at 720P, free, "
        "by acme-terms:override/output_video_seconds/720P (at acme-terms)."
    )
    assert found[4].startswith("Reference video seconds: 4 seconds at 720P, free, by acme-terms:override/")
    assert "Total: 0.00 USD (list: 0.90), before tax; exact." in found  # (5 + 4) x 0.1


def test_a_free_list_price_is_said_where_an_agreement_changes_nothing_of_it() -> None:
    terms = terms_of({}, agreement=[SURCHARGE])
    terms["entries"] = [FREE]
    assert sentences(terms)[3] == (
        "The contracted price comes from a list price that is free; surcharge 50 percent: free (at acme-terms)."
    )


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        pytest.param({}, ["billed whole, at the output's price"], id="whole"),
        pytest.param({"billed": "no", "cap_total_s": "5"}, ["not billed"], id="not-billed"),
        pytest.param(
            {"billed": "unknown"}, ["not known whether billed; if so, whole, at the output's price"], id="unknown"
        ),
        pytest.param(
            {"billed": "unknown", "cap_total_s": "5"},
            ["not known whether billed; if so, at the output's price", "at most 5 s in total"],
            id="unknown-but-capped",
        ),
        pytest.param(
            {"priced_as": "render", "cuts_s": "5 2.5", "round_to_s": "1", "round_place": "clip", "minimum_s": "2"},
            [
                "billed at the rendered tier's price",
                "cut to 5 / 2.5 s each, for 1 / 2 or more videos",
                "each rounded up to a multiple of 1 s",
                "at least 2 s",
            ],
            id="cut-and-rounded",
        ),
        pytest.param(
            {"priced_as": "own", "assumed": "the page does not say it"},
            ["billed whole, at a price of their own", "assumed: the page does not say it"],
            id="assumed",
        ),
    ],
)
def test_the_rule_for_clips_in_words(rule: Row, said: list[str]) -> None:
    card = resolved(terms_of({"720P": "0.1"}, rule=rule), "2026-02-01").card
    assert list(describe_clip_rule(card.reference_video[0])) == said


@pytest.mark.parametrize(
    ("on", "said"),
    [
        pytest.param("2026-01-01", "not billed", id="from-the-first-day"),
        pytest.param("2026-02-28", "not billed", id="until-the-next"),
        pytest.param("2026-03-01", "billed whole, at the output's price", id="from-the-next"),
    ],
)
def test_the_rule_for_clips_that_is_in_force(on: str, said: str) -> None:
    terms = terms_of({"720P": "0.1"}, rule={"billed": "no"})
    terms["reference_video"].append({"from": "2026-03-01", "billed": "yes"})
    card = resolved(terms, on).card
    assert list(describe_clip_rule(clip_rule_in_force(card, instant(on)))) == [said]


def test_the_rounding_of_amounts_in_words() -> None:
    of_the_total, of_lines = (Rounding(Decimal("0.01"), "half-even", "quote"), Rounding(Decimal(1), "up", "line"))
    assert describe_rounding(of_the_total) == "the total rounded half-even to a multiple of 0.01"
    assert describe_rounding(of_lines) == "each line rounded up to a multiple of 1"


def test_a_price_that_is_given_with_a_note() -> None:
    terms = terms_of({})
    terms["entries"] = [
        per_unit("output_video_seconds", "any", "0.1", note="for every tier", confidence="second-hand"),
        {"from": FIRST_DAY, "model": "flat", "price": "0.02"},
    ]
    assert sentences(terms)[3:] == (
        "Requests: 1 request at 720P x 0.02 = 0.02, by made-up:requests/any@2026-01-01 (at made-up).",
        "Total: 0.52 USD, before tax; exact.",
        (
            "Assumed: made-up:output_video_seconds/any@2026-01-01: the price comes from a reseller or client, "
            "not from https://example.com/prices."
        ),
        "Assumed: made-up:output_video_seconds/any@2026-01-01: for every tier.",
    )


def test_a_region_that_nobody_named_is_said() -> None:
    at = instant("2026-11-01")
    pricing = resolve(load_published(), Market(None, None, "alibaba"), at)
    payload = alibaba(("reference_video", clip()))
    found = explain(quote(validate(reading_of("alibaba", payload, lengths("8"))), pricing, at), nowhere)
    assert "The clip lasts 8 s and is charged as 5 s (the card: at most 5 s in total)." in found
    assert found[-1] == "Assumed: no region was named: international is taken for alibaba."


def test_of_what_a_month_includes_both_ends_that_may_be_used_are_said() -> None:
    """A clip of 1 to 30 s, at a price of its own: the first 7 s of a month are included."""
    included: Row = {"kind": "allowance", "meter": "reference_video_seconds", "units": "7"}
    terms = terms_of({"720P": "0.1"}, rule={"priced_as": "own"}, agreement=[included])
    terms["entries"].append(per_unit("reference_video_seconds", "720P", "0.1"))
    assert (
        "1 to 30 seconds are used: the first 7 of reference_video_seconds each month are included (acme-terms:term/0)."
    ) in sentences(terms, clips=1)


def test_the_list_total_is_said_where_something_else_is_paid() -> None:
    as_listed, less = (sentences(terms_of({"720P": "0.1"}, agreement=agreed)) for agreed in ([], [DISCOUNT]))
    assert as_listed[-1] == "Total: 0.50 USD, before tax; exact."
    assert less[-1] == "Total: 0.45 USD (list: 0.50), before tax; exact."


def test_both_ends_of_the_list_total_are_said() -> None:
    found = sentences(terms_of({"720P": "0.1"}, agreement=[DISCOUNT]), clips=1)
    assert "Total: 0.54 to 3.15 USD (list: 0.60 to 3.50), before tax; bounded." in found


def test_of_two_clips_in_packages_both_count() -> None:
    terms = terms_of({"720P": "0.1"}, rule={"priced_as": "own"})
    package: Row = {"model": "package", "meter": "reference_video_seconds", "size": "10", "price": "0.5"}
    terms["entries"].append({"from": FIRST_DAY, "resolution": "any"} | package)
    said = "The clips last 10, 7 s and count in full: 17 s (the card: every second is billed)."
    assert said in sentences(terms, "10", "7", clips=2)
