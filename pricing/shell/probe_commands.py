"""What `wan-rules probe` does, and how commands on a request measure its media."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final

from pricing.shell import jobs
from pricing.shell.probe_command import Measuring
from pricing.shell.probe_documents import probe_document
from pricing.shell.probe_lines import measured_lines
from pricing.shell.printing import answer, print_lines
from pricing.shell.progress import Steps
from wan_rules.shell.lengths import BILLS
from wan_rules.shell.media import Measured, Ways, measure_all
from wan_rules.shell.sources.policy import Policy, read_allowed

MEDIA_MAX: Final = 1000
"""Media of one command."""


def to_ways(measuring: Measuring) -> Ways:
    """How to measure. Raises UnusableInputError for a host that is none."""
    first = [name for name in BILLS if name == measuring.bills]
    bills = (*first, *(name for name in BILLS if name != measuring.bills))
    return Ways(Policy(allow=read_allowed(measuring.allow)), bills, measuring.seconds)


def probe(media: Sequence[str], measuring: Measuring, form: str) -> int:
    """`wan-rules probe`; the media in their order."""

    def job() -> int:
        ways = to_ways(measuring)
        found = dict(_measure(media, ways))
        every = [found[place] for place in dict.fromkeys(media)]
        if form == "text":
            print_lines(line for one in every for line in measured_lines(one))
        elif form == "jsonl":
            print_lines(_write(probe_document(one)) for one in every)
        else:
            print_lines([_write([probe_document(one) for one in every])])
        return jobs.UNDETERMINED if any(one.unverified for one in every) else jobs.DONE

    return answer(job, form)


def _measure(media: Sequence[str], ways: Ways) -> Iterator[tuple[str, Measured]]:
    with Steps() as steps:
        steps.begin("measuring media", len(dict.fromkeys(media)))
        for number, (place, measured) in enumerate(measure_all(media, ways), start=1):
            yield place, measured
            steps.tell(number)


def _write(document: object) -> str:
    return json.dumps(document, ensure_ascii=False)
