"""Every rule's own examples: what passes, what fails and how severely, and that the fixes mend it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final, cast

import jsonpatch
import pytest

from tests.documents import JsonObject, changed
from wan_rules import HOSTS, RULES, Report, Rule, check, parse_facts, read
from wan_rules.rule import GONE, Example, describe
from wan_rules.samples import SAMPLE_FACTS, SAMPLES

PASSES: Final = [(rule, i, example) for rule in RULES for i, example in enumerate(rule.passes)]
FAILS: Final = [(rule, i, example) for rule in RULES for i, example in enumerate(rule.fails)]

SEVERITIES: Final = {
    ("WAN102", 0): "warning",  # Alibaba cuts a prompt, fal refuses it
    ("WAN102", 1): "error",
    ("WAN103", 0): "warning",
    ("WAN103", 1): "error",
    ("WAN104", 0): "warning",  # `Image 2` is numbered loosely even in official examples, `character3` is not
    ("WAN104", 1): "error",
    ("WAN104", 2): "error",
    ("WAN104", 3): "warning",  # with a blank it may be no label at all
    ("WAN208", 0): "error",  # two subjects are refused; a reference that shows none is only wasted
    ("WAN208", 1): "warning",
    ("WAN208", 2): "warning",  # a detector knows few kinds, and is believed only where somebody trusts it
    ("WAN208", 3): "error",
}
"""What a failing example counts as, where the rule has no one severity."""

WORDS: Final = re.compile(r"\S+( \S+){4,}[.:]", re.DOTALL)


def _ids(cases: list[tuple[Rule, int, Example]]) -> list[str]:
    return [f"{rule.id}-{rule.name}-{i}" for rule, i, _ in cases]


def _payload(example: Example) -> JsonObject:
    return changed(SAMPLES[example.host], example.changes, gone=GONE)


def _check(example: Example, payload: JsonObject) -> Report:
    host = HOSTS[example.host]
    if example.limits:
        limits = {name: getattr(host.limits, name)._replace(value=value) for name, value in example.limits.items()}
        host = replace(host, limits=replace(host.limits, **limits))
    facts = dict(SAMPLE_FACTS)
    for url, other in example.facts.items():
        facts[url] = {**facts[url], **other}
    return check(read(payload, host, parse_facts(facts)))


@pytest.mark.parametrize(("rule", "_number", "example"), PASSES, ids=_ids(PASSES))
def test_a_passing_example_is_not_refused_by_its_rule(rule: Rule, _number: int, example: Example) -> None:
    report = _check(example, _payload(example))
    assert [violation for violation in report.violations if violation.rule is rule] == []
    assert [violation for violation in report.violations if violation.severity == "error"] == []


@pytest.mark.parametrize(("rule", "number", "example"), FAILS, ids=_ids(FAILS))
def test_a_failing_example_is_found_by_its_rule(rule: Rule, number: int, example: Example) -> None:
    report = _check(example, _payload(example))
    found = {violation.severity for violation in report.violations if violation.rule is rule}
    assert found == {SEVERITIES.get((rule.id, number), rule.severity)}
    if "error" in found:
        assert report.verdict == "rejected"


@pytest.mark.parametrize(("rule", "_number", "example"), FAILS, ids=_ids(FAILS))
def test_a_failing_example_says_where_what_and_what_to_do(rule: Rule, _number: int, example: Example) -> None:
    payload = _payload(example)
    for violation in _check(example, payload).violations:
        if violation.rule is rule:
            assert violation.at == "" or violation.at.startswith("/")
            assert WORDS.search(violation.finding.message), violation.finding.message


@pytest.mark.parametrize(("rule", "_number", "example"), FAILS, ids=_ids(FAILS))
def test_a_fix_of_an_example_mends_it_and_breaks_nothing(rule: Rule, _number: int, example: Example) -> None:
    payload = _payload(example)
    before = _check(example, payload).violations
    for violation in before:
        if violation.rule is rule and violation.fix is not None:
            value: JsonObject = {} if violation.fix.op == "remove" else {"value": violation.fix.value}
            patch = [{"op": violation.fix.op, "path": violation.fix.path, **value}]
            after = _check(example, cast("JsonObject", jsonpatch.apply_patch(payload, patch))).violations
            assert len(after) == len(before) - 1
            assert {(v.rule.id, v.at) for v in after} <= {(v.rule.id, v.at) for v in before}


def test_some_examples_can_be_fixed() -> None:
    """So that the test above has something to do."""
    fixed = {v.rule.name for rule, _, e in FAILS for v in _check(e, _payload(e)).violations if v.rule is rule and v.fix}
    mechanical = {
        "resolution",
        "ratio",
        "duration",
        "seed",
        "default-billed",
        "ratio-moot",
        "field-outdated",
        "voice-not-taken",
    }
    assert mechanical <= fixed


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_cases_of_both_kinds(rule: Rule) -> None:
    assert len(rule.passes) >= 1
    assert len(rule.fails) >= 1


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_says_what_it_demands(rule: Rule) -> None:
    assert re.fullmatch(r"WAN[0-9]{3}", rule.id)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert WORDS.match(describe(rule)), "the check's docstring is the rule's sentence"
    assert describe(rule)[0].isupper()
    assert re.fullmatch(r"docs/[a-z/-]+\.md#[a-z-]+", rule.source)


@pytest.mark.parametrize("what", ["id", "name"])
def test_no_rule_is_named_twice(what: str) -> None:
    names = [getattr(rule, what) for rule in RULES]
    assert len(set(names)) == len(names)


def test_the_families_are_numbered_apart() -> None:
    numbers: dict[str, set[str]] = {}
    for rule in RULES:
        numbers.setdefault(rule.family, set()).add(rule.id[3])
    assert numbers == {
        "fields": {"0"},
        "prompt": {"1"},
        "references": {"2"},
        "media": {"3"},
        "voice": {"4"},
        "output": {"5"},
    }
