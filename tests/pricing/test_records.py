"""What had begun by a day, its digest, and which changes of it are edits of history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given

from pricing import parse_catalogue
from pricing.card_parsing import parse_card
from pricing.digests import DIGITS, digest_part, digest_said
from pricing.linting import BOUNDS, lint
from pricing.parts import take_inventory
from pricing.records import Past, list_records
from pricing.terms import build_terms
from tests.oracle import Row, Terms
from tests.terms import HEAD, agreement_toml, all_terms, card_toml, terms_of

THEN: Final = datetime(2026, 6, 1, tzinfo=UTC)
TODAY: Final = date(2026, 6, 15)
TERMS: Final = terms_of({"720P": "0.10", "1080P": "0.15"})
LATER: Final[Row] = {"from": "2026-07-01", "meter": "output_video_seconds", "resolution": "1080P", "price": "0.16"}
ROUNDING: Final[Row] = {"from": "2026-01-01", "quantum": "0.01", "mode": "half-up", "place": "quote"}
WHOLE: Final[Terms] = {**TERMS, "entries": [*TERMS["entries"], LATER], "rounding": [ROUNDING]}
CARD: Final = card_toml(WHOLE, host="runware")
ANNOUNCED: Final = CARD[CARD.index("[[entry]]\nfrom = 2026-07-01") : CARD.index("[[reference")]
AGREED: Final = agreement_toml(
    [{"kind": "discount", "percent": "5"}, {"kind": "minimum", "amount": "0.2"}], host="runware", until="2026-12-01"
)
Edit = Callable[[str], str]


def parts(card: str = CARD, agreement: str = AGREED) -> dict[str, str]:
    return {"catalogue.toml": HEAD, "card.toml": card, "acme.toml": agreement}


def swap(old: str, new: str, count: int = 1) -> Edit:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, count)

    return edit


def edits(then: dict[str, str], now: dict[str, str]) -> list[tuple[str, str]]:
    """File and key of every edit of history between two catalogues."""
    past = Past("before", THEN, tuple(list_records(parse_catalogue(then), THEN)))
    found = lint(parse_catalogue(now), TODAY, BOUNDS._replace(pasts=(past,)))
    return [(one.file, one.key) for one in found if one.id == "CAT403"]


@pytest.mark.parametrize(
    ("edit", "key"),
    [
        pytest.param(swap('"0.10"', '"0.11"'), "entry.0.price", id="price"),
        pytest.param(swap('"720P"', '"1080P-SR"'), "card", id="tier"),
        pytest.param(swap("from = 2026-01-01", "from = 2026-01-02"), "card", id="date"),
        pytest.param(swap('price = "0.10"', "free = true"), "entry.0.price", id="price-to-free"),
        pytest.param(swap('billed = "yes"', 'billed = "no"'), "reference_video.0.billed", id="clip-rule"),
        pytest.param(swap('quantum = "0.01"', 'quantum = "0.1"'), "rounding.0.quantum", id="rounding"),
        pytest.param(swap('currency = "USD"', 'currency = "EUR"'), "card.currency", id="currency"),
        pytest.param(swap('"made-up"', '"other"'), None, id="the-card-itself"),
    ],
)
def test_what_a_card_said_stays(edit: Edit, key: str | None) -> None:
    found = edits(parts(), parts(edit(CARD)))
    assert set(found) == ({("card.toml", key)} if key else {("catalogue.toml", "catalogue")})


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(swap('"0.16"', '"0.17"'), id="announced"),
        pytest.param(swap(ANNOUNCED, ""), id="withdrawn"),
        pytest.param(swap('"0.10"', '"0.100"'), id="zeros"),
        pytest.param(swap("from = 2026-01-01", "from = 2026-01-01T00:00:00Z"), id="the-same-instant"),
        pytest.param(swap('price = "0.10"', 'price = "0.10"\nnote = "as the page says"'), id="a-remark"),
        pytest.param(swap("A made-up card", "A card"), id="a-title"),
        pytest.param(lambda text: f"# a comment\n{text}", id="a-comment"),
        pytest.param(
            lambda text: f'{text}\n[[entry]]\nfrom = 2026-06-20\nmeter = "requests"\nmodel = "per_unit"\nfree = true\n',
            id="one-more",
        ),
    ],
)  # fmt: skip
def test_what_may_change(edit: Edit) -> None:
    assert edits(parts(), parts(edit(CARD))) == []


@pytest.mark.parametrize(
    ("edit", "key"),
    [
        pytest.param(swap('"5"', '"6"'), "term.0", id="percent"),
        pytest.param(swap('host = "runware"', 'host = "runware"\nenvironments = ["staging"]'), "agreement.environments",
                     id="environments"),
        pytest.param(swap("until = 2026-12-01", "until = 2026-05-01"), "agreement.until", id="ended-before"),
        pytest.param(lambda text: f'{text}\n[[term]]\nkind = "discount"\npercent = "1"\n', "term.2", id="a-term-more"),
        pytest.param(swap('\n[[term]]\nkind = "minimum"\namount = "0.2"\n', ""), "term.1", id="a-term-less"),
        pytest.param(swap("until = 2026-12-01", "until = 2026-06-10"), None, id="ended-after"),
        pytest.param(swap("until = 2026-12-01\n", ""), None, id="open"),
        pytest.param(swap("Terms of acme", "Terms"), None, id="a-title"),
        pytest.param(swap('percent = "5"', 'percent = "5"\nnote = "for two years"'), None, id="a-remark"),
    ],
)  # fmt: skip
def test_what_was_agreed_stays_until_then(edit: Edit, key: str | None) -> None:
    assert edits(parts(), parts(agreement=edit(AGREED))) == ([("acme.toml", key)] if key else [])


def test_an_agreement_that_had_not_begun_may_change() -> None:
    later = swap("from = 2026-01-01", "from = 2026-06-02")(AGREED)
    assert edits(parts(agreement=later), parts(agreement=later.replace('"5"', '"6"'))) == []


def test_what_is_included_is_not_the_catalogues_own() -> None:
    head = 'schema_version = "1"\n\n[catalogue]\nname = "list"\n'
    catalogue = parse_catalogue({"catalogue.toml": head}, included={"card.toml": CARD})
    assert list(list_records(catalogue, THEN)) == []


def test_a_card_that_had_not_begun_may_be_of_another_currency() -> None:
    later = CARD.replace(ANNOUNCED, "").replace("from = 2026-01-01", "from = 2026-06-02")
    assert edits(parts(later), parts(later.replace("USD", "EUR"))) == []


def test_a_finding_says_what_was_and_by_which_digest_to_mend_it() -> None:
    past = Past("HEAD:prices", THEN, tuple(list_records(parse_catalogue(parts()), THEN)))
    now = parse_catalogue(parts(CARD.replace('"0.10"', '"0.12"')))
    (found,) = [one for one in lint(now, TODAY, BOUNDS._replace(pasts=(past,))) if one.id == "CAT403"]
    digest = digest_part(parse_card(CARD).entry[0])
    assert found.message == (
        "'made-up:output_video_seconds/720P@2026-01-01' was in force on 2026-06-01 by HEAD:prices, and is another: "
        'price was "0.1" and is "0.12". Restore it, and add one with a later `from`, or one that says '
        f'corrects = "{digest}".'
    )


def test_an_instant_within_a_day_is_part_of_the_name() -> None:
    hours = CARD.replace("from = 2026-01-01\nquantum", "from = 2026-01-01T12:00:00Z\nquantum")
    names = {record.id for record in list_records(parse_catalogue(parts(hours)), THEN)}
    assert "made-up:rounding@2026-01-01T12:00:00Z" in names


@given(all_terms())
def test_nothing_changes_where_only_the_order_does(terms: Terms) -> None:
    """Entries may stand in any order, and their keys too."""
    turned: Terms = {**terms, "entries": [dict(reversed(row.items())) for row in terms["entries"][::-1]]}
    files = ({"catalogue.toml": HEAD, "card.toml": card_toml(each)} for each in (terms, turned))
    then, now = (sorted(_names(each)) for each in files)
    assert then == now


def _names(files: dict[str, str]) -> list[tuple[str, str]]:
    return [(record.id, digest_said(record.said)) for record in list_records(parse_catalogue(files), THEN)]


def test_a_digest_is_sixteen_digits_and_tells_entries_apart() -> None:
    digests = {digest_part(entry) for entry in parse_card(CARD).entry}
    assert len(digests) == len(parse_card(CARD).entry)
    assert {len(digest) for digest in digests} == {DIGITS}


@pytest.mark.parametrize("begin", ["2026-01-01", "2026-01-01T12:00:00Z"])
def test_a_rule_is_named_alike_by_records_quotes_and_parts(begin: str) -> None:
    """And found by that name."""
    catalogue = parse_catalogue(parts(CARD.replace("from = 2026-01-01\nquantum", f"from = {begin}\nquantum")))
    name = f"made-up:rounding@{begin}"
    assert name in {record.id for record in list_records(catalogue, THEN)}
    assert name in {part.name for part in take_inventory(catalogue).known.values()}
    terms = build_terms(catalogue.cards["made-up"], (), THEN)
    assert terms is not None
    assert terms.rounding_from == name
    place = catalogue.locate(name)
    assert place is not None
    assert place.key == "rounding.0"


def test_what_begins_at_the_instant_had_begun() -> None:
    """The entry, the rule and the agreement of that very instant."""
    card = CARD.replace("from = 2026-01-01", "from = 2026-06-01")
    agreed = AGREED.replace("from = 2026-01-01", "from = 2026-06-01")
    names = [record.id for record in list_records(parse_catalogue(parts(card, agreed)), THEN)]
    assert names == [
        "made-up:card",
        "made-up:output_video_seconds/720P@2026-06-01",
        "made-up:output_video_seconds/1080P@2026-06-01",
        "made-up:reference_video@2026-06-01",
        "made-up:rounding@2026-06-01",
        "acme-terms:agreement",
    ]


def test_what_a_credit_is_worth_stands_under_its_own_name() -> None:
    worth = '\n[[credit]]\nfrom = 2026-01-01\ncurrency = "USD"\nvalue = "0.01"\n'
    catalogue = parse_catalogue(parts(CARD.replace('currency = "USD"', 'currency = "tokens"') + worth))
    (found,) = [record for record in list_records(catalogue, THEN) if "credit" in record.id]
    assert (found.id, found.path) == ("made-up:credit@2026-01-01", ("credit", 0))


def test_an_end_that_has_come_stays() -> None:
    """From its very instant on; a moment before it could still be moved."""
    ended = AGREED.replace("until = 2026-12-01", "until = 2026-06-01")
    catalogue = parse_catalogue(parts(agreement=ended))
    instants = (THEN - timedelta(microseconds=1), THEN)
    said = [next(r.said for r in list_records(catalogue, at) if r.id == "acme-terms:agreement") for at in instants]
    assert ["until" in one for one in said] == [False, True]
