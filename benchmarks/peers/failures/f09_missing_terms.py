"""Class 9: a price list that came in part, or not at all, read as "no discount"."""

from benchmarks.peers.asked import ask_alibaba
from benchmarks.peers.failures.failure import REFUSED, Failure, Quoted, Reconciled, Used

CASE = Failure(
    9,
    "missing terms read as no discount",
    "an account whose terms did not arrive: nothing may be taken for them, the list price neither",
    (
        Quoted(ask_alibaba("720P", 5, account="umbra"), REFUSED),
        Reconciled((Used("a", "720P", "5", account="umbra"),), {"a": "0.50"}, frozenset({"a"})),
    ),
)
