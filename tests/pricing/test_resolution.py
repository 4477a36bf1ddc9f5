"""Which names a market takes, when anything may change for it, and what its terms say beside prices."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import pytest

from pricing import AmbiguousTermsError, Catalogue, Market, UnknownNameError, parse_catalogue, resolve
from pricing.agreed import list_regions
from pricing.resolution import list_changes
from tests.terms import HEAD, agreement_toml, card_toml, instant, terms_of

AT: Final = instant("2026-06-01")
MARKET: Final = Market("acme", "production", "atlas")
MAINLAND: Final = Market("acme", "production", "atlas", "mainland")


def card(name: str, *, more: str = "", begins: str = "2026-01-01", **head: str) -> str:
    """A card of Atlas, of which all begins on one day; `more` are lines of its first table."""
    text = card_toml(terms_of({"any": "0.1"}), id=name, **head).replace("from = 2026-01-01", f"from = {begins}")
    return text.replace("[card]\n", f"[card]\n{more}")


def catalogue(*texts: str, head: str = HEAD) -> Catalogue:
    files = {f"{index}.toml": text for index, text in enumerate(texts)}
    return parse_catalogue({"catalogue.toml": head, **files})


REGIONAL: Final = (card("inland", region="mainland"), card("abroad", region="international"))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        pytest.param(
            Market("acme", "producton", "atlas", "mainland"),
            "environment 'producton' is not known to made up: did you mean 'production'?",
            id="environment-misspelt",
        ),
        pytest.param(
            Market("acme", None, "atlas", "mainland"),
            "made up has terms by environment: name one of production, sandbox, staging",
            id="environment-missing",
        ),
        pytest.param(
            Market("acme", "production", "atlas", "main-land"),
            "region 'main-land' is not known to made up: did you mean 'mainland'?",
            id="region-misspelt",
        ),
        pytest.param(
            Market("acme", "production", "atlas"),
            "made up has terms by region: name one of international, mainland",
            id="region-missing",
        ),
        pytest.param(
            Market("acme", "production", "fal", "mainland"),
            "made up knows no regions, and 'mainland' was named: leave it out, or give your own catalogue",
            id="region-where-there-is-none",
        ),
    ],
)
def test_a_name_that_is_not_known_is_told_with_those_that_are(asked: Market, said: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        resolve(catalogue(*REGIONAL, card("everywhere", host="fal")), asked, AT)
    assert str(caught.value) == said


def test_two_cards_of_one_region_are_told_with_it() -> None:
    found = catalogue(card("one", region="mainland"), card("other", region="mainland"))
    with pytest.raises(AmbiguousTermsError) as caught:
        resolve(found, MAINLAND, AT)
    assert str(caught.value) == (
        "'one' (0.toml:3) and 'other' (1.toml:3) both hold for account acme, environment production, host atlas, "
        "region mainland: let an agreement name its card, or a card its environments"
    )


def test_a_card_of_another_environment_hides_none_that_comes_after_it() -> None:
    found = catalogue(card("a-trial", more='environments = ["sandbox"]\n'), card("list"))
    assert resolve(found, MARKET, AT).card.card.id == "list"


def test_terms_may_change_with_cards_that_agreements_name_directly_and_by_an_alias() -> None:
    """Four agreements' bounds, the alias's day, and the first days of both cards; not that of a card that none names.

    Both cards are for those alone who name them.
    """
    kept = "by_agreement = true\n"
    texts = (
        card("direct", more=kept, begins="2026-02-01"),
        card("aliased", more=kept, begins="2026-03-01"),
        card("unnamed", more=kept, begins="2026-04-01"),
        agreement_toml([], id="first", card="direct", until="2026-07-01"),
        agreement_toml([], id="second", card="current", **{"from": "2026-08-01"}),
    )
    alias = '[[alias]]\nname = "current"\ncard = "aliased"\nfrom = 2026-05-01\n'
    days = ("2026-01-01", "2026-02-01", "2026-03-01", "2026-05-01", "2026-07-01", "2026-08-01")
    changes: list[datetime] = [*list_changes(catalogue(*texts, head=HEAD + alias), MARKET)]
    assert changes == [instant(day) for day in days]


KEPT: Final = card("kept", more="by_agreement = true\n", region="island")
"""A card that only globex' agreement leads to, in a region of its own."""
ISLAND: Final = agreement_toml([], id="theirs", account="globex", card="kept", region="island")


def test_a_region_that_the_catalogue_names_for_a_host_is_for_those_who_have_it() -> None:
    """Others are asked nothing, and told nothing of it."""
    found = catalogue(card("list"), KEPT, ISLAND, head=f'{HEAD}regions = {{ atlas = "island" }}\n')
    assert resolve(found, MARKET, AT).market == MARKET
    assert resolve(found, MARKET._replace(account="globex"), AT).card.card.id == "kept"


def test_a_region_of_cards_of_another_environment_is_not_asked_for() -> None:
    own = [card(name, region=name, more='environments = ["sandbox"]\n') for name in ("east", "west")]
    found = catalogue(card("list"), *own)
    assert resolve(found, MARKET, AT).market == MARKET
    with pytest.raises(UnknownNameError, match="name one of east, west"):
        resolve(found, MARKET._replace(environment="sandbox"), AT)


@pytest.mark.parametrize("region", [None, "island"])
def test_an_agreement_over_a_card_of_any_region_has_its_own(region: str | None) -> None:
    """No card that acme may have names it; its agreement holds there all the same."""
    own = agreement_toml([{"kind": "discount", "percent": "50"}], region="island")
    found = catalogue(card("list"), KEPT, ISLAND, own)
    pricing = resolve(found, MARKET._replace(region=region), AT)
    assert (pricing.market.region, pricing.card.card.id) == ("island", "list")
    assert [one.agreement.id for one in pricing.agreements] == ["acme-terms"]


def test_a_pricing_names_its_catalogue() -> None:
    found = catalogue(card("list"))
    pricing = resolve(found, MARKET, AT)
    assert (pricing.digest, pricing.catalogue) == (found.digest, "made up")


LATER: Final = agreement_toml([], zone="Asia/Tokyo", **{"from": "2026-09-01"})
"""An agreement that says whose months count, and does not hold yet."""
OTHER: Final = agreement_toml([], id="kept", card="other", **{"from": "2026-08-01"})
"""One that leads to the card `other`, later too."""


@pytest.mark.parametrize(
    ("texts", "zone"),
    [
        pytest.param((card("list"),), None, id="nothing-says-one"),
        pytest.param((card("list"), LATER), "Asia/Tokyo", id="an-agreement-to-come"),
        pytest.param(
            (card("list"), card("other", zone="Asia/Seoul", more="by_agreement = true\n"), OTHER),
            "Asia/Seoul",
            id="another-card",
        ),
        pytest.param(
            (card("list"), card("other", zone="Asia/Tokyo", more="by_agreement = true\n"), LATER, OTHER),
            "Asia/Tokyo",
            id="both-alike",
        ),
        pytest.param(
            (card("list"), card("other", zone="Asia/Seoul", more="by_agreement = true\n"), LATER, OTHER),
            None,
            id="two-that-differ",
        ),
        pytest.param(
            (card("list"), card("other", zone="Asia/Seoul", more="by_agreement = true\n"), LATER),
            "Asia/Tokyo",
            id="a-card-of-no-agreement-of-its-own",
        ),
        pytest.param(
            (card("list"), card("other", zone="Asia/Seoul", more='environments = ["sandbox"]\n'), LATER),
            "Asia/Tokyo",
            id="a-card-of-another-environment",
        ),
        pytest.param((card("list"), card("other", zone="Asia/Seoul", host="fal")), None, id="a-card-of-another-host"),
        pytest.param(
            (card("list"), card("other", zone="Asia/Seoul", host="fal"), LATER),
            "Asia/Tokyo",
            id="a-card-of-another-host-beside-an-agreement",
        ),
    ],
)
def test_months_without_a_zone_are_those_of_the_one_that_terms_ever_name(
    texts: tuple[str, ...], zone: str | None
) -> None:
    assert resolve(catalogue(*texts), MARKET, AT).terms.zone == zone


@pytest.mark.parametrize(
    ("region", "zone"),
    [pytest.param("mainland", "Asia/Shanghai", id="its-own"), pytest.param("international", None, id="anothers")],
)
def test_the_zone_of_months_may_be_that_of_another_card_of_the_region(region: str, zone: str | None) -> None:
    """A card that only an agreement leads to says the zone of the mainland's months."""
    inland = card("kept", region="mainland", zone="Asia/Shanghai", more="by_agreement = true\n")
    later = agreement_toml([], card="kept", region="mainland", **{"from": "2026-08-01"})
    found = resolve(catalogue(*REGIONAL, inland, later), MAINLAND._replace(region=region), AT)
    assert found.terms.zone == zone


def test_terms_change_with_the_cards_of_their_region_and_of_any() -> None:
    """A card of another region has no part in it."""
    texts = (
        card("inland", region="mainland", begins="2026-02-01"),
        card("abroad", region="international", zone="Asia/Seoul", begins="2026-03-01"),
        card("trial", zone="Asia/Tokyo", more="by_agreement = true\n", begins="2026-04-01"),
    )
    found = catalogue(*texts)
    assert [*list_changes(found, MAINLAND)] == [instant("2026-02-01")]
    assert resolve(found, MAINLAND, AT).terms.zone is None


def test_terms_change_with_a_card_of_any_region() -> None:
    """Of another environment it may be, as long as it is anyone's."""
    trial = card("trial", more='environments = ["sandbox"]\n', begins="2026-05-01")
    found = catalogue(card("inland", region="mainland", begins="2026-02-01"), trial)
    assert [*list_changes(found, MAINLAND)] == [instant("2026-02-01"), instant("2026-05-01")]


def test_regions_are_those_of_the_environment_that_is_taken_where_none_is_named() -> None:
    head = f'{HEAD}default_environment = "production"\n'
    found = catalogue(card("list"), card("east", region="east", more='environments = ["sandbox"]\n'), head=head)
    nobody = Market("acme", None, "atlas")
    assert list_regions(found, nobody) == ()
    assert list_regions(found, nobody._replace(environment="sandbox")) == ("east",)


def test_regions_are_those_of_the_account_that_is_taken_where_none_is_named() -> None:
    own = agreement_toml([{"kind": "discount", "percent": "50"}], region="island", account="globex")
    found = catalogue(card("list"), KEPT, own, head=f'{HEAD}default_account = "acme"\n')
    nobody = MARKET._replace(account=None)
    assert list_regions(found, nobody) == ()
    assert list_regions(found, nobody._replace(account="globex")) == ("island",)


def test_an_agreement_of_another_environment_brings_no_region() -> None:
    own = agreement_toml([{"kind": "discount", "percent": "50"}], region="island", environments="sandbox")
    found = catalogue(card("list"), KEPT, own)
    assert list_regions(found, MARKET) == ()
    assert list_regions(found, MARKET._replace(environment="sandbox")) == ("island",)


def test_what_was_resolved_is_kept() -> None:
    """Of one period, whoever asks; and so are the instants at which anything may change."""
    found = catalogue(card("list"))
    assert resolve(found, MARKET, AT) is resolve(found, MARKET, instant("2026-06-02"))
    assert list_changes(found, MARKET) is list_changes(found, MARKET)
