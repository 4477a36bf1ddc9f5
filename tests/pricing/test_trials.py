"""A test of a catalogue, run: what passes, what differs, and what is no quote at all."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from pricing.expectations import Refusal, renew
from pricing.quotes import Quote
from pricing.trials import Trial
from tests.oracle import Row
from tests.quoting import unlimited
from tests.terms import agreement_toml, card_toml, terms_of
from tests.trying import PRICES, WHO, catalogue_with, trials_of, written_test

CLIP = 'resolution = "720P", duration_s = 5, clips_s = ["8.5"]'
CLIPS = "reference_video_seconds"
ENTRY = "made-up:output_video_seconds/720P@2026-01-01"


def card_of(*, clips: Row | None = None, rounding: Row | None = None) -> str:
    """Atlas at 0.10 and 0.15; clips are billed up to 5 s at that price."""
    billed = {"from": "2026-01-01", "billed": "yes", "priced_as": "render", "cap_total_s": "5"}
    terms = terms_of(PRICES)
    return card_toml({**terms, "reference_video": [clips or billed], "rounding": [rounding] if rounding else []})


def one(request: str, expect: str | None, *, who: str = WHO, **files: str) -> Trial:
    """The one test of that request in a catalogue with `card_of()`."""
    files.setdefault("card", card_of())
    (found,) = trials_of(catalogue_with(written_test(request, expect, who=who), **files))
    return found


def differences(trial: Trial) -> list[tuple[str, str, str]]:
    return [(found.key, found.expected, found.got) for found in trial.differences]


@pytest.mark.parametrize(
    "expect",
    [
        pytest.param('kind = "exact", currency = "USD", total = "1.00", total_min = "1"', id="total"),
        pytest.param("lines = [{}, {}]", id="two-lines"),
        pytest.param(f'lines = [{{ pricing_quantity = "5.0", entry = "{ENTRY}" }}, {{}}]', id="quantity-and-entry"),
        pytest.param('lines = [{ resolution = "720P" }, { meter = "reference_video_seconds" }]', id="meters"),
        pytest.param("adjustments = []", id="no-adjustments"),
    ],
)
def test_what_is_named_has_to_match_and_nothing_else(expect: str) -> None:
    trial = one(CLIP, expect)
    assert (trial.passed, differences(trial)) == (True, [])
    assert str(trial.place) == "tests.toml:3"


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        pytest.param('total = "1.10"', ("total", "1.10", "1.00"), id="total"),
        pytest.param('kind = "bounded"', ("kind", "bounded", "exact"), id="kind"),
        pytest.param('currency = "CNY"', ("currency", "CNY", "USD"), id="currency"),
        pytest.param('lines = [{ amount = "0.4" }, {}]', ("lines.0.amount", "0.40", "0.50"), id="amount"),
        pytest.param(
            'lines = [{}, { pricing_quantity = "8.50" }]', ("lines.1.pricing_quantity", "8.5", "5"), id="quantity"
        ),
        pytest.param(
            "lines = [{}]",
            (
                "lines",
                "1",
                f"2: also meter {CLIPS}, resolution 720P, pricing_quantity 5, amount 0.50, entry {ENTRY}",
            ),
            id="a-line-more",
        ),
        pytest.param("lines = [{}, {}, {}]", ("lines", "3", "2"), id="a-line-less"),
        pytest.param('adjustments = [{ kind = "minimum" }]', ("adjustments", "1", "0"), id="an-adjustment-less"),
        pytest.param('error = "no_rate"', ("error", "no_rate", "a quote: 1.00 USD"), id="a-quote-after-all"),
    ],
)
def test_what_differs_is_told(expect: str, told: tuple[str, str, str]) -> None:
    trial = one(CLIP, expect)
    assert (trial.passed, differences(trial)) == (False, [told])
    assert str(trial.place) == "tests.toml:10"


def test_an_adjustment_may_be_negative() -> None:
    card = card_of(rounding={"from": "2026-01-01", "quantum": "1", "mode": "down", "place": "quote"})
    request = 'resolution = "720P", duration_s = 5, images = 1'
    assert one(request, 'total = "0", adjustments = [{ kind = "rounding", amount = "-0.50" }]', card=card).passed
    (told,) = differences(one(request, 'adjustments = [{ kind = "rounding", amount = "0.50" }]', card=card))
    assert told == ("adjustments.0.amount", "0.50", "-0.50")


@pytest.mark.parametrize(
    ("request_", "who", "error", "words"),
    [
        pytest.param('resolution = "1080P-SR", images = 1', WHO, "no_rate", "has no price", id="no-rate"),
        pytest.param("images = 1", WHO.replace("02-01", "01-01").replace("2026", "2025"), "no_rate", "", id="no-card"),
        pytest.param("images = 1", WHO.replace("acme", "amce"), "unknown_name", "did you mean 'acme'?", id="account"),
        pytest.param("images = 1", WHO.split("\n", 1)[1], "unknown_name", "name one of acme", id="no-account"),
        pytest.param("images = 1, duration_s = 40", WHO, "rejected", "40", id="too-long"),
        pytest.param("duration_s = 5", WHO, "rejected", "reference", id="no-references"),
        pytest.param('clips_s = ["0.5"]', WHO, "rejected", "0.5", id="too-short-a-clip"),
        pytest.param(
            'resolution = "1080P-SR", images = 1', WHO.replace("atlas", "fal"), "rejected", "no 1080P-SR", id="no-tier"
        ),
        pytest.param(
            "first_frame = true, images = 1", WHO.replace("atlas", "fal"), "rejected", "no first frame", id="no-frame"
        ),
        pytest.param(
            'resolution = "720P", images = 1', WHO.replace("atlas", "runware"), "rejected", "both", id="half-a-size"
        ),
        pytest.param("images = 1", WHO.replace("atlas", "runware"), "rejected", "width", id="no-size"),
        pytest.param(
            "images = 1", f'{WHO}consumed_before = {{ seconds = "5" }}\n', "error", "Leave it out", id="consumed-before"
        ),
    ],
)
def test_a_refusal_can_be_expected_by_its_code(request_: str, who: str, error: str, words: str) -> None:
    assert one(request_, f'error = "{error}"', who=who).passed
    (told,) = differences(one(request_, 'total = "1"', who=who))
    assert told[:2] == ("error", "a quote")
    assert told[2].startswith(f"{error}: ")
    assert words in told[2]


def test_two_agreements_of_one_rank_are_an_error_to_expect() -> None:
    own = {name: agreement_toml((), id=name) for name in ("one", "two")}
    assert one("images = 1", 'error = "ambiguous_terms"', **own).passed


def test_what_is_left_out_takes_the_default_of_the_host() -> None:
    assert one("images = 1", 'total = "0.75"').passed  # 5 x 0.15: 5 s of 1080P
    assert one('images = 1, resolution = "720P"', 'total = "0.5"').passed


def test_clips_of_unknown_length_are_bounded_by_the_host() -> None:
    request = 'resolution = "720P", duration_s = 5, clips = 1'
    assert one(request, 'kind = "bounded", total = "1.00", total_min = "0.60"').passed  # 1 s to 5 s of clip


def runware(expect: str | None) -> Trial:
    """A test at a host that takes pixels, with clips that nothing bounds."""
    card = card_toml(terms_of(PRICES), host="runware")
    who = WHO.replace("atlas", "runware")
    request = 'resolution = "720P", ratio = "16:9", images = 1, duration_s = 2'
    (found,) = trials_of(catalogue_with(written_test(request, expect, who=who), card=card))
    return found


def test_pixels_are_named_by_tier_and_ratio() -> None:
    assert runware('total = "0.20"').passed


def renewed(trial: Trial) -> dict[str, object]:
    return renew(trial.test.test.expect, trial.outcome)


def test_what_expected_nothing_is_given_all_there_is() -> None:
    line = {"resolution": "720P", "pricing_quantity": "5", "amount": "0.50", "entry": ENTRY}
    assert renewed(one(CLIP, None)) == {
        "kind": "exact",
        "currency": "USD",
        "total": "1.00",
        "lines": [{"meter": "output_video_seconds", **line}, {"meter": "reference_video_seconds", **line}],
    }
    bounded = renewed(one('resolution = "720P", clips = 1', None))
    assert (bounded["kind"], bounded["total"], bounded["total_min"]) == ("bounded", "1.00", "0.60")


@pytest.mark.parametrize(
    ("expect", "wanted"),
    [
        pytest.param('total = "7"', {"total": "1.00"}, id="total-alone"),
        pytest.param('lines = [{ amount = "7" }, {}]', {"lines": [{"amount": "0.50"}, {}]}, id="keys-of-each-line"),
        pytest.param("lines = [{}, {}, {}]", {"lines": [{}, {}]}, id="a-line-less"),
        pytest.param('adjustments = [{ kind = "rounding" }]', {"adjustments": []}, id="no-adjustment"),
    ],
)
def test_what_expected_something_keeps_its_keys(expect: str, wanted: dict[str, object]) -> None:
    assert renewed(one(CLIP, expect)) == wanted


def test_a_line_more_is_written_whole() -> None:
    lines = renewed(one(CLIP, "lines = [{}]"))["lines"]
    assert isinstance(lines, list)
    assert (lines[0], len(lines[1])) == ({}, 5)


def test_an_error_takes_the_place_of_a_quote_and_the_reverse() -> None:
    assert renewed(one('resolution = "1080P-SR", images = 1', 'total = "1"')) == {"error": "no_rate"}
    assert renewed(one(CLIP, 'error = "no_rate"'))["total"] == "1.00"


def test_what_nothing_bounds_has_no_total_to_expect() -> None:
    card = card_of(clips={"from": "2026-01-01", "billed": "yes", "priced_as": "render"})
    catalogue = catalogue_with(written_test("clips = 1", 'total = "1"'), card=card)
    (trial,) = trials_of(catalogue, {"atlas": unlimited("atlas")})
    assert not isinstance(trial.outcome, Refusal)
    assert differences(trial) == [("total", "1.00", "without a bound")]
    assert list(renewed(trial)) == ["kind", "currency", "total_min", "lines"]
    assert renewed(trial)["kind"] == "unbounded"


def test_only_a_rejected_request_has_no_valid_one() -> None:
    rejected, unpriced = one("duration_s = 5", None), one('resolution = "1080P-SR", images = 1', None)
    assert rejected.valid is None
    assert unpriced.valid is not None
    assert unpriced.valid.request.resolution == "1080P-SR"


def test_a_quote_is_for_the_instant_and_region_of_the_test() -> None:
    """Each region has a card of its own; from July on the mainland's price is another."""
    mainland = card_toml(terms_of({"1080P": "0.15"}), host="alibaba", region="mainland", id="mainland")
    later = '\n[[entry]]\nfrom = 2026-07-01\nmodel = "per_unit"\nmeter = "output_video_seconds"\n'
    abroad = card_toml(terms_of({"1080P": "0.20"}), host="alibaba", region="international", id="international")
    who = WHO.replace("atlas", "alibaba")
    cards = {"card": f'{mainland}{later}resolution = "1080P"\nprice = "0.17"\n', "abroad": abroad}

    def quoted(region: str, at: str) -> Quote:
        (found,) = trials_of(
            catalogue_with(
                written_test("images = 1", None, who=f'{who.replace("2026-02-01", at)}region = "{region}"\n'), **cards
            )
        )
        assert isinstance(found.outcome, Quote)
        return found.outcome

    first = quoted("mainland", "2026-02-01")
    assert (first.total, first.at) == (5 * Decimal("0.15"), datetime(2026, 2, 1, tzinfo=UTC))
    assert quoted("mainland", "2026-07-01").total == 5 * Decimal("0.17")
    assert quoted("international", "2026-07-01").total == 5 * Decimal("0.20")


def test_what_was_consumed_before_counts_and_must_be_looked_at() -> None:
    """10 s a month are free: 6 were used, and the request has 5."""
    agreed = agreement_toml(({"kind": "allowance", "meter": "output_video_seconds", "units": "10"},))

    def consumed(name: str, **files: str) -> Trial:
        return one("images = 1", 'total = "0.15"', who=f'{WHO}consumed_before = {{ {name} = "6" }}\n', **files)

    assert consumed("output_video_seconds", agreed=agreed).passed
    (told,) = differences(consumed("output_video_second", agreed=agreed))
    assert told[2] == (
        "error: consumed_before: no price here looks at 'output_video_second' "
        "(did you mean 'output_video_seconds'?). Leave it out"
    )
    (told,) = differences(consumed("output_video_seconds"))
    assert told[2] == (
        "error: consumed_before: no price here looks at 'output_video_seconds' (no running total counts). Leave it out"
    )
