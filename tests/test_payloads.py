"""Bytes to plain values: what is refused, where it is said to be, and how much is read."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

import pytest

from wan_rules.payloads import UnusableInputError, name_type, parse, parse_exact, parse_object

READERS: Final = (parse, parse_exact, parse_object)


def refused(data: bytes, reader: Callable[..., object] = parse, **limits: int) -> str:
    with pytest.raises(UnusableInputError) as caught:
        reader(data, what="facts", **limits)
    assert caught.value.what == "facts"
    return caught.value.reason


@pytest.mark.parametrize("reader", READERS)
def test_as_many_bytes_are_read_as_are_allowed(reader: Callable[..., object]) -> None:
    assert reader(b'{"a":1}', max_bytes=7) == {"a": 1}
    assert refused(b'{"a":12}', reader, max_bytes=7) == "8 bytes: at most 7 are read"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(rb'{"k":1,"k":2}', id="plain"),
        pytest.param(rb'{"k":1,"k":"\u0022\u0022"}', id="as-many-quotation-marks"),
        pytest.param(rb'{"k":1,"\u006b":2}', id="as-an-escape"),
        pytest.param(rb'[{"a":"\\"},{"k":1,"k":"\\"}]', id="beside-backslashes"),
    ],
)
def test_a_key_twice_is_refused(data: bytes) -> None:
    assert refused(data).startswith("the key 'k' stands twice in one object")


@pytest.mark.parametrize(
    "data", [rb'{"k":"\u0022\u0022"}', rb'{"k":"\\"}', rb'{"k":"\""}', rb'[{"k":1},{"k":2}]', b"7", b'"k"']
)
def test_keys_that_differ_are_not(data: bytes) -> None:
    assert parse(data) == parse_exact(data)


def test_numbers_with_a_point_keep_their_digits() -> None:
    assert parse_exact(b'{"a":0.10,"b":1}') == {"a": Decimal("0.10"), "b": 1}
    assert refused(b"1e9999999999999999999", parse_exact) == (
        "a number has an exponent that none can hold: write its digits out"
    )


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "null"),
        (True, "true or false"),
        (1, "a number"),
        (1.5, "a number"),
        ("1", "a string"),
        ([1], "an array"),
        ((1,), "an array"),
        ({"a": 1}, "an object"),
    ],
)
def test_the_name_of_a_type(value: object, name: str) -> None:
    assert name_type(value) == name


@pytest.mark.parametrize(
    ("data", "place"),
    [
        pytest.param(b'{"a":}', "column 6: ", id="one-line"),
        pytest.param(b'{"a":}\n', "column 6: ", id="one-line-and-its-end"),
        pytest.param(b'\n{"a":}', "line 2, column 6: ", id="second-line"),
        pytest.param(b'{\n"a":1,\n"b":}', "line 3, column 5: ", id="third-line"),
        pytest.param('{"ä":\n["ö",}'.encode(), "line 2, column 6: ", id="characters-and-no-bytes"),
        pytest.param(rb'{"a":"\ud800","b":"\ud800"}', "column 7: ", id="the-first-of-two-halves"),
        pytest.param(rb'["\ud801\ud802"]', "column 9: ", id="the-second-of-two-together"),
        pytest.param(rb'["\ud800', "column 8: ", id="an-end-too-early"),
    ],
)
def test_where_it_is_wrong(data: bytes, place: str) -> None:
    assert refused(data).removeprefix("not JSON: ").startswith(place)
