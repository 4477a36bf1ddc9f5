"""The page of rules: each with its sentence and, for its own examples, what `check` really answers."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Final, cast

from tables import NOTE, code, fenced, page, table

from wan_rules import HOSTS, RULES, Host, Report, Rule, check, parse_facts, read
from wan_rules.rule import GONE, Example, MediumRule, describe
from wan_rules.samples import SAMPLE_FACTS, SAMPLES
from wan_rules.shell.translations import load_translation
from wan_rules.validation import Violation

LONGEST: Final = 60
"""Characters of a string that an example shows."""
LONGEST_LINE: Final = 100
FAMILIES: Final = {
    "fields": "the payload's own fields",
    "prompt": "the prompt and its labels",
    "references": "how many references, and which",
    "media": "the files behind them",
    "voice": "voices",
    "output": "the video that is asked for",
}
_OVER: Final = {
    "medium": "every medium",
    "reference": "every reference",
    "image": "every image, first frames included",
    "video": "every reference clip",
    "voice": "every voice",
}
_HEAD: Final = """# Rules

Every demand that is checked, in the order of a report. An **error** means that the host refuses the request, or
that it breaks what the product promises; a **warning** means that something is lost, ignored or billed unasked. A
rule that needs a fact about a medium and does not have it is *unverified*: the report names the fact, and the
verdict is `undetermined` rather than `accepted`. How to write one: [add a rule](../how-to/add-a-rule.md).

The examples are the rules' own tests. Each is a change (a JSON Patch) of the [sample payload](#the-samples) of the
host it names. What stands below a failing one is what `check()` answers: where in the payload, what is wrong, in
English and [in Chinese](../how-to/read-in-chinese.md), and the fix where the repair is mechanical."""
_CHINESE: Final = load_translation("zh")


def write_rules_page() -> str:
    """The page."""
    return page(_lines())


def _lines() -> Iterator[str]:
    yield from (NOTE, "", _HEAD, "")
    yield from table(("id", "name", "severity", "says"), map(_summary, RULES))
    for family, rules in groupby(RULES, key=lambda rule: rule.family):
        yield from (f"## {family.capitalize()}: {FAMILIES[family]}", "")
        for rule in rules:
            yield from _rule(rule)
    yield from _samples()


def _summary(rule: Rule) -> tuple[str, str, str, str]:
    first = " ".join(describe(rule).split("\n\n")[0].split())
    return f"[{rule.id}](#{rule.id.lower()})", rule.name, rule.severity, first


def _rule(rule: Rule) -> Iterator[str]:
    yield from (f"### {rule.id} {rule.name} {{ #{rule.id.lower()} }}", "")
    for paragraph in describe(rule).strip().split("\n\n"):
        yield from (" ".join(paragraph.split()), "")
    facts = [f"needs {', '.join(map(code, rule.needs))}"] if isinstance(rule, MediumRule) and rule.needs else []
    looked_at = _OVER[rule.over] if isinstance(rule, MediumRule) else "the request"
    about = f"[{'more' if '#' in rule.source else 'page'}](../{rule.source.removeprefix('docs/')})"
    severity = " or ".join(dict.fromkeys([rule.severity, *_severities(rule)]))
    yield from (" · ".join([f"**{severity}**", f"looks at {looked_at}", *facts, about]), "")
    yield from ("**Passes**", "")
    for example in rule.passes:
        yield from _change(example)
    yield from ("**Fails**", "")
    for example in rule.fails:
        yield from _change(example)
        yield from _answers(rule, example)


def _severities(rule: Rule) -> Iterator[str]:
    for example in rule.fails:
        yield from (violation.severity for violation in _found(rule, example))


def _change(example: Example) -> Iterator[str]:
    payload = SAMPLES[example.host]
    operations = [_operation(payload, path, value) for path, value in example.changes.items()]
    where = f"At {example.host}" + ("" if operations else ", the sample as it is")
    beside = [f"facts {code(_dump(facts))} about `{url}`" for url, facts in example.facts.items()]
    beside += [f"at a host where {name} is {value}" for name, value in example.limits.items()]
    yield from (f"{where}{', with ' + ' and '.join(beside) if beside else ''}{':' if operations else '.'}", "")
    if operations:
        yield from fenced("json", *_patch_lines(operations))


def _patch_lines(operations: list[dict[str, object]]) -> list[str]:
    whole = _dump(operations)
    if len(whole) <= LONGEST_LINE:
        return [whole]
    *most, last = [_dump(operation) for operation in operations]
    return ["[", *(f"  {text}," for text in most), f"  {last}", "]"]


def _operation(payload: Mapping[str, object], path: str, value: object) -> dict[str, object]:
    if value is GONE:
        return {"op": "remove", "path": path}
    return {"op": "replace" if _stands(payload, path) else "add", "path": path, "value": _shown(value)}


def _stands(payload: object, path: str) -> bool:
    for part in path.split("/")[1:]:
        if isinstance(payload, list) and part.isdigit() and int(part) < len(payload):
            payload = payload[int(part)]
        elif isinstance(payload, dict) and part in payload:
            payload = payload[part]
        else:
            return False
    return True


def _shown(value: object) -> object:
    """A value fit for a page: long texts and lists say how long they are."""
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[: LONGEST - 20]}... ({len(value):,} characters)"
    if isinstance(value, list) and len(value) > 2:  # noqa: PLR2004 - the first, the last and what is between
        return [_shown(value[0]), f"... ({len(value) - 2} more like these)", _shown(value[-1])]
    return value


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _answers(rule: Rule, example: Example) -> Iterator[str]:
    for violation in _found(rule, example):
        at = code(violation.at) if violation.at else "the payload"
        yield f"> **{violation.severity}** at {at}: {_prose(violation.finding.message)}"
        yield from (">", f'> <span lang="zh">{_prose(violation.finding.tell(_CHINESE))}</span>')
        if violation.fix is not None:
            yield from (">", f"> Fix: {code(_fix(violation))}")
        yield ""


def _fix(violation: Violation) -> str:
    fix = violation.fix
    value = {} if fix is None or fix.op == "remove" else {"value": fix.value}
    return _dump([{"op": fix.op, "path": fix.path, **value}]) if fix else ""


def _prose(message: str) -> str:
    """A message as Markdown shows it, letter by letter."""
    return message.replace("*", "\\*").replace("_", "\\_").replace("<", "&lt;") if "`" not in message else message


def _found(rule: Rule, example: Example) -> list[Violation]:
    return [violation for violation in answer(example).violations if violation.rule is rule]


def answer(example: Example) -> Report:
    """What `check` says of an example."""
    own = {url: {**SAMPLE_FACTS.get(url, {}), **facts} for url, facts in example.facts.items()}
    return check(read(_changed(example), _host(example), parse_facts({**SAMPLE_FACTS, **own})))


def _host(example: Example) -> Host:
    host = HOSTS[example.host]
    own = {name: getattr(host.limits, name)._replace(value=value) for name, value in example.limits.items()}
    return replace(host, limits=replace(host.limits, **own)) if own else host


def _changed(example: Example) -> dict[str, object]:
    payload = copy.deepcopy(SAMPLES[example.host])
    for path, value in example.changes.items():
        *parents, last = path.split("/")[1:]
        holder: object = payload
        for part in parents:
            holder = holder[int(part)] if isinstance(holder, list) else cast("dict[str, object]", holder)[part]
        if isinstance(holder, list):
            _put(holder, last, value)
        elif value is GONE:
            del cast("dict[str, object]", holder)[last]
        else:
            cast("dict[str, object]", holder)[last] = value
    return payload


def _put(items: list[object], place: str, value: object) -> None:
    index = len(items) if place == "-" else int(place)
    items[index : index + 1] = [value]


def _samples() -> Iterator[str]:
    yield from ("## The samples", "", "One accepted payload for each host, and what is known about its media.", "")
    for host, payload in SAMPLES.items():
        yield from (f"`{host}`:", "", *fenced("json", json.dumps(payload, indent=2, ensure_ascii=False)))
    yield from ("The facts, by URL:", "")
    yield from fenced("json", "{", *_fact_lines(), "}")


def _fact_lines() -> list[str]:
    lines = [f"  {_dump(url)}: {_dump(facts)}" for url, facts in SAMPLE_FACTS.items()]
    return [f"{line}," for line in lines[:-1]] + lines[-1:]
