"""What pydantic finds wrong in cards, agreements, catalogues, facts and a quote's basis is told in our own words."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final, Literal, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel, Field, TypeAdapter, ValidationError

from pricing import BasisError, CardError, parse_card, parse_catalogue, recompute
from pricing.agreement_parsing import parse_agreement
from pricing.lines import MissingRateError
from tests.documents import JsonObject, pointers
from tests.documents import changed as put
from tests.laws.test_basis import GONE, basis_of
from tests.oracle import Row
from tests.pricing.test_cards import CARD, changed
from tests.quoting import atlas, lengths, quoted
from tests.strategies import JSON_VALUES, examples
from tests.terms import HEAD, agreement_toml, terms_of
from wan_rules import MediaFacts, UnusableInputError, parse_facts
from wan_rules.faults import show, sort_faults, tell

MODELS: Final = "'per_unit', 'flat', 'package', 'graduated', 'volume', 'plugin' or 'minimum'"
KINDS: Final = (
    "'override', 'markup', 'discount', 'surcharge', 'exchange', 'allowance', 'rebate', 'minimum', 'cap', "
    "'commitment', 'credit' or 'unfinished'"
)
WORK: Final = "/work"
"""The pointer to the work in a basis."""

PYDANTIC: Final = (
    "Input should",
    "Field required",
    "Extra inputs",
    "valid",
    "should have",
    "should match",
    "Input tag",
)
"""Words of pydantic's that none of our own messages has."""
URL: Final = "https://media.example.com/a.mp4"
SECRET: Final = "S3cretT0kenAbCdEf"  # noqa: S105 - made up


def assert_ours(said: str) -> None:
    assert [words for words in PYDANTIC if words in said] == []


CARDS: Final = {
    "misspelt": (
        ('billed = "yes"', 'biled = "yes"'),
        "card:30: reference_video.0.biled: an unknown key: did you mean 'billed'? (and 1 more)",
    ),
    "misspelt-in-an-entry": (
        ('amount = "0.30"', 'ammount = "0.30"'),
        "card:26: entry.2.ammount: an unknown key: did you mean 'amount'?",
    ),
    "misspelt-alias": (
        ('model = "flat"', 'model = "flat"\nform = 2026-01-01'),
        "card:21: entry.1.form: an unknown key: did you mean 'from'?",
    ),
    "misspelt-table": (("[card]", "[cart]"), "card:3: cart: an unknown key: did you mean 'card'? (and 1 more)"),
    "key-of-another-model": (
        ('amount = "0.30"', 'meter = "requests"'),
        (
            "card:26: entry.2.meter: an unknown key: there are from, supersedes, announced, corrects, model, amount, "
            "source, note"
        ),
    ),
    "key-named-as-a-model": (
        ('schema_version = "1"', 'schema_version = "1"\nminimum = "1"'),
        (
            "card:2: minimum: an unknown key: there are schema_version, card, entry, reference_video, rounding, "
            "unfinished, credit"
        ),
    ),
    "missing-word": (
        ('billed = "yes"\n', ""),
        "card:28: reference_video.0.billed: it is missing: write 'yes', 'no' or 'unknown'",
    ),
    "missing-one-word": (('schema_version = "1"', ""), "card: schema_version: it is missing: write '1'"),
    "missing-text": (
        ('currency = "USD"\n', ""),
        "card:3: card.currency: it is missing: add it, nothing stands in for it",
    ),
    "word": (
        ('mode = "half-up"', 'mode = "half_up"'),
        (
            "card:36: rounding.0.mode: 'up', 'down', 'half-up' or 'half-even' is wanted, not 'half_up': "
            "did you mean 'half-up'?"
        ),
    ),
    "word-of-another-case": (
        ('resolution = "720P"', 'resolution = "720p"'),
        (
            "card:15: entry.0.resolution: '720P', '1080P', '1080P-SR', '1440P-SR' or 'any' is wanted, not '720p': "
            "did you mean '720P'?"
        ),
    ),
    "word-far-from-any": (
        ('billed = "yes"', "billed = true"),
        "card:30: reference_video.0.billed: 'yes', 'no' or 'unknown' is wanted, not true",
    ),
    "word-is-true": (
        ('price = "0.10"', "free = false"),
        "card:16: entry.0.free: free is true or left out, not false",
    ),
    "schema": (('schema_version = "1"', "schema_version = 1"), "card:1: schema_version: '1' is wanted, not 1"),
    "model": (
        ('model = "flat"', 'model = "flatt"'),
        f"card:18: entry.1: model is {MODELS}, not 'flatt': did you mean 'flat'?",
    ),
    "model-a-number": (
        ('model = "flat"', "model = 7"),
        f"card:18: entry.1: model is {MODELS}, not 7",
    ),
    "string": (
        ('title = "A made-up card"', "title = 7"),
        "card:5: card.title: a string, in quotation marks, is wanted, not 7",
    ),
    "too-short": (
        ('title = "A made-up card"', 'title = ""'),
        "card:5: card.title: '' is too short: write 1 or more characters",
    ),
    "too-long": (
        ('title = "A made-up card"', f'title = "{"x " * 251}"'),
        f"card:5: card.title: '{'x ' * 18}... is too long: write 500 or fewer characters",
    ),
    "name": (
        ('id = "made-up"', 'id = "Made up"'),
        (
            "card:4: card.id: 'Made up' is no name: small letters, digits, '.', '_' and '-', 64 at most, "
            "a letter or digit first"
        ),
    ),
    "name-a-number": (
        ('id = "made-up"', "id = 7"),
        "card:4: card.id: a string, in quotation marks, is wanted, not 7",
    ),
    "currency": (
        ('currency = "USD"', 'currency = "usd"'),
        "card:7: card.currency: 'usd' is no currency of ISO 4217: write its three capital letters, like USD",
    ),
    "price-an-array": (
        ('price = "0.10"', 'price = ["0.10"]'),
        'card:16: entry.0.price: a number as a string is wanted, like "0.10", not an array',
    ),
    "date": (
        ("checked = 2026-01-01", 'checked = "today"'),
        "card:9: card.checked: a date like 2026-01-31 is wanted, not 'today'",
    ),
    "date-in-quotes": (
        ("checked = 2026-01-01", 'checked = "2026-01-01"'),
        "card:9: card.checked: a date like 2026-01-31 is wanted, not '2026-01-01'",
    ),
    "name-of-ours": (
        ("from = 2026-01-01\nquantum", "from_ = 2026-01-01\nquantum"),
        "card:34: rounding.0.from_: an unknown key: did you mean 'from'? (and 1 more)",
    ),
    "date-true": (
        ("checked = 2026-01-01", "checked = true"),
        "card:9: card.checked: a date like 2026-01-31 is wanted, not true",
    ),
    "date-with-a-time": (
        ("checked = 2026-01-01", "checked = 2026-01-01T10:00:00"),
        "card:9: card.checked: a date like 2026-01-31 is wanted, not 2026-01-01 10:00:00",
    ),
    "instant-a-time": (
        ('from = 2026-01-01\nquantum = "0.01"', 'from = 07:32:00\nquantum = "0.01"'),
        "card:34: rounding.0.from: a date, or an instant with a zone, is wanted bare, like 2026-01-31, not 07:32:00",
    ),
    "array": (
        ("[[rounding]]", "[rounding]"),
        "card:33: rounding: an array, in [ ], is wanted, not an object",
    ),
    "array-of-names": (
        ('currency = "USD"', 'currency = "USD"\nenvironments = "production"'),
        "card:8: card.environments: an array, in [ ], is wanted, not 'production'",
    ),
    "our-own": (
        ('price = "0.10"', 'price = "0"'),
        "card:12: entry.0: a price of zero is written free = true",
    ),
}


@pytest.mark.parametrize(("change", "said"), CARDS.values(), ids=CARDS)
def test_a_card_is_refused_in_our_words(change: tuple[str, str], said: str) -> None:
    with pytest.raises(CardError) as caught:
        parse_card(changed(*change))
    assert str(caught.value) == said
    assert_ours(said)


AGREEMENTS: Final[dict[str, tuple[Row, str]]] = {
    "kind-missing": (
        {"percent": "1"},
        f"term.0: kind is missing: write {KINDS}",
    ),
    "kind-misspelt": (
        {"kind": "discout", "percent": "1"},
        f"term.0: kind is {KINDS}, not 'discout': did you mean 'discount'?",
    ),
    "key-of-another-kind": (
        {"kind": "minimum", "amount": "1", "percent": "1"},
        "term.0.percent: an unknown key: did you mean 'per'?",
    ),
    "unknown-meter": (
        {"kind": "override", "meter": "request", "price": "1"},
        (
            "term.0.meter: 'output_video_seconds', 'reference_video_seconds', 'super_resolution_seconds' or 'requests' "
            "is wanted, not 'request': did you mean 'requests'?"
        ),
    ),
    "our-own": ({"kind": "discount", "percent": "101"}, "term.0: a discount of 101 percent: at most 100"),
}


@pytest.mark.parametrize(("row", "said"), AGREEMENTS.values(), ids=AGREEMENTS)
def test_an_agreement_is_refused_in_our_words(row: Row, said: str) -> None:
    with pytest.raises(CardError) as caught:
        parse_agreement(agreement_toml([row]))
    assert f"{caught.value.key}: {caught.value.reason}" == said
    assert_ours(said)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        pytest.param("acounts = []", "catalogue.acounts: an unknown key: did you mean 'accounts'?", id="misspelt"),
        pytest.param(
            "regions = 5", "catalogue.regions: an object of keys and values is wanted, not 5", id="regions-a-number"
        ),
        pytest.param(
            "regions = { Fal = 'eu' }",
            "catalogue.regions.Fal: 'Fal' is no name: small letters, digits, '.', '_' and '-', 64 at most, "
            "a letter or digit first",
            id="region-of-no-name",
        ),
        pytest.param(
            "include = ['publish']",
            "catalogue.include.0: 'published' is wanted, not 'publish': did you mean 'published'?",
            id="included",
        ),
    ],
)
def test_the_head_of_a_catalogue_is_refused_in_our_words(head: str, said: str) -> None:
    with pytest.raises(CardError) as caught:
        parse_catalogue({"catalogue.toml": f"{HEAD}{head}\n", "card.toml": CARD})
    assert f"{caught.value.key}: {caught.value.reason}" == said
    assert_ours(said)


@pytest.mark.parametrize("table", ["card = 5", "entry = [5]", "reference_video = 5"])
def test_a_table_that_is_none_is_refused_in_our_words(table: str) -> None:
    name = table.partition(" ")[0]
    rest = CARD.partition(f"[{name}]" if name == "card" else f"[[{name}]]")[0]
    with pytest.raises(CardError, match="wanted, not 5") as caught:
        parse_card(f"{table}\n{rest}")
    assert_ours(str(caught.value))


FACTS: Final[dict[str, tuple[object, str]]] = {
    "an-array": ([], "facts: the whole: an object of keys and values is wanted, not an array"),
    "null": (None, "facts: the whole: an object of keys and values is wanted, not null"),
    "a-number": ({URL: 5}, f"facts: {URL}: an object of keys and values is wanted, not 5"),
    "misspelt": ({"kind": {"byts": 5}}, "facts: kind > byts: an unknown key: did you mean 'bytes'?"),
    "unknown": (
        {URL: {"colour": 5}},
        (
            f"facts: {URL} > colour: an unknown key: there are kind, format, bytes, width_px, height_px, duration_s, "
            "has_alpha, subjects, duration_min_s, duration_max_s, detected"
        ),
    ),
    "word": (
        {URL: {"kind": "vidio"}},
        f"facts: {URL} > kind: 'image', 'video' or 'voice' is wanted, not 'vidio': did you mean 'video'?",
    ),
    "no-such-word": (
        {URL: {"kind": "film"}},
        f"facts: {URL} > kind: 'image', 'video' or 'voice' is wanted, not 'film': else leave it out",
    ),
    "whole-number": ({URL: {"bytes": "5"}}, f"facts: {URL} > bytes: a whole number like 7 is wanted, not '5'"),
    "part-of-a-number": ({URL: {"bytes": 5.5}}, f"facts: {URL} > bytes: a whole number like 7 is wanted, not 5.5"),
    "bytes-true": ({URL: {"bytes": True}}, f"facts: {URL} > bytes: a whole number like 7 is wanted, not true"),
    "no-width": ({URL: {"width_px": 0}}, f"facts: {URL} > width_px: 1 or more is wanted, not 0"),
    "a-number-of-any-length": (
        {URL: {"bytes": -(10**5000)}},
        f"facts: {URL} > bytes: 0 or more is wanted, not a number of over 40 digits",
    ),
    "alpha": (
        {URL: {"has_alpha": "no"}},
        f"facts: {URL} > has_alpha: true or false, without quotation marks, is wanted, not 'no'",
    ),
    "empty-format": ({URL: {"format": ""}}, f"facts: {URL} > format: '' is too short: write 1 or more characters"),
    "format-of-33": (
        {URL: {"format": "x" * 33}},
        f"facts: {URL} > format: '{'x' * 33}' is too long: write 32 or fewer characters",
    ),
    "half-a-character": (
        {URL: {"format": "\ud800"}},
        f"facts: {URL} > format: '\\\\ud800' has half a character in it: write the whole",
    ),
    "our-own": (
        {URL: {"duration_s": 7}},
        f'facts: {URL} > duration_s: a duration is written as a string such as "7.2", at most six decimals, not 7',
    ),
    "key-a-number": ({5: {}}, "facts: 5: a string, in quotation marks, is wanted, not 5"),
}


@pytest.mark.parametrize(("facts", "said"), FACTS.values(), ids=FACTS)
def test_facts_are_refused_in_our_words(facts: object, said: str) -> None:
    with pytest.raises(UnusableInputError) as caught:
        parse_facts(facts)
    assert str(caught.value) == said
    assert_ours(said)


def test_facts_tell_five_faults_and_count_the_rest() -> None:
    with pytest.raises(UnusableInputError) as caught:
        parse_facts({str(number): number for number in range(1_005)})
    assert str(caught.value).count(" is wanted, not ") == 5
    assert str(caught.value).endswith("not 4 (and 1,000 more)")


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({f"{URL}?key={SECRET}": 5}, id="in-a-key"),
        pytest.param({f"https://me:{SECRET}@media.example.com/a.mp4": {"colour": 5}}, id="above-an-unknown-fact"),
        pytest.param({URL: {f"{URL}?key={SECRET}": 5}}, id="as-an-unknown-fact"),
        pytest.param({URL: {"kind": f"h://a/?key={SECRET}"}}, id="as-a-word"),
        pytest.param({URL: {"bytes": f"data:{SECRET}"}}, id="as-a-number"),
        pytest.param({URL: [f"{URL}?key={SECRET}"]}, id="in-an-array"),
    ],
)
def test_facts_are_refused_without_telling_a_secret(facts: object) -> None:
    with pytest.raises(UnusableInputError) as caught:
        parse_facts(facts)
    assert SECRET not in str(caught.value)


BASIS: Final = basis_of(quoted("atlas", atlas(clips=1), terms_of({"720P": "0.1"}), lengths("4")))
RATE: Final = cast("dict[str, dict[str, list[JsonObject]]]", BASIS)["terms"]["rates"][0]
BASES: Final[dict[str, tuple[str, object, str]]] = {
    "terms-gone": ("/terms", GONE, "terms: it is missing: add it, nothing stands in for it"),
    "rounding-gone": ("/terms/rounding", GONE, "terms.rounding: it is missing: add it, null where there is none"),
    "misspelt": (f"{WORK}/second", "5", "work.second: an unknown key: did you mean 'seconds'?"),
    "terms-a-number": ("/terms", 5, "terms: an object of keys and values is wanted, not 5"),
    "rates-an-object": ("/terms/rates", {}, "terms.rates: an array, in [ ], is wanted, not an object"),
    "meter": (
        "/terms/rates/0/meter",
        "minutes",
        (
            "terms.rates.0.meter: 'output_video_seconds', 'reference_video_seconds', 'super_resolution_seconds' or "
            "'requests' is wanted, not 'minutes'"
        ),
    ),
    "no-stages": (f"{WORK}/stages", [], "work.stages: an array of 0 is too short: put 1 or more into it"),
    "step-of-zero": (
        "/terms/reference_video/rounding",
        {"step": "0", "mode": "up", "place": "total"},
        "terms.reference_video.rounding.step: more than 0 is wanted, not '0'",
    ),
    "references": (f"{WORK}/references", -1, "work.references: 0 or more is wanted, not -1"),
    "price": (
        "/terms/rates/0/contracted_unit_price",
        0.1,
        'terms.rates.0.contracted_unit_price: write the number as a string, "0.1": a bare one can lose digits',
    ),
    "currency": (
        "/terms/currency",
        None,
        "terms.currency: a string, in quotation marks, is wanted, not null",
    ),
    "two-rates": (
        "/terms/rates/-",
        {**RATE, "contracted_unit_price": "0.2"},
        "terms.rates.1: a second rate for output_video_seconds at 720P: which one counts?",
    ),
    "clip-too-short": (
        f"{WORK}/clips/0/seconds_min",
        "4.000001",
        "work.clips.0.seconds_min: 4.000001 is more than the 4 of seconds: write 4 or less",
    ),
}


@pytest.mark.parametrize(("pointer", "value", "said"), BASES.values(), ids=BASES)
def test_a_basis_is_refused_in_our_words(pointer: str, value: object, said: str) -> None:
    with pytest.raises(BasisError) as caught:
        recompute(put(BASIS, {pointer: value}, gone=GONE))
    assert str(caught.value) == f"basis: {said}"
    assert_ours(said)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


RARE: Final[dict[str, tuple[object, object, str]]] = {
    "enum": (Colour, "green", "'red' or 'blue' is wanted, not 'green'"),
    "less-than": (Annotated[int, Field(lt=5)], 5, "less than 5 is wanted, not 5"),
    "less-than-equal": (Annotated[int, Field(le=5)], 6, "5 or less is wanted, not 6"),
    "list": (list[int], "x", "an array, in [ ], is wanted, not 'x'"),
    "list-too-long": (
        Annotated[list[int], Field(max_length=1)],
        [1, 2],
        "an array of 2 is too long: leave 1 or fewer in it",
    ),
    "pattern": (Annotated[str, Field(pattern="^a$")], "b", "'b' has another form than ^a$"),
    "loose-integer": (int, "x", "a whole number like 7 is wanted, not 'x'"),
    "loose-boolean": (bool, "x", "true or false, without quotation marks, is wanted, not 'x'"),
    "datetime": (datetime, [], "an instant with its zone, like 2026-01-31T12:00:00Z, is wanted, not an array"),
    "datetime-of-words": (datetime, "x", "an instant with its zone, like 2026-01-31T12:00:00Z, is wanted, not 'x'"),
    "no-zone": (
        AwareDatetime,
        datetime(2026, 1, 1),  # noqa: DTZ001 - what is refused
        "an instant with its zone, like 2026-01-31T12:00:00Z, is wanted, not 2026-01-01 00:00:00",
    ),
    "one-word": (Literal["a"], "b", "'a' is wanted, not 'b'"),
    "model": (MediaFacts, 5, "an object of keys and values is wanted, not 5"),
}


def told(form: object, value: object) -> str:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(cast("type[object]", form)).validate_python(value)
    (fault,) = sort_faults(caught.value, value)
    return tell(fault, form)


@pytest.mark.parametrize(("form", "value", "said"), RARE.values(), ids=RARE)
def test_faults_that_no_file_has_yet_are_told_in_our_words(form: object, value: object, said: str) -> None:
    assert told(form, value) == said
    assert_ours(said)


def test_a_fault_that_we_have_no_words_for_is_told_in_pydantic_s() -> None:
    assert told(Decimal, "x") == "Input should be a valid decimal"


class Loose(BaseModel):
    size: int | Literal["any"] = "any"


def test_where_a_union_takes_several_types_the_first_is_told() -> None:
    assert told(Loose, {"size": "x"}) == "a whole number like 7 is wanted, not 'x'"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param("x" * 38, f"'{'x' * 38}'", id="just-short-enough"),
        pytest.param("x" * 39, f"'{'x' * 36}...", id="cut"),
        pytest.param("\x1b[2J", r"'\x1b[2J'", id="control-character"),
        pytest.param(date(2026, 1, 31), "2026-01-31", id="date"),
        pytest.param(Decimal("0.10"), "0.10", id="decimal"),
        pytest.param(10**40 - 1, "9" * 40, id="long-number"),
        pytest.param(10**40, "a number of over 40 digits", id="longer-number"),
        pytest.param({"a": 1}, "an object", id="object"),
    ],
)
def test_a_value_is_shown_short(value: object, shown: str) -> None:
    assert show(value) == shown


NAMES: Final = st.sampled_from([*MediaFacts.model_fields, "byts", "", "\ud800", "__proto__"])
JUNK: Final = JSON_VALUES | st.sampled_from(["\ud800" * 20 + "?", float("nan"), 10**5000])


@examples(300)
@given(
    facts=JUNK
    | st.dictionaries(st.sampled_from([URL, "/image_urls/0", ""]), st.dictionaries(NAMES, JUNK) | JUNK, max_size=3)
)
def test_any_junk_as_facts_is_taken_or_refused(facts: object) -> None:
    try:
        parse_facts(facts)
    except UnusableInputError as error:
        assert_ours(str(error))


@examples(300)
@given(
    changes=st.dictionaries(st.sampled_from(sorted(pointers(BASIS))), JUNK | st.just(GONE), max_size=1),
    more=st.dictionaries(NAMES, JUNK, max_size=2),
)
def test_any_junk_in_a_basis_is_taken_or_refused(changes: dict[str, object], more: dict[str, object]) -> None:
    try:
        recompute(put(BASIS, changes, gone=GONE) | more)
    except (BasisError, MissingRateError) as error:
        assert_ours(str(error))


@given(basis=JUNK)
def test_any_junk_as_a_basis_is_refused(basis: object) -> None:
    with pytest.raises(BasisError) as caught:
        recompute(basis)
    assert_ours(str(caught.value))
