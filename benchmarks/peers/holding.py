"""Which of the rules each solution holds, by the rules' own examples, and how it judges the payloads that are timed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from benchmarks.payloads import write_json
from benchmarks.peers.rules import ours
from benchmarks.peers.solutions import Solution, list_solutions
from benchmarks.peers.workload import make_payloads
from tests.documents import changed
from wan_rules import RULES
from wan_rules.rule import GONE, Example
from wan_rules.samples import SAMPLE_FACTS, SAMPLES


class Held(NamedTuple):
    """How many rules a solution holds of those that Alibaba's payloads can break, and the names of the others.

    A rule is held where each of its bad examples draws a complaint. `refused` are good examples that draw one all the
    same; `taken` and `complained` are what it does with bad and good payloads of the workload, of `bad` and `good`.
    """

    name: str
    rules: int
    missed: tuple[str, ...]
    refused: int
    examples: int
    taken: int
    complained: int
    each: int


def measure_holding() -> list[Held]:
    """All solutions of the job."""
    return [_measure(solution) for solution in list_solutions("rules")]


def _measure(solution: Solution) -> Held:
    module = solution.load()
    bad = {rule.name: examples for rule in RULES if (examples := _pick(rule.fails))}
    missed = [name for name, examples in bad.items() if not all(_complains(module, one) for one in examples)]
    good = [one for rule in RULES for one in _pick(rule.passes) if not _complains(ours, one)]
    sent = make_payloads(0)
    verdicts = [(bool(one.faults), bool(module.check(one.payload, one.facts))) for one in sent]
    return Held(
        solution.name,
        len(bad),
        tuple(missed),
        sum(_complains(module, one) for one in good),
        len(good),
        verdicts.count((True, False)),
        verdicts.count((False, True)),
        len(sent) // 2,
    )


def _pick(examples: Iterable[Example]) -> list[Example]:
    """Those of Alibaba's shape that need no other limit."""
    return [one for one in examples if one.host == "alibaba" and not one.limits]


def _complains(module: Any, example: Example) -> bool:  # noqa: ANN401 - a module of a solution
    facts = dict(SAMPLE_FACTS)
    for url, other in example.facts.items():
        facts[url] = {**facts[url], **other}
    payload = changed(SAMPLES["alibaba"], example.changes, gone=GONE)
    return bool(module.check(write_json(payload), write_json(facts)))
