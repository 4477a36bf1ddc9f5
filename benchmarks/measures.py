"""What is measured inside this process: the whole way, the rejection, the quote alone, the rules."""

from __future__ import annotations

from contextlib import suppress

from pydantic import ValidationError

from benchmarks import others, way
from benchmarks.models import Payload
from benchmarks.payloads import COUNT, VIOLATIONS, Case, make_cases, make_rejected
from benchmarks.results import Row, Subject, gate, show, skip
from benchmarks.timing import Pass, compare, count_rounds, over
from wan_rules import RULES, Reading, ValidRequest, check, parse_object, read, recognise

_PARSING = "pydantic parsing the same bytes"


def measure_whole(pairs: int) -> list[Row]:
    """Payload bytes to quote bytes, without facts and with."""
    rounds = _make_rounds(pairs)
    data = [[case.data for case in cases] for cases in rounds]
    _require_kinds(rounds[0][0])
    parse = over(data, Payload.model_validate_json)
    bounded = compare(over(data, way.quote_payload), parse, pairs)
    exact = compare(over(rounds, _quote_case), parse, pairs)
    return [
        gate(Subject("payload bytes to quote bytes, no facts (bounded)", _PARSING, COUNT), bounded, 3),
        gate(Subject("payload bytes to quote bytes, facts given (exact)", _PARSING, COUNT), exact, 3),
    ]


def _make_rounds(pairs: int) -> list[list[Case]]:
    return [make_cases(number) for number in range(count_rounds(pairs))]


def _quote_case(case: Case) -> bytes:
    return way.quote_payload(case.data, case.facts)


def _require_kinds(case: Case) -> None:
    assert b'"kind":"bounded"' in way.quote_payload(case.data)
    assert b'"kind":"exact"' in _quote_case(case)


def measure_rejection(pairs: int) -> list[Row]:
    """Ten errors found and reported; pydantic refuses the same bytes, and then also writes down why."""
    rounds = [make_rejected(number) for number in range(count_rounds(pairs))]
    for data in rounds[0]:
        _require_errors(data)
    report = over(rounds, way.report_payload)
    silent, told = compare(report, over(rounds, _refuse), pairs), compare(report, over(rounds, _refuse_and_say), pairs)
    what = "ten violations: payload bytes to report bytes"
    return [
        gate(Subject(what, "pydantic refusing the same bytes", COUNT), silent, 3),
        show(Subject(what, "pydantic refusing them and writing its errors", COUNT), told),
    ]


def _refuse(data: bytes) -> None:
    with suppress(ValidationError):
        Payload.model_validate_json(data)


def _refuse_and_say(data: bytes) -> None:
    try:
        Payload.model_validate_json(data)
    except ValidationError as error:
        error.json(include_url=False)


def _require_errors(data: bytes) -> None:
    payload = parse_object(data)
    report = check(read(payload, recognise(payload)))
    errors = [violation for violation in report.violations if violation.severity == "error"]
    assert len(errors) == VIOLATIONS, (data, [violation.finding.message for violation in errors])


def measure_price(pairs: int) -> list[Row]:
    """The quote of a request that is known to be valid: terms looked up, staged, measured, charged."""
    unmeasured, unseen = "the quote alone, lengths unknown (bounded)", "the quote alone, no lengths seen before (exact)"
    rows = []
    try:
        tokens = others.price_tokens(range(1000, 1000 + COUNT), way.AT)
        for turn, (what, facts_given) in enumerate(((unmeasured, False), (unseen, True))):
            prices = compare(_price_unseen(pairs, turn, facts_given=facts_given), tokens, pairs)
            rows.append(gate(Subject(what, "genai-prices `calc_price`", COUNT), prices, 1 / 20))
    except ImportError as error:
        rows.append(skip(Subject(unseen, "genai-prices `calc_price`", COUNT), error))
    further = Subject(unseen, "litellm's video cost (floats, no reference seconds)", COUNT)
    try:
        seconds = others.price_seconds(COUNT)
        rows.append(show(further, compare(_price_unseen(pairs, 2, facts_given=True), seconds, pairs)))
    except ImportError as error:
        rows.append(skip(further, error))
    return rows


def _price_unseen(pairs: int, turn: int, *, facts_given: bool) -> Pass:
    """A pass that quotes requests whose clips, if measured, had other lengths in every pass before."""
    first = 1000 * (turn + 1)
    rounds = [make_cases(first + number) for number in range(count_rounds(pairs))]
    return over([[_accept(case, facts_given=facts_given) for case in cases] for cases in rounds], way.price)


def _accept(case: Case, *, facts_given: bool) -> ValidRequest:
    return way.accept(parse_object(case.data), case.facts if facts_given else way.NO_FACTS)


def measure_rules(pairs: int) -> list[Row]:
    """Every rule of ours over a reading, against zen-engine's expressions over the parsed payload."""
    what = f"all {len(RULES)} rules over one payload with facts"
    subject = Subject(what, f"zen-engine, {len(others.EXPRESSIONS)} of them", COUNT)
    try:
        evaluate = others.make_decision()
    except ImportError as error:
        return [skip(subject, error)]
    rounds = _make_rounds(pairs)
    readings = [[_read(case) for case in cases] for cases in rounds]
    contexts = [[others.make_context(parse_object(case.data), case.facts) for case in cases] for cases in rounds]
    assert all(evaluate(context) for context in contexts[0])
    assert all(check(reading).verdict == "accepted" for reading in readings[0])
    return [gate(subject, compare(over(readings, check), over(contexts, evaluate), pairs), 1 / 20)]


def _read(case: Case) -> Reading:
    payload = parse_object(case.data)
    return read(payload, recognise(payload), case.facts)
