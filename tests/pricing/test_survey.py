"""Who gets which card and agreement: markets of every host that there is, over no more time than is their own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from pricing import parse_catalogue
from pricing.lints.survey import Bounds, Holding, survey
from pricing.periods import BEGINNING
from tests.tables import instant
from tests.terms import HEAD, agreement_toml, card_toml, terms_of
from wan_rules.hosts import HOSTS, Host

CARD = card_toml(terms_of({"720P": "0.1"}))


def holdings(files: Mapping[str, str], hosts: Mapping[str, Host] = HOSTS) -> tuple[Holding, ...]:
    catalogue = parse_catalogue({"catalogue.toml": HEAD, **files}, hosts=hosts)
    return survey(catalogue, date(2026, 11, 15), Bounds(), hosts).holdings


def spans_of(found: tuple[Holding, ...], account: str) -> list[tuple[datetime, datetime | None, bool]]:
    """Of the account in production: from when until when, and whether it is refused."""
    own = [one for one in found if (account, "production") in {market[:2] for market in one.markets}]
    return [(one.begin, one.end, one.refusal is not None) for one in own]


def test_a_host_that_a_plugin_adds_has_markets_too() -> None:
    hosts = {**HOSTS, "moon": HOSTS["atlas"]}
    (held, *_) = holdings({"card.toml": card_toml(terms_of({"720P": "0.1"}), host="moon")}, hosts)
    assert {market.host for market in held.markets} == {"moon"}


def test_another_accounts_agreement_cuts_no_time() -> None:
    found = holdings({"card.toml": CARD, "acme.toml": agreement_toml([], until="2026-07-01")})
    assert spans_of(found, "globex") == [(BEGINNING, None, False)]
    first, turn = instant("2026-01-01"), instant("2026-07-01")
    assert spans_of(found, "acme") == [(BEGINNING, first, False), (first, turn, False), (turn, None, False)]


def test_what_is_refused_is_refused_until_the_next_change() -> None:
    """Two agreements of acme, of which the one begins before the other ends."""
    one = agreement_toml([], until="2026-07-01")
    other = agreement_toml([], id="later", **{"from": "2026-06-01"})
    found = holdings({"card.toml": CARD, "one.toml": one, "other.toml": other})
    turns = [BEGINNING, *(instant(f"2026-{month}-01") for month in ("01", "06", "07"))]
    assert spans_of(found, "acme") == [
        (turns[0], turns[1], False),
        (turns[1], turns[2], False),
        (turns[2], turns[3], True),
        (turns[3], None, False),
    ]
