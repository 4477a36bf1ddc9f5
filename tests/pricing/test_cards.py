"""Cards and agreements: strict numbers and dates, nothing unknown, nothing twice, and errors that name the line."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

import pytest

from pricing import CardError, parse_card, parse_catalogue
from pricing.errors import UnknownCardError
from pricing.fields import MAX_CARD_BYTES
from tests.terms import HEAD, agreement_toml

CARD: Final = """\
schema_version = "1"

[card]
id = "made-up"
title = "A made-up card"
host = "fal"
currency = "USD"
source = "https://example.com/prices"
checked = 2026-01-01
confidence = "fictional"

[[entry]]
from = 2026-01-01
meter = "output_video_seconds"
resolution = "720P"
price = "0.10"

[[entry]]
from = 2026-01-01
model = "flat"
price = "0.02"

[[entry]]
from = 2026-01-01
model = "minimum"
amount = "0.30"

[[reference_video]]
from = 2026-01-01
billed = "yes"
cap_total_s = "5"

[[rounding]]
from = 2026-01-01
quantum = "0.01"
mode = "half-up"
place = "line"
"""
"""Line 16 is the price of the first entry, 21 that of the second, 26 the amount of the minimum."""


def changed(old: str, new: str) -> str:
    assert CARD.count(old) == 1, old
    return CARD.replace(old, new)


def refused(text: str) -> CardError:
    with pytest.raises(CardError) as caught:
        parse_card(text, file="cards/made-up.toml")
    error = caught.value
    assert error.file == "cards/made-up.toml"
    assert str(error).startswith(f"cards/made-up.toml:{error.line}: " if error.line else "cards/made-up.toml: ")
    return error


NUMBERS: Final = {
    "separator": '"1_000"',
    "exponent": '"1e3"',
    "capital-exponent": '"1E-3"',
    "sign": '"+1"',
    "negative": '"-0.10"',
    "foreign-digit": '"٣"',
    "full-width-digit": '"\uff11"',
    "blanks": '" 1 "',
    "newline": '"1\\n"',
    "empty": '""',
    "leading-zero": '"01"',
    "bare-point": '"1."',
    "no-whole-part": '".5"',
    "comma": '"0,10"',
    "currency": '"$0.10"',
    "13-decimals": '"0.1234567890123"',
    "13-digits": '"1234567890123"',
    "not-a-number": '"NaN"',
    "infinite": '"Infinity"',
    "float": "0.1",
    "integer": "1",
    "true": "true",
    "array": '["0.1"]',
}
PLACES: Final = {
    "price": ('price = "0.10"', "price", 16, "entry.0.price"),
    "flat-price": ('price = "0.02"', "price", 21, "entry.1.price"),
    "minimum": ('amount = "0.30"', "amount", 26, "entry.2.amount"),
    "cap": ('cap_total_s = "5"', "cap_total_s", 31, "reference_video.0.cap_total_s"),
    "quantum": ('quantum = "0.01"', "quantum", 35, "rounding.0.quantum"),
}


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
@pytest.mark.parametrize(("old", "key", "line", "path"), PLACES.values(), ids=PLACES)
def test_a_number_of_another_spelling_is_refused_at_its_line(
    number: str, old: str, key: str, line: int, path: str
) -> None:
    error = refused(changed(old, f"{key} = {number}"))
    assert (error.line, error.key) == (line, path)


@pytest.mark.parametrize("text", ["0.1", "0.10", "1", "999999999999.999999999999", "0.000000000001"])
def test_a_number_is_read_exactly(text: str) -> None:
    entry = parse_card(changed('price = "0.10"', f'price = "{text}"')).entry[0]
    assert entry.model_dump()["price"] == Decimal(text)


INSTANTS: Final = {
    "no-zone": "2026-01-01T00:00:00",
    "time-only": "07:32:00",
    "text": '"2026-01-01"',
    "number": "20260101",
    "array": "[2026-01-01]",
}


@pytest.mark.parametrize("value", INSTANTS.values(), ids=INSTANTS)
@pytest.mark.parametrize(
    ("table", "line"),
    [("entry", 19), ("reference_video", 29), ("rounding", 34)],
    ids=["entry", "reference_video", "rounding"],
)
def test_an_instant_without_a_zone_is_refused(value: str, table: str, line: int) -> None:
    lines = CARD.splitlines()
    assert lines[line - 1] == "from = 2026-01-01"
    lines[line - 1] = f"from = {value}"
    error = refused("\n".join(lines))
    assert (error.line, error.key) == (line, f"{table}.{1 if table == 'entry' else 0}.from")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        pytest.param("2026-01-02", datetime(2026, 1, 2, tzinfo=UTC), id="bare-date"),
        pytest.param("2026-01-02T08:00:00+08:00", datetime(2026, 1, 2, tzinfo=UTC), id="other-zone"),
        pytest.param("2026-01-02 00:00:00Z", datetime(2026, 1, 2, tzinfo=UTC), id="utc"),
    ],
)
def test_an_instant_is_kept_in_utc(text: str, instant: datetime) -> None:
    card = parse_card(CARD.replace("from = 2026-01-01", f"from = {text}"))
    assert {part.from_ for part in (*card.entry, *card.reference_video, *card.rounding)} == {instant}


@pytest.mark.parametrize(
    ("after", "line", "key"),
    [
        pytest.param('currency = "USD"', 8, "card.prize", id="card"),
        pytest.param('price = "0.10"', 17, "entry.0.prize", id="per-unit-entry"),
        pytest.param('price = "0.02"', 22, "entry.1.prize", id="flat-entry"),
        pytest.param('amount = "0.30"', 27, "entry.2.prize", id="minimum-entry"),
        pytest.param('cap_total_s = "5"', 32, "reference_video.0.prize", id="reference-video"),
        pytest.param('mode = "half-up"', 37, "rounding.0.prize", id="rounding"),
        pytest.param('schema_version = "1"', 2, "prize", id="top"),
    ],
)
def test_an_unknown_key_is_refused_at_its_line(after: str, line: int, key: str) -> None:
    error = refused(changed(after, f'{after}\nprize = "0.1"'))
    assert (error.line, error.key) == (line, key)
    assert str(error).startswith(f"cards/made-up.toml:{line}: {key}: ")


AGREED: Final = {
    "override": 'kind = "override"\nmeter = "requests"\nprice = "0.1"',
    "discount": 'kind = "discount"\npercent = "10"',
    "surcharge": 'kind = "surcharge"\npercent = "10"',
    "minimum": 'kind = "minimum"\namount = "1"',
}


@pytest.mark.parametrize("term", AGREED.values(), ids=AGREED)
def test_an_unknown_key_of_an_agreement_is_refused_at_its_line(term: str) -> None:
    agreement = f'{agreement_toml([], host="fal")}\n[[term]]\n{term}\nprize = "0.1"\n'
    line = agreement.splitlines().index('prize = "0.1"') + 1
    with pytest.raises(CardError) as caught:
        parse_catalogue({"catalogue.toml": HEAD, "card.toml": CARD, "acme.toml": agreement})
    assert (caught.value.file, caught.value.line, caught.value.key) == ("acme.toml", line, "term.0.prize")


@pytest.mark.parametrize(
    ("row", "key"),
    [
        pytest.param({"kind": "discount", "percent": "100.01"}, "percent", id="discount-over-100"),
        pytest.param({"kind": "override", "meter": "requests", "price": "0"}, "free = true", id="override-of-zero"),
        pytest.param({"kind": "override", "meter": "requests"}, "free = true", id="override-without-price"),
        pytest.param({"kind": "override", "meter": "minutes", "price": "1"}, "term.0.meter: ", id="unknown-meter"),
        pytest.param({"kind": "refund", "percent": "1"}, "'unfinished', not 'refund'", id="unknown-kind"),
    ],
)
def test_a_term_that_means_nothing_is_refused(row: dict[str, str], key: str) -> None:
    files = {"catalogue.toml": HEAD, "card.toml": CARD, "acme.toml": agreement_toml([row], host="fal")}
    with pytest.raises(CardError, match=key) as caught:
        parse_catalogue(files)
    assert caught.value.file == "acme.toml"
    assert caught.value.line is not None


def test_an_agreement_ends_after_it_begins() -> None:
    files = {"catalogue.toml": HEAD, "card.toml": CARD, "acme.toml": agreement_toml([], host="fal", until="2026-01-01")}
    with pytest.raises(CardError, match="not after"):
        parse_catalogue(files)


ENTRY: Final = '[[entry]]\nfrom = 2026-01-01\nmeter = "output_video_seconds"\nresolution = "720P"\nprice = "1"\n'
TWICE: Final = {
    "entry": ENTRY.replace("2026-01-01", "2026-01-01T00:00:00Z"),
    "flat-entry": '[[entry]]\nfrom = 2026-01-01\nmodel = "flat"\nprice = "0.03"\n',
    "minimum": '[[entry]]\nfrom = 2026-01-01\nmodel = "minimum"\namount = "1"\n',
    "reference-video": '[[reference_video]]\nfrom = 2026-01-01\nbilled = "no"\n',
    "rounding": '[[rounding]]\nfrom = 2026-01-01\nquantum = "1"\nmode = "up"\nplace = "quote"\n',
}


@pytest.mark.parametrize("table", TWICE.values(), ids=TWICE)
def test_two_of_one_date_are_refused(table: str) -> None:
    """Which of them counts would hang on their order in the file."""
    error = refused(f"{CARD}\n{table}")
    assert error.line is not None


FREE: Final = {
    "price-of-zero": changed('price = "0.10"', 'price = "0"'),
    "price-of-zero-with-decimals": changed('price = "0.10"', 'price = "0.00"'),
    "flat-price-of-zero": changed('price = "0.02"', 'price = "0"'),
    "free-and-a-price": changed('price = "0.10"', 'price = "0.10"\nfree = true'),
    "not-free": changed('price = "0.10"', "free = false"),
    "free-as-text": changed('price = "0.10"', 'free = "true"'),
}


@pytest.mark.parametrize("text", FREE.values(), ids=FREE)
def test_free_is_said_in_one_way(text: str) -> None:
    assert "free" in str(refused(text))


def test_free_is_a_price_and_nothing_said_is_none() -> None:
    free, ended = (parse_card(changed('price = "0.10"', line)).entry[0].model_dump() for line in ("free = true", ""))
    assert (free["free"], free["price"]) == (True, None)
    assert (ended["free"], ended["price"]) == (None, None)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        pytest.param('currency = "USD"', 'currency = "USDT"', 7, id="no-currency"),
        pytest.param('currency = "USD"', 'currency = "usd"', 7, id="lower-case-currency"),
        pytest.param('currency = "USD"\n', "", 3, id="currency-missing"),
        pytest.param('id = "made-up"', 'id = "Made up"', 4, id="id-with-blank"),
        pytest.param('resolution = "720P"', 'resolution = "720p"', 15, id="tier-misspelt"),
        pytest.param('quantum = "0.01"', 'quantum = "0.05"', None, id="quantum-of-five"),
        pytest.param('quantum = "0.01"', 'quantum = "0"', None, id="quantum-of-zero"),
        pytest.param('mode = "half-up"', 'mode = "half_up"', 36, id="mode-misspelt"),
        pytest.param('cap_total_s = "5"', 'round_to_s = "0"', None, id="step-of-zero"),
        pytest.param('cap_total_s = "5"', 'cuts_s = ["2.5", "5"]', None, id="cuts-that-grow"),
        pytest.param('billed = "yes"', 'billed = "maybe"', 30, id="billed-maybe"),
        pytest.param("checked = 2026-01-01", 'checked = "today"', 9, id="checked-today"),
        pytest.param('price = "0.10"', 'price = "0.10', 16, id="not-toml"),
        pytest.param('schema_version = "1"', 'schema_version = "2"', 1, id="another-schema"),
    ],
)
def test_what_means_nothing_is_refused(old: str, new: str, line: int | None) -> None:
    error = refused(changed(old, new))
    assert error.line is not None
    if line is not None:
        assert error.line == line


def test_a_card_says_how_clips_are_billed() -> None:
    text, _, _ = CARD.partition("[[reference_video]]")
    assert refused(text).key == "reference_video"


@pytest.mark.parametrize("table", ["entry", "reference_video", "rounding"])
def test_a_part_of_a_card_is_a_table(table: str) -> None:
    head, _, _ = CARD.partition("[[entry]]")
    rule = "" if table == "reference_video" else '\n[[reference_video]]\nfrom = 2026-01-01\nbilled = "no"\n'
    assert refused(f"{table} = [7]\n{head}{rule}").key == f"{table}.0"


def test_a_card_of_any_size_is_not_read() -> None:
    error = refused("#" * (MAX_CARD_BYTES + 1))
    assert (error.line, error.reason) == (None, "16,777,217 characters: at most 16,777,216 are read")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        pytest.param("9" * 5000, "digits", id="number-of-5000-digits"),
        pytest.param("1e99999999999999999999", "an exponent that none can hold", id="exponent-of-20-digits"),
        pytest.param("[" * 3000 + "]" * 3000, "nested", id="arrays-in-arrays"),
    ],
)
def test_what_is_toml_and_too_much_is_refused(value: str, said: str) -> None:
    assert said in refused(f"{CARD}\nmore = {value}").reason


def test_clips_of_a_card_priced_by_stages_take_a_price_that_there_is() -> None:
    text = changed('currency = "USD"', 'currency = "USD"\nsuper_resolution = "stages"')
    error = refused(text)
    assert (error.key, error.line) == ("reference_video.0.priced_as", 29)
    assert error.reason == (
        'a card priced by stages has no price for the delivered tier: priced_as is "render" or "own"'
    )
    for said in ('billed = "no"', 'billed = "yes"\npriced_as = "own"', 'billed = "yes"\npriced_as = "render"'):
        assert parse_card(text.replace('billed = "yes"', said)).card.super_resolution == "stages"


def test_a_card_that_is_not_there_says_which_are() -> None:
    error = UnknownCardError("fall-list", ("fal-list", "atlas-list"))
    assert str(error) == "no card 'fall-list': there are atlas-list, fal-list"


def test_a_card_without_a_word_on_clips_is_refused() -> None:
    """Without a rule it would have no first day, and price nothing on any."""
    clips = CARD[CARD.index("[[reference_video]]") : CARD.index("[[rounding]]")]
    text = changed(clips, "").replace("[card]\n", "reference_video = []\n[card]\n")
    error = refused(text)
    assert (error.line, error.key) == (3, "reference_video")
    assert error.reason == "a card says how reference clips are billed: put one rule or more into it"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param('round_to_s = "0"', "round_to_s: a step of zero rounds to nothing", id="step"),
        pytest.param('cuts_s = ["2.5", "5"]', "cuts_s: more clips are cut shorter, not longer", id="cuts"),
    ],
)
def test_a_rule_for_clips_that_means_nothing_says_why(line: str, reason: str) -> None:
    assert refused(changed('cap_total_s = "5"', line)).reason == reason
