"""One market, one instant, one set of terms: which ones, or why none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

import pytest

from pricing import (
    AmbiguousTermsError,
    CardError,
    Catalogue,
    Market,
    NoCardError,
    UnknownNameError,
    parse_catalogue,
    resolve,
)
from pricing.catalogue import Place, hide_folders
from pricing.keys import EntryKey
from pricing.shell.catalogues import load_published
from tests.oracle import Row
from tests.terms import HEAD, agreement_toml, card_toml, instant, terms_of

OUTPUT: Final = EntryKey("output_video_seconds", "720P")
AT: Final = instant("2026-06-01")


def override(price: str) -> Row:
    return {"kind": "override", "meter": "output_video_seconds", "resolution": "any", "price": price}


def card(name: str, price: str, *, environments: str = "", **head: str) -> str:
    text = card_toml(terms_of({"any": price}), id=name, **head)
    return _in(text, environments, "[card]")


def agreement(name: str, price: str, *, account: str = "acme", environments: str = "", **head: str) -> str:
    text = agreement_toml([override(price)], id=name, account=account, **head)
    return _in(text if account else text.replace('account = ""\n', ""), environments, "[agreement]")


def _in(text: str, environments: str, table: str) -> str:
    names = ", ".join(f'"{name}"' for name in environments.split())
    return text.replace(f"{table}\n", f"{table}\nenvironments = [{names}]\n") if names else text


def catalogue(*texts: str, included: Mapping[str, str] | None = None, head: str = HEAD) -> Catalogue:
    files = {f"{index}.toml": text for index, text in enumerate(texts)}
    return parse_catalogue({"catalogue.toml": head, **files}, included=included or {})


def price(found: Catalogue, market: Market, at: datetime = AT) -> str:
    return str(resolve(found, market, at).terms.rates[OUTPUT].contracted_unit_price)


def market(account: str | None = "acme", environment: str | None = "production", host: str = "atlas") -> Market:
    return Market(account, environment, host)


@pytest.fixture(name="all_ranks")
def _all_ranks() -> Catalogue:
    return catalogue(
        card("list", "1"),
        agreement("for-all", "2", account=""),
        agreement("for-staging", "3", account="", environments="staging"),
        agreement("for-acme", "4"),
        agreement("for-acme-in-staging", "5", environments="staging sandbox"),
    )


@pytest.mark.parametrize(
    ("account", "environment", "expected"),
    [
        pytest.param("acme", "staging", "5", id="account-and-environment"),
        pytest.param("acme", "sandbox", "5", id="account-and-second-environment"),
        pytest.param("acme", "production", "4", id="account"),
        pytest.param("globex", "staging", "3", id="environment"),
        pytest.param("globex", "production", "2", id="neither"),
    ],
)
def test_the_agreement_that_names_most_counts(
    all_ranks: Catalogue, account: str, environment: str, expected: str
) -> None:
    assert price(all_ranks, market(account, environment)) == expected


def test_account_outranks_environment() -> None:
    found = catalogue(
        card("list", "1"), agreement("a", "2"), agreement("b", "3", account="", environments="production")
    )
    assert price(found, market()) == "2"


def test_without_agreement_the_card_counts() -> None:
    assert price(catalogue(card("list", "1"), agreement("a", "2")), market("globex")) == "1"


def test_an_own_card_counts_before_an_included_one() -> None:
    included = {"published/atlas.toml": card("list", "1")}
    assert price(catalogue(card("own", "2"), included=included), market()) == "2"
    assert price(catalogue(included=included), market()) == "1"


def test_a_card_that_names_the_environment_counts_before_one_that_does_not() -> None:
    found = catalogue(card("list", "1"), card("trial", "2", environments="sandbox"))
    assert price(found, market(environment="sandbox")) == "2"
    assert price(found, market(environment="production")) == "1"


def test_an_agreement_names_its_card() -> None:
    own = agreement_toml([], card="second")
    found = catalogue(card("first", "1"), card("second", "2"), own)
    assert price(found, market()) == "2"
    with pytest.raises(AmbiguousTermsError, match="'first'"):
        resolve(found, market("globex"), AT)


def test_an_agreement_holds_from_its_first_day_to_before_its_last() -> None:
    found = catalogue(card("list", "1"), agreement("a", "2", **{"from": "2026-03-01", "until": "2026-04-01"}))
    moments = {
        "2026-02-28T23:59:59.999999+00:00": "1",
        "2026-03-01T00:00:00+00:00": "2",
        "2026-03-31T23:59:59.999999+00:00": "2",
        "2026-04-01T00:00:00+00:00": "1",
        "2026-04-01T07:59:59+08:00": "2",
    }
    assert {text: price(found, market(), datetime.fromisoformat(text)) for text in moments} == moments


def test_a_later_entry_takes_over_on_its_day() -> None:
    terms = terms_of({"any": "1"})
    terms["entries"].append({**terms["entries"][0], "from": "2026-03-01", "price": "2"})
    found = catalogue(card_toml(terms))
    assert price(found, market(), instant("2026-02-28")) == "1"
    assert price(found, market(), instant("2026-03-01")) == "2"


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param((card("list", "1"), agreement("a", "2"), agreement("b", "3")), id="agreements-of-one-account"),
        pytest.param(
            (card("list", "1"), agreement("a", "2", account=""), agreement("b", "3", account="")),
            id="agreements-for-all",
        ),
        pytest.param(
            (
                card("list", "1"),
                agreement("a", "2", environments="production"),
                agreement("b", "3", environments="production staging"),
            ),
            id="environments-overlap",
        ),
        pytest.param((card("a", "1"), card("b", "2")), id="cards"),
    ],
)
def test_two_of_one_rank_are_an_error(texts: tuple[str, ...]) -> None:
    with pytest.raises(AmbiguousTermsError, match=r"'a'.*and 'b'.*both"):
        resolve(catalogue(*texts), market(), AT)


def test_one_after_the_other_is_no_ambiguity() -> None:
    first = agreement("a", "2", until="2026-06-01")
    second = agreement("b", "3", **{"from": "2026-06-01"})
    assert price(catalogue(card("list", "1"), first, second), market()) == "3"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        pytest.param(market("acm"), "did you mean 'acme'", id="account-misspelt"),
        pytest.param(market(None), "name one of acme, globex, initech", id="account-missing"),
        pytest.param(market(environment="prod"), "production", id="environment-misspelt"),
        pytest.param(market(environment=None), "name one of production, sandbox, staging", id="environment-missing"),
        pytest.param(market(""), "account", id="account-empty"),
    ],
)
def test_nothing_stands_in_for_a_name(all_ranks: Catalogue, asked: Market, said: str) -> None:
    with pytest.raises(UnknownNameError, match=said):
        resolve(all_ranks, asked, AT)


def test_a_catalogue_may_name_its_own_defaults() -> None:
    head = HEAD + 'default_account = "globex"\ndefault_environment = "staging"\n'
    found = catalogue(card("list", "1"), agreement("a", "2", account="globex", environments="staging"), head=head)
    pricing = resolve(found, Market(None, None, "atlas"), AT)
    assert pricing.market[:2] == ("globex", "staging")
    assert price(found, Market(None, None, "atlas")) == "2"


def test_a_host_without_a_card_is_an_error(all_ranks: Catalogue) -> None:
    with pytest.raises((NoCardError, UnknownNameError), match="fal"):
        resolve(all_ranks, market(host="fal"), AT)


def test_before_the_first_day_there_is_nothing(all_ranks: Catalogue) -> None:
    with pytest.raises(NoCardError, match="2026-01-01"):
        resolve(all_ranks, market(), instant("2025-12-31"))


def test_an_instant_without_a_zone_is_refused(all_ranks: Catalogue) -> None:
    with pytest.raises(UnknownNameError, match="zone"):
        resolve(all_ranks, market(), AT.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param(agreement("a", "2", account="acm"), "acme", id="account"),
        pytest.param(agreement("a", "2", environments="prod"), "production", id="environment"),
        pytest.param(agreement("a", "2", card="lost"), "list", id="card"),
        pytest.param(agreement("a", "2", card="list", host="fal"), "fal", id="card-of-another-host"),
        pytest.param(card("a", "2", environments="prod"), "production", id="environment-of-a-card"),
        pytest.param(card("list", "2"), "taken", id="id-taken"),
    ],
)
def test_names_are_known_when_the_catalogue_is_read(text: str, key: str) -> None:
    with pytest.raises(CardError, match=key) as caught:
        catalogue(card("list", "1"), text)
    assert caught.value.file == "1.toml"
    assert caught.value.line is not None


@pytest.mark.parametrize("heads", [0, 2])
def test_one_file_holds_the_head(heads: int) -> None:
    files = {f"{i}.toml": HEAD for i in range(heads)}
    with pytest.raises(CardError, match=f"{heads} files"):
        parse_catalogue({**files, "card.toml": card("list", "1")})


def test_every_price_says_where_it_stands() -> None:
    text = card("list", "1")
    found = catalogue(text)
    place = found.locate(resolve(found, market(), AT).terms.rates[OUTPUT].entry)
    assert place is not None
    assert (place.file, place.line) == ("0.toml", text.splitlines().index("[[entry]]") + 1)
    assert found.locate("nothing:of/it@2026-01-01") is None


def test_percentages_are_folded_into_the_price() -> None:
    rows: list[Row] = [{"kind": "discount", "percent": "12.5"}, {"kind": "surcharge", "percent": "10"}]
    found = catalogue(card("list", "0.1234"), agreement_toml(rows))
    rate = resolve(found, market(), AT).terms.rates[OUTPUT]
    assert rate.list_unit_price == Decimal("0.1234")
    assert rate.contracted_unit_price == Decimal("0.1234") * Decimal("0.875") * Decimal("1.1")


@pytest.mark.parametrize(
    ("host", "region", "currency", "price_720p", "price_1080p"),
    [
        pytest.param("alibaba", "international", "USD", "0.10", "0.15", id="alibaba-international"),
        pytest.param("alibaba", None, "USD", "0.10", "0.15", id="alibaba-assumed"),
        pytest.param("alibaba", "mainland", "CNY", "0.6", "1.0", id="alibaba-mainland"),
        pytest.param("atlas", None, "USD", "0.10", "0.15", id="atlas"),
        pytest.param("fal", None, "USD", "0.10", "0.10", id="fal"),
        pytest.param("runware", None, "USD", "0.10", "0.15", id="runware"),
    ],
)
def test_the_shipped_list_prices(
    host: str, region: str | None, currency: str, price_720p: str, price_1080p: str
) -> None:
    pricing = resolve(load_published(), Market(None, None, host, region), instant("2026-11-01"))
    rates = pricing.terms.rates
    assert pricing.terms.currency == currency
    assert pricing.assumed_region == (host == "alibaba" and region is None)
    assert rates[EntryKey("output_video_seconds", "720P")].list_unit_price == Decimal(price_720p)
    assert rates[EntryKey("output_video_seconds", "1080P")].list_unit_price == Decimal(price_1080p)


def test_what_nobody_publishes_has_no_price() -> None:
    terms = resolve(load_published(), Market(None, None, "atlas"), instant("2026-11-01")).terms
    assert {key.resolution for key in terms.rates} == {"720P", "1080P"}


@pytest.mark.parametrize("host", ["alibaba", "atlas", "fal", "runware"])
def test_a_shipped_price_begins_on_the_first_day_of_its_evidence(host: str) -> None:
    day = "2026-05-27" if host == "alibaba" else "2026-10-30"
    with pytest.raises(NoCardError):
        resolve(load_published(), Market(None, None, host, "mainland" if host == "alibaba" else None), instant(day))


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(Market("acme", None, "fal"), id="an-account"),
        pytest.param(Market(None, "production", "fal"), id="an-environment"),
        pytest.param(Market(None, None, "alibaba", "moon"), id="unknown-region"),
        pytest.param(Market(None, None, "alibaba", "main-land"), id="region-misspelt"),
    ],
)
def test_list_prices_are_for_anyone_and_know_no_names(asked: Market) -> None:
    with pytest.raises(UnknownNameError):
        resolve(load_published(), asked, instant("2026-11-01"))


@pytest.mark.parametrize(
    ("head", "environments", "said"),
    [
        pytest.param({"region": "mainland"}, "", "is for mainland: say region = 'mainland' here too", id="region"),
        pytest.param({}, "sandbox staging", "is for sandbox, staging only", id="environments"),
    ],
)
def test_the_card_that_an_agreement_names_holds_wherever_the_agreement_does(
    head: dict[str, str], environments: str, said: str
) -> None:
    with pytest.raises(CardError, match=said) as caught:
        catalogue(card("list", "1", environments=environments, **head), agreement("a", "2", card="list"))
    assert (caught.value.file, caught.value.key) == ("1.toml", "agreement.card")
    region = {"region": head["region"]} if head else {}
    found = catalogue(
        card("list", "1", environments=environments, **head),
        agreement("a", "2", environments=environments, card="list", **region),
    )
    assert price(found, Market("acme", "staging" if environments else "production", "atlas", head.get("region"))) == "2"


def test_the_only_region_of_a_host_needs_no_name() -> None:
    found = catalogue(card("list", "1", region="mainland"))
    pricing = resolve(found, market(), AT)
    assert (pricing.market.region, pricing.assumed_region) == ("mainland", False)


def test_one_of_two_regions_is_named() -> None:
    found = catalogue(card("list", "1", region="mainland"), card("second", "2", region="international"))
    with pytest.raises(UnknownNameError, match="name one of international, mainland"):
        resolve(found, market(), AT)
    assert price(found, Market("acme", "production", "atlas", "international")) == "2"


def test_a_catalogue_without_folders_is_the_same_but_for_them() -> None:
    """Whatever was resolved of the other one is not taken for its own."""
    files = {"catalogue.toml": HEAD, "of/our/cards/list.toml": card("list", "1"), "acme.toml": agreement("a", "2")}
    whole = parse_catalogue(files)
    assert (price(whole, market()), whole.locate("list")) == ("2", Place("of/our/cards/list.toml", 3, "card"))
    bare = hide_folders(whole)
    assert (bare.digest, bare.cards, bare.agreements) == (whole.digest, whole.cards, whole.agreements)
    assert [str(bare.locate(name)) for name in ("list", "a")] == ["list.toml:3", "acme.toml:3"]
    assert (price(bare, market()), price(whole, market())) == ("2", "2")
    assert resolve(bare, market(), AT) is not resolve(whole, market(), AT)
    assert resolve(bare, market(), AT) is resolve(bare, market(), AT)


def test_a_place_without_a_line_is_its_file() -> None:
    assert str(Place("card.toml", 7, "entry.0")) == "card.toml:7"
    assert str(Place("card.toml", None, "entry.0")) == "card.toml"


@pytest.mark.parametrize("table", ["reference_video", "credit"])
def test_a_rule_of_a_card_is_found_by_its_name(table: str) -> None:
    text = card_toml(terms_of({"any": "17"}), currency="points")
    text += '[[credit]]\nfrom = 2026-01-01\nvalue = "0.01"\ncurrency = "USD"\n'
    line = text.split("\n").index(f"[[{table}]]") + 1
    assert catalogue(text).locate(f"made-up:{table}@2026-01-01") == Place("0.toml", line, f"{table}.0")
