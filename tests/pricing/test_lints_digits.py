"""Checks of prices that a number cannot hold: what percentages and exchanges multiply (CAT301)."""

from __future__ import annotations

import pytest

from tests.linted import DAY, EXCHANGE, found_in, ids, output, override, runware
from tests.oracle import Row
from tests.tables import agreement_of
from tests.terms import agreement_toml, card_toml, terms_of


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
