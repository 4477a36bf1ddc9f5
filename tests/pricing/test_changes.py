"""What differs between two catalogues: the change, its period, its percentage, and the lines that it comes from."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import BaseModel

from pricing import Catalogue, ChargeModel, Market, parse_catalogue
from pricing.algebra import Algebra
from pricing.aspects import What
from pricing.changes import Change, Side, compare_catalogues, exceeds, group_changes
from pricing.money import percent_change
from tests.oracle import Row, Terms
from tests.quoting import per_unit
from tests.terms import HEAD, agreement_toml, card_toml, instant, terms_of
from wan_rules import HOSTS
from wan_rules.request import ASPECT_RATIOS

OUTPUT = "output_video_seconds"
DAY = "2026-01-01"
LATER = "2026-03-01"
CARD = terms_of({"720P": "0.10"})
ACME = Market("acme", "production", "atlas")
RISE: Row = {"from": LATER, "meter": OUTPUT, "resolution": "720P", "price": "0.11"}
END: Row = {"from": LATER, "meter": OUTPUT, "resolution": "720P"}


def card(*entries: Row, rule: Row | None = None, price: str = "0.10", **head: str) -> str:
    terms = terms_of({"720P": price}, rule=rule)
    return card_toml({**terms, "entries": [*terms["entries"], *entries]}, **head)


def catalogue(card_text: str, *, agreement: str = "", head: str = HEAD) -> Catalogue:
    files = {"catalogue.toml": head, "card.toml": card_text}
    return parse_catalogue(files | ({"acme.toml": agreement} if agreement else {}))


def percent_off(percent: str, **head: str) -> str:
    return agreement_toml([{"kind": "discount", "percent": percent}], **head)


def told(change: Change) -> tuple[object, ...]:
    """The change without its market and places."""
    words = tuple(side.words if side else None for side in (change.before, change.after))
    what = change.what.name if change.what.resolution is None else f"{change.what.name} {change.what.resolution}"
    days = tuple(at.date().isoformat() if at else None for at in (change.begin, change.end))
    return (*days, what, *words, None if change.percent is None else str(change.percent))


def for_acme(old: Catalogue, new: Catalogue) -> list[tuple[object, ...]]:
    return [told(change) for change in compare_catalogues(old, new) if change.market == ACME]


PLAIN = catalogue(card())


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        pytest.param(catalogue(card()), [], id="nothing"),
        pytest.param(
            catalogue(card(price="0.12")),
            [(DAY, None, f"{OUTPUT} 720P", "0.10 USD", "0.12 USD", "20.0")],
            id="price-up",
        ),
        pytest.param(
            catalogue(card(price="0.07")),
            [(DAY, None, f"{OUTPUT} 720P", "0.10 USD", "0.07 USD", "-30.0")],
            id="price-down",
        ),
        pytest.param(
            catalogue(card(RISE)),
            [(LATER, None, f"{OUTPUT} 720P", "0.10 USD", "0.11 USD", "10.0")],
            id="new-entry-in-the-future",
        ),
        pytest.param(
            catalogue(card(RISE, RISE | {"from": "2026-05-01", "price": "0.10"})),
            [(LATER, "2026-05-01", f"{OUTPUT} 720P", "0.10 USD", "0.11 USD", "10.0")],
            id="for-a-time",
        ),
        pytest.param(
            catalogue(card(per_unit(OUTPUT, "1080P", "0.2"))),
            [(DAY, None, f"{OUTPUT} 1080P", None, "0.20 USD", None)],
            id="price-that-was-not-there",
        ),
        pytest.param(
            catalogue(card(END)), [(LATER, None, f"{OUTPUT} 720P", "0.10 USD", None, None)], id="entry-withdrawn"
        ),
        pytest.param(
            catalogue(card({**END, "free": "true"})),
            [(LATER, None, f"{OUTPUT} 720P", "0.10 USD", "free", "-100.0")],
            id="free",
        ),
        pytest.param(
            catalogue(card(), agreement=percent_off("10")),
            [
                (DAY, None, f"{OUTPUT} 720P", "0.10 USD", "0.09 USD", "-10.0"),
                (DAY, None, "agreements", "none", "acme-terms", None),
            ],
            id="new-agreement",
        ),
        pytest.param(
            catalogue(card(), agreement=agreement_toml([{"kind": "minimum", "amount": "0.5"}], until=LATER)),
            [
                (DAY, LATER, "minimum", "none", "0.50 USD", None),
                (DAY, LATER, "agreements", "none", "acme-terms", None),
            ],
            id="minimum-until",
        ),
        pytest.param(
            catalogue(card({"from": LATER, "model": "minimum", "amount": "0.5"})),
            [(LATER, None, "minimum", "none", "0.50 USD", None)],
            id="minimum-of-the-card",
        ),
        pytest.param(
            catalogue(card(rule={"cap_total_s": "5", "assumed": "a guess"})),
            [
                (
                    DAY,
                    None,
                    "reference_video",
                    "billed whole, at the output's price",
                    "billed at the output's price; at most 5 s in total",
                    None,
                )
            ],
            id="clip-rule",
        ),
        pytest.param(
            catalogue(
                card_toml({**CARD, "rounding": [{"from": DAY, "quantum": "0.01", "mode": "up", "place": "line"}]})
            ),
            [(DAY, None, "rounding", "none", "each line rounded up to a multiple of 0.01", None)],
            id="rounding",
        ),
        pytest.param(
            catalogue(card(currency="CNY")),
            [
                (DAY, None, f"{OUTPUT} 720P", "0.10 USD", "0.10 CNY", None),
                (DAY, None, "currency", "USD", "CNY", None),
            ],
            id="currency",
        ),
        pytest.param(
            catalogue(card(id="another")),
            [(DAY, None, "card", "made-up", "another", None)],
            id="another-card-with-the-same-prices",
        ),
        pytest.param(
            catalogue(card(), head=HEAD.replace('"acme", ', "")),
            [
                (DAY, None, "terms", "in force", "the market is not known", None),
                (DAY, None, f"{OUTPUT} 720P", "0.10 USD", None, None),
            ],
            id="account-removed",
        ),
        pytest.param(
            catalogue(card(by_agreement="true")),
            [
                (DAY, None, "terms", "in force", "no card holds", None),
                (DAY, None, f"{OUTPUT} 720P", "0.10 USD", None, None),
            ],
            id="no-card",
        ),
    ],
)
def test_what_changes(new: Catalogue, expected: list[tuple[object, ...]]) -> None:
    assert for_acme(PLAIN, new) == expected


def test_a_percentage_that_changes_names_both_its_files() -> None:
    old, new = (catalogue(card(), agreement=percent_off(percent)) for percent in ("10", "12"))
    change, *_ = compare_catalogues(old, new)
    assert told(change) == (DAY, None, f"{OUTPUT} 720P", "0.09 USD", "0.088 USD", "-2.2")
    assert change.before is not None
    assert change.before.where == ("card.toml:13", "acme.toml:10")


def test_an_override_names_its_own_line_alone() -> None:
    override = {"kind": "override", "meter": OUTPUT, "resolution": "720P", "price": "0.05"}
    first = compare_catalogues(PLAIN, catalogue(card(), agreement=agreement_toml([override])))[0]
    assert first.after is not None
    assert (first.after.words, first.after.where) == ("0.05 USD", ("acme.toml:10",))


def test_a_rule_for_clips_names_its_own_line() -> None:
    changes = compare_catalogues(PLAIN, catalogue(card(rule={"billed": "no"})))
    text = card().split("\n")
    assert {change.before and change.before.where for change in changes} == {
        (f"card.toml:{text.index('[[reference_video]]') + 1}",)
    }


def test_an_account_that_is_new_has_prices_where_it_had_none() -> None:
    without = catalogue(card(), head=HEAD.replace('"acme", ', ""))
    changes = compare_catalogues(without, PLAIN)
    assert {change.market.account for change in changes} == {"acme"}
    assert [told(change)[2:5] for change in changes if change.market == ACME] == [
        ("terms", "the market is not known", "in force"),
        (f"{OUTPUT} 720P", None, "0.10 USD"),
    ]


def test_two_agreements_of_one_rank_leave_no_terms() -> None:
    files = {"catalogue.toml": HEAD, "card.toml": card(), "a.toml": percent_off("10")}
    new = parse_catalogue(files | {"b.toml": percent_off("10", id="more", **{"from": LATER})})
    assert (LATER, None, "terms", "in force", "two of the same rank hold", None) in for_acme(
        parse_catalogue(files), new
    )


def test_a_price_with_too_many_digits_leaves_no_terms() -> None:
    new = catalogue(card(price="0.000000000001"), agreement=percent_off("0.1"))
    assert for_acme(PLAIN, new)[0][4] == "a price with too many digits"


def test_the_order_of_files_changes_nothing() -> None:
    files = {"catalogue.toml": HEAD, "card.toml": card(RISE), "acme.toml": percent_off("10")}
    turned = parse_catalogue(dict(reversed(files.items())))
    assert compare_catalogues(parse_catalogue(files), turned) == ()
    assert compare_catalogues(PLAIN, turned) == compare_catalogues(PLAIN, parse_catalogue(files))


def test_a_change_goes_on_across_instants_that_do_not_touch_it() -> None:
    minimum: Row = {"from": LATER, "model": "minimum", "amount": "1"}
    assert for_acme(catalogue(card(minimum)), catalogue(card(minimum, price="0.2"))) == [
        (DAY, None, f"{OUTPUT} 720P", "0.10 USD", "0.20 USD", "100.0")
    ]


def test_a_tier_that_the_host_does_not_have_is_left_out() -> None:
    def at_fal(*entries: Row) -> Catalogue:
        return catalogue(card(*entries, host="fal"))

    assert compare_catalogues(at_fal(), at_fal(per_unit(OUTPUT, "1440P-SR", "0.2"))) == ()


def test_markets_with_the_same_changes_are_grouped() -> None:
    changes = compare_catalogues(PLAIN, catalogue(card(price="0.12"), agreement=percent_off("10")))
    groups = group_changes(changes)
    assert [[(m.account, m.environment) for m in group.markets] for group in groups] == [
        [("acme", environment) for environment in ("production", "staging", "sandbox")],
        [(account, e) for account in ("globex", "initech") for e in ("production", "staging", "sandbox")],
    ]
    assert [len(group.changes) for group in groups] == [2, 1]


@pytest.mark.parametrize(
    ("old", "new", "over"),
    [
        pytest.param(card(), card(price="0.11"), False, id="just-so-much"),
        pytest.param(card(), card(price="0.11000001"), True, id="a-hair-more"),
        pytest.param(card(), card(price="0.09"), False, id="just-so-much-down"),
        pytest.param(card(), card(price="0.08999999"), True, id="a-hair-more-down"),
        pytest.param(card(), card(END), True, id="ends"),
        pytest.param(card(END), card(), False, id="begins"),
        pytest.param(card({**END, "free": "true"}), card(), True, id="was-free"),
        pytest.param(card(), card(currency="EUR"), True, id="another-currency"),
        pytest.param(card(), card({"from": LATER, "model": "minimum", "amount": "0.01"}), True, id="a-least-charge"),
        pytest.param(card(), card(rule={"billed": "no"}), False, id="no-price"),
    ],
)
def test_what_exceeds_ten_percent(old: str, new: str, *, over: bool) -> None:
    changes = compare_catalogues(catalogue(old), catalogue(new))
    assert changes
    assert any(exceeds(change, Decimal(10)) for change in changes) is over


@pytest.mark.parametrize(
    ("old", "new", "percent"),
    [
        ("0.10", "0.11", "10.0"),
        ("3", "1", "-66.7"),
        ("1", "1.0005", "0.1"),
        ("1", "1.00049", "0.0"),
        ("1", "0.9995", "-0.1"),
        ("0.000000000001", "999999999999", "99999999999899999999999900.0"),
    ],
)
def test_percentages_are_rounded_half_up_to_a_tenth(old: str, new: str, percent: str) -> None:
    assert str(percent_change(Decimal(old), Decimal(new))) == percent


def test_changes_come_by_instant() -> None:
    changes = compare_catalogues(PLAIN, catalogue(card(RISE, per_unit(OUTPUT, "1080P", "1"))))
    assert [change.begin for change in changes if change.market == ACME] == [instant(DAY), instant(LATER)]


def test_changes_that_begin_together_come_by_their_ends_and_those_for_ever_last() -> None:
    back: Row = RISE | {"from": "2026-05-01", "price": "0.10"}
    minimum = agreement_toml([{"kind": "minimum", "amount": "0.5"}], until=LATER)
    new = catalogue(card(back, per_unit(OUTPUT, "1080P", "0.2"), price="0.12"), agreement=minimum)
    assert [row[:3] for row in for_acme(PLAIN, new)] == [
        (DAY, LATER, "minimum"),
        (DAY, LATER, "agreements"),
        (DAY, "2026-05-01", f"{OUTPUT} 720P"),
        (DAY, None, f"{OUTPUT} 1080P"),
    ]


def test_a_change_ends_behind_an_instant_that_does_not_touch_it() -> None:
    minimum: Row = {"from": LATER, "model": "minimum", "amount": "1"}
    back: Row = RISE | {"from": "2026-05-01", "price": "0.10"}
    assert for_acme(catalogue(card(minimum)), catalogue(card(minimum, back, price="0.20"))) == [
        (DAY, "2026-05-01", f"{OUTPUT} 720P", "0.10 USD", "0.20 USD", "100.0")
    ]


def test_each_side_stands_in_its_own_catalogue() -> None:
    new = parse_catalogue({"catalogue.toml": HEAD, "moved.toml": f"# Prices as of May.\n{card(price='0.12')}"})
    change = compare_catalogues(PLAIN, new)[0]
    assert change.before is not None
    assert change.after is not None
    assert (change.before.where, change.after.where) == (("card.toml:13",), ("moved.toml:14",))


def test_hosts_that_are_not_asked_for_are_left_out() -> None:
    files = {"catalogue.toml": HEAD, "fal.toml": card(host="fal", id="another")}
    old, new = (parse_catalogue(files | {"card.toml": card(price=price)}) for price in ("0.10", "0.12"))
    found = compare_catalogues(old, new, {"atlas": HOSTS["atlas"]})
    assert {change.market.host for change in found} == {"atlas"}
    assert found == compare_catalogues(old, new)


def test_groups_come_by_host_then_by_region_and_without_one_first() -> None:
    """Whoever they are of, and in whichever order the changes come."""
    price = Side("0.10 USD", Decimal("0.10"), "USD", ())
    places = [("fal", None), ("atlas", "beijing"), ("atlas", "1-east"), ("atlas", None)]
    changes = [
        Change(Market(account, "production", *place), instant(DAY), None, What(OUTPUT, "720P"), None, price, None)
        for account, place in zip(("acme", "globex", "initech", "zeta"), places, strict=True)
    ]
    groups = group_changes(changes)
    assert [(group.markets[0].host, group.markets[0].region) for group in groups] == [
        ("atlas", None),
        ("atlas", "1-east"),
        ("atlas", "beijing"),
        ("fal", None),
    ]


TALL: Row = {"from": DAY, "meter": OUTPUT, "resolution": "720P", "ratio": "9:16", "price": "0.12"}
WITH: Row = {"from": DAY, "meter": OUTPUT, "resolution": "720P", "has_reference_video": "true", "price": "0.12"}


@pytest.mark.parametrize(
    ("entry", "names"),
    [
        pytest.param(TALL, "720P, 9:16", id="ratio"),
        pytest.param(WITH, "720P, with clips", id="clips"),
    ],
)
def test_a_price_that_comes_to_name_more_is_set_against_the_one_that_held_there(entry: Row, names: str) -> None:
    """Only what costs something else is told, either way round, and it moves by as much as it does."""
    finer = catalogue(card(entry))
    assert for_acme(PLAIN, finer) == [(DAY, None, f"{OUTPUT} {names}", "0.10 USD", "0.12 USD", "20.0")]
    assert for_acme(finer, PLAIN) == [(DAY, None, f"{OUTPUT} {names}", "0.12 USD", "0.10 USD", "-16.7")]
    assert any(exceeds(change, Decimal(10)) for change in compare_catalogues(PLAIN, finer))


def test_prices_by_ratio_and_prices_by_clips_meet_where_both_are_named() -> None:
    """Whichever a request is: one side tells ratios apart, and the other one clips."""
    found = for_acme(catalogue(card(TALL)), catalogue(card(WITH)))
    assert {row[2:5] for row in found} == {
        *((f"{OUTPUT} 720P, {ratio}with clips", "0.10 USD", "0.12 USD") for ratio in ("", *_ratios("9:16"))),
        (f"{OUTPUT} 720P, 9:16, without clips", "0.12 USD", "0.10 USD"),
    }


def _ratios(left_out: str) -> list[str]:
    return [f"{ratio}, " for ratio in ASPECT_RATIOS if ratio != left_out]


def banded(*prices: str, ends: tuple[str, ...] = ("1000",), resolution: str = "720P") -> str:
    bands = [f'{{ up_to = "{end}", price = "{price}" }}' for end, price in zip(ends, prices, strict=False)]
    listed = ", ".join([*bands, f'{{ price = "{prices[-1]}" }}'])
    entry = f'from = {DAY}\nmeter = "{OUTPUT}"\nresolution = "{resolution}"\nmodel = "graduated"\nbands = [{listed}]'
    terms: Terms = {**terms_of({}), "entries": [{"from": DAY, "model": "flat", "free": "true"}]}
    return f"{card_toml(terms, zone='UTC')}\n[[entry]]\n{entry}\n"


def packages(size: str, price: str) -> str:
    entry: Row = {"from": DAY, "meter": OUTPUT, "resolution": "720P", "model": "package", "size": size, "price": price}
    return card_toml({**terms_of({}), "entries": [entry]})


@pytest.mark.parametrize(
    ("old", "new", "percent", "over"),
    [
        pytest.param(banded("0.10", "0.05"), banded("0.10", "0.50"), "900.0", True, id="the-second-band"),
        pytest.param(banded("0.10", "0.05"), banded("0.11", "0.04"), "-20.0", True, id="the-one-that-moves-most"),
        pytest.param(banded("0.10", "0.05"), banded("0.10", "0.051"), "2.0", False, id="a-little"),
        pytest.param(banded("0.10", "0.05"), banded("0.10", "0.05", ends=("9",)), None, True, id="where-a-band-ends"),
        pytest.param(banded("0.10", "0.05"), card(), None, True, id="no-bands"),
        pytest.param(packages("5", "0.4"), packages("1", "0.4"), None, True, id="the-size-of-a-package"),
        pytest.param(packages("5", "0.4"), packages("5", "0.41"), "2.5", False, id="the-price-of-a-package"),
        pytest.param(packages("5", "0.4"), packages("5", "0.5"), "25.0", True, id="far-off-the-price-of-a-package"),
    ],
)
def test_how_far_a_price_moves_that_is_more_than_one_number(
    old: str, new: str, percent: str | None, *, over: bool
) -> None:
    changes = [change for change in compare_catalogues(catalogue(old), catalogue(new)) if change.market == ACME]
    moved = [change for change in changes if change.what == What(OUTPUT, "720P")]
    assert [change.percent and str(change.percent) for change in moved] == [percent]
    assert any(exceeds(change, Decimal(10)) for change in changes) is over


def test_bands_that_come_to_count_something_else_are_told() -> None:
    """The same bands, of the seconds of all tiers and of those of this tier."""
    found = for_acme(catalogue(banded("0.10", "0.05", resolution="any")), catalogue(banded("0.10", "0.05")))
    said = [row[3:5] for row in found if row[2] == f"{OUTPUT} 720P"]
    bands = "0.10 up to 1000, then 0.05 (graduated, by units of the month) USD, counted in"
    assert said == [(f"{bands} {OUTPUT}", f"{bands} {OUTPUT}/720P")]


def test_a_credit_of_another_name_is_told() -> None:
    """It is counted by its name: none of the new one was used."""
    old, new = (
        catalogue(card(), agreement=agreement_toml([{"kind": "credit", "name": name, "amount": "5"}]))
        for name in ("welcome", "again")
    )
    assert for_acme(old, new) == [
        (DAY, None, "credit", *(f"5.00 USD granted beforehand as credit/{name}" for name in ("welcome", "again")), None)
    ]


class Share(BaseModel):
    """How much of the price is asked."""

    share: str


def _charge(a: Algebra[Decimal, bool], quantity: Decimal, unit_price: Decimal, parameters: BaseModel) -> Decimal:
    assert isinstance(parameters, Share)
    return a.mul(a.mul(quantity, unit_price), a.number(Decimal(parameters.share)))


def test_what_an_entry_says_for_a_plugin_is_told() -> None:
    """The price is the same, and what is charged is twice as much."""
    models = {"share": ChargeModel("share", "1", Share, _charge)}
    asked = f'[[entry]]\nfrom = {DAY}\nmeter = "{OUTPUT}"\nresolution = "720P"\nmodel = "plugin"\nplugin = "share"\n'
    bare = card_toml({**terms_of({}), "entries": []})
    old, new = (
        parse_catalogue(
            {
                "catalogue.toml": HEAD,
                "card.toml": f'{bare}\n{asked}price = "0.10"\nparameters = {{ share = "{share}" }}\n',
            },
            models=models,
        )
        for share in ("0.25", "0.5")
    )
    change = next(change for change in compare_catalogues(old, new) if change.market == ACME)
    said = "0.10 by share USD, with"
    assert told(change)[3:] == (f'{said} {{"share":"0.25"}}', f'{said} {{"share":"0.5"}}', None)
    assert exceeds(change, Decimal(10))
