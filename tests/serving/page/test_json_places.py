"""Positions agree with the parser: what stands at a pointer's place parses to what the pointer leads to."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.shell.service.page.json_places import Lines, Mark, find_nearest, locate, mark

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
DOCUMENTS = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=24
)
LAYOUTS = st.sampled_from([{"indent": 2}, {"indent": "\t"}, {"separators": (",", ":")}, {"separators": (" , ", " : ")}])


def _walk(value: object, pointer: str = "") -> Iterator[tuple[str, object]]:
    yield pointer, value
    items: list[tuple[object, object]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    for key, inner in items:
        yield from _walk(inner, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")


@given(document=DOCUMENTS, layout=LAYOUTS, escape=st.booleans())
def test_what_stands_at_a_place_is_what_its_pointer_leads_to(
    document: object, layout: dict[str, str], *, escape: bool
) -> None:
    text = json.dumps(document, ensure_ascii=escape, **layout)  # type: ignore[arg-type]
    places = locate(text)
    values = dict(_walk(document))
    assert places.keys() == values.keys()
    for pointer, slot in places.items():
        assert json.loads(text[slot.start : slot.end]) == values[pointer]
        assert slot.begin == slot.start or json.loads(f"{{{text[slot.begin : slot.end]}}}")


TEXT = '{\n  "a": {"b": [1,\n    "x"]},\n  "é/~": null\n}'


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        pytest.param("/a/b/1", Mark(3, 4, 7), id="a-value-of-an-array"),
        pytest.param("/a/b", Mark(2, 8, 16), id="as-far-as-its-line-goes"),
        pytest.param("/é~1~0", Mark(4, 2, 13), id="key-and-value"),
        pytest.param("/a/c", Mark(2, 7, 8), id="missing-in-an-object"),
        pytest.param("/z/y/x", Mark(1, 0, 1), id="missing-altogether"),
        pytest.param("", Mark(1, 0, 1), id="the-whole"),
    ],
)
def test_what_is_marked(pointer: str, expected: Mark) -> None:
    assert mark(Lines(TEXT), locate(TEXT), pointer) == expected


def test_the_nearest_value_of_one_that_is_missing() -> None:
    assert find_nearest(locate(TEXT), "/a/b/7/c")[0] == "/a/b"
