"""Each cause of a difference, alone and together with others: what it takes and what it leaves to the next."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from pricing import parse_catalogue
from pricing.backtests import Rated, Rater, Side
from pricing.bridges import CAUSES
from tests.backtesting import HEAD, Prices, card, catalogue, row

PLAIN = Prices()


def causes(old: Prices, new: Prices, **used: object) -> dict[str, Decimal]:
    """The causes that move the row at all."""
    outcome = Rater(Side(catalogue(old)), Side(catalogue(new))).rate(row(**used))
    assert isinstance(outcome, Rated), outcome
    return {cause: amount for cause, amount in zip(CAUSES, outcome.bridge.causes, strict=True) if amount}


def tier(price: str) -> tuple[str | None, ...]:
    """The price of 720P alone is another."""
    return (price, *PLAIN.by_tier[1:])


CLIP = {"clips_s": ["8"], "references": 1}


@pytest.mark.parametrize(
    ("old", "new", "used", "expected"),
    [
        pytest.param({}, {"by_tier": tier("0.12")}, {}, {"list_price": 10 * Decimal("0.02")}, id="list"),
        pytest.param(
            {"discount": "10"},
            {"discount": "10", "by_tier": tier("0.12")},
            {},
            {"list_price": 10 * Decimal("0.02") * Decimal("0.9")},
            id="list-under-an-agreement-that-stays",
        ),
        pytest.param({}, {"discount": "10"}, {}, {"agreement": 10 * Decimal("-0.01")}, id="agreement"),
        pytest.param(
            {},
            {"discount": "10", "by_tier": tier("0.12")},
            {},
            {"list_price": 10 * Decimal("0.02"), "agreement": 10 * Decimal("-0.012")},
            id="list-then-agreement",
        ),
        pytest.param(
            {"override": "0.15"},
            {"override": "0.15", "by_tier": ("0.10", "0.20", "0.30", "0.50")},
            {"resolution": "1440P-SR"},
            {},
            id="a-list-price-that-nobody-pays",
        ),
        pytest.param({}, {"clips": 'cap_total_s = "5"'}, CLIP, {"reference_video": 3 * Decimal("-0.10")}, id="cap"),
        pytest.param({}, {"billed": "no"}, CLIP, {"reference_video": 8 * Decimal("-0.10")}, id="not-billed-any-more"),
        pytest.param(
            {}, {"priced_as": "own"}, CLIP, {"reference_video": 8 * (Decimal("0.07") - Decimal("0.10"))}, id="own-price"
        ),
        pytest.param({}, {"minimum": "1.50"}, {}, {"adjustments": Decimal("0.50")}, id="minimum"),
        pytest.param({}, {"least": "1.50"}, {}, {"adjustments": Decimal("0.50")}, id="minimum-of-an-agreement"),
        pytest.param(
            {},
            {"rounding": ("0.1", "up", "quote")},
            {"duration_s": "10.1"},
            {"rounding": Decimal("1.1") - Decimal("1.01")},
            id="rounding",
        ),
        pytest.param({}, {"flat": "0.05"}, {}, {"list_price": Decimal("0.05")}, id="a-fee"),
        pytest.param({"flat": "0.05"}, {}, {}, {"list_price": Decimal("-0.05")}, id="a-fee-that-ends"),
        pytest.param(
            {},
            {"by_stage": True},
            {"resolution": "1080P-SR"},
            {"list_price": 10 * (Decimal("0.10") + Decimal("0.05") - Decimal("0.30"))},
            id="stages-instead-of-the-tier",
        ),
        pytest.param(
            {"by_stage": True},
            {"priced_as": "output"},
            {"resolution": "1080P-SR", **CLIP},
            {
                "list_price": 10 * (Decimal("0.30") - Decimal("0.15")),
                "reference_video": 8 * (Decimal("0.30") - Decimal("0.10")),
            },
            id="the-tier-instead-of-stages",
        ),
        pytest.param(
            {"minimum": "1.50"},
            {"by_tier": tier("0.20")},
            {},
            {"list_price": Decimal("0.50")},
            id="a-minimum-that-no-longer-matters",
        ),
    ],
)
def test_causes(
    old: dict[str, object], new: dict[str, object], used: dict[str, object], expected: dict[str, Decimal]
) -> None:
    assert causes(PLAIN._replace(**old), PLAIN._replace(**new), **used) == expected  # type: ignore[arg-type]  # the table's rows


def test_a_step_that_nothing_prices_falls_to_the_next() -> None:
    """The old agreement over the new card has too many digits: its list prices are told with the agreement."""
    old = PLAIN._replace(discount="33.3333333")
    new = PLAIN._replace(by_tier=tier("0.123456789"))
    assert causes(old, new) == {"agreement": 10 * (Decimal("0.123456789") - Decimal("0.10") * Decimal("0.666666667"))}


def test_own_prices_that_the_new_card_lacks_are_kept_until_the_rule_changes() -> None:
    """The tier of the clips has no price on the new card, which bills none: the rule takes them away, not the list."""
    old = PLAIN._replace(priced_as="output")
    new = PLAIN._replace(priced_as="render", by_stage=True, billed="no")
    used = {"resolution": "1080P-SR", **CLIP}
    assert causes(old, new, **used) == {
        "list_price": 10 * (Decimal("0.15") - Decimal("0.30")),
        "reference_video": 8 * Decimal("-0.30"),
    }


LAPSING = """schema_version = "1"
[agreement]
id = "acme"
title = "acme"
account = "acme"
host = "atlas"
from = 2026-01-01
[[term]]
kind = "discount"
percent = "10"
until = 2026-12-01
"""


def test_an_agreement_that_has_ended_by_the_new_instant_is_no_cause_of_the_list() -> None:
    """Listed are the new prices under the agreement as it stood for the row: that it ends is told as its own cause."""
    both = parse_catalogue(
        {"catalogue.toml": HEAD, "card.toml": card(PLAIN._replace(later="0.12")), "acme.toml": LAPSING}
    )
    outcome = Rater(Side(both), Side(both, datetime(2027, 1, 1, tzinfo=UTC))).rate(row())
    assert isinstance(outcome, Rated)
    assert outcome.bridge.causes[:2] == (10 * Decimal("0.02") * Decimal("0.9"), 10 * Decimal("0.012"))


def test_whichever_row_is_first_an_agreement_stands_as_of_the_old_instant() -> None:
    """The terms of one pair of sides are walked once for all rows: these come to the same in any order."""
    both = parse_catalogue({"catalogue.toml": HEAD, "card.toml": card(PLAIN), "acme.toml": LAPSING})
    new = catalogue(PLAIN._replace(by_tier=tier("0.12")))
    used = [row(at="2026-11-02T08:00:00Z"), row(at="2026-12-02T08:00:00Z")]
    raters = [Rater(Side(both, datetime(2026, 6, 1, tzinfo=UTC)), Side(new)) for _ in range(2)]
    forth, back = [raters[0].rate(one) for one in used], [raters[1].rate(one) for one in reversed(used)]
    assert forth == back[::-1]


@pytest.mark.parametrize(
    ("looks_at", "used", "seconds"),
    [
        pytest.param('ratio = "9:16"', {"ratio": "9:16"}, 10, id="ratio"),
        pytest.param("has_reference_video = true", CLIP, 10 + 8, id="clips"),
    ],
)
def test_new_prices_may_look_at_what_the_old_ones_did_not(looks_at: str, used: dict[str, object], seconds: int) -> None:
    """A price of its own for such work is the list's, and no other cause's."""
    entry = f'[[entry]]\nfrom = 2026-01-01\nmeter = "output_video_seconds"\nresolution = "720P"\n{looks_at}'
    new = parse_catalogue({"catalogue.toml": HEAD, "card.toml": f'{card(PLAIN)}\n{entry}\nprice = "0.15"'})
    outcome = Rater(Side(catalogue(PLAIN)), Side(new)).rate(row(**used))
    assert isinstance(outcome, Rated)
    nothing = [Decimal(0)] * 4
    assert outcome.bridge.causes == (seconds * (Decimal("0.15") - Decimal("0.10")), *nothing)
