"""One round of a job by one solution, for the memory that it takes: called by `apart`."""

from __future__ import annotations

import sys

from benchmarks.peers.solutions import SOLUTIONS
from benchmarks.peers.workload import make_payloads, make_requests


def main() -> None:
    """The job and the solution that the arguments name."""
    job, name = sys.argv[1:]
    module = next(one for one in SOLUTIONS if (one.job, one.name) == (job, name)).load()
    if job == "prices":
        for asked in make_requests(0):
            module.price(asked)
    else:
        for sent in make_payloads(0):
            module.check(sent.payload, sent.facts)
