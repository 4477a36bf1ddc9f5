"""A patch on the text does what the same patch does to the value, and a fix that is applied so mends what it says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final, cast

import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.shell.service.page.edits import apply
from pricing.shell.service.page.json_places import locate
from tests.documents import JsonObject, changed
from wan_rules import HOSTS, RULES, Report, check, parse_facts, read
from wan_rules.payloads import UnusableInputError, parse_object
from wan_rules.rule import GONE, Example
from wan_rules.samples import SAMPLE_FACTS, SAMPLES
from wan_rules.validation import PatchOp

LAYOUTS: Final[tuple[Mapping[str, object], ...]] = (
    {"indent": 2},
    {"indent": "\t"},
    {"separators": (",", ":")},
    {"separators": (" , ", " : "), "indent": 4},
)
FAILS: Final = [example for rule in RULES for example in rule.fails if not example.limits]


def _write(value: object, layout: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, **layout)  # type: ignore[arg-type]


def _check(text: str, example: Example) -> Report:
    facts = {url: {**known, **example.facts.get(url, {})} for url, known in SAMPLE_FACTS.items()}
    return check(read(parse_object(text.encode()), HOSTS[example.host], parse_facts(facts)))


def _fixable() -> Iterator[tuple[Example, Mapping[str, object]]]:
    for example in FAILS:
        text = _write(changed(SAMPLES[example.host], example.changes, gone=GONE), LAYOUTS[0])
        if any(violation.fix for violation in _check(text, example).violations):
            yield from ((example, layout) for layout in LAYOUTS)


@pytest.mark.parametrize(("example", "layout"), list(_fixable()))
def test_after_a_fix_the_violation_is_gone(example: Example, layout: Mapping[str, object]) -> None:
    text = _write(changed(SAMPLES[example.host], example.changes, gone=GONE), layout)
    before = _check(text, example).violations
    for violation in before:
        if violation.fix is not None:
            mended = apply(text, violation.fix)
            after = {(one.rule.id, one.at) for one in _check(mended, example).violations}
            assert (violation.rule.id, violation.at) not in after
            assert after < {(one.rule.id, one.at) for one in before}


VALUES = st.none() | st.booleans() | st.integers() | st.text()
OBJECTS = st.recursive(
    st.dictionaries(st.text(), VALUES, max_size=3),
    lambda inner: st.dictionaries(st.text(), inner | st.lists(inner, max_size=3), max_size=3),
    max_leaves=8,
)


@given(st.data(), OBJECTS, st.sampled_from(LAYOUTS))
def test_a_patch_on_the_text_is_the_patch_on_its_value(
    data: st.DataObject, document: JsonObject, layout: Mapping[str, object]
) -> None:
    text = _write(document, layout)
    places = locate(text)
    path = data.draw(st.sampled_from(sorted(places)))
    op = data.draw(st.sampled_from(["replace", "remove"])) if path else "replace"
    value = None if op == "remove" else data.draw(VALUES)
    patch = PatchOp(op, path, value)  # type: ignore[arg-type]
    said = [{"op": op, "path": path, "value": value}]
    assert json.loads(apply(text, patch)) == jsonpatch.apply_patch(document, said)


@given(OBJECTS, st.text(min_size=1), VALUES, st.sampled_from(LAYOUTS))
def test_a_member_that_is_added_stands_beside_the_others(
    document: JsonObject, key: str, value: str | int | None, layout: Mapping[str, object]
) -> None:
    pointer = f"/{key.replace('~', '~0').replace('/', '~1')}"
    text = apply(_write(document, layout), PatchOp("add", pointer, value))
    assert cast("JsonObject", json.loads(text)) == {**document, key: value}


def test_the_rest_of_the_text_keeps_its_layout() -> None:
    text = '{ "a" :1,\n\n  "b": [ 2,3 ],\n  "c": 4 }\n'
    assert apply(text, PatchOp("replace", "/a", 5)) == '{ "a" :5,\n\n  "b": [ 2,3 ],\n  "c": 4 }\n'
    assert apply(text, PatchOp("remove", "/b", None)) == '{ "a" :1,\n\n  "c": 4 }\n'
    assert apply(text, PatchOp("remove", "/c", None)) == '{ "a" :1,\n\n  "b": [ 2,3 ] }\n'
    assert apply(text, PatchOp("add", "/d", "é")) == '{ "a" :1,\n\n  "b": [ 2,3 ],\n  "c": 4,\n  "d": "é" }\n'
    assert apply('{"x": {}}', PatchOp("add", "/x/y", value=True)) == '{"x": {"y": true}}'


@pytest.mark.parametrize(
    "patch",
    [
        pytest.param(PatchOp("remove", "/z", None), id="nothing-to-remove"),
        pytest.param(PatchOp("remove", "", None), id="everything"),
        pytest.param(PatchOp("replace", "/b/9", 1), id="nothing-to-replace"),
        pytest.param(PatchOp("add", "/z/y", 1), id="no-parent"),
        pytest.param(PatchOp("add", "/b/-", 1), id="into-an-array"),
    ],
)
def test_a_patch_without_its_place_is_refused(patch: PatchOp) -> None:
    with pytest.raises(UnusableInputError, match="no place of the payload as it is now"):
        apply('{"b": [1]}', patch)
