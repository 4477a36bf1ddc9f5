"""What the service counts, in Prometheus' terms. No label names an account, a key or a quote."""

from __future__ import annotations

import os
from functools import cache
from typing import Final, NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from pricing.shell.service.settings import FOLDER_VARIABLE

TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
disable_created_metrics()  # type: ignore[no-untyped-call]  # when a counter began is of no use here
REGISTRY: Final = CollectorRegistry()
BUCKETS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

REQUESTS: Final = Counter("wan_rules_requests", "Requests answered.", ("route", "status"), registry=REGISTRY)
SECONDS: Final = Histogram(
    "wan_rules_request_seconds", "From a request's head to its answer.", ("route",), buckets=BUCKETS, registry=REGISTRY
)
MOVES: Final = Counter(
    "wan_rules_quote_moves", "Quotes made, accepted, settled, released.", ("action",), registry=REGISTRY
)
RELOADS: Final = Counter("wan_rules_catalogue_loads", "Loads of the catalogue again.", ("outcome",), registry=REGISTRY)
CATALOGUE: Final = Gauge(
    "wan_rules_catalogue_in_use",
    "How many workers use the catalogue of this digest.",
    ("digest",),
    registry=REGISTRY,
    multiprocess_mode="livesum",
)


class Counts(NamedTuple):
    """What is counted of requests by one route that were answered alike."""

    requests: Counter
    seconds: Histogram


@cache  # looking labels up takes longer than counting; there are no more of them than routes and statuses
def find_counts(route: str, status: int) -> Counts:
    """What counts the requests by a route with a status."""
    return Counts(REQUESTS.labels(route, str(status)), SECONDS.labels(route))


def write_metrics() -> bytes:
    """All of it as text, of every worker."""
    if FOLDER_VARIABLE not in os.environ:
        return generate_latest(REGISTRY)
    whole = CollectorRegistry()
    MultiProcessCollector(whole)  # type: ignore[no-untyped-call]
    return generate_latest(whole)
