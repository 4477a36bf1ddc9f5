"""Tests inside a catalogue: what can be read, what is refused and where, and that no price depends on them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pricing import CardError, parse_catalogue
from pricing.catalogue import OwnedFile
from pricing.catalogue_tests import PlacedTest, parse_tests
from tests.terms import HEAD, card_toml, terms_of
from tests.trying import WHO, catalogue_with, written_test

TOTAL = 'total = "1"'


def read_tests(text: str, *, written: bool = True) -> tuple[PlacedTest, ...]:
    return parse_tests([OwnedFile("tests.toml", f'schema_version = "1"\n{text}', own=True)], written=written)


def test_a_test_in_full() -> None:
    (found,) = read_tests(
        written_test(
            'resolution = "720P", ratio = "1:1", duration_s = 3, images = 1, clips_s = ["2.5"], clips = 1',
            'kind = "bounded", currency = "USD", total = "2", total_min = "1", '
            'lines = [{ meter = "requests", amount = "0.5" }], adjustments = [{ kind = "rounding", amount = "-0.01" }]',
        )
    )
    test = found.test
    assert (test.name, test.account, test.host, str(test.at)) == ("one", "acme", "atlas", "2026-02-01 00:00:00+00:00")
    assert test.request.clips_s == (Decimal("2.5"),)
    assert test.expect.adjustments is not None
    assert [one.amount for one in test.expect.adjustments] == [Decimal("-0.01")]
    assert str(found.place()) == "tests.toml:2"
    assert str(found.place("expect", "total")) == "tests.toml:9"
    assert found.place("expect", "lines", 0).key == "test.0.expect.lines.0"


@pytest.mark.parametrize(
    ("text", "line", "key", "reason"),
    [
        pytest.param(written_test("images = 1", None), 2, "test.0.expect", "it expects nothing", id="nothing-expected"),
        pytest.param(written_test("images = 1", ""), 9, "test.0.expect", "it expects nothing", id="nothing-named"),
        pytest.param(
            written_test("images = 1", 'total = "1", error = "no_rate"'),
            9,
            "test.0.expect",
            "an error is expected or a quote, not both",
            id="error-and-total",
        ),
        pytest.param(
            written_test("images = 1", 'error = "norate"'), 9, "test.0.expect.error", "'no_rate'", id="misspelt-error"
        ),
        pytest.param(written_test("image = 1", TOTAL), 8, "test.0.request.image", "'images'", id="misspelt-key"),
        pytest.param(
            written_test("images = 65", TOTAL), 8, "test.0.request.images", "64 or less is wanted", id="too-many"
        ),
        pytest.param(written_test("images = 1", "total = 0.5"), 9, "test.0.expect.total", "as a string", id="a-float"),
        pytest.param(written_test("images = 1", 'total = "-1"'), 9, "test.0.expect.total", "'-1' is no", id="negative"),
        pytest.param(
            written_test("images = 1", 'adjustments = [{ amount = "--1" }]'),
            9,
            "test.0.expect.adjustments.0.amount",
            "'-1' is no amount",
            id="twice-negative",
        ),
        pytest.param(
            written_test("images = 1", "adjustments = [{ amount = -1 }]"),
            9,
            "test.0.expect.adjustments.0.amount",
            "as a string",
            id="a-bare-number",
        ),
        pytest.param(
            written_test('clips_s = ["8.1234567"]', TOTAL), 8, "test.0.request.clips_s.0", "six decimals", id="too-fine"
        ),
        pytest.param(
            written_test("images = 1", TOTAL, who=WHO.replace("atlas", "atlsa")),
            6,
            "test.0.host",
            "did you mean 'atlas'?",
            id="misspelt-host",
        ),
        pytest.param(
            written_test("images = 1", TOTAL) + written_test("images = 2", TOTAL),
            11,
            "test.1.name",
            "'one' is taken by tests.toml:2",
            id="same-name",
        ),
        pytest.param("[[test]]\nname = 1\n", 3, "test.0.name", "a string", id="not-a-name"),
        pytest.param("test = []\n", 2, "test", "put 1 or more into it", id="none"),
    ],
)
def test_what_is_refused_is_told_where_it_stands(text: str, line: int, key: str, reason: str) -> None:
    with pytest.raises(CardError) as told:
        read_tests(text)
    assert (told.value.file, told.value.line, told.value.key) == ("tests.toml", line, key)
    assert reason in told.value.reason


def test_nothing_has_to_be_expected_where_it_is_about_to_be_written() -> None:
    (found,) = read_tests(written_test("images = 1", None), written=False)
    assert not found.test.expect.model_fields_set


def test_tests_are_no_part_of_the_digest() -> None:
    one, other = catalogue_with(written_test("images = 1", TOTAL)), catalogue_with(written_test("clips = 1", TOTAL))
    plain = parse_catalogue({"catalogue.toml": HEAD, "card.toml": one.files["made-up"].text})
    assert one.digest == other.digest == plain.digest
    assert (len(one.tests), plain.tests) == (1, ())


def test_a_test_that_cannot_be_read_stops_no_quote() -> None:
    catalogue = catalogue_with("[[test]]\nname = 1\n")
    with pytest.raises(CardError):
        parse_tests(catalogue.tests)


def test_the_tests_of_an_included_catalogue_are_not_ours() -> None:
    text = f'schema_version = "1"\n{written_test("images = 1", TOTAL)}'
    card = card_toml(terms_of({"720P": "0.1"}))
    assert parse_catalogue({"c.toml": HEAD, "card.toml": card}, included={"tests.toml": text}).tests == ()


@pytest.mark.parametrize("table", ["card", "agreement", "catalogue"])
def test_tests_stand_in_files_of_their_own(table: str) -> None:
    files = {"catalogue.toml": HEAD, "card.toml": card_toml(terms_of({"720P": "0.1"}))}
    mixed = f'schema_version = "1"\n[{table}]\n{written_test("images = 1", TOTAL)}'
    with pytest.raises(CardError, match=r"mixed\.toml"):
        parse_catalogue({**files, "mixed.toml": mixed})


def test_a_file_of_tests_that_is_no_toml_is_told_by_its_name() -> None:
    with pytest.raises(CardError) as caught:
        read_tests("[[test]\n")
    assert (caught.value.file, caught.value.line) == ("tests.toml", 2)


def test_a_total_of_thirty_decimals_can_be_expected() -> None:
    """What is beyond a commitment can cost a share of fourteen decimals more."""
    text = "1.064981693306166116790984593664"
    (found,) = read_tests(written_test("images = 1", f'total = "{text}"'))
    assert found.test.expect.total == Decimal(text)
