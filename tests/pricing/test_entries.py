"""Entries of a card: what each kind takes, what is refused and in which words, and which of two counts."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest

from pricing import CardError, parse_card
from pricing.entries import entry_id, entry_key, names_price, to_tariff
from pricing.formulas import Band
from pricing.keys import ANY, WITH_CLIPS, EntryKey, name_key, spell_counter, spell_key
from pricing.schemes import Ladder, Package, Tariff

OUTPUT: Final = "output_video_seconds"
HEAD: Final = """\
schema_version = "1"
[card]
id = "made-up"
title = "A made-up card"
host = "fal"
currency = "USD"
zone = "UTC"
source = "made up"
checked = 2026-01-01
confidence = "fictional"
"""
CLIPS: Final = '[[reference_video]]\nfrom = 2026-01-01\nbilled = "no"\n'
FIRST_LINE: Final = len(HEAD.splitlines()) + 1
"""Of the first entry."""
FLAT: Final = 'model = "flat"\nprice = "1"'


def entry(*lines: str) -> str:
    meter = "" if any("model = " in line and ("flat" in line or "minimum" in line) for line in lines) else OUTPUT
    said = f'meter = "{meter}"\n' if meter else ""
    return f"[[entry]]\nfrom = 2026-01-01\n{said}" + "\n".join(lines) + "\n"


def bands(model: str, *steps: str, by: str = "units") -> str:
    return entry(f'model = "{model}"', f'by = "{by}"', f"bands = [{', '.join(steps)}]")


def refused(*entries: str, head: str = HEAD, after: str = CLIPS) -> tuple[str, int | None, str]:
    with pytest.raises(CardError) as caught:
        parse_card(head + "".join(entries) + after, file="card.toml")
    return caught.value.reason, caught.value.line, caught.value.key


TO_1000: Final = '{ up_to = "1000", price = "0.10" }'
ENDLESS: Final = "bands: the last band, and no other, has no up_to, so that every unit has a price"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(bands("graduated", TO_1000), ENDLESS, id="no-band-without-end"),
        pytest.param(bands("volume", '{ price = "1" }', TO_1000), ENDLESS, id="an-endless-band-before"),
        pytest.param(
            bands("graduated", TO_1000, '{ up_to = "500", price = "0.08" }', '{ price = "0.05" }'),
            "bands: up_to rises from one band to the next",
            id="falling-up-to",
        ),
        pytest.param(
            bands("graduated", TO_1000, TO_1000, '{ price = "0.05" }'),
            "bands: up_to rises from one band to the next",
            id="the-same-up-to",
        ),
        pytest.param(
            bands("graduated", '{ up_to = "1000", price = "0.3" }', '{ price = "0.1" }', by="spend"),
            "bands: 0.1 is no part of 0.3 with 6 decimals at most, so that what goes beyond the band has no "
            'exact price: choose prices whose ratio ends, by = "units", or model = "volume"',
            id="money-that-can-not-be-parted",
        ),
        pytest.param(
            bands("graduated", '{ up_to = "1000", free = true }', '{ price = "0.1" }', by="spend"),
            'bands: money is spent on what has a price: count free units by = "units"',
            id="money-for-what-is-free",
        ),
        pytest.param(
            bands("graduated", TO_1000, '{ price = "0.05", free = true }'),
            "a band has a price, or says free = true",
            id="a-band-both-free-and-priced",
        ),
        pytest.param(
            bands("graduated", TO_1000, "{ }"), "a band has a price, or says free = true", id="a-band-without-price"
        ),
        pytest.param(entry('price = "0"'), "a price of zero is written free = true", id="a-price-of-zero"),
        pytest.param(
            entry('price = "1"', "free = true"), "it is free or has a price, not both", id="both-free-and-priced"
        ),
    ],
)
def test_an_entry_that_means_nothing_is_refused(text: str, reason: str) -> None:
    seen, line, key = refused(text)
    assert seen == reason
    assert line is not None
    assert line >= FIRST_LINE
    assert key.startswith("entry.0")


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        pytest.param(entry('model = "package"', 'price = "1"'), "entry.0.size", "missing", id="a-package-without-size"),
        pytest.param(
            entry('model = "package"', 'price = "1"', 'size = "0"'),
            "entry.0.size",
            "0 leaves nothing: leave the key out, or write more",
            id="a-package-of-nothing",
        ),
        pytest.param(
            entry('model = "package"', 'price = "1"', 'size = "0.0000001"'),
            "entry.0.size",
            "0.0000001 has more than 6 decimals: quantities have microseconds at most",
            id="a-package-below-a-microsecond",
        ),
        pytest.param(
            entry('model = "plugin"', 'plugin = "stepped"', 'price = "1"'),
            "entry.0.plugin",
            "no charge model is called 'stepped': no plugin adds one",
            id="a-plugin-that-is-not-there",
        ),
        pytest.param(
            entry("price = 0.1"),
            "entry.0.price",
            'write the number as a string, "0.1": a bare one can lose digits',
            id="a-bare-number",
        ),
    ],
)
def test_a_key_of_an_entry_is_told_by_its_name(text: str, key: str, words: str) -> None:
    reason, line, where = refused(text)
    assert (where, words in reason) == (key, True), reason
    assert line is not None


def test_bands_need_a_zone() -> None:
    """A month begins at another instant in each zone."""
    reason, line, key = refused(bands("graduated", TO_1000, '{ price = "1" }'), head=HEAD.replace('zone = "UTC"\n', ""))
    assert reason == 'bands are counted by calendar months: say whose, as zone = "UTC" or "Asia/Shanghai" in [card]'
    assert (line, key) == (FIRST_LINE - 1, "entry.0")


@pytest.mark.parametrize(
    ("zone", "reason"),
    [
        pytest.param(
            "Asia/Shangai",
            "'Asia/Shangai' is no time zone of the IANA database: did you mean 'Asia/Shanghai'?",
            id="near",
        ),
        pytest.param(
            "+08:00",
            "'+08:00' is no time zone of the IANA database: write it as in Asia/Shanghai, or UTC",
            id="an-offset",
        ),
    ],
)
def test_a_zone_is_one_of_iana(zone: str, reason: str) -> None:
    assert refused(head=HEAD.replace("UTC", zone)) == (reason, 7, "card.zone")


@pytest.mark.parametrize(
    ("currency", "after", "reason", "line"),
    [
        pytest.param(
            "credits",
            "",
            "no [[credit]] says what 'credits' is worth: add one, or write a currency such as USD",
            6,
            id="credits-without-worth",
        ),
        pytest.param(
            "USD",
            '[[credit]]\nfrom = 2026-01-01\nvalue = "0.01"\ncurrency = "EUR"\n',
            "the card is in USD: credits are worth something on a card in credits",
            FIRST_LINE + 3,
            id="a-worth-of-money",
        ),
        pytest.param(
            "usd",
            "",
            "'usd' is no currency of ISO 4217: write its three capital letters, like USD",
            6,
            id="a-currency-in-small-letters",
        ),
    ],
)
def test_a_currency_or_credits_that_are_worth_something(currency: str, after: str, reason: str, line: int) -> None:
    seen = refused(head=HEAD.replace('"USD"', f'"{currency}"'), after=CLIPS + after)
    assert seen[:2] == (reason, line)


def test_two_worths_of_a_credit_begin_at_different_instants() -> None:
    worth = '[[credit]]\nfrom = 2026-01-01\nvalue = "0.01"\ncurrency = "EUR"\n'
    reason, _, key = refused(head=HEAD.replace('"USD"', '"credits"'), after=CLIPS + worth + worth)
    assert (reason, key) == (
        "two for the credit begin at 2026-01-01T00:00:00+00:00: which one counts?",
        "credit.1",
    )


TALL: Final = entry('price = "1"', 'ratio = "9:16"')
LARGE: Final = entry('price = "2"', 'resolution = "1080P"')
BOTH: Final = entry('price = "3"', 'resolution = "1080P"', 'ratio = "9:16"')


def test_two_entries_that_name_as_much_as_each_other_need_a_third() -> None:
    reason, _, key = refused(TALL, LARGE)
    assert reason == (
        "a request for output_video_seconds at 1080P, 9:16 fits this entry and that for output_video_seconds at 9:16: "
        "add one for it, from 2026-01-01T00:00:00+00:00 or before"
    )
    assert key == "entry.1"
    card = parse_card(HEAD + TALL + LARGE + BOTH + CLIPS)
    assert [entry_key(one).names for one in card.entry] == [1, 1, 2]


def test_two_entries_that_no_request_fits_both_of_are_no_rivals() -> None:
    wide = TALL.replace("9:16", "16:9")
    assert len(parse_card(HEAD + TALL + wide + CLIPS).entry) == 2


def test_keys_meet_where_a_request_fits_both() -> None:
    tall, large = EntryKey(OUTPUT, ratio="9:16"), EntryKey(OUTPUT, "1080P")
    assert tall.meet(large) == EntryKey(OUTPUT, "1080P", "9:16")
    assert tall.meet(EntryKey(OUTPUT, ratio="1:1")) is None
    assert tall.meet(EntryKey("requests")) is None
    assert EntryKey(OUTPUT).covers(tall)
    assert not tall.covers(EntryKey(OUTPUT))
    assert not EntryKey("requests").covers(tall)


@pytest.mark.parametrize(
    ("key", "name", "spelled", "counter"),
    [
        pytest.param(EntryKey(OUTPUT), OUTPUT, f"{OUTPUT}/any", OUTPUT, id="any"),
        pytest.param(EntryKey(OUTPUT, "720P"), f"{OUTPUT} at 720P", f"{OUTPUT}/720P", f"{OUTPUT}/720P", id="tier"),
        pytest.param(
            EntryKey(OUTPUT, ANY, "9:16", WITH_CLIPS),
            f"{OUTPUT} at 9:16, with clips",
            f"{OUTPUT}/any/9:16/with-clips",
            f"{OUTPUT}/9:16/with-clips",
            id="all-but-the-tier",
        ),
    ],
)
def test_a_key_is_read_spelled_and_counted(key: EntryKey, name: str, spelled: str, counter: str) -> None:
    assert (name_key(key), spell_key(key), spell_counter(key)) == (name, spelled, counter)


def test_an_entry_is_named_by_its_first_instant() -> None:
    card = parse_card(HEAD + entry('price = "1"').replace("2026-01-01", "2026-01-01T08:30:00+08:00") + CLIPS)
    assert entry_id("made-up", card.entry[0]) == "made-up:output_video_seconds/any@2026-01-01T00:30:00Z"


@pytest.mark.parametrize(
    ("text", "tariff"),
    [
        pytest.param(entry('price = "0.1"'), Tariff(Decimal("0.1")), id="per-unit"),
        pytest.param(entry("free = true"), Tariff(Decimal(0)), id="free"),
        pytest.param(entry(), None, id="ended"),
        pytest.param(entry(FLAT), Tariff(Decimal(1)), id="flat"),
        pytest.param(
            entry('model = "package"', 'size = "5"', 'price = "1"'),
            Tariff(Decimal(1), Package(Decimal(5))),
            id="package",
        ),
        pytest.param(
            bands("volume", TO_1000, "{ free = true }"),
            Tariff(
                Decimal("0.10"),
                Ladder("volume", "units", OUTPUT, (Band(Decimal(1000), Decimal("0.10")), Band(None, Decimal(0)))),
            ),
            id="volume",
        ),
        pytest.param(
            bands("graduated", TO_1000, '{ price = "0.05" }', by="spend"),
            Tariff(
                Decimal("0.10"),
                Ladder(
                    "graduated", "spend", "spend", (Band(Decimal(1000), Decimal("0.10")), Band(None, Decimal("0.05")))
                ),
            ),
            id="graduated-by-spend",
        ),
        pytest.param(entry('model = "graduated"'), None, id="a-ladder-ended"),
    ],
)
def test_what_an_entry_asks(text: str, tariff: Tariff | None) -> None:
    (only,) = parse_card(HEAD + text + CLIPS).entry
    assert only.model != "minimum"
    assert to_tariff(only) == tariff
    assert names_price(only) is (tariff is not None)


def test_a_minimum_prices_nothing() -> None:
    (only,) = parse_card(HEAD + entry('model = "minimum"', 'amount = "1"') + CLIPS).entry
    assert not names_price(only)
    assert entry_key(only) == EntryKey("minimum")


def test_a_zone_is_a_name() -> None:
    reason, _, key = refused(head=HEAD.replace('zone = "UTC"', "zone = 5"))
    assert key == "card.zone"
    assert "not 5" in reason
