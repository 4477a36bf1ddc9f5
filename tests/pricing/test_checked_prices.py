"""What the checks say of prices beside the price itself: which entry it comes from, and which lines it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from pricing import parse_catalogue
from pricing.agreements import terms_held
from pricing.keys import EntryKey
from pricing.lints.prices import Cause, Priced, Prices, Second, list_causes
from pricing.lints.spans import spans_in_force
from pricing.periods import BEGINNING
from tests.oracle import Row
from tests.tables import HEAD, agreement_toml, card_toml, instant, terms_of

D = Decimal
TIER: Final = EntryKey("output_video_seconds", "720P")
FROM: Final = instant("2026-01-01")
OWN: Final[Row] = {"kind": "override", "meter": "output_video_seconds", "price": "0.2"}
MARKUP: Final[Row] = {"kind": "markup", "percent": "10"}
EXCHANGE: Final[Row] = {
    "kind": "exchange", "currency": "EUR", "rate": "0.5", "date": "2026-01-01", "source": "https://example.com/rates",
}  # fmt: skip


def entry(day: str, **said: str) -> Row:
    return {"from": day, "model": "per_unit", "meter": "output_video_seconds", "resolution": "720P"} | said


def prices_of(*layers: Sequence[Row], entries: Sequence[Row] = ()) -> tuple[Priced, ...]:
    """Of 720P, at 0.10 or by those entries, under agreements one above the other."""
    terms = terms_of({"720P": "0.10"})
    files = {"catalogue.toml": HEAD, "card.toml": card_toml({**terms, "entries": [*entries] or terms["entries"]})}
    names = [f"layer-{number}" for number in range(len(layers))]
    files |= {f"{name}.toml": agreement_toml(rows, id=name) for name, rows in zip(names, layers, strict=True)}
    catalogue = parse_catalogue(files)
    held = tuple(terms_held(catalogue.agreements[name], FROM) for name in names)
    return Prices(spans_in_force(catalogue.cards["made-up"]), held, "USD")[TIER]


def told(found: Sequence[Priced]) -> list[tuple[Decimal | None, int | None]]:
    """Each price, and the position of the entry that it comes from."""
    return [(one.price, one.span.position if one.span else None) for one in found]


def test_a_markup_over_an_override_starts_from_the_card_once_that_has_a_price() -> None:
    """Until then it is of the override: 0.2 and 10 % of it, then 0.10 and 10 % of that, by its entry."""
    found = prices_of([OWN], [MARKUP])
    assert [one.begin for one in found] == [BEGINNING, FROM]
    assert told(found) == [(D("0.2") * D("1.1"), None), (D("0.10") * D("1.1"), 0)]


def test_an_override_in_the_billed_currency_is_not_exchanged() -> None:
    assert told(prices_of([{**OWN, "currency": "EUR"}, EXCHANGE])) == [(D("0.2"), None)]
    assert told(prices_of([{**OWN, "currency": "USD"}, EXCHANGE])) == [(D("0.2") * D("0.5"), None)]


def test_an_entry_that_ends_a_price_is_named_under_percentages_too() -> None:
    ends = (entry("2026-01-01", price="0.10"), entry("2026-03-01"))
    for terms in ([], [[MARKUP]]):
        assert [position for _, position in told(prices_of(*terms, entries=ends))] == [0, 1]
    assert prices_of([MARKUP], entries=ends)[1].price is None


def test_a_price_that_is_too_long_is_not_told() -> None:
    """13 digits after the point are one more than a price can have."""
    (found,) = prices_of([{"kind": "discount", "percent": "0.00000000001"}])
    assert (found.price, found.wide) == (None, True)


def test_only_terms_about_a_price_are_lines_that_it_comes_from() -> None:
    """A discount on output from March on, and one on clips from April on."""
    agreement = agreement_toml(
        [
            {"kind": "discount", "percent": "5", "meters": "output_video_seconds", "from": "2026-03-01"},
            {"kind": "discount", "percent": "5", "meters": "reference_video_seconds", "from": "2026-04-01"},
        ]
    )
    card = card_toml(terms_of({"720P": "0.10"}))
    catalogue = parse_catalogue({"catalogue.toml": HEAD, "card.toml": card, "acme.toml": agreement})
    made_up = catalogue.cards["made-up"]
    (span,) = spans_in_force(made_up)[TIER]
    second = Second(FROM, D("0.095"), ((TIER, Priced(FROM, D("0.095"), span)),))
    assert list(list_causes(made_up, tuple(catalogue.agreements.values()), second)) == [
        Cause(FROM, agreed=False, part="made-up", path=("entry", 0)),
        Cause(instant("2026-03-01"), agreed=True, part="acme-terms", path=("term", 0)),
    ]


def test_what_is_free_stays_free_and_keeps_its_entry() -> None:
    """Six percentages of 14 digits each are more than a number holds, but not of nothing."""
    percentages: list[Row] = [{"kind": "discount", "percent": "3.123456789012"}] * 6
    (found,) = prices_of(percentages, entries=[entry("2026-01-01", free="true")])
    assert (told([found]), found.wide) == ([(D(0), 0)], False)
    (lost,) = prices_of(percentages)
    assert (told([lost]), lost.wide) == ([(None, 0)], True)
