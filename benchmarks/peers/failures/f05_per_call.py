"""Class 5: a price per call taken for one per second, or the other way round."""

from decimal import Decimal

from benchmarks.peers.asked import ask_alibaba
from benchmarks.peers.failures.failure import Failure, Quoted, Reconciled, Used

CASE = Failure(
    5,
    "per call mixed up with per second",
    "2 s and 15 s at 720P at Alibaba: 0.20 and 1.50 less 10 %, and not the same",
    (
        Quoted(ask_alibaba("720P", 2), Decimal("0.18")),
        Quoted(ask_alibaba("720P", 15), Decimal("1.35")),
        Reconciled((Used("a", "720P", "2"), Used("b", "720P", "15")), {"a": "0.18", "b": "0.18"}, frozenset({"b"})),
    ),
)
