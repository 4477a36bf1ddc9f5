"""What a default or a fix costs, beside what the quote says; and fixes that leave the payload that was sent alone."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Final

import pytest

from pricing import Market, Quote, quote, resolve
from pricing.effects import PriceEffect, apply_fix, work_out_effects
from pricing.shell.catalogues import load_published
from tests.documents import JsonObject
from tests.oracle import Terms
from tests.quoting import ON, alibaba, atlas, clip, image, lengths, quoted, reading_of, unlimited
from tests.terms import instant, resolved, terms_of
from wan_rules import HOSTS, RULES, PatchOp, ValidRequest, Violation, parse_facts, validate
from wan_rules.limits import Limit, Range
from wan_rules.rule import Finding

AT: Final = instant("2026-11-01")
BOTH: Final = {"720P": "0.1", "1080P": "0.15"}


def without(payload: JsonObject, *keys: str) -> JsonObject:
    return {key: value for key, value in payload.items() if key not in keys}


def effects(payload: JsonObject, terms: Terms, host: str = "atlas") -> list[tuple[str, str, Decimal | None]]:
    found = work_out_effects(reading_of(host, payload), quoted(host, payload, terms))
    return [(effect.at, effect.change, effect.difference) for effect in found]


def test_a_resolution_left_out_at_alibaba() -> None:
    """5 s at 0.15 rather than 5 s at 0.10, both published."""
    payload = alibaba(("reference_image", image()), resolution=None)
    reading = reading_of("alibaba", payload)
    pricing = resolve(load_published(), Market(None, None, "alibaba", "international"), AT)
    effect = PriceEffect(
        "WAN507",
        "/parameters/resolution",
        "1080P rather than 720P",
        5 * Decimal("0.10"),
        5 * Decimal("0.15"),
        Decimal("0.25"),
    )
    assert work_out_effects(reading, quote(validate(reading), pricing, AT)) == (effect,)


def test_a_duration_left_out() -> None:
    """5 s are the default and 2 s the least: 3 s at 0.1."""
    assert effects(without(atlas(), "duration"), terms_of(BOTH)) == [
        ("/duration", "5 s rather than 2 s", 3 * Decimal("0.1"))
    ]


def test_tiers_without_a_price_are_no_alternative() -> None:
    """Atlas has four tiers, of which this card prices three."""
    found = effects(without(atlas(), "resolution"), terms_of(BOTH | {"1440P-SR": "0.4"}))
    assert found == [
        ("/resolution", "1080P rather than 720P", 5 * (Decimal("0.15") - Decimal("0.1"))),
        ("/resolution", "1080P rather than 1440P-SR", 5 * (Decimal("0.15") - Decimal("0.4"))),
    ]


def test_a_default_that_is_the_least_costs_nothing_more() -> None:
    host = HOSTS["atlas"]
    five = Limit(Range(5, 10), "seconds", "made up", "product")
    host = replace(host, limits=replace(host.limits, duration_s=five, duration_with_video_s=five))
    payload = without(atlas(), "duration")
    assert work_out_effects(reading_of(host, payload), quoted(host, payload, terms_of(BOTH))) == ()


def test_totals_without_a_bound_have_no_difference() -> None:
    host, payload = unlimited("atlas"), without(atlas(clips=1), "duration")
    found = work_out_effects(reading_of(host, payload), quoted(host, payload, terms_of(BOTH)))
    assert found == (PriceEffect("WAN507", "/duration", "5 s rather than 2 s", None, None, None),)


def test_a_fix_that_changes_no_price_has_no_effect() -> None:
    payload = alibaba(("reference_image", image()), prompt="Image 1 waves", size="1280*720")
    reading = reading_of("alibaba", payload)
    found = quoted("alibaba", payload, terms_of(BOTH))
    assert [violation.fix for violation in found.valid.report.violations] == [
        PatchOp("remove", "/parameters/size", None)
    ]
    assert work_out_effects(reading, found) == ()


def advised(found: Quote, fix: PatchOp | None) -> Quote:
    """The quote as if some rule of a plugin had warned, with that fix."""
    rule = next(rule for rule in RULES if rule.id == "WAN003")
    violation = Violation(rule, "warning", "/duration", Finding("duration_s", 5, None, "Shorter is cheaper."), fix)
    report = found.valid.report._replace(violations=(violation,))
    return found._replace(valid=ValidRequest(found.valid._replace(report=report)))


@pytest.mark.parametrize(
    ("fix", "expected"),
    [
        pytest.param(
            PatchOp("replace", "/duration", 3),
            PriceEffect(
                "WAN003",
                "/duration",
                "as it is rather than mended at /duration",
                7 * Decimal("0.1"),
                9 * Decimal("0.1"),
                2 * Decimal("0.1"),
            ),
            id="cheaper",
        ),
        pytest.param(
            PatchOp("add", "/resolution", "1080P"),
            PriceEffect(
                "WAN003",
                "/duration",
                "as it is rather than mended at /resolution",
                9 * Decimal("0.15"),
                9 * Decimal("0.1"),
                9 * Decimal("-0.05"),
            ),
            id="dearer",
        ),
        pytest.param(PatchOp("add", "/seed", 7), None, id="the-same"),
        pytest.param(PatchOp("replace", "/duration", 99), None, id="refused-afterwards"),
        pytest.param(PatchOp("replace", "/resolution", "1080P-SR"), None, id="without-a-price-afterwards"),
        pytest.param(None, None, id="no-fix"),
    ],
)
def test_a_fix_that_changes_the_price_says_by_how_much(fix: PatchOp | None, expected: PriceEffect | None) -> None:
    """5 s and 4 s of clip at 0.1. No shipped warning has such a fix: the rule is one that a plugin could bring."""
    payload, facts = atlas(clips=1), parse_facts(lengths("4"))
    found = advised(quoted("atlas", payload, terms_of(BOTH), lengths("4")), fix)
    assert work_out_effects(reading_of("atlas", payload), found, facts) == ((expected,) if expected else ())


def test_effects_hold_for_the_terms_of_the_quote() -> None:
    """Half off: the difference is half as large."""
    payload = without(atlas(), "duration")
    reading = reading_of("atlas", payload)
    pricing = resolved(terms_of(BOTH, agreement=[{"kind": "discount", "percent": "50"}]), ON)
    effect = work_out_effects(reading, quote(validate(reading), pricing, instant(ON)))[0]
    assert effect.difference == 3 * Decimal("0.05")


def repeated(*urls: str) -> JsonObject:
    """An image and those clips at Atlas, each named by the prompt."""
    labels = [f"character{number + 1}" for number in range(len(urls) + 1)]
    return atlas(prompt=" and ".join(labels), videos=list(urls))


def test_a_clip_that_is_there_twice() -> None:
    """5 s and twice 4 s of clip at 0.1, rather than once; the label of what is taken away changes no price."""
    payload, facts = repeated(clip(), clip()), lengths("4")
    found = work_out_effects(reading_of("atlas", payload, facts), quoted("atlas", payload, terms_of(BOTH), facts))
    assert found == (
        PriceEffect(
            "WAN206",
            "/videos/1",
            "the clip twice rather than once",
            9 * Decimal("0.1"),
            13 * Decimal("0.1"),
            4 * Decimal("0.1"),
        ),
    )


def test_the_evidence_of_the_other_references_stays_with_them() -> None:
    """Without the first clip's second time, 4 s and 7 s of clip; unknown lengths would be 30 s each."""
    payload, facts = repeated(clip(), clip(), clip(2)), lengths("4", "7")
    (found,) = work_out_effects(reading_of("atlas", payload, facts), quoted("atlas", payload, terms_of(BOTH), facts))
    assert (found.at, found.from_total, found.to_total) == ("/videos/1", 16 * Decimal("0.1"), 20 * Decimal("0.1"))


def test_a_clip_of_unknown_length_twice_is_told_by_the_most() -> None:
    """30 s each at most."""
    assert effects(repeated(clip(), clip()), terms_of(BOTH)) == [
        ("/videos/1", "the clip twice rather than once", 30 * Decimal("0.1"))
    ]


def test_a_clip_that_is_there_three_times_is_told_for_each() -> None:
    assert effects(repeated(clip(), clip(), clip()), terms_of(BOTH)) == [
        ("/videos/1", "the clip 3 times rather than 2", 30 * Decimal("0.1")),
        ("/videos/2", "the clip 3 times rather than 2", 30 * Decimal("0.1")),
    ]


@pytest.mark.parametrize(
    ("payload", "terms"),
    [
        pytest.param(atlas() | {"images": [image(), image()]}, terms_of(BOTH), id="an-image"),
        pytest.param(repeated(clip(), clip()), terms_of(BOTH, rule={"billed": "no"}), id="clips-are-free"),
        pytest.param(repeated(clip(), clip()), terms_of(BOTH, rule={"cap_total_s": "1"}), id="capped-anyway"),
        pytest.param(repeated(image()), terms_of(BOTH), id="once-as-an-image"),
    ],
)
def test_a_repetition_that_no_money_hangs_on_has_no_effect(payload: JsonObject, terms: Terms) -> None:
    found = quoted("atlas", payload, terms)
    assert [violation.rule.id for violation in found.valid.report.violations if violation.rule.id == "WAN206"] != []
    assert work_out_effects(reading_of("atlas", payload), found) == ()


FIXABLE: Final[JsonObject] = {
    "top": 1,
    "a/b": {"~": 2},
    "media": [{"url": "u", "voice": "v"}, {"url": "w"}],
    "urls": ["x", "y"],
}


def _top(payload: JsonObject) -> None:
    del payload["top"]


def _added(payload: JsonObject) -> None:
    payload["new"] = True


def _replaced(payload: JsonObject) -> None:
    payload["top"] = "1080P"


def _escaped(payload: JsonObject) -> None:
    payload["a/b"] = {"~": 3}


def _in_array(payload: JsonObject) -> None:
    payload["media"] = [{"url": "u"}, {"url": "w"}]


def _second(payload: JsonObject) -> None:
    payload["media"] = [{"url": "u", "voice": "v"}, {"url": "w", "voice": "z"}]


@pytest.mark.parametrize(
    ("fix", "change"),
    [
        pytest.param(PatchOp("remove", "/top", None), _top, id="remove"),
        pytest.param(PatchOp("add", "/new", value=True), _added, id="add"),
        pytest.param(PatchOp("replace", "/top", "1080P"), _replaced, id="replace"),
        pytest.param(PatchOp("replace", "/a~1b/~0", 3), _escaped, id="escaped"),
        pytest.param(PatchOp("remove", "/media/0/voice", None), _in_array, id="remove-in-array"),
        pytest.param(PatchOp("add", "/media/1/voice", "z"), _second, id="add-in-array"),
    ],
)
def test_a_fix_leaves_what_was_sent_as_it_is(fix: PatchOp, change: Callable[[JsonObject], None]) -> None:
    payload, expected = copy.deepcopy(FIXABLE), copy.deepcopy(FIXABLE)
    change(expected)
    assert apply_fix(payload, fix) == expected
    assert payload == FIXABLE


def test_facts_count_for_the_mended_request_too() -> None:
    """Without its facts the clip would have 1 to 30 s, and every fix would seem to change the price."""
    payload = alibaba(("reference_video", clip()), size="1280*720")
    found = quoted("alibaba", payload, terms_of(BOTH), lengths("4"))
    assert work_out_effects(reading_of("alibaba", payload), found, parse_facts(lengths("4"))) == ()


def test_effects_hold_for_what_was_used_before_the_quote() -> None:
    """5 s at 0.3, of which 0.50 are beyond what was committed and cost a tenth more; 2 s and 3 s are within it."""
    terms = terms_of({"720P": "0.3"}, agreement=[{"kind": "commitment", "amount": "1", "overage_percent": "10"}])
    pricing, spent = resolved(terms, ON), {"spend": Decimal(0)}
    own = Decimal("1.5") + Decimal("0.05")
    reading = reading_of("atlas", without(atlas(), "duration"))
    (effect,) = work_out_effects(reading, quote(validate(reading), pricing, instant(ON), spent))
    assert (effect.from_total, effect.to_total) == (2 * Decimal("0.3"), own)
    whole = reading_of("atlas", atlas())
    found = advised(quote(validate(whole), pricing, instant(ON), spent), PatchOp("replace", "/duration", 3))
    (effect,) = work_out_effects(whole, found)
    assert (effect.from_total, effect.to_total) == (3 * Decimal("0.3"), own)


def test_without_what_has_no_bound_the_rest_has_one_and_no_difference() -> None:
    """Of the clip that is there twice the first is said to be 4 s long, and of the second nothing is known."""
    payload, facts = repeated(clip(), clip()), {"/videos/0": {"duration_s": "4"}}
    host = unlimited("atlas")
    found = work_out_effects(reading_of(host, payload, facts), quoted(host, payload, terms_of(BOTH), facts))
    assert [(one.at, one.from_total, one.to_total, one.difference) for one in found] == [
        ("/videos/1", 9 * Decimal("0.1"), None, None)
    ]
