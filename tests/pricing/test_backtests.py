"""Rows rated under two catalogues, each refusal with its reason and side, and what they come to together."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

import pytest

from pricing import Catalogue, Market, parse_catalogue
from pricing.backtests import Bucket, Rated, Rater, Rejected, Side, restate
from pricing.tallies import (
    Rejection,
    Sum,
    exceeds,
    find_next_change,
    list_causes,
    summarise,
    total_by_currency,
)
from tests.backtesting import HEAD, Prices, agreement, card, catalogue, row

PLAIN = Prices()
ACME = Market("acme", "production", "atlas")
NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


def rate(old: Prices | Side, new: Prices | Side, **used: object) -> Rated | Rejected:
    sides = [side if isinstance(side, Side) else Side(catalogue(side)) for side in (old, new)]
    return Rater(sides[0], sides[1]).rate(row(**used))


def amounts(*texts: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, texts))


def rejected(outcome: Rated | Rejected) -> Rejected:
    assert isinstance(outcome, Rejected)
    return outcome


def rated(outcome: Rated | Rejected) -> Rated:
    assert isinstance(outcome, Rated)
    return outcome


class TestInstants:
    """Each row at its own, or all at one."""

    LATER = PLAIN._replace(later="0.15")

    @pytest.mark.parametrize(
        ("old_at", "new_at", "before", "after"),
        [
            pytest.param(None, None, "1.00", "1.00", id="its-own"),
            pytest.param(None, NEW_YEAR, "1.00", "1.50", id="new-at"),
            pytest.param(NEW_YEAR, None, "1.50", "1.00", id="old-at"),
            pytest.param(NEW_YEAR, NEW_YEAR, "1.50", "1.50", id="both"),
        ],
    )
    def test_it_picks_the_prices(
        self, old_at: datetime | None, new_at: datetime | None, before: str, after: str
    ) -> None:
        same = catalogue(self.LATER)
        bridge = rated(rate(Side(same, old_at), Side(same, new_at))).bridge
        assert (bridge.before, bridge.after) == (Decimal(before), Decimal(after))
        assert sum(bridge.causes) == bridge.causes[0] == Decimal(after) - Decimal(before)

    def test_rows_on_both_sides_of_a_change(self) -> None:
        rater = Rater(Side(catalogue(PLAIN)), Side(catalogue(self.LATER)))
        days = ["2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z", "2026-12-31T12:00:00Z"]
        assert [rated(rater.rate(row(at=day))).bridge.after for day in days] == [1, Decimal("1.5"), 1]


class TestRefusals:
    """What is not rated, by which side, and in what words."""

    NO_SR = PLAIN._replace(by_tier=("0.10", "0.20", None, None))

    def test_no_price_before_and_after(self) -> None:
        one = rejected(rate(self.NO_SR, PLAIN, resolution="1080P-SR"))
        assert (one.reason, one.side) == ("no_rate", "old")
        assert "no price for output_video_seconds at 1080P-SR" in one.message
        assert rejected(rate(PLAIN, self.NO_SR, resolution="1080P-SR")).side == "new"
        assert rejected(rate(self.NO_SR, self.NO_SR, resolution="1080P-SR")).side == "both"

    def test_before_the_first_day(self) -> None:
        one = rejected(rate(PLAIN, PLAIN, at="2025-01-01"))
        assert (one.reason, one.side) == ("no_rate", "both")

    def test_no_market(self) -> None:
        one = rejected(rate(PLAIN, PLAIN, account="acne"))
        assert (one.reason, one.side) == ("unknown_name", "both")
        assert one.message == "account 'acne' is not known to a test: did you mean 'acme'?"

    def test_two_sides_with_reasons_of_their_own(self) -> None:
        strange = parse_catalogue({"catalogue.toml": HEAD.replace("acme", "ace"), "card.toml": card(PLAIN)})
        one = rejected(rate(self.NO_SR, Side(strange), resolution="1080P-SR"))
        assert (one.reason, one.side) == ("unknown_name", "new")

    def test_no_host(self) -> None:
        one = rejected(rate(PLAIN, PLAIN, host="atlsa"))
        assert one == Rejected("unknown_name", None, "host 'atlsa' is not known: did you mean 'atlas'?")

    def test_no_tier(self) -> None:
        one = rejected(rate(PLAIN, PLAIN, host="fal", resolution="1440P-SR"))
        assert one == Rejected("unknown_name", None, "fal has no 1440P-SR: there are 720P, 1080P")

    @pytest.mark.parametrize(("status", "did"), [("failed", "failed"), ("canceled", "was canceled")])
    def test_nothing_done(self, status: str, did: str) -> None:
        one = rejected(rate(PLAIN, PLAIN, status=status))
        assert one == Rejected("not_done", None, f"the job {did}: cards price what was delivered")

    def test_terms_that_compete(self) -> None:
        twice = {"one.toml": agreement(PLAIN), "two.toml": agreement(PLAIN).replace('id = "acme"', 'id = "again"')}
        both = parse_catalogue({"catalogue.toml": HEAD, "card.toml": card(PLAIN), **twice})
        one = rejected(rate(PLAIN, Side(both)))
        assert (one.reason, one.side) == ("ambiguous_terms", "new")

    def test_too_many_digits(self) -> None:
        finer = PLAIN._replace(discount="33.333333333", by_tier=("0.123456789", "0.20", None, None))
        one = rejected(rate(PLAIN, finer))
        assert (one.reason, one.side) == ("error", "new")
        assert "more digits than a price can have" in one.message

    def test_clips_of_which_nobody_says_whether_they_are_billed(self) -> None:
        unknown = PLAIN._replace(billed="unknown")
        one = rejected(rate(PLAIN, unknown, clips_s=[3], references=1))
        assert one == Rejected("bounded", "new", "atlas does not say whether clips are billed: no one price")
        assert rated(rate(PLAIN, unknown)).bridge.after == 1


class TestNames:
    """Whose a row is."""

    ANYONE = parse_catalogue({"catalogue.toml": 'schema_version = "1"\n[catalogue]\nname = "list"', "c": card(PLAIN)})

    def test_a_list_for_anyone_holds_for_whoever_is_named(self) -> None:
        found = rated(rate(Side(self.ANYONE), PLAIN._replace(discount="10")))
        assert found.bucket.market == ACME
        assert (found.bridge.before, found.bridge.after) == amounts("1", "0.9")

    def test_defaults_are_named(self) -> None:
        head = f'{HEAD}default_account = "globex"\ndefault_environment = "production"\n'
        side = Side(parse_catalogue({"catalogue.toml": head, "card.toml": card(PLAIN)}))
        found = rated(rate(side, side, account=None, environment=None))
        assert found.bucket.market == ACME._replace(account="globex")


class TestSums:
    """Groups, totals and what is told of them."""

    def test_groups_and_totals(self) -> None:
        rater = Rater(Side(catalogue(PLAIN)), Side(catalogue(PLAIN._replace(discount="10", by_tier=("0.2",) * 4))))
        used = [row(), row(resolution="1080P"), row(account="globex"), row(), row(status="failed"), row(account="x")]
        summary = summarise(map(rater.rate, used))
        globex = ACME._replace(account="globex")
        assert {
            (b.market, b.resolution): (s.rows, (s.before, s.after, s.difference)) for b, s in summary.sums.items()
        } == {
            (ACME, "720P"): (2, amounts("2", "3.6", "1.6")),
            (ACME, "1080P"): (1, amounts("2", "1.8", "-0.2")),
            (globex, "720P"): (1, amounts("1", "2", "1")),
        }
        total = total_by_currency(summary)["USD", "USD"]
        assert (total.rows, (total.before, total.after)) == (4, amounts("5", "7.4"))
        assert total.causes == amounts("3", "-0.6", "0", "0", "0")
        assert total.percent == Decimal("48.0")
        assert list_causes([total]) == ("list_price", "agreement")
        assert (summary.rows, summary.rated) == (6, 4)
        assert [(one.reason, one.side, one.rows) for one in summary.rejections] == [
            ("not_done", None, 1),
            ("unknown_name", "both", 1),
        ]

    def test_rejections_are_counted_by_reason_and_side(self) -> None:
        first = Rejected("no_rate", "old", "first")
        outcomes = [first, first._replace(message="second"), first._replace(side="new")]
        assert summarise(outcomes).rejections == (
            Rejection("no_rate", "old", 2, "first"),
            Rejection("no_rate", "new", 1, "first"),
        )

    def test_two_currencies_have_no_difference(self) -> None:
        rater = Rater(Side(catalogue(PLAIN)), Side(catalogue(PLAIN._replace(currency="CNY"))))
        summary = summarise(map(rater.rate, [row(), row()]))
        assert summary.sums == {Bucket(ACME, "720P", "USD", "CNY"): Sum(2, Decimal(2), Decimal(2), ())}
        (own,) = total_by_currency(summary).values()
        assert (own.difference, own.percent, list_causes([own]), exceeds(own, Decimal(100))) == (None, None, (), True)

    @pytest.mark.parametrize(
        ("before", "after", "expected"),
        [
            pytest.param("1", "1.05", False, id="just-so-much"),
            pytest.param("1", "1.0501", True, id="more"),
            pytest.param("1", "0.94", True, id="less"),
            pytest.param("0", "0", False, id="nothing"),
            pytest.param("0", "0.01", True, id="from-nothing"),
        ],
    )
    def test_exceeds(self, before: str, after: str, *, expected: bool) -> None:
        moved = Sum(1, Decimal(before), Decimal(after), (Decimal(after) - Decimal(before),))
        assert exceeds(moved, Decimal(5)) is expected

    def test_what_lies_ahead(self) -> None:
        later = catalogue(PLAIN._replace(later="0.15"))
        assert find_next_change(later, [ACME, ACME], datetime(2026, 12, 31, tzinfo=UTC)) == NEW_YEAR
        assert find_next_change(later, [ACME], NEW_YEAR) is None
        assert find_next_change(later, [], datetime(2020, 1, 1, tzinfo=UTC)) is None


def test_a_rater_forgets_and_rates_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pricing.backtests.RATINGS_KEPT", 2)
    rater = Rater(Side(catalogue(PLAIN)), Side(catalogue(PLAIN._replace(minimum="0.5"))))
    used = [row(duration_s=seconds) for seconds in (1, 2, 3, 1, 9)]
    assert [rated(rater.rate(one)).bridge.after for one in used] == [
        Decimal(x) for x in ("0.5", "0.5", "0.5", "0.5", "0.9")
    ]


def test_prices_by_the_month_want_to_know_where_it_stands() -> None:
    bands = 'model = "graduated"\nbands = [{ up_to = "15", price = "0.10" }, { price = "0.08" }]'
    text = card(PLAIN).replace('price = "0.10"', bands, 1).replace("[card]\n", '[card]\nzone = "UTC"\n', 1)
    side = Side(parse_catalogue({"catalogue.toml": HEAD, "card.toml": text}))
    unknown = rejected(rate(PLAIN, side))
    assert (unknown.reason, unknown.side) == ("bounded", "new")
    assert "consumed_before" in unknown.message
    total = {"output_video_seconds/720P": "10"}
    bridge = rated(rate(PLAIN, side, consumed_before=total)).bridge
    assert (bridge.before, bridge.after) == amounts("1.00", "0.90")  # 5 x 0.10 + 5 x 0.08


REGION: Final = "mainland"


def regional(prices: Prices) -> Catalogue:
    """The catalogue of these prices, all of them in one region."""
    text = card(prices).replace('host = "atlas"', f'host = "atlas"\nregion = "{REGION}"')
    return parse_catalogue({"catalogue.toml": HEAD, "card.toml": text})


@pytest.mark.parametrize("said", [None, REGION], ids=["left-out", "named"])
def test_a_row_is_summed_in_its_region(said: str | None) -> None:
    sides = Side(regional(PLAIN)), Side(regional(PLAIN))
    outcome = Rater(*sides).rate(row(region=said))
    assert isinstance(outcome, Rated)
    assert outcome.bucket == Bucket(Market("acme", "production", "atlas", REGION), "720P", "USD", "USD")


def test_a_rejection_by_one_side_is_told_again_with_the_rows_own_instant() -> None:
    """The old card has no price yet; the new one prices every row as of another day."""
    sides = Side(catalogue(PLAIN)), Side(catalogue(PLAIN), datetime(2026, 6, 1, tzinfo=UTC))
    one, other = row(at="2025-12-30T08:00:00Z"), row(at="2025-12-31T09:00:00Z")
    said, wanted = Rater(*sides).rate(one), Rater(*sides).rate(other)
    assert isinstance(said, Rejected)
    assert said.side == "old"
    assert restate(said, other, sides) == wanted != said
