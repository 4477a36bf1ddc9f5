"""A valid request's canonical form reads back valid, and equal."""

from __future__ import annotations

import json

from hypothesis import given

from tests.strategies import Ask, asks, examples, reading, render
from wan_rules import HOSTS, Request, parse_facts, parse_object, read, validate
from wan_rules.hosts.writing import write


def _effective(request: Request) -> Request:
    """With a first frame the ratio is moot: it is not written."""
    return request if request.first_frame is None else request._replace(ratio="16:9")


@examples(200)
@given(asks())
def test_what_is_written_reads_back(ask: Ask) -> None:
    case = render(ask)
    request = validate(reading(case)).request
    host = HOSTS[case.host]
    written = write(request, host)
    assert written.lost == ()
    payload = parse_object(json.dumps(written.payload).encode())
    again = validate(read(payload, host, parse_facts(case.facts)))
    assert _effective(again.request) == _effective(request)
    assert again.report.verdict == "accepted"
    assert write(again.request, host).payload == written.payload
