"""A host's payload within its limits is accepted; one step outside any single limit is rejected by that rule alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.steps import STEPS_AT_HOSTS, Step
from tests.strategies import Ask, asks, examples, reading, render
from wan_rules import RULES, InvalidRequestError, Report, check, recognise, validate


def broken(report: Report) -> set[str]:
    return {violation.rule.id for violation in report.violations if violation.severity == "error"}


@examples(100)
@given(asks())
def test_within_every_limit_is_accepted(ask: Ask) -> None:
    report = check(reading(render(ask)))
    assert (report.verdict, broken(report), report.unverified) == ("accepted", set(), ())


@given(asks())
def test_without_facts_nobody_knows(ask: Ask) -> None:
    report = check(reading(render(ask)._replace(facts={})))
    assert (report.verdict, broken(report)) == ("undetermined", set())
    needed = {rule for unverified in report.unverified for rule in unverified.rules}
    assert all(rule.needs for rule in needed)


@given(asks(), st.data())
def test_one_unknown_fact_is_named(ask: Ask, data: st.DataObject) -> None:
    case = render(ask)
    url = data.draw(st.sampled_from(sorted(case.facts)))
    fact = data.draw(st.sampled_from(sorted(case.facts[url].keys() - {"kind"})))
    is_frame = any(medium.url == url and medium.kind == "first_frame" for medium in ask.media)
    facts = {**case.facts, url: {key: value for key, value in case.facts[url].items() if key != fact}}
    report = check(reading(case._replace(facts=facts)))
    needed = {need for unverified in report.unverified for rule in unverified.rules for need in rule.needs}
    if is_frame and fact == "subjects":
        assert report.verdict == "accepted"
    else:
        assert report.verdict == "undetermined"
        assert fact in needed
        assert needed <= {fact, "width_px", "height_px"}


@given(asks())
def test_a_payload_is_recognised_as_its_hosts_own(ask: Ask) -> None:
    assert recognise(render(ask).payload).name == ask.host


@examples(8)
@pytest.mark.parametrize(("step", "host"), STEPS_AT_HOSTS, ids=[f"{s.name}-{host}" for s, host in STEPS_AT_HOSTS])
@given(data=st.data())
def test_one_step_outside_is_rejected_by_that_rule_alone(step: Step, host: str, data: st.DataObject) -> None:
    ask = step.change(data.draw(asks((host,), most=4, **step.needs)))
    report = check(reading(render(ask)))
    assert broken(report) == {step.rule}
    assert report.verdict == "rejected"
    with pytest.raises(InvalidRequestError) as caught:
        validate(reading(render(ask)))
    assert caught.value.report == report


@pytest.mark.parametrize("host", ["alibaba", "atlas", "runware"])
@given(data=st.data())
def test_where_a_prompt_is_cut_it_is_a_warning(host: str, data: st.DataObject) -> None:
    ask = replace(data.draw(asks((host,))), prompt="界" * 5001, negative_prompt="界" * 501)
    report = check(reading(render(ask)))
    assert report.verdict == "accepted"
    assert {"WAN102", "WAN103"} <= {violation.rule.id for violation in report.violations}


def test_every_rule_that_refuses_is_stepped_over() -> None:
    """Save those that no host's own limits can break."""
    stepped = {step.rule for step, _ in STEPS_AT_HOSTS}
    refusing = {rule.id for rule in RULES if rule.severity == "error"}
    assert refusing - stepped == {"WAN202", "WAN203"}  # no host takes fewer of one kind than in all
