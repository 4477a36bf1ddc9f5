"""Facts beside a payload: strict numbers, strict names, and where they are looked up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import ValidationError

from wan_rules import HOSTS, MediaFacts, UnusableInputError, check, parse_facts, read
from wan_rules.decimals import spell_out
from wan_rules.samples import SAMPLE_FACTS, SAMPLES

URL = "https://media.example.com/a.mp4"


@pytest.mark.parametrize("text", ["0", "7.2", "30", "0.000001", "12.345678"])
def test_a_duration_is_read_exactly(text: str) -> None:
    assert parse_facts({URL: {"duration_s": text}})[URL].duration_s == Decimal(text)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(7.2, id="float"),
        pytest.param(7, id="integer"),
        pytest.param(True, id="true"),
        pytest.param("1_000", id="separator"),
        pytest.param("1e1", id="exponent"),
        pytest.param("+1", id="sign"),
        pytest.param("-1", id="negative"),
        pytest.param("٣", id="foreign-digit"),
        pytest.param(" 1 ", id="blanks"),
        pytest.param("1\n", id="newline"),
        pytest.param("01", id="leading-zero"),
        pytest.param("1.", id="bare-point"),
        pytest.param(".5", id="no-whole-part"),
        pytest.param("1.0000001", id="seven-decimals"),
        pytest.param("NaN", id="nan"),
        pytest.param("Infinity", id="infinity"),
        pytest.param("", id="empty"),
    ],
)
def test_a_duration_of_another_spelling_is_refused(value: object) -> None:
    with pytest.raises(UnusableInputError, match="duration_s"):
        parse_facts({URL: {"duration_s": value}})


@pytest.mark.parametrize("text", ["1e-999999999999", "1e999999999999", "0e-300000000", "0e300000000", "NaN", "-1"])
def test_an_exponent_is_not_spelt_out_beyond_reason(text: str) -> None:
    """A few letters of it stand for more digits than there is memory."""
    with pytest.raises(ValidationError, match="at most six decimals"):
        MediaFacts(duration_s=Decimal(text))


@pytest.mark.parametrize("text", ["7.2", "1e1", "0"])
def test_a_number_that_is_one_already_is_taken(text: str) -> None:
    assert MediaFacts(duration_s=Decimal(text)).duration_s == Decimal(text)


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param([], id="an-array"),
        pytest.param({URL: 5}, id="a-number"),
        pytest.param({URL: {"lenght": "5"}}, id="unknown-fact"),
        pytest.param({URL: {"bytes": "5"}}, id="bytes-as-text"),
        pytest.param({URL: {"bytes": True}}, id="bytes-true"),
        pytest.param({URL: {"width_px": 0}}, id="no-width"),
        pytest.param({URL: {"kind": "audio"}}, id="unknown-kind"),
        pytest.param({URL: {"has_alpha": 0}}, id="alpha-zero"),
        pytest.param({URL: {"subjects": -1}}, id="less-than-nobody"),
    ],
)
def test_facts_of_another_shape_are_refused(facts: object) -> None:
    with pytest.raises(UnusableInputError, match="facts"):
        parse_facts(facts)


def test_facts_are_found_by_url_or_pointer() -> None:
    """By the URL, by the pointer to it, or by the pointer to the item that holds it."""
    payload, host = SAMPLES["alibaba"], HOSTS["alibaba"]
    media = "https://media.example.com/"
    by_url = SAMPLE_FACTS
    by_pointer = {
        "/input/media/0/url": by_url[f"{media}girl.jpg"],
        "/input/media/0/reference_voice": by_url[f"{media}girl-voice.mp3"],
        "/input/media/1": by_url[f"{media}dancer.mp4"],
        "/input/media/2/url": by_url[f"{media}dog.mp4"],
    }
    for facts in (by_url, by_pointer):
        assert check(read(payload, host, parse_facts(facts))).verdict == "accepted"
    del by_pointer["/input/media/1"]
    report = check(read(payload, host, parse_facts(by_pointer)))
    assert [unverified.at for unverified in report.unverified] == ["/input/media/1/url"]


def test_a_duration_may_be_a_decimal_in_python() -> None:
    assert MediaFacts(duration_s=Decimal("7.2")).duration_s == Decimal("7.2")
    assert MediaFacts(duration_s=Decimal("7.2")).unknown == frozenset(
        {"kind", "format", "bytes", "width_px", "height_px", "has_alpha", "subjects"}
    )
    with pytest.raises(ValidationError, match="at most six decimals"):
        MediaFacts(duration_s=Decimal("0.0000001"))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            {"duration_s": "4", "duration_min_s": "1"},
            "duration_s is known: leave duration_min_s and duration_max_s out",
        ),
        ({"duration_min_s": "5", "duration_max_s": "1"}, "duration_min_s 5 is more than duration_max_s 1: swap them"),
        ({"duration_max_s": "1e3"}, "duration_max_s: a duration is written as a string"),
    ],
)
def test_ends_of_a_length_are_ends(facts: dict[str, object], said: str) -> None:
    with pytest.raises(UnusableInputError) as caught:
        parse_facts({"https://media.example.com/a.mp4": facts})
    assert said in str(caught.value)


@pytest.mark.parametrize(("text", "digits"), [("1e-100", 101), ("1e100", 101), ("1e-101", None), ("1e101", None)])
def test_a_number_of_up_to_a_hundred_places_is_spelt_out(text: str, digits: int | None) -> None:
    spelt = spell_out(Decimal(text))
    assert (spelt and len(spelt.replace(".", ""))) == digits


def test_five_faults_are_all_of_five() -> None:
    with pytest.raises(UnusableInputError) as caught:
        parse_facts({f"u{number}": 1 for number in range(5)})
    assert str(caught.value).count("an object of keys and values is wanted") == 5
    assert "more" not in str(caught.value)
