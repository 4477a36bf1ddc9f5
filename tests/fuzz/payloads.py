"""Payload bytes, with facts beside them: every host's reader, every rule, plan and quote at the shipped list prices.

An input is a payload and, after the separator, facts about its media. Beside that nothing undeclared is raised: the
verdict agrees with what was found, pointers resolve, a fix removes its violation, what is written reads back, and a
quote's parts sum and are computed again from its basis.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from typing import Final, cast

from pricing import Market, NoRateError, Quote, quote, recompute, resolve
from pricing.charges import Charged
from pricing.effects import apply_fix, work_out_effects
from pricing.explanations import explain
from pricing.money import EXACT, ZERO
from pricing.shell import wire
from pricing.shell.catalogues import load_published
from tests.documents import JsonObject, changed
from tests.fuzz.mutators import change_json, change_parts
from tests.fuzz.target import SEPARATOR, Target, check_message
from tests.fuzz.words import payload_pool
from wan_rules import (
    HOSTS,
    RULES,
    Facts,
    Host,
    InvalidRequestError,
    Reading,
    Report,
    Request,
    UnusableInputError,
    ValidRequest,
    check,
    parse_facts,
    parse_object,
    read,
    recognise,
    validate,
)
from wan_rules.conversion import ORDERS, OrderNeededError, convert
from wan_rules.facts import NO_FACTS
from wan_rules.hosts.reading import find_idle_facts
from wan_rules.hosts.writing import write
from wan_rules.payloads import parse
from wan_rules.rule import GONE
from wan_rules.samples import SAMPLE_FACTS, SAMPLES

AT: Final = datetime(2026, 11, 1, tzinfo=UTC)
FIXES_TRIED: Final = 6
TOLD_AT_MOST: Final = 32
"""Findings of one rule from which on it may have left some out."""
PATIENCE_S: Final = 0.5


def judge(data: bytes) -> None:
    """Everything that is done with a payload. Raises what is wrong with the code."""
    payload_text, _, facts_text = data.partition(SEPARATOR)
    try:
        payload = parse_object(payload_text)
        facts = parse_facts(parse(facts_text, what="facts")) if facts_text else NO_FACTS
    except UnusableInputError as error:
        check_message(str(error))
        return
    _try_recognising(payload)
    for host in HOSTS.values():
        _judge_at(payload, host, facts)


def _try_recognising(payload: JsonObject) -> None:
    try:
        recognise(payload)
    except UnusableInputError as error:
        check_message(str(error), 20_000 + 20 * sum(map(len, islice(payload, 12))))


def _judge_at(payload: JsonObject, host: Host, facts: Facts) -> None:
    before = repr(payload)
    reading = read(payload, host, facts)
    report = check(reading)
    assert repr(payload) == before, "a payload was changed by reading it"
    assert wire.write_report(check(read(payload, host, facts))) == wire.write_report(report), (
        "another report the next time"
    )
    assert set(find_idle_facts(reading, facts)) <= facts.keys()
    _judge_report(report, payload)
    _judge_fixes(report, reading, facts)
    try:
        valid = validate(reading)
    except InvalidRequestError as error:
        assert report.verdict == "rejected"
        check_message(str(error), 4_000)
    else:
        assert report.verdict != "rejected"
        _judge_valid(valid, reading, facts)


def _judge_fixes(report: Report, reading: Reading, facts: Facts) -> None:
    """Each removes its violation and adds none, but for what a rule that found too much has not told before."""
    found = _name(report)
    for violation in islice((one for one in report.violations if one.fix), FIXES_TRIED):
        assert violation.fix is not None
        mended = check(read(apply_fix(reading.payload, violation.fix), reading.host, facts))
        own = (violation.rule.id, violation.at, repr(violation.finding.observed))
        after = _name(mended)
        assert after[own] == found[own] - 1, f"the fix {violation.fix} leaves {own}"
        told = Counter(one.rule.id for one in report.violations)
        added = [one for one in after - found if told[one[0]] < TOLD_AT_MOST]
        assert not added, f"the fix {violation.fix} brings {added}"


def _name(report: Report) -> Counter[tuple[str, str, str]]:
    return Counter((v.rule.id, v.at, repr(v.finding.observed)) for v in report.violations)


def _judge_report(report: Report, payload: JsonObject) -> None:
    refused = any(violation.severity == "error" for violation in report.violations)
    assert report.verdict == ("rejected" if refused else "undetermined" if report.unverified else "accepted")
    written = json.loads(wire.write_report(report))
    assert [one["at"] for one in written["violations"]] == [one.at for one in report.violations]
    for unverified in report.unverified:
        check_pointer(payload, unverified.at)
    for violation in report.violations:
        check_pointer(payload, violation.at)
        check_message(violation.finding.message)


def check_pointer(payload: JsonObject, pointer: str) -> None:
    """Whether all of it is there but the last part, or an object that is missing as a whole. Raises AssertionError."""
    assert pointer == "" or pointer.startswith("/"), pointer
    found: object = payload
    for raw in pointer.split("/")[1:-1]:
        part = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(found, list):
            found = found[int(part)]
        elif isinstance(found, dict):
            if part not in found:
                return
            found = found[part]
        else:
            assert found is None or not pointer, f"{pointer} leads through {found!r}"
            return


def _judge_valid(valid: ValidRequest, reading: Reading, facts: Facts) -> None:
    _judge_canonical(valid, reading, facts)
    _judge_conversions(valid.request, valid.host, facts)
    pricing = resolve(load_published(), Market(None, None, valid.host.name), AT)
    try:
        quoted = quote(valid, pricing, AT)
    except NoRateError as error:
        check_message(str(error))
        return
    check_quote(quoted)
    effects = work_out_effects(reading, quoted, facts)
    json.loads(wire.write_quote(quoted, wire.write_effects(effects, quoted)))
    for sentence in explain(quoted, load_published().locate):
        check_message(sentence)


def _judge_canonical(valid: ValidRequest, reading: Reading, facts: Facts) -> None:
    """What is written reads back; the host loses only what a warning is about."""
    request, host = valid.request, valid.host
    written = write(request, host)
    warned = {violation.at for violation in valid.report.violations}
    assert {reading.pointer(lost.path) for lost in written.lost} <= warned, f"{host.name} loses {written.lost}"
    again = validate(read(parse_object(json.dumps(written.payload).encode()), host, facts)).request
    if not written.lost:
        assert _effective(again) == _effective(request), "the canonical form reads back otherwise"
    assert write(again, host).payload == written.payload


def _effective(request: Request) -> Request:
    """With a first frame the ratio is moot: it is not written."""
    return request if request.first_frame is None else request._replace(ratio="16:9")


def _judge_conversions(request: Request, host: Host, facts: Facts) -> None:
    for target in HOSTS.values():
        for order in (None, *ORDERS):
            try:
                converted = convert(request, host, target, order=order)
            except OrderNeededError as error:
                assert order is None
                check_message(str(error))
            else:
                check(read(parse_object(json.dumps(converted.payload).encode()), target, facts))


def check_quote(quoted: Quote) -> None:
    """Its parts sum, its bounds are in order, and its basis gives it again. Raises AssertionError."""
    charged = quoted.priced.charged
    if charged.total is not None:
        total = sum_parts(charged)
        assert charged.total == total, f"the parts sum to {total}, the total is {charged.total}"
        assert 0 <= charged.total_min <= charged.total
        assert (charged.kind == "exact") == (charged.total == charged.total_min)
    least = sum_of([*(x.amount_min for x in charged.lines), *(x.amount_min for x in charged.adjustments)])
    assert charged.total_min == least, f"the least parts sum to {least}, the least total is {charged.total_min}"
    document = cast("JsonObject", json.loads(wire.write_quote(quoted)))
    assert recompute(document["basis"]) == charged, "the basis gives another charge"


def sum_parts(charged: Charged) -> Decimal:
    """What its lines and adjustments come to."""
    return sum_of([*(x.amount for x in charged.lines), *(x.amount for x in charged.adjustments)])


def sum_of(amounts: Iterable[Decimal | None]) -> Decimal:
    """The exact sum."""
    found = ZERO
    for amount in amounts:
        found = EXACT.add(found, cast("Decimal", amount))
    return found


def seeds() -> Iterator[bytes]:
    """Every host's sample, and every case of every rule, with the facts of its media."""
    for sample in SAMPLES.values():
        yield _join(sample, SAMPLE_FACTS)
        yield _join(sample, {})
    for rule in RULES:
        for example in (*rule.passes, *rule.fails):
            payload = changed(SAMPLES[example.host], example.changes, gone=GONE)
            facts = {url: {**SAMPLE_FACTS.get(url, {}), **other} for url, other in example.facts.items()}
            yield _join(payload, {**SAMPLE_FACTS, **facts})


def _join(payload: object, facts: Mapping[str, object]) -> bytes:
    """Both parts, of the facts only those that are about the payload."""
    text = json.dumps(payload)
    told = {url: said for url, said in facts.items() if url in text}
    return text.encode() + SEPARATOR + json.dumps(told).encode()


TARGET: Final = Target(
    judge,
    seeds,
    lambda: [*payload_pool().keys, *(value for value in payload_pool().values if isinstance(value, str))],
    change_parts(change_json(payload_pool())),
    patience_s=PATIENCE_S,
)
