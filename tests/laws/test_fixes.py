"""A fix removes its violation and adds none."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import cast

import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.documents import JsonObject, changed, pointers
from tests.steps import STEPS_AT_HOSTS, Step
from tests.strategies import HOST_NAMES, JSON_VALUES, Ask, Case, asks, examples, reading, render
from wan_rules import HOSTS, Report, Violation, check, parse_object, read
from wan_rules.hosts import RUNWARE
from wan_rules.samples import SAMPLES

SLIPS: dict[str, tuple[dict[str, object], ...]] = {
    "alibaba": (
        {"/parameters/resolution": "1080p"},
        {"/parameters/resolution": "720 P", "/parameters/ratio": "9x16"},
        {"/parameters/ratio": "16/9", "/parameters/size": "1280*720"},
        {"/parameters/shot_type": "multi", "/audio": True},
        {"/parameters/seed": -5, "/parameters/duration": 99},
        {"/parameters/prompt_extend": "true", "/parameters/watermark": 0},
        {"/input/negative_prompt": 5},
        {"/parameters/duration": 0},
    ),
    "atlas": (
        {"/resolution": "1080P_SR"},
        {"/resolution": "1440p-sr", "/ratio": "4 : 3"},
        {"/resolution": "1080", "/duration": 11},
        {"/reference_voice": "https://media.example.com/v.mp3"},
        {"/seed": -2, "/prompt_extend": 1},
    ),
    "fal": (
        {"/resolution": "720P"},
        {"/resolution": "1080", "/aspect_ratio": "3-4"},
        {"/ratio": "16:9", "/audio": "https://media.example.com/v.mp3"},
        {"/reference_voice": "https://media.example.com/v.mp3"},
        {"/reference_voice": 7},
        {"/duration": 1, "/seed": 2**40},
    ),
    "runware": (
        {"/resolution": "1080p", "/fps": 24, "/numberResults": 2},
        {"/duration": 11, "/seed": -1},
        {"/negativePrompt": []},
    ),
}
"""Slips whose repair is mechanical, two at once in places: each fix is tried on its own."""


def _fixable(report: Report) -> list[Violation]:
    return [violation for violation in report.violations if violation.fix is not None]


def _named(report: Report) -> Counter[tuple[str, str, str]]:
    return Counter((v.rule.id, v.at, repr(v.finding.observed)) for v in report.violations)


def _require_fixes_to_hold(case: Case) -> int:
    """Tries every fix of the case; how many there were."""
    report = check(reading(case))
    before = _named(report)
    fixable = _fixable(report)
    for violation in fixable:
        fix = violation.fix
        assert fix is not None
        operation: JsonObject = {"op": fix.op, "path": fix.path}
        if fix.op != "remove":
            operation["value"] = fix.value
        mended = cast("JsonObject", jsonpatch.apply_patch(case.payload, [operation]))
        after = _named(check(reading(case._replace(payload=mended))))
        own = (violation.rule.id, violation.at, repr(violation.finding.observed))
        assert after[own] == before[own] - 1
        assert after - before == Counter()
    return len(fixable)


@examples(15)
@pytest.mark.parametrize("host", HOST_NAMES)
@given(data=st.data())
def test_fixes_of_slips_hold(host: str, data: st.DataObject) -> None:
    case = render(data.draw(asks((host,))))
    for slip in SLIPS[host]:
        assert _require_fixes_to_hold(case._replace(payload=changed(case.payload, slip))) > 0, slip


@examples(3)
@pytest.mark.parametrize(("step", "host"), STEPS_AT_HOSTS, ids=[f"{s.name}-{host}" for s, host in STEPS_AT_HOSTS])
@given(data=st.data())
def test_fixes_of_one_step_outside_hold(step: Step, host: str, data: st.DataObject) -> None:
    _require_fixes_to_hold(render(step.change(data.draw(asks((host,), most=4, **step.needs)))))


@examples(150)
@given(asks(), st.data())
def test_fixes_of_anything_hold(ask: Ask, data: st.DataObject) -> None:
    """Any node of a payload replaced by any value, twice."""
    case = render(ask)
    payload = case.payload
    for _ in range(2):
        pointer = data.draw(st.sampled_from(sorted(pointers(payload))))
        payload = changed(payload, {pointer: data.draw(JSON_VALUES)}, gone=object())
    _require_fixes_to_hold(case._replace(payload=parse_object(json.dumps(payload).encode())))


@examples(60)
@given(asks(), st.data())
def test_all_fixes_together_mend_what_each_mends(ask: Ask, data: st.DataObject) -> None:
    """No two fixes are in each other's way, and the mended payload has none left."""
    case = render(ask)
    slip = data.draw(st.sampled_from(SLIPS[case.host]))
    case = case._replace(payload=changed(case.payload, slip))
    report = check(reading(case))
    operations: list[JsonObject] = [
        {"op": fix.op, "path": fix.path, **({} if fix.op == "remove" else {"value": fix.value})}
        for violation in _fixable(report)
        if (fix := violation.fix) is not None
    ]
    mended = cast("JsonObject", jsonpatch.apply_patch(case.payload, operations))
    assert _fixable(check(reading(case._replace(payload=mended)))) == []


def test_a_voice_of_a_wrong_type_that_is_not_taken_is_taken_away_once() -> None:
    payload = {**SAMPLES["fal"], "reference_voice": 7}
    violations = check(read(payload, HOSTS["fal"])).violations
    assert [(v.rule.id, v.fix is None) for v in violations if v.at == "/reference_voice"] == [
        ("WAN001", False),
        ("WAN401", True),
    ]


def test_a_size_in_pixels_is_not_mended_like_a_word() -> None:
    """A host that asks for pixels and takes a first frame: its ratio is moot, and no single field can be left out."""
    limits = replace(RUNWARE.limits, first_frames_max=RUNWARE.limits.first_frames_max._replace(value=1))
    payload: JsonObject = dict(SAMPLES["runware"])
    payload["inputs"] = {
        "referenceImages": ["https://media.example.com/a.png"],
        "frameImages": ["https://media.example.com/a.png"],
    }
    violations = check(read(payload, replace(RUNWARE, limits=limits))).violations
    assert [(v.rule.id, v.fix) for v in violations if v.rule.family == "output"] == [("WAN504", None)]
