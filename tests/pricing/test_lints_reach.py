"""Checks of what holds for whom: gaps, overlaps, clashes, and what never counts (CAT1xx, CAT2xx)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pricing import parse_catalogue
from pricing.linting import lint
from tests.linted import DAY, EUROS, EXCHANGE, PRICES, TODAY, found_in, ids, output, override, runware
from tests.oracle import Row
from tests.tables import agreement_of
from tests.terms import HEAD, agreement_toml, card_toml, terms_of


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


def test_of_three_cards_that_compete_the_last_is_told_and_not_since_when() -> None:
    """They do so from the beginning."""
    cards = {f"{name}.toml": runware(id=name) for name in ("one", "three", "two")}
    head = HEAD.replace('["acme", "globex", "initech"]', '["acme"]')
    (found,) = [one for one in lint(parse_catalogue({"catalogue.toml": head, **cards}), TODAY) if one.id == "CAT101"]
    assert (found.part, found.file) == ("two", "two.toml")
    assert found.message.endswith(
        " It is so for acme / production / runware, acme / staging / runware, acme / sandbox / runware."
    )


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


def test_an_account_lives_by_any_host_and_is_told_at_the_accounts() -> None:
    ended = runware(output("720P", "2026-02-01"), output("1080P", "2026-02-01"), id="ended")
    head = 'schema_version = "1"\n[catalogue]\nname = "one"\naccounts = ["acme"]\n'
    texts = {"catalogue.toml": head, "ended.toml": ended}
    (found,) = lint(parse_catalogue(texts), date(2026, 3, 1))
    assert (found.id, found.file, found.line, found.key) == ("CAT103", "catalogue.toml", 4, "catalogue.accounts")
    living = card_toml(terms_of({"any": "0.1"}))
    assert [one.id for one in lint(parse_catalogue({**texts, "card.toml": living}), date(2026, 3, 1))] == []


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


def test_prices_before_the_first_rule_for_clips_are_nobodys() -> None:
    """Neither those with too many digits nor those in the wrong order."""
    wide = terms_of({"720P": "0.123456789", "1080P": "0.11"}, rule={"from": "2026-03-01"})
    later = (output("720P", "2026-03-01", price="0.12"), output("1080P", "2026-03-01", price="0.15"))
    mended = [*wide["entries"], *later]
    off: list[Row] = [{"kind": "discount", "percent": "1.25"}]
    assert ids(card_toml({**wide, "entries": mended}, host="runware"), agreement_toml(off, host="runware")) == []


def test_a_price_in_a_third_currency_clashes_and_nothing_else_is_said_of_it() -> None:
    own = {"kind": "override", "meter": "output_video_seconds", "price": "0.05", "currency": "EUR"}
    assert ids(runware(), agreement_toml([own], host="runware")) == ["CAT104"]


def test_a_clash_is_told_once_however_many_layers_it_is_seen_through() -> None:
    staging = agreement_toml([{"kind": "discount", "percent": "5"}], host="runware", id="staging-terms")
    staging = staging.replace('account = "acme"\n', 'environments = ["staging"]\n')
    assert ids(runware(), agreement_toml([EUROS], host="runware"), staging) == ["CAT104"]


def test_a_clash_is_found_behind_terms_that_do_not_clash() -> None:
    """Acme's speak of no currency, or have too many digits."""
    euros = agreement_toml([EUROS], host="runware", id="globex-terms", account="globex")
    plain = agreement_toml([{"kind": "discount", "percent": "5"}], host="runware")
    assert ids(runware(), plain, euros) == ["CAT104"]
    wide = agreement_toml([{**EXCHANGE, "rate": "0.123456789012"}], host="runware")
    assert ids(runware(), wide, euros) == ["CAT301", "CAT104"]


def test_credits_are_not_exchanged() -> None:
    card = runware(currency="points") + '\n[[credit]]\nfrom = 2026-01-01\nvalue = "0.01"\ncurrency = "USD"\n'
    assert ids(card, agreement_toml([EXCHANGE], host="runware")) == ["CAT104"]


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


def test_an_included_card_is_looked_at_where_it_holds() -> None:
    """One that the catalogue's own card stands in for is nobody's, and its age is no matter."""
    later = TODAY + timedelta(days=365)
    listed = {"listed.toml": runware(id="listed")}
    for own, told in (({}, ["listed"]), ({"own.toml": runware(id="own")}, ["own"])):
        found = lint(parse_catalogue({"catalogue.toml": HEAD} | own, included=listed), later)
        assert [one.part for one in found if one.id == "CAT401"] == told
