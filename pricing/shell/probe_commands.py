"""What `wan-rules probe` does, and how commands on a request measure its media."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from pricing.shell import jobs
from pricing.shell.options import Measuring
from pricing.shell.printing import answer, print_lines
from pricing.shell.probe_documents import probe_document
from pricing.shell.probe_lines import measured_lines
from pricing.shell.probing import to_ways
from pricing.shell.progress import Steps
from wan_rules.shell.media import Measured, Ways, measure, measure_all, measure_file

MEDIA_MAX: Final = 1000
"""Media of one command."""


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
        for number, (place, measured) in enumerate(measure_all(media, ways, _measure_place), start=1):
            yield place, measured
            steps.tell(number)


def _measure_place(place: str, ways: Ways, deadline: float | None) -> Measured:
    """A URL, or a file that whoever started the command names."""
    is_url = "://" in place or place[:5].lower() == "data:"
    return measure(place, ways, deadline) if is_url else measure_file(Path(place), ways)


def _write(document: object) -> str:
    return json.dumps(document, ensure_ascii=False)
