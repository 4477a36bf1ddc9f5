"""All that holds for a market at an instant, aspect by aspect: in which words, and from which card and term."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from pricing import Catalogue, Market, parse_catalogue
from pricing.aspects import TERM_NAMES, Aspect, Grid, Source, What, list_aspects
from pricing.schemes import Package
from tests.contracting import agreement_text
from tests.oracle import Row
from tests.terms import HEAD, card_toml, instant, terms_of

OUTPUT: Final = "output_video_seconds"
FROM: Final = "2026-01-01"
LATER: Final = "2026-03-01"
AT: Final = instant("2026-06-01")
ACME: Final = Market("acme", "production", "atlas")
OF_CARD: Final = (Source("made-up"),)
NONE: Final = Aspect("none")
AGREED: Final[tuple[Row, ...]] = (
    {"kind": "discount", "percent": "10"},
    {"kind": "rebate", "amount": "1"},
    {"kind": "rebate", "amount": "2"},
    {"kind": "commitment", "amount": "100", "overage_percent": "50"},
    {"kind": "minimum", "per": "month", "amount": "20"},
    {"kind": "cap", "amount": "50"},
    {"kind": "cap", "per": "month", "amount": "900"},
    {"kind": "credit", "name": "gift", "amount": "30"},
    {"kind": "allowance", "meter": OUTPUT, "resolution": "720P", "units": "7"},
    {"kind": "allowance", "meter": OUTPUT, "units": "9"},
    {"kind": "unfinished", "outcome": "moderated", "owed": "free"},
)


def term(index: int) -> Source:
    return Source(f"acme-terms:term/{index}")


def in_credits() -> Catalogue:
    """A card in credits with all that a card may say, and an agreement with each kind of term that is no price."""
    terms = terms_of({"720P": "10"}, rule={"billed": "no", "priced_as": "render"}, super_resolution="stages")
    terms["entries"] += [
        {"from": FROM, "meter": OUTPUT, "resolution": "1080P", "model": "package", "size": "10", "price": "20"},
        {"from": FROM, "model": "minimum", "amount": "5"},
    ]
    terms["reference_video"].append({"from": LATER, "billed": "yes", "priced_as": "render", "cap_total_s": "5"})
    terms["rounding"] = [{"from": FROM, "quantum": "1", "mode": "up", "place": "quote"}]
    terms["unfinished"] = [{"from": FROM, "failed": "free", "canceled": "full"}]
    worth = f'\n[[credit]]\nfrom = {FROM}\nvalue = "0.01"\ncurrency = "USD"\n'
    card = card_toml(terms, currency="tokens", zone="Asia/Tokyo") + worth
    files = {"catalogue.toml": HEAD, "card.toml": card, "acme.toml": agreement_text(AGREED, zone="Asia/Shanghai")}
    return parse_catalogue(files)


def test_each_aspect_says_what_holds_and_what_it_comes_from() -> None:
    """Ten percent off 10 is 9, and off 20 for each 10 units 18; the agreement's zone and outcomes go before."""
    assert list_aspects(in_credits(), ACME, AT, Grid(("720P", "1080P"))) == {
        What("terms"): Aspect("in force"),
        What(OUTPUT, "720P"): Aspect(
            "9 tokens", (Source(f"made-up:{OUTPUT}/720P@{FROM}"), term(0)), Decimal(9), "tokens"
        ),
        What(OUTPUT, "1080P"): Aspect(
            "18 for each 10 tokens",
            (Source(f"made-up:{OUTPUT}/1080P@{FROM}"), term(0)),
            Decimal(18),
            "tokens",
            Package(Decimal(10)),
        ),
        What("rebate"): Aspect("1 tokens off each request; 2 tokens off each request", (term(1), term(2))),
        What("monthly commitment"): Aspect(
            "100 tokens a month committed, and 50 percent more for what goes beyond it", (term(3),)
        ),
        What("minimum"): Aspect("5 tokens", (Source(f"made-up:minimum/any@{FROM}"),), Decimal(5), "tokens"),
        What("monthly minimum"): Aspect("at least 20 tokens a month", (term(4),)),
        What("cap"): Aspect("at most 50 tokens a request", (term(5),)),
        What("monthly cap"): Aspect("at most 900 tokens a month", (term(6),)),
        What("credit"): Aspect("30 tokens granted beforehand as credit/gift", (term(7),)),
        What("allowances"): Aspect(
            f"the first 7 of {OUTPUT} at 720P each month are included; the first 9 of {OUTPUT} each month are included",
            (term(8), term(9)),
        ),
        What("outcomes"): Aspect("failed: free; canceled: charged in full; refused by moderation: free", OF_CARD),
        What("reference_video"): Aspect(
            "billed at the rendered tier's price; at most 5 s in total", (Source("made-up", ("reference_video", 1)),)
        ),
        What("rounding"): Aspect("the total rounded up to a multiple of 1", OF_CARD),
        What("currency"): Aspect("tokens", OF_CARD),
        What("zone"): Aspect("Asia/Shanghai", (*OF_CARD, Source("acme-terms"))),
        What("worth"): Aspect("tokens: each is worth 0.01 USD", OF_CARD),
        What("super_resolution"): Aspect("priced by stages", OF_CARD),
        What("card"): Aspect("made-up", OF_CARD),
        What("agreements"): Aspect("acme-terms", (Source("acme-terms"),)),
    }


def test_what_nobody_says_is_told_as_such() -> None:
    """Of a card with a price and nothing else: no minimum is a minimum of nothing, so that one that comes compares."""
    files = {"catalogue.toml": HEAD, "card.toml": card_toml(terms_of({"720P": "0.1"}, rule={"billed": "no"}))}
    held = list_aspects(parse_catalogue(files), ACME, AT, Grid(("720P",)))
    assert {what.name for what in held} == {OUTPUT, *TERM_NAMES}
    assert held[What("minimum")] == Aspect("none", (), Decimal(0), "USD")
    nothing = ("rebate", "monthly commitment", "monthly minimum", "cap", "monthly cap", "credit", "allowances")
    assert {name: held[What(name)] for name in (*nothing, "agreements")} == dict.fromkeys(
        (*nothing, "agreements"), NONE
    )
    of_card = {"outcomes": "not said", "rounding": "none", "zone": "none", "worth": "none"}
    assert {name: held[What(name)] for name in of_card} == {
        name: Aspect(words, OF_CARD) for name, words in of_card.items()
    }
    rule = Aspect("not billed", (Source("made-up", ("reference_video", 0)),))
    assert held[What("reference_video")] == rule


def test_several_agreements_are_told_in_the_order_of_their_layers() -> None:
    files = {
        "catalogue.toml": HEAD,
        "card.toml": card_toml(terms_of({"720P": "0.1"})),
        "acme.toml": agreement_text([]),
        "all.toml": agreement_text([], id="everyone", account=""),
    }
    found = list_aspects(parse_catalogue(files), ACME, AT, Grid(("720P",)))[What("agreements")]
    assert found == Aspect("everyone, acme-terms", (Source("everyone"), Source("acme-terms")))
