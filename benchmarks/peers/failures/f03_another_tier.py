"""Class 3: another tier's price in place of an error."""

from benchmarks.peers.asked import ask_alibaba, ask_atlas
from benchmarks.peers.failures.failure import REFUSED, Failure, Quoted, Reconciled, Used

CASE = Failure(
    3,
    "falling back to another tier's price",
    "1440P-SR at Atlas, which has the tier and publishes no price; and at Alibaba, which has no such tier",
    (
        Quoted(ask_atlas("1440P-SR", 5), REFUSED),
        Quoted(ask_alibaba("1440P-SR", 5), REFUSED),
        Reconciled((Used("a", "1440P-SR", "5"),), {"a": "0.675"}, frozenset({"a"})),
    ),
)
